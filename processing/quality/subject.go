package quality

import (
	"fmt"

	"darksite/processing/artifact"
	"darksite/processing/pixels"
	"darksite/processing/scaling"
)

// Subject is what is judged. Only the calibration is necessary; clauses whose
// number is missing come out as unknown.
type Subject struct {
	Calibration *artifact.Calibration
	Measured    Measured
}

// Measured is what images and rows tell and calibration.json does not hold.
// Where it is kept as JSON, calibrations can be judged again without them.
type Measured struct {
	// Column is the fixed bad column; nil without an image.
	Column *pixels.Column `json:"bad_column"`
	// Orientation is how the hot pixels of the previous calibration fit this
	// map; nil when there is none.
	Orientation *pixels.Orientation `json:"orientation"`
	// Change is against the previous calibration; nil, or without Since, when
	// there is none.
	Change *pixels.Report `json:"change"`
	// Risen are the places that became brighter since then.
	Risen []Risen `json:"risen"`
	// Bits of the readouts; nil without rows.
	Bits []Bits `json:"bits"`
}

const (
	// listAbove is what a pixel must exceed in the earlier map, at the
	// temperature of the later one, to be looked up there, e-/s. At 1000 e-/s the
	// degradation model has 140 pixels for 2007006, the coldest calibration, and
	// 500 at the -13.6 C of 2015 (package model).
	listAbove = 1000
	// keptAbove is what it must exceed there, e-/s: half, which a pixel loses by
	// flicker only rarely (pixels.DefaultSettings).
	keptAbove = pixels.OrientationLevel
)

// MeasurePixels takes from a map, and from that of the calibration before it
// (nil when there is none), what clauses need of them. Bits stay nil.
func MeasurePixels(now pixels.Map, before *pixels.Map) (Measured, error) {
	column, err := pixels.BadColumn(now.Image, pixels.Upright)
	if err != nil {
		return Measured{}, fmt.Errorf("calibration %s: %w", now.ID, err)
	}
	p := Measured{Column: &column}
	settings := pixels.DefaultSettings()
	settings.List = pixels.Brighter
	if before == nil {
		p.Change, err = pixels.Find(now, settings)
		return p, err
	}
	if p.Change, err = pixels.Compare(now, *before, settings); err != nil {
		return p, err
	}
	p.Risen = findRisen(p.Change.Pixels)
	p.Change.Pixels, p.Change.Listed = nil, 0
	rule := pixels.Rule{Threshold: listAbove, Combine: pixels.Max, At: pixels.Own, Law: scaling.PerPixel}
	if now.Temp != nil && before.Temp != nil {
		rule.At, rule.Temp = pixels.Fixed, now.Temp
	}
	hot, err := pixels.Select([]pixels.Map{*before}, rule)
	if err != nil {
		return p, err
	}
	o, err := pixels.Orient(hot.List, now.Image, keptAbove)
	if err != nil {
		return p, fmt.Errorf("calibration %s: %w", now.ID, err)
	}
	p.Orientation = &o
	return p, nil
}
