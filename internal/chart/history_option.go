package chart

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"

	"darksite/processing/chandra"
)

const yearTitle = "year (UTC)"

// The functions of charts.js that the option names.
const (
	formatYear        types.FuncStr = "fn:year"        // 2015 -> "2015"
	formatDecimal     types.FuncStr = "fn:decimal"     // -0.5 -> "−0.5"
	formatCalibration types.FuncStr = "fn:calibration" // the calibration under the pointer
)

// option is the ECharts option. The data of its series are plain numbers, one
// for each calibration, or null; charts.js makes points of them with what
// "history" says of the columns and with what all figures of the history share.
func (t trend) option() (json.RawMessage, error) {
	names, _ := t.legendNames()
	line := charts.NewLine()
	line.SetGlobalOptions(append(live(t.id, t.summary, formatCalibration, names, "Zoom to years", "All years"),
		charts.WithDataZoomOpts(opts.DataZoom{Type: "inside", FilterMode: "none"}),
		charts.WithXAxisOpts(t.xAxis(0)),
		charts.WithYAxisOpts(t.yAxis(0)),
	)...)
	for i := 1; i < len(t.panels); i++ {
		line.ExtendXAxis(t.xAxis(i))
		line.ExtendYAxis(t.yAxis(i))
	}
	for i, name := range t.names {
		line.AddSeries(name, nil, t.seriesOptions(i))
	}
	for _, k := range t.keys() {
		line.AddSeries(forms[k].name, nil, charts.WithSeriesOpts(func(s *charts.SingleSeries) {
			s.Id = "key-" + strconv.Itoa(k)
			s.Data = []any{}
		}))
	}
	return patched(line, t.patch)
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

// historyData is what charts.js needs to make points of the numbers.
type historyData struct {
	Calibrations string          `json:"calibrations"` // id of the element that has them
	Columns      []historyColumn `json:"columns"`
}

type historyColumn struct {
	Label    string `json:"label"`
	Unit     string `json:"unit"`
	Decimals int    `json:"decimals"`
	Model    bool   `json:"model,omitempty"`
}

func (t trend) data() historyData {
	root, _ := strings.CutSuffix(t.id, "-"+t.name)
	d := historyData{Calibrations: calibrationsID(root)}
	for i, c := range t.table.Columns {
		d.Columns = append(d.Columns, historyColumn{c.Label, c.Unit, c.Decimals, t.model[i]})
	}
	return d
}

func calibrationsID(root string) string { return root + "-calibrations" }

// sharedCalibrations is the element with the calibrations of a history: ids,
// addresses of pages, temperatures and, a character each, what the forms of
// their points tell: g, d, b or u for the states, and P for published only.
func sharedCalibrations(root string, points []HistoryPoint) ([]byte, error) {
	shared := struct {
		IDs     []chandra.ID `json:"ids"`
		Pages   []string     `json:"pages"`
		Temps   []*float64   `json:"temps"` // C
		States  string       `json:"states"`
		Origins string       `json:"origins"`
		Current int          `json:"current"` // -1 for none
		Symbols symbolSizes  `json:"symbols"`
	}{Current: -1, Symbols: symbolSizes{circle.size, dot.size, triangle.size, diamond.size, currentSize, symbolBorder}}
	for i, p := range points {
		shared.IDs, shared.Pages, shared.Temps = append(shared.IDs, p.ID), append(shared.Pages, p.Page), append(shared.Temps, p.CCDTemp)
		shared.States += string(p.State)[:1]
		shared.Origins += map[bool]string{false: "m", true: "P"}[p.Published]
		if p.Current {
			shared.Current = i
		}
	}
	b, err := json.Marshal(shared)
	if err != nil {
		return nil, fmt.Errorf("calibrations: %w", err)
	}
	return slices.Concat([]byte(`<script type="application/json" id="`+calibrationsID(root)+`">`), b, []byte("</script>")), nil
}

// symbolSizes are the sizes of points in the live chart, px.
type symbolSizes struct {
	Circle   float64 `json:"circle"`
	Dot      float64 `json:"dot"`
	Triangle float64 `json:"triangle"`
	Diamond  float64 `json:"diamond"`
	Current  float64 `json:"current"`
	Border   float64 `json:"border"`
}

// values are the numbers of a column.
func (t trend) values(column int) []any {
	list := []any{}
	for _, p := range t.table.Rows {
		if v := p.Values[column]; v != nil {
			list = append(list, *v)
		} else {
			list = append(list, nil)
		}
	}
	return list
}

// alone tells whether a known number has no known one beside it to be joined
// with, so that only a symbol shows it.
func (t trend) alone(row, column int) bool {
	known := func(i int) bool { return i >= 0 && i < len(t.table.Rows) && t.table.Rows[i].Values[column] != nil }
	return !known(row-1) && !known(row+1)
}

func (t trend) seriesOptions(i int) charts.SeriesOpts {
	return charts.WithSeriesOpts(func(s *charts.SingleSeries) {
		st := t.strokes[i]
		s.Id = "series-" + strconv.Itoa(i)
		s.Data = t.values(i)
		s.XAxisIndex, s.YAxisIndex = t.home[i], t.home[i]
		s.Symbol, s.SymbolSize = circle.echarts, circle.size
		if t.model[i] {
			s.Symbol = "none" // a curve; the calibrations are on the other lines
		}
		s.ShowSymbol = opts.Bool(true)
		s.ItemStyle = &opts.ItemStyle{Color: st.token(), BorderColor: st.token(), BorderWidth: symbolBorder}
		s.LineStyle = &opts.LineStyle{Color: st.token(), Width: float32(st.width), Type: dashes[st.dash].echarts}
		if t.points[i] {
			s.LineStyle.Opacity = opts.Float(0)
		}
	})
}
