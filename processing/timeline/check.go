package timeline

import (
	"fmt"
	"slices"
	"time"

	"darksite/processing/chandra"
)

// Check returns what cannot be true together, in the order of the sources:
// names of files, telemetry, tables of the replicas, first star catalogue. It is
// empty where everything fits, and where nothing is said.
func (t Timeline) Check() []Contradiction {
	k := checker{Timeline: t, unfit: map[string]bool{}}
	k.checkReadable()
	k.checkNames()
	k.checkReceived()
	k.checkExposed()
	k.checkDelays()
	k.checkCatalogue()
	return k.found
}

type checker struct {
	Timeline
	found []Contradiction
	// fit are the receptions that may be of this calibration, by replica.
	fit []span
	// exposed are the rows of tables that may be true.
	exposed []span
	// unfit are the tables of which any row is wrong.
	unfit map[string]bool
}

func (k *checker) contradict(w Weight, source string, replicas []int, format string, args ...any) {
	k.found = append(k.found, Contradiction{w, source, replicas, fmt.Sprintf(format, args...)})
	if w == Wrong {
		k.unfit[source] = true
	}
}

// theDay is the calibration's, as sentences name it.
func (k *checker) theDay() string { return k.ID.Colon() + ", the day of the calibration" }

// checkReadable names claims that are no times.
func (k *checker) checkReadable() {
	for _, c := range k.Claims {
		for _, s := range []string{c.Start, c.Stop} {
			if _, err := chandra.ParseDate(s); err != nil && (s != "" || c.Start == "") {
				k.contradict(Wrong, c.Source, numbered(c.Replica), "%s gives %q as a time: want YYYY:DDD:HH:MM:SS.sss; process the calibration again", c.Source, s)
			}
		}
	}
}

func numbered(replica int) []int {
	if replica == 0 {
		return nil
	}
	return []int{replica}
}

// checkNames holds the days in the names of files against the id.
func (k *checker) checkNames() {
	last := k.lastDay().Add(-day)
	var others []span
	for _, s := range k.spans(Day) {
		switch {
		case !k.ofCalibration(s):
			others = append(others, s)
		case s.Replica == 1 && k.withinHours() && !s.start.Equal(k.ID.Date()):
			k.contradict(Wrong, s.Source, numbered(1), "%s, the first replica, is named after %s, not after %s: an id is the UTC day of the first replica; rename the directory if the file is right",
				s.Source, chandra.IDOf(s.start).Colon(), k.theDay())
		}
	}
	if len(others) == 0 {
		return
	}
	s, more := others[0], ""
	if n := len(others) - 1; n > 0 {
		more = fmt.Sprintf(" (and %d more like it)", n)
	}
	k.contradict(Wrong, s.Source, numbersOf(others), "%s%s is named after %s, %s from %s, and files of this calibration are named after %s to %s: it is of another calibration, or the id is wrong; move what is of another to the directory of its own",
		s.Source, more, chandra.IDOf(s.start).Colon(), far(s.start.Sub(k.ID.Date())), k.theDay(), k.ID.Colon(), chandra.IDOf(last).Colon())
}

// ofCalibration tells whether a file is named after a day on which a replica may
// begin.
func (k *checker) ofCalibration(name span) bool {
	return !name.start.Before(k.ID.Date()) && name.start.Before(k.lastDay())
}

// window is when replicas may be received: not before the day of the calibration
// begins, and not much later than the last of them may be taken.
func (k *checker) window() (from, to time.Time) {
	from = k.ID.Date()
	if k.withinHours() {
		return from, from.Add(day + sequence + latest)
	}
	return from, k.lastDay().Add(latest)
}

// outside is how far a time is outside of an interval: negative before it,
// positive behind it, 0 within.
func outside(at, from, to time.Time) time.Duration {
	switch {
	case at.Before(from):
		return at.Sub(from)
	case at.After(to):
		return at.Sub(to)
	}
	return 0
}

// sided tells before from after.
func sided(d time.Duration) string {
	if d < 0 {
		return "before"
	}
	return "after"
}

