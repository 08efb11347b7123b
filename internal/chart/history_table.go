package chart

import (
	"math"
	"strconv"
	"strings"

	"darksite/processing/chandra"
	"darksite/processing/quality"
	"darksite/processing/quantity"
)

// HistoryTable has the numbers of a chart: a row for each calibration, whether
// or not anything is known of it.
type HistoryTable struct {
	Columns []HistoryColumn
	Rows    []HistoryPoint
}

// HistoryColumn is what one line of a chart shows.
type HistoryColumn struct {
	Key      quantity.Key
	Label    string // "as measured"; with several panels "N>200 as measured"
	Unit     string // "pixels", "e⁻/s" or "°C"
	Decimals int    // that Text writes
}

// HistoryPoint is one calibration.
type HistoryPoint struct {
	ID        chandra.ID
	Date      string  // "2015 Dec 21"
	Year      float64 // with four decimals, where the chart has it
	Page      string  // its address, empty where it has none
	State     quality.State
	Published bool       // only published numbers are at hand
	Current   bool       // the calibration that the page is about
	CCDTemp   *float64   // C
	Values    []*float64 // of the columns, nil where not known
}

// yearDecimals of a year are an hour.
const yearDecimals = 4

// Text is a number as tables and tooltips have it, empty where not known.
func (t HistoryTable) Text(row, column int) string {
	return shown(t.Rows[row].Values[column], t.Columns[column].Decimals)
}

// heading names a calibration.
func (p HistoryPoint) heading() string { return p.Date + " (" + p.ID.Colon() + ")" }

// remark is what a point's form tells.
func (p HistoryPoint) remark() string {
	var parts []string
	if p.State != quality.Unknown {
		parts = append(parts, p.State.Word())
	}
	if p.Published {
		parts = append(parts, publishedOnly)
	}
	return strings.Join(parts, ", ")
}

// shown writes a number with so many decimals, a comma at each thousand and a
// real minus; nothing for nil.
func shown(v *float64, decimals int) string {
	if v == nil {
		return ""
	}
	s := strconv.FormatFloat(math.Abs(*v), 'f', decimals, 64)
	whole, rest, _ := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if rest != "" {
		whole += "." + rest
	}
	if *v < 0 && strings.Trim(s, "0.") != "" {
		whole = "−" + whole
	}
	return whole
}

// degrees writes a temperature in C as short as it can be told.
func degrees(celsius float64) string { return tickLabel(celsius) + " °C" }

// measured keeps of a number seven significant digits, which hold every count
// of pixels of the CCD.
func measured(v *float64) *float64 {
	if v == nil {
		return nil
	}
	r, _ := strconv.ParseFloat(strconv.FormatFloat(*v, 'g', 7, 64), 64)
	return &r
}

// decimal rounds to so many decimals.
func decimal(v float64, decimals int) float64 {
	r, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'f', decimals, 64), 64)
	return r
}
