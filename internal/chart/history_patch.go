package chart

import (
	"strconv"

	"darksite/processing/quantity"
)

// patch adds what is this chart's own.
func (t trend) patch(option map[string]any) {
	option["history"] = t.data()
	option["axisPointer"] = object{"link": []any{object{"xAxisIndex": "all"}}}
	legend := at(option, "legend")
	if names, _ := t.legendNames(); len(names) == 0 {
		legend["show"], legend["data"] = false, []any{}
	}
	option["legend"] = []any{legend, t.keyLegend()}
	option["dataZoom"].([]any)[0].(map[string]any)["xAxisIndex"] = "all"
	at(option, "toolbox", "feature", "dataZoom")["yAxisIndex"] = "none"
	for i, axis := range option["yAxis"].([]any) {
		if t.panels[i].axis.log() {
			logarithmic(axis.(map[string]any))
		}
	}
	series := option["series"].([]any)
	t.mark(series)
	for i, s := range series {
		s := s.(map[string]any)
		if i >= len(t.strokes) { // a key
			s["silent"] = true
			s["tooltip"] = object{"show": false}
			continue
		}
		s["showAllSymbol"] = true
		s["emphasis"] = object{"lineStyle": object{"width": t.strokes[i].width}}
		switch {
		case t.model[i]:
			s["z"], s["silent"] = 5, true // over the points
		case t.strokes[i].colour == accent:
			s["z"] = 4 // above the others, which have 3
		}
	}

	media := []any{object{"query": object{"maxWidth": narrowBelow - 1}, "option": t.sized(t.narrow())}}
	if t.broad {
		media = append(media, object{"query": object{"minWidth": broadFrom}, "option": t.sized(t.base())})
	}
	option["media"] = append(media, object{"option": t.sized(t.wide())})
}

// keyLegend says what the form of a point tells. Its entries switch nothing.
func (t trend) keyLegend() object {
	data := []any{}
	for _, k := range t.keys() {
		shape, inside := keySymbol(forms[k].name), quiet.token()
		if forms[k].name == publishedOnly {
			inside = paper.token()
		}
		data = append(data, object{
			"name": forms[k].name, "icon": shape.echarts,
			"itemStyle": object{"color": inside, "borderColor": quiet.token(), "borderWidth": symbolBorder},
		})
	}
	return object{
		"show": len(data) > 0, "data": data, "selectedMode": false, "orient": "horizontal",
		"itemWidth": keySize, "itemHeight": keySize, "itemGap": keySpacing, "padding": 0,
	}
}

// sized is the part of the option that depends on the size of the chart.
func (t trend) sized(l trendLayout) object {
	var grids, xAxes, yAxes []any
	for i, p := range l.plots {
		grids = append(grids, object{
			"left": inner(p.left, l.left, l.width), "right": inner(l.width-p.right, l.width-l.right, l.width),
			"top": inner(p.top, l.top, l.height), "bottom": inner(l.height-p.bottom, l.height-l.bottom, l.height),
			"outerBoundsMode": "none",
		})
		title := object{"color": ink.token(), "fontSize": l.fontSize + 1, "lineHeight": lineHeight(l.fontSize + 1)}
		x := object{
			"name": "", "nameGap": l.titleGap - xTitleRise, "nameTextStyle": title,
			"axisLabel": object{
				"fontSize": l.fontSize, "lineHeight": lineHeight(l.fontSize), "margin": xLabelMargin,
				"show": l.lowest(i), "showMinLabel": t.years.low%l.years == 0, "showMaxLabel": t.years.high%l.years == 0,
			},
			"splitNumber": t.years.intervals(l.years),
		}
		if l.lowest(i) {
			x["name"] = yearTitle
		}
		xAxes = append(xAxes, x)
		yAxes = append(yAxes, object{
			"nameGap": l.valueGap - yTitleRise, "nameTextStyle": title,
			"axisLabel": object{"fontSize": l.fontSize, "lineHeight": lineHeight(l.fontSize), "margin": yLabelMargin},
		})
	}
	text := object{"color": ink.token(), "fontSize": l.fontSize, "lineHeight": keyHeight}
	sized := object{
		"grid": grids, "xAxis": xAxes, "yAxis": yAxes,
		"legend": []any{
			object{
				"left": l.left, "top": legendTop, "padding": 0, "itemGap": keyGap,
				"width": float64(l.legend.columns) * l.legend.pitch(),
				"textStyle": object{
					"color": ink.token(), "fontSize": l.fontSize, "lineHeight": keyHeight,
					"width": l.legend.textWidth, "overflow": "truncate",
				},
			},
			object{
				"left": l.left, "top": l.keysTop, "width": l.width - l.left,
				"textStyle": merged(text, object{"width": keyText, "overflow": "truncate"}),
			},
		},
		"toolbox": object{"top": legendTop, "right": l.width - l.right},
	}
	if len(t.steps) > 0 {
		sized["series"] = []any{object{"id": t.tempSeries(), "markArea": object{"data": t.bands(l)}}}
	}
	return sized
}

