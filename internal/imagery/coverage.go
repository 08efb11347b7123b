package imagery

import (
	"fmt"
	"image/color"
	"sync"

	"darksite/processing/ccd"
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

// CoveragePNG draws on how many samples each pixel of a map rests. The dark current
// is the difference of the long and the short integrations, so the smaller of the
// two numbers of samples counts.
func CoveragePNG(g ccd.Geometry, samplesShort, samplesLong []uint8) ([]byte, error) {
	if err := g.CheckPixels(len(samplesShort)); err != nil {
		return nil, fmt.Errorf("coverage of the short integrations: %w", err)
	}
	if err := g.CheckPixels(len(samplesLong)); err != nil {
		return nil, fmt.Errorf("coverage of the long integrations: %w", err)
	}
	return draw(g, coveragePalette(), func(i int) uint8 { return min(samplesShort[i], samplesLong[i], FullCoverage) })
}
