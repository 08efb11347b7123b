package chart

import (
	"fmt"
	"slices"

	"darksite/processing/history"
	"darksite/processing/scaling"
	"darksite/processing/stats"
)

// sketch says what a figure of the history shows; a trend is one with numbers.
type sketch struct {
	name, title string
	height      [2]float64 // of a panel's plot, wide and narrow, px
	panels      []panelSketch
}

type panelSketch struct {
	title      string // of the value axis
	of         string // before the name of a quantity in a table of several panels
	unit       string
	decimals   int
	mayBeLog   bool // amounts that are not negative
	quantities []quantity
}

// quantity is a number of each calibration.
type quantity struct {
	key    string // as history.EncodeCSV has it
	name   string // as the legend has it
	stroke stroke
	model  bool
	of     func(history.Row) *float64
}

// One role has one colour in all figures.
var (
	asMeasured    = stroke{accent, 1.25, 0}
	adjusted      = stroke{others[1], 1.25, 0}
	atCommon      = stroke{others[2], 1.25, 0}
	fromModel     = stroke{ink, 1.25, 1} // over the points, which it should run through
	meanLevel     = asMeasured
	medianLevel   = stroke{others[0], 1.25, 0}
	peakLevel     = stroke{others[1], 1.25, 0}
	higherThanAll = []int{200, 1000, 2000, 3000} // e-/s, thresholds of the panels
)

func sketches(at history.At) []sketch {
	warm := atThreshold(warmAbove, at)
	warm.quantities = slices.Insert(warm.quantities, 1, quantity{
		"count_adj", "adjusted to " + degrees(float64(scaling.ReferenceTemp)), adjusted, false,
		func(r history.Row) *float64 { return ofCount(r.CountAdj) },
	})
	var hot []panelSketch
	for _, t := range higherThanAll {
		hot = append(hot, atThreshold(t, at))
	}
	one := func(title, unit string, decimals int, mayBeLog bool, q ...quantity) []panelSketch {
		return []panelSketch{{title: title, unit: unit, decimals: decimals, mayBeLog: mayBeLog, quantities: q}}
	}
	return []sketch{
		{"temperature", "CCD temperature", [2]float64{170, 140}, one("CCD temperature (°C)", "°C", 1, false,
			quantity{tempKey, "CCD temperature", asMeasured, false, func(r history.Row) *float64 { return r.CCDTemp }})},
		{"warm", fmt.Sprintf("Pixels above %d e⁻/s", warmAbove), [2]float64{280, 200}, []panelSketch{warm}},
		{"hot", "Pixels above the higher thresholds", [2]float64{150, 110}, hot},
		{"levels", "Levels of the dark maps", [2]float64{240, 180}, one("dark current (e⁻/s)", "e⁻/s", 2, true,
			quantity{"mean_e_per_s", "mean", meanLevel, false, func(r history.Row) *float64 { return r.Mean }},
			quantity{"median_e_per_s", "median", medianLevel, false, func(r history.Row) *float64 { return r.Median }},
			quantity{"peak_e_per_s", "peak", peakLevel, false, func(r history.Row) *float64 { return r.Peak }})},
		{"zodi", "Zodiacal background", [2]float64{170, 140}, one("background (e⁻/s)", "e⁻/s", 2, false,
			quantity{"zodi_e_per_s", "zodiacal background", asMeasured, false, func(r history.Row) *float64 { return r.ZodiEPerS }})},
	}
}

// tempKey is also the column of the temperature beside other numbers.
const tempKey = "ccd_temp_c"

