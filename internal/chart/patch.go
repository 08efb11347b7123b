package chart

// patch adds to go-echarts' option what v2.6.7 has no field for, and takes out
// what it should not write.
func (p plot) patch(option map[string]any) {
	delete(option, "color") // go-echarts' own palette
	option["histogram"] = p.data()
	if p.explorer != nil {
		option["explorer"] = p.explorer
	}
	option["textStyle"] = object{"color": ink.token()}

	tooltip := at(option, "tooltip")
	tooltip["confine"] = true
	tooltip["className"] = "chart-tooltip"
	tooltip["padding"] = 0
	tooltip["extraCssText"] = "box-shadow:none;border-radius:4px"
	tooltip["textStyle"] = object{"color": ink.token(), "fontSize": 13}
	pointer := at(tooltip, "axisPointer")
	pointer["lineStyle"] = object{"color": quiet.token(), "width": 1, "type": "solid"}

	legend := at(option, "legend")
	legend["lineStyle"] = object{"width": "inherit"}
	legend["itemStyle"] = object{"opacity": 0} // no symbol on the line
	legend["inactiveColor"] = rule.token()

	for _, zoom := range option["dataZoom"].([]any) {
		zoom := zoom.(map[string]any)
		// A wheel scrolls the page, and a finger moves it.
		zoom["zoomOnMouseWheel"] = "ctrl"
		zoom["moveOnMouseWheel"] = false
		zoom["preventDefaultMouseMove"] = false
	}

	toolbox := at(option, "toolbox")
	toolbox["padding"] = 0
	toolbox["itemSize"] = 14
	toolbox["itemGap"] = 10
	toolbox["iconStyle"] = object{"borderColor": quiet.token()}
	toolbox["emphasis"] = object{"iconStyle": object{"borderColor": ink.token(), "textFill": ink.token()}}
	zoomTool := at(toolbox, "feature", "dataZoom")
	zoomTool["filterMode"] = "none"
	zoomTool["brushStyle"] = object{"color": "rgba(128,128,128,0.2)", "borderColor": quiet.token()}
	delete(zoomTool, "icon") // null would take the icons away
	save := at(toolbox, "feature", "saveAsImage")
	save["pixelRatio"] = 2
	save["backgroundColor"] = paper.token()

	if p.explorer != nil {
		delete(at(toolbox, "feature"), "saveAsImage") // its controls have it
	}

	for _, name := range []string{"xAxis", "yAxis"} {
		axis := option[name].([]any)[0].(map[string]any)
		axis["logBase"] = 10
		axis["nameMoveOverlap"] = false // the layout leaves room
		axis["axisTick"] = object{"show": true, "length": tickLength, "lineStyle": object{"color": quiet.token()}}
		axis["minorTick"] = object{"show": true, "splitNumber": 9, "length": minorTickLength, "lineStyle": object{"color": quiet.token()}}
		axis["nameTextStyle"] = object{"color": ink.token()}
		label := at(axis, "axisLabel")
		delete(label, "showMinLabel") // null
		delete(label, "showMaxLabel")
		if name == "xAxis" {
			label["showMaxLabel"] = false // 20000 is no power of ten
		}
	}

	for i, s := range option["series"].([]any) {
		s := s.(map[string]any)
		s["silent"] = true
		if s["id"] != binsID {
			s["tooltip"] = object{"show": false} // nor has the pointer its corners
		}
		if i < len(p.strokes) && p.strokes[i].colour == accent {
			s["z"] = 4 // above the others, which have 3
		}
		if s["id"] == thresholdsID {
			at(s, "markLine")["silent"] = true
			at(s, "markLine")["z"] = 2 // below the histograms
			at(s, "markLine", "label")["distance"] = thresholdGap
			at(s, "markLine", "lineStyle")["type"] = []float64{4, 3}
		}
	}

	option["media"] = []any{
		object{"query": object{"maxWidth": narrowBelow - 1}, "option": narrowLayout(p.names).option()},
		object{"option": wideLayout(p.names).option()},
	}
}

// ECharts places the near edge of an axis title, the static twin its baseline:
// the letters' height between them for the x axis, their descent for the y
// axis, px.
const (
	xTitleRise = 7
	yTitleRise = 0.5
)

type object = map[string]any

// at is the object at the end of a path of keys.
func at(m map[string]any, path ...string) map[string]any {
	for _, key := range path {
		m = m[key].(map[string]any)
	}
	return m
}

// option is the part of the option that depends on the size of the chart.
func (l layout) option() object {
	axis := func(gap, margin float64) object {
		return object{
			"nameGap":       gap,
			"nameTextStyle": object{"color": ink.token(), "fontSize": l.fontSize + 1, "lineHeight": lineHeight(l.fontSize + 1)},
			"axisLabel":     object{"fontSize": l.fontSize, "lineHeight": lineHeight(l.fontSize), "margin": margin},
		}
	}
	return object{
		"grid": object{
			"left": l.left, "right": l.width - l.right, "top": l.top, "bottom": l.height - l.bottom,
			"outerBoundsMode": "none",
		},
		"legend": object{
			"left": l.left, "top": legendTop, "padding": 0, "itemGap": keyGap,
			"width": float64(l.legend.columns) * l.legend.pitch(),
			"textStyle": object{
				"color": ink.token(), "fontSize": l.fontSize, "lineHeight": keyHeight,
				"width": l.legend.textWidth, "overflow": "truncate",
			},
		},
		"toolbox": object{"top": legendTop, "right": l.width - l.right},
		"xAxis":   axis(l.titleGap-xTitleRise, xLabelMargin),
		"yAxis":   axis(l.valueGap-yTitleRise, yLabelMargin),
		"series": []any{
			object{"id": thresholdsID, "markLine": object{"label": object{"fontSize": l.fontSize, "lineHeight": lineHeight(l.fontSize)}}},
		},
	}
}

// lineHeight is told for every text: ECharts would else take the width of a
// Chinese letter, and so place text by which fonts a machine has.
func lineHeight(fontSize float64) float64 { return rounded(0.6 * fontSize) }
