package pixels

import (
	"fmt"
	"math"
	"time"

	"darksite/processing/ccd"
	"darksite/processing/chandra"
)

// Map is a dark map and what is known of it.
type Map struct {
	ID       chandra.ID
	Geometry ccd.Geometry
	Image    []float32        // dark current in e-/s, NaN where there is no value
	Temp     *chandra.Celsius // of the CCD; nil when it is not known
	// Time of the calibration, UTC. ID.Date() will do when only the day is
	// known: rates per day then have its uncertainty.
	Time time.Time
	// File is what the lists call the map, "2016125/image.fits"; may be "".
	File string
	// Simulated tells that it rests on simulated telemetry.
	Simulated bool
}

// check refuses what cannot be looked up by row and column.
func (m Map) check() error {
	if _, err := chandra.ParseID(string(m.ID)); err != nil {
		return err
	}
	if err := m.Geometry.CheckPixels(len(m.Image)); err != nil {
		return fmt.Errorf("map %s: %w", m.ID, err)
	}
	if m.Temp != nil && (math.IsNaN(float64(*m.Temp)) || math.IsInf(float64(*m.Temp), 0)) {
		return fmt.Errorf("map %s: CCD temperature %v: want a number, or nil when it is not known", m.ID, *m.Temp)
	}
	return nil
}

// source is the map as a report names it.
func (m Map) source() Source {
	s := Source{ID: m.ID, File: m.File, Simulated: m.Simulated}
	if !m.Time.IsZero() {
		s.Time = chandra.FormatDate(m.Time)
	}
	if m.Temp != nil {
		t := *m.Temp
		s.Temp = &t
	}
	return s
}

// known is true for a value that is a number.
func known(v float32) bool { return v-v == 0 }

// place is the pixel at an index into a map.
func place(g ccd.Geometry, i int) Place {
	row, col := g.RowColumn(i)
	return Place{int16(row), int16(col)}
}

// index is where a pixel lies in a map.
func (p Place) index(g ccd.Geometry) int { return g.Index(int(p.Row), int(p.Col)) }
