package stats

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// nearPeak is how far from the median the peak is looked for, in e-/s, both
// ends included (calibration reports: "within 5 e-/s of the median").
const nearPeak = 5

// Peak is the most common dark current in e-/s as the reports define it: the
// vertex of a 2nd-order polynomial fitted, unweighted, to the number of pixels
// per 1 e-/s within 5 e-/s of the median. The bins are centred on integers, as
// the values of classic maps are. ok is false where the fit has no maximum
// within that range, as in maps of very few pixels.
func (h Histogram) Peak() (ePerS float64, ok bool) {
	median := h.Median()
	if math.IsNaN(median) || math.Abs(median) > latticeLimit {
		return 0, false
	}
	first, last := math.Ceil(median-nearPeak), math.Floor(median+nearPeak)
	bins := int(last-first) + 1
	edges := make([]float64, bins+1)
	for i := range edges {
		edges[i] = first + float64(i) - 0.5
	}
	// About the median, so that the fit is well conditioned.
	powers := mat.NewDense(bins, 3, nil)
	for i := range bins {
		x := first + float64(i) - median
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
	return median + offset, true
}

// MeanNearPeak is the mean of the pixels within 5 e-/s of the median, ends
// included, in e-/s; NaN without pixels.
func (h Histogram) MeanNearPeak() float64 {
	median := h.Median()
	sum, n := 0.0, 0
	for i, v := range h.Values {
		if math.Abs(float64(v)-median) <= nearPeak {
			sum += float64(v) * float64(h.Counts[i])
			n += h.Counts[i]
		}
	}
	return sum / float64(n)
}