// checkReceived holds the times inside the telemetry against the id, the names
// of the files, and each other.
func (k *checker) checkReceived() {
	all := k.receptions()
	from, to := k.window()
	var stray []span
	for _, r := range all {
		switch {
		case outside(r.start, from, to) != 0:
			stray = append(stray, r)
		case !k.asNamed(r):
		default:
			k.fit = append(k.fit, r)
		}
	}
	k.strayed(stray, len(all))
	k.keepTogether()
	k.checkOverlap(k.fit, interleaved, "were received", "one of them is the same telemetry again, or of another calibration: compare the files, and fetch again the one that was overwritten", Wrong)
	if k.withinHours() {
		k.checkOrder(k.fit, "were received", "the numbers in the names of the files are mixed up: compare the files with the place that they came from", Wrong)
	}
}

// receptions joins the stretches in which a replica was received. One that came
// at two times far apart is two.
func (k *checker) receptions() (out []span) {
	spans := k.spans(Received)
	for i := 0; i < len(spans); {
		one, first := spans[i], i
		var split *span
		for i++; i < len(spans) && spans[i].Replica == one.Replica && spans[i].Source == one.Source; i++ {
			if spans[i].start.Sub(one.stop) > day && split == nil {
				split = &spans[i]
			}
			if spans[i].stop.After(one.stop) {
				one.stop = spans[i].stop
			}
		}
		if split == nil {
			out = append(out, one)
			continue
		}
		before := spans[first]
		k.contradict(Foreign, one.Source, numbered(one.Replica), "the rows of %s (%s) were received at two times, from %s and from %s, %s apart: the file holds telemetry of two calibrations; fetch it again",
			list(numbered(one.Replica)), one.Source, date(before.start), date(split.start), far(split.start.Sub(before.start)))
	}
	return out
}

// strayed names replicas that were received outside of what the id allows.
func (k *checker) strayed(stray []span, of int) {
	if len(stray) == 0 {
		return
	}
	from, to := k.window()
	earliest := slices.MinFunc(stray, func(a, b span) int { return a.start.Compare(b.start) })
	if len(stray) == of && of > 1 {
		away := outside(earliest.start, from, to)
		k.contradict(Foreign, earliest.Source, numbersOf(stray), "all %d replicas were received outside of the time of the calibration, the first at %s (%s), %s %s %s: they are of another calibration; if the telemetry is right, move the directory to its id, about %s",
			of, date(earliest.start), earliest.Source, far(earliest.start.Sub(k.ID.Date())), sided(away), k.theDay(), chandra.IDOf(earliest.start))
		return
	}
	for _, r := range stray {
		k.contradict(Foreign, r.Source, numbered(r.Replica), "%s was received at %s (%s), %s %s %s, where a replica is received within %s of it: its telemetry is of another calibration; move the file away and fetch the right one",
			list(numbered(r.Replica)), date(r.start), r.Source, far(r.start.Sub(k.ID.Date())), sided(outside(r.start, from, to)), k.theDay(), far(to.Sub(from)))
	}
}

// asNamed holds a reception against the day in the name of its file. Where
// replicas lie days apart, each is named after its own day.
func (k *checker) asNamed(r span) bool {
	for _, n := range k.spans(Day) {
		if n.Source != r.Source || n.Replica != r.Replica || !k.ofCalibration(n) {
			continue
		}
		// What crosses midnight may be named after the day on which it ends.
		away := outside(r.start, n.start.Add(-sequence), n.start.Add(day+sequence+latest))
		if away != 0 {
			k.contradict(Foreign, r.Source, numbered(r.Replica), "%s was received at %s, %s %s the day that its file %s is named after: the file was renamed, or its telemetry is of another calibration; move it away and fetch the right one",
				list(numbered(r.Replica)), date(r.start), far(r.start.Sub(n.start)), sided(away), r.Source)
			return false
		}
	}
	return true
}

