package filling

import (
	"math"
	"slices"
	"testing"

	"darksite/processing/ccd/ccdtest"
	"darksite/processing/chandra"
)

var nan = float32(math.NaN())

var (
	small = ccdtest.Small
	at    = small.Index
)

func flat(v float32) []float32 { return slices.Repeat([]float32{v}, small.Pixels()) }

func celsius(v chandra.Celsius) *chandra.Celsius { return &v }

// A hole takes the value of the earlier map at the temperature of this one. The
// numbers of the per-pixel law are those of chandra_aca's dark_temp_scale_img.
func TestFillFromTheEarlierMap(t *testing.T) {
	image, before := flat(10), flat(12)
	image[at(-3, 4)], before[at(-3, 4)] = nan, 20000
	image[at(0, 0)] = float32(math.Inf(1))
	image[at(small.LastRow(), small.FirstColumn)], before[at(small.LastRow(), small.FirstColumn)] = nan, nan
	filled, pixels, unfilled, err := Fill(small, image, celsius(-10), &Earlier{"2015014", -10, before})
	if err != nil || unfilled != 0 {
		t.Fatal(unfilled, err)
	}
	want := []Pixel{{at(-3, 4), 20000, "2015014", 0}, {at(0, 0), 12, "2015014", 0}, {at(small.LastRow(), small.FirstColumn), 10, "", 5}}
	if !slices.Equal(pixels, want) {
		t.Errorf("%+v, want %+v", pixels, want)
	}
	for i, v := range filled {
		hole := slices.IndexFunc(pixels, func(p Pixel) bool { return p.Index == i })
		if hole < 0 && v != image[i] || hole >= 0 && v != pixels[hole].Value {
			t.Fatalf("pixel %d is %v", i, v)
		}
	}
	if v := image[at(-3, 4)]; v == v {
		t.Error("the map itself was filled")
	}
	_, warmer, _, err := Fill(small, image, celsius(-6), &Earlier{"2015014", -10, before})
	if err != nil {
		t.Fatal(err)
	}
	scale, err := Law.Between(-10, -6)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := warmer[0].Value, float32(scale.Rate(20000)); got != want || got <= 20000 {
		t.Errorf("4 C warmer: %v, want %v", got, want)
	}
	// Without a temperature nothing can be scaled.
	if _, pixels, _, err := Fill(small, image, nil, &Earlier{"2015014", -10, before}); err != nil || pixels[0].From != "" || pixels[0].Value != 10 {
		t.Errorf("without a temperature: %+v, %v", pixels[0], err)
	}
}

// The median is of the same quadrant and of measured pixels only.
func TestFillFromNeighbours(t *testing.T) {
	image := flat(7)
	for row := small.FirstRow; row <= small.LastRow(); row++ {
		for col := small.FirstColumn; col <= small.LastColumn(); col++ {
			if row >= 0 { // C and D
				image[at(row, col)] = 1000
			}
		}
	}
	for col := small.FirstColumn; col <= small.LastColumn(); col++ {
		for row := -9; row < 0; row++ { // nine rows at the border
			image[at(row, col)] = nan
		}
	}
	image[at(20, 20)] = nan
	image[at(20, 21)], image[at(20, 19)] = 3, 5
	filled, pixels, unfilled, err := Fill(small, image, nil, nil)
	if err != nil || unfilled != 0 || len(pixels) != 9*small.Columns+1 {
		t.Fatal(len(pixels), unfilled, err)
	}
	for _, p := range pixels[:9*small.Columns] {
		if p.Value != 7 || p.From != "" || p.Window < 3 || p.Window > 19 {
			t.Fatalf("%+v, want the 7 e-/s of its own quadrant", p)
		}
	}
	if p := pixels[len(pixels)-1]; p.Value != 1000 || p.Window != 3 || filled[at(20, 20)] != 1000 {
		t.Errorf("%+v, want the median of its eight neighbours", p)
	}
}

// Far from any value the quadrant's median has to do; where a quadrant has none
// its pixels stay holes, and are counted.
func TestFillOfLostQuadrants(t *testing.T) {
	image := flat(7)
	for row := small.FirstRow; row < 0; row++ {
		for col := small.FirstColumn; col < 0; col++ {
			image[at(row, col)] = nan // B
			if row >= small.FirstRow+12 {
				image[at(row, col+small.RecordPixels())] = nan // most of A
			}
		}
	}
	filled, pixels, unfilled, err := Fill(small, image, nil, nil)
	if err != nil || unfilled != small.QuadrantRows()*small.RecordPixels() || len(pixels) != (small.QuadrantRows()-12)*small.RecordPixels() {
		t.Fatal(len(pixels), unfilled, err)
	}
	if p := pixels[len(pixels)-1]; p.Window != WholeQuadrant(small) || p.Value != 7 {
		t.Errorf("%+v, want the median of the quadrant", p)
	}
	if v := filled[at(-1, -1)]; v == v {
		t.Errorf("a pixel without any source is %v", v)
	}
	if _, _, _, err := Fill(small, image[1:], nil, nil); err == nil {
		t.Error("a map of another size was filled")
	}
}
