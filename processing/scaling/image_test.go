package scaling

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"darksite/processing/chandra"
	"darksite/processing/stats"
)

// sky is a map of integers as classic maps are, with some pixels missing.
func sky(n int) []float32 {
	r := rand.New(rand.NewPCG(7, 8))
	image := make([]float32, n)
	for i := range image {
		image[i] = float32(math.Floor(math.Exp(1.5*r.NormFloat64()+3) - 4))
		if i%1000 == 999 {
			image[i] = float32(math.NaN())
		}
	}
	return image
}

func TestImageScalesEachPixel(t *testing.T) {
	src := append(sky(20000), -100, 0, 20, 10000, 25000)
	for _, law := range laws {
		s := between(t, law, -13.55, -6.2)
		dst := make([]float32, len(src))
		if err := s.Image(dst, src); err != nil {
			t.Fatal(err)
		}
		for i, v := range src {
			want := float32(s.Rate(float64(v)))
			if v != v {
				if dst[i] == dst[i] {
					t.Fatalf("%s: missing pixel %d became %v", law.Name(), i, dst[i])
				}
			} else if dst[i] != want {
				t.Fatalf("%s: pixel %d of %v e-/s became %v, want %v", law.Name(), i, v, dst[i], want)
			}
		}
		inPlace := slices.Clone(src)
		if err := s.Image(inPlace, inPlace); err != nil {
			t.Fatal(err)
		}
		for i := range dst {
			if math.Float32bits(dst[i]) != math.Float32bits(inPlace[i]) {
				t.Fatalf("%s: pixel %d in place is %v, else %v", law.Name(), i, inPlace[i], dst[i])
			}
		}
		if n := testing.AllocsPerRun(5, func() { _ = s.Image(inPlace, src) }); n != 0 {
			t.Errorf("%s: %v allocations", law.Name(), n)
		}
		if err := s.Image(dst[:10], src); err == nil {
			t.Errorf("%s: an image went into a shorter one", law.Name())
		}
	}
}

// Counts above thresholds, from the map and from its histogram.
func TestHistogramsScaleAsMapsDo(t *testing.T) {
	src := sky(50000)
	h := stats.NewHistogram(src)
	for _, law := range laws {
		for _, to := range []float64{-33.1, -19, -13.55, -3, 20} {
			s := between(t, law, -13.55, chandra.Celsius(to))
			dst := make([]float32, len(src))
			if err := s.Image(dst, src); err != nil {
				t.Fatal(err)
			}
			direct, scaled := stats.NewHistogram(dst), s.Histogram(h)
			if !slices.Equal(direct.Values, scaled.Values) || !slices.Equal(direct.Counts, scaled.Counts) {
				t.Errorf("%s to %v C: the histogram of the scaled map is not the scaled histogram", law.Name(), to)
			}
			for _, threshold := range []float64{-2.3, 0, 7.7, 50.1, 100, 173.02, 1000.3} {
				if got, want := s.Above(h, threshold), direct.Above(threshold); got != want {
					t.Errorf("%s to %v C: %d pixels above %v e-/s, want %d", law.Name(), to, got, threshold, want)
				}
			}
		}
	}
}

// Neighbouring floats that become equal are one value of the histogram.
func TestHistogramMergesEqualValues(t *testing.T) {
	src := []float32{10}
	for len(src) < 100 {
		src = append(src, math.Nextafter32(src[len(src)-1], 0))
	}
	s := between(t, Uniform, -15, -15.9)
	dst := make([]float32, len(src))
	if err := s.Image(dst, src); err != nil {
		t.Fatal(err)
	}
	got, want := s.Histogram(stats.NewHistogram(src)), stats.NewHistogram(dst)
	if len(want.Values) == len(src) || !slices.Equal(got.Values, want.Values) || !slices.Equal(got.Counts, want.Counts) {
		t.Errorf("%d values with %d pixels, want %d values, fewer than %d", len(got.Values), got.Pixels(), len(want.Values), len(src))
	}
}

// Integers that are spread over 1 e-/s, scaled up, must not show a comb: the
// density of a flat map stays flat, and no pixel is lost.
func TestDensityShowsNoComb(t *testing.T) {
	var values []float32
	for v := range 1000 {
		for range 20 {
			values = append(values, float32(v))
		}
	}
	h := stats.NewHistogram(values)
	s := between(t, Uniform, -19, -7) // a factor of 2.9
	factor := s.Rate(1)
	edges := []float64{1, 1.1, 1.35, 2, 3.3, 4, 9.7, 50, 300}
	for i, d := range s.Density(h, edges) {
		if math.Abs(d-20/factor) > 1e-9 {
			t.Errorf("bin %g..%g: %g pixels per e-/s, want %g", edges[i], edges[i+1], d, 20/factor)
		}
	}
	for _, law := range laws {
		s := between(t, law, -19, -7)
		edges := []float64{-100, 0, 21, 60, 61, 500, 1e6}
		total := 0.0
		for i, d := range s.Density(h, edges) {
			total += d * (edges[i+1] - edges[i])
		}
		if math.Abs(total-float64(len(values))) > 1e-6 {
			t.Errorf("%s: bins over everything hold %g pixels, want %d", law.Name(), total, len(values))
		}
	}
}

func BenchmarkImage(b *testing.B) {
	src := sky(1024 * 1024)
	dst := make([]float32, len(src))
	for _, law := range laws {
		b.Run(law.Name(), func(b *testing.B) {
			s := between(b, law, -13.55, -6.2)
			b.SetBytes(int64(4 * len(src)))
			for b.Loop() {
				if err := s.Image(dst, src); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkHistogram(b *testing.B) {
	h := stats.NewHistogram(sky(1024 * 1024))
	s := between(b, PerPixel, -13.55, -6.2)
	for b.Loop() {
		s.Histogram(h)
	}
}
