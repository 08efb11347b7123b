package scaling

import (
	"math"
	"testing"

	"darksite/processing/chandra"
)

func TestToMean(t *testing.T) {
	got, err := ToMean([]chandra.Celsius{-15, -11})
	if err != nil {
		t.Fatal(err)
	}
	// 4 C are a factor of 0.7: each replica goes half of the way.
	for i, want := range []float64{1 / math.Sqrt(0.7), math.Sqrt(0.7)} {
		if math.Abs(got[i]-want) > 1e-12 {
			t.Errorf("factor %d is %v, want %v", i+1, got[i], want)
		}
	}
	if same, err := ToMean([]chandra.Celsius{-13, -13, -13}); err != nil || same[0] != 1 || same[2] != 1 {
		t.Errorf("%v, %v: want factors of 1", same, err)
	}
}
