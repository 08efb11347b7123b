package workspace

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/google/renameio/v2"

	"darksite/internal/ground/phrase"
	"darksite/internal/legacy"
	"darksite/internal/site"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/comparison"
	"darksite/processing/pipeline"
)

// Stale tells whether the archive is out of date of a calibration, and why. Without
// hashes, telemetry goes by the sizes of files.
func (w *Workspace) Stale(id chandra.ID, sum func(path string) (sha256 string, err error)) (stale bool, why string, err error) {
	options := w.PipelineOptions()
	options.Sum = sum
	return pipeline.Stale(id, options)
}

func (m *making) planArchive(id chandra.ID) ([]Step, error) {
	stale, why, err := m.w.Stale(id, m.sum)
	if err != nil {
		return []Step{{Archive, id, err.Error()}}, nil
	} else if !stale {
		return nil, nil
	}
	return []Step{{Archive, id, why}}, nil
}

// makeArchive processes a calibration if it has to be. One that cannot be processed is
// reported.
func (m *making) makeArchive(ctx context.Context, id chandra.ID) ([]Step, error) {
	steps, err := m.processIfStale(ctx, id)
	if err != nil && ctx.Err() == nil {
		m.o.Say.Errorf("%s: %v", id, err)
		m.built.Failed = append(m.built.Failed, id)
		err = nil
	}
	return steps, err
}

// processIfStale processes a calibration if it has to be. One whose telemetry is still
// to come is left out with a warning.
func (m *making) processIfStale(ctx context.Context, id chandra.ID) ([]Step, error) {
	stale, why, err := m.w.Stale(id, m.sum)
	if err != nil || !stale {
		return nil, err
	}
	m.o.Say.Verbosef("%s: %s", id, why)
	r, err := m.o.Process(ctx, id)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, pipeline.ErrIncomplete):
		m.leftOut[id] = fmt.Sprintf("%s is left out: %v", id, err)
		m.warn([]string{m.leftOut[id]})
		return nil, nil
	case err != nil:
		return nil, err
	}
	m.built.Processed = append(m.built.Processed, r)
	return []Step{{Archive, id, why}}, nil
}

func (m *making) planComparisons(ctx context.Context, before []Step) (steps []Step, err error) {
	options, err := m.w.ComparingOptions()
	if err != nil {
		return nil, err
	}
	all, err := pipeline.Uncompared(ctx, options)
	if err != nil {
		return nil, err
	}
	due := map[chandra.ID]string{}
	for _, one := range all {
		due[one.ID] = one.Why
	}
	ids, anew, err := m.archived(before)
	if err != nil {
		return nil, err
	}
	for i, id := range ids {
		for _, of := range ids[max(0, i-comparison.Earlier) : i+1] {
			if anew[of] && due[id] == "" {
				due[id] = "a calibration that it is made of will be new"
			}
		}
		if due[id] != "" {
			steps = append(steps, Step{Comparison, id, due[id]})
		}
	}
	return steps, nil
}

