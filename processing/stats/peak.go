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
func (h Histogram) Peak() (ePerS float64, ok bool) { return h.Fit(h.Median()).Vertex() }

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
	return h.Fit(mode).Vertex()
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

// Fit is the parabola behind a peak: Constant + Slope x + Curvature x^2 pixels, where
// x is the dark current less Centre, the middle of the bins.
type Fit struct {
	Around    float64 `json:"around_e_per_s"`
	Bins      []Bin   `json:"bins"`
	Centre    float64 `json:"centre_e_per_s"`
	Constant  float64 `json:"constant"`
	Slope     float64 `json:"slope"`
	Curvature float64 `json:"curvature"`

	offset float64 // of the vertex from Around
}

// Bin is 1 e-/s wide.
type Bin struct {
	Middle float64 `json:"middle_e_per_s"`
	Pixels float64 `json:"pixels"` // not whole where values lie on its edges
}

// Fit fits the polynomial about a place, in e-/s; nil where no bins can be laid.
func (h Histogram) Fit(around float64) *Fit {
	if !binned(around) {
		return nil
	}
	first, last := math.Ceil(around-NearPeak), math.Floor(around+NearPeak)
	f := &Fit{Around: around, Bins: make([]Bin, int(last-first)+1), Centre: (first + last) / 2}
	edges := make([]float64, len(f.Bins)+1)
	for i := range edges {
		edges[i] = first + float64(i) - 0.5
	}
	density := h.Density(edges)
	// About the place, so that the fit is well conditioned.
	powers := mat.NewDense(len(f.Bins), 3, nil)
	for i := range f.Bins {
		f.Bins[i] = Bin{first + float64(i), density[i]}
		x := first + float64(i) - around
		powers.SetRow(i, []float64{1, x, x * x})
	}
	var fit mat.VecDense
	if err := fit.SolveVec(powers, mat.NewVecDense(len(density), density)); err != nil {
		return nil
	}
	constant, slope, curvature := fit.AtVec(0), fit.AtVec(1), fit.AtVec(2)
	f.offset = -slope / (2 * curvature)
	x := f.Centre - around
	f.Constant, f.Slope, f.Curvature = constant+x*(slope+x*curvature), slope+2*x*curvature, curvature
	return f
}

// Vertex is the maximum of the parabola, in e-/s; ok is false where it has none
// within 5 e-/s of the place that it was fitted about.
func (f *Fit) Vertex() (ePerS float64, ok bool) {
	if f == nil || !(f.Curvature < 0) || !(math.Abs(f.offset) <= NearPeak) {
		return 0, false
	}
	return f.Around + f.offset, true
}

// meanNear is the mean of the pixels within 5 e-/s of a centre.
func (h Histogram) meanNear(centre float64) float64 {
	sum, n := h.SumNear(centre, NearPeak)
	return sum / float64(n)
}

// SumNear is the sum of the pixels that lie within a distance of a centre, all in
// e-/s, and their number.
func (h Histogram) SumNear(centre, within float64) (sum float64, pixels int) {
	for i, v := range h.Values {
		if math.Abs(float64(v)-centre) <= within {
			sum += float64(v) * float64(h.Counts[i])
			pixels += h.Counts[i]
		}
	}
	return sum, pixels
}
