package imagery

import (
	"fmt"
	"image"
	"image/color"
	"math"
)

// Scale explains the colours of a picture to its reader.
type Scale struct {
	Low, High float64 // e-/s at either end of the colour bar
	Ticks     []Tick
	Missing   string // the colour of pixels without a value, #rrggbb
}

// Tick is a mark of the colour bar.
type Tick struct {
	Value    float64 // e-/s
	Position float64 // 0 at the low end to 1 at the high end
	Label    string  // empty for a minor tick
}

// MapScale is the scale of [MapPNG] and [Thumbnail]: a tick at 1 to 9 times
// each power of ten of e-/s, labelled at the powers and at the end.
func MapScale() Scale {
	scale := Scale{Low: StretchLow, High: StretchHigh, Missing: hex(missingColour)}
	for power := StretchLow; power <= StretchHigh; power *= 10 {
		for n := 1.0; n <= 9 && n*power <= StretchHigh; n++ {
			v := n * power
			tick := Tick{Value: v, Position: math.Log(v/StretchLow) / math.Log(StretchHigh/StretchLow)}
			if n == 1 || v == StretchHigh {
				tick.Label = fmt.Sprintf("%.0f", v)
			}
			scale.Ticks = append(scale.Ticks, tick)
		}
	}
	return scale
}

// ColourBarPNG is the palette of the maps as a picture of 255 by 1 elements,
// the low end at the left, for the page to stretch.
func ColourBarPNG() ([]byte, error) {
	picture := image.NewPaletted(image.Rect(0, 0, steps, 1), mapPalette())
	for i := range picture.Pix {
		picture.Pix[i] = uint8(i)
	}
	return encode(picture)
}

// Swatch is a colour of the coverage and what it stands for.
type Swatch struct {
	Samples int    // at [FullCoverage], so many or more
	Colour  string // #rrggbb
}

// CoverageScale lists the colours of [CoveragePNG] from none to
// [FullCoverage] samples.
func CoverageScale() []Swatch {
	var list []Swatch
	for n, c := range coveragePalette() {
		list = append(list, Swatch{Samples: n, Colour: hex(c)})
	}
	return list
}

func hex(c color.Color) string {
	rgb := color.RGBAModel.Convert(c).(color.RGBA)
	return fmt.Sprintf("#%02x%02x%02x", rgb.R, rgb.G, rgb.B)
}
