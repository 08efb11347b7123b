package imagery

import (
	"image"
	"image/color"
	"math"
	"sync"

	"darksite/processing/ccd"
)

// The stretch of differences is that of the inverse hyperbolic sine: nearly
// linear within DifferenceSoft of zero, where readout noise lies, logarithmic
// beyond, to DifferenceHigh on either side, e-/s.
const (
	DifferenceSoft = 20.0
	DifferenceHigh = 1000.0
)

// differenceSteps is odd, so that zero has a colour of its own. Noise costs
// most of the file's bytes; more steps would show it finer.
const differenceSteps = 63

// differencePalette goes from blue over a light grey to red: fainter, the same,
// brighter. The two sides differ in hue for readers who see colours and in
// nothing else; lightness falls evenly from the middle, so that in grey a
// change is dark wherever it goes.
var differencePalette = sync.OnceValue(func() color.Palette {
	palette := make(color.Palette, 0, differenceSteps+1)
	for i := range differenceSteps {
		t := 2*float64(i)/(differenceSteps-1) - 1
		hue := 255.0 // blue, degrees in Oklab
		if t > 0 {
			hue = 30 // red
		}
		chroma := 0.16 * math.Pow(math.Abs(t), 0.8)
		palette = append(palette, oklab{
			0.94 - 0.56*math.Abs(t),
			chroma * math.Cos(hue*math.Pi/180), chroma * math.Sin(hue*math.Pi/180),
		}.sRGB())
	}
	return append(palette, color.RGBA{R: 0x2a, G: 0x2a, B: 0x2a, A: 0xff})
})

// DifferencePNG draws the change of each pixel in e-/s with the stretch of
// [DifferenceScale]. Where the change is not known (NaN) a pixel is almost black,
// which no change is.
func DifferencePNG(g ccd.Geometry, change []float32) ([]byte, error) {
	if err := g.CheckPixels(len(change)); err != nil {
		return nil, err
	}
	s := differenceStretch()
	return draw(g, differencePalette(), func(i int) uint8 { return s.index(change[i]) })
}

// signedStretch finds the palette index of a change, as [stretch] does that of a
// dark current: the upper 16 bits of a float32 name an interval of less than 1 %
// of its value, in which at most one colour ends.
type signedStretch struct {
	lowest [1 << 16]uint8 // index of the value of each interval that is nearest to zero
	limits [differenceSteps - 1]float32
}

var differenceStretch = sync.OnceValue(func() *signedStretch {
	s := new(signedStretch)
	full := math.Asinh(DifferenceHigh / DifferenceSoft)
	for i := range s.limits {
		edge := 2*float64(i+1)/differenceSteps - 1
		s.limits[i] = float32(DifferenceSoft * math.Sinh(edge*full))
	}
	for interval := range s.lowest {
		v := math.Float32frombits(uint32(interval) << 16)
		for v >= s.limits[s.lowest[interval]] {
			if s.lowest[interval]++; int(s.lowest[interval]) == len(s.limits) {
				break
			}
		}
	}
	return s
})

func (s *signedStretch) index(v float32) uint8 {
	if v != v {
		return differenceSteps
	}
	i := s.lowest[math.Float32bits(v)>>16]
	if int(i) < len(s.limits) && v >= s.limits[i] {
		return i + 1
	}
	if i > 0 && v < s.limits[i-1] {
		return i - 1
	}
	return i
}

// DifferenceScale is the scale of [DifferencePNG], with a labelled tick at zero
// and at 10, 100 and 1,000 on either side.
func DifferenceScale() Scale {
	scale := Scale{Low: -DifferenceHigh, High: DifferenceHigh, Missing: hex(differencePalette()[differenceSteps])}
	full := math.Asinh(DifferenceHigh / DifferenceSoft)
	tick := func(v float64, label bool) {
		t := Tick{Value: v, Position: (math.Asinh(v/DifferenceSoft)/full + 1) / 2}
		if label {
			t.Label = "labelled"
		}
		scale.Ticks = append(scale.Ticks, t)
	}
	for power := DifferenceHigh; power >= 10; power /= 10 {
		tick(-power, power != 10)
		if power > 10 {
			tick(-power/2, false)
			tick(-power/5, false)
		}
	}
	tick(0, true)
	for power := 10.0; power <= DifferenceHigh; power *= 10 {
		if power > 10 {
			tick(power/5, false)
			tick(power/2, false)
		}
		tick(power, power != 10)
	}
	return scale
}

// DifferenceBarPNG is the palette of the differences as a picture of one line,
// fainter at the left, for the page to stretch.
func DifferenceBarPNG() ([]byte, error) {
	picture := image.NewPaletted(image.Rect(0, 0, differenceSteps, 1), differencePalette())
	for i := range picture.Pix {
		picture.Pix[i] = uint8(i)
	}
	return encode(picture)
}