// keepTogether leaves the largest group of replicas that follow one another as
// closely as the era says, and names the others.
func (k *checker) keepTogether() {
	step := k.apart()
	if step == 0 || len(k.fit) < 2 {
		return
	}
	late := time.Duration(0)
	if !k.withinHours() {
		late = latest // one may come at once and the next one late
	}
	groups := k.grouped(k.fit, late)
	if len(groups) == 1 {
		return
	}
	main := slices.MaxFunc(groups, func(a, b []span) int { return len(a) - len(b) })
	for _, g := range groups {
		if g[0].Source == main[0].Source && g[0].Replica == main[0].Replica {
			continue
		}
		near, away := nearest(g, main)
		k.contradict(Foreign, g[0].Source, numbersOf(g), "%s %s received at %s (%s), %s from replica %d at %s, the nearest of the others, where neighbouring replicas are at most %s apart: the telemetry is of another calibration; move the file away and fetch the right one",
			list(numbersOf(g)), were(numbersOf(g)), date(g[0].start), g[0].Source, far(away), near.Replica, date(near.start), far(step+late))
	}
	k.fit = slices.DeleteFunc(k.fit, func(s span) bool {
		return !slices.ContainsFunc(main, func(m span) bool { return m.Replica == s.Replica && m.Source == s.Source })
	})
}

// grouped puts spans together that follow one another as the era says, and late
// by so much more, in the order of time.
func (k *checker) grouped(spans []span, late time.Duration) (groups [][]span) {
	sorted := slices.Clone(spans)
	slices.SortStableFunc(sorted, func(a, b span) int { return a.start.Compare(b.start) })
	for i, s := range sorted {
		if i == 0 || s.start.Sub(sorted[i-1].start) > k.step(sorted[i-1], s)+late {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], s)
	}
	return groups
}

// step is the most between two replicas that follow one another at hand. Within
// hours it allows for those that are missing between them.
func (k *checker) step(a, b span) time.Duration {
	if k.withinHours() {
		return k.apart()
	}
	return k.apart() * time.Duration(max(1, b.Replica-a.Replica))
}

// nearest is the span of another group that is nearest to one.
func nearest(group, others []span) (near span, away time.Duration) {
	for i, o := range others {
		for _, s := range group {
			if d := s.start.Sub(o.start).Abs(); i == 0 || d < away {
				near, away = o, d
			}
		}
	}
	return near, away
}

func numbersOf(spans []span) (out []int) {
	for _, s := range spans {
		if s.Replica > 0 && !slices.Contains(out, s.Replica) {
			out = append(out, s.Replica)
		}
	}
	slices.Sort(out)
	return out
}

// checkOverlap names pairs of replicas that share time.
func (k *checker) checkOverlap(spans []span, tolerance time.Duration, what, do string, w Weight) {
	for i, a := range spans {
		for _, b := range spans[i+1:] {
			from, to := chandra.Later(a.start, b.start), chandra.Earlier(a.stop, b.stop)
			shared := to.Sub(from)
			// A few rows of a tiny file take less time than the tolerance.
			least := min(tolerance, a.stop.Sub(a.start)/2, b.stop.Sub(b.start)/2)
			if a.Replica == b.Replica || shared < 0 || shared <= least && !a.start.Equal(b.start) {
				continue
			}
			k.contradict(w, b.Source, []int{a.Replica, b.Replica}, "replicas %d and %d %s at the same time, from %s to %s and from %s to %s (%s): %s",
				a.Replica, b.Replica, what, date(a.start), date(a.stop), date(b.start), date(b.stop), sources(a, b), do)
		}
	}
}

func sources(a, b span) string {
	if a.Source == b.Source {
		return a.Source
	}
	return a.Source + " and " + b.Source
}

// checkOrder holds the numbers of replicas against the order of their times, and
// tells whether they agree.
func (k *checker) checkOrder(spans []span, what, do string, w Weight) bool {
	sorted := slices.Clone(spans)
	slices.SortStableFunc(sorted, func(a, b span) int { return a.start.Compare(b.start) })
	for i := 1; i < len(sorted); i++ {
		a, b := sorted[i-1], sorted[i]
		if a.Replica <= b.Replica || a.start.Equal(b.start) {
			continue
		}
		var order []string
		for _, s := range sorted {
			order = append(order, fmt.Sprint(s.Replica))
		}
		k.contradict(w, b.Source, numbersOf(spans), "replicas %s in the order %s, replica %d at %s and replica %d only at %s, %s later (%s): %s",
			what, join(order), a.Replica, date(a.start), b.Replica, date(b.start), far(b.start.Sub(a.start)), sources(a, b), do)
		return false
	}
	return true
}

func join(words []string) string {
	out := words[0]
	for _, w := range words[1:] {
		out += ", " + w
	}
	return out
}
