package evidence

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"darksite/processing/artifact"
	"darksite/processing/ccd"
	"darksite/processing/quantity"
	"darksite/processing/stats"
)

// Names of statistics that have a number in them.
const (
	over     = "n_gt_"
	quantile = "quantile"
)

// statistic answers for a statistic of the map or of a quadrant.
func (k *inquiry) statistic(q Question) error {
	c := k.calibration
	had, histogram, at := c.Statistics, c.Histogram, "/"
	parts := stats.Quadrants(c.Geometry, k.image.pixels)
	now := stats.Merge(parts[:]...)
	if q.quadrant != "" {
		n := slices.IndexFunc(c.Quadrants, func(o artifact.Quadrant) bool { return o.Quadrant == q.quadrant })
		if n < 0 {
			return fmt.Errorf("%s: it says nothing of quadrant %s: process the calibration again", k.dir, q.quadrant)
		}
		had, histogram, at = c.Quadrants[n].Statistics, c.Quadrants[n].Histogram, fmt.Sprintf("/quadrants/%d/", n)
		now = parts[slices.IndexFunc(ccd.Quadrants(), func(o ccd.Quadrant) bool { return o.Letter() == q.quadrant })]
	}
	out := &Number{Name: q.String(), Quadrant: q.quadrant, Unit: string(quantity.EPerS), StoredAt: at + "histogram", From: artifact.ImageFile}
	k.answer.Number = out
	var measure func(stats.Histogram) (float64, bool)
	switch q.name {
	case over:
		out.Definition, out.Unit = "the number of pixels strictly above the threshold", string(quantity.Pixels)
		measure = func(h stats.Histogram) (float64, bool) { return float64(h.Above(q.threshold)), true }
		out.Stored = measured(measure, histogram)
		if key := quantity.Key(over + threshold(q.threshold)); had.Value(key) != nil {
			out.Stored, out.StoredAt = had.Value(key), at+"statistics/"+string(key)
		}
	case quantile:
		out.Definition = "the value below which this share of the pixels lies: interpolated between the pixels next to rank (pixels - 1) x share"
		measure = func(h stats.Histogram) (float64, bool) { return h.Quantile(q.share), h.Pixels() > 0 }
		out.Stored = measured(measure, histogram)
		for i, v := range had.Quantiles {
			if v.Share == q.share {
				out.Stored, out.StoredAt = &v.Value, fmt.Sprintf("%sstatistics/quantiles/%d/value", at, i)
			}
		}
	default:
		of := quantity.Of(quantity.Key(q.name))
		out.Definition, out.Unit, measure = of.Means, string(of.Unit), of.Measure
		out.Stored, out.StoredAt = had.Value(of.Key), at+"statistics/"+q.name
	}
	out.Recomputed = measured(measure, now)
	workings{c.Geometry, k.image.pixels, now, out}.show(q)
	k.compare(out)
	return nil
}

