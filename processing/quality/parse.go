package quality

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"darksite/internal/ground/phrase"
	"darksite/internal/ground/settings"
	"darksite/internal/ground/spelling"
)

// Bounds of the files that people write.
const (
	mostEntries = 200  // [[clause]] of a file
	mostText    = 1000 // bytes of a sentence
	mostGrowth  = 0.2  // of a limit in a year
)

// rulesFormat names the layout of a rules file.
const rulesFormat = "darksite/rules/1"

// ParseRules reads a rules file. The name is for errors, of which it tells up to
// twenty at once, each with its line.
func ParseRules(content []byte, name string) (*Rules, error) {
	head, err := settings.Parse(content, name)
	if err != nil {
		return nil, err
	}
	starts := clauseLines(head.Lines)
	if len(starts) > 0 {
		head.To = starts[0] - 1
	}
	r := &Rules{limits: map[string][]Limit{}}
	if format, ok := head.Text("format", 80); !ok || format != rulesFormat {
		head.Problemf(head.Line("format"), "format is %s: want format = %q", phrase.Quoted(format), rulesFormat)
	}
	r.source.Name, _ = head.Text("name", 80)
	r.source.Date = head.Day("date")
	if r.source.Name == "" || r.source.Date == "" {
		head.Problemf(1, "rules have a name and a date, such as name = \"ours\" and date = 2026-11-22")
	}
	entries, _ := settings.Take[[]map[string]any](head, "clause", "[[clause]] on a line of its own, its keys below it")
	head.Rest()
	if len(entries) > mostEntries {
		return nil, fmt.Errorf("%s: %d clauses, want at most %d", name, len(entries), mostEntries)
	}
	if len(entries) != len(starts) {
		head.Problemf(1, "%d clauses, of which %d begin with [[clause]] on a line of its own; write all of them so", len(entries), len(starts))
		return nil, head.Err()
	}
	for i, keys := range entries {
		t := &settings.Table{File: head.File, Keys: keys, From: starts[i], To: len(head.Lines)}
		if i+1 < len(starts) {
			t.To = starts[i+1] - 1
		}
		r.take(t)
	}
	for _, clause := range clauseNames() {
		if len(r.limits[clause]) == 0 && head.Problems() == 0 {
			head.Problemf(len(head.Lines), "no rule for clause %s: give it a limit, or off = true and the reason as evidence", clause)
		}
	}
	if err := head.Err(); err != nil {
		return nil, err
	}
	r.source.SHA256 = fmt.Sprintf("%x", sha256.Sum256(content))
	return r, nil
}

// clauseLines are the lines that begin a clause.
func clauseLines(all []string) (lines []int) {
	for i, line := range all {
		head, _, _ := strings.Cut(line, "#")
		if strings.ReplaceAll(strings.TrimSpace(head), " ", "") == "[[clause]]" {
			lines = append(lines, i+1)
		}
	}
	return lines
}

// take takes one [[clause]].
func (r *Rules) take(s *settings.Table) {
	before := s.Problems()
	name, _ := s.Text("name", 80)
	at := slices.IndexFunc(catalogue, func(d definition) bool { return d.name == name })
	l := Limit{
		RemarkedBelow: s.Number("remarked_below"), RemarkedAbove: s.Number("remarked_above"),
		DegradedBelow: s.Number("degraded_below"), DegradedAbove: s.Number("degraded_above"),
		BadBelow: s.Number("bad_below"), BadAbove: s.Number("bad_above"),
		From: s.Day("applies_from"), To: s.Day("applies_to"),
		Unknown: Pass,
	}
	l.Off, _ = settings.Take[bool](s, "off", "true or false")
	if how, ok := s.Text("unknown", 80); ok {
		states := map[string]State{"ignore": Pass, "remarked": Remarked, "degraded": Degraded, "bad": Bad}
		if l.Unknown, ok = states[how]; !ok {
			s.Problemf(s.Line("unknown"), "unknown = %s: want \"ignore\", \"remarked\", \"degraded\" or \"bad\"", phrase.Quoted(how))
		}
	}
	l.GrowsFrom = s.Day("grows_from")
	if rate := s.Number("grows_per_year"); rate != nil {
		if l.GrowsPerYear = *rate; *rate < -mostGrowth || *rate > mostGrowth {
			s.Problemf(s.Line("grows_per_year"), "grows_per_year = %v: want a share from %v to %v", *rate, -mostGrowth, mostGrowth)
		}
	}
	if (l.GrowsPerYear != 0) != (l.GrowsFrom != "") {
		s.Problemf(s.From, "clause %s: grows_per_year and grows_from go together", name)
	}
	l.Evidence = s.Texts("evidence", mostText)
	s.Rest()
	if at < 0 {
		s.Problemf(s.Line("name"), "no clause is called %s: %s", phrase.Quoted(name), spelling.Hint(name, clauseNames(), strings.Join(clauseNames(), ", ")))
	}
	if s.Problems() > before || at < 0 {
		return
	}
	if len(l.Evidence) == 0 {
		s.Problemf(s.From, "clause %s: no evidence: say what the limits rest on, evidence = [\"...\"]", name)
	}
	possible(s, &l, &catalogue[at])
	for _, other := range r.limits[name] {
		if (l.From == "" || other.To == "" || l.From <= other.To) && (other.From == "" || l.To == "" || other.From <= l.To) {
			s.Problemf(s.From, "clause %s: its days overlap those of another rule for it: end one with applies_to before the other begins with applies_from", name)
		}
	}
	r.limits[name] = append(r.limits[name], l)
}

// possible refuses limits that cannot be meant.
func possible(s *settings.Table, l *Limit, d *definition) {
	// As they lie on the line of numbers.
	type bound struct {
		key   string
		limit *float64
	}
	bounds := []bound{
		{"bad_below", l.BadBelow}, {"degraded_below", l.DegradedBelow}, {"remarked_below", l.RemarkedBelow},
		{"remarked_above", l.RemarkedAbove}, {"degraded_above", l.DegradedAbove}, {"bad_above", l.BadAbove},
	}
	none := true
	for _, b := range bounds {
		if b.limit == nil {
			continue
		}
		none = false
		if *b.limit < d.low || *b.limit > d.high {
			s.Problemf(s.Line(b.key), "%s = %v: clause %s measures from %s to %s", b.key, *b.limit, d.name, amount(d.low, d.unit), amount(d.high, d.unit))
		}
	}
	if none && !l.Off {
		s.Problemf(s.From, "clause %s has no limit: give one, or off = true", d.name)
	}
	if !none && l.Off {
		s.Problemf(s.Line("off"), "clause %s is off and has a limit: keep one of them", d.name)
	}
	if l.From != "" && l.To != "" && l.From > l.To {
		s.Problemf(s.Line("applies_to"), "clause %s: applies_to %s is before applies_from %s", d.name, l.To, l.From)
	}
	bounds = slices.DeleteFunc(bounds, func(b bound) bool { return b.limit == nil })
	for i := range max(0, len(bounds)-1) {
		low, high := bounds[i], bounds[i+1]
		if *low.limit <= *high.limit {
			continue
		}
		outer, inner := low, high
		if strings.HasSuffix(low.key, "_above") {
			outer, inner = high, low
		}
		if strings.HasSuffix(low.key, "_below") && strings.HasSuffix(high.key, "_above") {
			s.Problemf(s.From, "clause %s: nothing lies between its limits, so nothing can pass", d.name)
			continue
		}
		s.Problemf(s.Line(outer.key), "clause %s: %s = %v lies within %s = %v: exchange them", d.name, outer.key, *outer.limit, inner.key, *inner.limit)
	}
}
