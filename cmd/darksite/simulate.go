package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
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
	args:  "(ID | --series FILE) --out DIR [--seed N] [--t-ccd C] [--start T] [--received T] [--damage TEXT]",
	short: "simulate the telemetry of a calibration, or of one CCD over years",
	long: `Simulates a dark current calibration, from the CCD to the gzipped VC2 files, and writes
DIR/<id>/: the files as delivered, info.csv, and truth/ with every row that was sent, the
faults and their positions, and the true dark current. The same flags give the same bytes.
The files say that they are simulated, and so does all that is made of them.

Damage is described in words, with faults separated by semicolons, for example
  "rows 100-130 of replica 3 lost; drop 4 frames; replica 5 missing"

--series makes several calibrations of one CCD: warm and hot pixels stay and grow hotter, new
ones join them. FILE is a table, by rising id:
  id,temp,ra,dec,damage
  2015355,-13.6,227.136,16.976,
  2016125,,,,star left in
All columns but id are optional. An empty temperature or attitude is that of the line before.`,
	examples: []string{
		"darksite simulate 2016125 --out data",
		`darksite simulate 2016125 --out data --seed 7 --damage "rows 100-130 of replica 3 lost; replica 5 missing"`,
		"darksite simulate --series series.csv --out data --seed 7",
	},
	setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
		o := simulation{flags: fs, options: synth.Defaults()}
		fs.StringVar(&o.out, "out", "", "write to `DIR`/<id>/")
		fs.StringVar(&o.series, "series", "", "simulate the calibrations of one CCD in the table `FILE`")
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
	flags               *pflag.FlagSet
	out, series, damage string
	options             synth.Options
}

// optionFlags are the flags that set fields of synth.Options.
var optionFlags = map[string]string{"TCCD": "t-ccd", "Replicas": "replicas", "RowsPerQuadrant": "rows", "Received": "received"}

// simulated is the JSON document of a simulation, and simulatedSeries that of a series.
type simulated struct {
	ID    chandra.ID `json:"id"`
	Dir   string     `json:"dir"`
	Files []string   `json:"files"`
}

type simulatedSeries struct {
	Calibrations []simulated `json:"calibrations"`
}

func (o *simulation) run(ctx context.Context, e *env, args []string) error {
	if o.out == "" {
		return usageError(errors.New("--out DIR is missing: name a directory to write to"), "simulate")
	}
	if o.options.RowsPerQuadrant < telemetry.CCD.QuadrantRows() {
		tiny := synth.Tiny()
		o.options.StripRows, o.options.EmptyRecords = tiny.StripRows, tiny.EmptyRecords
	}
	sessions, err := o.sessions(e, args)
	if err != nil {
		return byFlag(err)
	}
	c, noSite := e.config() // it needs no site
	document := simulatedSeries{}
	for _, s := range sessions {
		dir := o.out
		if o.series != "" || filepath.Base(dir) != string(s.ID) {
			dir = filepath.Join(dir, string(s.ID))
		}
		if noSite == nil {
			if err := c.CheckOutput(dir, "--out"); err != nil {
				return usageError(err, "simulate")
			}
		}
		files, err := simulate(ctx, e, s, dir)
		if err != nil {
			return byFlag(err)
		}
		e.Printf("%s: %d VC2 files", dir, len(files))
		document.Calibrations = append(document.Calibrations, simulated{s.ID, dir, files})
	}
	if o.series != "" {
		e.Hintf("copy them into data/ of a site directory, then `darksite build`")
		return e.Document(document)
	}
	e.Hintf("copy it into data/ of a site directory, then `darksite process %s`", sessions[0].ID)
	return e.Document(document.Calibrations[0])
}

// byFlag names an option that cannot be by its flag.
func byFlag(err error) error {
	var option *synth.OptionError
	if errors.As(err, &option) && optionFlags[option.Field] != "" {
		return usageError(fmt.Errorf("--%s is %v: want %s", optionFlags[option.Field], option.Value, option.Want), "simulate")
	}
	return err
}

// sessions returns the named calibration, or every calibration of the series.
func (o *simulation) sessions(e *env, args []string) ([]synth.Session, error) {
	if o.series == "" {
		ids, err := e.ids(args, "simulate")
		if err != nil {
			return nil, err
		}
		if len(ids) != 1 {
			return nil, usageError(errors.New("name one calibration, for example 2015355, or a table of several with --series"), "simulate")
		}
		damage, err := synth.ParseDamage(o.damage)
		if err != nil {
			return nil, usageError(err, "simulate")
		}
		return []synth.Session{{ID: ids[0], Options: o.options, Damage: damage}}, nil
	}
	if len(args) > 0 {
		return nil, usageError(errors.New("--series and an id do not go together: the table names the calibrations"), "simulate")
	}
	for _, name := range []string{"start", "received", "damage"} {
		if o.flags.Changed(name) {
			return nil, usageError(fmt.Errorf("--%s and --series do not go together: it is of one calibration", name), "simulate")
		}
	}
	table, err := os.Open(o.series)
	if err != nil {
		return nil, err
	}
	defer table.Close()
	sessions, warnings, err := synth.ReadSeries(table, o.series, o.options)
	for _, w := range warnings {
		e.Warnf("%s", w)
	}
	return sessions, err
}

// simulate writes a data directory and returns the names of its VC2 files.
func simulate(ctx context.Context, e *env, s synth.Session, dir string) ([]string, error) {
	bar := e.Progress(fmt.Sprintf("simulating %s", s.ID), int64(s.Options.Replicas), "replicas")
	defer bar.Close()
	cal, err := synth.Calibrate(ctx, s.ID, s.Options, s.Damage, func() { bar.Add(1) })
	if err != nil {
		return nil, err
	}
	var dark bytes.Buffer
	err = fits.Encode(&dark, fits.Image[float32]{
		Cards: []fits.Card{
			{Key: "CALID", Value: string(s.ID)},
			fits.Simulated(),
			{Key: "BUNIT", Value: "electron/s", Comment: "true dark current"},
			{Key: "CCD_TEMP", Value: s.Options.TCCD, Comment: "[degC]"},
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
