package site

import (
	"fmt"
	"slices"
	"strings"

	"darksite/internal/ground/workers"
	"darksite/internal/imagery"
	"darksite/internal/view"
	"darksite/processing/chandra"
)

// thumbFile stands beside the page, too, for other pages.
const thumbFile = "thumb.png"

// The palettes of the maps and of the differences, one file each in assets/ for
// all pages.
const (
	colourBarFile     = "colour-bar.png"
	differenceBarFile = "difference-bar.png"
)

// thumbSize is the side of a thumbnail in picture elements; pages show it at
// half that size, sharp on dense screens.
const thumbSize = 128

// Pictures are those of one calibration, with what the drawing of them found.
type Pictures struct {
	Product
	Page view.Pictures `json:"page"`
	Hot  view.Hot      `json:"hot"`
}

// Drawing draws the pictures of calibrations.
type Drawing struct {
	program      string
	calibrations []Calibration // oldest first
}

// NewDrawing is a drawing of calibrations in any order. Program is a hash of the
// program, by which pictures of another one are told.
func NewDrawing(program string, calibrations []Calibration) *Drawing {
	sorted := slices.SortedFunc(slices.Values(calibrations), func(a, b Calibration) int { return strings.Compare(string(a.Artifact.ID), string(b.Artifact.ID)) })
	return &Drawing{program, sorted}
}

// Due says of each calibration whose pictures have to be drawn, why: those that are
// known were drawn of something else. Known is nil where none are.
func (d *Drawing) Due(known func(chandra.ID) (Pictures, bool)) map[chandra.ID]string {
	due := map[chandra.ID]string{}
	for i, c := range d.calibrations {
		if _, why := d.known(known, i); why != "" {
			due[c.Artifact.ID] = why
		}
	}
	return due
}

// known are the pictures of a calibration, or why they must be drawn.
func (d *Drawing) known(known func(chandra.ID) (Pictures, bool), i int) (Pictures, string) {
	var p Pictures
	found := false
	if known != nil {
		p, found = known(d.calibrations[i].Artifact.ID)
	}
	return p, p.due(found, d.sources(i))
}

// Draw gives the pictures of all calibrations: those that are known, and the others
// drawn on all processors. why tells what they were drawn for.
func (d *Drawing) Draw(known func(chandra.ID) (Pictures, bool)) (pictures map[chandra.ID]Pictures, why map[chandra.ID]string, err error) {
	drawn, reasons := make([]Pictures, len(d.calibrations)), make([]string, len(d.calibrations))
	read := &images{calibrations: d.calibrations, read: map[int]*lazyImage{}}
	err = workers.Each(len(drawn), func(i int) error {
		if drawn[i], reasons[i] = d.known(known, i); reasons[i] == "" {
			return nil
		}
		files, p, err := drawPictures(read, i)
		if err != nil {
			return fmt.Errorf("site: calibration %s: %w", d.calibrations[i].Artifact.ID, err)
		}
		p.Sources, p.Files = d.sources(i), map[string]File{}
		for name, data := range files {
			p.Files[name] = newFile(data)
		}
		drawn[i] = p
		return nil
	})
	pictures, why = map[chandra.ID]Pictures{}, map[chandra.ID]string{}
	for i, c := range d.calibrations {
		if pictures[c.Artifact.ID] = drawn[i]; reasons[i] != "" {
			why[c.Artifact.ID] = reasons[i]
		}
	}
	return pictures, why, err
}

// sources are those of the pictures of a calibration; nil where the hash of one
// is not known.
func (d *Drawing) sources(i int) map[string]string {
	c := d.calibrations[i]
	if d.program == "" || c.Hashes.Map == "" {
		return nil
	}
	s := map[string]string{programSource: d.program, "the map": c.Hashes.Map}
	if c.Coverage != nil {
		if c.Hashes.Coverage == "" {
			return nil
		}
		s["the coverage"] = c.Hashes.Coverage
	}
	if c.Comparison == nil {
		return s
	}
	if c.Hashes.Comparison == "" || c.Hashes.Pixels == "" {
		return nil
	}
	s["the comparison"], s["the list of pixels"] = c.Hashes.Comparison, c.Hashes.Pixels
	if since := c.Comparison.Pixels.Since; since != nil {
		for _, before := range d.calibrations[:i] {
			if before.Artifact.ID == since.Before.ID {
				if before.Hashes.Map == "" {
					return nil
				}
				s["the map before"] = before.Hashes.Map
			}
		}
	}
	return s
}

func drawPictures(read *images, i int) (files map[string][]byte, p Pictures, err error) {
	c := read.calibrations[i]
	g := c.Artifact.Geometry
	image, err := read.of(i)
	if err != nil {
		return nil, p, err
	}
	files = map[string][]byte{}
	if files[view.MapFile], err = imagery.MapPNG(g, image); err != nil {
		return nil, p, fmt.Errorf("map: %w", err)
	}
	if files[thumbFile], err = imagery.Thumbnail(g, image, thumbSize); err != nil {
		return nil, p, fmt.Errorf("thumbnail: %w", err)
	}
	if c.Coverage != nil {
		short, long, err := c.Coverage()
		if err != nil {
			return nil, p, err
		}
		if files[view.CoverageFile], err = imagery.CoveragePNG(g, short, long); err != nil {
			return nil, p, fmt.Errorf("coverage: %w", err)
		}
		p.Page.Coverage = true
	}
	if c.Comparison != nil {
		list, err := c.Pixels()
		if err != nil {
			return nil, p, err
		}
		p.Hot = view.HotOf(g, list)
	}
	difference, err := drawDifference(read, i, image)
	if err != nil {
		return nil, p, fmt.Errorf("difference: %w", err)
	}
	if difference != nil {
		files[view.DifferenceFile], p.Page.Difference = difference, true
	}
	return files, p, nil
}

// image is the map, checked for its size.
func (c *Calibration) image() ([]float32, error) {
	image, err := c.Image()
	if err != nil {
		return nil, err
	}
	if err := c.Artifact.Geometry.CheckPixels(len(image)); err != nil {
		return nil, fmt.Errorf("the image has %w; process the calibration again", err)
	}
	return image, nil
}
