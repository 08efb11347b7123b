package quality

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"darksite/internal/ground/phrase"
	"darksite/processing/chandra"
)

// State is how a clause or a whole calibration came out.
type State string

const (
	Good          State = "good"     // of a calibration: every clause that counts passes
	Pass          State = "pass"     // of a clause
	Degraded      State = "degraded" // usable, with a reason to be careful
	Bad           State = "bad"      // not to be used
	Unknown       State = "unknown"  // the number is not there
	NotApplicable State = "not applicable"
	Off           State = "off" // switched off by the rules
)

// Verdict is a calibration held against rules.
type Verdict struct {
	ID      chandra.ID `json:"id"`
	State   State      `json:"state"`   // Good, Degraded or Bad
	Summary string     `json:"summary"` // one sentence
	Rules   Source     `json:"rules"`
	Clauses []Clause   `json:"clauses"` // always all of them, in the same order
}

// Source names the rules of a verdict.
type Source struct {
	Name   string `json:"name"`
	Date   string `json:"date"` // YYYY-MM-DD
	SHA256 string `json:"sha256"`
}

// Clause is one thing that was looked at.
type Clause struct {
	Name  string `json:"name"`  // as in the rules file
	Title string `json:"title"` // for people
	State State  `json:"state"`
	// Counts is what the clause adds to the verdict: Pass, Degraded or Bad. It
	// differs from State where the rules say how something unknown counts.
	Counts State `json:"counts"`
	// Sentence is one sentence or more: the number, its limit, and where it
	// fails what that means and what to do.
	Sentence string    `json:"sentence"`
	Measured *Quantity `json:"measured"` // nil where there is no number
	Limit    *Limit    `json:"limit"`    // nil where the rules have none for the day
	// Source says where in the artifacts the number came from.
	Source string `json:"source"`
}

// Quantity is a number and its unit; the unit of a ratio is "".
type Quantity struct {
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
}

// Limit is what the rules say of a clause on a day. A number strictly below or
// above a limit fails it.
type Limit struct {
	DegradedBelow *float64 `json:"degraded_below,omitempty"`
	DegradedAbove *float64 `json:"degraded_above,omitempty"`
	BadBelow      *float64 `json:"bad_below,omitempty"`
	BadAbove      *float64 `json:"bad_above,omitempty"`
	// Unknown is how a missing number counts: Pass, Degraded or Bad.
	Unknown State `json:"unknown"`
	Off     bool  `json:"off,omitempty"`
	// From and To are the days of calibrations it is for, YYYY-MM-DD, both
	// included; "" is without end.
	From     string   `json:"applies_from,omitempty"`
	To       string   `json:"applies_to,omitempty"`
	Evidence []string `json:"evidence"`
}

// Judge holds a calibration against rules.
func Judge(s Subject, r *Rules) Verdict {
	v := Verdict{ID: s.Calibration.ID, State: Good, Rules: r.source}
	reasons := map[State][]string{}
	for _, d := range catalogue {
		f := d.measure(s)
		c := d.judge(f, r.limit(d.name, s.Calibration.ID))
		v.Clauses = append(v.Clauses, c)
		reasons[c.Counts] = append(reasons[c.Counts], f.says)
	}
	whole, says := wholeMap(s)
	v.Clauses = append(v.Clauses, whole)
	times, timesSay := timesFit(s)
	v.Clauses = append(v.Clauses, times)
	reasons[times.Counts] = append(reasons[times.Counts], timesSay)
	// It repeats what others say more exactly.
	if len(reasons[Degraded])+len(reasons[Bad]) == 0 {
		reasons[whole.Counts] = append(reasons[whole.Counts], says)
	}
	switch {
	case len(reasons[Bad]) > 0:
		v.State = Bad
		v.Summary = "Bad, not to be used: " + summarize(append(reasons[Bad], reasons[Degraded]...))
	case len(reasons[Degraded]) > 0:
		v.State = Degraded
		v.Summary = "Degraded, usable with care: " + summarize(reasons[Degraded])
	default:
		v.Summary = allPass(v.Clauses)
	}
	return v
}

// mostReasons are named in a summary.
const mostReasons = 3

func summarize(reasons []string) string {
	reasons = slices.Clone(reasons)
	for i, r := range reasons {
		reasons[i] = within(r)
	}
	if n := len(reasons) - mostReasons; n > 0 {
		return fmt.Sprintf("%s; and %d more.", strings.Join(reasons[:mostReasons], "; "), n)
	}
	return strings.Join(reasons, "; ") + "."
}

