package model

import (
	"fmt"
	"math"
	"sort"
	"time"

	"darksite/processing/ccd"
	"darksite/processing/chandra"
	"darksite/processing/scaling"
	"darksite/processing/stats"
)

// Distribution is the expected dark current of the CCD.
type Distribution struct {
	// Edges of the bins in e-/s at the CCD's temperature, rising, 75 of them.
	Edges []float64
	// Pixels is the expected number of pixels in each of the 74 bins, not per
	// e-/s.
	Pixels []float64
}

// Expect is the dark current expected at a time and a CCD temperature. The
// error says that the temperature is further from [ReferenceTemp] than the law
// of temperature goes.
func Expect(t time.Time, tCCD chandra.Celsius) (Distribution, error) {
	warmer, err := scaling.Uniform.Between(ReferenceTemp, tCCD)
	if err != nil {
		return Distribution{}, fmt.Errorf("degradation model: %w", err)
	}
	d := Distribution{Edges: stats.LogEdges(), Pixels: PixelsPerBin(FractionalYear(t))}
	for i, e := range d.Edges {
		d.Edges[i] = warmer.Rate(e)
	}
	return d, nil
}

// Above is the expected number of pixels above a threshold in e-/s. ok is false
// where the model has no bins to tell: at or below its first edge, 2 e-/s at
// -14 C, and in its last bin, from 8900 e-/s at -14 C.
//
// The bin that holds the threshold counts in part: that part is of the pixels
// in the bin above it, as in chandra_aca, get_warm_fracs, whose numbers stars
// are selected and limits are set with. So where the bins fall steeply the
// result is low by up to the difference of two neighbouring bins, and it steps
// at the edges of bins: for 2020 at -11 C it is 4 % low above 1000 e-/s, and
// right within 0.3 % above 200.
func (d Distribution) Above(thresholdEPerS float64) (pixels float64, ok bool) {
	n := sort.SearchFloat64s(d.Edges, thresholdEPerS) // the first edge at or above
	if n == 0 || n >= len(d.Pixels) {
		return 0, false
	}
	for _, p := range d.Pixels[n:] {
		pixels += p
	}
	if d.Pixels[n] <= 0 || d.Pixels[n-1] <= 0 {
		return pixels, true
	}
	// Interpolated as a power law of the logarithm.
	low, at, high := math.Log(d.Edges[n-1]), math.Log(thresholdEPerS), math.Log(d.Edges[n])
	power := math.Log(d.Pixels[n]/d.Pixels[n-1]) / (high - low)
	end := math.Pow(high, power)
	part := (end - math.Pow(at, power)) / (end - math.Pow(low, power))
	if math.IsNaN(part) || math.IsInf(part, 0) {
		return 0, false // edges below 1 e-/s, at less than -21 C
	}
	return pixels + float64(d.Pixels[n]*part), true
}

// Pixels is the number of those of the ACA's CCD, which the model is of.
var Pixels = float64(ccd.ACA.Pixels())
