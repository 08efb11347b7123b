package chart

import (
	"fmt"
	"slices"

	"darksite/processing/history"
	"darksite/processing/quantity"
	"darksite/processing/scaling"
)

// sketch says what a figure of the history shows; a trend is one with numbers.
type sketch struct {
	name, title string
	columns     int  // of panels, where there is room
	broad       bool // it takes the width of the page
	panels      []panelSketch
}

type panelSketch struct {
	title      string     // of the value axis
	height     [2]float64 // of the plot, wide and narrow, px
	of         string     // before the name of a quantity in tables
	unit       string
	decimals   int
	mayBeLog   bool // amounts that are not negative
	quantities []line
}

// line shows a number of each calibration.
type line struct {
	key    quantity.Key
	name   string // as the legend has it, "" for that of the quantity
	stroke stroke
	model  bool
	// scattered values are points without a line: what is between two of them
	// is not between their values.
	scattered bool
	// limit is 1 for the lower and 2 for the upper limit of observed over model, which
	// stand for a key.
	limit int
}

// of is the number of a calibration, what the model has with one decimal.
func (l line) of(r history.Row, o HistoryOptions) *float64 {
	if l.limit > 0 {
		limits, ok := o.Limits[r.ID]
		if !ok {
			return nil
		}
		return new(decimal(limits[l.limit-1], 3))
	}
	v := r.Value(l.key)
	if v != nil && l.model {
		*v = decimal(*v, quantity.Of(l.key).Decimals)
	}
	return v
}

// One role has one colour in all figures.
var (
	asMeasured    = stroke{accent, 1.25, 0}
	adjusted      = stroke{others[1], 1.25, 0}
	atCommon      = stroke{others[2], 1.25, 0}
	fromModel     = stroke{ink, 1.25, 1} // over the points, which it should run through
	ofRules       = stroke{quiet, 1, 1}
	meanLevel     = asMeasured
	medianLevel   = stroke{others[0], 1.25, 0}
	peakLevel     = stroke{others[1], 1.25, 0}
	modeLevel     = stroke{others[2], 1.25, 0}
	higherThanAll = []int{200, 1000, 2000, 3000} // e-/s, thresholds of the panels
)

// sketches are the figures of the history. The share of warm pixels, observed over
// model, and the temperature, on which all three depend, stand under the warm pixels
// on one axis of time.
func sketches(o HistoryOptions) []sketch {
	at := o.At
	warm := atThreshold(warmAbove, at)
	warm.height = [2]float64{230, 180}
	warm.quantities = slices.Insert(warm.quantities, 1, line{
		key: quantity.CountAdj, name: "adjusted to " + degrees(float64(scaling.ReferenceTemp)), stroke: adjusted,
	})
	share := panelSketch{
		title: "warm (%)", unit: "%", decimals: 1, height: [2]float64{110, 100},
		quantities: []line{{key: quantity.WarmFraction, stroke: asMeasured}},
	}
	ratio := panelSketch{
		title: "obs./model", decimals: 2, height: [2]float64{110, 100},
		quantities: []line{
			{key: quantity.ModelRatio, name: "observed/model", stroke: asMeasured},
			{limit: 1, name: "limits of the rules", stroke: ofRules, model: true}, {limit: 2, name: "limits of the rules", stroke: ofRules, model: true},
		},
	}
	var hot []panelSketch
	for _, t := range higherThanAll {
		hot = append(hot, atThreshold(t, at))
	}
	levels := panelSketch{
		title: "dark current (e⁻/s)", unit: "e⁻/s", decimals: 2, mayBeLog: true, height: [2]float64{220, 170},
		quantities: []line{
			{key: quantity.Mean, stroke: meanLevel}, {key: quantity.Median, stroke: medianLevel},
			{key: quantity.Peak, stroke: peakLevel}, {key: quantity.PeakAboutMode, name: "peak about mode", stroke: modeLevel},
		},
	}
	zodi := panelSketch{
		title: "zodiacal (e⁻/s)", unit: "e⁻/s", decimals: 2, height: [2]float64{100, 90},
		quantities: []line{{key: quantity.Zodi, stroke: asMeasured, scattered: true}},
	}
	return []sketch{
		{"warm", fmt.Sprintf("Pixels above %d e⁻/s, observed over model, and CCD temperature", warmAbove), 1, true, []panelSketch{warm, share, ratio, temperaturePanel([2]float64{110, 100})}},
		{"hot", "Pixels above the higher thresholds", 2, false, hot},
		{"levels", "Levels of the dark maps and zodiacal background", 1, false, []panelSketch{levels, zodi}},
	}
}

