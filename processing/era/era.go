package era

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"darksite/processing/chandra"
)

// Era is how calibrations are taken from a day on.
type Era struct {
	From chandra.ID
	// Replicas make a whole calibration.
	Replicas int
	// ApartDays is the most that two neighbouring replicas of one calibration
	// may be apart, from start to start. 0 makes every replica a calibration.
	ApartDays float64
}

// ClassicFrom is the first day of the sequence that was commanded until 2019,
// five replicas 43 minutes apart; 1999:223 was taken in another way.
const ClassicFrom chandra.ID = "2000001"

// Eras are in the order of their first days.
type Eras []Era

// Default are the eras that are known: the 14 readouts of 1999:223, at two
// integrations each; five replicas within hours, which kadi joins when less
// than a day apart; and single replicas since 2020, of which six within 16 days
// are known, at most 5.3 days apart, while calibrations were a month apart
// (processing.md, sections 4.1, 12 and 13). How many make a whole one since
// then is not known; five are taken as before.
func Default() Eras {
	return Eras{
		{From: "1999001", Replicas: 7, ApartDays: 1},
		{From: ClassicFrom, Replicas: 5, ApartDays: 1},
		{From: "2020001", Replicas: 5, ApartDays: 10},
	}
}

// The most that an era may have: a calibration holds no more replicas than
// coverage can count, and no more than a year.
const (
	maxReplicas = 99
	maxApart    = 366
)

// Check says what is wrong with eras.
func (e Eras) Check() error {
	if len(e) == 0 {
		return errors.New("no era: want at least one")
	}
	for i, one := range e {
		if _, err := chandra.ParseID(string(one.From)); err != nil {
			return fmt.Errorf("era %d begins on %w", i+1, err)
		}
		if i > 0 && one.From <= e[i-1].From {
			return fmt.Errorf("era %d begins on %s, not after the one before it", i+1, one.From.Colon())
		}
		if one.Replicas < 1 || one.Replicas > maxReplicas {
			return fmt.Errorf("the era from %s has %d replicas: want 1 to %d", one.From.Colon(), one.Replicas, maxReplicas)
		}
		if !(one.ApartDays >= 0 && one.ApartDays <= maxApart) {
			return fmt.Errorf("the era from %s has replicas %v days apart: want 0 to %d", one.From.Colon(), one.ApartDays, maxApart)
		}
	}
	return nil
}

// Of is the era of a calibration; before the first one begins, that.
func (e Eras) Of(id chandra.ID) Era {
	for _, one := range slices.Backward(e) {
		if id >= one.From {
			return one
		}
	}
	return e[0]
}

// LastDay is the last day on which a replica of a calibration may begin.
func (e Era) LastDay(id chandra.ID) chandra.ID {
	days := math.Ceil(e.ApartDays * float64(e.Replicas-1))
	if e.ApartDays <= 1 {
		// Within hours: the day, or the next when midnight lies between.
		days = 1
	}
	return chandra.IDOf(id.Date().AddDate(0, 0, int(days)))
}

// Group puts the starts of replicas, in any order, into calibrations: the
// indices of each, by rising time, and its id, the UTC day of its first
// replica. Neighbours belong together when they are no further apart than the
// era of the first one says.
func (e Eras) Group(starts []time.Time) []Calibration {
	order := make([]int, len(starts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return starts[a].Compare(starts[b]) })
	var out []Calibration
	for k, i := range order {
		if k > 0 {
			last := &out[len(out)-1]
			apart := starts[i].Sub(starts[order[k-1]]).Hours() / 24
			if era := e.Of(last.ID); era.ApartDays > 0 && apart <= era.ApartDays {
				last.Replicas = append(last.Replicas, i)
				continue
			}
		}
		out = append(out, Calibration{ID: chandra.IDOf(starts[i]), Replicas: []int{i}})
	}
	return out
}

// Calibration is a group of replicas.
type Calibration struct {
	ID       chandra.ID
	Replicas []int // indices of what was grouped, by rising time
}
