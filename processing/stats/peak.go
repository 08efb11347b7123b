package stats

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// nearPeak is how far from its centre the peak is looked for, in e-/s, both
// ends included (calibration reports: "within 5 e-/s of the median").
const nearPeak = 5

// The centres about which a peak is looked for.
const (
	AboutMedian = "median"
	AboutMode   = "mode"
)

// Peak is the most common dark current.
type Peak struct {
	EPerS float64
	// About is AboutMedian where the definition of the reports holds, else
	// AboutMode.
	About string
}

// Peak is the most common dark current as the reports define it: the vertex of
// a 2nd-order polynomial fitted, unweighted, to the number of pixels per 1 e-/s
// within 5 e-/s of the median. The bins are centred on integers, as the values
// of classic maps are.
//
// On a warm CCD, from about 2012 on, the median lies on the shoulder of the
// distribution and that fit has no maximum within its range. Then the fit is
// about the fullest bin, and the result says so. ok is false where that has none
// either, as in maps of very few pixels.
func (h Histogram) Peak() (p Peak, ok bool) {
	median := h.Median()
	if math.IsNaN(median) || math.Abs(median) > latticeLimit {
		return Peak{}, false
	}
	if vertex, ok := h.vertex(median); ok {
		return Peak{vertex, AboutMedian}, true
	}
	mode, ok := h.mode()
	if !ok {
		return Peak{}, false
	}
	vertex, ok := h.vertex(mode)
	return Peak{vertex, AboutMode}, ok
}

// leastMode is how many pixels make the fullest bin more than an accident.
const leastMode = 100

// mode is the centre of the fullest bin of 1 e-/s, the lowest of equals, among
// those that hold all but the lowest and the highest hundredth of the pixels. ok
// is false where it holds fewer than 100.
func (h Histogram) mode() (ePerS float64, ok bool) {
	first := math.Floor(h.Quantile(0.01))
	bins := int(min(math.Ceil(h.Quantile(0.99))-first, latticeLimit)) + 1
	edges := make([]float64, bins+1)
	for i := range edges {
		edges[i] = first + float64(i) - 0.5
	}
	fullest := 0
	density := h.Density(edges)
	for i, d := range density {
		if d > density[fullest] {
			fullest = i
		}
	}
	return first + float64(fullest), density[fullest] >= leastMode
}

// vertex fits the polynomial about a centre, in e-/s; ok is false where it has
// no maximum within 5 e-/s of it.
func (h Histogram) vertex(centre float64) (ePerS float64, ok bool) {
	first, last := math.Ceil(centre-nearPeak), math.Floor(centre+nearPeak)
	bins := int(last-first) + 1
	edges := make([]float64, bins+1)
	for i := range edges {
		edges[i] = first + float64(i) - 0.5
	}
	// About the centre, so that the fit is well conditioned.
	powers := mat.NewDense(bins, 3, nil)
	for i := range bins {
		x := first + float64(i) - centre
		powers.SetRow(i, []float64{1, x, x * x})
	}
	var fit mat.VecDense
	if err := fit.SolveVec(powers, mat.NewVecDense(bins, h.Density(edges))); err != nil {
		return 0, false
	}
	slope, curvature := fit.AtVec(1), fit.AtVec(2)
	offset := -slope / (2 * curvature)
	if !(curvature < 0) || !(math.Abs(offset) <= nearPeak) {
		return 0, false
	}
	return centre + offset, true
}

// MeanNearPeak is the mean of the pixels within 5 e-/s, ends included, of the
// centre about which the peak is looked for: the median, as the reports define
// it, also where there is no peak. In e-/s; NaN without pixels there.
func (h Histogram) MeanNearPeak() float64 {
	centre := h.Median()
	if p, ok := h.Peak(); ok && p.About == AboutMode {
		centre, _ = h.mode()
	}
	sum, n := 0.0, 0
	for i, v := range h.Values {
		if math.Abs(float64(v)-centre) <= nearPeak {
			sum += float64(v) * float64(h.Counts[i])
			n += h.Counts[i]
		}
	}
	return sum / float64(n)
}