// temperatureSketch is the figure of the CCD temperature alone.
func temperatureSketch() sketch {
	return sketch{"temperature", "CCD temperature", 1, false, []panelSketch{temperaturePanel([2]float64{170, 140})}}
}

func temperaturePanel(height [2]float64) panelSketch {
	return panelSketch{
		title: "CCD (°C)", unit: "°C", decimals: 1, height: height,
		quantities: []line{{key: quantity.CCDTemp, stroke: asMeasured}},
	}
}

// atThreshold is the panel of the counts above a threshold in e-/s.
func atThreshold(threshold int, at history.At) panelSketch {
	common := degrees(float64(at.CCDTemp))
	return panelSketch{
		title: fmt.Sprintf("pixels > %d e⁻/s", threshold), height: [2]float64{150, 110}, of: fmt.Sprintf("N>%d ", threshold), unit: "pixels", mayBeLog: true,
		quantities: []line{
			{key: quantity.Over(threshold), name: "as measured", stroke: asMeasured},
			{key: quantity.Over(threshold) + "_common", name: "at " + common, stroke: atCommon},
			{key: quantity.Over(threshold) + "_model", name: "model at " + common, stroke: fromModel, model: true},
		},
	}
}

// trend is what the live chart and the static twin are both drawn from.
type trend struct {
	sketch
	id      string
	panels  []panel
	strokes []stroke // of the table's columns
	model   []bool   // so too
	points  []bool   // so too: without a line
	home    []int    // so too: the panel
	names   []string // so too, as the legend has them
	table   HistoryTable
	years   yearAxis
	labels  float64 // width of the widest label of a value axis in the history, font sizes
	summary string
	steps   []step
	// tempPanel is the panel of the temperature.
	tempPanel int
}

type panel struct {
	title  string
	height [2]float64
	axis   valueAxis
}

// trend fills a sketch with the numbers of the rows.
func (s sketch) trend(rows []history.Row, points []HistoryPoint, o HistoryOptions) (trend, error) {
	t := trend{sketch: s, id: o.ID + "-" + s.name, table: HistoryTable{Rows: make([]HistoryPoint, len(points))}}
	copy(t.table.Rows, points)
	for i := range t.table.Rows {
		t.table.Rows[i].Values = nil
	}
	for _, p := range s.panels {
		if !p.anyMeasured(rows, o) {
			continue
		}
		var all []float64
		for _, q := range p.quantities {
			values := make([]*float64, len(rows))
			known := false
			for i, r := range rows {
				v := q.of(r, o)
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
			name := q.name
			if name == "" {
				name = quantity.Of(q.key).Name
			}
			label := p.of + name
			if q.limit > 0 {
				label = []string{"lower limit", "upper limit"}[q.limit-1]
			}
			t.table.Columns = append(t.table.Columns, HistoryColumn{Key: q.key, Label: label, Unit: p.unit, Decimals: p.decimals})
			t.strokes, t.names = append(t.strokes, q.stroke), append(t.names, name)
			t.model, t.points = append(t.model, q.model), append(t.points, q.scattered)
			t.home = append(t.home, len(t.panels))
			for i, v := range values {
				t.table.Rows[i].Values = append(t.table.Rows[i].Values, v)
			}
		}
		t.panels = append(t.panels, panel{p.title, p.height, newValueAxis(all, p.mayBeLog)})
	}
	if len(t.panels) == 0 {
		return t, nil
	}
	t.years = newYearAxis(points[0].Year, points[len(points)-1].Year)
	for c, column := range t.table.Columns {
		if column.Key == quantity.CCDTemp {
			t.steps, t.tempPanel = stepsOf(points), t.home[c]
		}
	}
	t.summary = t.describe(o.At)
	return t, nil
}

// anyMeasured tells whether there is more to show than the model.
func (p panelSketch) anyMeasured(rows []history.Row, o HistoryOptions) bool {
	for _, r := range rows {
		for _, q := range p.quantities {
			if !q.model && q.of(r, o) != nil {
				return true
			}
		}
	}
	return false
}
