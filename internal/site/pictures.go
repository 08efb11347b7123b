package site

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"darksite/internal/ground/workers"
	"darksite/internal/imagery"
	"darksite/processing/chandra"
)

// Files that are drawn for each calibration and published beside its page.
const (
	mapFile   = "map.png"
	thumbFile = "thumb.png"
	// Only where there is an earlier map, and where the samples are known.
	differenceFile = "difference.png"
	coverageFile   = "coverage.png"
)

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
	Page figurePage `json:"page"`
	Hot  hotTable   `json:"hot"`
}

// figurePage is what the page says of its pictures.
type figurePage struct {
	Difference bool `json:"difference"` // there is a picture of it
	Coverage   bool `json:"coverage"`
}

// sources are those of the pictures of a calibration; nil where the hash of one
// is not known.
func (in *Inputs) sources(calibrations []Calibration, i int) map[string]string {
	c := calibrations[i]
	if in.Program == "" || c.Hashes.Map == "" {
		return nil
	}
	s := map[string]string{programSource: in.Program, "the map": c.Hashes.Map}
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
		for _, before := range calibrations[:i] {
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

// Due says of each calibration whose pictures a build would draw, why.
func (in *Inputs) Due() map[chandra.ID]string {
	calibrations := slices.Clone(in.Calibrations)
	slices.SortFunc(calibrations, func(a, b Calibration) int { return strings.Compare(string(a.Artifact.ID), string(b.Artifact.ID)) })
	due := map[chandra.ID]string{}
	for i, c := range calibrations {
		if _, why := in.known(calibrations, i); why != "" {
			due[c.Artifact.ID] = why
		}
	}
	return due
}

// known are the pictures of a calibration that an earlier build drew, or why
// they must be drawn.
func (in *Inputs) known(calibrations []Calibration, i int) (p Pictures, why string) {
	found := false
	if in.Drawn != nil {
		p, found = in.Drawn(calibrations[i].Artifact.ID)
	}
	return p, p.due(found, in.sources(calibrations, i))
}

// draw gives the pictures of all calibrations, oldest first: those that are
// known, and the others drawn on all processors. why tells of each that was
// drawn what it was drawn for.
func (in *Inputs) draw(calibrations []Calibration) (drawn []Pictures, why map[chandra.ID]string, err error) {
	drawn, reasons := make([]Pictures, len(calibrations)), make([]string, len(calibrations))
	read := &images{calibrations: calibrations, read: map[int]*lazyImage{}}
	err = workers.Each(len(calibrations), func(i int) error {
		if drawn[i], reasons[i] = in.known(calibrations, i); reasons[i] == "" {
			return nil
		}
		files, p, err := drawPictures(read, i)
		if err != nil {
			return fmt.Errorf("site: calibration %s: %w", calibrations[i].Artifact.ID, err)
		}
		p.Sources = in.sources(calibrations, i)
		p.Files = map[string]File{}
		for name, data := range files {
			p.Files[name] = newFile(data)
		}
		drawn[i] = p
		return nil
	})
	why = map[chandra.ID]string{}
	for i, reason := range reasons {
		if reason != "" {
			why[calibrations[i].Artifact.ID] = reason
		}
	}
	return drawn, why, err
}

func drawPictures(read *images, i int) (files map[string][]byte, p Pictures, err error) {
	c := read.calibrations[i]
	image, err := read.of(i)
	if err != nil {
		return nil, p, err
	}
	files = map[string][]byte{}
	if files[mapFile], err = imagery.MapPNG(image); err != nil {
		return nil, p, fmt.Errorf("map: %w", err)
	}
	if files[thumbFile], err = imagery.Thumbnail(image, thumbSize); err != nil {
		return nil, p, fmt.Errorf("thumbnail: %w", err)
	}
	if c.Coverage != nil {
		short, long, err := c.Coverage()
		if err != nil {
			return nil, p, err
		}
		if files[coverageFile], err = imagery.CoveragePNG(short, long); err != nil {
			return nil, p, fmt.Errorf("coverage: %w", err)
		}
		p.Page.Coverage = true
	}
	if c.Comparison != nil {
		list, err := c.Pixels()
		if err != nil {
			return nil, p, err
		}
		p.Hot = hotRows(list)
	}
	difference, err := drawDifference(read, i, image)
	if err != nil {
		return nil, p, fmt.Errorf("difference: %w", err)
	}
	if difference != nil {
		files[differenceFile], p.Page.Difference = difference, true
	}
	return files, p, nil
}

// colourScale is the scale of the maps as the templates see it.
type colourScale struct {
	Low     string       `json:"low"`  // e-/s
	High    string       `json:"high"` // e-/s
	Missing string       `json:"missing"`
	Ticks   []colourTick `json:"ticks"`
}

// colourTick is a mark of the colour bar; Label is empty for a minor one.
type colourTick struct {
	At     string `json:"at"` // "27.035%" of the bar from its low end
	Label  string `json:"label"`
	Anchor string `json:"anchor"` // where the label is held: start, middle or end
}

func scaleOf(s imagery.Scale) colourScale {
	scale := colourScale{Low: fixed(&s.Low, 0), High: fixed(&s.High, 0), Missing: s.Missing}
	for _, t := range s.Ticks {
		tick := colourTick{At: strconv.FormatFloat(100*t.Position, 'f', 3, 64) + "%", Anchor: "middle"}
		if t.Label != "" {
			tick.Label = fixed(&t.Value, 0)
		}
		switch t.Position {
		case 0:
			tick.Anchor = "start"
		case 1:
			tick.Anchor = "end"
		}
		scale.Ticks = append(scale.Ticks, tick)
	}
	return scale
}

// image is the map, checked for its size.
func (c *Calibration) image() ([]float32, error) {
	image, err := c.Image()
	if err != nil {
		return nil, err
	}
	if want := chandra.CCDSize * chandra.CCDSize; len(image) != want {
		return nil, fmt.Errorf("the image has %d pixels, want %d (1024 x 1024); process the calibration again", len(image), want)
	}
	return image, nil
}
