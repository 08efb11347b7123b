package view

import (
	"slices"

	"darksite/processing/history"
	"darksite/processing/quality"
	"darksite/processing/quantity"
)

// newest is how many calibrations the list on the first page has.
const newest = 40

// ListPage is where the list of all calibrations begins, relative to the section.
const ListPage = "list"

// List is a part of the list of all calibrations, latest first.
type List struct {
	Columns []Head
	Rows    []Row
	Common  string          // temperature and law of the counts at the common temperature
	States  []quality.State // those that its rows have; "" for published numbers
	All     int             // calibrations in all parts
	Maps    int             // of all, those with a map
	Numbers int             // of all, those without
	Part
}

// indexHeads are the columns of the list.
func indexHeads() []Head { return headsOf(quantity.Index, true) }

// List is the model of a page of the list; page 0 has the newest.
func (s *Site) List(page int) *List {
	past := s.History
	all := len(past.Rows)
	l := &List{Columns: indexHeads(), Common: past.common(), All: all, Part: partOf(all, page, ListPage)}
	if page == 0 {
		l.From, l.To = min(1, all), min(newest, all)
	}
	for i := range all {
		r := past.Rows[all-1-i]
		if r.Published() {
			l.Numbers++
		} else {
			l.Maps++
		}
		if i+1 < l.From || i+1 > l.To {
			continue
		}
		row := rowOf(r, past.Cards[r.ID], quantity.Index)
		row.Band = past.bandOf(r)
		if state := quality.State(row.State.Class); !slices.Contains(l.States, state) {
			l.States = append(l.States, state)
		}
		l.Rows = append(l.Rows, row)
	}
	return l
}

// Band is a number beside the limits that the rules set it, drawn on a scale that is
// the same for all calibrations.
type Band struct{ At, Low, Width string }

// The scale of a band: observed over model from a half to one and a half of it.
const (
	bandFrom, bandTo = 0.5, 1.5
	bandWidth        = 48.0 // units of its drawing
)

// bandOf is the band of observed over model, nil where it is not known or has no limits.
func (past *History) bandOf(r history.Row) *Band {
	v, limit := r.Value(quantity.ModelRatio), past.modelLimit(r.ID)
	if v == nil || limit == nil {
		return nil
	}
	at := func(v float64) float64 {
		return bandWidth * (max(bandFrom, min(bandTo, v)) - bandFrom) / (bandTo - bandFrom)
	}
	low, high := at(limit[0]), at(limit[1])
	place, width := at(*v), high-low
	return &Band{fixed(&place, 1), fixed(&low, 1), fixed(&width, 1)}
}
