package timeline

import (
	"slices"
	"time"
)

// tables are the sources that say when replicas were taken.
func (k *checker) tables() (names []string) {
	for _, c := range k.Claims {
		if c.Event == Exposed && !slices.Contains(names, c.Source) {
			names = append(names, c.Source)
		}
	}
	return names
}

// checkExposed holds each table of replicas against the id, the era and the
// other tables. What kadi says of its own rows is its own package's to judge.
func (k *checker) checkExposed() {
	all := k.spans(Exposed)
	for _, source := range k.tables() {
		var rows []span
		of := 0
		for _, s := range all {
			if s.Source != source {
				continue
			}
			of++
			if k.possible(s) {
				rows = append(rows, s)
			}
		}
		rows = k.keepDay(source, rows)
		if source != Kadi {
			const do = "correct the table, or move it away to use the times of the telemetry"
			k.checkOverlap(rows, 0, "were taken", do, Wrong)
			if k.checkOrder(rows, "were taken", do, Wrong) {
				k.checkSteps(source, rows, do)
			}
			k.checkLasts(source, rows, do)
		}
		k.exposed = append(k.exposed, rows...)
	}
	k.compareTables()
}

// possible tells whether the time from start to stop can be that of a replica.
func (k *checker) possible(s span) bool {
	if s.Source == Kadi || s.Stop == "" {
		return true
	}
	d := s.stop.Sub(s.start)
	switch {
	case d < 0:
		k.contradict(Wrong, s.Source, numbered(s.Replica), "%s has %s stop at %s, %s before it starts at %s: correct the table", s.Source, list(numbered(s.Replica)), s.Stop, far(d), s.Start)
	case s.Source == Properties:
		return true // it may have times of reception
	case d < shortest || d > longest:
		k.contradict(Wrong, s.Source, numbered(s.Replica), "%s has %s last %s, from %s to %s, and a replica lasts 328 or about 590 s: correct the table", s.Source, list(numbered(s.Replica)), far(d), s.Start, s.Stop)
	default:
		return true
	}
	return false
}

// keepDay leaves the rows that the id allows and names the others.
func (k *checker) keepDay(source string, rows []span) (kept []span) {
	var early, late []span
	slack := time.Duration(0)
	if source == Properties {
		slack = day
	}
	for _, s := range rows {
		end := k.lastDay()
		if s.Replica == 1 {
			end = k.ID.Date().Add(day)
		}
		switch away := outside(s.start, k.ID.Date().Add(-slack), end.Add(slack)); {
		case away < 0:
			early = append(early, s)
		case away > 0 || s.start.Equal(end.Add(slack)):
			late = append(late, s)
		default:
			kept = append(kept, s)
		}
	}
	for i, g := range [][]span{early, late} {
		if len(g) == 0 {
			continue
		}
		s := g[0]
		k.contradict(Wrong, source, numbersOf(g), "%s has %s begin at %s, %s %s %s began, which is the UTC day of the first replica%s: correct the table or the id; no time of %s is used",
			source, list(numbersOf(g)), s.Start, far(s.start.Sub(k.ID.Date())), [...]string{"before", "after"}[i], k.theDay(), k.besideReception(s), source)
	}
	return kept
}

// besideReception says when a replica was received, where that is known.
func (k *checker) besideReception(s span) string {
	for _, r := range k.fit {
		if r.Replica == s.Replica {
			return ", and it was received at " + date(r.start) + " (" + r.Source + ")"
		}
	}
	return ""
}

// checkSteps holds the steps between neighbours against the era.
func (k *checker) checkSteps(source string, rows []span, do string) {
	if k.apart() == 0 || len(rows) < 2 {
		return
	}
	groups := k.grouped(rows, 0)
	for i := 1; i < len(groups); i++ {
		before, s := groups[i-1][len(groups[i-1])-1], groups[i][0]
		k.contradict(Wrong, source, []int{before.Replica, s.Replica}, "%s has %s begin at %s and %s at %s, %s apart, where neighbouring replicas are at most %s apart: %s",
			source, list(numbered(before.Replica)), before.Start, list(numbered(s.Replica)), s.Start, far(s.start.Sub(before.start)), far(k.apart()), do)
	}
}

// checkLasts names rows that last less than half or more than twice as long as
// most of the table.
func (k *checker) checkLasts(source string, rows []span, do string) {
	var lasts []time.Duration
	for _, s := range rows {
		if s.Stop != "" {
			lasts = append(lasts, s.stop.Sub(s.start))
		}
	}
	if len(lasts) < 3 {
		return
	}
	slices.Sort(lasts)
	usual := lasts[len(lasts)/2]
	for _, s := range rows {
		if d := s.stop.Sub(s.start); s.Stop != "" && (d < usual/2 || d > usual*2) {
			k.contradict(Wrong, source, numbered(s.Replica), "%s has %s last %s, from %s to %s, and most of its replicas %s: %s",
				source, list(numbered(s.Replica)), far(d), s.Start, s.Stop, far(usual), do)
		}
	}
}

// compareTables holds each table against kadi, by the numbers of replicas.
func (k *checker) compareTables() {
	for _, s := range k.exposed {
		if s.Source == Kadi || s.Replica == 0 || !k.withinHours() {
			continue
		}
		for _, o := range k.exposed {
			away := s.start.Sub(o.start)
			if o.Source == Kadi && o.Replica == s.Replica && away.Abs() > clock {
				k.contradict(Wrong, s.Source, numbered(s.Replica), "%s has replica %d begin at %s and kadi at %s, %s apart: correct the table, or move it away and let `darksite info` write it",
					s.Source, s.Replica, s.Start, o.Start, far(away))
			}
		}
	}
}

