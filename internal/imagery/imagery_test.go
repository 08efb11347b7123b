package imagery

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"math/rand/v2"
	"testing"

	"darksite/processing/ccd"
	"darksite/processing/ccd/ccdtest"
)

func nan() float32 { return float32(math.NaN()) }

var (
	small = ccdtest.Small
	at    = small.Index // of a pixel in a map
)

func decode(t *testing.T, b []byte, err error) *image.Paletted {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	paletted, ok := picture.(*image.Paletted)
	if !ok {
		t.Fatalf("the picture is a %T, want a paletted one", picture)
	}
	return paletted
}

func flat(v float32) []float32 {
	values := make([]float32, small.Pixels())
	for i := range values {
		values[i] = v
	}
	return values
}

func TestMapOrientation(t *testing.T) {
	for _, c := range []struct{ row, column, x, y int }{
		{47, -64, 0, 0}, // top left
		{47, 63, 127, 0},
		{-48, -64, 0, 95},
		{-48, 63, 127, 95},
		{-37, 34, 98, 84},
	} {
		values := flat(1)
		values[at(c.row, c.column)] = 5000
		b, err := MapPNG(small, values)
		picture := decode(t, b, err)
		if got := picture.ColorIndexAt(c.x, c.y); got != steps-1 {
			t.Errorf("row %d, column %d: the bright pixel is not at x %d, y %d", c.row, c.column, c.x, c.y)
		}
		bright := 0
		for _, i := range picture.Pix {
			if i != 0 {
				bright++
			}
		}
		if bright != 1 || picture.Bounds() != image.Rect(0, 0, 128, 96) {
			t.Errorf("row %d, column %d: %d elements are bright in %v, want 1", c.row, c.column, bright, picture.Bounds())
		}
	}
}

