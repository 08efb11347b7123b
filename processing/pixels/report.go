package pixels

import (
	"fmt"
	"math"

	"darksite/processing/ccd"
	"darksite/processing/chandra"
	"darksite/processing/scaling"
)

// Settings say what is warm, hot and changed, and which pixels are listed.
type Settings struct {
	Warm   float64 // e-/s; warm is strictly above
	Hot    float64 // e-/s; hot is strictly above
	Change Change
	Noise  Noise
	// CommonTemp is where two maps are compared; nil is the temperature of the
	// earlier map.
	CommonTemp *chandra.Celsius
	Law        scaling.Law
	// List are the classes that are listed; pixels of all others are counted.
	List Class
}

// Change is the least change that counts. Both conditions must hold.
type Change struct {
	// EPerS is exceeded by the difference of the two rates, in e-/s.
	EPerS float64 `json:"e_per_s"`
	// Factor is exceeded by the ratio of the larger to the smaller. Negative
	// rates count as 0.
	Factor float64 `json:"factor"`
}

// Noise is what two maps of the same pixel differ by, a standard deviation of
//
//	sqrt(2 Readout^2 + Shot^2 (D1 + D2))  e-/s
//
// for the rates D1 and D2 in e-/s, negative ones counted as 0.
type Noise struct {
	Readout float64 `json:"readout_e_per_s"` // of one map
	// Shot is the standard deviation of one map at 1 e-/s; it grows as the root
	// of the rate.
	Shot float64 `json:"shot_e_per_s"`
	// Sigmas is how many standard deviations are exceeded beyond noise.
	Sigmas float64 `json:"sigmas"`
}

// DefaultSettings has the thresholds of the reports since 2000: warm above 100,
// hot above 3000 e-/s (processing.md, section 7), compared by the per-pixel law
// at the temperature of the earlier map.
//
// Changed is doubled or halved, by more than 50 e-/s. The amount is for the
// noise: the difference of the medians of five integrations of 10 s and of 5 s,
// over 5 s, has the variance 0.2868 (10 + 5) D / 25 at D e-/s, a shot noise of
// 0.41 sqrt(D) e-/s. With a readout noise of 4 e-/s in each map, the difference
// between 100 and 50 e-/s, where the two conditions meet, is uncertain by 8
// e-/s, so the amount is six standard deviations: less than one pixel of a
// whole map. The factor is for what moves many pixels at
// once: a wrong temperature must be wrong by 6 C, and flicker, whose model has
// no jumps above 2.2 (0.35 decades; chandra_aca aca_image, 2019), rarely gets
// there.
//
// Beyond noise is beyond five standard deviations.
//
// All but pixels that are only warm are listed. Of those a map of 2024 has
// 600,000, and image.fits tells which in a third of the bytes that a list needs.
func DefaultSettings() Settings {
	return Settings{
		Warm:   100,
		Hot:    3000,
		Change: Change{EPerS: 50, Factor: 2},
		Noise:  Noise{Readout: 4, Shot: 0.41, Sigmas: 5},
		Law:    scaling.PerPixel,
		List:   AllClasses &^ (Warm | BeyondNoise),
	}
}