// mark adds the line of the page's own calibration to the first line of each
// panel, and the bands of the set point to the temperature.
func (t trend) mark(series []any) {
	if own := t.currentRow(); own >= 0 {
		seen := map[int]bool{}
		for i, panel := range t.home {
			if seen[panel] {
				continue
			}
			seen[panel] = true
			_, align := t.ownAnchor()
			label := object{
				"show": panel == 0, "position": "end", "formatter": ownLabel, "color": quiet.token(),
				"align": align, "distance": thresholdGap, "fontSize": t.wide().fontSize, "lineHeight": lineHeight(t.wide().fontSize),
			}
			series[i].(map[string]any)["markLine"] = object{
				"silent": true, "symbol": "none", "animation": false, "z": 2, "label": label,
				"lineStyle": object{"color": quiet.token(), "width": 1, "type": []float64{4, 3}},
				"data":      []any{object{"xAxis": t.table.Rows[own].Year}},
			}
		}
	}
	if len(t.steps) > 0 {
		for i := range t.names {
			if s := series[i].(map[string]any); s["id"] == t.tempSeries() {
				s["markArea"] = object{
					"silent": true, "animation": false, "z": 0,
					"itemStyle": object{"color": rule.token(), "opacity": bandOpacity},
					"data":      []any{},
				}
			}
		}
	}
}

// bandOpacity is that of .chart-band in charts.css.
const bandOpacity = 0.5

func (t trend) tempSeries() string {
	for i, c := range t.table.Columns {
		if c.Key == quantity.CCDTemp {
			return "series-" + strconv.Itoa(i)
		}
	}
	return ""
}

// bands are the changes of the set point with their notes.
func (t trend) bands(l trendLayout) []any {
	list := []any{}
	places := t.notePlaces(l)
	for i, s := range t.steps {
		label := object{"show": false}
		if places[i].show {
			label = object{
				"show": true, "color": quiet.token(), "fontSize": l.fontSize - 1, "lineHeight": lineHeight(l.fontSize - 1),
				"align": "left", "verticalAlign": "bottom", "position": []any{"100%", "100%"}, "offset": []float64{noteGap, 2 - noteGap},
			}
			if places[i].top {
				label["verticalAlign"], label["position"], label["offset"] = "top", []any{"100%", "0%"}, []float64{noteGap, noteGap}
			}
		}
		list = append(list, []any{object{"name": s.note(), "xAxis": s.begin, "label": label}, object{"xAxis": s.end}})
	}
	return list
}

// inner is an edge of a plot: in px where it is one of the whole, else a part
// of it, since a live chart is somewhat larger or smaller than its layout.
func inner(edge, outermost, whole float64) any {
	if edge == outermost {
		return edge
	}
	return strconv.FormatFloat(100*edge/whole, 'f', 4, 64) + "%"
}

func merged(a, b object) object {
	for k, v := range b {
		a[k] = v
	}
	return a
}
