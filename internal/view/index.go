package view

import (
	"slices"
	"time"

	"darksite/processing/chandra"
	"darksite/processing/history"
)

// Index is what the first page of the section shows.
type Index struct {
	Newer string // the newest of which only numbers are known, where no map is newer
	// Due is the day by which the next calibration is expected; "" after a simulated one,
	// which has no next.
	Due     string // "2016 March 20"
	DueDate string // "2016-03-20"
	Card    *Card  // of the latest calibration with a map
	// Recent are the last calibrations with a map: the worst first, then the latest.
	Recent  []*Card
	Figures []Figure
	*List   // the newest
	// Simulated counts the maps that rest on simulated telemetry.
	Simulated int
}

// recentCards is how many calibrations the first page has cards of, two years of them.
const recentCards = 8

// Index is the model of the first page.
func (s *Site) Index() *Index {
	past := s.History
	p := &Index{List: s.List(0)}
	for _, r := range past.Rows {
		if r.Simulated {
			p.Simulated++
		}
	}
	if n := len(past.Rows); n > 0 {
		last := past.Rows[n-1]
		if last.Published() {
			p.Newer = last.ID.Date().Format("2006 January 2")
		}
		if !last.Simulated {
			ids := make([]chandra.ID, n)
			for i, r := range past.Rows {
				ids[i] = r.ID
			}
			due := history.Due(ids, s.Settings.CadenceDays)
			p.Due, p.DueDate = due.Format("2006 January 2"), due.Format(time.DateOnly)
		}
	}
	for i := len(s.Calibrations) - 1; i >= 0 && len(p.Recent) < recentCards; i-- {
		p.Recent = append(p.Recent, past.Cards[s.Calibrations[i].Artifact.ID])
	}
	if len(p.Recent) > 0 {
		p.Card = p.Recent[0]
		slices.SortStableFunc(p.Recent, func(a, b *Card) int { return b.State.severity() - a.State.severity() })
	}
	for _, f := range past.Figures[:min(1, len(past.Figures))] {
		p.Figures = append(p.Figures, figureOf(f))
	}
	return p
}
