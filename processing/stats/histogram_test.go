package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"darksite/processing/ccd/ccdtest"
)

func nan() float32 { return float32(math.NaN()) }

func TestHistogramCountsEveryValueOnce(t *testing.T) {
	for _, c := range []struct {
		name   string
		values []float32
		want   Histogram
	}{
		{"integers", []float32{3, -2, 3, 0, nan()}, Histogram{[]float32{-2, 0, 3}, []int{1, 1, 2}}},
		{"fractions", []float32{0.5, -1.25, 0.5, nan()}, Histogram{[]float32{-1.25, 0.5}, []int{1, 2}}},
		{"negative zero is zero", []float32{0.5, float32(math.Copysign(0, -1)), 0}, Histogram{[]float32{0, 0.5}, []int{2, 1}}},
		{"huge integers", []float32{1e9, -1e9, 1e9}, Histogram{[]float32{-1e9, 1e9}, []int{1, 2}}},
		{"all missing", []float32{nan(), nan()}, Histogram{}},
		{"none", nil, Histogram{}},
	} {
		got := NewHistogram(c.values)
		if !slices.Equal(got.Values, c.want.Values) || !slices.Equal(got.Counts, c.want.Counts) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

// The two ways of counting must not differ where both apply.
func TestIntegerAndSortedCountsAgree(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	values := make([]float32, 20000)
	for i := range values {
		values[i] = float32(math.Floor(r.NormFloat64() * 300))
	}
	fast, ok := countIntegers(values)
	slow := countSorted(values)
	if !ok || !slices.Equal(fast.Values, slow.Values) || !slices.Equal(fast.Counts, slow.Counts) {
		t.Fatal("countIntegers and countSorted differ")
	}
}

func TestThresholdsAreStrict(t *testing.T) {
	h := NewHistogram([]float32{100, 101, 100, 99})
	if got := h.Above(100); got != 1 {
		t.Errorf("N>100 = %d, want 1: exactly 100 is not above", got)
	}
}

func TestMedianOfEvenCount(t *testing.T) {
	if got := NewHistogram([]float32{1, 2, 4, 9}).Median(); got != 3 {
		t.Errorf("median %v, want 3, the mean of the middle two", got)
	}
}

func TestDensityKeepsPixelsAndShowsNoComb(t *testing.T) {
	// A flat distribution on the integers must come out flat in any bins.
	values := make([]float32, 0, 3000)
	for v := 0; v < 100; v++ {
		for range 30 {
			values = append(values, float32(v))
		}
	}
	h := NewHistogram(values)
	edges := []float64{1, 1.1, 1.35, 2, 2.05, 4, 9.7, 50}
	for i, d := range h.Density(edges) {
		if math.Abs(d-30) > 1e-9 {
			t.Errorf("bin %g..%g: %g pixels per e-/s, want 30", edges[i], edges[i+1], d)
		}
	}
	total := 0.0
	all := []float64{-10, 3.3, 60, 200}
	for i, d := range h.Density(all) {
		total += d * (all[i+1] - all[i])
	}
	if math.Abs(total-3000) > 1e-9 {
		t.Errorf("bins over everything hold %g pixels, want 3000", total)
	}
}

func TestDensityOfContinuousValues(t *testing.T) {
	h := NewHistogram([]float32{1, 1.125, 5})
	got := h.Density([]float64{0, 1.125, 5, 10})
	want := []float64{1 / 1.125, 1 / 3.875, 1 / 5.0}
	for i := range want {
		if math.Abs(got[i]-want[i]) > 1e-6 {
			t.Errorf("bin %d: %g, want %g", i, got[i], want[i])
		}
	}
}

func TestLogEdges(t *testing.T) {
	edges := LogEdges()
	// processing.md, section 8: 75 edges, the last 10023.74, 2000 after 60 steps.
	if len(edges) != 75 || math.Abs(edges[74]-10023.74) > 0.01 || math.Abs(edges[60]-2000) > 1e-6 || math.Abs(edges[0]-2) > 1e-12 {
		t.Errorf("edges %d: %g .. %g, [60] %g", len(edges), edges[0], edges[len(edges)-1], edges[60])
	}
}

// numpy.quantile([1, 2, 3, 4], [0.25, 0.5, 0.95]) is 1.75, 2.5, 3.85.
func TestQuantilesAreNumpys(t *testing.T) {
	h := NewHistogram([]float32{4, 1, 3, 2})
	for p, want := range map[float64]float64{0: 1, 0.25: 1.75, 0.5: 2.5, 0.95: 3.85, 1: 4} {
		if got := h.Quantile(p); math.Abs(got-want) > 1e-12 {
			t.Errorf("quantile %v: %v, want %v", p, got, want)
		}
	}
	for _, p := range []float64{-0.1, 1.1, math.NaN()} {
		if got := h.Quantile(p); !math.IsNaN(got) {
			t.Errorf("quantile %v: %v, want NaN", p, got)
		}
	}
}

func TestQuadrantsAddUp(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	g := ccdtest.Small
	image := make([]float32, g.Pixels())
	for i := range image {
		image[i] = float32(r.IntN(100))
	}
	// One pixel that only quadrant A (rows below 0, columns from 0 up) has.
	image[g.Index(-10, 40)] = 5000
	image[3] = nan()
	quadrants := Quadrants(g, image)
	if got := quadrants[0].Above(4000); got != 1 {
		t.Errorf("quadrant A has %d pixels above 4000, want 1", got)
	}
	if got := quadrants[1].Pixels(); got != g.QuadrantRows()*g.RecordPixels()-1 {
		t.Errorf("quadrant B has %d pixels, want all but the missing one", got)
	}
	whole, merged := NewHistogram(image), Merge(quadrants[:]...)
	if !slices.Equal(whole.Values, merged.Values) || !slices.Equal(whole.Counts, merged.Counts) {
		t.Error("the quadrants together are not the whole")
	}
}
