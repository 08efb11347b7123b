package warm

import (
	"time"

	"darksite/processing/chandra"
	"darksite/processing/model"
	"darksite/processing/scaling"
	"darksite/processing/stats"
)

// Threshold is what a pixel must exceed to be called warm, e-/s.
const Threshold = 100.0

// Counts are numbers of warm pixels of one calibration. The names are those of
// the published history (sot/state_of_aca, dark_cals_with_temp.txt).
type Counts struct {
	// CCDTemp that the corrections were made with.
	CCDTemp chandra.Celsius `json:"ccd_temp_c"`
	// Count is N>100, CountAdj is N above Limit.
	Count    int     `json:"count"`
	Limit    float64 `json:"limit"` // e-/s
	CountAdj int     `json:"count_adj"`
	// WithZodi is nil where the background is not known.
	WithZodi *WithZodi `json:"zodi"`
	// Scaled are the counts as they would be at another temperature.
	Scaled []Scaled `json:"scaled"`
	// Expected is what the model has at CCDTemp; nil before [ModelFrom].
	Expected *Expected `json:"expected"`
}

// WithZodi are the counts with the threshold raised by the background.
type WithZodi struct {
	EPerS     float64 `json:"e_per_s"` // the background
	CountZ    int     `json:"count_z"` // N>100+z
	LimitZ    float64 `json:"limit_z"` // e-/s
	CountAdjZ int     `json:"count_adj_z"`
}

// Scaled are the numbers of pixels above the thresholds of package stats, once
// a law took the map to another temperature.
type Scaled struct {
	Law     string          `json:"law"`
	CCDTemp chandra.Celsius `json:"ccd_temp_c"`
	Above   []stats.Above   `json:"above"`
}

// Expected are the numbers of pixels that the model has at a temperature.
type Expected struct {
	CCDTemp chandra.Celsius `json:"ccd_temp_c"`
	Above   []ExpectedAbove `json:"above"`
	// Ratio is Count over the model's N>100 at the calibration's temperature, of
	// as many pixels as the map has values; 0 where the model has none (see
	// [Expected.At]).
	Ratio float64 `json:"ratio_100"`
}

// At is the number of pixels that the model has above a threshold; ok is false
// where it has none to be compared with: beyond its reach, or less than half a pixel.
func (e *Expected) At(threshold int) (count float64, ok bool) {
	for _, a := range e.Above {
		if a.Threshold == threshold {
			return a.Count, a.Count >= 0.5
		}
	}
	return 0, false
}

// ExpectedAbove is the number of pixels that the model has above a threshold.
type ExpectedAbove struct {
	Threshold int     `json:"threshold"` // e-/s
	Count     float64 `json:"count"`
}

// ModelFrom is when the model begins to hold (package model).
var ModelFrom = time.Date(2007, 1, 1, 0, 0, 0, 0, time.UTC)

// Laws are the three laws by which Scaled are given.
func Laws() []scaling.Law { return []scaling.Law{scaling.Historic, scaling.Uniform, scaling.PerPixel} }

// Count counts the warm pixels of a map with a histogram, made at a time and
// CCD temperature, with a background in e-/s that may be nil, as they are and
// as they would be at the temperatures at. The error says that a temperature is
// out of the laws' reach.
func Count(h stats.Histogram, t time.Time, tCCD chandra.Celsius, zodiEPerS *float64, at ...chandra.Celsius) (*Counts, error) {
	// A threshold moves against the pixels: what is 100 e-/s at -19 C.
	up, err := scaling.Historic.Between(scaling.ReferenceTemp, tCCD)
	if err != nil {
		return nil, err
	}
	c := &Counts{CCDTemp: tCCD, Count: h.Above(Threshold), Limit: up.Rate(Threshold), Scaled: []Scaled{}}
	c.CountAdj = h.Above(c.Limit)
	if zodiEPerS != nil {
		z := *zodiEPerS
		limit := up.Rate(Threshold + z)
		c.WithZodi = &WithZodi{EPerS: z, CountZ: h.Above(Threshold + z), LimitZ: limit, CountAdjZ: h.Above(limit)}
	}
	for _, target := range at {
		for _, law := range Laws() {
			s, err := law.Between(tCCD, target)
			if err != nil {
				return nil, err
			}
			scaled := Scaled{Law: law.Name(), CCDTemp: target}
			for _, threshold := range stats.Thresholds {
				scaled.Above = append(scaled.Above, stats.Above{Threshold: threshold, Count: s.Above(h, float64(threshold))})
			}
			c.Scaled = append(c.Scaled, scaled)
		}
	}
	if !t.Before(ModelFrom) {
		if c.Expected, err = Expect(t, tCCD); err != nil {
			return nil, err
		}
		if n, ok := c.Expected.At(Threshold); ok && h.Pixels() > 0 {
			c.Expected.Ratio = float64(c.Count) / (n * float64(h.Pixels()) / model.Pixels)
		}
	}
	return c, nil
}

// Expect is what the model has at a time and a CCD temperature, at the
// thresholds it reaches. Ratio is 0. Where it has more pixels than the CCD, as
// centuries ahead, it is beyond its reach and has nothing.
func Expect(t time.Time, tCCD chandra.Celsius) (*Expected, error) {
	d, err := model.Expect(t, tCCD)
	if err != nil {
		return nil, err
	}
	e := &Expected{CCDTemp: tCCD, Above: []ExpectedAbove{}}
	for _, threshold := range stats.Thresholds {
		if n, ok := d.Above(float64(threshold)); ok && n <= model.Pixels {
			e.Above = append(e.Above, ExpectedAbove{threshold, n})
		}
	}
	return e, nil
}

// At are the counts that one law gives for a temperature; nil when they were
// not asked for.
func (c *Counts) At(law scaling.Law, tCCD chandra.Celsius) []stats.Above {
	for _, s := range c.Scaled {
		if s.Law == law.Name() && s.CCDTemp == tCCD {
			return s.Above
		}
	}
	return nil
}
