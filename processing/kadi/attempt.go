package kadi

import (
	"fmt"
	"math"
	"slices"
	"time"

	"darksite/processing/chandra"
	"darksite/processing/era"
)

// attempt is a sequence of replicas that was begun once. One that was broken off
// is no part of its repetition.
type attempt struct {
	id       chandra.ID
	replicas []Replica // by start
	complete bool      // by itself
	warnings []string
}

// String names an attempt by its replicas.
func (a attempt) String() string {
	first, last := a.replicas[0], a.replicas[len(a.replicas)-1]
	if len(a.replicas) == 1 {
		return "the replica of " + first.Start
	}
	return fmt.Sprintf("the %d replicas of %s to %s", len(a.replicas), first.Start, last.Stop)
}

// follows counts the replicas that lie where a plan has one.
func (a attempt) follows(plan []time.Time) (n int) {
	for _, r := range a.replicas {
		if nearest(r, plan) > 0 {
			n++
		}
	}
	return n
}

// group puts replicas, in any order, into attempts by time.
func group(replicas []Replica, eras era.Eras) (out []attempt) {
	sorted, doubled := once(replicas)
	starts := make([]time.Time, len(sorted))
	for i, r := range sorted {
		starts[i] = r.StartTime
	}
	for _, g := range eras.Group(starts) {
		e := eras.Of(g.ID)
		var near []Replica
		for _, i := range g.Replicas {
			near = append(near, sorted[i])
		}
		sequences := [][]Replica{near}
		if classic(g.ID, e) {
			sequences = sequencesOf(near, e.Replicas)
		}
		for _, s := range sequences {
			a := attempt{id: chandra.IDOf(s[0].StartTime), replicas: s, complete: whole(s) >= e.Replicas}
			for _, r := range s {
				if w := doubled[r.Start]; w != "" {
					a.warnings = append(a.warnings, w)
				}
			}
			out = append(out, a)
		}
	}
	return out
}

// once sorts replicas and leaves out those that are there twice: the CCD is read
// once at a time. The warnings are by the start of the one that stays.
func once(replicas []Replica) (out []Replica, doubled map[string]string) {
	doubled = map[string]string{}
	sorted := slices.Clone(replicas)
	slices.SortStableFunc(sorted, func(a, b Replica) int { return a.StartTime.Compare(b.StartTime) })
	for _, r := range sorted {
		if n := len(out); n > 0 && (chandra.SameEvent(out[n-1].StartTime, r.StartTime) || r.StartTime.Before(out[n-1].StopTime)) {
			doubled[out[n-1].Start] = fmt.Sprintf("kadi has the replica of %s again from %s on: it counts once", out[n-1].Start, r.Start)
			continue
		}
		out = append(out, r)
	}
	return out, doubled
}

// slackS is how far the gap of one pitch may be from the sequence without being
// a gap between sequences: the longest of those of 2005:070 is 89 s more than
// commanded later, and telemetry adds its grid.
const slackS = 150.0

// steps is how many pitches lie between two starts of one sequence of n
// replicas, 0 where they cannot be of one.
func steps(a, b Replica, n int) int {
	gap := b.StartTime.Sub(a.StartTime).Seconds()
	k := math.Round(gap / PitchS)
	if k < 1 || k > float64(n-1) || math.Abs(gap-k*PitchS) > k*slackS {
		return 0
	}
	return int(k)
}

// sequencesOf splits replicas of one time into sequences of at most n, by their
// spacing.
func sequencesOf(replicas []Replica, n int) (out [][]Replica) {
	from := 0
	for i := range replicas {
		if i > 0 && steps(replicas[i-1], replicas[i], n) == 0 {
			out = append(out, fitting(replicas[from:i], n)...)
			from = i
		}
	}
	return append(out, fitting(replicas[from:], n)...)
}

// fitting splits replicas whose gaps are whole pitches, but which take longer
// than one sequence, at the widest gap; the first of equals is the n-th.
func fitting(replicas []Replica, n int) [][]Replica {
	total, widest, at := 0, 0, 0
	for i := 1; i < len(replicas); i++ {
		k := steps(replicas[i-1], replicas[i], n)
		total += k
		if k > widest || k == widest && i <= n {
			widest, at = k, i
		}
	}
	if total < n {
		return [][]Replica{replicas}
	}
	if widest == 1 {
		at = n
	}
	return append(fitting(replicas[:at], n), fitting(replicas[at:], n)...)
}

// beside tells whether b follows a so soon that one repeats the other.
func beside(a, b attempt, e era.Era) bool {
	last, first := a.replicas[len(a.replicas)-1].StartTime, b.replicas[0].StartTime
	return classic(a.id, e) && first.Sub(last).Hours() <= 24*e.ApartDays
}
