package kadi

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"darksite/processing/chandra"
	"darksite/processing/era"
)

// State is whether the replicas of a calibration are there.
type State string

// The states.
const (
	// Complete: as many replicas as a whole calibration has, or more.
	Complete State = "complete"
	// Wait: some are not there, and may still come.
	Wait State = "wait"
	// Lost: some are not there and will not come: kadi has looked for them as
	// long as it looks, or a person said so.
	Lost State = "lost"
)

// LookbackDays is how far back each run of kadi searches the telemetry anew
// (sot/kadi, events/models.py, BaseEvent.lookback): replicas may be found so
// long after they were taken.
const LookbackDays = 21

// Calibration is what kadi knows of one.
type Calibration struct {
	// ID is the UTC day of the first replica, or that which was asked for where
	// there is none.
	ID chandra.ID
	// Replicas by start, and their numbers from 1, 0 where nothing tells. They
	// are those of one attempt.
	Replicas []Replica
	Numbers  []int
	Expected int // replicas of a whole one in its era
	// Missing are the numbers of those that are not there, as far as a plan or
	// the gaps between the others tell.
	Missing []int
	State   State
	// Reach is how far kadi's telemetry reaches. Due is when the last replica
	// should be over, Final until when kadi may find one that is missing.
	Reach      Reach
	Due, Final time.Time
	// RepeatedAs is the attempt after this one where this one is not complete,
	// "" without.
	RepeatedAs chandra.ID
	// Near are the calibrations before and after, where none was found.
	Near []chandra.ID
	// Told is what a person said of missing replicas, nil for nothing.
	Told *Told
	// Warnings are sentences about what is not as it should be.
	Warnings []string

	now time.Time
}

// Calibrations are all that the database knows between two times, by their
// first replica; a zero time is no bound. Replicas are put together before the
// bounds are looked at, so that none is cut in two. Now is what the clock says,
// zero where there is none. Of several attempts on one day, that which counts
// as the calibration of the day is given.
func (d *Database) Calibrations(since, until, now time.Time, eras era.Eras) ([]Calibration, error) {
	replicas, reach, err := d.all()
	if err != nil {
		return nil, err
	}
	var out []Calibration
	attempts := group(replicas, eras)
	for i, a := range attempts {
		first, last := a.replicas[0], a.replicas[len(a.replicas)-1]
		if !since.IsZero() && !last.StopTime.After(since) || !until.IsZero() && first.StartTime.After(until) {
			continue
		}
		if named(a.id, attempts, nil) == i {
			out = append(out, judge(attempts, i, reach, now, eras, nil))
		}
	}
	return out, nil
}

// Calibration answers for one calibration: which replicas are its own, whether
// they are all there, and what is odd about them. Now is what the clock says,
// zero where there is none. Plan is when its replicas were to begin, where the
// loads tell (package starcheck); with it the numbers of missing replicas are
// certain.
func (d *Database) Calibration(id chandra.ID, now time.Time, eras era.Eras, plan ...time.Time) (Calibration, error) {
	replicas, reach, err := d.all()
	if err != nil {
		return Calibration{}, err
	}
	return Judge(id, replicas, reach, now, eras, plan...), nil
}

// all reads every replica with its attitude; there are some hundreds in all
// years.
func (d *Database) all() ([]Replica, Reach, error) {
	replicas, err := d.Replicas(time.Time{}, time.Time{})
	if err != nil {
		return nil, Reach{}, err
	}
	if err := d.attitudes(replicas); err != nil {
		return nil, Reach{}, err
	}
	reach, err := d.Reach()
	if err != nil {
		return nil, Reach{}, err
	}
	// Telemetry reaches at least as far as what was found in it.
	for _, r := range replicas {
		if r.StopTime.After(reach.Time) {
			reach.Time, reach.From = r.StopTime, replicaTable
		}
	}
	return replicas, reach, nil
}

// Judge is [Database.Calibration] on replicas that were read already, in any
// order.
func Judge(id chandra.ID, replicas []Replica, reach Reach, now time.Time, eras era.Eras, plan ...time.Time) Calibration {
	attempts := group(replicas, eras)
	at, note := choose(id, attempts, plan)
	if at < 0 {
		reach, early := reach.by(now)
		c := Calibration{ID: id, Reach: reach, now: now, Near: near(id, attempts)}
		c.settle(eras.Of(id), plan)
		if early != "" {
			c.Warnings = append(c.Warnings, early)
		}
		return c
	}
	c := judge(attempts, at, reach, now, eras, plan)
	if note != "" {
		c.Warnings = append([]string{note}, c.Warnings...)
	}
	return c
}

// choose finds the attempt that a calibration is, -1 for none. By name first;
// then by the plan; then a day before or after, as the archive's own tool did.
func choose(id chandra.ID, attempts []attempt, plan []time.Time) (at int, note string) {
	if at = named(id, attempts, plan); at >= 0 {
		return at, ""
	}
	if at = planned(attempts, plan); at >= 0 {
		return at, fmt.Sprintf("kadi's first replica of %s began on %s: those before it that were planned are not there", id, attempts[at].id.Colon())
	}
	for _, days := range []int{-1, 1} {
		day := chandra.IDOf(id.Date().AddDate(0, 0, days))
		if at = named(day, attempts, plan); at >= 0 {
			return at, fmt.Sprintf("the first replica began on %s, not on %s: an id is the UTC day of the first replica, so check which is right", day.Colon(), id.Colon())
		}
	}
	at = slices.IndexFunc(attempts, func(a attempt) bool {
		last := a.replicas[len(a.replicas)-1]
		return a.id <= id && id <= chandra.IDOf(last.StartTime)
	})
	if at >= 0 {
		return at, fmt.Sprintf("%s lies within the calibration that began on %s: use that id", id.Colon(), attempts[at].id.Colon())
	}
	return -1, ""
}

