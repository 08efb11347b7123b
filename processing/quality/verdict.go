package quality

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"darksite/internal/ground/phrase"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
)

// State is how a clause or a whole calibration came out.
type State string

const (
	Good          State = "good"     // of a calibration: every clause that counts passes
	Pass          State = "pass"     // of a clause
	Remarked      State = "remarked" // good, with something to know and nothing to do
	Degraded      State = "degraded" // something changes how the map may be used
	Bad           State = "bad"      // not to be used
	Unknown       State = "unknown"  // the number is not there
	NotApplicable State = "not applicable"
	Off           State = "off" // switched off by the rules
)

// Verdicts are the states of a calibration, the best first.
var Verdicts = []State{Good, Remarked, Degraded, Bad}

// rank grows as states get worse; what does not count is as good as what passes.
func (s State) rank() int { return max(0, slices.Index(Verdicts, s)) }

func worse(a, b State) State {
	if b.rank() > a.rank() {
		return b
	}
	return a
}

// Word is the state as people read it.
func (s State) Word() string {
	if s == Remarked {
		return "good, with remarks"
	}
	return string(s)
}

// Verdict is a calibration held against rules.
type Verdict struct {
	ID    chandra.ID `json:"id"`
	State State      `json:"state"` // one of Verdicts
	// Reason is the verdict in one line: the word, the worst cause, how many more
	// there are, and how many clauses are unknown.
	Reason  string   `json:"summary"`
	Causes  []Cause  `json:"causes"` // the worst first
	Rules   Source   `json:"rules"`
	Clauses []Clause `json:"clauses"` // always all of them, in the same order
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
	// Counts is what the clause adds to the verdict: Pass, Remarked, Degraded or
	// Bad. It differs from State where something unknown counts.
	Counts State `json:"counts"`
	// Sentence is one sentence or more: the number, its limit, and where it
	// fails what that means.
	Sentence string `json:"sentence"`
	// Do is a sentence, where the clause makes the calibration degraded or bad.
	Do       string    `json:"do,omitempty"`
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
	RemarkedBelow *float64 `json:"remarked_below,omitempty"`
	RemarkedAbove *float64 `json:"remarked_above,omitempty"`
	DegradedBelow *float64 `json:"degraded_below,omitempty"`
	DegradedAbove *float64 `json:"degraded_above,omitempty"`
	BadBelow      *float64 `json:"bad_below,omitempty"`
	BadAbove      *float64 `json:"bad_above,omitempty"`
	// Unknown is how a missing number counts: Pass, Remarked, Degraded or Bad.
	Unknown State `json:"unknown"`
	Off     bool  `json:"off,omitempty"`
	// GrowsPerYear is the share by which all limits above grow in a year since
	// GrowsFrom, YYYY-MM-DD; they are given as they are on the day.
	GrowsPerYear float64 `json:"grows_per_year,omitempty"`
	GrowsFrom    string  `json:"grows_from,omitempty"`
	// From and To are the days of calibrations it is for, YYYY-MM-DD, both
	// included; "" is without end.
	From     string   `json:"applies_from,omitempty"`
	To       string   `json:"applies_to,omitempty"`
	Evidence []string `json:"evidence"`
}

// Judge holds a calibration against rules.
func Judge(s Subject, r *Rules) Verdict {
	v := Verdict{ID: s.Calibration.ID, State: Good, Rules: r.source}
	var causes []Cause
	add := func(c Clause, f finding, x *crossing, at Place) {
		v.Clauses = append(v.Clauses, c)
		v.State = worse(v.State, c.Counts)
		if c.Counts != Pass {
			cause := Cause{c.Counts, f.text(c.Measured, x), c.Name, []string{}, at, f.against, []string{}}
			if c.Do != "" {
				cause.Do = append(cause.Do, c.Do)
			}
			causes = append(causes, cause)
		}
	}
	for _, d := range catalogue {
		f := d.measure(s)
		c, x := d.judge(f, r.Limit(d.name, s.Calibration.ID))
		add(c, f, x, d.place)
	}
	whole, f := wholeMap(s)
	add(whole, f, nil, Telemetry)
	times, f := timesFit(s)
	add(times, f, nil, Sources)
	v.Causes = together(causes)
	v.Reason = v.reason()
	return v
}

// finding is what a clause measured. Without a value, says tells why.
type finding struct {
	value  *float64
	state  State  // NotApplicable, or "" for a value that is known or not
	least  State  // that it counts as whatever the limits, or ""
	says   string // begins with a capital, has no full stop, holds the value
	means  string // a sentence for when it fails
	do     string // a sentence for when it fails
	source string
	// Of the cause, label stands before value and limit. Brief says it without
	// label and value, where that is plainer.
	label, brief string
	against      chandra.ID // the calibration that it is compared with
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
	place             Place
	measure           func(Subject) finding
}

