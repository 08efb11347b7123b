package view

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"darksite/processing/quality"
)

// Quality is a verdict, clause by clause.
type Quality struct {
	Summary string
	Rules   string // which rules, and of when
	Outcome string // the number of clauses of each state
	// Open are the clauses that do not pass, worst first, then those of which nothing
	// is known; Passed are all others.
	Open, Passed []Clause
	// Clean tells that no clause counts against the calibration.
	Clean bool
}

// Clause is one of a verdict.
type Clause struct {
	Title    string
	Class    string // "good", "remarked", "degraded", "bad" or "" when it says nothing
	Sign     string
	State    string
	Measured string
	Sentence string
}

func qualityOf(v *quality.Verdict) *Quality {
	if v == nil {
		return nil
	}
	t := &Quality{
		Summary: clauseText(v.Reason) + ".",
		Rules:   fmt.Sprintf("%s rules of %s", Plain(v.Rules.Name), Plain(v.Rules.Date)),
		Clean:   true,
	}
	failed := map[quality.State][]Clause{}
	var unknown []Clause
	passed := 0
	for _, c := range v.Clauses {
		row := Clause{Title: Plain(c.Title), Sign: signs[c.State], State: string(c.State), Sentence: clauseText(strings.TrimSpace(c.Sentence + " " + c.Do))}
		if c.Measured != nil {
			row.Measured = measured(*c.Measured)
		}
		switch c.State {
		case quality.Pass:
			row.Class = "good"
			passed++
			t.Passed = append(t.Passed, row)
		case quality.NotApplicable, quality.Off:
			t.Passed = append(t.Passed, row)
		case quality.Unknown:
			unknown = append(unknown, row)
		default:
			row.Class, t.Clean = string(c.State), false
			failed[c.State] = append(failed[c.State], row)
		}
	}
	counts := []string{}
	for _, state := range []quality.State{quality.Bad, quality.Degraded, quality.Remarked} {
		t.Open = append(t.Open, failed[state]...)
		if n := len(failed[state]); n > 0 {
			counts = append(counts, count(n)+" "+string(state))
		}
	}
	t.Open = append(t.Open, unknown...)
	counts = append(counts, count(passed)+" "+form(passed, "passes", "pass"))
	if n := len(unknown); n > 0 {
		counts = append(counts, count(n)+" not known")
	}
	if n := len(t.Passed) - passed; n > 0 {
		counts = append(counts, count(n)+" not applicable")
	}
	t.Outcome = plural(len(v.Clauses), "clause") + ": " + strings.Join(counts, ", ")
	return t
}

var (
	minus   = regexp.MustCompile(`(^|[ (])-(\d)`)
	degrees = regexp.MustCompile(`(\d) C\b`)
)

// clauseText writes the numbers and units of a sentence as the pages do.
func clauseText(s string) string {
	s = strings.ReplaceAll(Plain(s), "e-/s", "e⁻/s")
	return degrees.ReplaceAllString(minus.ReplaceAllString(s, "$1−$2"), "$1\u00a0°C")
}

// measured writes a number with four digits and its unit.
func measured(q quality.Quantity) string {
	text := strings.Replace(strconv.FormatFloat(q.Value, 'g', 4, 64), "-", "−", 1)
	if q.Value == float64(int64(q.Value)) {
		text = count(int64(q.Value))
	}
	if q.Unit == "" {
		return text
	}
	return clauseText(text + " " + Plain(q.Unit))
}
