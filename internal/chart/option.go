package chart

import (
	"encoding/json"
	"strconv"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"
)

const (
	xTitle = "dark current (e⁻/s)"
	yTitle = "pixels per e⁻/s"
)

// The functions of charts.js that the option names.
const (
	formatCount types.FuncStr = "fn:count" // 10000 -> "10,000"
	formatPower types.FuncStr = "fn:power" // 10000 -> "10⁴"
	formatBins  types.FuncStr = "fn:bins"  // the bin under the pointer, of all series
)

// The series that are no histograms.
const (
	thresholdsID = "thresholds"
	binsID       = "bins"
)

// thresholds are the labelled lines.
var thresholds = []struct {
	name string
	at   float64
}{
	{"warm > 100", warmAbove},
	{"hot > 3000", hotAbove},
}

// option is the ECharts option: what go-echarts has types for, then what it has none for.
func (p plot) option() (json.RawMessage, error) {
	line := charts.NewLine()
	line.SetGlobalOptions(append(live(p.id, p.summary, formatBins, p.names, "Zoom to a box", "Whole range"),
		charts.WithDataZoomOpts(
			opts.DataZoom{Type: "inside", XAxisIndex: 0, FilterMode: "none"},
			opts.DataZoom{Type: "inside", YAxisIndex: 0, FilterMode: "none"},
		),
		charts.WithXAxisOpts(opts.XAxis{
			Type: "log", Name: xTitle, NameLocation: "middle", Min: axisMin, Max: axisMax, SplitNumber: 4,
			AxisLabel: &opts.AxisLabel{Formatter: formatCount, Color: quiet.token()},
			AxisLine:  axisLine(), SplitLine: splitLine(),
		}),
		charts.WithYAxisOpts(opts.YAxis{
			Type: "log", Name: yTitle, NameLocation: "middle", Min: p.y.low, Max: p.y.high, SplitNumber: 10,
			AxisLabel: &opts.AxisLabel{Formatter: formatPower, Color: quiet.token()},
			AxisLine:  axisLine(), SplitLine: splitLine(),
		}),
	)...)
	for i, name := range p.names {
		line.AddSeries(name, nil, p.seriesOptions(i))
	}
	line.AddSeries("", nil, thresholdOptions())
	line.AddSeries("", nil, binOptions())
	return patched(line, p.patch)
}

// histogramData are the numbers that charts.js draws.
type histogramData struct {
	Cumulative bool        `json:"cumulative"`
	Edges      []float64   `json:"edges"`  // e-/s
	Values     [][]float64 `json:"values"` // of each series
}

func (p plot) data() histogramData {
	d := histogramData{Cumulative: p.view.Cumulative, Values: make([][]float64, len(p.values))}
	for _, e := range p.edges {
		d.Edges = append(d.Edges, rounded(e))
	}
	for i, values := range p.values {
		for _, v := range values {
			d.Values[i] = append(d.Values[i], rounded(v))
		}
	}
	return d
}

// rounded keeps six significant digits: more cannot be seen.
func rounded(v float64) float64 {
	r, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 6, 64), 64)
	return r
}

func (p plot) seriesOptions(i int) charts.SeriesOpts {
	return charts.WithSeriesOpts(func(s *charts.SingleSeries) {
		st := p.strokes[i]
		s.Id = "series-" + strconv.Itoa(i)
		s.Data = []any{} // charts.js draws it from the numbers
		s.Symbol = "none"
		s.ItemStyle = &opts.ItemStyle{Color: st.token()}
		s.LineStyle = &opts.LineStyle{Color: st.token(), Width: float32(st.width), Type: dashes[st.dash].echarts}
	})
}

// thresholdOptions make a series without data or legend that carries the
// threshold lines, so that they stay when a reader switches a histogram off.
func thresholdOptions() charts.SeriesOpts {
	return charts.WithSeriesOpts(func(s *charts.SingleSeries) {
		s.Id = thresholdsID
		s.Data = []any{}
		s.MarkLines = &opts.MarkLines{MarkLineStyle: opts.MarkLineStyle{
			Symbol:    []string{"none", "none"},
			Label:     &opts.Label{Show: opts.Bool(true), Position: "end", Formatter: "{b}", Color: quiet.token()},
			LineStyle: &opts.LineStyle{Color: quiet.token(), Width: 1, Type: "dashed"},
		}}
		for _, t := range thresholds {
			s.MarkLines.Data = append(s.MarkLines.Data, opts.MarkLineNameXAxisItem{Name: t.name, XAxis: t.at})
		}
	})
}

// binOptions make an unseen series with a point in the middle of each bin.
// ECharts' pointer always goes to the nearest point of a series; the corners
// of an outline lie between two bins.
func binOptions() charts.SeriesOpts {
	return charts.WithSeriesOpts(func(s *charts.SingleSeries) {
		s.Id = binsID
		s.Symbol = "none"
		s.LineStyle = &opts.LineStyle{Opacity: opts.Float(0)}
		s.Data = []any{}
	})
}

func axisLine() *opts.AxisLine {
	return &opts.AxisLine{Show: opts.Bool(true), OnZero: opts.Bool(false), LineStyle: &opts.LineStyle{Color: quiet.token(), Width: 1}}
}

func splitLine() *opts.SplitLine {
	return &opts.SplitLine{Show: opts.Bool(true), LineStyle: &opts.LineStyle{Color: rule.token(), Width: 1}}
}
