package view

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"strconv"

	"darksite/internal/chart"
	"darksite/processing/history"
)

// Files of the histogram beside each page.
const (
	histogramFile = "histogram.svg"
	binsFile      = "histogram.csv"
	ShardFile     = "histogram.js" // exact, for the charts of other calibrations too
)

// Choices is a script with a list of all calibrations, for the charts of each.
func (s *Site) Choices() ([]byte, error) { return chart.List(entriesOf(s.Calibrations)) }

// entriesOf are all calibrations that a reader can lay over others.
func entriesOf(calibrations []Calibration) (entries []chart.Entry) {
	for i := range calibrations {
		c := &calibrations[i]
		entries = append(entries, chart.Entry{
			ID: c.Artifact.ID, Name: c.legend(), CCDTemp: c.Artifact.Facts.CCDTemp, Address: "../" + c.Address + "/" + ShardFile,
		})
	}
	return entries
}

// Earlier is how many calibrations before the current one a page shows beside it,
// as the reports always did.
const Earlier = 2

// Histogram is what the page says of its histogram.
type Histogram struct {
	// HTML is the chart as it stands in the page, made and escaped by package
	// chart.
	HTML   string
	Series []string   // names of the columns of Bins
	Bins   [][]string // from, to, e-/s; pixels per e-/s of each
}

// drawHistogram draws a calibration's histogram with the two before it, and
// writes the exact one for other pages.
func drawHistogram(calibrations []Calibration, i int, at history.At) (files map[string][]byte, p Histogram, err error) {
	first := max(0, i-Earlier)
	o := chart.ExplorerOptions{
		ID: "histogram", CCDTemp: at.CCDTemp, Law: at.Law, Entries: entriesOf(calibrations[first : i+1]), Shared: true,
	}
	// The current calibration first, then back in time.
	var series []chart.Series
	for k := i; k >= first; k-- {
		c := &calibrations[k]
		series = append(series, chart.Series{ID: c.Artifact.ID, Name: c.legend(), Histogram: c.Artifact.Histogram, Current: k == i})
	}
	figure, err := chart.Explorer(series, o)
	if err != nil {
		return nil, p, fmt.Errorf("histogram: %w", err)
	}
	a := calibrations[i].Artifact
	exact := chart.Exact{ID: a.ID, Name: calibrations[i].legend(), CCDTemp: a.Facts.CCDTemp, Histogram: a.Histogram}
	for _, q := range a.Quadrants {
		exact.Quadrants = append(exact.Quadrants, q.Histogram)
	}
	shard, err := chart.Shard(exact)
	if err != nil {
		return nil, p, err
	}
	files = map[string][]byte{histogramFile: figure.SVG, ShardFile: shard}
	p.HTML, p.Series = string(figure.HTML()), figure.Table.Names
	p.Bins, files[binsFile], err = tabulate(figure.Table)
	return files, p, err
}

// tabulate gives the bins of a chart as a table and as CSV. Bins at the ends
// that are empty in every series are left out.
func tabulate(t chart.Table) ([][]string, []byte, error) {
	first, last := len(t.Edges), 0
	head := []string{"low_e_per_s", "high_e_per_s"}
	for i, name := range t.Names {
		head = append(head, "pixels_per_e_per_s "+name)
		for b, d := range t.Density[i] {
			if d > 0 {
				first, last = min(first, b), max(last, b+1)
			}
		}
	}
	var rows [][]string
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.Write(head)
	number := func(x float64) string { return strconv.FormatFloat(x, 'g', 6, 64) }
	for b := first; b < last; b++ {
		low, high := t.Edges[b], t.Edges[b+1]
		record := []string{number(low), number(high)}
		row := []string{significant(low), significant(high)}
		for _, density := range t.Density {
			record = append(record, number(density[b]))
			row = append(row, significant(density[b]))
		}
		rows = append(rows, row)
		w.Write(record)
	}
	w.Flush()
	return rows, out.Bytes(), w.Error()
}

// significant writes a number that is not negative with at least three
// significant digits, without an exponent.
func significant(x float64) string {
	switch {
	case x == 0:
		return "0"
	case x >= 100:
		return count(int64(math.Round(x)))
	case x >= 10:
		return strconv.FormatFloat(x, 'f', 1, 64)
	case x >= 1:
		return strconv.FormatFloat(x, 'f', 2, 64)
	}
	return strconv.FormatFloat(x, 'g', 3, 64)
}
