package site

import (
	"encoding/json"
	"fmt"
	"math"
	"path"
	"slices"
	"time"

	"darksite/processing/chandra"
	"darksite/processing/history"
	"darksite/processing/quantity"
)

// indexPage is the resource index.json of the section's first page.
type indexPage struct {
	Newer string `json:"newer"` // the newest of which only numbers are known, where no map is newer
	// Due is the day by which the next calibration is expected.
	Due     string          `json:"due"`      // "2016 March 20"
	DueDate string          `json:"due_date"` // "2016-03-20"
	Common  string          `json:"common"`   // temperature and law of the adjusted counts
	Latest  string          `json:"latest"`   // what changed, one sentence
	Card    *card           `json:"card"`     // of the latest calibration with a map
	Figures []historyFigure `json:"figures"`
	Columns []head          `json:"columns"`
	Rows    []indexRow      `json:"rows"` // latest first
	Maps    int             `json:"maps"`
	Numbers int             `json:"numbers"` // calibrations without a map
}

// indexRow is a line of the table of all calibrations, as texts.
type indexRow struct {
	ID        chandra.ID `json:"id"`
	Date      string     `json:"date"` // "2015:355"
	Short     string     `json:"short"`
	Address   string     `json:"address"` // "" without a page
	Published bool       `json:"published"`
	Class     string     `json:"class"` // of the verdict
	Sign      string     `json:"sign"`
	Word      string     `json:"word"`
	Cells     []string   `json:"cells"` // of the columns
}

// cadence is the median of the days between the last six calibrations of a history
// by time, the mean of the middle two for an even number of gaps; about a quarter of
// a year, as until 2019, where there is but one.
func cadence(rows []history.Row) (days int) {
	const last, single = 6, 100
	var gaps []int
	for i := max(1, len(rows)-last+1); i < len(rows); i++ {
		gaps = append(gaps, int(math.Round(rows[i].ID.Date().Sub(rows[i-1].ID.Date()).Hours()/24)))
	}
	if len(gaps) == 0 {
		return single
	}
	slices.Sort(gaps)
	return max(1, (gaps[(len(gaps)-1)/2]+gaps[len(gaps)/2]+1)/2)
}

// putIndex writes what the first page shows.
func (s *source) putIndex(tree *Tree, past chronicle, calibrations []Calibration, settings Settings) error {
	p := indexPage{Common: fmt.Sprintf("%s by the %s law", celsius(past.at.CCDTemp), past.at.Law.Name()), Columns: headsOf(quantity.Index, true)}
	for i := len(past.rows) - 1; i >= 0; i-- {
		r := past.rows[i]
		p.Rows = append(p.Rows, indexRowOf(r, past.cards[r.ID]))
		if r.Published() {
			p.Numbers++
		} else {
			p.Maps++
		}
	}
	if n := len(past.rows); n > 0 {
		if last := past.rows[n-1]; last.Published() {
			p.Newer = last.ID.Date().Format("2006 January 2")
		}
		days := settings.CadenceDays
		if days <= 0 {
			days = cadence(past.rows)
		}
		due := past.rows[n-1].ID.Date().AddDate(0, 0, days)
		p.Due, p.DueDate = due.Format("2006 January 2"), due.Format(time.DateOnly)
	}
	if n := len(calibrations); n > 0 {
		latest := calibrations[n-1]
		p.Card = past.cards[latest.Artifact.ID]
		p.Latest = changeSentences(past.upToUsable(p.Card.ID), p.Card.ID, latest.Comparison, past.at)[0]
	}
	for _, f := range past.figures {
		h := historyFigureOf(f)
		numbers, err := past.csvOf(f)
		if err != nil {
			return fmt.Errorf("site: %s: %w", h.File, err)
		}
		if err := tree.addBytes(path.Join(Section, h.File), numbers); err != nil {
			return err
		}
		p.Figures = append(p.Figures, h)
	}
	data, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("site: index: %w", err)
	}
	s.put(indexData, data)
	return nil
}

// indexData is the resource that the section's template reads.
const indexData = "assets/index.json"

// indexRowOf is the line of a calibration; k is nil without a map.
func indexRowOf(r history.Row, k *card) indexRow {
	row := indexRow{ID: r.ID, Date: r.ID.Colon(), Short: r.ID.Date().Format("2006 Jan 2"), Published: r.Published(), Word: "Published"}
	if k != nil {
		row.Address, row.Class, row.Sign, row.Word = k.Address, k.State.Class, k.State.Sign, k.State.Word
	}
	row.Cells = cellsOf(r, quantity.Index)
	return row
}
