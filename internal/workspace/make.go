package workspace

import (
	"context"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"darksite/internal/site"
	"darksite/processing/chandra"
	"darksite/processing/pipeline"
)

// Printer says what happens to a person.
type Printer interface {
	Printf(format string, args ...any)
	Verbosef(format string, args ...any)
	Warnf(format string, args ...any)
	Errorf(format string, args ...any)
}

// Progress tells a person how far a piece of work is.
type Progress interface {
	Add(n int64)
	Close()
}

// Options are how to build.
type Options struct {
	Say Printer
	// Defaults hold the built-in content/, layouts/ and static/.
	Defaults fs.FS
	// Process makes the map of a calibration.
	Process func(context.Context, chandra.ID) (*pipeline.Result, error)
	// Progress begins a piece of work of so many units, 0 where it is not known how
	// many; nil where nobody looks on.
	Progress func(label string, total int64, unit string) Progress
	// Verify has every file read, whatever its size and times say.
	Verify bool
}

// Built is what a build did.
type Built struct {
	Calibrations int
	Processed    []*pipeline.Result
	Failed       []chandra.ID // could not be processed
	NotCompared  []chandra.ID
	site.Changes
	Warnings []string
	Steps    []Step
	MainPage *MainPage // nil when site.toml names none
}

// making is one run through the graph: what its nodes hand on to each other.
type making struct {
	w      *Workspace
	o      Options
	record *record
	sum    sums   // of telemetry; nil goes by size
	why    string // the pages are due
	// changed are the files that have changed since the last build; nil is for
	// anything.
	changed []string
	built   Built
	leftOut map[chandra.ID]string // telemetry is still to come: a warning each
	in      site.Inputs
	tree    *site.Tree

	given, own map[string]string // hashes of the inputs
}

func newMaking(w *Workspace, o Options, r *record) *making {
	return &making{w: w, o: o, record: r, leftOut: map[chandra.ID]string{}}
}

// progress begins a piece of work.
func (m *making) progress(label string, total int, unit string) Progress {
	if m.o.Progress == nil {
		return noProgress{}
	}
	return m.o.Progress(label, int64(total), unit)
}

type noProgress struct{}

func (noProgress) Add(int64) {}
func (noProgress) Close()    {}

// begin looks at what has changed since the last build.
func (w *Workspace) begin(ctx context.Context, o Options, plan bool) (*making, error) {
	r, err := w.openRecord(o.Verify, plan)
	if err != nil {
		return nil, err
	}
	m := newMaking(w, o, r)
	m.sum = r.sum
	if m.given, m.own, err = r.inputs(ctx, w); err != nil {
		return nil, err
	}
	m.why, m.changed = r.changed(w, m.given, m.own)
	return m, nil
}

// Plan says what a build would do and why, and writes nothing. What depends on a step
// that would be done would be done too.
func (w *Workspace) Plan(ctx context.Context, o Options) (steps []Step, err error) {
	m, err := w.begin(ctx, o, true)
	if err != nil || m.why == "" {
		return nil, err
	}
	nodes, err := m.due()
	if err != nil {
		return nil, err
	}
	for _, n := range nodes {
		more, err := n.plan(ctx, steps)
		if err != nil {
			return nil, err
		}
		steps = append(steps, more...)
	}
	return steps, nil
}

// Build makes all that is out of date. A calibration that cannot be processed or
// compared is reported and does not keep the others from their pages.
func (w *Workspace) Build(ctx context.Context, o Options) (*Built, error) {
	m, err := w.begin(ctx, o, false)
	if err != nil {
		return nil, err
	}
	if m.why == "" {
		m.asBefore()
		return &m.built, m.record.Save()
	}
	return m.all(ctx, true)
}

// BuildPages is [Workspace.Build] that leaves telemetry alone, for the reason that is
// given.
func (w *Workspace) BuildPages(ctx context.Context, o Options, why string) (*Built, error) {
	r, err := w.openRecord(o.Verify, false)
	if err != nil {
		return nil, err
	}
	m := newMaking(w, o, r)
	m.why = why
	return m.all(ctx, false)
}

// asBefore tells of the pages as the last build made them.
func (m *making) asBefore() {
	last := m.record.last
	m.built.Calibrations, m.built.Unchanged = last.Calibrations, max(0, len(last.Outputs)-1) // the manifest is none
	m.warn(last.Warnings)
}

// due are the nodes that may be out of date, with what is held for them.
func (m *making) due() (due []node, err error) {
	nodes, err := m.graph()
	if err != nil || m.changed == nil {
		return nodes, err
	}
	dirty := m.w.dirty(nodes, m.changed)
	pages := false
	for i, n := range nodes {
		pages = pages || n.kind == Pages && dirty[i]
	}
	for i, n := range nodes {
		if dirty[i] || n.held && pages {
			due = append(due, n)
		}
	}
	return due, nil
}

// all makes the nodes that are due, those of the archive only where it is asked for.
func (m *making) all(ctx context.Context, archive bool) (*Built, error) {
	nodes, err := m.due()
	if err != nil {
		return nil, err
	}
	for _, n := range nodes {
		if n.kind == Archive && !archive {
			continue
		}
		steps, err := n.make(ctx)
		m.built.Steps = append(m.built.Steps, steps...)
		if err != nil {
			return &m.built, err
		}
	}
	var said []string // once
	if m.tree == nil {
		m.asBefore()
	} else {
		said = m.tree.Remarks
		m.leftOutBefore(nodes)
	}
	last := lastBuild{Calibrations: m.built.Calibrations, Inputs: joined(m.given, m.own), LeftOut: m.leftOut}
	for _, text := range m.built.Warnings {
		if !slices.Contains(said, text) {
			last.Warnings = append(last.Warnings, text)
		}
	}
	return &m.built, m.record.keep(m.w, &m.in, m.tree, archive && len(m.built.Failed)+len(m.built.NotCompared) == 0, last)
}

// leftOutBefore repeats the warnings about calibrations that the last build left out
// and this one did not look at.
func (m *making) leftOutBefore(nodes []node) {
	for _, id := range slices.Sorted(maps.Keys(m.record.last.LeftOut)) {
		looked := m.changed == nil || slices.ContainsFunc(nodes, func(n node) bool { return n.kind == Archive && n.id == id })
		if _, err := os.Stat(filepath.Join(m.w.DataDir(), string(id))); err == nil && !looked {
			m.leftOut[id] = m.record.last.LeftOut[id]
			m.warn([]string{m.leftOut[id]})
		}
	}
}

func (m *making) warn(texts []string) {
	for _, text := range texts {
		m.o.Say.Warnf("%s", text)
	}
	m.built.Warnings = append(m.built.Warnings, texts...)
}
