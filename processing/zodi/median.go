package zodi

import (
	"math"
	"slices"
)

// Median is the background of a map that is, pixel by pixel, a median over
// exposures with these backgrounds; there must be at least one. What a median
// over pixels holds of it is the median of the backgrounds, the mean of the middle
// two for an even number: an exposure at a bright field is an outlier like any
// other. Angles of several fields have no median: they are those of the exposure
// whose brightness is nearest to it, the first of equals.
func Median(all []Background) Background {
	units := make([]float64, len(all))
	for i, b := range all {
		units[i] = b.ZodiB
	}
	slices.Sort(units)
	middle := (units[(len(units)-1)/2] + units[len(units)/2]) / 2
	nearest := all[0]
	for _, b := range all {
		if math.Abs(b.ZodiB-middle) < math.Abs(nearest.ZodiB-middle) {
			nearest = b
		}
	}
	nearest.ZodiB, nearest.EPerS = middle, middle*EPerSecPerUnit
	return nearest
}

// Separation is the angle between two directions, J2000, all in degrees.
func Separation(ra1, dec1, ra2, dec2 float64) float64 {
	sinDec := math.Sin((dec2 - dec1) * degree / 2)
	sinRA := math.Sin((ra2 - ra1) * degree / 2)
	h := float64(sinDec*sinDec) + float64(math.Cos(dec1*degree)*math.Cos(dec2*degree)*sinRA*sinRA)
	return 2 * math.Asin(math.Sqrt(min(1, h))) / degree
}
