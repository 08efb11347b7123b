package starcheck

import (
	"fmt"
	"math"

	"darksite/processing/chandra"
	"darksite/processing/zodi"
)

// offsets is where the centre lies as seen from each replica, along the ACA's Y
// and Z axes, arcseconds: the first at the centre, the others on a circle of
// 120. The dark current checker of starcheck has the same as dx = -Z and dy = Y
// (inputs-and-pages.md, section C5).
var offsets = [replicasOfOne][2]float64{{0, 0}, {103.92, 60}, {60, -103.92}, {-103.92, -60}, {-60, 103.92}}

const (
	circleArcsec = 120.0
	// offsetArcsec is how far a target may be from its place (section C5).
	offsetArcsec = 2.0
	// candidateArcsec is how far a centre may be from a candidate (section J3).
	candidateArcsec = 1.0
	// attitudeArcsec is how far the commanded quaternion, of eight decimals,
	// may be from the angles that are printed, of six.
	attitudeArcsec = 0.1
	// temperatureC is how far a temperature may be from another (section J4).
	temperatureC = 1.0
)

// Against is what a calibration is held against.
type Against struct {
	// Candidates are the attitudes that calibrations are chosen from; none are
	// not looked at.
	Candidates []Attitude
	// Temperatures are those that others say.
	Temperatures []Temperature
}

// Temperature is one of the CCD that another source says.
type Temperature struct {
	Celsius chandra.Celsius
	// Whose is said in the sentence, for example "info.csv" or "2015:090".
	Whose string
}

// Check says what is unusual about a planned calibration, a sentence for each.
func (c Calibration) Check(a Against) (warnings []string) {
	warnf := func(format string, args ...any) { warnings = append(warnings, fmt.Sprintf(format, args...)) }
	if len(a.Candidates) > 0 {
		closest := math.Inf(1)
		for _, one := range a.Candidates {
			closest = min(closest, c.Centre.Attitude.Separation(one))
		}
		if !(closest <= candidateArcsec) {
			warnf("the attitude %.6f %.6f is none of the %d candidates for calibrations: the closest is %s away", c.Centre.Attitude.RADeg, c.Centre.Attitude.DecDeg, len(a.Candidates), apart(closest))
		}
	}
	if b, err := zodi.At(c.ID.Date(), c.Centre.Attitude.RADeg, c.Centre.Attitude.DecDeg); err != nil {
		warnf("%v", err)
	} else if z := b.Published(); z.ZodiB > zodi.UsualLimit {
		warnf("the zodiacal background is %.2f, above the usual limit of %.0f: it adds %.2f e-/s to each pixel", z.ZodiB, zodi.UsualLimit, z.EPerS)
	}
	for _, r := range c.Replicas {
		if s := r.checkOffset(c.Centre.Attitude); s != "" {
			warnf("%s", s)
		}
		if !r.Quaternion.IsZero() {
			if from := r.Quaternion.Attitude().Separation(r.Attitude); from > attitudeArcsec {
				warnf("replica %d: its quaternion points %.1f arcsec away from its right ascension and declination", r.Number, from)
			}
		}
	}
	if c.Centre.PredictedC != nil {
		for _, t := range a.Temperatures {
			if d := *c.Centre.PredictedC - t.Celsius; math.Abs(float64(d)) > temperatureC {
				warnf("the CCD temperature that was predicted, %.1f C, and that of %s, %.2f C, differ by %.1f C", *c.Centre.PredictedC, t.Whose, t.Celsius, math.Abs(float64(d)))
			}
		}
	}
	return warnings
}

// apart is an angle in words.
func apart(arcseconds float64) string {
	if arcseconds < 3600 {
		return fmt.Sprintf("%.1f arcsec", arcseconds)
	}
	return fmt.Sprintf("%.1f degrees", arcseconds/3600)
}

// checkOffset compares a replica's place with the one it should have.
func (r Replica) checkOffset(centre Attitude) string {
	if r.Number < 1 || r.Number > len(offsets) {
		return ""
	}
	want := offsets[r.Number-1]
	y, z := r.Attitude.From(centre)
	distance := math.Hypot(y, z)
	switch {
	case math.Hypot(y-want[0], z-want[1]) <= offsetArcsec:
		return ""
	case r.Number > 1 && math.Hypot(y-10*want[0], z-10*want[1]) <= 10*offsetArcsec:
		return fmt.Sprintf("replica %d lies %.0f arcsec from the centre, ten times the usual %.0f, as in 2005:070 and 2005:191", r.Number, distance, circleArcsec)
	case r.Number > 1 && math.Abs(distance-circleArcsec) <= offsetArcsec:
		return fmt.Sprintf("replica %d lies %.0f arcsec from the centre as usual, but in another direction", r.Number, distance)
	}
	return fmt.Sprintf("replica %d lies %.1f arcsec from the centre, not %.0f within %.0f", r.Number, distance, math.Hypot(want[0], want[1]), offsetArcsec)
}
