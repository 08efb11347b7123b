package stats

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// NearPeak is how far from its centre a peak is looked for, in e-/s, both ends
// included (calibration reports: "within 5 e-/s of the median").
const NearPeak = 5

// Peak is the most common dark current as the calibration reports define it, in
// e-/s: the vertex of a 2nd-order polynomial fitted, unweighted, to the number of
// pixels per 1 e-/s within 5 e-/s of the median. The bins are centred on integers,
// as the values of classic maps are.
//
// On a warm CCD, from about 2012 on, the median lies on the shoulder of the
// distribution and the polynomial has no maximum near it: ok is false, and
// [Histogram.PeakAboutMode] is the number to look at.
func (h Histogram) Peak() (ePerS float64, ok bool) { return h.vertex(h.Median()) }

// MeanNearPeak is the mean of the pixels within 5 e-/s of the median, ends
// included, as the calibration reports define it, whether or not there is a peak.
// In e-/s; NaN without pixels there.
func (h Histogram) MeanNearPeak() float64 { return h.meanNear(h.Median()) }

// leastMode is how many pixels make the fullest bin more than an accident.
const leastMode = 100

// Mode is the centre of the fullest bin of 1 e-/s, the lowest of equals, among
// those that hold all but the lowest and the highest hundredth of the pixels. ok
// is false where it holds fewer than 100.
func (h Histogram) Mode() (ePerS float64, ok bool) {
	if !binned(h.Median()) {
		return 0, false
	}
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

// PeakAboutMode is the vertex of the polynomial of [Histogram.Peak] fitted about
// the mode instead of the median, in e-/s. No report before 2016 has it.
func (h Histogram) PeakAboutMode() (ePerS float64, ok bool) {
	mode, ok := h.Mode()
	if !ok {
		return 0, false
	}
	return h.vertex(mode)
}

// MeanNearMode is the mean of the pixels within 5 e-/s of the mode, ends
// included, in e-/s; NaN without a mode.
func (h Histogram) MeanNearMode() float64 {
	mode, ok := h.Mode()
	if !ok {
		return math.NaN()
	}
	return h.meanNear(mode)
}

// binned is true for a median about which bins of 1 e-/s can be laid.
func binned(median float64) bool { return math.Abs(median) <= latticeLimit }

// vertex fits the polynomial about a centre, in e-/s; ok is false where it has
// no maximum within 5 e-/s of it.
func (h Histogram) vertex(centre float64) (ePerS float64, ok bool) {
	if !binned(centre) {
		return 0, false
	}
	first, last := math.Ceil(centre-NearPeak), math.Floor(centre+NearPeak)
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
	if !(curvature < 0) || !(math.Abs(offset) <= NearPeak) {
		return 0, false
	}
	return centre + offset, true
}

// meanNear is the mean of the pixels within 5 e-/s of a centre.
func (h Histogram) meanNear(centre float64) float64 {
	sum, n := 0.0, 0
	for i, v := range h.Values {
		if math.Abs(float64(v)-centre) <= NearPeak {
			sum += float64(v) * float64(h.Counts[i])
			n += h.Counts[i]
		}
	}
	return sum / float64(n)
}
