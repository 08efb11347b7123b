package synth

import (
	"math"
	"slices"
	"time"

	"darksite/processing/chandra"
	"darksite/processing/model"
	"darksite/processing/scaling"
	"darksite/processing/stats"
	"darksite/processing/telemetry"
)

// pixels of the CCD, whose telemetry is made.
var pixels = telemetry.CCD.Pixels()

// The undamaged CCD: two lognormal populations in e-/s (2008 model;
// processing.md, section 9).
const (
	pristineMany       = 698576.0 // pixels of the first population, of 1048576
	pristineManyRate   = 4.5
	pristineManySpread = 0.25
	pristineFewRate    = 2.5
	pristineFewSpread  = 0.45
	// The populations are taken as of -19 C and brought to the -14 C of the
	// degradation model by the factor in use at that time, 0.62 per 4 C. So
	// the maps have the published median, mean and peak of 1999:223 and
	// 2009:279. The published counts of a synthetic map for 2017:010 go with a
	// level a third higher.
	pristineTemp       = -19.0
	pristineCoolFactor = 0.62
)

// flicker is the standard deviation of a pixel's place in the order of damage
// from day to day, in factors of two of its rank. It is chosen so that 95 to
// 98 % of the hot pixels of one calibration are hot in the next, as in the
// real lists (processing.md, section 11).
const flicker = 0.05

// The fixed bad column (processing.md, section 3).
const (
	badCol      = 454
	badFirstRow = -245
	badLastRow  = 0
	// badColRate is its dark current at -14 C in e-/s. The real one is not
	// known; the published counts above 1000 e-/s leave no room for 246 more.
	badColRate = 250.0
)

// DarkMap is the dark current of a CCD in e-/s, 1024 x 1024 pixels indexed
// [(row+512)*1024 + col+512], on a day and at a temperature in degrees
// Celsius, at most 50 from the -14 of the degradation model; further is an
// error. It follows the recipe for synthetic maps in processing.md, section 9:
// Poisson counts per bin of the degradation model, spread evenly in the
// logarithm of the rate and added to an undamaged CCD.
//
// The seed is the CCD. It fixes, for all days, the undamaged rates, the
// scatter of the counts and the order in which pixels are damaged: the hottest
// rate of a day goes to the first pixel of that order, and so on, so a pixel
// that is hot stays so and others join. A little flicker, fresh every day,
// exchanges neighbours in that order.
func DarkMap(seed uint64, date time.Time, tCCD float64) ([]float32, error) {
	older, err := scaling.UniformPer4C(1 / pristineCoolFactor)
	if err != nil {
		return nil, err
	}
	pristine, err := older.Between(pristineTemp, model.ReferenceTemp)
	if err != nil {
		return nil, err
	}
	return darkMap(seed, date, tCCD, pristine.Rate(1))
}

// darkMap is DarkMap with the pristine populations multiplied by a factor to
// bring them to the temperature of the degradation model.
func darkMap(seed uint64, date time.Time, tCCD, pristine float64) ([]float32, error) {
	warmer, err := scaling.Uniform.Between(model.ReferenceTemp, chandra.Celsius(tCCD))
	if err != nil {
		return nil, err
	}
	half := normalHalf()
	rates := make([]float64, pixels)
	day := uint64(date.UTC().Unix() / 86400)
	draw, daily := newSource(seed, tagPixels), newSource(seed, tagFlicker, day)
	order := make([]uint64, pixels)
	for p := range rates {
		rate, spread := pristineManyRate, pristineManySpread
		if draw.uniform() >= pristineMany/float64(pixels) {
			rate, spread = pristineFewRate, pristineFewSpread
		}
		rates[p] = rate * math.Exp(spread*draw.normal(half)) * pristine
		// The rank is kept in steps of 2^-20 of a factor of two, above 20 bits
		// for the pixel; 4 keeps it positive under flicker.
		rank := 4 - math.Log2(1-draw.uniform()) + float64(flicker*daily.normal(half))
		order[p] = uint64(rank*(1<<20))<<20 | uint64(p)
	}
	slices.Sort(order)

	edges := stats.LogEdges()
	next := len(order)
	counts := model.PixelsPerBin(model.FractionalYear(date))
	for b := len(counts) - 1; b >= 0; b-- {
		n := newSource(seed, tagCounts, uint64(b)).poisson(counts[b])
		variates := newSource(seed, tagVariates, uint64(b))
		width := math.Log(edges[b+1] / edges[b])
		// When every pixel has a share, the coolest are left out.
		for k := 0; k < n && next > 0; k++ {
			next--
			p := order[next] & (1<<20 - 1)
			rates[p] += edges[b+1] * math.Exp(-width*(float64(k)+variates.uniform())/float64(n))
		}
	}
	for row := badFirstRow; row <= badLastRow; row++ {
		rates[telemetry.CCD.Index(row, badCol)] += badColRate
	}
	dark := make([]float32, pixels)
	for p, rate := range rates {
		dark[p] = steps(warmer.Rate(rate))
	}
	return dark, nil
}
