package pixels

import (
	"testing"

	"darksite/processing/scaling"
)

// The rates that are kept for speed are those of the law, and so are the others.
func TestRatesAreThoseOfTheLaw(t *testing.T) {
	m := Map{ID: "2015355", Temp: celsius(-13.5)}
	for _, law := range []scaling.Law{scaling.PerPixel, scaling.Uniform, scaling.Historic} {
		to, err := m.toCommon(-16, law)
		if err != nil {
			t.Fatal(err)
		}
		s, err := law.Between(-13.5, -16)
		if err != nil {
			t.Fatal(err)
		}
		rates := []float32{-1e6, -40.5, -1, -0.5, 0, 0.5, 1, 99, 99.5, 100, 100.5, 3000, 3000.25, memoized - 1, memoized - 0.5, memoized, memoized + 1, 1e9}
		want := make([]float32, len(rates))
		if err := s.Image(want, rates); err != nil {
			t.Fatal(err)
		}
		for range 2 { // worked out, then kept
			for i, v := range rates {
				if got := to.rate(v); got != want[i] {
					t.Errorf("%s: %v became %v, want %v", law.Name(), v, got, want[i])
				}
			}
		}
	}
}
