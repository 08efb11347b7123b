package main

import (
	"context"
	_ "embed" // the series and the published numbers
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"darksite/internal/config"
	"darksite/internal/ground/phrase"
	"darksite/internal/workspace"
	"darksite/processing/published"
	"darksite/processing/synth"
)

var demoVerb = verb{
	name:  "demo",
	args:  "[--dir DIR] [--no-serve]",
	short: "the five-minute tour: simulate, process, build, look",
	long: `Simulates the telemetry of five calibrations of one ageing CCD, 2015 to 2019: one with a star
left in its map, one with lost rows, and a new set point of the CCD temperature. It adds
the numbers that were published of the flight CCD from 1999 to 2015, processes all of it,
builds the pages and serves them on this machine until Ctrl-C. What is simulated says so.

Everything lives in a temporary directory that is removed at the end, or in DIR, which is kept:
a site directory like any other, in which every command works.`,
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

const demoConfig = "# A demonstration: simulated telemetry, no flight data.\n\n[site]\ntitle = \"Dark current calibrations (simulated demo)\"\n"

var (
	//go:embed demo/series.csv
	demoSeries string
	//go:embed demo/published.csv
	demoPublished string
)

func (o *demo) run(ctx context.Context, e *env, _ []string) (err error) {
	if err := checkPort(o.port, "demo"); err != nil {
		return err
	}
	kept := o.dir != "" || o.noServe
	if o.dir == "" {
		if o.dir, err = os.MkdirTemp("", "darksite-demo-"); err != nil {
			return err
		}
		if !kept {
			defer func() { err = errors.Join(err, os.RemoveAll(o.dir)) }()
		}
	}
	if err := o.prepare(); err != nil {
		return err
	}
	sessions, _, err := synth.ReadSeries(strings.NewReader(demoSeries), "demo/series.csv", synth.Defaults())
	if err != nil {
		return err
	}
	for _, s := range sessions {
		data := filepath.Join(o.dir, "data", string(s.ID))
		if _, err := os.Stat(data); errors.Is(err, os.ErrNotExist) {
			if _, err := simulate(ctx, e, s, data); err != nil {
				return err
			}
		}
	}
	at := &env{Printer: e.Printer, dir: o.dir}
	b, c, err := o.build(ctx, e, at)
	if err != nil {
		return err
	}
	o.suggest(e, b.Index, kept)
	if o.noServe {
		return e.Document(b)
	}
	return (&previewed{port: o.port}).show(ctx, e, c, at.config)
}

// build adds the published numbers and makes the pages.
func (o *demo) build(ctx context.Context, e, at *env) (*built, *workspace.Workspace, error) {
	c, unlock, err := at.locked()
	if err != nil {
		return nil, nil, err
	}
	defer unlock()
	table, err := published.Read(strings.NewReader(demoPublished), "published.csv")
	if err != nil {
		return nil, nil, err
	}
	if err := new(importing).numbers(e, c, []*published.Table{table}); err != nil {
		return nil, nil, err
	}
	b, err := new(building).build(ctx, e, c)
	return b, c, err
}

// suggest says what to try next.
func (o *demo) suggest(e *env, index string, kept bool) {
	if !kept {
		e.Printf("Next: look at the pages. `darksite demo --dir tour` keeps the site, to try the commands in it.")
		return
	}
	in := "darksite -C " + phrase.Shell(o.dir)
	note := phrase.Shell(filepath.Join(o.dir, filepath.FromSlash(workspace.NotesDir), "2016125.md"))
	e.Printf("%s is made. It is a site directory, in which every command works. Try next:", index)
	for _, try := range [][2]string{
		{"look at the pages, which follow each change", in + " serve --open"},
		{"write a note, for page and TWiki", "echo 'A star was left in the map.' > " + note},
		{"see what is wrong with a calibration", in + " score 2016125"},
		{"say that it may be used", in + ` sign 2016125 --decision accept --by "A. Analyst" --reason "One star."`},
		{"trace a number to the telemetry", in + " why 2015355 n_gt_100"},
		{"make what is not up to date, and say why", in + " build --explain"},
	} {
		e.Printf("  # %s\n  %s", try[0], try[1])
	}
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
	if err := makeSiteDirs(o.dir); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(demoConfig), 0o666)
}
