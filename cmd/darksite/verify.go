package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/comparison"
)

var verifyVerb = verb{
	name:  "verify",
	args:  "[ID...]",
	short: "check that the archive is whole and says one thing",
	long: `Reads archive/aca_dark/<id>/ back, of all calibrations or of those named, and compares
everything with everything: the files with their SHA-256, the FITS checksums, the counts
with the image, properties.json with calibration.json, the lists of pixels with each
other, and the telemetry at hand with what the map was made of. It names what does not hold, and ends with exit code 1 then.`,
	setup: func(*flag.FlagSet) func(context.Context, *env, []string) error { return runVerify },
}

// verified is the JSON document for a calibration.
type verified struct {
	ID           chandra.ID `json:"id"`
	Problems     []string   `json:"problems"`
	InputsAbsent []string   `json:"inputs_absent"`
}

func runVerify(ctx context.Context, e *env, args []string) error {
	c, err := e.config()
	if err != nil {
		return err
	}
	ids, err := parseIDs(args, "verify")
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		if ids, err = artifact.List(c.ArchiveDir()); err != nil {
			return err
		}
	}
	documents := []verified{}
	bad := 0
	for _, id := range ids {
		if err := ctx.Err(); err != nil {
			return err
		}
		d := verified{ID: id, Problems: artifact.Verify(c.ArchiveDir(), id)}
		if cal, err := artifact.Load(c.ArchiveDir(), id); err == nil {
			differ, absent := artifact.VerifyInputs(c.DataDir(), cal)
			d.Problems, d.InputsAbsent = append(d.Problems, differ...), absent
		}
		if _, err := os.Stat(filepath.Join(c.ComparisonsDir(), string(id))); err == nil {
			for _, p := range comparison.Verify(c.ComparisonsDir(), id) {
				d.Problems = append(d.Problems, "comparison: "+p)
			}
		}
		d.Problems, d.InputsAbsent = append([]string{}, d.Problems...), append([]string{}, d.InputsAbsent...)
		documents = append(documents, d)
		d.print(e)
		if len(d.Problems) > 0 {
			bad++
		}
	}
	if err := e.Document(documents); err != nil {
		return err
	}
	switch {
	case bad > 0:
		return fmt.Errorf("%d of %d calibrations do not hold", bad, len(ids))
	case len(ids) == 0:
		return errors.New("the archive is empty: nothing to verify")
	}
	return nil
}

func (d *verified) print(e *env) {
	state := "whole"
	if len(d.Problems) > 0 {
		state = fmt.Sprintf("%d %s", len(d.Problems), plural(len(d.Problems), "problem", "problems"))
	}
	if n := len(d.InputsAbsent); n > 0 {
		state += fmt.Sprintf("; %d of its inputs are not at hand", n)
	}
	e.Printf("%s  %s", d.ID, state)
	for _, p := range d.Problems {
		e.Printf("         %s", p)
	}
}
