package timeline

import (
	"cmp"
	"slices"
	"time"

	"darksite/processing/chandra"
	"darksite/processing/era"
)

// Event is what a claim gives the time of.
type Event string

const (
	// Received: the rows of a replica were received on Earth.
	Received Event = "received"
	// Exposed: a replica was taken, from the beginning to the end of the
	// calibration mode.
	Exposed Event = "exposed"
	// Catalogue: the first dark current star catalogue was uplinked, before the
	// first replica.
	Catalogue Event = "catalogue"
	// Day: a file is named after a day.
	Day Event = "day"
)

// Sources that are treated apart. Others are named after their file.
const (
	// Kadi checks its own replicas (package kadi); here they are held against
	// the other sources.
	Kadi = "kadi"
	// Properties are what mica's archive has, whose tools took a directory of the
	// day before or after too.
	Properties = "properties.json"
)

// Claim is what one source says of one time.
type Claim struct {
	Source string `json:"source"` // the file that says it, or "kadi"
	Event  Event  `json:"event"`
	// Replica is its number from 1, 0 where the claim is about the calibration or
	// the source does not number.
	Replica int `json:"replica,omitempty"`
	// Start and Stop are UTC, YYYY:DDD:HH:MM:SS.sss; Stop is "" where the source
	// gives a moment.
	Start string `json:"start"`
	Stop  string `json:"stop,omitempty"`
}

// Timeline is all that is said of the times of one calibration.
type Timeline struct {
	ID chandra.ID
	// Replicas make a whole calibration, and neighbouring ones are at most
	// ApartDays apart, as [era.Era] has it.
	Replicas  int
	ApartDays float64
	Claims    []Claim
}

// Weight says what a contradiction means for the calibration.
type Weight int

const (
	// Slip: a source has the right day and the wrong order of what happened on
	// it. The telemetry is that of the calibration.
	Slip Weight = iota
	// Wrong: a source gives a time that the calibration cannot have.
	Wrong
	// Foreign: telemetry is of another time, so the map does not rest on this
	// calibration alone.
	Foreign
)

// Contradiction is one thing that cannot be true.
type Contradiction struct {
	Weight Weight
	// Source is the one whose times are not to be used.
	Source string
	// Replicas are those it is about, none where it is about the calibration.
	Replicas []int
	// Sentence says which sources, which times, how far apart, and what to do. It
	// has no full stop.
	Sentence string
}

// era is how replicas follow one another in this calibration, of which more may
// have been taken than were planned.
func (t *Timeline) era() era.Era {
	seen := map[int]bool{}
	for _, c := range t.Claims {
		seen[c.Replica] = true
	}
	delete(seen, 0)
	return era.Era{From: t.ID, Replicas: max(t.Replicas, len(seen), 1), ApartDays: t.ApartDays}
}

// withinHours tells whether the replicas follow one another within hours and are
// numbered in their order.
func (t *Timeline) withinHours() bool { return t.ApartDays > 0 && t.ApartDays <= 1 }

// apart is the most that two neighbouring replicas are from start to start, 0
// where any distance is possible.
func (t *Timeline) apart() time.Duration {
	if t.withinHours() && t.ID >= era.ClassicFrom {
		return longestStep
	}
	return days(t.ApartDays)
}

// lastDay ends when the last replica must have begun.
func (t *Timeline) lastDay() time.Time {
	return t.era().LastDay(t.ID).Date().AddDate(0, 0, 1)
}

// span is a claim as times.
type span struct {
	Claim
	start, stop time.Time // stop is start where the source gives a moment
}

// spans are the claims of an event that can be read, by replica and start.
func (t *Timeline) spans(e Event) (out []span) {
	for _, c := range t.Claims {
		if c.Event != e {
			continue
		}
		s := span{Claim: c}
		var err error
		if s.start, err = chandra.ParseDate(c.Start); err != nil {
			continue // an unreadable one is named by Check
		}
		if s.stop, err = chandra.ParseDate(cmp.Or(c.Stop, c.Start)); err != nil {
			s.stop = s.start
		}
		out = append(out, s)
	}
	slices.SortStableFunc(out, func(a, b span) int {
		return cmp.Or(cmp.Compare(a.Replica, b.Replica), a.start.Compare(b.start))
	})
	return out
}

func days(n float64) time.Duration { return time.Duration(n * float64(24*time.Hour)) }
