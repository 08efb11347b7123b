package imagery

import (
	"image/color"
	"math"
	"sync"
)

// The palette has a colour for each step of the stretch and one for pixels
// without a value.
const (
	steps        = 255
	missingIndex = steps
)

// missingColour is a blue grey. No colour of the palette is blue at its
// lightness, so a gap never looks like data.
var missingColour = color.RGBA{R: 0x6e, G: 0x8c, B: 0xa8, A: 0xff}

// mapPalette is the palette of the maps, from almost black over purple and
// orange to pale yellow. Lightness rises all the way, for readers who see no
// colours and for grey prints; neighbours are equally far apart in Oklab, so
// that no step of the stretch stands out.
var mapPalette = sync.OnceValue(func() color.Palette {
	palette := make(color.Palette, 0, steps+1)
	for _, t := range evenly(mapPath, steps) {
		palette = append(palette, mapPath(t).sRGB())
	}
	return append(palette, missingColour)
})

// mapPath is the palette as a curve through the colours of sRGB, t from 0 to 1.
func mapPath(t float64) oklab {
	lightness := 0.10 + 0.87*t
	chroma := 0.012 + 0.145*math.Pow(max(0, math.Sin(math.Pi*t)), 0.9) + 0.035*t
	hue := (285 + 170*math.Pow(t, 0.85)) * math.Pi / 180
	return oklab{lightness, chroma * math.Cos(hue), chroma * math.Sin(hue)}
}

// evenly returns n parameters from 0 to 1 between which the colours of a path
// are equally far apart.
func evenly(path func(t float64) oklab, n int) []float64 {
	const fine = 4096
	length := make([]float64, fine+1)
	for i := 1; i <= fine; i++ {
		length[i] = length[i-1] + path(float64(i)/fine).distance(path(float64(i-1)/fine))
	}
	parameters := make([]float64, n)
	at := 0
	for k := range parameters {
		want := length[fine] * float64(k) / float64(n-1)
		for at < fine-1 && length[at+1] < want {
			at++
		}
		part := (want - length[at]) / (length[at+1] - length[at])
		parameters[k] = min(1, (float64(at)+part)/fine)
	}
	return parameters
}

// oklab is a colour in the perceptual space of Ottosson (2020, "A perceptual
// color space for image processing"): lightness 0 to 1, green to red, blue to
// yellow.
type oklab struct{ l, a, b float64 }

func (c oklab) distance(d oklab) float64 {
	return math.Sqrt((c.l-d.l)*(c.l-d.l) + (c.a-d.a)*(c.a-d.a) + (c.b-d.b)*(c.b-d.b))
}

// linear is the colour in linear sRGB, outside 0 to 1 when sRGB has no such
// colour. The coefficients are Ottosson's.
func (c oklab) linear() [3]float64 {
	l := cube(c.l + 0.3963377774*c.a + 0.2158037573*c.b)
	m := cube(c.l - 0.1055613458*c.a - 0.0638541728*c.b)
	s := cube(c.l - 0.0894841775*c.a - 1.2914855480*c.b)
	return [3]float64{
		4.0767416621*l - 3.3077115913*m + 0.2309699292*s,
		-1.2684380046*l + 2.6097574011*m - 0.3413193965*s,
		-0.0041960863*l - 0.7034186147*m + 1.7076147010*s,
	}
}

func cube(x float64) float64 { return x * x * x }

// sRGB is the nearest colour of a screen (IEC 61966-2-1).
func (c oklab) sRGB() color.RGBA {
	var eight [3]uint8
	for i, v := range c.linear() {
		v = min(1, max(0, v))
		if v <= 0.0031308 {
			v *= 12.92
		} else {
			v = 1.055*math.Pow(v, 1/2.4) - 0.055
		}
		eight[i] = uint8(math.Round(255 * v))
	}
	return color.RGBA{R: eight[0], G: eight[1], B: eight[2], A: 0xff}
}