// atThreshold is the panel of the counts above a threshold in e-/s.
func atThreshold(threshold int, at history.At) panelSketch {
	common := degrees(float64(at.CCDTemp))
	key := func(what string) string { return fmt.Sprintf("n_gt_%d_at_%v_%s", threshold, at.CCDTemp, what) }
	return panelSketch{
		title: fmt.Sprintf("pixels > %d e⁻/s", threshold), of: fmt.Sprintf("N>%d ", threshold), unit: "pixels", mayBeLog: true,
		quantities: []quantity{
			{fmt.Sprintf("n_gt_%d", threshold), "as measured", asMeasured, false, func(r history.Row) *float64 {
				return ofThreshold(r.Above, threshold)
			}},
			{key(at.Law.Name()), "at " + common, atCommon, false, func(r history.Row) *float64 {
				return ofThreshold(r.Common, threshold)
			}},
			{key("model"), "model at " + common, fromModel, true, func(r history.Row) *float64 {
				for _, e := range r.Expected {
					if e.Threshold == threshold {
						v := decimal(e.Count, 1) // as the CSV of the history has it
						return &v
					}
				}
				return nil
			}},
		},
	}
}

func ofThreshold(above []stats.Above, threshold int) *float64 {
	for _, a := range above {
		if a.Threshold == threshold {
			return ofCount(&a.Count)
		}
	}
	return nil
}

func ofCount(n *int) *float64 {
	if n == nil {
		return nil
	}
	v := float64(*n)
	return &v
}

// trend is what the live chart and the static twin are both drawn from.
type trend struct {
	sketch
	id      string
	panels  []panel
	strokes []stroke // of the table's columns
	model   []bool   // so too
	home    []int    // so too: the panel
	names   []string // so too, as the legend has them
	table   HistoryTable
	years   yearAxis
	labels  float64 // width of the widest label of a value axis in the history, font sizes
	summary string
}

type panel struct {
	title string
	axis  valueAxis
}

// trend fills a sketch with the numbers of the rows.
func (s sketch) trend(rows []history.Row, points []HistoryPoint, o HistoryOptions) (trend, error) {
	t := trend{sketch: s, id: o.ID + "-" + s.name, table: HistoryTable{Rows: make([]HistoryPoint, len(points))}}
	copy(t.table.Rows, points)
	for i := range t.table.Rows {
		t.table.Rows[i].Values = nil
	}
	for _, p := range s.panels {
		if !p.anyMeasured(rows) {
			continue
		}
		var all []float64
		for _, q := range p.quantities {
			values := make([]*float64, len(rows))
			known := false
			for i, r := range rows {
				v := q.of(r)
				if err := checkNumber(v); err != nil {
					return trend{}, fmt.Errorf("calibration %s: %s: %w", r.ID, q.key, err)
				}
				if v == nil {
					continue
				}
				if p.unit == "pixels" && *v < 0 {
					return trend{}, fmt.Errorf("calibration %s: %s is %v: want 0 or more", r.ID, q.key, *v)
				}
				known = true
				values[i] = measured(v)
				all = append(all, *values[i])
			}
			if !known {
				continue
			}
			label := q.name
			if len(s.panels) > 1 {
				label = p.of + q.name
			}
			t.table.Columns = append(t.table.Columns, HistoryColumn{Key: q.key, Label: label, Unit: p.unit, Decimals: p.decimals})
			t.strokes, t.model, t.names = append(t.strokes, q.stroke), append(t.model, q.model), append(t.names, q.name)
			t.home = append(t.home, len(t.panels))
			for i, v := range values {
				t.table.Rows[i].Values = append(t.table.Rows[i].Values, v)
			}
		}
		t.panels = append(t.panels, panel{p.title, newValueAxis(all, p.mayBeLog)})
	}
	if len(t.panels) == 0 {
		return t, nil
	}
	t.years = newYearAxis(points[0].Year, points[len(points)-1].Year)
	t.summary = t.describe(o.At)
	return t, nil
}

// anyMeasured tells whether there is more to show than the model.
func (p panelSketch) anyMeasured(rows []history.Row) bool {
	for _, r := range rows {
		for _, q := range p.quantities {
			if !q.model && q.of(r) != nil {
				return true
			}
		}
	}
	return false
}
