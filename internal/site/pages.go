package site

import (
	"fmt"
	"maps"
	"path"
	"slices"

	"darksite/internal/chart"
	"darksite/internal/ground/workers"
	"darksite/processing/chandra"
)

// pages are those of all calibrations while they are made.
type pages struct {
	in           *Inputs
	calibrations []Calibration
	drawn        []Pictures
	past         chronicle
	cards        []*card

	prose   string
	sources []map[string]string
	known   map[int]Rendered      // of an earlier build
	why     map[chandra.ID]string // the others are made
	tables  []*tables             // nil for a known page
}

// newPages finds what an earlier build made of the same. The built-in templates
// take nothing of a calibration's page from other pages. Those of a user may, so
// with them every page is rendered.
func (in *Inputs) newPages(calibrations []Calibration, drawn []Pictures, past chronicle, source *source, shared map[string]any) *pages {
	p := &pages{in: in, calibrations: calibrations, drawn: drawn, past: past, prose: source.prose(),
		cards: make([]*card, len(calibrations)), tables: make([]*tables, len(calibrations)),
		known: map[int]Rendered{}, why: map[chandra.ID]string{}}
	for i, c := range calibrations {
		p.cards[i] = past.cards[c.Artifact.ID]
	}
	p.sources = p.pageSources(source, shared)
	for i, c := range calibrations {
		var r Rendered
		found := false
		if in.Rendered != nil {
			r, found = in.Rendered(c.Artifact.ID)
		}
		why := r.due(found, p.sources[i])
		if why == "" && source.ownTemplates {
			why = "templates are not the built-in ones"
		}
		if why == "" {
			p.known[i] = r
			continue
		}
		p.why[c.Artifact.ID] = why
	}
	return p
}

// make makes the tables of the pages that are not known.
func (p *pages) make() error {
	return workers.Each(len(p.calibrations), func(i int) (err error) {
		if _, ok := p.known[i]; ok {
			return nil
		}
		c, t := p.calibrations[i], new(tables)
		if t.page, err = pageOf(c, p.cards[i], p.past, p.in.Addresses); err == nil {
			t.charts, t.page.Histogram, err = drawHistogram(p.calibrations, i, p.in.Addresses, p.past.at)
		}
		if err != nil {
			return fmt.Errorf("site: calibration %s: %w", c.Artifact.ID, err)
		}
		p.tables[i] = t
		return nil
	})
}

// add puts the files of the calibrations in the tree, and the pages that are not
// known into Hugo's source.
func (p *pages) add(tree *Tree, source *source) error {
	for i := range p.calibrations {
		if err := p.addOne(tree, source, i); err != nil {
			return err
		}
	}
	list, err := chart.List(entriesOf(p.calibrations, p.in.Addresses))
	if err != nil {
		return fmt.Errorf("site: %w", err)
	}
	return tree.addBytes(path.Join(Section, "assets", listFile), list)
}

func (p *pages) addOne(tree *Tree, source *source, i int) error {
	c := p.calibrations[i]
	var downloads []downloadRow
	dir := path.Join(Section, p.cards[i].Address)
	offer := func(name string, f file) error {
		if what, offered := whatFiles[name]; offered {
			downloads = append(downloads, downloadRow{name, what, size(f.size)})
		}
		return tree.add(path.Join(dir, name), f)
	}
	for _, d := range c.Downloads {
		if err := offer(d.Name, file{open: d.Open, size: d.Size, sha256: d.SHA256}); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.drawn[i].Files)) {
		if err := offer(name, p.drawn[i].Files[name].inTree()); err != nil {
			return err
		}
	}
	tree.Pictures[c.Artifact.ID] = p.drawn[i]
	if known, ok := p.known[i]; ok {
		for _, name := range slices.Sorted(maps.Keys(known.Files)) {
			if err := offer(name, known.Files[name].inTree()); err != nil {
				return err
			}
		}
		tree.Rendered[c.Artifact.ID] = known
		source.warnings = append(source.warnings, known.Warnings...)
		return source.putKnown(p.cards[i])
	}
	t := p.tables[i]
	for _, name := range slices.Sorted(maps.Keys(t.charts)) {
		if err := offer(name, file{data: t.charts[name], size: int64(len(t.charts[name]))}); err != nil {
			return err
		}
	}
	source.warnings = append(source.warnings, t.page.warnings...)
	made := t.page
	made.Downloads, made.Figures, made.Hot = downloads, p.drawn[i].Page, p.drawn[i].Hot
	if i > 0 {
		made.Previous = neighbourOf(p.cards[i-1])
	}
	if i+1 < len(p.cards) {
		made.Next = neighbourOf(p.cards[i+1])
	}
	return source.putPage(p.cards[i], made)
}

// remember collects the pages that this build rendered, for the next one.
func (p *pages) remember(tree *Tree) {
	for i, t := range p.tables {
		if t == nil || p.sources[i] == nil {
			continue
		}
		id := p.calibrations[i].Artifact.ID
		r := Rendered{Product: Product{p.sources[i], map[string]File{}}, Warnings: t.page.warnings, Prose: p.prose}
		for _, name := range append(slices.Collect(maps.Keys(t.charts)), indexFile, apiFileOf(id)) {
			r.Files[name] = newFile(tree.files[path.Join(Section, p.cards[i].Address, name)].data)
		}
		tree.Rendered[id] = r
	}
}

// checked tells of a page whose links need not be looked up again: an earlier
// build has, and all that it links to is prose of then or among its sources. What
// a note links to is not.
func (p *pages) checked() func(name string) bool {
	known := map[string]bool{}
	for i, r := range p.known {
		if r.Prose == p.prose && p.calibrations[i].Note == "" {
			known[p.path(i)] = true
		}
	}
	return func(name string) bool { return known[name] }
}

// path is where the page of a calibration is in the tree.
func (p *pages) path(i int) string { return path.Join(Section, p.cards[i].Address, indexFile) }
