package mica

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"

	"darksite/internal/ground/phrase"
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
	c.Simulated = f.Simulated()
	u := f.HDUs[0]
	if _, err := u.Verify(); err != nil {
		return err
	}
	if !slices.Equal(u.Axes, []int{c.Geometry.Columns, c.Geometry.Rows}) {
		return fmt.Errorf("%s: HDU 0 has the axes %v; want the map there, %v, as the archive's readers do", path, u.Axes, c.Geometry)
	}
	m, err := u.Image64()
	if err != nil {
		return err
	}
	for _, w := range f.Warnings {
		c.warnf("%s: %s", path, w)
	}
	if err := c.unfill(f, m.Pixels); err != nil {
		return err
	}
	c.Impossible = dropImpossible(c.Geometry, m.Pixels)
	for _, v := range c.Impossible {
		c.warnf("%s: %s is no dark current (want %v to %.0f e-/s, no fill value, and no stretch of %d pixels with one value): its %d pixels, %s, have no value in the map", path, v.what(), LowestRate, HighestRate, leastStretch, v.Pixels, v.Where)
	}
	c.Image = make([]float32, len(m.Pixels))
	rounded, negative := 0, false
	for i, v := range m.Pixels {
		c.Image[i] = float32(v)
		switch {
		case v != v:
			c.Missing++
		case float64(c.Image[i]) != v:
			rounded++
		}
		negative = negative || v < 0
	}
	if c.Missing == len(c.Image) {
		return fmt.Errorf("%s: no pixel has a value%s", path, c.instead())
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
			c.warnf("%s: BUNIT is %q; the values are taken as e-/s", path, phrase.Short(unit))
		}
	}
	return nil
}

// unfill takes back what darksite filled in a copy.
func (c *Calibration) unfill(f *fits.File, values []float64) error {
	image := make([]float32, len(values))
	for i, v := range values {
		image[i] = float32(v)
	}
	holes, err := Unfill(c.Geometry, f, image)
	if err != nil || holes == 0 {
		return err
	}
	for i, v := range image {
		if v != v {
			values[i] = math.NaN()
		}
	}
	c.warnf("%s: %d pixels were filled in this copy, from an earlier map or from neighbours; they have no value here", f.Name, holes)
	return nil
}

// instead says what a map without values holds.
func (c *Calibration) instead() string {
	if len(c.Impossible) == 0 {
		return ""
	}
	return fmt.Sprintf("; %d hold %s, which is no dark current in e-/s", c.Impossible[0].Pixels, c.Impossible[0].Value)
}

func (c *Calibration) warnf(format string, args ...any) {
	c.Warnings = append(c.Warnings, fmt.Sprintf(format, args...))
}
