package artifact

import (
	"fmt"
	"strings"
	"time"

	"darksite/processing/chandra"
	"darksite/processing/zodi"
)

// TemperaturesSetting is the setting in the provenance of a map whose replicas
// were brought to one temperature, and ToMean its value: that they were, to their
// mean, where the temperatures of all are known.
const (
	TemperaturesSetting = "temperatures"
	ToMean              = "mean"
)

// oneFieldDeg is how far apart replicas of one field may lie. Until 2019 they
// were 0.04 or 0.4 degrees apart (dark current calibration reports), within a
// cell or two of the background's table; since 2020 each has a field of its own.
const oneFieldDeg = 1.0

// SeveralFields tells whether the replicas lie at fields of their own. The
// calibration as a whole then has no attitude.
func (c *Calibration) SeveralFields() bool {
	var first *Replica
	for i := range c.Replicas {
		r := &c.Replicas[i]
		switch {
		case r.RA == nil || r.Dec == nil:
		case first == nil:
			first = r
		case !r.sharesField(first):
			return true
		}
	}
	return false
}

// findBackground fills in the background of each replica with an attitude, and
// that of the map: at the attitude of the calibration where there is one field,
// else the median over the replicas, as the map is one (see [zodi.Median]). It is
// the only place that chooses which background corrections use.
func (c *Calibration) findBackground() error {
	var own []zodi.Background
	for i := range c.Replicas {
		r := &c.Replicas[i]
		if r.RA == nil || r.Dec == nil {
			continue
		}
		if r.Zodi == nil {
			b, err := zodi.At(r.day(c.ID), *r.RA, *r.Dec)
			if err != nil {
				return fmt.Errorf("replica %d: %w", r.Number, err)
			}
			r.Zodi = &Zodi{b.Published(), computed}
		}
		own = append(own, r.Zodi.Background)
	}
	f := &c.Facts
	switch {
	case c.Zodi != nil:
		return nil
	case c.SeveralFields():
		of := fmt.Sprint(len(own))
		if len(own) < len(c.Replicas) {
			of += fmt.Sprintf(" of %d", len(c.Replicas))
		}
		c.Zodi = &Zodi{zodi.Median(own), fmt.Sprintf("%s, median of %s replicas", computed, of)}
	case f.RA != nil && f.Dec != nil:
		b, err := zodi.At(c.ID.Date(), *f.RA, *f.Dec)
		if err != nil {
			return err
		}
		c.Zodi = &Zodi{b.Published(), computed}
	case len(own) > 0:
		c.Zodi = &Zodi{own[0], computed}
	}
	return nil
}

// day is the UTC day on which a replica was taken, that of the calibration where
// its time is not known.
func (r *Replica) day(id chandra.ID) time.Time {
	if t, err := chandra.ParseDate(r.Start); err == nil {
		return t
	}
	return id.Date()
}

// computedHere tells whether a background follows from day and attitude.
func (z *Zodi) computedHere() bool { return z != nil && strings.HasPrefix(z.Source, computed) }