// judge holds a finding against a limit, nil where the rules have none that day.
// It also gives the limit that was crossed.
func (d *definition) judge(f finding, l *Limit) (c Clause, x *crossing) {
	c = Clause{Name: d.name, Title: d.title, Counts: Pass, Limit: l, Source: f.source}
	if f.value != nil && !math.IsNaN(*f.value) && !math.IsInf(*f.value, 0) {
		c.Measured = &Quantity{*f.value, d.unit}
	}
	switch {
	case f.state == NotApplicable:
		c.State, c.Sentence = NotApplicable, f.says+"."
		return c, nil
	case l == nil:
		c.State, c.Sentence = NotApplicable, f.says+". The rules have no limit for this day."
		return c, nil
	case l.Off:
		c.State, c.Sentence = Off, f.says+". The rules switch this clause off: "+strings.Join(l.Evidence, " ")
		return c, nil
	case c.Measured == nil:
		c.State, c.Counts, c.Sentence = Unknown, worse(l.Unknown, f.least), f.says+"."
		if l.Unknown != Pass {
			c.Sentence += " The rules count this as " + string(l.Unknown) + "."
		}
	default:
		c.State, x = l.judge(c.Measured.Value, d.unit)
		c.State = worse(c.State, f.least)
		c.Counts, c.Sentence = c.State, f.says+x.says()+"."
		if c.State != Pass {
			c.Sentence = join(c.Sentence, f.means)
		}
	}
	if c.Counts == Degraded || c.Counts == Bad {
		c.Do = f.do
	}
	return c, x
}

// crossing is a limit that was crossed.
type crossing struct {
	limit float64
	unit  string
	above bool
}

func (x *crossing) sign() string {
	if x.above {
		return ">"
	}
	return "<"
}

// says is how a sentence about the number goes on; nil is no crossing.
func (x *crossing) says() string {
	switch {
	case x == nil:
		return ""
	case x.above:
		return ", above the limit of " + amount(x.limit, x.unit)
	}
	return ", below the limit of " + amount(x.limit, x.unit)
}

// judge also gives the limit that was crossed, nil for none.
func (l *Limit) judge(v float64, unit string) (State, *crossing) {
	for _, t := range []struct {
		state State
		limit *float64
		above bool
	}{
		{Bad, l.BadBelow, false}, {Bad, l.BadAbove, true},
		{Degraded, l.DegradedBelow, false}, {Degraded, l.DegradedAbove, true},
		{Remarked, l.RemarkedBelow, false}, {Remarked, l.RemarkedAbove, true},
	} {
		if t.limit != nil && (t.above && v > *t.limit || !t.above && v < *t.limit) {
			return t.state, &crossing{*t.limit, unit, t.above}
		}
	}
	return Pass, nil
}

// fewRows of the planned ones are lost without a change in how a map may be used,
// if all pixels keep enough samples: 0.1 %, 20 of 20,480, which are in 1 % of the
// pixels one sample of ten (docs/rules.md).
const fewRows = 0.001

const wholeMapClause = "whole-map"

// wholeMap is a clause that no rules can change: a map that rests on less than a
// whole calibration is never without a remark, and is degraded unless only a few
// rows are lost.
func wholeMap(s Subject) (Clause, finding) {
	m := s.Calibration.Map
	n := float64(len(m.Reasons))
	if m.Degraded {
		n = max(n, 1)
	}
	c := Clause{Name: wholeMapClause, Title: "Map rests on a whole calibration", State: Pass, Counts: Pass,
		Measured: &Quantity{n, "reasons"}, Source: "map.degraded_reasons",
		Sentence: "The map is complete, as far as is known."}
	if n == 0 {
		return c, finding{}
	}
	says, f := "The map rests on less than a whole calibration", finding{brief: "the map lacks a part of the calibration"}
	if len(m.Reasons) > 0 {
		says += ": " + strings.Join(m.Reasons, ", ")
		f.brief = phrase.Cut(m.Reasons[0], 67)
	}
	c.State, c.Do, c.Sentence = Degraded, askAgain, says+". No rules can make such a map good."
	if onlyFewRows(s.Calibration) {
		c.State, c.Do, c.Sentence = Remarked, "", says+". No rules can pass that without a remark."
	}
	c.Counts = c.State
	return c, f
}

// onlyFewRows tells whether nothing but a few rows keeps a map from being whole.
func onlyFewRows(c *artifact.Calibration) bool {
	received, planned := rowsReceived(c)
	few, _, known := fewSamples(c)
	return len(c.Map.Reasons) == 1 && received < planned && float64(planned-received) <= fewRows*float64(planned) && known && few == 0
}
