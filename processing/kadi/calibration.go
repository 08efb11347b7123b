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
	// Wait: kadi has not processed telemetry as far as the last replica.
	Wait State = "wait"
	// Lost: kadi is past the last replica and has not found all of them.
	Lost State = "lost"
	// Unclear: some are not there, and kadi does not tell how far it is.
	Unclear State = "unclear"
)

// Calibration is what kadi knows of one.
type Calibration struct {
	// ID is the UTC day of the first replica, or that which was asked for where
	// there is none.
	ID chandra.ID
	// Replicas by start, and their numbers from 1, 0 where nothing tells.
	Replicas []Replica
	Numbers  []int
	Expected int // replicas of a whole one in its era
	// Missing are the numbers of those that are not there, as far as a plan or
	// the gaps between the others tell.
	Missing []int
	State   State
	// Updated is how far kadi has looked for replicas, zero where it does not
	// tell. Due is when the last one should be over.
	Updated, Due time.Time
	// Near are the calibrations before and after, where none was found.
	Near []chandra.ID
	// Warnings are sentences about what is not as it should be.
	Warnings []string
}

// Calibrations are all that the database knows between two times, by their
// first replica; a zero time is no bound. Replicas are put together before the
// bounds are looked at, so that none is cut in two.
func (d *Database) Calibrations(since, until time.Time, eras era.Eras) ([]Calibration, error) {
	replicas, updated, err := d.all()
	if err != nil {
		return nil, err
	}
	var out []Calibration
	for _, g := range group(replicas, eras) {
		first, last := g.replicas[0], g.replicas[len(g.replicas)-1]
		if !since.IsZero() && !last.StopTime.After(since) || !until.IsZero() && first.StartTime.After(until) {
			continue
		}
		out = append(out, judge(g.id, g.replicas, updated, eras, nil))
	}
	return out, nil
}

// Calibration answers for one calibration: which replicas are its own, whether
// they are all there, and what is odd about them. Plan is when its replicas were
// to begin, where the loads tell (package starcheck); with it the numbers of
// missing replicas are certain.
func (d *Database) Calibration(id chandra.ID, eras era.Eras, plan ...time.Time) (Calibration, error) {
	replicas, updated, err := d.all()
	if err != nil {
		return Calibration{}, err
	}
	return Judge(id, replicas, updated, eras, plan...), nil
}

// all reads every replica; there are some hundreds in all years.
func (d *Database) all() ([]Replica, time.Time, error) {
	replicas, err := d.Replicas(time.Time{}, time.Time{})
	if err != nil {
		return nil, time.Time{}, err
	}
	updated, _, err := d.Updated(ReplicaEvent)
	return replicas, updated, err
}

type grouped struct {
	id       chandra.ID
	replicas []Replica
}

func group(replicas []Replica, eras era.Eras) (out []grouped) {
	starts := make([]time.Time, len(replicas))
	for i, r := range replicas {
		starts[i] = r.StartTime
	}
	for _, g := range eras.Group(starts) {
		one := grouped{id: g.ID}
		for _, i := range g.Replicas {
			one.replicas = append(one.replicas, replicas[i])
		}
		out = append(out, one)
	}
	return out
}

// Judge is [Database.Calibration] on replicas that were read already, in any
// order. A zero updated is not known.
func Judge(id chandra.ID, replicas []Replica, updated time.Time, eras era.Eras, plan ...time.Time) Calibration {
	groups := group(replicas, eras)
	at, note := choose(id, groups, plan)
	if at < 0 {
		c := judge(id, nil, updated, eras, plan)
		c.Near = near(id, groups)
		return c
	}
	c := judge(groups[at].id, groups[at].replicas, updated, eras, plan)
	if note != "" {
		c.Warnings = append([]string{note}, c.Warnings...)
	}
	return c
}