// named finds the attempt of an id. Of several on one day it is that of the
// plan, else the last of those that are complete, else the last.
func named(id chandra.ID, attempts []attempt, plan []time.Time) int {
	best, rank := -1, -1
	for i, a := range attempts {
		if a.id != id {
			continue
		}
		mine := 0
		if a.complete {
			mine = 1
		}
		if n := a.follows(plan); n > 0 {
			mine = 1 + n
		}
		if mine >= rank {
			best, rank = i, mine
		}
	}
	return best
}

// planned finds the attempt that follows a plan.
func planned(attempts []attempt, plan []time.Time) int {
	return slices.IndexFunc(attempts, func(a attempt) bool { return a.follows(plan) > 0 })
}

// near are the ids before and after one.
func near(id chandra.ID, attempts []attempt) (out []chandra.ID) {
	next, _ := slices.BinarySearchFunc(attempts, id, func(a attempt, id chandra.ID) int { return strings.Compare(string(a.id), string(id)) })
	if next > 0 {
		out = append(out, attempts[next-1].id)
	}
	if next < len(attempts) {
		out = append(out, attempts[next].id)
	}
	return out
}

// nearest is the number of the planned replica that this one is, from 1, or 0.
func nearest(r Replica, plan []time.Time) int {
	for i, p := range plan {
		if math.Abs(r.StartTime.Sub(p).Seconds()) < PitchS/2 {
			return i + 1
		}
	}
	return 0
}

// judge fills in what follows from an attempt's own replicas, and names those
// beside it.
func judge(attempts []attempt, at int, reach Reach, now time.Time, eras era.Eras, plan []time.Time) Calibration {
	a := attempts[at]
	reach, early := reach.by(now)
	c := Calibration{ID: a.id, Replicas: a.replicas, Reach: reach, now: now}
	c.Warnings = append(c.Warnings, a.warnings...)
	if early != "" {
		c.Warnings = append(c.Warnings, early)
	}
	e := eras.Of(a.id)
	if len(plan) != e.Replicas {
		plan = nil // of another kind of calibration
	}
	c.settle(e, plan)
	c.check(e)
	c.checkCount(e)
	if at > 0 && beside(attempts[at-1], a, e) {
		before := attempts[at-1]
		c.warnf("%s before it %s to %s", before, belong(len(before.replicas)), a.other(before))
	}
	if at+1 < len(attempts) && beside(a, attempts[at+1], e) {
		next := attempts[at+1]
		c.warnf("%s after it %s to %s", next, belong(len(next.replicas)), a.other(next))
		if c.State != Complete {
			c.RepeatedAs = next.id
		}
	}
	return c
}

// other names another attempt; one on the same day has no id of its own.
func (a attempt) other(b attempt) string {
	if a.id == b.id {
		return fmt.Sprintf("another attempt on the same day; %s means the one that is complete, else the later one", a.id)
	}
	return "another attempt, " + string(b.id)
}

func belong(n int) string {
	if n == 1 {
		return "belongs"
	}
	return "belong"
}

// settle numbers the replicas and tells whether they are all there.
func (c *Calibration) settle(e era.Era, plan []time.Time) {
	c.Expected = e.Replicas
	c.number(e, plan)
	c.Due = c.due(e, plan)
	c.Final = c.Due.AddDate(0, 0, LookbackDays)
	switch {
	case whole(c.Replicas) >= e.Replicas && len(c.Missing) == 0:
		c.State = Complete
	case c.Reach.Time.Before(c.Due) || c.searched().Before(c.Final):
		c.State = Wait
	default:
		c.State = Lost
	}
}

// searched is the time up to which kadi has looked for replicas: as far as the
// telemetry reaches, or when it last ran if that is later. A run that the clock
// has not come to did not happen.
func (c *Calibration) searched() time.Time {
	ran := c.Reach.Ran
	if c.now.Before(ran) {
		ran = c.now
	}
	if ran.After(c.Reach.Time) {
		return ran
	}
	return c.Reach.Time
}

// due is when the last replica should be over.
func (c *Calibration) due(e era.Era, plan []time.Time) time.Time {
	seconds := func(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
	n := len(c.Replicas)
	switch {
	case len(plan) > 0:
		return plan[len(plan)-1].Add(seconds(DurationS + ToleranceS))
	case n == 0 && classic(c.ID, e):
		return c.ID.Date().AddDate(0, 0, 1).Add(seconds(float64(e.Replicas-1)*PitchS + DurationS + ToleranceS))
	case n == 0:
		return c.ID.Date().AddDate(0, 0, 1).Add(seconds(DurationS + ToleranceS))
	case n >= e.Replicas:
		return c.Replicas[n-1].StopTime
	}
	first, last := c.Replicas[0].StartTime, c.Replicas[n-1].StartTime
	if !classic(c.ID, e) {
		return last.Add(seconds(e.ApartDays*86400 + DurationS + ToleranceS))
	}
	// Without a plan nothing tells whether the first or the last is missing.
	due := first.Add(seconds(float64(e.Replicas-1) * PitchS))
	if later := last.Add(seconds(float64(e.Replicas-n) * PitchS)); len(c.Missing) == 0 && later.After(due) {
		due = later
	}
	return due.Add(seconds(DurationS + ToleranceS))
}