func (s Settings) check() error {
	finite := func(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
	switch {
	case !(s.Warm > 0 && s.Hot > s.Warm && finite(s.Hot)):
		return fmt.Errorf("warm above %v e-/s, hot above %v e-/s: want two positive thresholds, the second higher, such as 100 and 3000", s.Warm, s.Hot)
	case !(s.Change.EPerS > 0 && finite(s.Change.EPerS) && s.Change.Factor >= 1 && finite(s.Change.Factor)):
		return fmt.Errorf("changed by more than %v e-/s and a factor of %v: want a positive amount and a factor of at least 1, such as 50 and 2", s.Change.EPerS, s.Change.Factor)
	case !(s.Noise.Readout >= 0 && s.Noise.Shot >= 0 && s.Noise.Sigmas >= 0 && finite(s.Noise.Readout+s.Noise.Shot+s.Noise.Sigmas)):
		return fmt.Errorf("noise of %v and %v e-/s, %v standard deviations: want none negative, such as 4, 0.41 and 5", s.Noise.Readout, s.Noise.Shot, s.Noise.Sigmas)
	}
	return nil
}

// Report is what two maps, or one, say of the CCD's pixels.
type Report struct {
	Geometry  ccd.Geometry `json:"geometry"`
	WarmAbove float64      `json:"warm_above_e_per_s"`
	HotAbove  float64      `json:"hot_above_e_per_s"`
	Now       Source       `json:"now"`
	// Warm and Hot count the map as it is; all hot pixels are warm too.
	Warm Count `json:"warm"`
	Hot  Count `json:"hot"`
	// Missing counts the pixels of this map that have no value.
	Missing int `json:"missing"`
	// Since is nil when there is no earlier map.
	Since *Difference `json:"since,omitempty"`
	// Listed counts Pixels, which rise by row, then column.
	Listed int     `json:"listed"`
	Pixels []Pixel `json:"-"`
}

// Source names a map.
type Source struct {
	ID   chandra.ID       `json:"id"`
	File string           `json:"file,omitempty"`
	Time string           `json:"time,omitempty"` // UTC, YYYY:DDD:HH:MM:SS.sss
	Temp *chandra.Celsius `json:"ccd_temp_c"`
	// Simulated tells that it rests on simulated telemetry.
	Simulated bool `json:"simulated,omitempty"`
}

// Count is a number of pixels, also by quadrant, A to D.
type Count struct {
	Total     int    `json:"total"`
	Quadrants [4]int `json:"quadrants"`
}

func (c *Count) add(quadrant int) {
	c.Total++
	c.Quadrants[quadrant]++
}

// Difference is what became of the pixels between two calibrations.
type Difference struct {
	Before Source  `json:"before"`
	Days   float64 `json:"days"`
	// CommonTemp is where rates were compared. It is nil, and Law is "", when
	// they were compared as measured because a temperature is not known; Note
	// says so in a sentence.
	CommonTemp *chandra.Celsius `json:"common_temp_c"`
	Law        string           `json:"law,omitempty"`
	Note       string           `json:"note,omitempty"`
	// Compared pixels have a value in both maps, NotComparable ones lack at
	// least one and are neither new nor gone nor changed.
	Compared      int      `json:"compared"`
	NotComparable int      `json:"not_comparable"`
	Warm          Crossing `json:"warm"`
	Hot           Crossing `json:"hot"`
	Change        Change   `json:"change"`
	Noise         Noise    `json:"noise"`
	Brighter      Count    `json:"brighter"`
	Fainter       Count    `json:"fainter"`
	// MedianRatio is that of now to before over the pixels that are warm in
	// both maps at the common temperature, to 0.001; nil when there are none.
	// It is near 1. If it is not, first doubt a temperature: 0.1 is about 1 C.
	MedianRatio *float64 `json:"median_ratio"`
}

// Crossing is the traffic over one threshold at the common temperature.
type Crossing struct {
	New    Count `json:"new"`
	Gone   Count `json:"gone"`
	Stayed Count `json:"stayed"` // above in both
	// Created and Recovered are those of New and Gone that have changed beyond
	// noise. The others crossed a threshold that they lie close to, about as
	// many each way, however many days there are between.
	Created   Count `json:"created"`
	Recovered Count `json:"recovered"`
	// Pixels per day. Net is of New less Gone, in which noise cancels, and so
	// the growth of the number above the threshold.
	CreatedPerDay   float64 `json:"created_per_day"`
	RecoveredPerDay float64 `json:"recovered_per_day"`
	NetPerDay       float64 `json:"net_per_day"`
}

func (c *Crossing) rates(days float64) {
	c.CreatedPerDay = float64(c.Created.Total) / days
	c.RecoveredPerDay = float64(c.Recovered.Total) / days
	c.NetPerDay = float64(c.New.Total-c.Gone.Total) / days
}

// Pixel is an entry of a list. Rates are in e-/s; those that are not known are
// NaN.
type Pixel struct {
	Row, Col int16 // of the CCD
	// Now and Before are as in the two maps.
	Now, Before float32
	// NowCommon and BeforeCommon are at the common temperature, or as in the
	// maps when they were compared as measured.
	NowCommon, BeforeCommon float32
	Class                   Class
}

// Quadrant is the quadrant of the CCD that the pixel lies in.
func (p Pixel) Quadrant(g ccd.Geometry) ccd.Quadrant { return g.QuadrantAt(int(p.Row), int(p.Col)) }

// Pick gives the pixels that have any of the classes, in their order.
func Pick(list []Pixel, classes Class) (picked []Pixel) {
	for _, p := range list {
		if p.Class&classes != 0 {
			picked = append(picked, p)
		}
	}
	return picked
}
