package scaling

import "math"

// Scaling takes dark currents from one CCD temperature to another. Make it with
// [Law.Between].
type Scaling struct {
	byPixel bool
	// factor multiplies every rate of a constant law, and those up to lowest
	// of the per-pixel law; hottest those from highest up.
	factor, hottest float64
	degrees         float64 // to - from, C
}

// The per-pixel law D' = D exp(k(D) (T'-T)). Its slope k, in 1/C, is a quadratic
// in y = ln(D in e-/s, kept within 20 to 10000) - gain*tempK (chandra_aca
// dark_model, dark_temp_scale_img; tempK is fixed there).
const (
	lowest, highest = 20.0, 1e4 // e-/s; beyond, the slope stays what it is there

	tempK    = 265.15
	gain     = 0.190718453
	origin   = gain * tempK
	slope0   = -4.88802057 - 1.66791619e-4*tempK
	slope1   = -0.222596103
	slope2   = -2.45720364e-3
	lnLowest = 2.995732273553991 // ln 20
	lnHigh   = 9.210340371976182 // ln 10000
)

// slope is k in 1/C for ln D between lnLowest and lnHigh.
func slope(lnRate float64) float64 {
	y := lnRate - origin
	return slope0 + y*(slope1+float64(y*slope2))
}

func newPerPixel(degrees float64) Scaling {
	return Scaling{
		byPixel: true,
		factor:  math.Exp(slope(lnLowest) * degrees),
		hottest: math.Exp(slope(lnHigh) * degrees),
		degrees: degrees,
	}
}

// Rate is the dark current in e-/s of a pixel that had ePerS. NaN stays NaN.
func (s Scaling) Rate(ePerS float64) float64 {
	switch {
	case !s.byPixel || ePerS <= lowest:
		return ePerS * s.factor
	case ePerS >= highest:
		return ePerS * s.hottest
	}
	return ePerS * math.Exp(slope(math.Log(ePerS))*s.degrees)
}

// Source is the inverse of Rate: the dark current in e-/s that becomes ePerS.
// Pixels above a threshold after scaling are those above its Source before.
func (s Scaling) Source(ePerS float64) float64 {
	switch {
	case !s.byPixel || ePerS <= lowest*s.factor:
		return ePerS / s.factor
	case ePerS >= highest*s.hottest:
		return ePerS / s.hottest
	case math.IsNaN(ePerS):
		return ePerS
	}
	// ln D' = y + origin + degrees (slope0 + slope1 y + slope2 y^2) is a
	// quadratic in y. The root on the rising branch, in the form that does not
	// cancel.
	t := s.degrees
	a, b, c := slope2*t, 1+float64(slope1*t), origin+float64(slope0*t)-math.Log(ePerS)
	root := math.Sqrt(max(0, float64(b*b)-4*a*c))
	var y float64
	if b >= 0 {
		y = -2 * c / (b + root)
	} else {
		y = (root - b) / (2 * a)
	}
	return min(highest, max(lowest, math.Exp(y+origin)))
}