// checkDelays holds the times at which replicas were received against those at
// which they were taken.
func (k *checker) checkDelays() {
	for _, source := range k.tables() {
		if k.unfit[source] {
			continue // it is not used
		}
		var rows []span
		for _, s := range k.exposed {
			if s.Source == source {
				rows = append(rows, s)
			}
		}
		var slips []span // receptions
		for _, r := range k.fit {
			row, delay, ok := k.match(r, rows)
			switch {
			case !ok || delay >= -clock && delay <= latest:
			case delay < 0 && delay > -day:
				slips = append(slips, r)
			case delay < 0:
				k.contradict(Wrong, source, numbered(r.Replica), "%s was received at %s (%s), %s before it began by %s at %s: one of the two is of another calibration; correct the table, or fetch the right file",
					list(numbered(r.Replica)), date(r.start), r.Source, far(delay), source, row.Start)
			default:
				k.contradict(Wrong, source, numbered(r.Replica), "%s was received at %s (%s), %s after it began by %s at %s, where telemetry comes within %s: one of the two is of another calibration; correct the table, or fetch the right file",
					list(numbered(r.Replica)), date(r.start), r.Source, far(delay), source, row.Start, far(latest))
			}
		}
		if len(slips) > 0 {
			r := slips[0]
			row, delay, _ := k.match(r, rows)
			k.contradict(Slip, source, numbersOf(slips), "%s %s received before taken: %s at %s (%s), %s before it began by %s at %s; check the times of %s",
				list(numbersOf(slips)), were(numbersOf(slips)), list(numbered(r.Replica)), date(r.start), r.Source, far(delay), source, row.Start, source)
		}
	}
}

// match finds the row of a table that a reception is of: the one of its number,
// or where replicas lie days apart and numbers may be counted otherwise, or the
// table has none, the latest that it can be of.
func (k *checker) match(r span, rows []span) (row span, delay time.Duration, ok bool) {
	for _, s := range rows {
		if s.Replica == r.Replica {
			row, delay, ok = s, r.start.Sub(s.start), true
		}
	}
	if ok && (k.withinHours() || delay >= -clock && delay <= latest) {
		return row, delay, ok
	}
	numbered := false
	for _, s := range rows {
		numbered = numbered || s.Replica > 0
	}
	if numbered && k.withinHours() {
		return row, delay, false // the table lacks this replica
	}
	for _, s := range rows {
		d := r.start.Sub(s.start)
		if fits := d >= -clock && d <= latest; !ok || fits || !(delay >= -clock && delay <= latest) && d.Abs() < delay.Abs() {
			row, delay, ok = s, d, true
		}
	}
	if delay > latest && !k.withinHours() && len(rows) < len(k.fit) && row.Replica != r.Replica {
		return row, delay, false // it came after the table was written
	}
	return row, delay, ok
}

// checkCatalogue holds the first star catalogue against the id, the first
// replica and the reception.
func (k *checker) checkCatalogue() {
	for _, s := range k.spans(Catalogue) {
		from := k.ID.Date().Add(-day)
		to := k.ID.Date().Add(day)
		if s.start.Before(from) || !s.start.Before(to) {
			k.contradict(Wrong, s.Source, nil, "%s says %s, the calibration is of %s, %s away, and the first star catalogue is uplinked within a day before the first replica: correct the file or the id",
				s.Source, s.Start, k.ID.Colon(), far(s.start.Sub(k.ID.Date())))
			continue
		}
		if !k.beforeFirst(s) {
			continue
		}
		k.beforeReception(s)
	}
}

// beforeFirst tells whether the catalogue precedes the first replica of every
// table that fits, and not by more than a day.
func (k *checker) beforeFirst(s span) bool {
	for _, source := range k.tables() {
		first := k.firstOf(source)
		if first == nil || k.unfit[source] {
			continue
		}
		switch ahead := first.start.Sub(s.start); {
		case ahead < -clock:
			w := Slip
			if ahead <= -day {
				w = Wrong
			}
			k.contradict(w, s.Source, nil, "%s says %s for the first star catalogue, %s after %s began by %s at %s, and it comes before: correct the one that is wrong",
				s.Source, s.Start, far(ahead), list(numbered(first.Replica)), source, first.Start)
			return false
		case ahead > day+sequence && k.withinHours(): // the first at hand may be a later one
			k.contradict(Wrong, s.Source, nil, "%s says %s for the first star catalogue, %s before %s began by %s at %s, and it comes within a day: correct the one that is wrong",
				s.Source, s.Start, far(ahead), list(numbered(first.Replica)), source, first.Start)
			return false
		}
	}
	return true
}

// firstOf is the earliest row of a table that may be true.
func (k *checker) firstOf(source string) *span {
	var first *span
	for i := range k.exposed {
		if s := &k.exposed[i]; s.Source == source && (first == nil || s.start.Before(first.start)) {
			first = s
		}
	}
	return first
}

func (k *checker) beforeReception(s span) {
	if len(k.fit) == 0 {
		return
	}
	first := slices.MinFunc(k.fit, func(a, b span) int { return a.start.Compare(b.start) })
	ahead := first.start.Sub(s.start)
	if ahead < -clock {
		w := Slip
		if ahead <= -day {
			w = Wrong
		}
		k.contradict(w, s.Source, nil, "%s says %s for the first star catalogue, %s after replica %d was received at %s (%s), and it comes before: correct the one that is wrong",
			s.Source, s.Start, far(ahead), first.Replica, date(first.start), first.Source)
	}
}
