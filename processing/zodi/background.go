package zodi

import (
	"fmt"
	"math"
	"time"
)

const (
	// EPerSecPerUnit is the dark current that a unit of the table adds to each
	// pixel, e-/s (sot/state_of_aca, zodib of dark_cals_with_temp.txt;
	// "responsivity" of the dark_zodi_effect page).
	EPerSecPerUnit = 0.0108
	// UsualLimit is the brightest background, in units of the table, at which
	// the attitude tool offers an attitude (attitude.pl). 2005:191 had 432.
	UsualLimit = 250.0
)

// Background is the zodiacal background of a calibration.
type Background struct {
	El     float64 `json:"el_deg"`     // ecliptic longitude of the attitude, degrees, J2000
	Eb     float64 `json:"eb_deg"`     // ecliptic latitude of the attitude, degrees, J2000
	SunEl  float64 `json:"sun_el_deg"` // ecliptic longitude of the Sun, degrees
	LL0    float64 `json:"l_l0_deg"`   // their distance in longitude, degrees, 0 to 180
	ZodiB  float64 `json:"zodib"`      // brightness in units of the table
	EPerS  float64 `json:"e_per_s"`    // what it adds to each pixel, e-/s
	Closed bool    `json:"closed"`     // the sunshade door was closed: no light came in
}

// At is the background at an attitude (J2000, degrees) on the UTC day that
// holds t. On 1999:223 the sunshade door was closed and the background is 0.
// The error says what is wrong with an attitude that is none.
func At(t time.Time, raDeg, decDeg float64) (Background, error) {
	if !(raDeg >= 0 && raDeg <= 360) {
		return Background{}, fmt.Errorf("zodiacal background: right ascension %v: want 0 to 360 degrees", raDeg)
	}
	if !(decDeg >= -90 && decDeg <= 90) {
		return Background{}, fmt.Errorf("zodiacal background: declination %v: want -90 to 90 degrees", decDeg)
	}
	b := Background{SunEl: SunLongitude(t)}
	b.El, b.Eb = Ecliptic(raDeg, decDeg)
	b.LL0 = math.Abs(b.SunEl - b.El)
	if b.LL0 > 180 {
		b.LL0 = 360 - b.LL0
	}
	if t = t.UTC(); t.Year() == 1999 && t.YearDay() == 223 {
		b.Closed = true
		return b, nil
	}
	b.ZodiB, _ = Brightness(b.Cell()) // the checks above leave no other cells
	b.EPerS = b.ZodiB * EPerSecPerUnit
	return b, nil
}

// Cell is the entry of the table that applies: whole degrees, cut off.
func (b Background) Cell() Cell {
	return Cell{Longitude: int(b.LL0), Latitude: int(math.Abs(b.Eb))}
}

// Published is the background as the archive and the reports hold it: angles
// and brightness rounded to two decimals, and the e-/s from the rounded
// brightness.
func (b Background) Published() Background {
	for _, v := range []*float64{&b.El, &b.Eb, &b.SunEl, &b.LL0, &b.ZodiB} {
		*v = math.Round(*v*100)/100 + 0 // + 0 makes -0 a 0
	}
	b.El, b.SunEl = turn(b.El), turn(b.SunEl) // 359.996 is 0.00
	b.EPerS = b.ZodiB * EPerSecPerUnit
	return b
}