// within is a sentence as it goes on within another: without the capital at its
// beginning, unless that is a name.
func within(s string) string {
	for _, word := range []string{"The ", "A ", "An ", "Of ", "No ", "Nothing ", "One ", "Each "} {
		if strings.HasPrefix(s, word) {
			return strings.ToLower(s[:1]) + s[1:]
		}
	}
	return s
}

func allPass(clauses []Clause) string {
	count := map[State]int{}
	for _, c := range clauses {
		count[c.State]++
	}
	s := "Good: " + phrase.Plural(count[Pass], "clause passes", "clauses pass")
	if n := count[Unknown]; n > 0 {
		s += ", " + phrase.Plural(n, "is unknown", "are unknown")
	}
	if n := count[Off]; n > 0 {
		s += ", " + phrase.Plural(n, "is off", "are off")
	}
	return s + "."
}

// finding is what a clause measured. Without a value, says tells why.
type finding struct {
	value  *float64
	state  State  // NotApplicable, or "" for a value that is known or not
	says   string // begins with a capital, has no full stop, holds the value
	means  string // a sentence for when it fails
	do     string // a sentence for when it fails
	source string
}

func unknown(source, format string, args ...any) finding {
	return finding{says: fmt.Sprintf(format, args...), source: source}
}

func notApplicable(source, format string, args ...any) finding {
	return finding{state: NotApplicable, says: fmt.Sprintf(format, args...), source: source}
}

// definition is a clause before it is measured.
type definition struct {
	name, title, unit string
	low, high         float64 // the numbers that there can be
	measure           func(Subject) finding
}

// judge holds a finding against a limit, nil where the rules have none that day.
func (d *definition) judge(f finding, l *Limit) Clause {
	c := Clause{Name: d.name, Title: d.title, Counts: Pass, Limit: l, Source: f.source}
	if f.value != nil && !math.IsNaN(*f.value) && !math.IsInf(*f.value, 0) {
		c.Measured = &Quantity{*f.value, d.unit}
	}
	switch {
	case f.state == NotApplicable:
		c.State, c.Sentence = NotApplicable, f.says+"."
	case l == nil:
		c.State, c.Sentence = NotApplicable, f.says+". The rules have no limit for this day."
	case l.Off:
		c.State, c.Sentence = Off, f.says+". The rules switch this clause off: "+strings.Join(l.Evidence, " ")
	case c.Measured == nil:
		c.State, c.Counts, c.Sentence = Unknown, l.Unknown, f.says+"."
		if l.Unknown != Pass {
			c.Sentence = join(c.Sentence, "The rules count this as "+string(l.Unknown)+".", f.do)
		}
	default:
		var crossed string
		c.State, crossed = l.judge(c.Measured.Value, d.unit)
		c.Counts, c.Sentence = c.State, f.says+crossed+"."
		if c.State != Pass {
			c.Sentence = join(c.Sentence, f.means, f.do)
		}
	}
	return c
}

// judge also says which limit was crossed.
func (l *Limit) judge(v float64, unit string) (State, string) {
	for _, t := range []struct {
		state State
		limit *float64
		above bool
	}{
		{Bad, l.BadBelow, false}, {Bad, l.BadAbove, true},
		{Degraded, l.DegradedBelow, false}, {Degraded, l.DegradedAbove, true},
	} {
		switch {
		case t.limit == nil:
		case t.above && v > *t.limit:
			return t.state, fmt.Sprintf(", above the limit of %s", amount(*t.limit, unit))
		case !t.above && v < *t.limit:
			return t.state, fmt.Sprintf(", below the limit of %s", amount(*t.limit, unit))
		}
	}
	return Pass, ""
}

// wholeMap is the one clause that no rules can change: a map that rests on less
// than a whole calibration is not good.
func wholeMap(s Subject) (Clause, string) {
	m := s.Calibration.Map
	n := float64(len(m.Reasons))
	if m.Degraded {
		n = max(n, 1)
	}
	c := Clause{Name: "whole-map", Title: "Map rests on a whole calibration", State: Pass, Counts: Pass,
		Measured: &Quantity{n, "reasons"}, Source: "map.degraded_reasons",
		Sentence: "The map is complete, as far as is known."}
	if n == 0 {
		return c, ""
	}
	says := "The map rests on less than a whole calibration"
	if len(m.Reasons) > 0 {
		says += ": " + strings.Join(m.Reasons, ", ")
	}
	c.State, c.Counts = Degraded, Degraded
	c.Sentence = says + ". No rules can make such a map good."
	return c, says
}
