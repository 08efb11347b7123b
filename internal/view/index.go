package view

import (
	"slices"
	"time"

	"darksite/processing/chandra"
	"darksite/processing/history"
	"darksite/processing/quantity"
)

// Index is what the first page of the section shows.
type Index struct {
	Newer string // the newest of which only numbers are known, where no map is newer
	// Due is the day by which the next calibration is expected.
	Due     string // "2016 March 20"
	DueDate string // "2016-03-20"
	Common  string // temperature and law of the adjusted counts
	Latest  string // what changed, one sentence
	Card    *Card  // of the latest calibration with a map
	Figures []Figure
	Columns []Head
	Rows    []Row // latest first
	Maps    int
	Numbers int // calibrations without a map
}

// Index is the model of the first page.
func (s *Site) Index() *Index {
	past := s.History
	p := &Index{Common: past.common(), Columns: headsOf(quantity.Index, true)}
	for _, r := range slices.Backward(past.Rows) {
		p.Rows = append(p.Rows, rowOf(r, past.Cards[r.ID], quantity.Index))
		if r.Published() {
			p.Numbers++
		} else {
			p.Maps++
		}
	}
	if n := len(past.Rows); n > 0 {
		if last := past.Rows[n-1]; last.Published() {
			p.Newer = last.ID.Date().Format("2006 January 2")
		}
		ids := make([]chandra.ID, n)
		for i, r := range past.Rows {
			ids[i] = r.ID
		}
		due := history.Due(ids, s.Settings.CadenceDays)
		p.Due, p.DueDate = due.Format("2006 January 2"), due.Format(time.DateOnly)
	}
	if n := len(s.Calibrations); n > 0 {
		latest := s.Calibrations[n-1]
		p.Card = past.Cards[latest.Artifact.ID]
		p.Latest = changeSentences(past.upToUsable(p.Card.ID), p.Card.ID, latest.Comparison, past.At)[0]
	}
	for _, f := range past.Figures {
		p.Figures = append(p.Figures, figureOf(f))
	}
	return p
}
