package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"darksite/internal/ground/phrase"
	"darksite/internal/term"
	"darksite/processing/l0"
	"darksite/processing/telemetry"
)

var decodeVerb = verb{
	name:  "decode",
	args:  "FILE... [--rows OUT.csv] [--l0 OUT.fits [--legacy]]",
	short: "examine VC2 telemetry files: counts, rows, a ledger of every byte",
	long: `Decodes VC2 telemetry files, plain or gzipped, and lists their contents. Every byte is
accounted for. --rows writes one line per row; --l0 writes the ACA_DUMP table that the old
pipeline called L0, with true times, units and offsets; --legacy gives that table the field
values of the 1999 decoder, including its day of 84600 s. Both take one FILE.`,
	examples: []string{
		"darksite decode 2016_125_VC2_Replica1_SFDU_31087.gz",
		"darksite decode replica1.gz --rows rows.csv",
		"darksite decode replica1.gz --l0 l0.fits --legacy",
	},
	setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
		var o decodeOptions
		fs.StringVar(&o.rows, "rows", "", "write the rows to `OUT.csv`")
		fs.StringVar(&o.l0, "l0", "", "write the rows to the FITS table `OUT.fits`")
		fs.BoolVar(&o.legacy, "legacy", false, "with --l0: the old decoder's field values")
		return o.run
	},
}

type decodeOptions struct {
	rows, l0 string
	legacy   bool
}

// decoded is the JSON document for a file.
type decoded struct {
	File      string                `json:"file"`
	Bytes     int64                 `json:"bytes"`  // of the telemetry, inflated
	SHA256    string                `json:"sha256"` // of the telemetry, inflated
	Delivered delivered             `json:"delivered"`
	Simulated bool                  `json:"simulated"` // its gzip header says so
	SFDUs     int                   `json:"sfdus"`
	Frames    telemetry.FrameCounts `json:"frames"`
	Segments  int                   `json:"segments"`
	Rows      rowCounts             `json:"rows"`
	Ledger    telemetry.Ledger      `json:"ledger"`
	Readouts  []telemetry.Readout   `json:"readouts"`
	Notes     []string              `json:"notes"`
}

type delivered struct {
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
	Gzip   bool   `json:"gzip"`
}

type rowCounts struct {
	Recovered int `json:"recovered"` // repeats included
	Rejected  int `json:"rejected"`
	Repeated  int `json:"repeated"`
}

func (o *decodeOptions) run(ctx context.Context, e *env, files []string) error {
	switch {
	case len(files) == 0:
		return usageError(errors.New("no file to decode"), "decode")
	case len(files) > 1 && (o.rows != "" || o.l0 != ""):
		return usageError(errors.New("--rows and --l0 take one file"), "decode")
	case o.legacy && o.l0 == "":
		return usageError(errors.New("--legacy goes with --l0"), "decode")
	}
	if err := o.checkOutputs(files[0]); err != nil {
		return err
	}
	var documents []decoded
	for i, path := range files {
		options := telemetry.DefaultOptions
		options.HashTelemetry = true
		f, err := telemetry.DecodeFile(ctx, path, options)
		if err != nil {
			return err
		}
		d := describe(f)
		documents = append(documents, d)
		if i > 0 {
			e.Printf("")
		}
		d.print(e)
		if err := o.write(e, f); err != nil {
			return err
		}
	}
	if len(documents) == 1 {
		return e.Document(documents[0])
	}
	return e.Document(documents)
}

// checkOutputs refuses outputs that would overwrite the telemetry, each other, or
// anything but a plain file.
func (o *decodeOptions) checkOutputs(input string) error {
	if o.rows != "" && o.rows == o.l0 {
		return usageError(fmt.Errorf("--rows and --l0 both name %s", o.rows), "decode")
	}
	telemetry, err := os.Stat(input)
	if err != nil {
		return err
	}
	if !telemetry.Mode().IsRegular() {
		return fmt.Errorf("%s is not a plain file (%s)", input, telemetry.Mode().Type())
	}
	for _, path := range []string{o.rows, o.l0} {
		there, err := os.Stat(path)
		switch {
		case path == "" || errors.Is(err, os.ErrNotExist):
		case err != nil:
			return err
		case os.SameFile(there, telemetry):
			return usageError(fmt.Errorf("%s is the telemetry itself, and would be overwritten", path), "decode")
		case !there.Mode().IsRegular():
			return fmt.Errorf("%s is not a plain file (%s), and would be overwritten", path, there.Mode().Type())
		}
	}
	return nil
}

