package chart

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"

	"darksite/processing/quality"
)

const yearTitle = "year (UTC)"

// The functions of charts.js that the option names.
const (
	formatYear        types.FuncStr = "fn:year"        // 2015 -> "2015"
	formatDecimal     types.FuncStr = "fn:decimal"     // -0.5 -> "−0.5"
	formatCalibration types.FuncStr = "fn:calibration" // the calibration under the pointer
)

// option is the ECharts option. Its first dataset has a row for each series, its
// label and unit; its second one has a row for each calibration: what it is
// called, the address of its page, its verdict, its CCD temperature, and the
// number of each series, as they are read. A series has an item for each
// calibration.
func (t trend) option() (json.RawMessage, error) {
	names, _ := t.legendNames()
	line := charts.NewLine()
	line.SetGlobalOptions(
		charts.WithInitializationOpts(opts.Initialization{ChartID: t.id, Theme: "white"}),
		charts.WithAnimation(false),
		charts.WithAriaOpts(&opts.Aria{
			Enabled: opts.Bool(true),
			Label:   &opts.AriaLabel{Enabled: opts.Bool(true), Description: t.summary},
		}),
		charts.WithTooltipOpts(opts.Tooltip{
			Show: opts.Bool(true), Trigger: "axis", Formatter: formatCalibration,
			BackgroundColor: paper.token(), BorderColor: rule.token(),
			AxisPointer: &opts.AxisPointer{Type: "line"},
		}),
		charts.WithLegendOpts(opts.Legend{
			Show: opts.Bool(true), Data: names, Orient: "horizontal",
			ItemWidth: swatchWidth, ItemHeight: keyHeight,
		}),
		charts.WithToolboxOpts(opts.Toolbox{Show: opts.Bool(true), Feature: &opts.ToolBoxFeature{
			DataZoom: &opts.ToolBoxFeatureDataZoom{
				Show:  opts.Bool(true),
				Title: map[string]string{"zoom": "Zoom to years", "back": "Undo zoom"},
			},
			Restore:     &opts.ToolBoxFeatureRestore{Show: opts.Bool(true), Title: "All years"},
			SaveAsImage: &opts.ToolBoxFeatureSaveAsImage{Show: opts.Bool(true), Type: "png", Name: t.id, Title: "Save image"},
		}}),
		charts.WithDataZoomOpts(opts.DataZoom{Type: "inside", FilterMode: "none"}),
		charts.WithXAxisOpts(t.xAxis(0)),
		charts.WithYAxisOpts(t.yAxis(0)),
	)
	for i := 1; i < len(t.panels); i++ {
		line.ExtendXAxis(t.xAxis(i))
		line.ExtendYAxis(t.yAxis(i))
	}
	line.AddDataset(opts.Dataset{Source: t.series()}, opts.Dataset{Source: t.texts()})
	for i, name := range t.names {
		line.AddSeries(name, nil, t.seriesOptions(i))
	}
	for _, k := range t.keys() {
		line.AddSeries(forms[k].name, nil, charts.WithSeriesOpts(func(s *charts.SingleSeries) {
			s.Id = "key-" + strconv.Itoa(k)
			s.Data = []any{}
		}))
	}
	line.Validate()
	b, err := json.Marshal(line.JSON())
	if err != nil {
		return nil, fmt.Errorf("option: %w", err)
	}
	var m map[string]any
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, fmt.Errorf("option: %w", err)
	}
	t.patch(m)
	return json.Marshal(m)
}

func (t trend) xAxis(panel int) opts.XAxis {
	return opts.XAxis{
		Type: "value", GridIndex: panel, NameLocation: "middle", Min: t.years.low, Max: t.years.high,
		AxisLabel: &opts.AxisLabel{Formatter: formatYear, Color: quiet.token()},
		AxisLine:  axisLine(), SplitLine: splitLine(),
	}
}

