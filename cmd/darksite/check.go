package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"darksite/internal/term"
	"darksite/internal/workspace"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/kadi"
	"darksite/processing/pipeline"
	"darksite/processing/quality"
	"darksite/processing/timeline"
)

var checkVerb = verb{
	name:  "check",
	args:  "ID",
	short: "check that the replicas and their telemetry are complete",
	long: `Asks kadi's event database ([source] kadi in site.toml) whether the replicas of a
calibration were taken, are still to come or are lost, then examines the telemetry in
data/<id>/: files, sizes, frames, segments, rows, each missing row. Nothing is written.
Without a kadi file the result rests on the telemetry alone, and check says so.

Times inside the telemetry, file names, kadi, info.csv and replicas.csv are compared with
the id and with each other. The result is ready (exit code 0), wait (3), damaged (4) or
contradictory (4).`,
	examples: []string{"darksite check 2016125", "darksite check 2016_125 --json"},
	words:    calibrations,
	setup:    func(*pflag.FlagSet) func(context.Context, *env, []string) error { return runCheck },
}

// The answers of a check.
const (
	ready   = "ready"
	wait    = "wait"
	damaged = "damaged"
	// contradictory: sources give times that cannot be true together.
	contradictory = "contradictory"
)

// checked is the JSON document of a check.
type checked struct {
	ID    chandra.ID `json:"id"`
	State string     `json:"state"` // ready, wait, damaged or contradictory
	// Why it is not ready, in sentences; Notes are about other things.
	Why     []string         `json:"why"`
	Notes   []string         `json:"notes"`
	Kadi    *kadiAnswer      `json:"kadi"` // null without a database
	Files   []checkedFile    `json:"files"`
	Clauses []quality.Clause `json:"clauses"`
	// Contradictions are those of times.
	Contradictions []string `json:"contradictions"`

	taken    []timeline.Claim // by kadi
	unusable bool             // no map can be made, even with more files
}

type checkedFile struct {
	Replica  int    `json:"replica"`
	File     string `json:"file"`
	Bytes    int64  `json:"bytes"` // inflated
	SFDUs    int    `json:"sfdus"`
	Data     int    `json:"data_frames"`
	Segments int    `json:"segments"`
	Rows     int    `json:"rows"`
	Expected int    `json:"rows_expected"`
}

// telemetryClauses need no map: what the instruction page called validation.
var telemetryClauses = []string{
	"replicas", "completeness", "missing-rows", "integration-times", "file-size", "distinct-replicas", "replica-levels", "long-to-short", "stuck-bits",
}

func runCheck(ctx context.Context, e *env, args []string) error {
	ids, err := e.ids(args, "check")
	if err != nil {
		return err
	}
	if len(ids) != 1 {
		return usageError(errors.New("name one calibration, for example 2015355"), "check")
	}
	c, err := e.site()
	if err != nil {
		return err
	}
	e.warnStrays(c)
	d, err := check(ctx, c, ids[0], false)
	if err != nil {
		return err
	}
	d.print(e)
	if err := e.Document(d); err != nil {
		return err
	}
	return d.err()
}

// err is nil when the calibration is ready.
func (d *checked) err() error {
	why := fmt.Errorf("%s: %s", d.State, strings.Join(d.Why, "; "))
	switch d.State {
	case wait:
		return &term.ExitError{Code: term.Incomplete, Err: why, Hint: fmt.Sprintf("`darksite fetch %s` copies new files, and a truncated one once it is moved away; then, or later, check again", d.ID)}
	case contradictory:
		return &term.ExitError{Code: term.QualityFailed, Err: why, Hint: d.contradictoryHint()}
	case damaged:
		if d.unusable {
			return &term.ExitError{Code: term.QualityFailed, Err: why, Hint: unusableHint}
		}
		return &term.ExitError{Code: term.QualityFailed, Err: why, Hint: "fetch the files again; `darksite process` makes an incomplete map from the files at hand"}
	}
	return nil
}

// check asks kadi, then the telemetry. Incomplete accepts the replicas at hand.
func check(ctx context.Context, c *workspace.Workspace, id chandra.ID, incomplete bool) (*checked, error) {
	d := &checked{ID: id, State: ready, Why: []string{}, Notes: []string{}, Files: []checkedFile{}, Clauses: []quality.Clause{}, Contradictions: []string{}}
	expected, err := d.askKadi(c, incomplete)
	if err != nil || d.State == wait {
		return d, err
	}
	r, err := pipeline.Examine(ctx, id, c.PipelineOptions())
	if errors.Is(err, pipeline.ErrIncomplete) {
		if d.Kadi != nil && expected == 0 {
			return nil, withHint(errors.New(d.Kadi.Sentence), "`darksite status` lists the known calibrations")
		}
		why := err.Error()
		dir := filepath.Join(c.DataDir(), string(id))
		if _, missing := os.Stat(dir); errors.Is(missing, fs.ErrNotExist) {
			why = fmt.Sprintf("there is no data directory %s yet", c.Rel(dir))
		}
		d.State, d.Why = wait, append(d.Why, why)
		return d, nil
	} else if errors.Is(err, pipeline.ErrUnusable) {
		d.State, d.Why, d.unusable = damaged, append(d.Why, err.Error()), true
		return d, nil
	} else if err != nil {
		return nil, err
	}
	d.Notes = append(d.Notes, r.Warnings...)
	rules, err := c.Rules("")
	if err != nil {
		return nil, err
	}
	return d, d.askTelemetry(r.Calibration, rules, expected)
}

