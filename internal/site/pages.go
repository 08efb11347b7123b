package site

import (
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"

	"darksite/internal/ground/workers"
	"darksite/internal/view"
	"darksite/processing/chandra"
)

// pages are those of all calibrations while they are made.
type pages struct {
	in           *Inputs
	calibrations []Calibration
	site         *view.Site

	prose   string
	sources []map[string]string
	known   map[int]Rendered      // of an earlier build
	why     map[chandra.ID]string // the others are made
	reports []*view.Report        // nil for a known page
}

// newPages finds what an earlier build made of the same. The built-in templates
// take nothing of a calibration's page from other pages. Those of a user may, so
// with them every page is rendered.
func (in *Inputs) newPages(calibrations []Calibration, site *view.Site, source *source) *pages {
	p := &pages{in: in, calibrations: calibrations, site: site, prose: source.prose(),
		reports: make([]*view.Report, len(calibrations)), known: map[int]Rendered{}, why: map[chandra.ID]string{}}
	p.sources = p.pageSources(source)
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

// make makes the models of the pages that are not known.
func (p *pages) make() error {
	return workers.Each(len(p.calibrations), func(i int) (err error) {
		if _, ok := p.known[i]; ok {
			return nil
		}
		if p.reports[i], err = p.site.MakeReport(i); err != nil {
			return fmt.Errorf("site: calibration %s: %w", p.calibrations[i].Artifact.ID, err)
		}
		return nil
	})
}

// add puts the files of the calibrations in the tree, and the pages into Hugo's
// source.
func (p *pages) add(tree *Tree, source *source) error {
	for i := range p.calibrations {
		if err := p.addOne(tree, source, i); err != nil {
			return err
		}
	}
	choices, err := p.site.Choices()
	return tree.addMade(path.Join(Section, "assets", choicesFile), choices, err)
}

// choicesFile, in assets/, lists all calibrations for the charts of each.
const choicesFile = "calibrations.js"

func (p *pages) addOne(tree *Tree, source *source, i int) error {
	c := p.calibrations[i]
	var downloads []view.Download
	dir := path.Join(Section, c.Address)
	offer := func(name string, f file) error {
		if d, offered := view.DownloadOf(c.Artifact.Geometry, name, f.size); offered {
			downloads = append(downloads, d)
		}
		return tree.add(path.Join(dir, name), f)
	}
	for _, d := range c.Downloads {
		if err := offer(d.Name, file{open: d.Open, size: d.Size, sha256: d.SHA256}); err != nil {
			return err
		}
	}
	drawn := p.in.Pictures[c.Artifact.ID]
	for _, name := range slices.Sorted(maps.Keys(drawn.Files)) {
		if err := offer(name, drawn.Files[name].inTree()); err != nil {
			return err
		}
	}
	if known, ok := p.known[i]; ok {
		for _, name := range slices.Sorted(maps.Keys(known.Files)) {
			if err := offer(name, known.Files[name].inTree()); err != nil {
				return err
			}
		}
		tree.Rendered[c.Artifact.ID] = known
		source.warnings = append(source.warnings, known.Warnings...)
		return source.putReport(&c.Calibration, false)
	}
	r := p.reports[i]
	for _, name := range slices.Sorted(maps.Keys(r.Files)) {
		if err := offer(name, file{data: r.Files[name], size: int64(len(r.Files[name]))}); err != nil {
			return err
		}
	}
	source.warnings = append(source.warnings, r.Warnings...)
	r.Downloads, r.Pictures, r.Hot = downloads, drawn.Page, drawn.Hot
	p.site.Reports[c.Artifact.ID] = r
	return source.putReport(&c.Calibration, true)
}

// putReport puts the page of a calibration into Hugo's source. Of one that is not
// rendered others know the address, and files beside it are its own.
func (s *source) putReport(c *view.Calibration, render bool) error {
	build := map[string]any{"publishResources": false}
	if !render {
		build["render"] = "link"
	}
	return s.putPage(path.Join(c.Address, "index.md"), c.Address, map[string]any{
		"title":  c.Artifact.ID.Date().Format("2006 January 2"),
		"layout": "calibration",
		"build":  build,
		"params": map[string]any{"id": c.Artifact.ID},
	})
}

// putGenerated puts the pages into Hugo's source that a table needs beyond its first.
func (s *source) putGenerated(site *view.Site) error {
	for _, g := range site.Generated() {
		if err := s.putPage(g.Address+".md", g.Address, map[string]any{"title": g.Title, "layout": g.Layout, "params": g.Params}); err != nil {
			return err
		}
	}
	return nil
}

// putPage puts a page with nothing but front matter into Hugo's source.
func (s *source) putPage(file, address string, front map[string]any) error {
	front["url"] = "/" + path.Join(Section, address) + "/" // Hugo lower-cases paths, an address keeps its case
	data, err := json.MarshalIndent(front, "", " ")
	if err != nil {
		return fmt.Errorf("site: page %s: %w", address, err)
	}
	s.put(path.Join("content", Section, file), append(data, '\n'))
	return nil
}

// remember collects the pages that this build rendered, for the next one.
func (p *pages) remember(tree *Tree) {
	for i, made := range p.reports {
		if made == nil || p.sources[i] == nil {
			continue
		}
		id := p.calibrations[i].Artifact.ID
		r := Rendered{Product: Product{p.sources[i], map[string]File{}}, Warnings: made.Warnings, Prose: p.prose}
		for _, name := range append(slices.Collect(maps.Keys(made.Files)), indexFile, apiFileOf(id)) {
			r.Files[name] = newFile(tree.files[path.Join(Section, p.calibrations[i].Address, name)].data)
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
func (p *pages) path(i int) string { return path.Join(Section, p.calibrations[i].Address, indexFile) }
