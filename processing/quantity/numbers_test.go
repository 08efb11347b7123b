package quantity

import (
	"encoding/json"
	"maps"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"darksite/processing/ccd"
	"darksite/processing/stats"
)

func TestSummaryAgainstDirectCount(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	values := make([]float32, 50001)
	sum, n100 := 0.0, 0
	for i := range values {
		values[i] = float32(math.Floor(math.Exp(r.NormFloat64()*1.5 + 3)))
		sum += float64(values[i])
		if values[i] > 100 {
			n100++
		}
	}
	s := Measure(stats.NewHistogram(values))
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	if got := s.Numbers[Mean]; math.Abs(got-sum/float64(len(values))) > 1e-9*got {
		t.Errorf("mean %v, want %v", got, sum/float64(len(values)))
	}
	if got, want := s.Numbers[Median], float64(sorted[25000]); got != want {
		t.Errorf("median %v, want %v", got, want)
	}
	if got, _ := s.Over(100); got != n100 {
		t.Errorf("N>100 %d, want %d", got, n100)
	}
	if _, ok := s.Over(101); ok {
		t.Error("a level that is not reported was answered")
	}
}

func TestEmptySummaryHasNoNumbers(t *testing.T) {
	s := Measure(stats.NewHistogram([]float32{float32(math.NaN())}))
	if s.Pixels() != 0 || s.Value(Mean) != nil || s.Value(Median) != nil || s.Value(Max) != nil {
		t.Errorf("a map without values gave numbers: %+v", s)
	}
}

// Nothing lies near the median: there is no number, and none that JSON cannot hold.
func TestNoPeak(t *testing.T) {
	if s := Measure(stats.NewHistogram([]float32{-100, 100})); s.Value(MeanNearPeak) != nil || s.Value(Peak) != nil {
		t.Errorf("two far values have a peak: %v", s.Numbers)
	}
}

// What version 0.2 wrote is read: keys without units, counts in a list, and numbers
// that it did not have from the histogram.
func TestOldKeys(t *testing.T) {
	h := stats.NewHistogram([]float32{1, 2, 2, 300})
	want := Measure(h)
	var old Statistics
	if err := json.Unmarshal([]byte(`{"pixels": 4, "mean": 76.25, "median": 2, "min": 1, "max": 300, "peak": null, "mean_near_peak": 1.5,
		"above": [{"threshold": 100, "count": 1}, {"threshold": 500, "count": 0}], "quantiles": []}`), &old); err != nil {
		t.Fatal(err)
	}
	if old.Value(Peak) != nil || old.Numbers[MeanNearPeak] != 1.5 || old.Numbers[Over(100)] != 1 || old.Value(Over(200)) != nil {
		t.Errorf("%v", old.Numbers)
	}
	old.Complete(h, MeanNearPeak)
	delete(want.Numbers, Peak) // null in the file
	if !maps.Equal(old.Numbers, want.Numbers) {
		t.Errorf("%v, want %v", old.Numbers, want.Numbers)
	}
	b, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var again Statistics
	if err := json.Unmarshal(b, &again); err != nil || !maps.Equal(again.Numbers, want.Numbers) || !strings.HasPrefix(string(b), `{"pixels":4,"mean_e_per_s":76.25,`) {
		t.Errorf("%s, %v", b, err)
	}
}

// Each entry says what every output needs, in keys that are all different and end in
// their unit.
func TestTable(t *testing.T) {
	form := regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	ends := map[Unit]string{EPerS: "_e_per_s", Celsius: "_c", Percent: "_percent"}
	known := map[string]Key{}
	for _, q := range All() {
		if !form.MatchString(string(q.Key)) || !strings.HasSuffix(string(q.Key), ends[q.Unit]) || q.Name == "" || q.Head == "" || q.Means == "" || strings.HasSuffix(q.Means, ".") ||
			(q.Measure == nil) == (q.Derive == nil) {
			t.Errorf("%+v", q)
		}
		names := slices.Concat([]string{string(q.Key)}, q.Asked)
		if q.Read != nil {
			names = append(names, q.Read.Columns...)
		}
		for _, name := range names {
			if other, ok := known[fold(name)]; ok && other != q.Key {
				t.Errorf("%q is %s and %s", name, other, q.Key)
			}
			known[fold(name)] = q.Key
			if got := Named(name); got == nil || got.Key != q.Key {
				t.Errorf("%q names %v, want %s", name, got, q.Key)
			}
		}
	}
	for _, place := range []Place{Tile, Index, Report, TWiki, Fact, Less} {
		for i, q := range In(place) {
			if place(q.Shown) != i+1 {
				t.Errorf("%s has rank %d, want %d", q.Key, place(q.Shown), i+1)
			}
		}
	}
}

func BenchmarkQuadrantsAndSummaries(b *testing.B) {
	r := rand.New(rand.NewPCG(8, 8))
	image := make([]float32, ccd.ACA.Pixels())
	for i := range image {
		image[i] = float32(math.Floor(math.Exp(r.NormFloat64()*1.5 + 3)))
	}
	for b.Loop() {
		quadrants := stats.Quadrants(ccd.ACA, image)
		Measure(stats.Merge(quadrants[:]...))
		for _, q := range quadrants {
			Measure(q)
		}
	}
}