// The table must give what the logarithm gives, at the limits too.
func TestStretchAgainstLogarithm(t *testing.T) {
	s := mapStretch()
	direct := func(v float32) uint8 {
		switch {
		case v != v:
			return missingIndex
		case !(v >= StretchLow):
			return 0
		}
		i := 0
		for i < steps-1 && v >= s.limits[i+1] {
			i++
		}
		return uint8(i)
	}
	values := []float32{nan(), float32(math.Inf(1)), float32(math.Inf(-1)), 0, float32(math.Copysign(0, -1)), -1, -3e38, 3e38,
		1e-45, 0.99999994, 1, 4999.9995, 5000, 65535}
	for _, limit := range s.limits {
		values = append(values, limit, math.Nextafter32(limit, 0), math.Nextafter32(limit, 1e9))
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 100000 {
		values = append(values, float32(math.Exp(r.Float64()*14-4)))
	}
	for _, v := range values {
		got := s.index(v)
		if want := direct(v); got != want {
			t.Fatalf("%v e-/s: colour %d, want %d", v, got, want)
		}
		// The limits themselves against the definition, away from rounding.
		if v >= StretchLow && v < StretchHigh {
			want := steps * math.Log(float64(v)/StretchLow) / math.Log(StretchHigh/StretchLow)
			if math.Abs(float64(got)+0.5-want) > 0.5+1e-4 {
				t.Fatalf("%v e-/s: colour %d, the stretch is at %.5f", v, got, want)
			}
		}
	}
}

func TestPaletteIsPerceptual(t *testing.T) {
	p := mapPalette()
	if len(p) != 256 {
		t.Fatalf("%d colours, want 256", len(p))
	}
	lab := make([]oklab, steps)
	for i := range lab {
		lab[i] = toLab(p[i])
		if i > 0 && lab[i].l <= lab[i-1].l {
			t.Errorf("colour %d is not lighter than the one before", i)
		}
	}
	// Over eight steps the rounding to 8 bits averages out.
	smallest, largest := math.Inf(1), 0.0
	for i := 0; i+8 < steps; i++ {
		d := lab[i].distance(lab[i+8])
		smallest, largest = min(smallest, d), max(largest, d)
	}
	if largest > 1.25*smallest {
		t.Errorf("eight steps are %.4f to %.4f apart, want even steps", smallest, largest)
	}
	if lab[0].l > 0.15 || lab[steps-1].l < 0.95 {
		t.Errorf("lightness runs from %.2f to %.2f, want about 0.1 to 0.97", lab[0].l, lab[steps-1].l)
	}
	missing := toLab(p[missingIndex])
	for i, c := range lab {
		if missing.distance(c) < 0.15 {
			t.Errorf("the colour of missing pixels is only %.3f from colour %d", missing.distance(c), i)
		}
	}
}

// A colour that sRGB lacks would be clipped, which bends the palette.
func TestPalettePathIsWithinSRGB(t *testing.T) {
	for i := range 1001 {
		p := float64(i) / 1000
		for channel, v := range mapPath(p).linear() {
			if v < -1e-3 || v > 1+1e-3 {
				t.Errorf("at %.3f channel %d is %.4f", p, channel, v)
			}
		}
	}
}

func TestMissingPixelsHaveTheirColour(t *testing.T) {
	values := flat(10)
	for column := small.FirstColumn; column < 0; column++ {
		values[at(-21, column)] = nan()
	}
	b, err := MapPNG(small, values)
	picture := decode(t, b, err)
	want := color.RGBA{R: 0x6e, G: 0x8c, B: 0xa8, A: 0xff}
	missing := 0
	for y := range small.Rows {
		for x := range small.Columns {
			if picture.At(x, y) == want {
				missing++
				if y != small.LastRow()+21 || x >= 64 {
					t.Fatalf("x %d, y %d looks missing", x, y)
				}
			}
		}
	}
	if missing != 64 {
		t.Errorf("%d elements look missing, want 64", missing)
	}
}

func TestThumbnail(t *testing.T) {
	values := make([]float32, ccd.ACA.Pixels())
	at := ccd.ACA.Index
	for i := range values {
		values[i] = 10
	}
	values[at(100, 100)] = 60000 // a hot pixel must not fill its block
	for column := 0; column < 512; column++ {
		values[at(-512, column)] = nan() // a lost half row, the lowest
	}
	for row := 0; row < 512; row++ {
		for column := -512; column < 0; column++ {
			values[at(row, column)] = 40
		}
	}
	values[at(500, -500)] = nan() // a single missing pixel
	b, err := Thumbnail(ccd.ACA, values, 128)
	picture := decode(t, b, err)
	s := mapStretch()
	for _, c := range []struct {
		name string
		x, y int
		want uint8
	}{
		{"upper left quadrant", 3, 20, s.index(40)},
		{"lower left quadrant", 3, 100, s.index(10)},
		{"upper right quadrant", 120, 3, s.index(10)},
		{"lost half row", 90, 127, missingIndex},
		{"beside the lost half row", 30, 127, s.index(10)},
		{"above the lost half row", 90, 126, s.index(10)},
		{"one missing pixel", 1, 1, s.index(40)},
		{"block of the hot pixel", (512 + 100) / 8, 127 - (512+100)/8, s.index(10) + 3}, // (254-70)/64 steps
	} {
		if got := picture.ColorIndexAt(c.x, c.y); got != c.want {
			t.Errorf("%s: colour %d, want %d", c.name, got, c.want)
		}
	}
}

// A thumbnail is a square of the whole CCD, also where its side divides neither rows
// nor columns, or is longer.
func TestThumbnailOfAnyShape(t *testing.T) {
	values := flat(10)
	for row := 0; row <= small.LastRow(); row++ {
		for column := small.FirstColumn; column < 0; column++ {
			values[at(row, column)] = 40
		}
	}
	s := mapStretch()
	for _, size := range []int{1, 2, 10, 100, 128, 200} {
		b, err := Thumbnail(small, values, size)
		picture := decode(t, b, err)
		if picture.Bounds() != image.Rect(0, 0, size, size) {
			t.Errorf("size %d: the picture is %v", size, picture.Bounds())
		}
		if size == 1 {
			continue
		}
		for name, c := range map[string]struct {
			x, y int
			want uint8
		}{
			"top left": {0, 0, s.index(40)}, "top right": {size - 1, 0, s.index(10)},
			"bottom left": {0, size - 1, s.index(10)}, "bottom right": {size - 1, size - 1, s.index(10)},
			"middle": {size/2 - 1, size/2 - 1, s.index(40)},
		} {
			if got := picture.ColorIndexAt(c.x, c.y); got != c.want {
				t.Errorf("size %d, %s: colour %d, want %d", size, name, got, c.want)
			}
		}
	}
}

// At full size the thumbnail is the map.
func TestThumbnailOfFullSizeIsTheMap(t *testing.T) {
	g := ccd.Geometry{Name: "square", Rows: 64, Columns: 64}
	values := make([]float32, g.Pixels())
	r := rand.New(rand.NewPCG(5, 6))
	for i := range values {
		values[i] = float32(math.Exp(r.Float64() * 9))
	}
	values[7] = nan()
	whole, err := MapPNG(g, values)
	if err != nil {
		t.Fatal(err)
	}
	thumb, err := Thumbnail(g, values, g.Columns)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(whole, thumb) {
		t.Error("the map and its thumbnail of as many elements differ")
	}
}

func TestCoverage(t *testing.T) {
	short, long := make([]uint8, small.Pixels()), make([]uint8, small.Pixels())
	for i := range short {
		short[i], long[i] = 5, 5
	}
	short[at(47, -64)] = 3
	long[at(47, -63)] = 0
	short[at(47, -62)], long[at(47, -62)] = 9, 7
	b, err := CoveragePNG(small, short, long)
	picture := decode(t, b, err)
	for x, want := range []uint8{3, 0, 5, 5} {
		if got := picture.ColorIndexAt(x, 0); got != want {
			t.Errorf("x %d: %d samples, want %d", x, got, want)
		}
	}
	scale := CoverageScale()
	if len(scale) != FullCoverage+1 || scale[0].Colour != MapScale().Missing {
		t.Errorf("coverage scale %v: want 0 to %d samples, 0 in the colour of missing pixels", scale, FullCoverage)
	}
	for n := 2; n <= FullCoverage; n++ {
		a, b := toLab(picture.Palette[n-1]), toLab(picture.Palette[n])
		if a.l-b.l < 0.08 {
			t.Errorf("%d samples are hardly darker than %d", n, n-1)
		}
		if turn := math.Abs(math.Atan2(a.b, a.a) - math.Atan2(b.b, b.a)); turn > 0.15 {
			t.Errorf("the hue turns by %.2f rad from %d to %d samples, want one hue", turn, n-1, n)
		}
	}
}

func TestScaleMatchesThePictures(t *testing.T) {
	scale := MapScale()
	labels := map[string]bool{}
	s := mapStretch()
	for i, tick := range scale.Ticks {
		if i > 0 && tick.Value <= scale.Ticks[i-1].Value {
			t.Errorf("tick %v does not rise", tick)
		}
		labels[tick.Label] = true
		// The colour bar under the tick has the colour of its value.
		if got, want := float64(s.index(float32(tick.Value))), tick.Position*steps; math.Abs(got+0.5-want) > 1.01 {
			t.Errorf("tick %g stands over colour %.2f, the value has %g", tick.Value, want, got)
		}
	}
	for _, label := range []string{"1", "10", "100", "1000", "5000"} {
		if !labels[label] {
			t.Errorf("no tick is labelled %s", label)
		}
	}
	first, last := scale.Ticks[0], scale.Ticks[len(scale.Ticks)-1]
	if first.Position != 0 || last.Position != 1 || first.Value != scale.Low || last.Value != scale.High {
		t.Errorf("ticks run from %v to %v, want the whole bar", first, last)
	}
	b, err := ColourBarPNG()
	bar := decode(t, b, err)
	if bar.Bounds() != image.Rect(0, 0, 255, 1) || bar.ColorIndexAt(0, 0) != 0 || bar.ColorIndexAt(254, 0) != 254 {
		t.Errorf("colour bar %v: want 255 colours from low to high", bar.Bounds())
	}
}

func TestWrongSizesAreRefused(t *testing.T) {
	short := make([]uint8, small.Pixels())
	for name, draw := range map[string]func() ([]byte, error){
		"map":            func() ([]byte, error) { return MapPNG(small, make([]float32, 10)) },
		"no map":         func() ([]byte, error) { return MapPNG(small, nil) },
		"thumbnail":      func() ([]byte, error) { return Thumbnail(small, make([]float32, 96), 128) },
		"size 0":         func() ([]byte, error) { return Thumbnail(small, flat(1), 0) },
		"size 1e9":       func() ([]byte, error) { return Thumbnail(small, flat(1), 1e9) },
		"short coverage": func() ([]byte, error) { return CoveragePNG(small, short[1:], short) },
		"long coverage":  func() ([]byte, error) { return CoveragePNG(small, short, nil) },
	} {
		if b, err := draw(); err == nil || b != nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func BenchmarkMapPNG(b *testing.B) {
	values := make([]float32, ccd.ACA.Pixels())
	r := rand.New(rand.NewPCG(1, 2))
	for i := range values {
		values[i] = float32(math.Round(math.Exp(r.NormFloat64()*1.2 + 2.5)))
	}
	for b.Loop() {
		if _, err := MapPNG(ccd.ACA, values); err != nil {
			b.Fatal(err)
		}
	}
}
