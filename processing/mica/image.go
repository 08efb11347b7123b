package mica

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"

	"darksite/processing/chandra"
	"darksite/processing/fits"
)

// units are ways to write e-/s in BUNIT, without blanks and in lower case. The
// archive's own headers are not known (processing.md, section 15).
var units = []string{"", "e-/s", "e/s", "electron/s", "electrons/s", "electron*s**-1", "electrons-1", "electronss-1", "e-/sec", "e/sec", "electron/sec", "electrons/sec"}

// setImage decodes the map and notes what is unusual about it.
func (c *Calibration) setImage(content []byte, path string) error {
	f, err := fits.Read(bytes.NewReader(content), path, 0)
	if err != nil {
		return err
	}
	u := f.HDUs[0]
	if _, err := u.Verify(); err != nil {
		return err
	}
	if !slices.Equal(u.Axes, []int{chandra.CCDSize, chandra.CCDSize}) {
		return fmt.Errorf("%s: HDU 0 has the axes %v; want the map there, %d x %d, as the archive's readers do", path, u.Axes, chandra.CCDSize, chandra.CCDSize)
	}
	m, err := u.Image64()
	if err != nil {
		return err
	}
	c.Image = make([]float32, len(m.Pixels))
	rounded, negative := 0, false
	for i, v := range m.Pixels {
		c.Image[i] = float32(v)
		switch {
		case v != v:
			c.Missing++
		case math.IsInf(float64(c.Image[i]), 0):
			return fmt.Errorf("%s: row %d, column %d is %v e-/s, want a number that float32 holds, or NaN", path,
				i/chandra.CCDSize+chandra.MinRow, i%chandra.CCDSize+chandra.MinRow, v)
		case float64(c.Image[i]) != v:
			rounded++
		}
		negative = negative || v < 0
	}
	if c.Missing == len(c.Image) {
		return fmt.Errorf("%s: no pixel has a value", path)
	}
	if rounded > 0 {
		c.warnf("%s: %d of %d pixels have more digits than float32 holds; they are rounded", path, rounded, len(c.Image))
	}
	if c.Missing > 0 {
		c.warnf("%s: %d of %d pixels have no value", path, c.Missing, len(c.Image))
	}
	if !negative {
		c.warnf("%s: no pixel is below 0, so the map was clipped: every unclipped one has such pixels, and statistics near the peak are off", path)
	}
	if b, ok := u.Card("BUNIT"); ok {
		unit := strings.TrimSpace(fmt.Sprint(b.Value))
		if !slices.Contains(units, strings.ToLower(strings.ReplaceAll(unit, " ", ""))) {
			c.warnf("%s: BUNIT is %q; the values are taken as e-/s", path, short(unit))
		}
	}
	return nil
}

func (c *Calibration) warnf(format string, args ...any) {
	c.Warnings = append(c.Warnings, fmt.Sprintf(format, args...))
}
