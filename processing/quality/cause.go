package quality

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"darksite/processing/chandra"
)

// Place is the part of a calibration's page that shows what a cause is about.
type Place string

const (
	Telemetry   Place = "telemetry" // rows, files, samples behind the pixels
	Readouts    Place = "readouts"  // levels of each integration and quadrant
	Temperature Place = "temperature"
	Background  Place = "background" // attitude, zodiacal light
	Sources     Place = "sources"    // what files say and contradict
	Map         Place = "map"
	Pixels      Place = "pixels"     // missing, below zero
	Comparison  Place = "comparison" // with the previous calibration
	History     Place = "history"    // N>100 and the model
)

// Cause is one thing that keeps a calibration from being simply good, however many
// clauses it fails.
type Cause struct {
	State State `json:"state"` // Remarked, Degraded or Bad
	// Text is a line of at most 70 characters without a full stop, with
	// the number and its limit.
	Text    string     `json:"text"`
	Clause  string     `json:"clause"` // that Text is about
	With    []string   `json:"with"`   // the other clauses of the same cause
	Place   Place      `json:"place"`
	Against chandra.ID `json:"against,omitempty"` // the calibration it is compared with
	Do      []string   `json:"do"`                // sentences; none for a remark
}

// order has every clause, in the order in which causes are told if they are equally
// bad: what others rest on comes first. Those in one line of it fail together, from
// one cause; of the worst of them the first says most.
var order = [][]string{
	{timesClause},
	{"missing-pixels", "coverage", "integration-times", "replicas", "missing-rows", "completeness", "file-size", wholeMapClause},
	{"distinct-replicas"}, {"stuck-bits"}, {"long-to-short"}, {"quadrant-levels"}, {"replica-levels"}, {"noise"},
	{"temperature", "typed-temperature"}, {"replica-temperatures"}, {"contradictions"}, {"zodiacal-light"},
	{"orientation", "hot-pixels-kept", "warm-pixels-kept", "bad-column", "change", "model"},
	{"stars", "risen-places"}, {"negative-pixels"},
}

// together makes one cause of those that have the same, and puts the worst first.
func together(all []Cause) []Cause {
	causes := []Cause{}
	for _, names := range order {
		var same []Cause
		for _, name := range names {
			if i := slices.IndexFunc(all, func(c Cause) bool { return c.Clause == name }); i >= 0 {
				same = append(same, all[i])
			}
		}
		if len(same) == 0 {
			continue
		}
		slices.SortStableFunc(same, func(a, b Cause) int { return b.State.rank() - a.State.rank() })
		first := same[0]
		for _, other := range same[1:] {
			first.With = append(first.With, other.Clause)
			for _, do := range other.Do {
				if !slices.Contains(first.Do, do) {
					first.Do = append(first.Do, do)
				}
			}
		}
		causes = append(causes, first)
	}
	slices.SortStableFunc(causes, func(a, b Cause) int { return b.State.rank() - a.State.rank() })
	return causes
}

// reason is the verdict in a line.
func (v Verdict) reason() string {
	word := v.State.Word()
	parts := []string{strings.ToUpper(word[:1]) + word[1:]}
	if len(v.Causes) > 0 {
		parts[0] += ": " + v.Causes[0].Text
	}
	if n := len(v.Causes) - 1; n > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", n))
	}
	if n, of := v.Unknown(); n > 0 {
		parts = append(parts, fmt.Sprintf("%d of %d not known", n, of))
	}
	return strings.Join(parts, "; ")
}

// Unknown counts the clauses that have no number, of those that apply.
func (v Verdict) Unknown() (n, of int) {
	for _, c := range v.Clauses {
		switch c.State {
		case NotApplicable, Off:
			continue
		case Unknown:
			n++
		}
		of++
	}
	return n, of
}

// Actions are what to do, in the order of the causes, each once.
func (v Verdict) Actions() (all []string) {
	for _, c := range v.Causes {
		for _, do := range c.Do {
			if !slices.Contains(all, do) {
				all = append(all, do)
			}
		}
	}
	return all
}

// text is the line of a cause.
func (f finding) text(measured *Quantity, x *crossing) string {
	switch {
	case f.brief != "" && (x == nil || x.limit == 0):
		return f.brief
	case f.brief != "":
		return fmt.Sprintf("%s (%s %s)", f.brief, x.sign(), number(x.limit))
	case measured == nil || x == nil:
		return f.label + " not known"
	}
	unit := strings.TrimPrefix(x.unit, "table ")
	return fmt.Sprintf("%s %s %s %s", f.label, figure(measured.Value, x.limit), x.sign(), amount(x.limit, unit))
}

// figure writes a number with three digits, or as many as tell it from its limit.
func figure(v, limit float64) string {
	if v == math.Trunc(v) {
		return number(v)
	}
	for digits := 3; digits < 8; digits++ {
		rounded, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'e', digits-1, 64), 64)
		if rounded != limit {
			return number(rounded)
		}
	}
	return number(v)
}
