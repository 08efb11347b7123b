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

	"darksite/internal/hugo"
	"darksite/internal/imagery"
)

// Build makes the section from its inputs. It fails when an input is wrong or
// a template has an error, and then gives no tree; what is merely odd is in
// the tree's warnings.
func Build(in Inputs) (*Tree, error) {
	settings, err := in.Settings.complete()
	if err != nil {
		return nil, err
	}
	calibrations, err := in.ordered()
	if err != nil {
		return nil, err
	}
	source, err := readSource(in.Defaults, in.Overlay)
	if err != nil {
		return nil, err
	}
	if err := source.putBars(); err != nil {
		return nil, err
	}
	shared, err := untyped(withDerived(params(settings, source.static), &in))
	if err != nil {
		return nil, err
	}
	past, err := in.history(calibrations, settings.At)
	if err != nil {
		return nil, err
	}
	drawn, redrawn, err := in.draw(calibrations)
	if err != nil {
		return nil, err
	}
	pages := in.newPages(calibrations, drawn, past, source, shared)
	if err := pages.make(); err != nil {
		return nil, err
	}
	tree := newTree()
	tree.Redrawn, tree.Rerendered = redrawn, pages.why
	if err := pages.add(tree, source); err != nil {
		return nil, err
	}
	if err := source.putIndex(tree, past, calibrations, settings); err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(source.static)) {
		if err := tree.addFrom(name, source.static[name], "static/"+name); err != nil {
			return nil, err
		}
	}
	if err := source.collision(); err != nil {
		return nil, err
	}
	if err := addDerived(tree, &in, settings, calibrations, past); err != nil {
		return nil, err
	}
	rendered, err := hugo.Render(hugo.Source{Title: plain(settings.Title), Params: shared, Files: source.pages})
	if err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	from, err := source.origins(rendered)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(rendered.Files)) {
		if !strings.HasPrefix(name, Section+"/") {
			source.warn("%s is left out: pages lie under %s/; check the url in its front matter", name, Section)
			continue
		}
		if err := tree.addFrom(name, rendered.Files[name], from[name]); err != nil {
			return nil, err
		}
	}
	if len(rendered.Warnings) == 0 { // they would not be said again
		pages.remember(tree)
	}
	if err := addOfPages(tree, &in, settings, calibrations, past); err != nil {
		return nil, err
	}
	tree.Warnings = slices.Concat(source.warnings, in.Unmatched, rendered.Warnings, tree.apart)
	tree.Remarks = in.remarks()
	if err := checkLinks(tree, settings, source.static, pages.checked()); err != nil {
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

// untyped are parameters as templates know them, by their names in JSON.
func untyped(params map[string]any) (plain map[string]any, err error) {
	data, err := json.Marshal(params)
	if err == nil {
		err = json.Unmarshal(data, &plain)
	}
	return plain, err
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
