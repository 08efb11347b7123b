package chart

// patch adds what is this chart's own.
func (p plot) patch(option map[string]any) {
	option["histogram"] = p.data()
	if p.explorer != nil {
		option["explorer"] = p.explorer
		delete(at(option, "toolbox", "feature"), "saveAsImage") // its controls have it
	}
	for _, name := range []string{"xAxis", "yAxis"} {
		axis := option[name].([]any)[0].(map[string]any)
		logarithmic(axis)
		if name == "xAxis" {
			at(axis, "axisLabel")["showMaxLabel"] = false // 20000 is no power of ten
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