// archived are the calibrations that the archive has or will have, by id, and which
// of them will be new.
func (m *making) archived(before []Step) (ids []chandra.ID, anew map[chandra.ID]bool, err error) {
	if ids, err = artifact.List(m.w.ArchiveDir()); err != nil {
		return nil, nil, err
	}
	anew = map[chandra.ID]bool{}
	for _, s := range before {
		if s.What == Archive {
			ids, anew[s.ID] = append(ids, s.ID), true
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), anew, nil
}

// Compared is what became of the comparisons.
type Compared struct {
	Found  map[chandra.ID]*comparison.Comparison
	Failed []pipeline.Compared
	Steps  []Step
}

// Report says what was compared, and what could not be.
func (c *Compared) Report(say Printer) {
	for _, s := range c.Steps {
		say.Verbosef("%s: compared with the calibrations before", s.ID)
	}
	for _, f := range c.Failed {
		say.Errorf("%s: not compared: %v", f.ID, f.Err)
	}
}

// Compare brings the comparisons between calibrations up to date. One that cannot be
// made does not keep the others from theirs.
func (w *Workspace) Compare(ctx context.Context) (c Compared, err error) {
	options, err := w.ComparingOptions()
	if err != nil {
		return c, err
	}
	all, err := pipeline.Compare(ctx, options)
	c.Found = map[chandra.ID]*comparison.Comparison{}
	for _, one := range all {
		if one.Err != nil {
			c.Failed = append(c.Failed, one)
			continue
		}
		c.Found[one.ID] = one.Comparison
		if one.Changed {
			c.Steps = append(c.Steps, Step{Comparison, one.ID, one.Why})
		}
	}
	return c, err
}

func (m *making) makeComparisons(ctx context.Context) ([]Step, error) {
	c, err := m.w.Compare(ctx)
	c.Report(m.o.Say)
	for _, f := range c.Failed {
		m.built.NotCompared = append(m.built.NotCompared, f.ID)
	}
	return c.Steps, err
}

func (m *making) planAddresses(_ context.Context, before []Step) (steps []Step, err error) {
	ids, _, err := m.archived(before)
	if err != nil {
		return nil, err
	}
	old, err := legacy.Load(m.w.LegacyDir())
	if err != nil {
		return nil, err
	}
	_, added, moved, err := m.w.addressed(ids, old)
	return addressSteps(added, moved), err
}

// makeAddresses enters the calibrations that the address book lacks.
func (m *making) makeAddresses(context.Context) ([]Step, error) {
	ids, err := artifact.List(m.w.ArchiveDir())
	if err != nil {
		return nil, err
	}
	old, err := legacy.Load(m.w.LegacyDir())
	if err != nil {
		return nil, err
	}
	book, added, moved, err := m.w.addressed(ids, old)
	if err != nil {
		return nil, err
	}
	if len(added)+len(moved) > 0 {
		err = renameio.WriteFile(m.w.beside(AddressFile), book.Marshal(), 0o666)
	}
	m.in.Addresses, m.in.Moved, m.in.Legacy = book, moved, m.w.OldReports(old)
	return addressSteps(added, moved), err
}

func addressSteps(added, moved []chandra.ID) (steps []Step) {
	for _, id := range added {
		steps = append(steps, Step{Addresses, id, "it has none yet"})
	}
	for _, id := range moved {
		steps = append(steps, Step{Addresses, id, "an old report has the address that it had"})
	}
	return steps
}

// readCalibrations reads what pages are made of.
func (m *making) readCalibrations(ctx context.Context) (_ []Step, err error) {
	if m.own != nil { // else nothing of it is kept
		_, own, err := m.record.inputs(ctx, m.w)
		if err != nil {
			return nil, err
		}
		m.written(own)
	}
	err = m.w.gather(&m.in, m.w.hashed(m.record.sum))
	m.built.Calibrations = len(m.in.Calibrations)
	return nil, err
}

// written takes the hashes of what this build wrote so far. What others change beside
// it is for the next build to see.
func (m *making) written(own map[string]string) {
	ours := map[string]bool{}
	for _, s := range m.built.Steps {
		path := m.w.beside(AddressFile)
		switch s.What {
		case Archive:
			path = filepath.Join(m.w.ArchiveDir(), string(s.ID))
		case Comparison:
			path = filepath.Join(m.w.ComparisonsDir(), string(s.ID))
		}
		if real, err := filepath.EvalSymlinks(path); err == nil {
			path = real // as it is walked
		}
		ours[path] = true
	}
	for path := range joined(own, m.own) {
		if !isIn(ours, path) {
			continue
		}
		if sum, ok := own[path]; ok {
			m.own[path] = sum
		} else {
			delete(m.own, path)
		}
	}
}

func (m *making) planPictures(_ context.Context, before []Step) (steps []Step, err error) {
	ids, _, err := m.archived(before)
	if err != nil {
		return nil, err
	}
	due, err := m.duePictures()
	if err != nil {
		return nil, err
	}
	for _, s := range before {
		if s.What == Comparison {
			due[s.ID] = "what they are drawn of will be new"
		}
	}
	for _, id := range ids {
		if why := due[id]; why != "" {
			steps = append(steps, Step{Pictures, id, why})
		}
	}
	return steps, nil
}

// duePictures says of each calibration in the archive whose pictures would be drawn as
// it is, why.
func (m *making) duePictures() (map[chandra.ID]string, error) {
	book, err := m.w.Addresses()
	if err != nil {
		return nil, err
	}
	calibrations, err := m.w.calibrations(m.w.hashed(m.record.sum))
	if err != nil {
		return nil, err
	}
	return site.NewDrawing(m.record.program, calibrations).Due(m.record.drawn(m.w, book)), nil
}

// makePictures draws the pictures that are not in public/ as they would be drawn.
func (m *making) makePictures(context.Context) (steps []Step, err error) {
	known := m.record.drawn(m.w, m.in.Addresses)
	due := site.NewDrawing(m.record.program, m.in.Calibrations).Due(known)
	if len(due) == 0 {
		return m.draw(known)
	}
	bar := m.progress("drawing pictures", len(due), "calibrations")
	defer bar.Close()
	return m.draw(func(id chandra.ID) (site.Pictures, bool) {
		if due[id] != "" {
			bar.Add(1) // its turn has come
		}
		return known(id)
	})
}

// draw draws the pictures that are not known.
func (m *making) draw(known func(chandra.ID) (site.Pictures, bool)) (steps []Step, err error) {
	pictures, why, err := site.NewDrawing(m.record.program, m.in.Calibrations).Draw(known)
	m.in.Pictures = pictures
	for _, id := range slices.Sorted(maps.Keys(why)) {
		steps = append(steps, Step{Pictures, id, why[id]})
	}
	return steps, err
}

func (m *making) planPages(context.Context, []Step) ([]Step, error) {
	// Which pages of calibrations change is known when they are made.
	return []Step{{Pages, "", m.why}}, nil
}

// makePages makes the pages and writes them to public/.
func (m *making) makePages(ctx context.Context) (steps []Step, err error) {
	if m.w.Site.BaseURL == "" {
		m.o.Say.Verbosef("no sitemap: it needs base_url below [site] in site.toml")
	}
	bar := m.progress("making pages", 0, "files")
	defer bar.Close()
	if m.tree, err = m.build(m.record.rendered(m.w, m.in.Addresses)); err != nil {
		return nil, err
	}
	m.warn(slices.Concat(m.tree.Remarks, m.tree.Warnings))
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for _, id := range slices.Sorted(maps.Keys(m.tree.Rerendered)) {
		steps = append(steps, Step{Page, id, m.tree.Rerendered[id]})
	}
	steps = append(steps, Step{Pages, "", m.why})
	m.built.Changes, err = m.tree.WriteKnowing(m.w.PublicDir(), m.record.Book)
	if err == nil {
		bar.Add(int64(len(m.built.Added) + len(m.built.Changed) + m.built.Unchanged))
	}
	return steps, err
}

// build makes the tree, with the pages that are known.
func (m *making) build(known func(chandra.ID) (site.Rendered, bool)) (*site.Tree, error) {
	// Symbolic links must not lead out of the site directory.
	root, err := os.OpenRoot(m.w.Dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	m.in.Defaults, m.in.Overlay = m.o.Defaults, root.FS()
	m.in.Program, m.in.Rendered = m.record.program, known
	tree, err := site.Build(m.in)
	var dead *site.DeadLinks
	if !errors.As(err, &dead) {
		return tree, err
	}
	calibrations, said := withoutDead(m.in.Calibrations, m.in.Addresses, dead.Findings)
	if said == nil {
		return nil, err
	}
	in := m.in
	in.Calibrations = calibrations
	if tree, err = site.Build(in); err != nil {
		return nil, err
	}
	tree.Warnings = append(said, tree.Warnings...)
	return tree, nil
}

// list is the main page of site.toml, and how it should be.
func (m *making) list() (*legacy.HandPage, *legacy.Updated, error) {
	links, err := m.links()
	if err != nil {
		return nil, nil, err
	}
	return NewList(m.w.Beside(m.w.Pages.MainPage), links, "")
}

// links are those of the tree, where one was made.
func (m *making) links() ([]legacy.Link, error) {
	if m.tree == nil {
		return m.w.Listing()
	}
	return site.Listing(m.in)
}

// listStep is what a main page wants that is not as it should be.
var listStep = []Step{{List, "", "its list of calibrations changed"}}

func (m *making) planList(context.Context, []Step) ([]Step, error) {
	page, updated, err := m.list()
	if err != nil || bytes.Equal(page.Content, updated.Page) {
		return nil, err
	}
	return listStep, nil
}

// makeList writes the list of the main page anew.
func (m *making) makeList(ctx context.Context) (steps []Step, err error) {
	page, updated, err := m.list()
	if err != nil {
		return nil, err
	}
	done := &MainPage{File: page.Path, Changed: !bytes.Equal(page.Content, updated.Page), Kept: []string{}}
	for _, l := range updated.Kept {
		done.Kept = append(done.Kept, l.Address)
	}
	if n := len(done.Kept); n > 0 {
		m.o.Say.Verbosef("%s: %s that only the page knows, %s first", m.w.Rel(page.Path), phrase.Plural(n, "link stays", "links stay"), done.Kept[0])
	}
	if done.Changed {
		if err := page.Save(updated.Page); err != nil {
			return nil, err
		}
		steps = listStep
		m.o.Say.Printf("%s: the list of calibrations is updated; every other byte is unchanged", m.w.Rel(page.Path))
	}
	m.built.MainPage = done
	if m.own == nil {
		return steps, nil
	}
	written := walk{ctx: ctx, of: m.record.sum, found: m.own, seen: map[string]bool{}}
	return steps, written.tree(m.w.Beside(m.w.Pages.MainPage))
}