func (t trend) yAxis(i int) opts.YAxis {
	p := t.panels[i]
	axis := opts.YAxis{
		Type: "value", GridIndex: i, Name: p.title, NameLocation: "middle", Min: p.axis.low, Max: p.axis.high,
		AxisLabel: &opts.AxisLabel{Formatter: formatDecimal, Color: quiet.token()},
		AxisLine:  axisLine(), SplitLine: splitLine(),
	}
	if p.axis.log() {
		axis.Type, axis.SplitNumber, axis.AxisLabel.Formatter = "log", 10, formatPower
	} else {
		axis.SplitNumber = p.axis.intervals()
	}
	return axis
}

func (t trend) series() [][]string {
	list := [][]string{}
	for _, c := range t.table.Columns {
		list = append(list, []string{c.Label, c.Unit})
	}
	return list
}

func (t trend) texts() [][]string {
	list := [][]string{}
	for i, p := range t.table.Rows {
		row := []string{p.heading(), p.Page, p.remark(), ""}
		if p.CCDTemp != nil && t.table.Columns[0].Key != tempKey {
			row[3] = shown(p.CCDTemp, 1) + " °C"
		}
		for c := range t.table.Columns {
			row = append(row, t.table.Text(i, c))
		}
		list = append(list, row)
	}
	return list
}

// item is a point that does not look like the others of its series.
type item struct {
	Value      [2]any         `json:"value"`
	Symbol     string         `json:"symbol,omitempty"`
	SymbolSize float64        `json:"symbolSize,omitempty"`
	ItemStyle  map[string]any `json:"itemStyle,omitempty"`
	Cursor     string         `json:"cursor,omitempty"`
}

// items are the points of a column. What is not known has a year, so that the
// pointer finds its calibration, and no value, where the line ends.
func (t trend) items(column int) []any {
	list := []any{}
	axis := t.panels[t.home[column]].axis
	for i, p := range t.table.Rows {
		v := p.Values[column]
		if v == nil {
			list = append(list, [2]any{p.Year, nil})
			continue
		}
		it := item{Value: [2]any{p.Year, axis.shown(*v)}}
		if t.model[column] {
			if t.alone(i, column) {
				it.Symbol, it.SymbolSize = dot.echarts, dot.size
			}
		} else {
			if p.State == quality.Degraded || p.State == quality.Bad {
				it.Symbol, it.SymbolSize = symbolOf(p.State).echarts, symbolOf(p.State).size
			}
			if p.Published {
				it.ItemStyle = map[string]any{"color": unfilled}
			}
		}
		if p.Page == "" && !t.model[column] {
			it.Cursor = "default"
		}
		if it.Symbol == "" && it.ItemStyle == nil && it.Cursor == "" {
			list = append(list, it.Value)
			continue
		}
		list = append(list, it)
	}
	return list
}

// alone tells whether a known number has no known one beside it to be joined
// with, so that only a symbol shows it.
func (t trend) alone(row, column int) bool {
	known := func(i int) bool { return i >= 0 && i < len(t.table.Rows) && t.table.Rows[i].Values[column] != nil }
	return !known(row-1) && !known(row+1)
}

// unfilled is the inside of an open symbol.
const unfilled = "transparent"

func (t trend) seriesOptions(i int) charts.SeriesOpts {
	return charts.WithSeriesOpts(func(s *charts.SingleSeries) {
		st := t.strokes[i]
		s.Id = "series-" + strconv.Itoa(i)
		s.Data = t.items(i)
		s.XAxisIndex, s.YAxisIndex = t.home[i], t.home[i]
		s.Symbol, s.SymbolSize = circle.echarts, circle.size
		if t.model[i] {
			s.Symbol = "none" // a curve; the calibrations are on the other lines
		}
		s.ShowSymbol = opts.Bool(true)
		s.ItemStyle = &opts.ItemStyle{Color: st.token(), BorderColor: st.token(), BorderWidth: symbolBorder}
		s.LineStyle = &opts.LineStyle{Color: st.token(), Width: float32(st.width), Type: dashes[st.dash].echarts}
	})
}
