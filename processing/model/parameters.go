package model

import (
	"math"
	"time"

	"darksite/processing/chandra"
	"darksite/processing/stats"
)

const (
	// ReferenceTemp is the CCD temperature that the parameters are for.
	ReferenceTemp chandra.Celsius = -14
	// FirstYear is the first that the model was fitted to.
	FirstYear = 2007
)

// trend is a parameter as a function of the year, with its slope changing in
// 2012.
type trend struct{ at2012, before, after float64 }

func (t trend) in(year float64) float64 {
	slope := t.after
	if year < 2012 {
		slope = t.before
	}
	return t.at2012 + float64(slope*(year-2012))
}

// The parameters (chandra_aca dark_model, get_sbp_pars): at 2012, and their
// change per year before and after.
var (
	coolExponent = trend{0.075, -0.00692, -0.0207}
	warmExponent = trend{3.32, 0.0203, 0}
	hotExponent  = trend{2.40, 0.061, 0.061}
	warmBreak    = trend{192, 0.1, 0.1}    // e-/s, where warm begins
	amplitude    = trend{18400, 1450, 742} // pixels per bin at pivot
)

const (
	hotBreak = 1000.0 // e-/s, where hot begins
	pivot    = 50.0   // e-/s
)

// FractionalYear is the year and the part of it that has passed, leap years
// counted as such: 2012.5 is the middle of its 366 days.
func FractionalYear(t time.Time) float64 {
	t = t.UTC()
	start := time.Date(t.Year(), time.January, 1, 0, 0, 0, 0, time.UTC)
	next := time.Date(t.Year()+1, time.January, 1, 0, 0, 0, 0, time.UTC)
	return float64(t.Year()) + float64(t.Sub(start))/float64(next.Sub(start))
}

// PixelsPerBin is the expected number of pixels in each bin of [stats.LogEdges]
// at [ReferenceTemp], for a fractional year. Before 1999.3, where the amplitude
// would be negative, there are none.
func PixelsPerBin(year float64) []float64 {
	edges := stats.LogEdges()
	cool, warm, hot := coolExponent.in(year), warmExponent.in(year), hotExponent.in(year)
	warmFrom := warmBreak.in(year)
	// The three pieces meet at the breaks.
	coolAt := max(0, amplitude.in(year))
	warmAt := coolAt * math.Pow(warmFrom/pivot, warm-cool)
	hotAt := warmAt * math.Pow(hotBreak/pivot, hot-warm)
	pixels := make([]float64, len(edges)-1)
	for i := range pixels {
		centre := math.Sqrt(edges[i] * edges[i+1])
		switch {
		case centre < warmFrom:
			pixels[i] = coolAt * math.Pow(centre/pivot, -cool)
		case centre < hotBreak:
			pixels[i] = warmAt * math.Pow(centre/pivot, -warm)
		default:
			pixels[i] = hotAt * math.Pow(centre/pivot, -hot)
		}
	}
	return smooth(pixels)
}

// The Gaussian that smooths the breaks over bins; its sigma is three bins. The
// taps run from -0.75 to +0.65, so it is not quite symmetric (chandra_aca
// dark_model, smooth_twice_broken_pow).
const (
	taps     = 15
	firstTap = -0.75
	tapStep  = 0.10
	sigma    = 0.30
)

// smooth convolves with that Gaussian. Beyond both ends there are no pixels.
func smooth(pixels []float64) []float64 {
	var kernel [taps]float64
	sum := 0.0
	for j := range kernel {
		u := (firstTap + float64(tapStep*float64(j))) / sigma
		kernel[j] = math.Exp(-0.5 * u * u)
		sum += kernel[j]
	}
	smoothed := make([]float64, len(pixels))
	for i := range smoothed {
		for j, k := range kernel {
			if from := i + taps/2 - j; from >= 0 && from < len(pixels) {
				smoothed[i] += float64(pixels[from] * (k / sum))
			}
		}
	}
	return smoothed
}
