package evidence

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/quantity"
	"darksite/processing/stats"
)

// Names of statistics that have a number in them.
const (
	over     = "n_gt_"
	quantile = "quantile"
)

// Definitions of those that package quantity has only at some levels.
const (
	overMeans     = "the number of pixels strictly above the threshold"
	quantileMeans = "the value below which this share of the pixels lies: interpolated between the pixels next to rank (pixels - 1) x share"
)

// works work numbers out from the sorted values of the pixels and show how; others
// are measured as they were for calibration.json.
var works = map[quantity.Key]func(*workings) *float64{
	quantity.Mean:          func(w *workings) *float64 { return w.mean(nil, nil) },
	quantity.Median:        func(w *workings) *float64 { return w.quantile(0.5) },
	quantity.Peak:          func(w *workings) *float64 { return w.peak(w.median()) },
	quantity.MeanNearPeak:  func(w *workings) *float64 { return w.meanNear(w.median()) },
	quantity.Mode:          func(w *workings) *float64 { return w.modal() },
	quantity.PeakAboutMode: func(w *workings) *float64 { return w.peak(w.mode()) },
	quantity.MeanNearMode:  func(w *workings) *float64 { return w.meanNear(w.mode()) },
	quantity.Min:           func(w *workings) *float64 { return w.extreme(0) },
	quantity.Max:           func(w *workings) *float64 { return w.extreme(len(w.sorted) - 1) },
	quantity.WithValue:     func(w *workings) *float64 { return w.counted() },
}

func count(n int) *float64 { return new(float64(n)) }

// describe fills in what a question is about, what calibration.json has and where.
func (n *Number) describe(q Question, s *quantity.Statistics, h *stats.Histogram) {
	n.Name, n.Quadrant, n.Unit, n.StoredAt = q.String(), q.quadrant, string(quantity.EPerS), "histogram"
	switch {
	case q.name == over:
		n.Definition, n.Unit = overMeans, string(quantity.Pixels)
		n.Stored = count(h.Above(q.threshold))
		if key := quantity.Key(over + threshold(q.threshold)); s.Value(key) != nil {
			n.Stored, n.StoredAt = s.Value(key), "statistics/"+string(key)
		}
	case q.name == quantile:
		n.Definition = quantileMeans
		if h.Pixels() > 0 {
			n.Stored = new(h.Quantile(q.share))
		}
		for i, v := range s.Quantiles {
			if v.Share == q.share {
				n.Stored, n.StoredAt = &v.Value, fmt.Sprintf("statistics/quantiles/%d/value", i)
			}
		}
	default:
		of := quantity.Of(quantity.Key(q.name))
		n.Definition, n.Unit = of.Means, string(of.Unit)
		n.Stored, n.StoredAt = s.Value(of.Key), "statistics/"+q.name
	}
}

// work works the number out anew.
func (w *workings) work(q Question) *float64 {
	switch q.name {
	case over:
		return w.above(q.threshold)
	case quantile:
		return w.quantile(q.share)
	}
	if work, ok := works[quantity.Key(q.name)]; ok {
		return work(w)
	}
	if v, ok := quantity.Of(quantity.Key(q.name)).Measure(stats.NewHistogram(w.sorted)); ok {
		return &v
	}
	return nil
}

// statistic answers for a statistic of the map.
func (k *inquiry) statistic(q Question) error {
	out := new(Number)
	c := k.calibration
	summary, histogram, prefix := &c.Statistics, &c.Histogram, "/"
	if q.quadrant != "" {
		n := slices.IndexFunc(c.Quadrants, func(o artifact.Quadrant) bool { return o.Quadrant == q.quadrant })
		if n < 0 {
			return fmt.Errorf("%s: it says nothing of quadrant %s: process the calibration again", k.dir, q.quadrant)
		}
		summary, histogram, prefix = &c.Quadrants[n].Statistics, &c.Quadrants[n].Histogram, fmt.Sprintf("/quadrants/%d/", n)
	}
	k.answer.Number = out
	out.describe(q, summary, histogram)
	out.StoredAt = prefix + out.StoredAt

	w := newWorkings(k.image, q.quadrant, out)
	out.Recomputed = w.work(q)
	out.From = artifact.ImageFile
	k.compare(out)
	return nil
}

// compare sets whether the stored and the recomputed number agree.
func (k *inquiry) compare(n *Number) {
	agrees := n.Stored == nil && n.Recomputed == nil
	if n.Stored != nil && n.Recomputed != nil {
		a, b := *n.Stored, *n.Recomputed
		// Sums in another order differ in their last digits; counts do not.
		agrees = a == b || n.Unit == "e-/s" && math.Abs(a-b) <= 1e-9*max(1, math.Abs(a))
	}
	n.Agrees = &agrees
	if !agrees {
		k.problemf("%s is %s in %s and %s by %s", n.Name, orNone(n.Stored), artifact.CalibrationFile, orNone(n.Recomputed), n.From)
	}
}

func orNone(v *float64) string {
	if v == nil {
		return "not there"
	}
	return text(*v)
}

// workings are the pixels that a statistic is of, and where it notes how the
// number came about.
type workings struct {
	image    *image
	quadrant string
	sorted   []float32 // values, rising, those that are missing left out
	out      *Number
}

func newWorkings(m *image, quadrant string, out *Number) *workings {
	w := &workings{image: m, quadrant: quadrant, out: out}
	for index, v := range m.pixels {
		if v == v && !math.IsInf(float64(v), 0) && w.holds(index) {
			w.sorted = append(w.sorted, v)
		}
	}
	slices.Sort(w.sorted)
	return w
}

// holds tells whether a pixel is in the quadrant that is asked for, by its
// coordinates (processing.md, section 3: a is row < 0, column >= 0).
func (w *workings) holds(index int) bool {
	row, col := index/chandra.CCDSize+chandra.MinRow, index%chandra.CCDSize+chandra.MinRow
	switch w.quadrant {
	case "A":
		return row < 0 && col >= 0
	case "B":
		return row < 0 && col < 0
	case "C":
		return row >= 0 && col >= 0
	case "D":
		return row >= 0 && col < 0
	}
	return true
}

// below and upTo are the number of pixels below a value, or up to it.
func (w *workings) below(v float64) int {
	return sort.Search(len(w.sorted), func(i int) bool { return float64(w.sorted[i]) >= v })
}

func (w *workings) upTo(v float64) int {
	return sort.Search(len(w.sorted), func(i int) bool { return float64(w.sorted[i]) > v })
}

// entry is the histogram's entry of the pixel with a rank.
func (w *workings) entry(rank int) *Entry {
	if rank < 0 || rank >= len(w.sorted) {
		return nil
	}
	v := w.sorted[rank]
	return &Entry{v, w.upTo(float64(v)) - w.below(float64(v))}
}

// show names up to n pixels that have a value, in the order of the image.
func (w *workings) show(v float32, n int, why string) {
	for index, have := range w.image.pixels {
		if n == 0 {
			return
		}
		if have == v && w.holds(index) {
			p := placeAt(index)
			w.out.Pixels = append(w.out.Pixels, PixelAt{p.row, p.col, v, why})
			n--
		}
	}
}

// some is how many pixels are named for one reason.
const some = 3

// hottest names the pixels with the highest values.
func (w *workings) hottest() {
	for i := len(w.sorted) - 1; i >= 0 && len(w.out.Pixels) < some; i = w.below(float64(w.sorted[i])) - 1 {
		w.show(w.sorted[i], some-len(w.out.Pixels), "hottest")
	}
}
