package synth

import (
	"encoding/csv"
	"math"
	"strconv"
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

// warmPixels is the model's number of pixels above a threshold in e-/s at a
// temperature (processing.md, section 9).
func warmPixels(year, tCCD, threshold float64) float64 {
	y, edges := damagedPixels(year), stats.LogEdges()
	for i := range edges {
		edges[i] *= temperatureFactor(tCCD)
	}
	ii := 0
	for edges[ii] < threshold {
		ii++
	}
	sum := 0.0
	for _, v := range y[ii:] {
		sum += v
	}
	l0, l1, l := math.Log(edges[ii-1]), math.Log(edges[ii]), math.Log(threshold)
	m := math.Log(y[ii]/y[ii-1]) / (l1 - l0)
	return sum + y[ii]*(math.Pow(l1, m)-math.Pow(l, m))/(math.Pow(l1, m)-math.Pow(l0, m))
}

func TestDegradationModelAgainstReference(t *testing.T) {
	r := csv.NewReader(shared.Open(t, "data", "warm_frac_model_golden.csv"))
	r.Comment = '#'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	number := func(s string) float64 {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, row := range rows[1:] {
		date := day(t, row[1])
		want := number(row[3])
		got := warmPixels(decimalYear(date), number(row[2]), number(row[0]))
		if math.Abs(got-want) > 1e-4*want {
			t.Errorf("above %s e-/s on %s at %s C: %.2f, want %.2f", row[0], row[1], row[2], got, want)
		}
	}
	if len(rows) < 60 {
		t.Errorf("%d reference values, want 64", len(rows)-1)
	}
}

// The counts that chandra_aca's own synthetic map gives on an undamaged CCD
// with the level of 1999:223, about 10 e-/s (processing.md, section 9).
func TestDarkMapCounts(t *testing.T) {
	const level, pristineMean = 10.0, 4.016
	want := map[float64]float64{100: 229413, 200: 89239, 1000: 675, 2000: 84, 3000: 27}
	for seed := uint64(1); seed <= 3; seed++ {
		h := stats.NewHistogram(darkMap(seed, day(t, "2017:010"), -13.55, level/pristineMean))
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
		dark := DarkMap(1, day(t, c.day), c.tCCD)
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
	a := DarkMap(7, day(t, "2017:010"), -14)
	b := DarkMap(7, day(t, "2017:092"), -14)
	late := DarkMap(7, day(t, "2020:092"), -14)
	other := DarkMap(8, day(t, "2017:010"), -14)
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
	for _, d := range []string{"1999:223", "2009:279", "2017:010"} {
		dark := DarkMap(3, day(t, d), -14)
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
	cold, warm := DarkMap(5, day(t, "2015:355"), -14), DarkMap(5, day(t, "2015:355"), -10)
	for p := 0; p < len(cold); p += 4099 {
		if got, want := float64(warm[p]), float64(cold[p])/0.7; math.Abs(got-want) > 2e-3 {
			t.Fatalf("pixel %d: %g e-/s at -10 C, want %g", p, got, want)
		}
	}
}

func BenchmarkDarkMap(b *testing.B) {
	d := day(b, "2017:010")
	for b.Loop() {
		DarkMap(1, d, -13.55)
	}
}
