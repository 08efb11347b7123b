package kadi

import (
	"fmt"
	"math"
	"slices"
	"time"

	"darksite/processing/chandra"
	"darksite/processing/era"
)

// How a calibration of five replicas was commanded from 2000 to 2019, in
// seconds (sot/starcheck, A.tlr and B.tlr of its dark current checks): 43 minutes from one start to
// the next, the flag on for 590 s. Telemetry shows both edges on a grid of 32.8
// s, hence the tolerance of two of its steps.
const (
	PitchS     = 2580.0
	DurationS  = 590.0
	ToleranceS = 66.0
)

// classicFrom is the first day of that sequence; 1999:223 was another.
const classicFrom chandra.ID = "2000001"

// classic tells whether a calibration was commanded in that way.
func classic(id chandra.ID, e era.Era) bool {
	return id >= classicFrom && e.ApartDays > 0 && e.ApartDays <= 1
}

// pitches is how many steps of the sequence lie between two starts: 1, or more
// where replicas between them are missing, or 0 where it is no whole number.
func pitches(a, b Replica) int {
	gap := b.StartTime.Sub(a.StartTime).Seconds()
	k := math.Round(gap / PitchS)
	if math.Abs(gap-k*PitchS) > max(1, k)*ToleranceS {
		return 0
	}
	return int(k)
}

// number says which replica each one is, by the plan, or by the gaps between
// them when those leave no choice.
func (c *Calibration) number(e era.Era, plan []time.Time) {
	c.Numbers = make([]int, len(c.Replicas))
	taken := map[int]bool{}
	switch {
	case len(plan) > 0:
		for i, r := range c.Replicas {
			c.Numbers[i] = nearest(r, plan)
		}
	case len(c.Replicas) >= e.Replicas || !classic(c.ID, e):
		for i := range c.Numbers {
			c.Numbers[i] = i + 1
		}
		return
	default:
		at := 1
		for i := range c.Replicas {
			if i > 0 {
				at += max(1, steps(c.Replicas[i-1], c.Replicas[i], e.Replicas))
			}
			c.Numbers[i] = at
		}
		if at != e.Replicas {
			clear(c.Numbers) // the first or the last may be missing
			return
		}
	}
	for _, n := range c.Numbers {
		taken[n] = true
	}
	for n := 1; n <= e.Replicas && len(c.Replicas) > 0; n++ {
		if !taken[n] {
			c.Missing = append(c.Missing, n)
		}
	}
}

// unsharpS is how far seconds may be from a date to the millisecond.
const unsharpS = 0.01

// check looks at the rows themselves, and in the classic era at their times.
func (c *Calibration) check(e era.Era) {
	planned := slices.Max(append(slices.Clone(c.Numbers), 0)) > 0
	for i, r := range c.Replicas {
		name := "the replica of " + r.Start
		if c.Numbers[i] > 0 {
			name = fmt.Sprintf("replica %d (%s)", c.Numbers[i], r.Start)
		} else if planned {
			c.warnf("%s is not where the plan has one", name)
		}
		c.checkRow(name, r)
		if r.Unread != nil {
			c.warnf("%s: a dwell around it is left out: %v", name, r.Unread)
		}
		if !r.whole() {
			c.warnf("%s lasted %.1f s, and a replica lasts 328 or %.0f s: it does not count", name, r.DurS, DurationS)
			continue
		}
		if !classic(c.ID, e) {
			continue
		}
		if math.Abs(r.DurS-DurationS) > ToleranceS {
			c.warnf("%s lasted %.1f s, not %.0f within %.0f s: part of it may be missing", name, r.DurS, DurationS, ToleranceS)
		}
		if i > 0 {
			c.checkPitch(name, c.Replicas[i-1], r)
		}
	}
}

// mostMore is how many more replicas than make a calibration one is known to have:
// six came in 2020 where five were taken to be planned.
const mostMore = 1

// checkCount names more replicas than one calibration is known to have: where each
// may be days after the one before, two calibrations that follow each other soon
// cannot be told apart.
func (c *Calibration) checkCount(e era.Era) {
	if n := len(c.Replicas); !classic(c.ID, e) && e.ApartDays > 1 && n > e.Replicas+mostMore {
		c.warnf("%d replicas follow each other within %v days each, and %d make a calibration complete: they may be of more than one, which kadi does not tell; set days_apart of that era ([calibrations] eras in site.toml) smaller than the pause between them",
			n, e.ApartDays, e.Replicas)
	}
}

// wholeS is what a replica lasts at least, in seconds: half of the shorter of those
// that are known, 328 and 590 s.
const wholeS = 164.0

func (r *Replica) whole() bool { return r.DurS >= wholeS }

// whole counts the replicas that last as long as one.
func whole(replicas []Replica) (n int) {
	for i := range replicas {
		if replicas[i].whole() {
			n++
		}
	}
	return n
}

// checkRow compares what a row says twice.
func (c *Calibration) checkRow(name string, r Replica) {
	if math.Abs(r.TStart-chandra.Seconds(r.StartTime)) > unsharpS || math.Abs(r.TStop-chandra.Seconds(r.StopTime)) > unsharpS {
		c.warnf("%s: its dates are %.3f to %.3f in CXC seconds, and kadi has %.3f to %.3f: the dates are used",
			name, chandra.Seconds(r.StartTime), chandra.Seconds(r.StopTime), r.TStart, r.TStop)
	}
	if math.Abs(r.TStop-r.TStart-r.DurS) > unsharpS {
		c.warnf("%s: kadi has %.3f s from start to stop and a duration of %.3f s", name, r.TStop-r.TStart, r.DurS)
	}
}

// checkPitch compares two starts with the sequence.
func (c *Calibration) checkPitch(name string, before, r Replica) {
	gap := r.StartTime.Sub(before.StartTime).Seconds()
	switch k := pitches(before, r); {
	case k == 1:
	case k > 1:
		c.warnf("%s began %.0f s after the one before it: room for %d between them", name, gap, k-1)
	default:
		c.warnf("%s began %.1f s after the one before it, not %.0f within %.0f s: the sequence was not the usual one", name, gap, PitchS, ToleranceS)
	}
}

func (c *Calibration) warnf(format string, args ...any) {
	c.Warnings = append(c.Warnings, fmt.Sprintf(format, args...))
}
