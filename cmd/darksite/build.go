package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"darksite"

	"github.com/spf13/pflag"

	"darksite/internal/site"
	"darksite/internal/term"
	"darksite/internal/workspace"
	"darksite/processing/chandra"
	"darksite/processing/pipeline"
)

var buildVerb = verb{
	name:  "build",
	args:  "[--explain] [--dry-run] [--verify-inputs]",
	short: "process new telemetry, then build the pages in public/",
	long: `Processes each calibration in data/ that the archive lacks or whose telemetry, info.csv or
settings changed, then builds public/dark_cal/ from the archive alone: the index, a page for
each calibration, and the downloads. Unchanged files are not rewritten; files in public/
that darksite did not make are not touched. content/, layouts/ and static/ in the site
directory replace the built-in ones file by file.

A build decides what is out of date by content hash; .darksite/cache remembers the hashes
and can be deleted at any time. --explain says why each step was done; --dry-run says what
would be done and why, and writes nothing. --verify-inputs reads every file, even if its
size and times are unchanged.`,
	examples: []string{"darksite build", "darksite build --dry-run", "darksite build --explain"},
	alone:    true,
	setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
		var o building
		fs.BoolVar(&o.explain, "explain", false, "say why each step was done")
		fs.BoolVar(&o.dry, "dry-run", false, "say what would be done and why, and write nothing")
		fs.BoolVar(&o.verify, "verify-inputs", false, "read every file, even if its size and times are unchanged")
		return o.run
	},
}

// building are the options of build.
type building struct{ explain, dry, verify bool }

// built is the JSON document of a build.
type built struct {
	Public       string              `json:"public"`
	Index        string              `json:"index"`
	Calibrations int                 `json:"calibrations"`
	Processed    []processed         `json:"processed"`
	Failed       []chandra.ID        `json:"failed"`
	NotCompared  []chandra.ID        `json:"not_compared"`
	Added        int                 `json:"added"`
	Changed      int                 `json:"changed"`
	Removed      int                 `json:"removed"`
	Unchanged    int                 `json:"unchanged"`
	Warnings     []string            `json:"warnings"`
	Steps        []workspace.Step    `json:"steps"`     // that were done, and why
	MainPage     *workspace.MainPage `json:"main_page"` // null when site.toml names none
}

// options are the options of a build that reports to the user.
func (e *env) options(c *workspace.Workspace) workspace.Options {
	return workspace.Options{Say: e, Defaults: darksite.Defaults, Process: func(ctx context.Context, id chandra.ID) (*pipeline.Result, error) { return processOne(ctx, e, c, id) }}
}

// shown are options with progress, for a person who waits for the build.
func (e *env) shown(c *workspace.Workspace) workspace.Options {
	o := e.options(c)
	if !e.Watched() {
		return o
	}
	o.Progress = func(label string, total int64, unit string) workspace.Progress {
		return e.Progress(label, total, term.Unit(unit))
	}
	return o
}

func (o *building) run(ctx context.Context, e *env, _ []string) error {
	if o.dry {
		return o.plan(ctx, e)
	}
	c, unlock, err := e.locked()
	if err != nil {
		return err
	}
	defer unlock()
	b, err := o.build(ctx, e, c)
	if err != nil {
		return err
	}
	if o.explain {
		printSteps(e, b.Steps)
	}
	what := fmt.Sprintf("%s %s added, %s changed, %s removed, %s unchanged",
		num(b.Added), plural(b.Added, "file", "files"), num(b.Changed), num(b.Removed), num(b.Unchanged))
	if len(b.Steps) == 0 {
		what = "nothing has changed"
	}
	e.Printf("%s: %s %s; %s", c.Rel(b.Index), num(b.Calibrations), plural(b.Calibrations, "calibration", "calibrations"), what)
	if b.Calibrations == 0 {
		e.Hintf("no calibration yet: %s", firstCalibration)
	}
	if err := e.Document(b); err != nil {
		return err
	}
	if len(b.Failed) > 0 {
		return fmt.Errorf("%d %s could not be processed; the pages show what the archive holds",
			len(b.Failed), plural(len(b.Failed), "calibration", "calibrations"))
	}
	return notCompared(b.NotCompared)
}

// firstCalibration says how a site gets its first calibration.
const firstCalibration = "copy telemetry to data/YYYYDOY/ and run `darksite build`, or `darksite run ID` where [source] is set, or `darksite import PATH` for maps and published numbers"

// build processes what is stale and makes the pages.
func (o *building) build(ctx context.Context, e *env, c *workspace.Workspace) (*built, error) {
	strays := e.warnStrays(c)
	options := e.shown(c)
	options.Verify = o.verify
	done, err := c.Build(ctx, options)
	if err != nil {
		return nil, err
	}
	b := &built{
		Public: c.PublicDir(), Index: filepath.Join(c.PublicDir(), site.Section, "index.html"),
		Calibrations: done.Calibrations, Processed: []processed{},
		Failed: append([]chandra.ID{}, done.Failed...), NotCompared: append([]chandra.ID{}, done.NotCompared...),
		Added: len(done.Added), Changed: len(done.Changed), Removed: len(done.Removed), Unchanged: done.Unchanged,
		Warnings: slices.Concat([]string{}, done.Warnings, strays), Steps: append([]workspace.Step{}, done.Steps...), MainPage: done.MainPage,
	}
	for _, r := range done.Processed {
		b.Processed = append(b.Processed, documentOf(r))
	}
	return b, nil
}

// plan says what a build would do.
func (o *building) plan(ctx context.Context, e *env) error {
	c, err := e.site()
	if err != nil {
		return err
	}
	options := e.options(c)
	options.Verify = o.verify
	steps, err := c.Plan(ctx, options)
	if err != nil {
		return err
	}
	printSteps(e, steps)
	if len(steps) == 0 {
		e.Printf("nothing has changed: `darksite build` would write nothing")
	}
	return e.Document(struct {
		Steps []workspace.Step `json:"steps"`
	}{append([]workspace.Step{}, steps...)})
}

func printSteps(e *env, steps []workspace.Step) {
	var rows [][]string
	for _, s := range steps {
		rows = append(rows, []string{string(s.What), string(s.ID), s.Why})
	}
	if len(rows) > 0 {
		e.Table([]term.Column{{Title: "step"}, {Title: "id"}, {Title: "why"}}, rows)
	}
}
