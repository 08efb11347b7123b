package synth

import (
	"math"
	"testing"
	"time"

	"darksite/internal/shared"
	"darksite/processing/chandra"
	"darksite/processing/stats"
)

func day(t testing.TB, s string) time.Time {
	t.Helper()
	d, err := chandra.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// darkMapOn is DarkMap of a day as text.
func darkMapOn(t testing.TB, seed uint64, date string, tCCD float64) []float32 {
	t.Helper()
	dark, err := DarkMap(seed, day(t, date), tCCD)
	if err != nil {
		t.Fatal(err)
	}
	return dark
}

func TestDarkMapNeedsATemperature(t *testing.T) {
	for _, tCCD := range []float64{math.NaN(), 37, -65} {
		if _, err := DarkMap(1, day(t, "2015:355"), tCCD); err == nil {
			t.Errorf("a map at %v C", tCCD)
		}
	}
}

// The counts that chandra_aca's own synthetic map gives on an undamaged CCD
// with the level of 1999:223, about 10 e-/s (processing.md, section 9).
func TestDarkMapCounts(t *testing.T) {
	shared.Slow(t)
	const level, pristineMean = 10.0, 4.016
	want := map[float64]float64{100: 229413, 200: 89239, 1000: 675, 2000: 84, 3000: 27}
	for seed := uint64(1); seed <= 3; seed++ {
		dark, err := darkMap(seed, day(t, "2017:010"), -13.55, level/pristineMean)
		if err != nil {
			t.Fatal(err)
		}
		h := stats.NewHistogram(dark)
		for threshold, n := range want {
			// Both counts scatter.
			if got := float64(h.Above(threshold)); math.Abs(got-n) > 3*math.Sqrt(2*n) {
				t.Errorf("seed %d: %g pixels above %g e-/s, want %g +- %.0f", seed, got, threshold, n, 3*math.Sqrt(2*n))
			}
		}
	}
}

// Published figures of real maps (processing.md, sections 7 and 12), less the
// zodiacal light.
func TestDarkMapAgainstRealMaps(t *testing.T) {
	shared.Slow(t)
	for _, c := range []struct {
		day        string
		tCCD, zodi float64 // C, e-/s
		mean, peak float64 // e-/s, 0 when not published
		above      map[float64]float64
	}{
		{day: "1999:223", tCCD: -10, mean: 11.9, peak: 10.3},
		{day: "2009:279", tCCD: -18.895, zodi: 1.63, mean: 27.7, peak: 6.7, above: map[float64]float64{100: 72454, 200: 16316}},
		{day: "2017:185", tCCD: -13.55, zodi: 1.5, above: map[float64]float64{100: 218214, 200: 83902}},
	} {
		dark := darkMapOn(t, 1, c.day, c.tCCD)
		for p := range dark {
			dark[p] += float32(c.zodi)
		}
		h := stats.NewHistogram(dark)
		if got := h.Mean(); c.mean > 0 && math.Abs(got-c.mean) > 0.1*c.mean {
			t.Errorf("%s: mean %.1f e-/s, published %.1f", c.day, got, c.mean)
		}
		if c.peak > 0 {
			edges := make([]float64, 25)
			for i := range edges {
				edges[i] = float64(i)
			}
			best, density := 0, h.Density(edges)
			for i, d := range density {
				if d > density[best] {
					best = i
				}
			}
			if got := edges[best] + 0.5; math.Abs(got-c.peak) > 1.5 {
				t.Errorf("%s: peak at %.1f e-/s, published %.1f", c.day, got, c.peak)
			}
		}
		// Real counts lie within 15 % of the model (section 9).
		for level, n := range c.above {
			if got := float64(h.Above(level)); math.Abs(got-n) > 0.1*n {
				t.Errorf("%s: %g pixels above %g e-/s, published %g", c.day, got, level, n)
			}
		}
	}
}

func hot(dark []float32, level float32) map[int]bool {
	set := map[int]bool{}
	for p, v := range dark {
		if v > level {
			set[p] = true
		}
	}
	return set
}

func TestHotPixelsPersist(t *testing.T) {
	shared.Slow(t)
	a := darkMapOn(t, 7, "2017:010", -14)
	b := darkMapOn(t, 7, "2017:092", -14)
	late := darkMapOn(t, 7, "2020:092", -14)
	other := darkMapOn(t, 8, "2017:010", -14)
	kept := func(from, to []float32, level float32) float64 {
		n, set := 0, hot(from, level)
		for p := range set {
			if to[p] > level {
				n++
			}
		}
		return float64(n) / float64(len(set))
	}
	for _, level := range []float32{200, 500, 1500} {
		// 90 of 100 and more persisted in the real lists, never all of them.
		if k := kept(a, b, level); k < 0.9 || k > 0.998 {
			t.Errorf("above %g e-/s: %.3f persist over a quarter, want 0.90 to 0.998", level, k)
		} else {
			t.Logf("above %g: %.3f", level, k)
		}
		if k := kept(a, other, level); k > 0.2 {
			t.Errorf("above %g e-/s: two CCDs share %.3f", level, k)
		}
	}
	for _, level := range []float64{100, 1000} {
		na, nl := stats.NewHistogram(a).Above(level), stats.NewHistogram(late).Above(level)
		if nl <= na {
			t.Errorf("above %g e-/s: %d in 2017, %d in 2020: must grow", level, na, nl)
		}
	}
	if k := kept(a, late, 500); k < 0.9 {
		t.Errorf("%.3f of the warm pixels persist over three years", k)
	}
}

func TestBadColumnIsInEveryMap(t *testing.T) {
	shared.Slow(t)
	for _, d := range []string{"1999:223", "2009:279", "2017:010"} {
		dark := darkMapOn(t, 3, d, -14)
		for row := -245; row <= 0; row++ {
			if v := dark[(row+512)*1024+454+512]; v < 250 {
				t.Fatalf("%s: bad column at row %d has %g e-/s", d, row, v)
			}
		}
		if v := dark[(1+512)*1024+454+512] + dark[(-246+512)*1024+454+512] + dark[512*1024+453+512]; v > 3000 {
			t.Errorf("%s: beside the bad column %g e-/s", d, v)
		}
	}
}

func TestDarkMapScalesWithTemperature(t *testing.T) {
	shared.Slow(t)
	cold, warm := darkMapOn(t, 5, "2015:355", -14), darkMapOn(t, 5, "2015:355", -10)
	for p := 0; p < len(cold); p += 4099 {
		if got, want := float64(warm[p]), float64(cold[p])/0.7; math.Abs(got-want) > 2e-3 {
			t.Fatalf("pixel %d: %g e-/s at -10 C, want %g", p, got, want)
		}
	}
}

func BenchmarkDarkMap(b *testing.B) {
	for b.Loop() {
		darkMapOn(b, 1, "2017:010", -13.55)
	}
}
