package imagery

import (
	"image"
	"image/color"
	"math"
	"sync"
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

// DifferencePNG draws the change of each of 1024 by 1024 pixels in e-/s, one to
// one, with the stretch of [DifferenceScale]. Where the change is not known
// (NaN) a pixel is almost black, which no change is.
func DifferencePNG(change []float32) ([]byte, error) {
	if err := checkSize("difference", len(change)); err != nil {
		return nil, err
	}
	limits := differenceLimits()
	picture := image.NewPaletted(image.Rect(0, 0, side, side), differencePalette())
	for row := range side {
		line := picture.Pix[(side-1-row)*side:][:side]
		for column, v := range change[row*side:][:side] {
			line[column] = differenceIndex(limits, v)
		}
	}
	return encode(picture)
}

// differenceLimits[i] is the lowest value of colour i + 1.
var differenceLimits = sync.OnceValue(func() (limits [differenceSteps - 1]float32) {
	full := math.Asinh(DifferenceHigh / DifferenceSoft)
	for i := range limits {
		edge := 2*float64(i+1)/differenceSteps - 1
		limits[i] = float32(DifferenceSoft * math.Sinh(edge*full))
	}
	return limits
})

func differenceIndex(limits [differenceSteps - 1]float32, v float32) uint8 {
	if v != v {
		return differenceSteps
	}
	low, high := 0, len(limits)
	for low < high {
		middle := (low + high) / 2
		if v >= limits[middle] {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return uint8(low)
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
