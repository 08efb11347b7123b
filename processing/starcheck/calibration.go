package starcheck

import (
	"fmt"
	"time"

	"darksite/processing/chandra"
)

// Calibration is what a load plans.
type Calibration struct {
	// ID is the UTC day on which the first replica begins.
	ID   chandra.ID
	Load string // for example "DEC1115A", "" where nothing tells
	// Source is the page or the database that it is from.
	Source string
	Centre Centre
	// Replicas by number; the sequence has five.
	Replicas []Replica
	// Warnings are sentences about what the source says oddly.
	Warnings []string
}

// Centre is the observation of the field's centre before the first replica: the
// facts of a calibration.
type Centre struct {
	Obsid    int
	Catalog  time.Time // of its star catalogue
	Attitude Attitude
	// PredictedC is the highest CCD temperature to be expected, nil where the
	// source has none: before 2012.
	PredictedC *chandra.Celsius
}

// Replica is one of DC_T0 to DC_T4.
type Replica struct {
	Number   int // from 1, which is DC_T0
	Obsid    int
	Attitude Attitude
	// Target is when it is commanded, and Quaternion what; both zero where the
	// source has them not.
	Target     time.Time
	Quaternion Quaternion
	// ManeuverEnd is when it is there. Derived tells that the source does not
	// say, and that it follows from the duration or from what comes next.
	ManeuverEnd time.Time
	Derived     bool
}

// How a replica runs after its maneuver ends (inputs-and-pages.md, section B).
const (
	// beginAfter: telemetry shows the flag of calibration 137 s after it.
	beginAfter = 137 * time.Second
	// lasts: the flag is on for 590 s.
	lasts = 590 * time.Second
	// dwell: the next maneuver begins 15 minutes after it (section C5), and its
	// catalogue is commanded 6 s later.
	dwell, catalogAfter = 15 * time.Minute, 6 * time.Second
)

// replicasOfOne is how many the sequence has.
const replicasOfOne = 5

// Begins is when telemetry should show the replica to begin.
func (r Replica) Begins() time.Time { return r.ManeuverEnd.Add(beginAfter) }

// Ends is when it should be over.
func (r Replica) Ends() time.Time { return r.Begins().Add(lasts) }

// Plan is when the replicas should begin, for package kadi; nil unless all five
// are known.
func (c Calibration) Plan() []time.Time {
	if len(c.Replicas) != replicasOfOne {
		return nil
	}
	plan := make([]time.Time, len(c.Replicas))
	for i, r := range c.Replicas {
		plan[i] = r.Begins()
	}
	return plan
}

// Calibrations are all that begin in the page, by time. One whose DC_T0 is not
// in it belongs to the load before.
func (p *Page) Calibrations() ([]Calibration, error) {
	list, err := assemble(p.Blocks, p.Name, p.Load)
	switch {
	case err != nil && p.Cut:
		return nil, fmt.Errorf("%w; the page is cut short, so copy it again", err)
	case err != nil:
		return nil, err
	case len(list) == 0 && p.Cut:
		return nil, fmt.Errorf("%s: the page is cut short, and in what is there (%s) no calibration begins: copy it again", p.Name, p.covers())
	case len(list) == 0:
		return nil, fmt.Errorf("%s: %w begins in it: it covers %s", p.Name, ErrNone, p.covers())
	}
	if p.Cut {
		for i := range list {
			list[i].warnf("the page is cut short: it has %d of its observations", len(p.Blocks))
		}
	}
	return list, nil
}

// Calibration is the one of an id, or the first of the page where id is "".
func (p *Page) Calibration(id chandra.ID) (Calibration, error) {
	list, err := p.Calibrations()
	if err != nil {
		return Calibration{}, err
	}
	c, err := pick(list, id)
	if err != nil {
		return c, fmt.Errorf("%s: %w: the page covers %s", p.Name, err, p.covers())
	}
	return c, nil
}

// pick finds an id among calibrations, a day before or after it if need be.
func pick(list []Calibration, id chandra.ID) (Calibration, error) {
	if id == "" {
		return list[0], nil
	}
	for _, c := range list {
		if c.ID == id {
			return c, nil
		}
	}
	for _, c := range list {
		if c.ID == chandra.IDOf(id.Date().AddDate(0, 0, 1)) || c.ID == chandra.IDOf(id.Date().AddDate(0, 0, -1)) {
			c.warnf("the first replica begins on %s, not on %s: an id is the UTC day of the first replica, so check which is right", c.ID.Colon(), id.Colon())
			return c, nil
		}
	}
	return Calibration{}, fmt.Errorf("%w of %s, but that of %s", ErrNone, id.Colon(), list[0].ID.Colon())
}