// askKadi tells how many replicas the calibration has to have: those of its era,
// or as many as kadi has if these are more, without those that are lost. It is 0
// where nothing tells. A person may say that what is not there is lost.
func (d *checked) askKadi(c *workspace.Workspace, incomplete bool) (expected int, err error) {
	if c.Source.Kadi == "" {
		d.Notes = append(d.Notes, "no kadi file is named ([source] kadi in site.toml), so the result rests on the telemetry alone")
		return 0, nil
	}
	k, err := askKadi(c, d.ID)
	if err != nil {
		return 0, err
	}
	d.Kadi, d.taken = kadiAnswerOf(&k), claimsOf(&k)
	switch {
	case k.State == kadi.Complete:
		return len(k.Replicas), nil
	case k.State == kadi.Lost || incomplete:
		d.Notes = append(d.Notes, k.Sentence())
		return len(k.Replicas), nil
	}
	d.State, d.Why = wait, append(d.Why, k.Sentence())
	return k.Expected, nil
}

// askTelemetry judges the telemetry by the clauses that need no map. Expected is the
// number of kadi's replicas, 0 if it was not asked or has none.
func (d *checked) askTelemetry(cal *artifact.Calibration, rules *quality.Rules, expected int) error {
	for _, r := range cal.Replicas {
		d.Files = append(d.Files, checkedFile{r.Number, r.File, r.Bytes, r.SFDUs, r.Frames.Data, r.Segments, r.RowsReceived, r.RowsExpected})
	}
	if d.Kadi == nil {
		expected = cal.Map.Planned
	}
	if len(cal.Replicas) < expected {
		d.State = wait
		d.Why = append(d.Why, fmt.Sprintf("%s have telemetry in data/%s", artifact.Map{Replicas: len(cal.Replicas), Planned: expected}.ReplicasText(), d.ID))
	}
	for _, clause := range quality.Judge(quality.Subject{Calibration: cal}, rules).Clauses {
		if !slices.Contains(telemetryClauses, clause.Name) {
			continue
		}
		d.Clauses = append(d.Clauses, clause)
		// Too few replicas were reported above, with kadi's count.
		counts := clause.Name != "replicas" && clause.Name != "completeness"
		// What is worth a remark on a map can still be fetched again here.
		if counts && clause.Counts != quality.Pass {
			d.Why = append(d.Why, strings.TrimSpace(clause.Sentence+" "+clause.Do))
			if d.State == ready {
				d.State = damaged
			}
		}
	}
	d.askTimes(cal)
	return nil
}

func (d *checked) print(e *env) {
	if k := d.Kadi; k != nil {
		e.Printf("%s", k.Sentence)
		for _, r := range k.Replicas {
			e.Printf("  <DarkCalReplica: start=%s dur=%.0f>", r.Start, r.DurS)
		}
		for _, w := range k.Warnings {
			e.Warnf("%s", w)
		}
	}
	if len(d.Files) > 0 {
		columns := []term.Column{{Title: "replica"}, {Title: "file"}}
		for _, title := range []string{"MB", "SFDUs", "data frames", "segments", "rows", "missing"} {
			columns = append(columns, term.Column{Title: title, Right: true})
		}
		var rows [][]string
		for _, f := range d.Files {
			rows = append(rows, []string{fmt.Sprint(f.Replica), f.File, fmt.Sprintf("%.1f", float64(f.Bytes)/1e6), num(f.SFDUs), num(f.Data),
				num(f.Segments), num(f.Rows), num(f.Expected - f.Rows)})
		}
		e.Table(columns, rows)
		rows = nil
		for _, c := range d.Clauses {
			measured := ""
			if c.Measured != nil {
				measured = fmt.Sprintf("%.6g %s", c.Measured.Value, c.Measured.Unit)
			}
			rows = append(rows, []string{string(c.State), c.Title, measured})
		}
		e.Table([]term.Column{{Title: "state"}, {Title: "clause"}, {Title: "measured"}}, rows)
	}
	for _, w := range d.Notes {
		e.Warnf("%s", w)
	}
	if d.State == ready {
		e.Printf("%s: `darksite process %s` makes its map", d.State, d.ID)
	}
}
