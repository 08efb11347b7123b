package site

import (
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"sync"

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

// figures of one calibration.
type figures struct {
	files map[string][]byte
	page  figurePage
	hot   hotTable
}

// figurePage is what the page says of its pictures.
type figurePage struct {
	Difference bool `json:"difference"` // there is a picture of it
	Coverage   bool `json:"coverage"`
}

// drawFigures draws for all calibrations, oldest first, on all processors.
func drawFigures(calibrations []Calibration) ([]figures, error) {
	drawn := make([]figures, len(calibrations))
	err := each(len(calibrations), func(i int) (err error) {
		if drawn[i], err = drawFigure(calibrations, i); err != nil {
			return fmt.Errorf("site: calibration %s: %w", calibrations[i].Artifact.ID, err)
		}
		return nil
	})
	return drawn, err
}

// each does something n times, on all processors, and joins what went wrong in
// order.
func each(n int, do func(i int) error) error {
	errs := make([]error, n)
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for i := range next {
				errs[i] = do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	workers.Wait()
	return errors.Join(errs...)
}

func drawFigure(calibrations []Calibration, i int) (figures, error) {
	c := calibrations[i]
	image, err := c.image()
	if err != nil {
		return figures{}, err
	}
	f := figures{files: map[string][]byte{}}
	if f.files[mapFile], err = imagery.MapPNG(image); err != nil {
		return figures{}, fmt.Errorf("map: %w", err)
	}
	if f.files[thumbFile], err = imagery.Thumbnail(image, thumbSize); err != nil {
		return figures{}, fmt.Errorf("thumbnail: %w", err)
	}
	if c.Coverage != nil {
		short, long, err := c.Coverage()
		if err != nil {
			return figures{}, err
		}
		if f.files[coverageFile], err = imagery.CoveragePNG(short, long); err != nil {
			return figures{}, fmt.Errorf("coverage: %w", err)
		}
		f.page.Coverage = true
	}
	if c.Comparison != nil {
		list, err := c.Pixels()
		if err != nil {
			return figures{}, err
		}
		f.hot = hotRows(list)
	}
	if err := f.drawDifference(calibrations[:i], c, image); err != nil {
		return figures{}, fmt.Errorf("difference: %w", err)
	}
	return f, nil
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
