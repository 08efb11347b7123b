package site

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"html/template"
	"math"
	"runtime"
	"strconv"
	"sync"

	"darksite/internal/chart"
	"darksite/internal/imagery"
	"darksite/processing/chandra"
)

// Files that are drawn for each calibration and published beside its page.
const (
	mapFile       = "map.png"
	thumbFile     = "thumb.png"
	histogramFile = "histogram.svg"
	binsFile      = "histogram.csv"
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

// earlier is how many calibrations before the current one a histogram shows,
// as the reports always did.
const earlier = 2

// figures of one calibration.
type figures struct {
	files map[string][]byte
	page  figurePage
	hot   hotTable
}

// figurePage is what the page says of its figures.
type figurePage struct {
	// Histogram is the chart as it stands in the page, made and escaped by
	// package chart.
	Histogram  template.HTML `json:"histogram"`
	Difference bool          `json:"difference"` // there is a picture of it
	Coverage   bool          `json:"coverage"`
	Series     []string      `json:"series"` // names of the columns of Bins
	Bins       []binRow      `json:"bins"`
}

// binRow is a line of the table under the histogram.
type binRow struct {
	Low       string   `json:"low"`  // e-/s
	High      string   `json:"high"` // e-/s
	Densities []string `json:"densities"`
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

	// The current calibration first, then back in time.
	var series []chart.Series
	for k := i; k >= max(0, i-earlier); k-- {
		a := calibrations[k].Artifact
		series = append(series, chart.Series{
			Name: a.ID.Date().Format("2006 Jan 2"), Histogram: a.Histogram, Current: k == i,
		})
	}
	figure, err := chart.Histogram("histogram", series)
	if err != nil {
		return figures{}, fmt.Errorf("histogram: %w", err)
	}
	f.files[histogramFile] = figure.SVG
	f.page.Histogram, f.page.Series = figure.HTML(), figure.Table.Names
	f.page.Bins, f.files[binsFile], err = tabulate(figure.Table)
	return f, err
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

// tabulate gives the bins of a chart as a table and as CSV. Bins at the ends
// that are empty in every series are left out.
func tabulate(t chart.Table) ([]binRow, []byte, error) {
	first, last := len(t.Edges), 0
	head := []string{"low_e_per_s", "high_e_per_s"}
	for i, name := range t.Names {
		head = append(head, "pixels_per_e_per_s "+name)
		for b, d := range t.Density[i] {
			if d > 0 {
				first, last = min(first, b), max(last, b+1)
			}
		}
	}
	rows := []binRow{}
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.Write(head)
	number := func(x float64) string { return strconv.FormatFloat(x, 'g', 6, 64) }
	for b := first; b < last; b++ {
		low, high := t.Edges[b], t.Edges[b+1]
		record := []string{number(low), number(high)}
		row := binRow{Low: significant(low), High: significant(high)}
		for _, density := range t.Density {
			record = append(record, number(density[b]))
			row.Densities = append(row.Densities, significant(density[b]))
		}
		rows = append(rows, row)
		w.Write(record)
	}
	w.Flush()
	return rows, out.Bytes(), w.Error()
}

// significant writes a number that is not negative with at least three
// significant digits, without an exponent.
func significant(x float64) string {
	switch {
	case x == 0:
		return "0"
	case x >= 100:
		return count(int64(math.Round(x)))
	case x >= 10:
		return strconv.FormatFloat(x, 'f', 1, 64)
	case x >= 1:
		return strconv.FormatFloat(x, 'f', 2, 64)
	}
	return strconv.FormatFloat(x, 'g', 3, 64)
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
