package site

import (
	"math"
	"strconv"

	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/history"
	"darksite/processing/quantity"
)

// summaryRow is a line of the table of a calibration and the two before it.
type summaryRow struct {
	Short     string   `json:"short"`   // "2015 Dec 21"
	Date      string   `json:"date"`    // "2015:355"
	Address   string   `json:"address"` // "" where there is no page
	Current   bool     `json:"current"`
	Published bool     `json:"published"`
	Cells     []string `json:"cells"` // of the columns
}

// head is a column of numbers on a page.
type head struct {
	Key  quantity.Key `json:"key"`
	Name string       `json:"name"` // "Mean"
	Unit string       `json:"unit"` // "e⁻/s", "" for numbers of pixels
}

// headsOf are the columns of a place; where there is little room, with short names and
// without the unit of dark currents, which the page names above the table.
func headsOf(place quantity.Place, short bool) (heads []head) {
	for _, q := range quantity.In(place) {
		h := head{Key: q.Key, Name: q.Head}
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
func summaryRows(rows []history.Row, id chandra.ID, addresses Addresses) []summaryRow {
	out := []summaryRow{}
	for i := indexOf(rows, id); i >= 0 && len(out) <= earlier; i-- {
		r := rows[i]
		s := summaryRow{
			Short: r.ID.Date().Format("2006 Jan 2"), Date: r.ID.Colon(), Current: r.ID == id, Published: r.Published(),
			Cells: cellsOf(r, quantity.Report),
		}
		if !r.Published() {
			s.Address, _ = addresses.Of(r.ID)
		}
		out = append(out, s)
	}
	return out
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

// known is a number for a table, a dash where it is not known.
func known(x *float64, decimals int) string {
	if text := fixed(x, decimals); text != "unknown" {
		return text
	}
	return unknownCell
}

// levelRow counts the pixels above one threshold in every way.
type levelRow struct {
	Name      string   `json:"name"`
	Threshold int      `json:"threshold"`
	Pixels    string   `json:"pixels"`
	Share     string   `json:"share"`
	Quadrants []string `json:"quadrants"` // A to D
	Common    string   `json:"common"`    // at the common temperature
	Model     string   `json:"model"`     // expected at the calibration's own temperature
	Ratio     string   `json:"ratio"`     // pixels over model
}

// levelRows are the thresholds of a calibration with what the history and the
// model say beside them.
func levelRows(c *artifact.Calibration, r history.Row) []levelRow {
	rows := []levelRow{}
	for _, q := range quantity.All() {
		n, ok := c.Statistics.Count(q.Key)
		if q.Level == 0 || !ok {
			continue
		}
		row := levelRow{
			Name: "N > " + count(q.Level), Threshold: q.Level, Pixels: count(n),
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
		if c.Warm != nil && c.Warm.Expected != nil {
			for _, e := range c.Warm.Expected.Above {
				if e.Threshold == q.Level && e.Count >= 0.5 {
					row.Model = fixed(&e.Count, 0)
					row.Ratio = strconv.FormatFloat(float64(n)/e.Count, 'f', 2, 64)
				}
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// quantities are what templates see of the table of numbers, for the glossary.
func quantities() (list []map[string]string) {
	for _, q := range quantity.All() {
		list = append(list, map[string]string{"key": string(q.Key), "name": q.Name, "unit": q.Unit.Typeset(), "means": clauseText(q.Means)})
	}
	return list
}
