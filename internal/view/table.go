package view

import (
	"math"
	"strconv"

	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/history"
	"darksite/processing/quantity"
)

// Row is a calibration in a table of several.
type Row struct {
	ID        chandra.ID
	Short     string   // "2015 Dec 21"
	Date      string   // "2015:355"
	Address   string   // "" where there is no page
	Current   bool     // it is the one that the page is about
	Published bool     // only published numbers are known
	Simulated bool     // the telemetry was simulated
	State     State    // the verdict
	Cells     []string // of the columns
	Band      *Band    // of observed over model, in the list of all
}

// rowOf is a calibration in the table of a place; k is nil without a map.
func rowOf(r history.Row, k *Card, place quantity.Place) Row {
	row := Row{ID: r.ID, Short: r.ID.Date().Format("2006 Jan 2"), Date: r.ID.Colon(), Published: r.Published(), Simulated: r.Simulated, State: State{Word: "Published"}, Cells: cellsOf(r, place)}
	if k != nil {
		row.Address, row.State = k.Address, k.State
	}
	return row
}

// Line is a line of a small table: its name, and its cells in the order of the heads.
type Line struct {
	Name  string
	Cells []string
}

// Head is a column of numbers on a page.
type Head struct {
	Key  quantity.Key
	Name string // "Mean"
	Unit string // "e⁻/s", "" for numbers of pixels
	Wide bool   // it is for wide screens only
}

// headsOf are the columns of a place; where there is little room, with short names and
// without the unit of dark currents, which the page names above the table.
func headsOf(place quantity.Place, short bool) (heads []Head) {
	for _, q := range quantity.In(place) {
		h := Head{Key: q.Key, Name: q.Head, Wide: short && q.Shown.Wide}
		if q.Unit != quantity.Pixels && !(short && q.Unit == quantity.EPerS) {
			h.Unit = q.Unit.Typeset()
		}
		if short || q.Unit == quantity.Celsius {
			h.Name = q.Title()
		}
		heads = append(heads, h)
	}
	return heads
}

// cellsOf are the numbers of a calibration in the columns of a place, a dash for what is
// not known.
func cellsOf(r history.Row, place quantity.Place) (cells []string) {
	for _, q := range quantity.In(place) {
		text := numberText(r, q)
		if text == "unknown" {
			text = unknownCell
		}
		cells = append(cells, text)
	}
	return cells
}

// numberText writes a number as pages have it, without its unit but for percents; a map
// may well have none of some.
func numberText(r history.Row, q *quantity.Quantity) string {
	v := r.Value(q.Key)
	switch {
	case v == nil && q.MayLack && !r.Published() && r.Value(quantity.Mean) != nil:
		return "none"
	case v == nil:
		return "unknown"
	case q.Unit == quantity.Percent:
		return percentText(*v)
	case q.Unit == quantity.Pixels && q.Decimals == 0:
		return count(int(math.Round(*v)))
	}
	return fixed(v, q.Decimals)
}

// summaryRows are this calibration and up to two before it, latest first.
func (past *History) summaryRows(id chandra.ID) (rows []Row) {
	usable := past.upToUsable(id)
	for i := len(usable) - 1; i >= 0 && len(rows) <= Earlier; i-- {
		row := rowOf(usable[i], past.Cards[usable[i].ID], quantity.Report)
		row.Current = row.ID == id
		rows = append(rows, row)
	}
	return rows
}

// indexOf is the place of a calibration in its history, -1 without one.
func indexOf(rows []history.Row, id chandra.ID) int {
	for i, r := range rows {
		if r.ID == id {
			return i
		}
	}
	return -1
}

// unknownCell stands in a table for what is not known.
const unknownCell = "–"

// Level counts the pixels above one threshold in every way.
type Level struct {
	Name      string
	Pixels    string
	Share     string
	Quadrants []string // A to D
	Common    string   // at the common temperature
	Model     string   // expected at the common temperature
	Ratio     string   // pixels over those expected at the calibration's own temperature
}

// levelRows are the thresholds of a calibration with what the history and the
// model say beside them.
func levelRows(c *artifact.Calibration, r history.Row) []Level {
	rows := []Level{}
	for _, q := range quantity.All() {
		n, ok := c.Statistics.Count(q.Key)
		if q.Level == 0 || !ok {
			continue
		}
		row := Level{
			Name: "N > " + count(q.Level), Pixels: count(n),
			Share: share(int64(n), int64(c.Statistics.Pixels())), Common: unknownCell, Model: unknownCell, Ratio: unknownCell,
		}
		for _, of := range c.Quadrants {
			cell := unknownCell
			if n, ok := of.Statistics.Count(q.Key); ok {
				cell = count(n)
			}
			row.Quadrants = append(row.Quadrants, cell)
		}
		if n, ok := r.Count(q.Key + "_common"); ok {
			row.Common = count(n)
		}
		if v := r.Value(q.Key + "_model"); v != nil && *v >= 0.5 {
			row.Model = fixed(v, 0)
		}
		if c.Warm != nil && c.Warm.Expected != nil {
			for _, e := range c.Warm.Expected.Above {
				if e.Threshold == q.Level && e.Count >= 0.5 {
					row.Ratio = strconv.FormatFloat(float64(n)/e.Count, 'f', 2, 64)
				}
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// Quantity is a number that files and pages have, for the glossary.
type Quantity struct{ Key, Name, Unit, Means string }

// Quantities are all of them.
func (*Site) Quantities() (list []Quantity) {
	for _, q := range quantity.All() {
		list = append(list, Quantity{string(q.Key), q.Name, q.Unit.Typeset(), clauseText(q.Means)})
	}
	return list
}
