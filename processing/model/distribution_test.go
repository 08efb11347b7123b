package model

import (
	"math"
	"testing"

	"darksite/processing/chandra"
	"darksite/processing/scaling"
	"darksite/processing/stats"
)

// Warmer is more, later is more, a higher threshold is fewer.
func TestMonotony(t *testing.T) {
	// Where the bins fall (see TestPartialBin) and the model was fitted.
	thresholds := []float64{200, 250, 300, 500, 1000, 2000, 3000}
	for year := 2008; year <= 2030; year++ {
		at := date(t, "2008:183").AddDate(year-2008, 0, 0)
		for temp := chandra.Celsius(-20); temp <= 0; temp += 0.5 {
			d, err := Expect(at, temp)
			if err != nil {
				t.Fatal(err)
			}
			warmer, err := Expect(at, temp+0.25)
			if err != nil {
				t.Fatal(err)
			}
			before := math.Inf(1)
			for _, threshold := range thresholds {
				n := above(t, d, threshold)
				if !(n < before) || n <= 0 {
					t.Errorf("%d at %v C: %v pixels above %v e-/s, %v above the threshold before", year, temp, n, threshold, before)
				}
				before = n
				if w := above(t, warmer, threshold); w < n {
					t.Errorf("%d at %v C: %v pixels above %v e-/s, %v a quarter degree warmer", year, temp, n, threshold, w)
				}
			}
		}
	}
	for year := 2008.0; year < 2030; year++ {
		now, next := PixelsPerBin(year), PixelsPerBin(year+1)
		sum, later := 0.0, 0.0
		for i := range now {
			sum, later = sum+now[i], later+next[i]
		}
		if later <= sum {
			t.Errorf("%v: %v pixels, a year later %v", year, sum, later)
		}
	}
}

// A count at another temperature is that of the scaled threshold.
func TestTemperatureScalesThresholds(t *testing.T) {
	reference := expect(t, "2016:125", ReferenceTemp)
	for _, temp := range []chandra.Celsius{-20, -15, -11, -3} {
		d := expect(t, "2016:125", temp)
		s, err := scaling.Uniform.Between(ReferenceTemp, temp)
		if err != nil {
			t.Fatal(err)
		}
		for i, e := range reference.Edges {
			if math.Abs(d.Edges[i]-s.Rate(e)) > 1e-12*d.Edges[i] || d.Pixels[i%74] != reference.Pixels[i%74] {
				t.Fatalf("%v C: edge %d at %v e-/s, want %v", temp, i, d.Edges[i], s.Rate(e))
			}
		}
	}
}

// The partial bin is of the pixels in the bin above: at an edge nothing is in
// part, just above the edge one whole bin too far up is.
func TestPartialBin(t *testing.T) {
	d := expect(t, "2020:001", -11)
	for n := 20; n < 70; n++ {
		sum := 0.0
		for _, p := range d.Pixels[n:] {
			sum += p
		}
		if got := above(t, d, d.Edges[n]); math.Abs(got-sum) > 1e-9*sum {
			t.Errorf("at edge %d: %v pixels, want %v", n, got, sum)
		}
		justAbove := d.Edges[n-1] * (1 + 1e-12)
		if got, want := above(t, d, justAbove), sum+d.Pixels[n]; math.Abs(got-want) > 1e-6*want {
			t.Errorf("just above edge %d: %v pixels, want %v", n-1, got, want)
		}
		step := above(t, d, d.Edges[n-1]) - above(t, d, justAbove)
		if want := d.Pixels[n-1] - d.Pixels[n]; math.Abs(step-want) > 1e-3+1e-6*math.Abs(want) {
			t.Errorf("step of %v pixels at edge %d, want %v", step, n-1, want)
		}
	}
}

func TestOutsideTheBins(t *testing.T) {
	d := expect(t, "2016:125", -14)
	for _, threshold := range []float64{-1, 0, 1.99, d.Edges[0], d.Edges[73] * 1.0001, d.Edges[74], 1e5, math.NaN(), math.Inf(1), math.Inf(-1)} {
		if n, ok := d.Above(threshold); ok || n != 0 {
			t.Errorf("%v pixels above %v e-/s, where there are no bins", n, threshold)
		}
	}
	for _, threshold := range []float64{d.Edges[0] * 1.0001, d.Edges[73]} {
		if n, ok := d.Above(threshold); !ok || !(n > 0) {
			t.Errorf("%v pixels above %v e-/s", n, threshold)
		}
	}
	if n, ok := (Distribution{}).Above(100); ok {
		t.Errorf("an empty distribution has %v pixels", n)
	}
	// Edges below 1 e-/s have logarithms without a power.
	if n, ok := expect(t, "2016:125", -25).Above(0.8); ok || n != 0 {
		t.Errorf("%v pixels above 0.8 e-/s", n)
	}
}

func TestImpossibleTemperatures(t *testing.T) {
	for _, temp := range []chandra.Celsius{chandra.Celsius(math.NaN()), 40, -70} {
		if d, err := Expect(date(t, "2016:125"), temp); err == nil || d.Edges != nil {
			t.Errorf("%v C: %v", temp, err)
		}
	}
}

// Before the amplitude is positive there is no damage, and none less than that.
func TestBeforeLaunch(t *testing.T) {
	for _, p := range PixelsPerBin(1998.5) {
		if p != 0 {
			t.Fatalf("%v pixels in a bin in 1998", p)
		}
	}
	if n := above(t, expect(t, "1998:183", -14), 100); n != 0 {
		t.Errorf("%v pixels above 100 e-/s in 1998", n)
	}
	for year := 1999.4; year < 2040; year += 0.3 {
		pixels := PixelsPerBin(year)
		if len(pixels) != len(stats.LogEdges())-1 {
			t.Fatalf("%d bins", len(pixels))
		}
		for i, p := range pixels {
			if !(p > 0) || math.IsInf(p, 0) {
				t.Fatalf("%v: %v pixels in bin %d", year, p, i)
			}
		}
	}
}

func BenchmarkAbove(b *testing.B) {
	at := date(b, "2016:125")
	for b.Loop() {
		d, err := Expect(at, -13.2)
		if err != nil {
			b.Fatal(err)
		}
		d.Above(100)
	}
}
