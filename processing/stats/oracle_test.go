package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// plain works statistics out from the sorted pixels one by one.
type plain []float32

func (p plain) mean(low, high float64) float64 {
	sum, n := 0.0, 0
	for _, v := range p {
		if float64(v) >= low && float64(v) <= high {
			sum += float64(v)
			n++
		}
	}
	return sum / float64(n)
}

func (p plain) quantile(share float64) float64 {
	rank := float64(len(p)-1) * share
	below := int(math.Floor(rank))
	low, high := float64(p[below]), float64(p[min(below+1, len(p)-1)])
	return low + (high-low)*(rank-float64(below))
}

// density spreads each pixel over the lattice's step.
func (p plain) density(first float64, bins int, step float64) []float64 {
	out := make([]float64, bins)
	for _, v := range p {
		for b := range out {
			middle := first + float64(b)
			switch low, high := max(float64(v)-step/2, middle-0.5), min(float64(v)+step/2, middle+0.5); {
			case step > 0 && high > low:
				out[b] += (high - low) / step
			case step == 0 && float64(v) >= middle-0.5 && float64(v) < middle+0.5:
				out[b]++
			}
		}
	}
	return out
}

// peak fits by the sums that symmetric places make simple.
func (p plain) peak(around, step float64) (vertex float64, ok bool) {
	first, last := math.Ceil(around-5), math.Floor(around+5)
	centre := (first + last) / 2
	var s2, s4, y0, y1, y2 float64
	bins := p.density(first, int(last-first)+1, step)
	for i, y := range bins {
		x := first + float64(i) - centre
		s2 += x * x
		s4 += x * x * x * x
		y0 += y
		y1 += x * y
		y2 += x * x * y
	}
	n := float64(len(bins))
	curvature := (n*y2 - s2*y0) / (n*s4 - s2*s2)
	at := centre - y1/s2/(2*curvature)
	return at, curvature < 0 && math.Abs(at-around) <= 5
}

func (p plain) mode(step float64) (middle float64, ok bool) {
	first := math.Floor(p.quantile(0.01))
	bins := p.density(first, int(math.Ceil(p.quantile(0.99))-first)+1, step)
	most := slices.Max(bins)
	return first + float64(slices.Index(bins, most)), most >= 100
}

func close9(a, b float64) bool { return math.Abs(a-b) <= 1e-9*max(1, math.Abs(b)) }

// Maps of whole numbers, of steps of a fraction and of any values give the numbers
// that plain arithmetic on their pixels gives.
func TestNumbersAreThoseOfPlainArithmetic(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	peaks := 0
	for n := range 30 {
		step := []float64{1, 1.0016, 0}[n%3]
		image := make(plain, 3000+r.IntN(3000))
		centre, width := 30*r.Float64(), 2+8*r.Float64()
		for i := range image {
			v := centre + width*r.NormFloat64() + 3*r.ExpFloat64()
			if step > 0 {
				v = math.Round(v/step) * step
			}
			image[i] = float32(v)
		}
		h := NewHistogram(image)
		slices.Sort(image)
		step = h.Lattice()
		check := func(name string, got, want float64, ok, wantOK bool) {
			t.Helper()
			if ok != wantOK || ok && !close9(got, want) {
				t.Errorf("map %d: %s %v (%t), plain arithmetic has %v (%t)", n, name, got, ok, want, wantOK)
			}
		}
		check("mean", h.Mean(), image.mean(math.Inf(-1), math.Inf(1)), true, true)
		median := image.quantile(0.5)
		for _, share := range []float64{0, 0.01, 0.333, 0.5, 0.95, 1} {
			check("quantile", h.Quantile(share), image.quantile(share), true, true)
			rank := h.Rank(share)
			for _, at := range []Ranked{rank.Below, rank.Above} {
				if at.Value != image[at.Rank] || image[at.First] != at.Value || image[at.Last] != at.Value ||
					at.First > 0 && image[at.First-1] == at.Value || at.Last+1 < len(image) && image[at.Last+1] == at.Value {
					t.Errorf("map %d: rank %+v", n, at)
				}
			}
		}
		check("mean near peak", h.MeanNearPeak(), image.mean(median-5, median+5), true, true)
		got, ok := h.Peak()
		want, wantOK := image.peak(median, step)
		check("peak", got, want, ok, wantOK)
		if ok {
			peaks++
		}
		mode, hasMode := h.Mode()
		wantMode, wantHas := image.mode(step)
		check("mode", mode, wantMode, hasMode, wantHas)
		if hasMode {
			got, ok = h.PeakAboutMode()
			want, wantOK = image.peak(mode, step)
			check("peak about mode", got, want, ok, wantOK)
			check("mean near mode", h.MeanNearMode(), image.mean(mode-5, mode+5), true, true)
		}
		// The parabola that is shown is the least squares one: its residuals are
		// orthogonal to 1, x and x^2.
		f := h.Fit(median)
		var residuals [3]float64
		for _, b := range f.Bins {
			x := b.Middle - f.Centre
			d := b.Pixels - (f.Constant + x*(f.Slope+x*f.Curvature))
			for i, p := range []float64{1, x, x * x} {
				residuals[i] += d * p
			}
		}
		if slices.ContainsFunc(residuals[:], func(v float64) bool { return math.Abs(v) > 1e-6 }) {
			t.Errorf("map %d: residuals %v", n, residuals)
		}
	}
	if peaks < 5 {
		t.Errorf("%d of 30 maps have a peak", peaks)
	}
}
