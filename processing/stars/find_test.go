package stars

import (
	"math"
	"math/rand/v2"
	"testing"

	"darksite/processing/ccd"
	"darksite/processing/ccd/ccdtest"
	"darksite/processing/stats"
)

// warmCCD has warm pixels at random, none of them a star.
func warmCCD(g ccd.Geometry, seed uint64, share float64) []float32 {
	rng := rand.New(rand.NewPCG(seed, 1))
	image := make([]float32, g.Pixels())
	for i := range image {
		image[i] = float32(math.Round(8 + 4*rng.NormFloat64()))
		if rng.Float64() < share {
			image[i] += float32(math.Round(20 * math.Exp(5*rng.Float64())))
		}
	}
	return image
}

func addStar(image []float32, row, col int, ePerS float64) {
	const sigma = 2.0 // pixels
	for dy := -8; dy <= 8; dy++ {
		for dx := -8; dx <= 8; dx++ {
			if !ccdtest.Small.Contains(row+dy, col+dx) {
				continue
			}
			image[ccdtest.Small.Index(row+dy, col+dx)] += float32(math.Round(ePerS * math.Exp(-float64(dx*dx+dy*dy)/2/sigma/sigma) / (2 * math.Pi * sigma * sigma)))
		}
	}
}

// Warm pixels are no stars, from the CCD of 1999 to that of 2024.
func TestNoStars(t *testing.T) {
	for seed, share := range []float64{0, 0.03, 0.1, 0.3, 0.6, 1} {
		image := warmCCD(ccd.ACA, uint64(seed), share)
		if found := Find(ccd.ACA, image, stats.NewHistogram(image)); len(found) != 0 {
			t.Errorf("%v of the pixels warm: found %v, want nothing", share, found)
		}
	}
}

func TestStars(t *testing.T) {
	image := warmCCD(ccdtest.Small, 9, 0.3)
	// Magnitude 7, 5263 * 10^((10.32-7)/2.5) e-/s, in the field, in a corner and
	// across the middle.
	const seven = 112e3
	want := [][2]int{{20, -30}, {-44, -60}, {0, 0}}
	for _, at := range want {
		addStar(image, at[0], at[1], seven)
	}
	image[5] = float32(math.NaN())
	found := Find(ccdtest.Small, image, stats.NewHistogram(image))
	if len(found) != len(want) {
		t.Fatalf("found %v, want %v", found, want)
	}
	for _, at := range want {
		near := false
		for _, s := range found {
			near = near || math.Abs(float64(s.Row-at[0])) <= 2 && math.Abs(float64(s.Col-at[1])) <= 2
		}
		if !near {
			t.Errorf("no star near %v in %v", at, found)
		}
	}
	if s := found[0]; s.Pixels < 13 || s.EPerS < 0.7*seven || s.EPerS > 1.3*seven {
		t.Errorf("the brightest is %+v, want about %v e-/s", s, seven)
	}
}

func TestNoValues(t *testing.T) {
	image := make([]float32, ccdtest.Small.Pixels())
	for i := range image {
		image[i] = float32(math.NaN())
	}
	if found := Find(ccdtest.Small, image, stats.NewHistogram(image)); len(found) != 0 {
		t.Errorf("found %v", found)
	}
}

// A map of one value, or full of steps, is no reason to list everything.
func TestNotADarkMap(t *testing.T) {
	image := make([]float32, ccdtest.Small.Pixels())
	for i := range image {
		if y, x := i/ccdtest.Small.Columns, i%ccdtest.Small.Columns; y%30 < 6 && x%30 < 6 {
			image[i] = 1
		}
	}
	if found := Find(ccdtest.Small, image, stats.NewHistogram(image)); len(found) > most {
		t.Errorf("found %d", len(found))
	}
}

func BenchmarkFind(b *testing.B) {
	image := warmCCD(ccd.ACA, 1, 0.5)
	h := stats.NewHistogram(image)
	for b.Loop() {
		Find(ccd.ACA, image, h)
	}
}
