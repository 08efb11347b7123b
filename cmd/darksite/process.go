package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"darksite/internal/lock"
	"darksite/internal/term"
	"darksite/internal/workspace"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/pipeline"
	"darksite/processing/quality"
	"darksite/processing/quantity"

	"github.com/spf13/pflag"
)

var processVerb = verb{
	name:  "process",
	args:  "ID... | --all",
	short: "turn the telemetry of a calibration into a dark map and archive files",
	long: `Reads data/<id>/ (the VC2 files as delivered, and info.csv if present), computes the dark
map and writes archive/aca_dark/<id>/: image.fits, properties.json, coverage.fits and
calibration.json. The directory appears complete or not at all; the same telemetry gives the
same bytes. With fewer than five replicas the map is marked incomplete; with none there is no
map, and the exit code is 3.`,
	examples: []string{"darksite process 2016125", "darksite process --all"},
	words:    calibrations,
	setup: func(fs *pflag.FlagSet) func(context.Context, *env, []string) error {
		all := fs.Bool("all", false, "process every calibration in data/")
		return func(ctx context.Context, e *env, args []string) error { return runProcess(ctx, e, args, *all) }
	},
}

// processed is the JSON document for a calibration.
type processed struct {
	ID         chandra.ID          `json:"id"`
	Dir        string              `json:"dir"`
	Changed    bool                `json:"changed"`
	Map        artifact.Map        `json:"map"`
	Statistics quantity.Statistics `json:"statistics"`
	// Since is the change since the previous calibration; null for the first.
	Since *change `json:"since"`
	// Verdict is a state, and Summary says why in a line.
	Verdict  quality.State `json:"verdict"`
	Summary  string        `json:"summary"`
	Warnings []string      `json:"warnings"`
}

func runProcess(ctx context.Context, e *env, args []string, all bool) error {
	c, err := e.config()
	if err != nil {
		return err
	}
	ids, err := e.ids(args, "process")
	switch {
	case err != nil:
		return err
	case all && len(ids) > 0:
		return usageError(errors.New("--all and ids do not go together"), "process")
	case len(ids) == 0 && !all:
		return usageError(errors.New("name a calibration, or --all"), "process")
	case !isSite(c):
		return e.nowhere(c, ids)
	case all:
		if ids, err = workspace.IDsIn(c.DataDir()); err != nil {
			return err
		}
		if strays := e.warnStrays(c); len(ids) == 0 && len(strays) > 0 {
			return withHint(fmt.Errorf("no directory in %s is named like a calibration", c.DataDir()), "rename the directories as the warnings say, and run the command again")
		} else if len(ids) == 0 {
			return fmt.Errorf("%w: no calibration in %s", pipeline.ErrIncomplete, c.DataDir())
		}
	}
	for _, id := range ids {
		if _, err := os.Stat(filepath.Join(c.DataDir(), string(id))); errors.Is(err, fs.ErrNotExist) {
			return noTelemetry(c, id)
		}
	}
	unlock, err := lock.Write(c.Dir)
	if err != nil {
		return err
	}
	defer unlock()
	document := struct {
		Calibrations []processed `json:"calibrations"`
		Failed       []failure   `json:"failed"`
	}{[]processed{}, []failure{}}
	var failures []error
	for _, id := range ids {
		r, err := processOne(ctx, e, c, id)
		switch {
		case err == nil:
			document.Calibrations = append(document.Calibrations, documentOf(r))
			continue
		case ctx.Err() != nil:
			return ctx.Err()
		case len(ids) == 1:
			return err
		}
		// A failure does not stop the others.
		e.Errorf("%s: %v", id, err)
		failures = append(failures, err)
		document.Failed = append(document.Failed, failure{id, err.Error()})
	}
	compared, apart, err := compareAll(ctx, e, c)
	if err != nil {
		return err
	}
	for i := range document.Calibrations {
		d := &document.Calibrations[i]
		d.Since = changeOf(compared[d.ID])
		printChange(e, d.ID, compared[d.ID])
	}
	if err := verdicts(e, c, document.Calibrations); err != nil {
		return err
	}
	e.Hintf("`darksite build` makes the pages")
	if err := e.Document(document); err != nil {
		return err
	}
	if err := together(failures, len(ids)); err != nil {
		return err
	}
	return notCompared(apart)
}

// verdicts judges the new maps. A bad map is still a map: only `score` has an exit
// code for it.
func verdicts(e *env, c *workspace.Workspace, done []processed) error {
	rules, err := c.Rules("")
	if err != nil {
		return err
	}
	for i := range done {
		cal, err := artifact.Load(c.ArchiveDir(), done[i].ID)
		if err != nil {
			return err
		}
		v, err := c.Judge(cal, rules)
		if err != nil {
			return err
		}
		done[i].Verdict, done[i].Summary = v.State, v.Reason
		e.Printf("%s  %s", v.ID, v.Reason)
	}
	return nil
}

// failure is a calibration that could not be processed.
type failure struct {
	ID    chandra.ID `json:"id"`
	Error string     `json:"error"`
}

// together is one error for the calibrations that failed: incomplete data only if
// nothing else is wrong.
func together(failures []error, of int) error {
	if len(failures) == 0 {
		return nil
	}
	err := fmt.Errorf("%d of %d calibrations could not be processed", len(failures), of)
	for _, f := range failures {
		if !errors.Is(f, pipeline.ErrIncomplete) {
			return err
		}
	}
	return fmt.Errorf("%w: %w", pipeline.ErrIncomplete, err)
}

// processOne processes one calibration and reports the result.
func processOne(ctx context.Context, e *env, c *workspace.Workspace, id chandra.ID) (*pipeline.Result, error) {
	options := c.PipelineOptions()
	var bar *term.Progress
	options.Progress = func(done, total int) {
		if done == 0 {
			bar = e.Progress("processing "+string(id), int64(total), "replicas")
		} else {
			bar.Add(1)
		}
	}
	r, err := pipeline.Process(ctx, id, options)
	if bar != nil {
		bar.Close()
	}
	if err != nil {
		return nil, err
	}
	for _, w := range r.Warnings {
		e.Warnf("%s: %s", id, w)
	}
	for _, s := range r.Calibration.Contradictions {
		e.Warnf("%s: contradiction: %s", id, s)
	}
	k := r.Calibration
	received, expected := 0, 0
	for _, r := range k.Replicas {
		received += r.RowsReceived
		expected += r.RowsExpected
	}
	method := k.Map.Method
	if k.Simulated {
		method = "simulated, " + method
	}
	e.Printf("%s  %s map of %s, %s of %s rows", id, method, k.Map.ReplicasText(), num(received), num(expected))
	if k.Map.Degraded {
		e.Printf("         INCOMPLETE: %s", strings.Join(k.Map.Reasons, "; "))
	}
	if s := k.Statistics; s.Pixels() > 0 {
		warm, _ := s.Over(100)
		hot, _ := s.Over(1000)
		e.Printf("         mean %.1f e-/s, median %.1f e-/s, N>100 %s, N>1000 %s", s.Numbers[quantity.Mean], s.Numbers[quantity.Median], num(warm), num(hot))
	}
	state := "written"
	if !r.Changed {
		state = "unchanged"
	}
	e.Printf("         %s %s", c.Rel(r.Dir), state)
	return r, nil
}

func documentOf(r *pipeline.Result) processed {
	return processed{
		ID: r.Calibration.ID, Dir: r.Dir, Changed: r.Changed, Map: r.Calibration.Map,
		Statistics: r.Calibration.Statistics, Warnings: append([]string{}, r.Warnings...),
	}
}