func describe(f *telemetry.File) decoded {
	return decoded{
		File: f.Name, Bytes: f.Bytes, SHA256: f.SHA256,
		Delivered: delivered(f.Delivered), Simulated: f.Simulated,
		SFDUs: f.SFDUs, Frames: f.Frames, Segments: f.Segments,
		Rows:   rowCounts{len(f.Rows), f.RowsRejected, f.RowsRepeated},
		Ledger: f.Ledger, Readouts: f.Readouts(),
		Notes: append([]string{}, f.Notes...),
	}
}

// write writes the requested files.
func (o *decodeOptions) write(e *env, f *telemetry.File) error {
	if o.rows != "" {
		err := writeFile(o.rows, func(w io.Writer) error { return telemetry.WriteRows(w, f.Rows) })
		if err != nil {
			return err
		}
		e.Printf("%s: %s %s", o.rows, num(len(f.Rows)), plural(len(f.Rows), "row", "rows"))
	}
	if o.l0 != "" {
		var table bytes.Buffer
		if err := l0.Encode(&table, f.Rows, l0.Options{Legacy: o.legacy, Version: version, Simulated: f.Simulated, Source: f.Name}); err != nil {
			return err
		}
		if err := writeFile(o.l0, func(w io.Writer) error { _, err := table.WriteTo(w); return err }); err != nil {
			return err
		}
		e.Printf("%s: ACA_DUMP table of %s %s", o.l0, num(len(f.Rows)), plural(len(f.Rows), "row", "rows"))
	}
	return nil
}

// print describes a file to a person.
func (d *decoded) print(e *env) {
	size := term.Size(d.Bytes)
	if d.Delivered.Gzip {
		size += ", " + term.Size(d.Delivered.Bytes) + " compressed"
	}
	if d.Simulated {
		size += ", simulated"
	}
	e.Printf("%s (%s)", d.File, size)
	e.Printf("  frames    %s: %s data in %s segments, %s fill, %s other, %s repeated, %s damaged",
		num(d.SFDUs), num(d.Frames.Data), num(d.Segments), num(d.Frames.Fill),
		num(d.Frames.Other), num(d.Frames.Repeated), num(d.Frames.Damaged))
	e.Printf("  rows      %s of %s recovered, %s rejected, %s repeated",
		num(d.Rows.Recovered-d.Rows.Repeated), num(2*telemetry.CCD.HalfRows()), num(d.Rows.Rejected), num(d.Rows.Repeated))
	e.Printf("  ledger    %s", ledgerLine(d.Ledger))
	const most = 16
	for i, r := range d.Readouts {
		if i == most {
			e.Printf("  ... and %d more readouts (--json lists all)", len(d.Readouts)-most)
			break
		}
		e.Printf("  readout   %.3f s, quadrant %s: %s of %d rows%s", r.IntegS, r.Quadrant, num(r.Rows), telemetry.CCD.QuadrantRows(), missing(r.Missing))
	}
	for _, n := range d.Notes {
		e.Printf("  note      %s", n)
	}
}

// missing lists lost rows, as many as fit a line.
func missing[R ~[2]N, N int | int16](ranges []R) string {
	if len(ranges) == 0 {
		return ""
	}
	var names []string
	for i, r := range ranges {
		switch {
		case i == 6:
			return "; missing " + strings.Join(names, ", ") + fmt.Sprintf(" and %d more", len(ranges)-i)
		case r[0] == r[1]:
			names = append(names, fmt.Sprint(r[0]))
		default:
			names = append(names, fmt.Sprintf("%d to %d", r[0], r[1]))
		}
	}
	return "; missing " + strings.Join(names, ", ")
}

func ledgerLine(l telemetry.Ledger) string {
	var parts []string
	for _, c := range []struct {
		name  string
		bytes int64
	}{
		{"rows", l.Rows}, {"framing", l.Framing}, {"fill", l.Fill}, {"empty", l.Empty}, {"cut", l.Cut}, {"rejected", l.Rejected},
		{"repeated", l.Repeated}, {"other", l.Other}, {"damaged", l.Damaged}, {"surplus", l.Surplus}, {"trailing", l.Trailing},
	} {
		if c.bytes > 0 {
			parts = append(parts, fmt.Sprintf("%s %s", phrase.Count(c.bytes), c.name))
		}
	}
	return strings.Join(parts, " + ") + fmt.Sprintf(" = %s bytes", phrase.Count(l.Total()))
}
