package evidence

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/stats"
)

// Names of statistics that others refer to.
const (
	over     = "N>"
	quantile = "quantile"
)

// statistic is one that can be asked for.
type statistic struct {
	name, unit string
	aliases    []string
	definition string
	// stored finds it in calibration.json and says under which key.
	stored func(*stats.Summary, *stats.Histogram, Question) (v *float64, key string)
	// work works it out from the sorted values of the pixels.
	work func(*workings, Question) *float64
}

func (s *statistic) is(name string) bool { return s.name == name || slices.Contains(s.aliases, name) }

// statistics are in the order in which help lists them.
var statistics = []statistic{
	{
		name: "mean", unit: "e-/s",
		definition: "the sum of all pixels that have a value, negative ones included, over their number",
		stored: func(s *stats.Summary, _ *stats.Histogram, _ Question) (*float64, string) {
			return s.Mean, "statistics/mean"
		},
		work: func(w *workings, _ Question) *float64 { return w.mean(nil, nil) },
	}, {
		name: "median", unit: "e-/s",
		definition: "the value of the middle pixel in rising order, or the mean of the middle two",
		stored: func(s *stats.Summary, _ *stats.Histogram, _ Question) (*float64, string) {
			return s.Median, "statistics/median"
		},
		work: func(w *workings, _ Question) *float64 { return w.quantile(0.5) },
	}, {
		name: "peak", unit: "e-/s",
		definition: "the most common dark current by the definition of the reports: the vertex of a parabola fitted, unweighted, to the number of pixels per 1 e-/s within 5 e-/s of the median; none where that has no maximum there",
		stored: func(s *stats.Summary, _ *stats.Histogram, _ Question) (*float64, string) {
			return s.Peak, "statistics/peak"
		},
		work: func(w *workings, _ Question) *float64 { return w.peak(w.median()) },
	}, {
		name: "mean near peak", unit: "e-/s", aliases: []string{"mean near the peak", "mean_near_peak"},
		definition: "the mean of the pixels within 5 e-/s, both ends included, of the median",
		stored: func(s *stats.Summary, _ *stats.Histogram, _ Question) (*float64, string) {
			return s.MeanNearPeak, "statistics/mean_near_peak"
		},
		work: func(w *workings, _ Question) *float64 { return w.meanNear(w.median()) },
	}, {
		name: "mode", unit: "e-/s",
		definition: "the middle of the fullest bin of 1 e-/s, the lowest of equals, between the 1st and the 99th percentile; none where it holds fewer than 100 pixels",
		stored: func(s *stats.Summary, _ *stats.Histogram, _ Question) (*float64, string) {
			return s.Mode, "statistics/mode"
		},
		work: func(w *workings, _ Question) *float64 { return w.modal() },
	}, {
		name: "peak about mode", unit: "e-/s", aliases: []string{"peak about the mode", "peak_about_mode"},
		definition: "the vertex of a parabola fitted, unweighted, to the number of pixels per 1 e-/s within 5 e-/s of the mode, the fullest bin; none where that has no maximum there",
		stored: func(s *stats.Summary, _ *stats.Histogram, _ Question) (*float64, string) {
			return s.PeakAboutMode, "statistics/peak_about_mode"
		},
		work: func(w *workings, _ Question) *float64 { return w.peak(w.mode()) },
	}, {
		name: "mean near mode", unit: "e-/s", aliases: []string{"mean near the mode", "mean_near_mode"},
		definition: "the mean of the pixels within 5 e-/s, both ends included, of the mode, the fullest bin",
		stored: func(s *stats.Summary, _ *stats.Histogram, _ Question) (*float64, string) {
			return s.MeanNearMode, "statistics/mean_near_mode"
		},
		work: func(w *workings, _ Question) *float64 { return w.meanNear(w.mode()) },
	}, {
		name: "min", unit: "e-/s", aliases: []string{"minimum", "smallest"},
		definition: "the lowest value of any pixel",
		stored: func(s *stats.Summary, _ *stats.Histogram, _ Question) (*float64, string) {
			return s.Min, "statistics/min"
		},
		work: func(w *workings, _ Question) *float64 { return w.extreme(0) },
	}, {
		name: "max", unit: "e-/s", aliases: []string{"maximum", "largest"},
		definition: "the highest value of any pixel",
		stored: func(s *stats.Summary, _ *stats.Histogram, _ Question) (*float64, string) {
			return s.Max, "statistics/max"
		},
		work: func(w *workings, _ Question) *float64 { return w.extreme(len(w.sorted) - 1) },
	}, {
		name: over, unit: "pixels",
		definition: "the number of pixels strictly above the threshold",
		stored:     storedOver,
		work:       func(w *workings, q Question) *float64 { return w.above(q.threshold) },
	}, {
		name: quantile, unit: "e-/s",
		definition: "the value below which this share of the pixels lies: interpolated between the pixels next to rank (pixels - 1) x share",
		stored:     storedQuantile,
		work:       func(w *workings, q Question) *float64 { return w.quantile(q.share) },
	}, {
		name: "pixels", unit: "pixels", aliases: []string{"pixels with a value"},
		definition: "the number of pixels that have a value: a short and a long sample of at least one replica",
		stored: func(s *stats.Summary, _ *stats.Histogram, _ Question) (*float64, string) {
			return count(s.Pixels), "statistics/pixels"
		},
		work: func(w *workings, _ Question) *float64 { return w.counted() },
	},
}

func count(n int) *float64 { return new(float64(n)) }

func storedOver(s *stats.Summary, h *stats.Histogram, q Question) (*float64, string) {
	for i, a := range s.Above {
		if float64(a.Threshold) == q.threshold {
			return count(a.Count), fmt.Sprintf("statistics/above/%d/count", i)
		}
	}
	return count(h.Above(q.threshold)), "histogram"
}

func storedQuantile(s *stats.Summary, h *stats.Histogram, q Question) (*float64, string) {
	for i, v := range s.Quantiles {
		if v.Share == q.share {
			return &v.Value, fmt.Sprintf("statistics/quantiles/%d/value", i)
		}
	}
	if h.Pixels() == 0 {
		return nil, "histogram"
	}
	return new(h.Quantile(q.share)), "histogram"
}

// statistic answers for a statistic of the map.
func (k *inquiry) statistic(q Question) error {
	i := slices.IndexFunc(statistics, func(s statistic) bool { return s.name == q.name })
	s := &statistics[i]
	out := &Number{Name: q.String(), Quadrant: q.quadrant, Definition: s.definition, Unit: s.unit}
	k.answer.Number = out

	c := k.calibration
	summary, histogram, prefix := &c.Statistics, &c.Histogram, "/"
	if q.quadrant != "" {
		n := slices.IndexFunc(c.Quadrants, func(o artifact.Quadrant) bool { return o.Quadrant == q.quadrant })
		if n < 0 {
			return fmt.Errorf("%s: it says nothing of quadrant %s: process the calibration again", k.dir, q.quadrant)
		}
		summary, histogram, prefix = &c.Quadrants[n].Statistics, &c.Quadrants[n].Histogram, fmt.Sprintf("/quadrants/%d/", n)
	}
	out.Stored, out.StoredAt = s.stored(summary, histogram, q)
	out.StoredAt = prefix + out.StoredAt

	w := newWorkings(k.image, q.quadrant, out)
	out.Recomputed = s.work(w, q)
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