// assemble finds the calibrations in blocks that follow each other in time.
func assemble(blocks []Block, source, load string) (list []Calibration, err error) {
	for i, b := range blocks {
		if b.Replica != 1 {
			continue
		}
		c := Calibration{Source: source, Load: load}
		if err := c.findCentre(blocks[:i], b); err != nil {
			return nil, err
		}
		if err := c.findReplicas(blocks[i:]); err != nil {
			return nil, err
		}
		c.ID = chandra.IDOf(c.Replicas[0].Begins())
		list = append(list, c)
	}
	return list, nil
}

// findCentre looks back from DC_T0 for the nearest block with a catalogue.
func (c *Calibration) findCentre(before []Block, t0 Block) error {
	for back := len(before) - 1; back >= 0; back-- {
		b := before[back]
		if b.Catalog.IsZero() && b.problem == nil {
			continue
		}
		if b.problem != nil {
			return b.problem
		}
		if b.Attitude == nil {
			return fmt.Errorf("%s: observation %s, the centre before DC_T0, has no right ascension and declination: check the page", c.Source, b.Name)
		}
		c.Centre = Centre{Obsid: b.Obsid, Catalog: b.Catalog, Attitude: *b.Attitude, PredictedC: b.PredictedC}
		if back != len(before)-1 {
			c.warnf("the observation just before DC_T0 has no star catalogue; that of %s, %d before it, is taken", b.Name, len(before)-back)
		}
		return nil
	}
	return fmt.Errorf("%s: DC_T0 (observation %s) has no observation with a star catalogue before it: the centre lies in the load before, or the page's beginning is missing", c.Source, t0.Name)
}

// findReplicas takes DC_T0 and what belongs to it: the blocks up to the next
// DC_T0, as long as they follow within the time of a sequence.
func (c *Calibration) findReplicas(blocks []Block) error {
	found := map[int]bool{}
	for i, b := range blocks {
		if b.Replica == 0 {
			continue
		}
		if b.Replica == 1 && i > 0 {
			break
		}
		r, err := c.replica(b, blocks[i+1:])
		if err != nil {
			return err
		}
		if len(c.Replicas) > 0 && r.ManeuverEnd.Sub(c.Replicas[0].ManeuverEnd) > 24*time.Hour {
			break
		}
		if found[r.Number] {
			c.warnf("DC_T%d stands twice, again as observation %s: the first is taken", r.Number-1, b.Name)
			continue
		}
		found[r.Number] = true
		c.Replicas = append(c.Replicas, r)
	}
	for n := 1; n <= replicasOfOne; n++ {
		if !found[n] {
			c.warnf("DC_T%d, replica %d, is not in the load", n-1, n)
		}
	}
	return nil
}

// replica makes one of a block. Mica's database has no maneuvers for it, because
// its parser takes them only before a catalogue; then the block that follows
// tells when it ended.
func (c *Calibration) replica(b Block, after []Block) (Replica, error) {
	if b.problem != nil {
		return Replica{}, b.problem
	}
	name := fmt.Sprintf("%s: observation %s (DC_T%d)", c.Source, b.Name, b.Replica-1)
	if b.Attitude == nil {
		return Replica{}, fmt.Errorf("%s has no right ascension and declination: check the page", name)
	}
	r := Replica{Number: b.Replica, Obsid: b.Obsid, Attitude: *b.Attitude}
	if n := len(b.Maneuvers); n > 0 {
		m := b.Maneuvers[n-1]
		r.Target, r.Quaternion, r.ManeuverEnd, r.Derived = m.Time, m.Quaternion, m.End, m.Derived
	}
	if r.ManeuverEnd.IsZero() && len(after) > 0 && !after[0].Catalog.IsZero() {
		r.ManeuverEnd, r.Derived = after[0].Catalog.Add(-catalogAfter-dwell), true
	}
	if r.ManeuverEnd.IsZero() {
		return Replica{}, fmt.Errorf("%s has no maneuver with a duration or an end: check that the page is whole", name)
	}
	return r, nil
}

func (c *Calibration) warnf(format string, args ...any) {
	c.Warnings = append(c.Warnings, fmt.Sprintf(format, args...))
}
