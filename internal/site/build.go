package site

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"darksite/internal/imagery"
	"darksite/processing/chandra"
)

// Build makes the section from its inputs. It fails when an input is wrong or
// a template has an error, and then gives no tree; what is merely odd is in
// the tree's warnings.
func Build(in Inputs) (*Tree, error) {
	b := &builder{in: &in, asked: in.Ahead.pages()}
	defer func() { b.hugo.end() }()
	if err := b.prepare(); err != nil {
		return nil, err
	}
	b.showAhead()
	return b.all()
}

// builder is what a tree is made of, before anything is rendered.
type builder struct {
	in           *Inputs
	asked        []string // pages that may go ahead
	settings     Settings
	calibrations []Calibration // oldest first
	source       *source
	past         chronicle
	redrawn      map[chandra.ID]string
	shared       map[string]any // what all templates see
	pages        *pages
	hugo         *hugo // started as soon as its templates are there: that takes a while
}

func (b *builder) prepare() (err error) {
	if b.settings, err = b.in.Settings.complete(); err != nil {
		return err
	}
	if b.calibrations, err = b.in.ordered(); err != nil {
		return err
	}
	if b.source, err = readSource(b.in.Defaults, b.in.Overlay); err != nil {
		return err
	}
	if err := b.source.putBars(); err != nil {
		return err
	}
	b.shared = withDerived(params(b.settings, b.source.static), b.in)
	b.startHugo(b.asked)
	if b.past, err = b.in.history(b.calibrations, b.settings.At); err != nil {
		return err
	}
	drawn, redrawn, err := b.in.draw(b.calibrations)
	if err != nil {
		return err
	}
	b.redrawn = redrawn
	b.pages = b.in.newPages(b.calibrations, drawn, b.past, b.source, b.shared)
	return nil
}

// startHugo has a Hugo ready for some pages, or for all when there are none.
func (b *builder) startHugo(part []string) {
	b.hugo = startHugo(b.source.layouts(), b.shared, part)
}

// unrendered makes a tree of what is there before pages are rendered, and puts
// into Hugo's source what some of them, or all for nil, are rendered of.
func (b *builder) unrendered(source *source, names []string) (*Tree, error) {
	if err := b.pages.make(names); err != nil {
		return nil, err
	}
	tree := newTree()
	if err := b.pages.add(tree, source, names); err != nil {
		return nil, err
	}
	if err := source.putIndex(tree, b.past, b.calibrations, b.settings); err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(source.static)) {
		if err := tree.addFrom(name, source.static[name], "static/"+name); err != nil {
			return nil, err
		}
	}
	return tree, source.collision()
}

// all makes the whole tree.
func (b *builder) all() (*Tree, error) {
	tree, err := b.unrendered(b.source, nil)
	if err != nil {
		return nil, err
	}
	tree.past, tree.Redrawn, tree.Rerendered = b.past, b.redrawn, b.pages.why
	if err := addDerived(tree, b.in, b.settings, b.calibrations, b.past); err != nil {
		return nil, err
	}
	published, warnings, err := b.hugo.render(b.source.pages)
	if err != nil {
		return nil, err
	}
	from, err := b.source.origins(b.hugo, published)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(published)) {
		if !strings.HasPrefix(name, Section+"/") {
			b.source.warn("%s is left out: pages lie under %s/; check the url in its front matter", name, Section)
			continue
		}
		if err := tree.addFrom(name, published[name], from[name]); err != nil {
			return nil, err
		}
	}
	if len(warnings) == 0 { // they would not be said again
		b.pages.remember(tree)
	}
	if err := addOfPages(tree, b.in, b.settings, b.calibrations, b.past); err != nil {
		return nil, err
	}
	tree.Warnings = slices.Concat(b.source.warnings, b.in.Unmatched, warnings, tree.apart)
	tree.Remarks = b.in.remarks()
	if err := checkLinks(tree, b.settings, b.source.static, b.pages.checked()); err != nil {
		return nil, err
	}
	return tree, nil
}

// putPage writes the page bundle of a calibration.
func (s *source) putPage(k *card, p page) error {
	tables, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("site: calibration %s: %w", k.ID, err)
	}
	s.put(path.Join("content", Section, k.Address, "page.json"), tables)
	return s.putFront(k, map[string]any{"publishResources": false}, k)
}

// putKnown holds the place of a page that is not rendered now: others link to it,
// and files beside it are its own. Built-in templates ask for nothing else.
func (s *source) putKnown(k *card) error {
	params := k
	if !s.ownTemplates {
		params = nil
	}
	return s.putFront(k, map[string]any{"publishResources": false, "render": "link"}, params)
}

func (s *source) putFront(k *card, build map[string]any, params *card) error {
	front, err := json.MarshalIndent(map[string]any{
		"title":  k.Day,
		"layout": "calibration",
		// Hugo lower-cases paths, an address keeps its case.
		"url":    "/" + path.Join(Section, k.Address) + "/",
		"build":  build,
		"params": params,
	}, "", " ")
	if err != nil {
		return fmt.Errorf("site: calibration %s: %w", k.ID, err)
	}
	s.put(path.Join("content", Section, k.Address, "index.md"), append(front, '\n'))
	return nil
}

// params are what all templates see as site.Params.
func params(s Settings, static map[string][]byte) map[string]any {
	// The hash in an asset's address lets browsers keep it until it changes.
	assets := map[string]string{}
	for name, data := range static {
		if base, ok := strings.CutPrefix(name, Section+"/assets/"); ok {
			sum := sha256.Sum256(data)
			assets[base] = hex.EncodeToString(sum[:4])
		}
	}
	return map[string]any{
		"title":      plain(s.Title),
		"section":    Section,
		"home_title": plain(s.HomeTitle),
		"home_url":   s.HomeURL,
		"base_path":  s.basePath(),
		"contact":    s.Contact,
		"assets":     assets,
		"scale":      scaleOf(imagery.MapScale()),
		"difference": scaleOf(imagery.DifferenceScale()),
		"coverage":   swatches(),
		"quantities": quantities(),
	}
}
