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
	past, err := in.history(calibrations, settings.At)
	if err != nil {
		return nil, err
	}
	tree := newTree()
	drawn, redrawn, err := in.draw(calibrations)
	if err != nil {
		return nil, err
	}
	tree.Redrawn = redrawn
	if err := addCalibrations(tree, source, calibrations, drawn, past, in.Addresses); err != nil {
		return nil, err
	}
	if err := source.putIndex(tree, past, calibrations, in.Addresses, settings); err != nil {
		return nil, err
	}
	if err := addDerived(tree, &in, settings, calibrations, past); err != nil {
		return nil, err
	}
	if err := source.putBars(); err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(source.static)) {
		if err := tree.addBytes(name, source.static[name]); err != nil {
			return nil, err
		}
	}
	published, warnings, err := runHugo(source.pages, withDerived(params(settings, source.static), &in))
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(published)) {
		if !strings.HasPrefix(name, Section+"/") {
			source.warn("%s is left out: pages lie under %s/; check the url in its front matter", name, Section)
			continue
		}
		if err := tree.addBytes(name, published[name]); err != nil {
			return nil, err
		}
	}
	if err := addOfPages(tree, &in, settings, calibrations, past); err != nil {
		return nil, err
	}
	tree.Warnings = slices.Concat(in.remarks(), source.warnings, warnings)
	if err := checkLinks(tree, settings, source.static); err != nil {
		return nil, err
	}
	return tree, nil
}

// addCalibrations puts the files of the calibrations in the tree and their
// pages in Hugo's source.
func addCalibrations(tree *Tree, source *source, calibrations []Calibration, drawn []Pictures, past chronicle, addresses Addresses) error {
	cards := make([]card, len(calibrations))
	pages := make([]page, len(calibrations))
	charts := make([]map[string][]byte, len(calibrations)) // files of them
	for i, c := range calibrations {
		address, _ := addresses.Of(c.Artifact.ID)
		cards[i] = cardOf(c, address)
	}
	err := each(len(calibrations), func(i int) (err error) {
		if pages[i], err = pageOf(calibrations[i], cards[i], past, addresses); err != nil {
			return fmt.Errorf("site: calibration %s: %w", calibrations[i].Artifact.ID, err)
		}
		if charts[i], pages[i].Histogram, err = drawHistogram(calibrations, i, addresses, past.at); err != nil {
			return fmt.Errorf("site: calibration %s: %w", calibrations[i].Artifact.ID, err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i, c := range calibrations {
		p := pages[i]
		source.warnings = append(source.warnings, p.warnings...)
		p.Figures, p.Hot = drawn[i].Page, drawn[i].Hot
		if i > 0 {
			p.Previous = neighbourOf(cards[i-1])
		}
		if i+1 < len(cards) {
			p.Next = neighbourOf(cards[i+1])
		}
		dir := path.Join(Section, cards[i].Address)
		for _, d := range c.Downloads {
			if err := tree.add(path.Join(dir, d.Name), file{open: d.Open, size: d.Size, sha256: d.SHA256}); err != nil {
				return err
			}
			p.Downloads = append(p.Downloads, downloadRow{d.Name, whatFiles[d.Name], size(d.Size)})
		}
		offer := func(name string, f file) error {
			if what, offered := whatFiles[name]; offered {
				p.Downloads = append(p.Downloads, downloadRow{name, what, size(f.size)})
			}
			return tree.add(path.Join(dir, name), f)
		}
		for _, name := range slices.Sorted(maps.Keys(drawn[i].Files)) {
			picture := drawn[i].Files[name]
			if err := offer(name, file{open: picture.Open, size: picture.Size, sha256: picture.SHA256}); err != nil {
				return err
			}
		}
		tree.Pictures[c.Artifact.ID] = drawn[i]
		for _, name := range slices.Sorted(maps.Keys(charts[i])) {
			if err := offer(name, file{data: charts[i][name], size: int64(len(charts[i][name]))}); err != nil {
				return err
			}
		}
		if err := source.putPage(cards[i], p); err != nil {
			return err
		}
	}
	return nil
}

// putPage writes the page bundle of a calibration.
func (s *source) putPage(k card, p page) error {
	front, err := json.MarshalIndent(map[string]any{
		"title":  k.Day,
		"layout": "calibration",
		// Hugo lower-cases paths, an address keeps its case.
		"url":    "/" + path.Join(Section, k.Address) + "/",
		"build":  map[string]any{"publishResources": false},
		"params": k,
	}, "", " ")
	if err != nil {
		return fmt.Errorf("site: calibration %s: %w", k.ID, err)
	}
	tables, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("site: calibration %s: %w", k.ID, err)
	}
	dir := path.Join("content", Section, k.Address)
	s.put(path.Join(dir, "index.md"), append(front, '\n'))
	s.put(path.Join(dir, "page.json"), tables)
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
	}
}
