package chart

import (
	"encoding/json"
	"fmt"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"
)

// live are the parts of the ECharts option that all live charts share: what the
// pointer shows, the names of the lines, and the tools, by what they say.
func live(id, summary string, pointed types.FuncStr, names []string, zoom, whole string) []charts.GlobalOpts {
	return []charts.GlobalOpts{
		charts.WithInitializationOpts(opts.Initialization{ChartID: id, Theme: "white"}),
		charts.WithAnimation(false),
		charts.WithAriaOpts(&opts.Aria{
			Enabled: opts.Bool(true),
			Label:   &opts.AriaLabel{Enabled: opts.Bool(true), Description: summary},
		}),
		charts.WithTooltipOpts(opts.Tooltip{
			Show: opts.Bool(true), Trigger: "axis", Formatter: pointed,
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
				Title: map[string]string{"zoom": zoom, "back": "Undo zoom"},
			},
			Restore:     &opts.ToolBoxFeatureRestore{Show: opts.Bool(true), Title: whole},
			SaveAsImage: &opts.ToolBoxFeatureSaveAsImage{Show: opts.Bool(true), Type: "png", Name: id, Title: "Save image"},
		}}),
	}
}

// patched is go-echarts' option with what v2.6.7 has no field for, and without what
// it should not write; a chart adds its own.
func patched(line *charts.Line, own func(option map[string]any)) (json.RawMessage, error) {
	line.Validate()
	b, err := json.Marshal(line.JSON())
	if err != nil {
		return nil, fmt.Errorf("option: %w", err)
	}
	var option map[string]any
	if err := json.Unmarshal(b, &option); err != nil {
		return nil, fmt.Errorf("option: %w", err)
	}
	delete(option, "color") // go-echarts' own palette
	option["textStyle"] = object{"color": ink.token()}

	tooltip := at(option, "tooltip")
	tooltip["confine"] = true
	tooltip["className"] = "chart-tooltip"
	tooltip["padding"] = 0
	tooltip["extraCssText"] = "box-shadow:none;border-radius:4px"
	tooltip["textStyle"] = object{"color": ink.token(), "fontSize": 13}
	at(tooltip, "axisPointer")["lineStyle"] = object{"color": quiet.token(), "width": 1, "type": "solid"}

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

	for _, name := range []string{"xAxis", "yAxis"} {
		for _, axis := range option[name].([]any) {
			axis := axis.(map[string]any)
			axis["nameMoveOverlap"] = false // the layout leaves room
			axis["axisTick"] = object{"show": true, "length": tickLength, "lineStyle": object{"color": quiet.token()}}
			axis["nameTextStyle"] = object{"color": ink.token()}
			label := at(axis, "axisLabel")
			delete(label, "showMinLabel") // null
			delete(label, "showMaxLabel")
		}
	}
	own(option)
	return json.Marshal(option)
}

// logarithmic shows the powers of ten on an axis and what lies between.
func logarithmic(axis map[string]any) {
	axis["logBase"] = 10
	axis["minorTick"] = object{"show": true, "splitNumber": 9, "length": minorTickLength, "lineStyle": object{"color": quiet.token()}}
}
