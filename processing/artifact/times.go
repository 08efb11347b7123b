package artifact

import (
	"darksite/processing/chandra"
	"darksite/processing/era"
	"darksite/processing/inputs"
	"darksite/processing/telemetry"
	"darksite/processing/timeline"
)

// Times are what the sources say of when a calibration happened.
type Times struct {
	// ApartDays is the most that neighbouring replicas are apart in the
	// calibration's era ([era.Era]).
	ApartDays float64          `json:"replicas_apart_days"`
	Claims    []timeline.Claim `json:"claims"`
}

// Claim adds what a source says of a time.
func (c *Calibration) Claim(claims ...timeline.Claim) {
	if c.Times == nil {
		c.Times = &Times{ApartDays: era.Default().Of(c.ID).ApartDays, Claims: []timeline.Claim{}}
	}
	c.Times.Claims = append(c.Times.Claims, claims...)
}

// claimReception adds what the telemetry of a replica and the name of its file
// say.
func (c *Calibration) claimReception(replica int, f *telemetry.File) {
	c.claimName(replica, f.Name)
	for _, r := range f.Received() {
		c.Claim(timeline.Claim{Source: f.Name, Event: timeline.Received, Replica: replica,
			Start: chandra.FormatDate(r.First), Stop: chandra.FormatDate(r.Last)})
	}
}

func (c *Calibration) claimName(replica int, file string) {
	name, err := inputs.ParseVC2Name(file)
	if of, ok := inputs.L0Name(file); ok {
		name, err = of, nil
	}
	if err == nil {
		c.Claim(timeline.Claim{Source: file, Event: timeline.Day, Replica: replica, Start: chandra.FormatDate(name.ID().Date())})
	}
}

// Timeline is what the sources say of times. For an archive of before it is what
// its facts and replicas still tell.
func (c *Calibration) Timeline() timeline.Timeline {
	from := *c
	if c.Times == nil {
		from.claimFacts()
	}
	t := timeline.Timeline{ID: c.ID, Replicas: c.Map.Planned, ApartDays: era.Default().Of(c.ID).ApartDays}
	if from.Times != nil {
		t.ApartDays, t.Claims = from.Times.ApartDays, from.Times.Claims
	}
	return t
}

// claimFacts makes claims of the facts and the replicas of a description that
// has none.
func (c *Calibration) claimFacts() {
	for _, r := range c.Replicas {
		source := r.File
		event := timeline.Received
		if r.TimeSource == TimeEvent {
			source, event = inputs.ReplicasFile, timeline.Exposed
			if c.Origin == FromMap {
				source = timeline.Properties
			}
		}
		if r.File != "" {
			c.claimName(r.Number, r.File)
		}
		if r.Start != "" {
			c.Claim(timeline.Claim{Source: source, Event: event, Replica: r.Number, Start: r.Start, Stop: r.Stop})
		}
	}
	if c.Facts.DateStart != "" {
		c.Claim(timeline.Claim{Source: c.Facts.Source, Event: timeline.Catalogue, Start: c.Facts.DateStart})
	}
}

// TimeContradictions are what of the times cannot be true together, worked out
// anew.
func (c *Calibration) TimeContradictions() []timeline.Contradiction { return c.Timeline().Check() }

// settleTimes takes the times of the replicas and of the whole from sources that
// nothing contradicts, and says what is contradicted. A table with a wrong row is
// not used at all; then the times are those of reception. Telemetry of another
// time gives none.
func (c *Calibration) settleTimes() {
	found := c.TimeContradictions()
	foreign := map[int]bool{}
	wrong := map[string]bool{}
	for _, one := range found {
		c.contradict("%s", one.Sentence)
		switch one.Weight {
		case timeline.Foreign:
			for _, n := range one.Replicas {
				foreign[n] = true
			}
		case timeline.Wrong:
			wrong[one.Source] = true
		}
	}
	if c.Times != nil && len(c.untimed(wrong)) == 0 {
		for _, claim := range c.Times.Claims {
			if tells(claim) && !wrong[claim.Source] {
				c.setTimes(claim)
			}
		}
	}
	c.spanReplicas(foreign)
}

// Untimed are the replicas that were received and that no table gives a start and
// a stop, where it gives them of others that follow within hours. Times of two
// kinds, hours apart, would make a wrong order and a wrong duration, so those of
// the tables are not used then.
func (c *Calibration) Untimed() []int { return c.untimed(nil) }

func (c *Calibration) untimed(wrong map[string]bool) (lacking []int) {
	if c.Times == nil || c.Times.ApartDays <= 0 || c.Times.ApartDays > 1 {
		return nil
	}
	timed := map[int]bool{}
	for _, claim := range c.Times.Claims {
		if tells(claim) && !wrong[claim.Source] {
			timed[claim.Replica] = true
		}
	}
	for _, r := range c.Replicas {
		if r.Start != "" && !timed[r.Number] && len(timed) > 0 {
			lacking = append(lacking, r.Number)
		}
	}
	return lacking
}

// tells tells whether a claim can give a replica its times.
func tells(c timeline.Claim) bool {
	return c.Event == timeline.Exposed && c.Source != timeline.Properties && c.Stop != ""
}

// setTimes gives a replica the times of a table.
func (c *Calibration) setTimes(claim timeline.Claim) {
	for i := range c.Replicas {
		if r := &c.Replicas[i]; r.Number == claim.Replica {
			r.Start, r.Stop, r.TimeSource = claim.Start, claim.Stop, TimeEvent
		}
	}
}

// spanReplicas takes the times of the whole from the first and the last replica
// that has some and is of this calibration.
func (c *Calibration) spanReplicas(foreign map[int]bool) {
	if c.Facts.Start != "" {
		return
	}
	for _, r := range c.Replicas {
		if r.Start == "" || foreign[r.Number] && r.TimeSource == TimeReceived {
			continue
		}
		// The form sorts as the time does.
		if c.Facts.Start == "" || r.Start < c.Facts.Start {
			c.Facts.Start, c.Facts.TimeSource = r.Start, r.TimeSource
		}
		c.Facts.Stop = max(c.Facts.Stop, r.Stop)
	}
}
