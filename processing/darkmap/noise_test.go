package darkmap

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"

	"darksite/processing/ccd"
	"darksite/processing/telemetry"
)

// The estimate's definition, written plainly: the median absolute deviation
// with numpy's median, corrected for small samples.
func plainNoise(values []float64, ePerDN float64) float64 {
	median := func(v []float64) float64 {
		v = slices.Sorted(slices.Values(v))
		return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
	}
	center := median(values)
	var away []float64
	for _, v := range values {
		away = append(away, math.Abs(v-center))
	}
	return median(away) * 1.4826 * correction(len(values)) * ePerDN
}

// noisyReplicas read half row 0 with a noise of the given DN in each reading.
func noisyReplicas(rng *rand.Rand, n int, noiseDN float64) []*telemetry.File {
	var files []*telemetry.File
	for range n {
		f := replica(100, []int{0}, constant(0))
		for _, r := range f.Rows {
			for j := range r.DN {
				r.DN[j] = uint16(1000 + noiseDN*rng.NormFloat64())
			}
		}
		files = append(files, f)
	}
	return files
}

func TestNoise(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for n := 2; n <= 9; n++ {
		files := noisyReplicas(rng, n, 30)
		stack, err := NewStack(ccd.ACA, files, DefaultSettings())
		if err != nil {
			t.Fatal(err)
		}
		noise := stack.Noise()
		var found []float64
		for j := range samples {
			var d []float64
			for r := range n {
				short, long := laneOf(stack.Row(r, Short, 0)), laneOf(stack.Row(r, Long, 0))
				d = append(d, float64(long.at(j)-short.at(j)))
			}
			to := halfRowOf(ccd.ACA, noise, 0)
			got := float64(to.image[to.X0+to.Step*j])
			if want := plainNoise(d, 1); math.Abs(got-want) > 1e-4 {
				t.Fatalf("%d replicas, sample %d: noise %v, want %v", n, j, got, want)
			}
			found = append(found, got)
		}
		// Two readings of 30 DN noise each.
		if mean, want := stat.Mean(found, nil), 30*math.Sqrt2; math.Abs(mean-want) > 0.12*want {
			t.Errorf("%d replicas: mean noise %.1f, want about %.1f", n, mean, want)
		}
		// Rows that are not there have none.
		if v := noise[halfRowOf(ccd.ACA, noise, 1).Y*1024]; n == 2 && v == v {
			t.Errorf("a row that never came has noise %v", v)
		}
	}
}

// Of five replicas one may hold a star.
func TestAStarIsNoNoise(t *testing.T) {
	if got := deviation5(10, 12, 14, 11, 5000); got != 2 {
		t.Errorf("the deviation is %d, want 2", got)
	}
}

func TestLevel(t *testing.T) {
	stack, err := NewStack(ccd.ACA, []*telemetry.File{replica(100, []int{0, 1}, func(j int) int { return j })}, DefaultSettings())
	if err != nil {
		t.Fatal(err)
	}
	colneg, row := ccd.ACA.OfHalfRow(0)
	q := ccd.ACA.QuadrantOf(colneg, row)
	if got, want := stack.Level(0, Long, q), (Level{MedianDN: 255.5, MeanDN: 255.5, AlwaysClear: 0xfc00}); got != want {
		t.Errorf("long: %v, want %v", got, want)
	}
	if got, want := stack.Level(0, Short, q), (Level{AlwaysSet: 100, AlwaysClear: 0xffff &^ 100}); got != want {
		t.Errorf("short: %v, want %v", got, want)
	}
	for _, other := range ccd.Quadrants() {
		if l := stack.Level(0, Long, other); other != q && !math.IsNaN(l.MedianDN) && other.ColNeg() == q.ColNeg() {
			t.Errorf("quadrant %s has level %v without rows", other.Letter(), l)
		}
	}
}

func BenchmarkNoise(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	every := make([]int, ccd.ACA.HalfRows())
	for h := range every {
		every[h] = h
	}
	var files []*telemetry.File
	for range 5 {
		files = append(files, replica(100, every, func(int) int { return rng.IntN(100) }))
	}
	stack, err := NewStack(ccd.ACA, files, DefaultSettings())
	if err != nil {
		b.Fatal(err)
	}
	b.Run("noise", func(b *testing.B) {
		for b.Loop() {
			stack.Noise()
		}
	})
	b.Run("levels", func(b *testing.B) {
		for b.Loop() {
			for r := range 5 {
				for _, i := range Integrations {
					for _, q := range ccd.Quadrants() {
						stack.Level(r, i, q)
					}
				}
			}
		}
	})
}
