package view

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"darksite/internal/chart"
	"darksite/processing/artifact"
	"darksite/processing/history"
	"darksite/processing/quantity"
)

// Addresses under the section.
const (
	HistoryPage = "history"
	zodiSheet   = "zodi"
	// ZodiFile has the background of all calibrations.
	ZodiFile = "zodi.csv"
	// OverlayFile has the histograms of all calibrations in one picture.
	OverlayFile = "histograms.svg"
)

// firstRows is how many rows of a table of numbers stand on the page of the history;
// what is longer has pages of its own.
const firstRows = 100

// Sheet is a part of a table with the numbers of all calibrations, latest first.
type Sheet struct {
	ID    string // "history-warm", of the chart that shows the same
	Title string
	File  string // CSV, relative to the section
	Head  []string
	Rows  []SheetRow
	All   int // rows in all parts
	Part
}

// SheetRow is a calibration in a sheet; Address is "" where there is no page.
type SheetRow struct {
	Short, Address string
	Cells          []string
}

// Sheets are the heads of all tables: of the charts, and of the zodiacal background.
func (s *Site) Sheets() (sheets []*Sheet) {
	for _, f := range s.History.Figures {
		sheets = append(sheets, s.sheetOf(f).part(0))
	}
	if zodi := s.zodi(); len(zodi.Rows) > 0 {
		sheets = append(sheets, zodi.part(0))
	}
	return sheets
}

// Sheet is a page of a table.
func (s *Site) Sheet(id string, page int) (*Sheet, error) {
	if id == zodiSheet {
		return s.zodi().part(page), nil
	}
	for _, f := range s.History.Figures {
		if f.ID == id {
			return s.sheetOf(f).part(page), nil
		}
	}
	return nil, fmt.Errorf("there is no table %q", id)
}

// address is that of the first page of a table.
func (s *Sheet) address() string {
	return HistoryPage + "/" + strings.TrimPrefix(s.ID, "history-")
}

// part leaves the rows of a page.
func (s *Sheet) part(page int) *Sheet {
	s.All, s.Part = len(s.Rows), partOf(len(s.Rows), page, s.address())
	if page == 0 {
		s.From, s.To = min(1, s.All), min(firstRows, s.All)
	}
	s.Rows = s.Rows[max(0, s.From-1):s.To]
	return s
}

// sheetOf has the numbers of a chart.
func (s *Site) sheetOf(f chart.HistoryFigure) *Sheet {
	sheet := &Sheet{ID: f.ID, Title: f.Title, File: f.ID + ".csv", Head: headOf(f)}
	for i, r := range slices.Backward(f.Table.Rows) {
		if cells, some := cellsIn(f, i); some {
			row := SheetRow{Short: r.Date, Cells: cells}
			if k := s.History.Cards[r.ID]; k != nil {
				row.Address = k.Address
			}
			sheet.Rows = append(sheet.Rows, row)
		}
	}
	return sheet
}

// zodiField is a field of a calibration or of one of its replicas.
type zodiField struct {
	row     history.Row
	replica int // 0 for the calibration
	ra, dec *float64
	zodi    *artifact.Zodi // nil where not known
}

// zodiFields are those of all calibrations, latest first: one each, or one for each
// replica where they have fields of their own.
func (s *Site) zodiFields() (fields []zodiField) {
	known := map[string]*artifact.Calibration{}
	for i := range s.Calibrations {
		known[string(s.Calibrations[i].Artifact.ID)] = s.Calibrations[i].Artifact
	}
	for _, r := range slices.Backward(s.History.Rows) {
		c := known[string(r.ID)]
		switch {
		case c == nil:
			if r.Value(quantity.Zodi) != nil {
				fields = append(fields, zodiField{row: r})
			}
		case c.SeveralFields():
			for _, replica := range c.Replicas {
				fields = append(fields, zodiField{r, replica.Number, replica.RA, replica.Dec, replica.Zodi})
			}
		case c.Zodi != nil || c.Facts.RA != nil:
			fields = append(fields, zodiField{r, 0, c.Facts.RA, c.Facts.Dec, c.Zodi})
		}
	}
	return fields
}

