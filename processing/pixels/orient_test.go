package pixels

import (
	"math"
	"strings"
	"testing"
	"time"

	"darksite/processing/ccd"
	"darksite/processing/synth"
)

// laidAs is a map laid wrongly: its pixel s.Of(p) is the pixel p of image.
func laidAs(s Symmetry, image []float32) []float32 {
	out := make([]float32, ccd.ACA.Pixels())
	for i, v := range image {
		p := s.Of(ccd.ACA, place(ccd.ACA, i))
		out[p.index(ccd.ACA)] = v
	}
	return out
}

func TestSymmetriesInWordsAndNumbers(t *testing.T) {
	// Of the first row and the last but three column.
	want := map[Symmetry]Place{
		Upright:         {-512, 508},
		RowsReversed:    {511, 508},
		ColumnsReversed: {-512, -509},
		HalfTurn:        {511, -509},
		Transposed:      {508, -512},
		QuarterTurn:     {508, 511},
		QuarterTurnBack: {-509, -512},
		AntiTransposed:  {-509, 511},
	}
	names := map[string]bool{}
	for _, s := range Symmetries(ccd.ACA) {
		if got := s.Of(ccd.ACA, Place{-512, 508}); got != want[s] {
			t.Errorf("%s: %v, want %v", s, got, want[s])
		}
		names[s.String()] = true
		// A turn or mirror moves every pixel to another place.
		seen := make([]bool, ccd.ACA.Pixels())
		for i := range ccd.ACA.Pixels() {
			p := s.Of(ccd.ACA, place(ccd.ACA, i))
			if seen[p.index(ccd.ACA)] {
				t.Fatalf("%s: two pixels at %v", s, p)
			}
			seen[p.index(ccd.ACA)] = true
		}
	}
	if len(names) != symmetries {
		t.Errorf("%d names for %d symmetries", len(names), symmetries)
	}
	if got := Symmetry(9).String(); got != "symmetry 9" {
		t.Errorf("%q", got)
	}
}

// A map that is hot where a real list says so tells how it lies, whichever way
// it is laid.
func TestOrientNamesTheWayAMapLies(t *testing.T) {
	image, err := synth.DarkMap(3, date(t, "2017185"), -13.55)
	if err != nil {
		t.Fatal(err)
	}
	lists := realLists(t)
	list := lists[5].list // 2017010, 2017092, 2017185
	for k, p := range list.Singles() {
		if k%10 != 0 { // nine in ten, as section 3 of processing.md asks
			image[p.index(ccd.ACA)] = 2500
		}
	}
	for _, s := range Symmetries(ccd.ACA) {
		o, err := Orient(list, laidAs(s, image), OrientationLevel)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := o.Laid(); !ok || got != s {
			t.Errorf("%s: named %s, %v: %v", s, got, ok, o.Hot)
		}
		if o.Hot[s] < 0.89 || o.Hot[s] > 0.93 || o.Pixels[s] != 234 {
			t.Errorf("%s: %v of %d are hot, want 0.9 of 234", s, o.Hot[s], o.Pixels[s])
		}
	}
	// An earlier list fits less well and still tells.
	o, err := Orient(lists[0].list, laidAs(ColumnsReversed, image), OrientationLevel)
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := o.Laid(); !ok || got != ColumnsReversed || o.Hot[got] > 0.9 {
		t.Errorf("the list of 2013: %s, %v: %v", got, ok, o.Hot)
	}
}

