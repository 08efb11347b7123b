package imagery

import (
	"image"
	"image/color"
	"sync"
)

// FullCoverage is the number of samples of a pixel that no replica lacks, the
// five replicas of a calibration (processing.md, section 4.1). More samples
// look the same.
const FullCoverage = 5

// coveragePalette has the colour of 0 to [FullCoverage] samples: the colour of
// missing pixels, then one hue from pale to deep.
var coveragePalette = sync.OnceValue(func() color.Palette {
	palette := color.Palette{missingColour}
	for n := 1; n <= FullCoverage; n++ {
		t := float64(n-1) / (FullCoverage - 1)
		// The hue of green, 155 degrees in Oklab, which neither the maps nor
		// the missing pixels have.
		chroma := 0.05 + 0.05*t
		palette = append(palette, oklab{0.93 - 0.55*t, chroma * -0.9063, chroma * 0.4226}.sRGB())
	}
	return palette
})

// CoveragePNG draws on how many samples each pixel of a map rests, one to one.
// The dark current is the difference of the long and the short integrations,
// so the smaller of the two numbers of samples counts.
func CoveragePNG(samplesShort, samplesLong []uint8) ([]byte, error) {
	if err := checkSize("coverage of the short integrations", len(samplesShort)); err != nil {
		return nil, err
	}
	if err := checkSize("coverage of the long integrations", len(samplesLong)); err != nil {
		return nil, err
	}
	picture := image.NewPaletted(image.Rect(0, 0, side, side), coveragePalette())
	for row := range side {
		line := picture.Pix[(side-1-row)*side:][:side]
		for column := range line {
			i := row*side + column
			line[column] = min(samplesShort[i], samplesLong[i], FullCoverage)
		}
	}
	return encode(picture)
}
