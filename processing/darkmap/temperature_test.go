package darkmap

import (
	"math"
	"testing"

	"darksite/processing/ccd"
	"darksite/processing/telemetry"
)

// Factors go onto the signals before the median; those of 1 change no pixel.
func TestFactors(t *testing.T) {
	files := func() []*telemetry.File {
		return []*telemetry.File{
			replica(100, []int{5}, constant(30)), replica(100, []int{5}, constant(10)), replica(100, []int{5}, constant(20)),
		}
	}
	s := DefaultSettings()
	plain := combine(t, s, files()...)
	s.Factors = []float64{1, 1, 1}
	ones := combine(t, s, files()...)
	for i, v := range plain.Image {
		if w := ones.Image[i]; v != w && (v == v || w == w) {
			t.Fatalf("pixel %d is %v with factors of 1 and %v without", i, w, v)
		}
	}
	// Scaled signals are in another order: the first replica is now the least.
	s.Factors = []float64{0.25, 1, 1.125}
	scaled := combine(t, s, files()...)
	changed := 0
	for i, v := range plain.Image {
		if v == v && scaled.Image[i] != v {
			changed++
		}
	}
	if changed == 0 {
		t.Error("factors change no pixel")
	}
	for _, bad := range [][]float64{{1, 1}, {1, 1, 0}, {1, math.NaN(), 1}, {1, 1, maxFactor}} {
		s.Factors = bad
		stack, err := NewStack(ccd.ACA, files(), s)
		if err == nil {
			_, err = Combine(stack)
		}
		if err == nil {
			t.Errorf("factors %v were taken", bad)
		}
	}
}