func TestOrientDoesNotGuess(t *testing.T) {
	list := realLists(t)[5].list
	image, err := synth.DarkMap(3, date(t, "2017185"), -13.55)
	if err != nil {
		t.Fatal(err)
	}
	hot, missing := make([]float32, ccd.ACA.Pixels()), make([]float32, ccd.ACA.Pixels())
	for i := range hot {
		hot[i], missing[i] = 9000, nan
	}
	for name, c := range map[string]struct {
		list  BadPixels
		image []float32
	}{
		"a map of another CCD":       {list, image},
		"a map that is hot all over": {list, hot},
		"a map without values":       {list, missing},
		"a list without pixels":      {BadPixels{Geometry: ccd.ACA, Regions: FixedRegions(ccd.ACA, time.Date(2022, 4, 14, 0, 0, 0, 0, time.UTC))}, hot},
	} {
		o, err := Orient(c.list, c.image, OrientationLevel)
		if err != nil {
			t.Fatal(err)
		}
		if s, ok := o.Laid(); ok {
			t.Errorf("%s: named %s: %v", name, s, o.Hot)
		}
	}
	three := BadPixels{Geometry: ccd.ACA, Regions: []Region{{9, 9, 99, 99}, {7, 7, 77, 77}, {-5, -5, 55, 55}}}
	few := flat("2017185", nil, 10, map[Place]float32{{9, 99}: 9000, {7, 77}: 9000, {-5, 55}: 9000})
	if o, err := Orient(three, few.Image, OrientationLevel); err != nil || o.Hot[Upright] != 1 {
		t.Errorf("three pixels: %v, %v", o.Hot, err)
	} else if s, ok := o.Laid(); ok {
		t.Errorf("three pixels named %s", s)
	}
	if _, err := Orient(list, image[:9], OrientationLevel); err == nil || !strings.Contains(err.Error(), "9 pixels") {
		t.Errorf("a short map gave %v", err)
	}
}

// The bad column of the simulator, 250 e-/s at -14 C on top of what else is
// there, is found in the way the map is laid and in no other.
func TestBadColumn(t *testing.T) {
	for _, temp := range []float64{-19, -13.55, -3} {
		image, err := synth.DarkMap(3, date(t, "2017185"), temp)
		if err != nil {
			t.Fatal(err)
		}
		for _, laid := range Symmetries(ccd.ACA) {
			turned := laidAs(laid, image)
			for _, s := range Symmetries(ccd.ACA) {
				c, err := BadColumn(ccd.ACA, turned, s)
				if err != nil {
					t.Fatal(err)
				}
				if c.Present() != (s == laid) || c.Rows != 246 {
					t.Errorf("%v C, laid %s, looked for %s: %+v", temp, laid, s, c)
				}
				if s == laid && (c.Above < 0.9 || c.Mean < c.Neighbours+100) {
					t.Errorf("%v C: %+v, want a bright column", temp, c)
				}
			}
		}
	}
}

func TestBadColumnNumbers(t *testing.T) {
	m := flat("2016125", nil, 10, nil)
	set := func(row, col int16, v float32) { m.Image[ccd.ACA.Index(int(row), int(col))] = v }
	// Neighbours of 2, 4 ... 16 have the median 9; a hot one leaves it.
	for row := int16(badColFirst); row <= badColLast; row++ {
		for k, col := range []int16{450, 451, 452, 453, 455, 456, 457, 458} {
			set(row, col, float32(2*(k+1)))
		}
		set(row, badCol, 19)
		set(row, 458, 5000)
	}
	look := func() Column {
		c, err := BadColumn(ccd.ACA, m.Image, Upright)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if got, want := look(), (Column{246, 19, 9, 1}); got != want || !got.Present() {
		t.Errorf("%+v, want %+v", got, want)
	}
	set(-100, badCol, nan)
	set(-101, 450, nan)
	set(-102, badCol, 9)   // a tie
	set(-103, badCol, -81) // below
	want := Column{Rows: 244, Mean: (242*19 + 9 - 81) / 244.0, Neighbours: 9, Above: 242.5 / 244}
	if got := look(); math.Abs(got.Mean-want.Mean) > 1e-12 || got.Rows != want.Rows || got.Neighbours != want.Neighbours || got.Above != want.Above {
		t.Errorf("%+v, want %+v", got, want)
	}
	for row := int16(badColFirst); row <= badColLast; row++ {
		set(row, badCol, 3)
	}
	if got := look(); got.Above != 0 || !got.Present() {
		t.Errorf("a dark column: %+v", got)
	}
	for row := int16(badColFirst); row <= badColLast; row++ {
		set(row, badCol, nan)
	}
	if got := look(); got != (Column{}) || got.Present() {
		t.Errorf("a lost column: %+v", got)
	}
	if _, err := BadColumn(ccd.ACA, nil, Upright); err == nil || !strings.Contains(err.Error(), "0 pixels") {
		t.Errorf("a map without pixels gave %v", err)
	}
}