// measured is nil where a histogram has no such number.
func measured(measure func(stats.Histogram) (float64, bool), h stats.Histogram) *float64 {
	v, ok := measure(h)
	if !ok || math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

// derived answers for a number that follows from the map and the facts.
func (k *inquiry) derived(q Question) error {
	of := quantity.Of(quantity.Key(q.name))
	common := fmt.Sprintf("%v C", k.At.CCDTemp)
	out := &Number{Name: q.name, Unit: string(of.Unit), Definition: strings.ReplaceAll(of.Means, "common_temp_c", common), From: artifact.ImageFile + " and the facts"}
	k.answer.Number = out
	if law := strings.ReplaceAll(of.Law, "common_law", k.At.Law.Name()); law != "" {
		out.Definition += "; the law: " + law
	}
	again, err := k.calibration.Again()
	if err != nil {
		return err
	}
	again.Histogram = stats.NewHistogram(k.image.pixels)
	again.Statistics = quantity.Measure(again.Histogram)
	had, err := k.calibration.Numbers(k.At)
	if err != nil {
		return err
	}
	now, err := again.Numbers(k.At)
	if err != nil {
		return err
	}
	out.Stored, out.Recomputed = had.Value(of.Key), now.Value(of.Key)
	if out.Stored == nil {
		k.notef("%s rests on a fact that is not known, or is beyond the reach of its law or of the model", out.Name)
	}
	k.compare(out)
	return nil
}

// compare sets whether the stored and the recomputed number agree.
func (k *inquiry) compare(n *Number) {
	agrees := n.Stored == nil && n.Recomputed == nil
	if n.Stored != nil && n.Recomputed != nil {
		a, b := *n.Stored, *n.Recomputed
		// Another machine may round rates otherwise; counts it does not.
		agrees = a == b || n.Unit == string(quantity.EPerS) && math.Abs(a-b) <= 1e-9*max(1, math.Abs(a))
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

// workings are the pixels that a statistic is of, and the number that tells how it
// comes about.
type workings struct {
	geometry ccd.Geometry
	pixels   []float32 // of the whole CCD
	stats.Histogram
	out *Number
}

// show enters what the number rests on; numbers that it does not know go without.
func (w workings) show(q Question) {
	n := w.Pixels()
	mode, hasMode := w.Mode()
	switch name := quantity.Key(q.name); {
	case name == over:
		w.above(q.threshold)
	case name == quantity.WithValue:
		w.out.Count = &Count{Pixels: n, Counted: n}
	case n == 0:
	case name == quantity.Mean:
		w.sum(0, math.Inf(1))
		w.hottest()
	case name == quantile:
		w.rank(q.share)
	case name == quantity.Median:
		w.rank(0.5)
	case name == quantity.Min:
		w.extreme(0, "coldest")
	case name == quantity.Max:
		w.extreme(n-1, "hottest")
	case name == quantity.Peak:
		w.fit("median", w.Median())
	case name == quantity.MeanNearPeak:
		w.sum(w.Median(), stats.NearPeak)
	case !hasMode:
	case name == quantity.Mode:
		w.name(w.first(mode-0.5), some, "in the fullest bin")
	case name == quantity.PeakAboutMode:
		w.fit("mode", mode)
	case name == quantity.MeanNearMode:
		w.sum(mode, stats.NearPeak)
	}
}

func (w workings) sum(centre, within float64) {
	s := new(Sum)
	s.Sum, s.Pixels = w.SumNear(centre, within)
	if low, high := centre-within, centre+within; !math.IsInf(within, 1) {
		s.Low, s.High = &low, &high
	}
	w.out.Sum = s
}

func (w workings) rank(share float64) {
	r := w.Rank(share)
	w.out.Rank = r
	w.name(r.Below.Value, some, "at the rank")
	if r.Above.Value != r.Below.Value {
		w.name(r.Above.Value, some, "at the next rank")
	}
}

func (w workings) extreme(rank int, why string) {
	e := w.entry(rank)
	w.out.Count = &Count{Pixels: w.Pixels(), Counted: e.Pixels, Lowest: e}
	w.name(e.Value, some, why)
}

// above names the hottest pixels and those on either side of the threshold.
func (w workings) above(threshold float64) {
	n := w.Above(threshold)
	rank := w.Pixels() - n
	c := &Count{Threshold: &threshold, Pixels: w.Pixels(), Counted: n, Lowest: w.entry(rank), Next: w.entry(rank - 1)}
	if w.out.Count = c; c.Lowest != nil {
		w.hottest()
		w.name(c.Lowest.Value, 1, "just above")
	}
	if c.Next != nil {
		w.name(c.Next.Value, 1, "just not above")
	}
}

func (w workings) fit(about string, centre float64) {
	f := w.Fit(centre)
	if f == nil {
		return
	}
	w.out.Fit = &Fit{about, f}
	if vertex, ok := f.Vertex(); ok {
		w.name(w.first(math.Round(vertex)), some, "near the peak")
	}
}

// first is the lowest value from a place on, NaN for none.
func (w workings) first(from float64) float32 {
	if i := sort.Search(len(w.Values), func(i int) bool { return float64(w.Values[i]) >= from }); i < len(w.Values) {
		return w.Values[i]
	}
	return float32(math.NaN())
}

// entry is the histogram's entry of the pixel with a rank.
func (w workings) entry(rank int) *Entry {
	r := w.Ranked(rank)
	if r == nil {
		return nil
	}
	return &Entry{r.Value, r.Last - r.First + 1}
}

// some is how many pixels are named for one reason.
const some = 3

// name names up to n pixels that have a value, in the order of the image.
func (w workings) name(v float32, n int, why string) {
	for index, have := range w.pixels {
		if n == 0 {
			return
		}
		if have != v {
			continue
		}
		row, col := w.geometry.RowColumn(index)
		if w.out.Quadrant == "" || w.geometry.QuadrantAt(row, col).Letter() == w.out.Quadrant {
			w.out.Pixels = append(w.out.Pixels, PixelAt{row, col, v, why})
			n--
		}
	}
}

// hottest names the pixels with the highest values.
func (w workings) hottest() {
	for i := len(w.Values) - 1; i >= 0 && len(w.out.Pixels) < some; i-- {
		w.name(w.Values[i], some-len(w.out.Pixels), "hottest")
	}
}
