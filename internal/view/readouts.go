package view

import (
	"fmt"

	"darksite/internal/chart"
	"darksite/processing/history"
	"darksite/processing/quantity"
	"darksite/processing/warm"
)

// Readout is a number of the first screen with its course.
type Readout struct {
	Key   quantity.Key
	Name  string
	Text  string
	Unit  string
	Note  string
	Spark string // made and escaped by package chart
	// Range are the ends of the course, "" where it has one value; Limits are those of
	// the rules, "" without any.
	Range  string
	Limits string
}

// sparked is how many calibrations a sparkline shows.
const sparked = 12

// readoutsOf are the numbers of the first screen.
func (past *History) readoutsOf(from *Calibration) ([]Readout, error) {
	rows := past.upToUsable(from.Artifact.ID)
	last := rows[max(0, len(rows)-sparked):]
	own := rows[len(rows)-1]
	var out []Readout
	for _, q := range quantity.In(quantity.Tile) {
		r := Readout{Key: q.Key, Name: past.tileName(q), Text: numberText(own, q), Note: tileNote(own, q)}
		if q.Unit != quantity.Percent && q.Unit != quantity.Pixels && r.Text != "unknown" && r.Text != "none" {
			r.Unit = q.Unit.Typeset()
		}
		course := chart.SparkOptions{Name: r.Name, Unit: q.Unit.Typeset(), Decimals: q.Decimals}
		if limit := past.modelLimit(own.ID); limit != nil && q.Key == quantity.ModelRatio {
			course.Limits = limit[:]
			r.Limits = "usual " + fixed(&course.Limits[0], q.Decimals) + " to " + fixed(&course.Limits[1], q.Decimals)
		}
		var values []*float64
		low, high := history.Row{}, history.Row{}
		for _, one := range last {
			v := one.Value(q.Key)
			values = append(values, v)
			if v == nil {
				continue
			}
			if w := low.Value(q.Key); w == nil || *v < *w {
				low = one
			}
			if w := high.Value(q.Key); w == nil || *v > *w {
				high = one
			}
		}
		if from, to := numberText(low, q), numberText(high, q); from != to {
			r.Range = from + " to " + to
		}
		spark, err := chart.Spark(values, course)
		if err != nil {
			return nil, fmt.Errorf("sparkline: %s: %w", q.Key, err)
		}
		r.Spark = string(spark)
		out = append(out, r)
	}
	return out, nil
}

// tileName is the name of a number where it stands alone.
func (past *History) tileName(q *quantity.Quantity) string {
	switch q.Key {
	case quantity.Over(warm.Threshold) + "_common":
		return "N > 100 at " + celsius(past.At.CCDTemp)
	case quantity.ModelRatio:
		return "Observed / model"
	}
	if q.Level > 0 {
		return "N > " + count(q.Level) + " e⁻/s"
	}
	return q.Head
}

// tileNote stands beside a number: the part of the pixels that are warm, and where
// there is no peak about the median, the one about the mode by its own name.
func tileNote(own history.Row, q *quantity.Quantity) string {
	switch {
	case q.Key == quantity.Over(warm.Threshold) && own.Value(quantity.WarmFraction) != nil:
		return numberText(own, quantity.Of(quantity.WarmFraction)) + " of the pixels"
	case q.Key == quantity.Peak && own.Value(quantity.Peak) == nil && own.Value(quantity.PeakAboutMode) != nil:
		return "about the mode " + numberText(own, quantity.Of(quantity.PeakAboutMode)) + "\u00a0e⁻/s"
	}
	return ""
}
