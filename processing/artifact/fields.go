package artifact

import (
	"fmt"
	"slices"

	"darksite/processing/inputs"
	"darksite/processing/timeline"
	"darksite/processing/zodi"
)

// settleFields says where attitudes cannot be true together: replicas that follow
// one another within hours share one field, also with what a file says of the
// whole. Which one is wrong is not known, so all of them stay.
func (c *Calibration) settleFields() {
	if apart := c.Timeline().ApartDays; apart <= 0 || apart > 1 {
		return
	}
	source := inputs.ReplicasFile
	if c.Origin == FromMap {
		source = timeline.Properties
	}
	usual := c.usualField()
	if usual == nil {
		return
	}
	beside := fmt.Sprintf("replica %d at %s", usual.Number, direction(*usual.RA, *usual.Dec))
	for _, r := range c.Replicas {
		if r.RA != nil && r.Dec != nil && !r.sharesField(usual) {
			c.contradict("%s has replica %d at %s and %s, %s", source, r.Number, direction(*r.RA, *r.Dec), beside,
				awayText(*r.RA, *r.Dec, usual))
		}
	}
	if f := c.Facts; f.RA != nil && f.Dec != nil && zodi.Separation(*f.RA, *f.Dec, *usual.RA, *usual.Dec) > oneFieldDeg {
		c.contradict("%s has the calibration at %s and %s has %s, %s", first(f.Source, "a file of facts"), direction(*f.RA, *f.Dec), source, beside,
			awayText(*f.RA, *f.Dec, usual))
	}
}

// usualField is the replica with an attitude that most others share, the first
// of equals; nil where none has an attitude.
func (c *Calibration) usualField() (usual *Replica) {
	most := 0
	for i := range c.Replicas {
		r := &c.Replicas[i]
		if r.RA == nil || r.Dec == nil {
			continue
		}
		n := 0
		for _, o := range c.Replicas {
			if o.RA != nil && o.Dec != nil && o.sharesField(r) {
				n++
			}
		}
		if n > most {
			most, usual = n, r
		}
	}
	return usual
}

// sharesField tells whether two replicas with attitudes lie at one field.
func (r *Replica) sharesField(o *Replica) bool {
	return zodi.Separation(*r.RA, *r.Dec, *o.RA, *o.Dec) <= oneFieldDeg
}

func direction(ra, dec float64) string { return fmt.Sprintf("RA %.3f, Dec %.3f", ra, dec) }

func awayText(ra, dec float64, from *Replica) string {
	return fmt.Sprintf("%.1f degrees apart, where replicas that follow one another within hours share one field, within %v degree: correct the attitude that is wrong and process again",
		zodi.Separation(ra, dec, *from.RA, *from.Dec), oneFieldDeg)
}

// contradict adds a sentence about sources that do not agree, once.
func (c *Calibration) contradict(format string, args ...any) {
	if s := fmt.Sprintf(format, args...); !slices.Contains(c.Contradictions, s) {
		c.Contradictions = append(c.Contradictions, s)
	}
}
