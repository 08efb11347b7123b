package site

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"darksite/internal/chart"
	"darksite/internal/ground/workers"
	"darksite/processing/chandra"
	"darksite/processing/history"
	"darksite/processing/quality"
	"darksite/processing/quantity"
)

// chronicle is the history of all calibrations.
type chronicle struct {
	rows   []history.Row         // by rising id
	at     history.At            // what they were made with
	pages  map[chandra.ID]string // relative to the section
	states map[chandra.ID]quality.State
	// unusable are those on which nothing may rest, with the reason
	// ([quality.Standing]).
	unusable map[chandra.ID]string
	cards    map[chandra.ID]*card  // of those with a map
	upTo     map[chandra.ID]string // hashes of it, up to each calibration
	figures  []chart.HistoryFigure
}

// history has a row for each calibration, with or without a map.
func (in *Inputs) history(calibrations []Calibration, at history.At) (chronicle, error) {
	past := chronicle{at: at, pages: map[chandra.ID]string{}, states: map[chandra.ID]quality.State{}, unusable: map[chandra.ID]string{}, cards: map[chandra.ID]*card{}}
	rows, cards := make([]history.Row, len(calibrations)), make([]card, len(calibrations))
	err := workers.Each(len(calibrations), func(i int) (err error) {
		c := calibrations[i]
		address, _ := in.Addresses.Of(c.Artifact.ID)
		cards[i] = cardOf(c, address)
		rows[i], err = history.Of(c.Artifact, at)
		return err
	})
	if err != nil {
		return past, fmt.Errorf("site: %w", err)
	}
	for i, c := range calibrations {
		past.cards[c.Artifact.ID] = &cards[i]
		past.pages[c.Artifact.ID] = cards[i].Address + "/index.html"
		if c.Verdict != nil {
			past.states[c.Artifact.ID] = c.Verdict.State
			if s := quality.StandingOf(*c.Verdict, c.SignOff); !s.Usable {
				past.unusable[c.Artifact.ID] = s.Why
			}
		}
	}
	var known []history.Row
	for _, p := range in.Published {
		r, err := history.OfPublished(p, at)
		if err != nil {
			return past, fmt.Errorf("site: %s: %w", p.ID, err)
		}
		known = append(known, r)
	}
	past.rows = history.Join(rows, known)
	for i := range past.rows {
		past.rows[i].State = string(past.states[past.rows[i].ID])
	}
	past.upTo = past.prefixes()
	if past.figures, err = chart.History(past.rows, past.options("history", "")); err != nil {
		return past, fmt.Errorf("site: history: %w", err)
	}
	return past, nil
}

// upToUsable are the rows of a calibration and of those before it on which others
// may rest: what has a "previous" takes it from them.
func (past chronicle) upToUsable(id chandra.ID) (rows []history.Row) {
	for _, r := range past.rows[:indexOf(past.rows, id)+1] {
		if _, bad := past.unusable[r.ID]; !bad || r.ID == id {
			rows = append(rows, r)
		}
	}
	return rows
}

// options are those of charts on a page that stands so far below the section.
func (past chronicle) options(id, up string) chart.HistoryOptions {
	o := chart.HistoryOptions{ID: id, At: past.at, Pages: past.pages, States: past.states}
	if up != "" {
		o.Pages = map[chandra.ID]string{}
		for id, page := range past.pages {
			o.Pages[id] = up + page
		}
	}
	return o
}

// temperatures is the history of the CCD temperature for the page of a
// calibration, nil where none is known.
func (past chronicle) temperatures(id chandra.ID) (*historyFigure, error) {
	o := past.options("ccd", "../")
	o.Current = id
	// Up to this calibration: a report does not change when another follows.
	f, ok, err := chart.Temperature(past.rows[:indexOf(past.rows, id)+1], o)
	if err != nil || !ok {
		return nil, err
	}
	h := historyFigureOf(f)
	h.File = "" // the index has it
	return &h, nil
}

// historyFigure is one chart of the history with its table.
type historyFigure struct {
	ID    string     `json:"id"`
	Title string     `json:"title"`
	HTML  string     `json:"html"`
	File  string     `json:"file"` // its numbers as CSV, "" without one
	Head  []string   `json:"head"`
	Rows  [][]string `json:"rows"`
}

// csvOf has the numbers of a chart, as the table of all calibrations has them.
func (past chronicle) csvOf(f chart.HistoryFigure) ([]byte, error) {
	keys := []string{"id", "date", "origin", history.State, "year", string(quantity.CCDTemp), "common_temp_c", "common_law"}
	for _, c := range f.Table.Columns {
		keys = append(keys, string(c.Key))
	}
	var b bytes.Buffer
	err := history.EncodeCSV(&b, past.rows, history.Pick(history.Columns(past.at), keys...), ',')
	return b.Bytes(), err
}

// historyFigureOf is a chart with its table, latest calibration first.
func historyFigureOf(f chart.HistoryFigure) historyFigure {
	h := historyFigure{ID: f.ID, Title: f.Title, HTML: string(f.HTML()), File: f.ID + ".csv", Head: []string{}, Rows: [][]string{}}
	for _, c := range f.Table.Columns {
		h.Head = append(h.Head, c.Label+", "+c.Unit)
	}
	for i, r := range slices.Backward(f.Table.Rows) {
		line := []string{r.Date}
		some := false
		for column := range f.Table.Columns {
			text := f.Table.Text(i, column)
			some = some || text != ""
			line = append(line, cmp.Or(text, unknownCell))
		}
		if some {
			h.Rows = append(h.Rows, line)
		}
	}
	return h
}
