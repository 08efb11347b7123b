package view

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"darksite/internal/chart"
	"darksite/internal/ground/workers"
	"darksite/processing/chandra"
	"darksite/processing/history"
	"darksite/processing/published"
	"darksite/processing/quality"
	"darksite/processing/quantity"
)

// History is that of all calibrations, with or without a map.
type History struct {
	Rows   []history.Row         // by rising id
	At     history.At            // what they were made with
	Pages  map[chandra.ID]string // relative to the section
	States map[chandra.ID]quality.State
	// Unusable are those on which nothing may rest, with the reason
	// ([quality.Standing]).
	Unusable map[chandra.ID]string
	Cards    map[chandra.ID]*Card // of those with a map
	Figures  []chart.HistoryFigure
	rules    *quality.Rules
}

// modelLimit is what the rules allow observed over model to be for the calibration of
// a day before it is degraded, nil where they have no such limits.
func (past *History) modelLimit(id chandra.ID) *[2]float64 {
	l := past.rules.Limit("model", id)
	if l == nil || l.Off || l.DegradedBelow == nil || l.DegradedAbove == nil {
		return nil
	}
	return &[2]float64{*l.DegradedBelow, *l.DegradedAbove}
}

func historyOf(calibrations []Calibration, published []*published.Calibration, at history.At, rules *quality.Rules) (*History, error) {
	past := &History{rules: rules, At: at, Pages: map[chandra.ID]string{}, States: map[chandra.ID]quality.State{}, Unusable: map[chandra.ID]string{}, Cards: map[chandra.ID]*Card{}}
	rows, cards := make([]history.Row, len(calibrations)), make([]Card, len(calibrations))
	err := workers.Each(len(calibrations), func(i int) (err error) {
		rows[i], err = history.Of(calibrations[i].Artifact, at)
		cards[i] = cardOf(&calibrations[i], rows[i])
		return err
	})
	if err != nil {
		return nil, err
	}
	for i, c := range calibrations {
		id := c.Artifact.ID
		past.Cards[id], past.Pages[id] = &cards[i], c.Address+"/index.html"
		if c.Verdict != nil {
			past.States[id] = c.Verdict.State
			if s := quality.StandingOf(*c.Verdict, c.SignOff); !s.Usable {
				past.Unusable[id] = s.Why
			}
		}
	}
	var known []history.Row
	for _, p := range published {
		r, err := history.OfPublished(p, at)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.ID, err)
		}
		known = append(known, r)
	}
	past.Rows = history.Join(rows, known)
	for i := range past.Rows {
		past.Rows[i].State = string(past.States[past.Rows[i].ID])
	}
	if past.Figures, err = chart.History(past.Rows, past.options("history", "")); err != nil {
		return nil, fmt.Errorf("history: %w", err)
	}
	return past, nil
}

// common names the temperature and the law at which calibrations are compared.
func (past *History) common() string {
	return fmt.Sprintf("%s by the %s law", celsius(past.At.CCDTemp), past.At.Law.Name())
}

// upToUsable are the rows of a calibration and of those before it on which others
// may rest: what has a "previous" takes it from them.
func (past *History) upToUsable(id chandra.ID) (rows []history.Row) {
	for _, r := range past.Rows[:indexOf(past.Rows, id)+1] {
		if _, bad := past.Unusable[r.ID]; !bad || r.ID == id {
			rows = append(rows, r)
		}
	}
	return rows
}

// options are those of charts on a page that stands so far below the section.
func (past *History) options(id, up string) chart.HistoryOptions {
	o := chart.HistoryOptions{ID: id, At: past.At, Pages: past.Pages, States: past.States, Limits: map[chandra.ID][2]float64{}}
	for _, r := range past.Rows {
		if limits := past.modelLimit(r.ID); limits != nil {
			o.Limits[r.ID] = *limits
		}
	}
	if up != "" {
		o.Pages = map[chandra.ID]string{}
		for id, page := range past.Pages {
			o.Pages[id] = up + page
		}
	}
	return o
}

// temperatures is the history of the CCD temperature for the page of a
// calibration, nil where none is known.
func (past *History) temperatures(id chandra.ID) (*Figure, error) {
	o := past.options("ccd", "../")
	o.Current = id
	// Up to this calibration: a report does not change when another follows.
	f, ok, err := chart.Temperature(past.Rows[:indexOf(past.Rows, id)+1], o)
	if err != nil || !ok {
		return nil, err
	}
	h := figureOf(f)
	h.File = "" // the index has it
	return &h, nil
}

// Figure is one chart of the history with its table.
type Figure struct {
	ID    string
	Title string
	HTML  string
	File  string // its numbers as CSV, "" without one
	Head  []string
	Rows  [][]string
}

// CSV has the numbers of a chart, as the table of all calibrations has them.
func (past *History) CSV(f chart.HistoryFigure) ([]byte, error) {
	keys := []string{"id", "date", "origin", history.Simulated, history.State, "year", string(quantity.CCDTemp), "common_temp_c", "common_law"}
	for _, c := range f.Table.Columns {
		keys = append(keys, string(c.Key))
	}
	var b bytes.Buffer
	err := history.EncodeCSV(&b, past.Rows, history.Pick(history.Columns(past.At), keys...), ',')
	return b.Bytes(), err
}

// headOf are the heads of the numbers of a chart.
func headOf(f chart.HistoryFigure) (head []string) {
	for _, c := range f.Table.Columns {
		text := c.Label
		if c.Unit != "" {
			text += ", " + c.Unit
		}
		head = append(head, text)
	}
	return head
}

// cellsIn are the numbers of a row of a chart, and whether any is known.
func cellsIn(f chart.HistoryFigure, row int) (cells []string, some bool) {
	for column, c := range f.Table.Columns {
		text := f.Table.Text(row, column)
		some = some || text != "" && c.Key != "" // limits alone are no numbers of a calibration
		cells = append(cells, cmp.Or(text, unknownCell))
	}
	return cells, some
}

// figureOf is a chart with its table, latest calibration first.
func figureOf(f chart.HistoryFigure) Figure {
	h := Figure{ID: f.ID, Title: f.Title, HTML: string(f.HTML()), File: f.ID + ".csv", Head: headOf(f), Rows: [][]string{}}
	for i, r := range slices.Backward(f.Table.Rows) {
		if cells, some := cellsIn(f, i); some {
			h.Rows = append(h.Rows, append([]string{r.Date}, cells...))
		}
	}
	return h
}
