package published

import (
	"slices"
	"strings"
)

// Join is what two records of one calibration say together. The later one
// stands last: what it shows is shown.
func Join(earlier, later *Calibration) *Calibration {
	c := &Calibration{
		Schema: Schema, ID: later.ID, Date: later.Date, Rule: Rule, Values: []Value{},
		Labels: before(earlier.Labels, later.Labels), Notes: before(earlier.Notes, later.Notes),
		Files: before(earlier.Files, later.Files), Contradictions: []string{},
	}
	for _, q := range Quantities {
		var one, two Value
		if v := earlier.Value(q.Key); v != nil {
			one = *v
		}
		if v := later.Value(q.Key); v != nil {
			two = *v
		}
		if reports := reportsBefore(one.Reports, two.Reports); len(reports) > 0 {
			c.Values = append(c.Values, Value{q.Key, q.Unit, reports[len(reports)-1], reports})
		}
	}
	c.check(nil)
	// What was found within a line stays; how sources differ is told anew.
	for _, s := range before(earlier.Contradictions, later.Contradictions) {
		if !strings.Contains(s, shownIs) {
			c.Contradictions = appendOnce(c.Contradictions, s)
		}
	}
	return c
}

// reportsBefore is before, for reports, which are the same wherever they stand.
func reportsBefore(earlier, later []Report) []Report {
	list := []Report{}
	for _, r := range earlier {
		if !slices.ContainsFunc(later, r.same) {
			list = append(list, r)
		}
	}
	return append(list, later...)
}

// before is a list with those of another that it lacks before it.
func before[T comparable](earlier, later []T) []T {
	list := []T{}
	for _, v := range earlier {
		if !slices.Contains(later, v) {
			list = append(list, v)
		}
	}
	return append(list, later...)
}
