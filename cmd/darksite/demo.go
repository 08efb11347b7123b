package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/pflag"

	"darksite/internal/config"
	"darksite/processing/chandra"
	"darksite/processing/synth"
)

var demoVerb = verb{
	name:  "demo",
	args:  "[--dir DIR] [--no-serve]",
	short: "the five-minute tour: simulate, process, build, look",
	long: `Simulates the telemetry of one calibration, processes it, builds the pages and serves them
on this machine until Ctrl-C. Everything lives in a temporary directory that is removed at
the end, or in DIR, which is kept.`,
	examples: []string{"darksite demo", "darksite demo --dir tour --no-serve"},
	alone:    true,
	setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
		var o demo
		fs.StringVar(&o.dir, "dir", "", "work in `DIR` and keep it; it must be new or hold a demo")
		fs.BoolVar(&o.noServe, "no-serve", false, "stop when the pages are built")
		fs.IntVar(&o.port, "port", 8065, "serve on this `PORT`, or the next free one")
		return o.run
	},
}

type demo struct {
	dir     string
	noServe bool
	port    int
}

const (
	// demoID is the calibration of the 2015 instruction page, and demoTemp its
	// CCD temperature.
	demoID   = chandra.ID("2015355")
	demoTemp = -13.6 // degrees Celsius

	demoConfig = "# A demonstration: simulated telemetry, no flight data.\n\n[site]\ntitle = \"Dark current calibrations (simulated demo)\"\n"
)

func (o *demo) run(ctx context.Context, e *env, _ []string) (err error) {
	if err := checkPort(o.port, "demo"); err != nil {
		return err
	}
	if o.dir == "" {
		dir, err := os.MkdirTemp("", "darksite-demo-")
		if err != nil {
			return err
		}
		if o.noServe {
			e.Printf("working in %s", dir)
		} else {
			defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
		}
		o.dir = dir
	}
	if err := o.prepare(); err != nil {
		return err
	}
	data := filepath.Join(o.dir, "data", string(demoID))
	if _, err := os.Stat(data); errors.Is(err, os.ErrNotExist) {
		options := synth.Defaults()
		options.TCCD = demoTemp
		// The field of load DEC1115A (inputs-and-pages.md, section C3).
		options.RA, options.Dec = 227.136341, 16.976002
		if _, err := simulate(ctx, e, demoID, data, options, nil); err != nil {
			return err
		}
	}
	at := &env{Printer: e.Printer, dir: o.dir}
	c, unlock, err := at.locked()
	if err != nil {
		return err
	}
	b, err := new(building).build(ctx, e, c)
	unlock()
	if err != nil {
		return err
	}
	if o.noServe {
		e.Printf("open %s in a browser", b.Index)
		return e.Document(b)
	}
	return (&previewed{port: o.port}).show(ctx, e, c, at.config)
}

// prepare makes the site directory. One that holds anything but a demo is
// left alone.
func (o *demo) prepare() error {
	path := filepath.Join(o.dir, config.FileName)
	if content, err := os.ReadFile(path); err == nil && string(content) == demoConfig {
		return nil
	}
	if entries, err := os.ReadDir(o.dir); err == nil && len(entries) > 0 {
		return fmt.Errorf("%s is not empty and holds no demo: name a new directory", o.dir)
	}
	if err := os.MkdirAll(o.dir, 0o777); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(demoConfig), 0o666)
}
