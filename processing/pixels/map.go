package pixels

import (
	"fmt"
	"math"
	"time"

	"darksite/processing/chandra"
)

// count is the number of pixels of a map.
const count = chandra.CCDSize * chandra.CCDSize

// Map is a dark map and what is known of it.
type Map struct {
	ID chandra.ID
	// Image is the dark current in e-/s, 1024 x 1024, indexed
	// [row + 512][column + 512], NaN where there is no value.
	Image []float32
	Temp  *chandra.Celsius // of the CCD; nil when it is not known
	// Time of the calibration, UTC. ID.Date() will do when only the day is
	// known: rates per day then have its uncertainty.
	Time time.Time
	// File is what the lists call the map, "2016125/image.fits"; may be "".
	File string
}

// check refuses what cannot be looked up by row and column.
func (m Map) check() error {
	if _, err := chandra.ParseID(string(m.ID)); err != nil {
		return err
	}
	if len(m.Image) != count {
		return fmt.Errorf("map %s: %d pixels, want %d x %d", m.ID, len(m.Image), chandra.CCDSize, chandra.CCDSize)
	}
	if m.Temp != nil && (math.IsNaN(float64(*m.Temp)) || math.IsInf(float64(*m.Temp), 0)) {
		return fmt.Errorf("map %s: CCD temperature %v: want a number, or nil when it is not known", m.ID, *m.Temp)
	}
	return nil
}

// source is the map as a report names it.
func (m Map) source() Source {
	s := Source{ID: m.ID, File: m.File}
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

// rowCol are the ACA coordinates of an index into a map.
func rowCol(i int) (row, col int16) {
	return int16(i/chandra.CCDSize + chandra.MinRow), int16(i%chandra.CCDSize + chandra.MinRow)
}

// index is the place of ACA coordinates in a map.
func index(row, col int16) int {
	return (int(row)-chandra.MinRow)*chandra.CCDSize + int(col) - chandra.MinRow
}

// onCCD is true for coordinates that are a pixel.
func onCCD(row, col int) bool {
	return chandra.MinRow <= row && row <= chandra.MaxRow && chandra.MinRow <= col && col <= chandra.MaxRow
}

// quadrantOf is the quadrant of a pixel (processing.md, section 3).
func quadrantOf(row, col int16) chandra.Quadrant {
	if col < 0 {
		return chandra.QuadrantOf(1, row)
	}
	return chandra.QuadrantOf(0, row)
}

// letterIndex is 0 to 3 for A to D, the order of [Count.Quadrants].
func letterIndex(q chandra.Quadrant) int { return int(q.Letter()[0] - 'A') }
