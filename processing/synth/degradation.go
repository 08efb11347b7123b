package synth

import (
	"math"
	"time"

	"darksite/processing/stats"
)

const (
	// modelTemp is the temperature of the degradation model in degrees Celsius
	// (processing.md, section 9).
	modelTemp = -14.0
	// coolFactor is the uniform law of dark current per 4 degrees cooler
	// (processing.md, section 6).
	coolFactor = 0.70
)

// trend is a model parameter as a function of the year, with its slope
// changing in 2012.
type trend struct{ at2012, before, after float64 }

func (t trend) in(year float64) float64 {
	slope := t.after
	if year < 2012 {
		slope = t.before
	}
	return t.at2012 + float64(slope*(year-2012))
}

// The parameters of the smoothed twice broken power law (chandra_aca
// dark_model; processing.md, section 9).
var (
	slopeCool  = trend{0.075, -0.00692, -0.0207}
	slopeWarm  = trend{3.32, 0.0203, 0}
	slopeHot   = trend{2.40, 0.061, 0.061}
	breakWarm  = trend{192, 0.1, 0.1}    // e-/s
	amplitude  = trend{18400, 1450, 742} // pixels per bin at referenceRate
	breakHot   = 1000.0                  // e-/s
	reference  = 50.0                    // e-/s
	kernelTaps = 15
)

// decimalYear is the year with its fraction, leap years counted as such.
func decimalYear(t time.Time) float64 {
	t = t.UTC()
	start := time.Date(t.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
	end := start.AddDate(1, 0, 0)
	return float64(t.Year()) + float64(t.Sub(start))/float64(end.Sub(start))
}

// damagedPixels is the expected number of damaged pixels in each log bin of
// [stats.LogEdges] at modelTemp. Before 1999 the amplitude would be negative:
// there are none.
func damagedPixels(year float64) []float64 {
	edges := stats.LogEdges()
	g1, g2, g3 := slopeCool.in(year), slopeWarm.in(year), slopeHot.in(year)
	xb := breakWarm.in(year)
	a1 := max(0, amplitude.in(year))
	a2 := a1 * math.Pow(xb/reference, g2-g1)
	a3 := a2 * math.Pow(breakHot/reference, g3-g2)
	raw := make([]float64, len(edges)-1)
	for i := range raw {
		x := math.Sqrt(edges[i] * edges[i+1])
		switch {
		case x < xb:
			raw[i] = a1 * math.Pow(x/reference, -g1)
		case x < breakHot:
			raw[i] = a2 * math.Pow(x/reference, -g2)
		default:
			raw[i] = a3 * math.Pow(x/reference, -g3)
		}
	}
	// The kernel is not symmetric: its taps run from -0.75 to +0.65.
	kernel, sum := make([]float64, kernelTaps), 0.0
	for j := range kernel {
		u := -0.75 + 0.1*float64(j)
		kernel[j] = math.Exp(-0.5 * (u / 0.30) * (u / 0.30))
		sum += kernel[j]
	}
	smooth := make([]float64, len(raw))
	for i := range smooth {
		for j, k := range kernel {
			if m := i + kernelTaps/2 - j; m >= 0 && m < len(raw) {
				smooth[i] += raw[m] * k / sum
			}
		}
	}
	return smooth
}

// temperatureFactor scales a rate at modelTemp to another temperature.
func temperatureFactor(tCCD float64) float64 {
	return math.Pow(1/coolFactor, (tCCD-modelTemp)/4)
}
