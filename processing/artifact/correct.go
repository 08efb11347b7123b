package artifact

import (
	"fmt"
	"slices"

	"darksite/processing/ccd"
	"darksite/processing/chandra"
	"darksite/processing/scaling"
	"darksite/processing/warm"
)

// computed is the source of a background that was computed here.
const computed = "computed"

// Correct fills in what follows from the facts: the times of the whole from
// those of the replicas, the zodiacal background from day and attitude, the
// corrected numbers of warm pixels from temperature and background. What is
// there already stays. The error says which fact is not possible.
func (c *Calibration) Correct() error {
	c.settleTimes()
	c.settleFields()
	if err := c.findBackground(); err != nil {
		return fmt.Errorf("calibration %s: %w", c.ID, err)
	}
	if c.Facts.CCDTemp == nil {
		return nil
	}
	var background *float64
	if c.Zodi != nil {
		background = &c.Zodi.EPerS
	}
	counts, err := warm.Count(c.Histogram, c.ID.Date(), chandra.Celsius(*c.Facts.CCDTemp), background, scaling.ReferenceTemp)
	if err != nil {
		return fmt.Errorf("calibration %s: %w", c.ID, err)
	}
	if c.Geometry != ccd.ACA {
		counts.Expected = nil // the model is of the ACA's CCD
	}
	c.Warm = counts
	return nil
}

// Again is the calibration with what [Calibration.Correct] fills in made once more.
func (c *Calibration) Again() (*Calibration, error) {
	again := *c
	again.Warm, again.Replicas = nil, slices.Clone(c.Replicas)
	if c.Origin != FromMap {
		again.Facts.Start, again.Facts.Stop, again.Facts.TimeSource = "", "", ""
	}
	if c.Zodi.computedHere() {
		again.Zodi = nil
	}
	for i := range again.Replicas {
		if r := &again.Replicas[i]; r.Zodi.computedHere() {
			r.Zodi = nil
		}
	}
	return &again, again.Correct()
}
