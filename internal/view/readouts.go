package view

import (
	"fmt"

	"darksite/internal/chart"
	"darksite/processing/artifact"
	"darksite/processing/history"
	"darksite/processing/quantity"
)

// Readout is a number of the first screen with its course.
type Readout struct {
	Key   quantity.Key
	Name  string
	Text  string
	Unit  string
	Note  string
	Spark string // made and escaped by package chart
}

// sparked is how many calibrations a sparkline shows.
const sparked = 12

// readoutsOf are the numbers of the first screen.
func readoutsOf(c *artifact.Calibration, rows []history.Row) ([]Readout, error) {
	last := rows[max(0, indexOf(rows, c.ID)+1-sparked) : indexOf(rows, c.ID)+1]
	own := rows[indexOf(rows, c.ID)]
	var out []Readout
	for _, q := range quantity.In(quantity.Tile) {
		r := Readout{Key: q.Key, Name: q.Head, Text: numberText(own, q)}
		if q.Level > 0 {
			r.Name = "N > " + count(q.Level) + " e⁻/s"
		}
		if q.Unit != quantity.Percent && r.Text != "unknown" && r.Text != "none" {
			r.Unit = q.Unit.Typeset()
		}
		if note := tileNotes[q.Key]; note != nil {
			r.Note = note(c)
		}
		var course []*float64
		for _, one := range last {
			course = append(course, one.Value(q.Key))
		}
		spark, err := chart.Spark(course, chart.SparkOptions{Name: r.Name, Unit: q.Unit.Typeset(), Decimals: q.Decimals})
		if err != nil {
			return nil, fmt.Errorf("sparkline: %s: %w", q.Key, err)
		}
		r.Spark = string(spark)
		out = append(out, r)
	}
	return out, nil
}

// tileNotes stand beside numbers of the first screen.
var tileNotes = map[quantity.Key]func(*artifact.Calibration) string{
	quantity.WarmFraction: modelNote,
	quantity.Peak:         peakNote,
}

// modelNote is the warm fraction that the model has, of as many pixels as the map has
// values.
func modelNote(c *artifact.Calibration) string {
	if c.Warm == nil || c.Warm.Expected == nil || !(c.Warm.Expected.Ratio > 0) {
		return ""
	}
	expected := 100 * float64(c.Warm.Count) / c.Warm.Expected.Ratio / float64(max(1, c.Statistics.Pixels()))
	return "model " + fixed(&expected, 1) + "\u00a0%"
}

// peakNote stands beside the peak: the median, about which it is looked for, and
// where there is no peak about that, the one about the mode by its own name.
func peakNote(c *artifact.Calibration) string {
	text := func(key quantity.Key) string {
		return numberText(history.Row{Numbers: c.Statistics.Numbers}, quantity.Of(key)) + "\u00a0e⁻/s"
	}
	note := "median " + text(quantity.Median)
	if c.Statistics.Value(quantity.Peak) == nil && c.Statistics.Value(quantity.PeakAboutMode) != nil {
		note += "; peak about the mode " + text(quantity.PeakAboutMode)
	}
	return note
}
