package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/pflag"

	"darksite/processing/chandra"
	"darksite/processing/fits"
	"darksite/processing/synth"
	"darksite/processing/telemetry"
)

var simulateVerb = verb{
	name:  "simulate",
	args:  "ID --out DIR [--seed N] [--t-ccd C] [--start T] [--received T] [--damage TEXT]",
	short: "simulate the telemetry of a calibration",
	long: `Simulates a dark current calibration, from the CCD to the gzipped VC2 files, and writes
DIR/<id>/: the files as delivered, info.csv, and truth/ with every row that was sent, the
faults and their positions, and the true dark current. The same flags give the same bytes.

Damage is described in words, with faults separated by semicolons, for example
  "rows 100-130 of replica 3 lost; drop 4 frames; replica 5 missing"`,
	examples: []string{
		"darksite simulate 2016125 --out data",
		`darksite simulate 2016125 --out data --seed 7 --damage "rows 100-130 of replica 3 lost; replica 5 missing"`,
	},
	setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
		o := simulation{options: synth.Defaults()}
		fs.StringVar(&o.out, "out", "", "write to `DIR`/<id>/")
		fs.Uint64Var(&o.options.Seed, "seed", o.options.Seed, "`N` determines the CCD, the sky and all noise")
		fs.Float64Var(&o.options.TCCD, "t-ccd", o.options.TCCD, "CCD temperature `C` in degrees Celsius")
		fs.IntVar(&o.options.Replicas, "replicas", o.options.Replicas, "`N` pointings, 1 to 5")
		fs.IntVar(&o.options.RowsPerQuadrant, "rows", o.options.RowsPerQuadrant, "`N` rows per quadrant; fewer give a smaller file")
		fs.Func("start", "start of the first replica `T`, YYYY:DDD:HH:MM:SS.sss (default 02:00 of the day)", dateFlag(&o.options.Start))
		fs.Func("received", "time `T` from which its telemetry is received (default five and a quarter hours after its start)", dateFlag(&o.options.Received))
		fs.StringVar(&o.damage, "damage", "", "`TEXT` that describes the damage")
		return o.run
	},
}

// dateFlag sets a time.
func dateFlag(to *time.Time) func(string) error {
	return func(s string) (err error) {
		*to, err = chandra.ParseDate(s)
		return err
	}
}

type simulation struct {
	out, damage string
	options     synth.Options
}

// optionFlags are the flags that set fields of synth.Options.
var optionFlags = map[string]string{"TCCD": "t-ccd", "Replicas": "replicas", "RowsPerQuadrant": "rows", "Received": "received"}

// simulated is the JSON document of a simulation.
type simulated struct {
	ID    chandra.ID `json:"id"`
	Dir   string     `json:"dir"`
	Files []string   `json:"files"`
}

func (o *simulation) run(ctx context.Context, e *env, args []string) error {
	ids, err := e.ids(args, "simulate")
	switch {
	case err != nil:
		return err
	case len(ids) != 1:
		return usageError(errors.New("name one calibration, for example 2015355"), "simulate")
	case o.out == "":
		return usageError(errors.New("--out DIR is missing: name a directory to write to"), "simulate")
	}
	dir := o.out
	if filepath.Base(dir) != string(ids[0]) {
		dir = filepath.Join(dir, string(ids[0]))
	}
	if c, err := e.config(); err == nil { // it needs no site
		if err := c.CheckOutput(dir, "--out"); err != nil {
			return usageError(err, "simulate")
		}
	}
	damage, err := synth.ParseDamage(o.damage)
	if err != nil {
		return usageError(err, "simulate")
	}
	if o.options.RowsPerQuadrant < telemetry.CCD.QuadrantRows() {
		tiny := synth.Tiny()
		o.options.StripRows, o.options.EmptyRecords = tiny.StripRows, tiny.EmptyRecords
	}
	files, err := simulate(ctx, e, ids[0], dir, o.options, damage)
	var option *synth.OptionError
	if errors.As(err, &option) && optionFlags[option.Field] != "" {
		return usageError(fmt.Errorf("--%s is %v: want %s", optionFlags[option.Field], option.Value, option.Want), "simulate")
	}
	if err != nil {
		return err
	}
	e.Printf("%s: %d VC2 files", dir, len(files))
	e.Hintf("copy it into data/ of a site directory, then `darksite process %s`", ids[0])
	return e.Document(simulated{ids[0], dir, files})
}

// simulate writes a data directory and returns the names of its VC2 files.
func simulate(ctx context.Context, e *env, id chandra.ID, dir string, options synth.Options, damage synth.Damage) ([]string, error) {
	bar := e.Progress(fmt.Sprintf("simulating %s", id), int64(options.Replicas), "replicas")
	defer bar.Close()
	cal, err := synth.Calibrate(ctx, id, options, damage, func() { bar.Add(1) })
	if err != nil {
		return nil, err
	}
	var dark bytes.Buffer
	err = fits.Encode(&dark, fits.Image[float32]{
		Cards: []fits.Card{
			{Key: "CALID", Value: string(id)},
			fits.Simulated(),
			{Key: "BUNIT", Value: "electron/s", Comment: "true dark current"},
			{Key: "CCD_TEMP", Value: options.TCCD, Comment: "[degC]"},
			{Key: "CREATOR", Value: "darksite " + version + " simulation"},
		},
		Width: telemetry.CCD.Columns, Height: telemetry.CCD.Rows, Pixels: cal.Dark,
	})
	if err != nil {
		return nil, err
	}
	cal.Truth = map[string][]byte{"dark.fits": dark.Bytes()}
	if err := synth.Write(dir, cal); err != nil {
		return nil, err
	}
	names := []string{}
	for _, f := range cal.Files {
		if !f.Missing {
			names = append(names, f.Name)
		}
	}
	return names, nil
}