// choose finds the group that a calibration is, -1 for none. By name first; then
// by the plan; then a day before or after, as the archive's own tool did.
func choose(id chandra.ID, groups []grouped, plan []time.Time) (at int, note string) {
	if at = slices.IndexFunc(groups, func(g grouped) bool { return g.id == id }); at >= 0 {
		return at, ""
	}
	at = slices.IndexFunc(groups, func(g grouped) bool {
		return slices.ContainsFunc(g.replicas, func(r Replica) bool { return nearest(r, plan) > 0 })
	})
	if at >= 0 {
		return at, fmt.Sprintf("kadi's first replica of %s began on %s: those before it that were planned are not there", id, groups[at].id.Colon())
	}
	for _, days := range []int{-1, 1} {
		day := chandra.IDOf(id.Date().AddDate(0, 0, days))
		if at = slices.IndexFunc(groups, func(g grouped) bool { return g.id == day }); at >= 0 {
			return at, fmt.Sprintf("the first replica began on %s, not on %s: an id is the UTC day of the first replica, so check which is right", day.Colon(), id.Colon())
		}
	}
	at = slices.IndexFunc(groups, func(g grouped) bool {
		last := g.replicas[len(g.replicas)-1]
		return g.id <= id && id <= chandra.IDOf(last.StartTime)
	})
	if at >= 0 {
		return at, fmt.Sprintf("%s lies within the calibration that began on %s: use that id", id.Colon(), groups[at].id.Colon())
	}
	return -1, ""
}

// near are the ids before and after one.
func near(id chandra.ID, groups []grouped) (out []chandra.ID) {
	next, _ := slices.BinarySearchFunc(groups, id, func(g grouped, id chandra.ID) int { return strings.Compare(string(g.id), string(id)) })
	if next > 0 {
		out = append(out, groups[next-1].id)
	}
	if next < len(groups) {
		out = append(out, groups[next].id)
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

// judge fills in what follows from a group's own replicas.
func judge(id chandra.ID, replicas []Replica, updated time.Time, eras era.Eras, plan []time.Time) Calibration {
	e := eras.Of(id)
	c := Calibration{ID: id, Replicas: replicas, Expected: e.Replicas, Updated: updated}
	if len(plan) != e.Replicas {
		plan = nil // of another kind of calibration
	}
	c.number(e, plan)
	c.Due = c.due(e, plan)
	switch {
	case len(replicas) >= e.Replicas && len(c.Missing) == 0:
		c.State = Complete
	case updated.IsZero():
		c.State = Unclear
	case updated.Before(c.Due):
		c.State = Wait
	default:
		c.State = Lost
	}
	c.check(e)
	return c
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
		return last.Add(seconds(e.ApartDays * 86400))
	}
	// Some may be missing between those that are there, or the sequence may
	// have paused.
	due := first.Add(seconds(float64(e.Replicas-1) * PitchS))
	if paused := last.Add(seconds(float64(e.Replicas-n) * PitchS)); len(c.Missing) == 0 && paused.After(due) {
		due = paused
	}
	return due.Add(seconds(DurationS + ToleranceS))
}

// Sentence says how it stands, and what to do.
func (c Calibration) Sentence() string {
	n := len(c.Replicas)
	there := fmt.Sprintf("kadi has %d of %d replicas of %s", n, c.Expected, c.ID)
	if n > 0 {
		there += fmt.Sprintf(", %s to %s", c.Replicas[0].Start, c.Replicas[n-1].Stop)
	}
	var missing string
	if len(c.Missing) > 0 {
		missing = " (missing: " + numbers(c.Missing) + ")"
	}
	var beside string
	if len(c.Near) > 0 {
		var names []string
		for _, id := range c.Near {
			names = append(names, string(id))
		}
		beside = "; the nearest that it knows: " + strings.Join(names, " and ")
	}
	switch c.State {
	case Complete:
		if n == c.Expected {
			return fmt.Sprintf("kadi has all %d replicas of %s, %s to %s", n, c.ID, c.Replicas[0].Start, c.Replicas[n-1].Stop)
		}
		return there
	case Wait:
		return fmt.Sprintf("%s; it has processed telemetry up to %s and the last should be over by %s: wait%s", there, chandra.FormatDate(c.Updated), chandra.FormatDate(c.Due), beside)
	case Unclear:
		return fmt.Sprintf("%s%s, and does not say how far it has processed telemetry: check whether it is up to date%s", there, missing, beside)
	}
	if n == 0 {
		return fmt.Sprintf("%s, although it has processed telemetry up to %s: check the id%s", there, chandra.FormatDate(c.Updated), beside)
	}
	return fmt.Sprintf("%s%s, although it has processed telemetry up to %s: the others are lost, so go on only if those that are there will do", there, missing, chandra.FormatDate(c.Updated))
}

func numbers(list []int) string {
	var out []string
	for _, n := range list {
		out = append(out, fmt.Sprint(n))
	}
	return strings.Join(out, ", ")
}
