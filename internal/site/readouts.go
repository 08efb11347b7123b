package site

import (
	"fmt"

	"darksite/internal/chart"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/history"
)

// readout is a number of the first screen with its course.
type readout struct {
	Name  string `json:"name"`
	Text  string `json:"text"`
	Unit  string `json:"unit"`
	Note  string `json:"note"`
	Spark string `json:"spark"` // made and escaped by package chart
}

// sparked is how many calibrations a sparkline shows.
const sparked = 12

// readoutsOf are the numbers of the first screen.
func readoutsOf(c *artifact.Calibration, k *card, rows []history.Row) ([]readout, error) {
	last := rows[max(0, indexOf(rows, c.ID)+1-sparked) : indexOf(rows, c.ID)+1]
	course := func(of func(history.Row) *float64) (values []*float64) {
		for _, r := range last {
			values = append(values, of(r))
		}
		return values
	}
	above := func(level int, scale float64) func(history.Row) *float64 {
		return func(r history.Row) *float64 {
			n, ok := r.Over(level)
			if !ok {
				return nil
			}
			v := float64(n) * scale
			return &v
		}
	}
	warm, hot := above(100, 1), above(3000, 1)
	model := ""
	if c.Warm != nil && c.Warm.Expected != nil && c.Warm.Expected.Ratio > 0 {
		// Of as many pixels as the map has values.
		expected := 100 * float64(c.Warm.Count) / c.Warm.Expected.Ratio / float64(max(1, c.Statistics.Pixels))
		model = "model " + fixed(&expected, 1) + "\u00a0%"
	}
	list := []struct {
		readout
		of       func(history.Row) *float64
		decimals int
	}{
		{readout{Name: "N > 100 e⁻/s", Text: overText(k, 100), Unit: "pixels"}, warm, 0},
		{readout{Name: "Warm fraction", Text: k.WarmText, Note: model}, above(100, 100.0/(chandra.CCDSize*chandra.CCDSize)), 1},
		{readout{Name: "Mean", Text: k.MeanText, Unit: "e⁻/s"}, func(r history.Row) *float64 { return r.Mean }, 1},
		{readout{Name: "Peak", Text: k.PeakText, Unit: "e⁻/s", Note: peakNote(k)}, func(r history.Row) *float64 { return r.Peak }, 1},
		{readout{Name: "N > 3,000 e⁻/s", Text: overText(k, 3000), Unit: "pixels"}, hot, 0},
		{readout{Name: "Zodiacal", Text: zodiNumber(c), Unit: "e⁻/s"}, func(r history.Row) *float64 { return r.ZodiEPerS }, 2},
	}
	var out []readout
	for _, r := range list {
		unit := r.Unit
		if r.Name == "Warm fraction" {
			unit = "%"
		}
		spark, err := chart.Spark(course(r.of), chart.SparkOptions{Name: r.Name, Unit: unit, Decimals: r.decimals})
		if err != nil {
			return nil, fmt.Errorf("sparkline: %w", err)
		}
		r.Spark = string(spark)
		if r.Text == "unknown" || r.Text == "none" {
			r.Unit = ""
		}
		out = append(out, r.readout)
	}
	return out, nil
}

func overText(k *card, threshold int) string {
	for _, a := range k.Above {
		if a.Threshold == threshold {
			return a.Text
		}
	}
	return "unknown"
}

func zodiNumber(c *artifact.Calibration) string {
	if c.Zodi == nil {
		return "unknown"
	}
	return fixed(&c.Zodi.EPerS, 2)
}

// peakNote stands beside the peak: the median, about which it is looked for, and
// where there is no peak about that, the one about the mode by its own name.
func peakNote(k *card) string {
	note := "median " + k.MedianText + "\u00a0e⁻/s"
	if k.Peak == nil && k.ModePeak != nil {
		note += "; peak about the mode " + k.ModePeakText + "\u00a0e⁻/s"
	}
	return note
}