// ePerS is the background of a field, e-/s.
func (f *zodiField) ePerS() *float64 {
	if f.zodi != nil {
		return &f.zodi.EPerS
	}
	if f.row.Published() {
		return f.row.Value(quantity.Zodi)
	}
	return nil
}

// zodi is the table of the zodiacal background.
func (s *Site) zodi() *Sheet {
	sheet := &Sheet{ID: zodiSheet, Title: "Zodiacal background and angles", File: ZodiFile, Head: []string{
		"replica", "RA, °", "Dec, °", "El, °", "Eb, °", "Sun El, °", "L − L₀, °", "B, °", "ZodiB, units", "background, e⁻/s"}}
	for _, f := range s.zodiFields() {
		z, replica := zodiOf(f.ra, f.dec, f.zodi), ""
		if f.replica > 0 {
			replica = count(f.replica)
		}
		row := SheetRow{Short: f.row.ID.Date().Format("2006 Jan 2"), Cells: []string{
			replica, z.RA, z.Dec, z.El, z.Eb, z.SunEl, z.LL0, z.B, z.ZodiB, fixedOr(f.ePerS(), 2)}}
		for i := range row.Cells {
			row.Cells[i] = cmp.Or(row.Cells[i], unknownCell)
		}
		if k := s.History.Cards[f.row.ID]; k != nil {
			row.Address = k.Address
		}
		sheet.Rows = append(sheet.Rows, row)
	}
	return sheet
}

// ZodiCSV has the table of the zodiacal background with all digits, oldest first as
// the other files of the history.
func (s *Site) ZodiCSV() ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write([]string{"id", "date", "origin", "replica", "ra_deg", "dec_deg", "el_deg", "eb_deg", "sun_el_deg", "l_l0_deg", "b_deg", "zodib", "zodi_e_per_s"})
	number := func(v *float64) string {
		if v == nil {
			return ""
		}
		return strconv.FormatFloat(*v, 'f', -1, 64)
	}
	for _, f := range slices.Backward(s.zodiFields()) {
		line := []string{string(f.row.ID), f.row.ID.Colon(), string(f.row.Origin), "", number(f.ra), number(f.dec), "", "", "", "", "", "", number(f.ePerS())}
		if f.replica > 0 {
			line[3] = strconv.Itoa(f.replica)
		}
		if z := f.zodi; z != nil {
			b := math.Abs(z.Eb)
			for i, v := range []*float64{&z.El, &z.Eb, &z.SunEl, &z.LL0, &b, &z.ZodiB} {
				line[6+i] = number(v)
			}
		}
		w.Write(line)
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// Charts returns the charts of the history that the first page leaves out, for a page
// one step below the section.
func (s *Site) Charts() (figures []Figure, err error) {
	o := s.History.options("history", "../")
	o.Without = []string{"warm"}
	drawn, err := chart.History(s.History.Rows, o)
	for _, f := range drawn {
		figures = append(figures, figureOf(f))
	}
	return figures, err
}

// Overlay says what the picture with the histograms of all calibrations shows, ""
// where there is none.
func (s *Site) Overlay() (string, error) {
	_, says, err := s.DrawOverlay()
	return says, err
}

// DrawOverlay draws that picture, nil without a map.
func (s *Site) DrawOverlay() (svg []byte, says string, err error) {
	var series []chart.Series
	for i := range s.Calibrations {
		c := &s.Calibrations[i]
		series = append(series, chart.Series{ID: c.Artifact.ID, Name: c.legend(), Histogram: c.Artifact.Histogram})
	}
	if len(series) == 0 {
		return nil, "", nil
	}
	return chart.Overlay(series)
}
