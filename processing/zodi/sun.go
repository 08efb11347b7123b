package zodi

import (
	"math"
	"time"
)

const (
	degree = math.Pi / 180
	arcsec = 1.0 / 3600 // degrees
	day    = 24 * time.Hour
)

// SunLongitude is the apparent ecliptic longitude of the Sun in degrees, 0 to
// 360, from the equinox of date, at 00:00 UTC of the day that holds t. It lies
// within 0.01 degrees of the true one.
//
// The terms are Newcomb's, as in the attitude tool of the dark calibrations
// (sot/dark_cal_att_gen attitude.pl, after the IDL astronomy library's SUNPOS)
// without its planets and Moon. That tool counts days from JD 2450814.0, half a
// day early; the published values fit 1998-01-01 = JD 2450814.5.
func SunLongitude(t time.Time) float64 {
	year, month, dom := t.UTC().Date()
	midnight := time.Date(year, month, dom, 0, 0, 0, 0, time.UTC)
	epoch := time.Date(1998, time.January, 1, 0, 0, 0, 0, time.UTC)
	jd := 2450814.5 + float64(midnight.Sub(epoch)/day)
	c := (jd - 2415020) / 36525 // Julian centuries since 1900

	mean := 279.696678 + float64(36000.768925*c)
	anomaly := (358.475844 + float64(35999.04975*c)) * degree
	node := (259.183275 - float64(1934.142008*c)) * degree // of the Moon

	centre := float64((6910.1-float64(17.2*c))*math.Sin(anomaly)) + float64(72.3*math.Sin(2*anomaly))
	const aberration = -20.5
	nutation := float64(-17.2 * math.Sin(node))
	return turn(mean + (centre+aberration+nutation)*arcsec)
}

// Ecliptic turns right ascension and declination, J2000, into ecliptic
// longitude, 0 to 360, and latitude, -90 to 90, all in degrees.
func Ecliptic(raDeg, decDeg float64) (elDeg, ebDeg float64) {
	// Sine and cosine of the obliquity of 2000 (attitude.pl, ra_dec_el_eb).
	const sine, cosine = 0.39777715593, 0.91748206207
	sinRA, cosRA := math.Sincos(raDeg * degree)
	sinDec, cosDec := math.Sincos(decDeg * degree)
	x := cosDec * cosRA
	y := float64(cosine*cosDec*sinRA) + float64(sine*sinDec)
	z := float64(cosine*sinDec) - float64(sine*cosDec*sinRA)
	return turn(math.Atan2(y, x) / degree), math.Asin(max(-1, min(1, z))) / degree
}

// turn brings an angle into 0 up to 360 degrees.
func turn(deg float64) float64 {
	deg = math.Mod(deg, 360)
	if deg < 0 {
		deg += 360
	}
	if deg >= 360 { // a tiny negative angle rounds up to a whole turn
		return 0
	}
	return deg
}
