package site

import (
	"strconv"

	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/history"
)

// summaryRow is a line of the table of a calibration and the two before it, in
// the columns of the reports since 2009.
type summaryRow struct {
	Short     string   `json:"short"`   // "2015 Dec 21"
	Date      string   `json:"date"`    // "2015:355"
	Address   string   `json:"address"` // "" where there is no page
	Current   bool     `json:"current"`
	Published bool     `json:"published"`
	Temp      string   `json:"temp"`
	Mean      string   `json:"mean"`
	Peak      string   `json:"peak"`
	Near      string   `json:"near"`
	ModePeak  string   `json:"peak_about_mode"`
	ModeNear  string   `json:"mean_near_mode"`
	Above     []string `json:"above"` // at summaryLevels
}

// summaryLevels are the thresholds of the reports since 2009, e-/s.
var summaryLevels = []int{100, 200, 2000, 3000}

// summaryRows are this calibration and up to two before it, latest first.
func summaryRows(rows []history.Row, id chandra.ID, addresses Addresses) []summaryRow {
	out := []summaryRow{}
	for i := indexOf(rows, id); i >= 0 && len(out) <= earlier; i-- {
		r := rows[i]
		s := summaryRow{
			Short: r.ID.Date().Format("2006 Jan 2"), Date: r.ID.Colon(), Current: r.ID == id, Published: r.Published,
			Temp: known(r.CCDTemp, 1), Mean: known(r.Mean, 1), Peak: ofMap(r, r.Peak), Near: ofMap(r, r.MeanNearPeak),
			ModePeak: ofMap(r, r.PeakAboutMode), ModeNear: ofMap(r, r.MeanNearMode),
		}
		if !r.Published {
			s.Address, _ = addresses.Of(r.ID)
		}
		for _, level := range summaryLevels {
			s.Above = append(s.Above, over(r, level))
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

// over is the count above a threshold for a table, a dash where it is not known.
func over(r history.Row, level int) string {
	if n, ok := r.Over(level); ok {
		return count(n)
	}
	return unknownCell
}

// ofMap is a dark current for a table that a map may well not have ([stats.Peaks]):
// "none" then, and a dash where only published numbers are known.
func ofMap(r history.Row, x *float64) string {
	if x == nil && !r.Published && r.Mean != nil {
		return "none"
	}
	return known(x, 1)
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
	for _, a := range c.Statistics.Above {
		row := levelRow{
			Name: "N > " + count(a.Threshold), Threshold: a.Threshold, Pixels: count(a.Count),
			Share: share(int64(a.Count), int64(c.Statistics.Pixels)), Common: unknownCell, Model: unknownCell, Ratio: unknownCell,
		}
		for _, q := range c.Quadrants {
			cell := unknownCell
			if n, ok := q.Statistics.Over(a.Threshold); ok {
				cell = count(n)
			}
			row.Quadrants = append(row.Quadrants, cell)
		}
		for _, common := range r.Common {
			if common.Threshold == a.Threshold {
				row.Common = count(common.Count)
			}
		}
		if c.Warm != nil && c.Warm.Expected != nil {
			for _, e := range c.Warm.Expected.Above {
				if e.Threshold == a.Threshold && e.Count >= 0.5 {
					row.Model = fixed(&e.Count, 0)
					row.Ratio = strconv.FormatFloat(float64(a.Count)/e.Count, 'f', 2, 64)
				}
			}
		}
		rows = append(rows, row)
	}
	return rows
}
