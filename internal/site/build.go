package site

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"darksite/internal/hugo"
	"darksite/internal/view"
)

// Build makes the section from its inputs. It fails when an input is wrong or
// a template has an error, and then gives no tree; what is merely odd is in
// the tree's warnings.
func Build(in Inputs) (*Tree, error) {
	settings, err := in.Settings.Complete()
	if err != nil {
		return nil, err
	}
	calibrations, err := in.ordered()
	if err != nil {
		return nil, err
	}
	for _, c := range calibrations {
		if _, ok := in.Pictures[c.Artifact.ID]; !ok {
			return nil, fmt.Errorf("site: calibration %s has no pictures; draw them before building", c.Artifact.ID)
		}
	}
	source, err := readSource(in.Defaults, in.Overlay)
	if err != nil {
		return nil, err
	}
	if err := source.putBars(); err != nil {
		return nil, err
	}
	site, err := view.New(settings, views(calibrations), in.Published, oldReports(&in), in.Rules)
	if err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	site.Assets = assetHashes(source.static)
	pages := in.newPages(calibrations, site, source)
	if err := pages.make(); err != nil {
		return nil, err
	}
	tree := newTree()
	tree.Rerendered = pages.why
	if err := pages.add(tree, source); err != nil {
		return nil, err
	}
	if err := source.putGenerated(site); err != nil {
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
	if err := addDerived(tree, &in, site); err != nil {
		return nil, err
	}
	rendered, err := hugo.Render(hugo.Source{Title: view.Plain(settings.Title), Params: map[string]any{"view": site}, Files: source.pages})
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
	if err := addOfPages(tree, &in, site); err != nil {
		return nil, err
	}
	tree.Warnings = slices.Concat(source.warnings, in.Unmatched, rendered.Warnings, tree.apart)
	tree.Remarks = in.remarks()
	if err := checkLinks(tree, settings, source.static, pages.checked()); err != nil {
		return nil, err
	}
	return tree, nil
}

// views are calibrations as their pages show them.
func views(calibrations []Calibration) []view.Calibration {
	list := make([]view.Calibration, len(calibrations))
	for i, c := range calibrations {
		list[i] = c.Calibration
	}
	return list
}

// assetHashes are the starts of the hashes of files in assets/, by their names.
func assetHashes(static map[string][]byte) map[string]string {
	hashes := map[string]string{}
	for name, data := range static {
		if base, ok := strings.CutPrefix(name, Section+"/assets/"); ok {
			sum := sha256.Sum256(data)
			hashes[base] = hex.EncodeToString(sum[:4])
		}
	}
	return hashes
}
