package chart

// colour is one token of the charts: its name in the option ("token:NAME") and
// in charts.css (--chart-NAME), and its value in either scheme.
type colour struct{ name, light, dark string }

func (c colour) token() string { return "token:" + c.name }

// class is the CSS class that strokes a line with the colour.
func (c colour) class() string { return "chart-" + c.name }

var (
	ink    = colour{"ink", "#1a1f2b", "#e8eaf0"}
	quiet  = colour{"quiet", "#586072", "#9aa3b5"}
	rule   = colour{"rule", "#d9dbe0", "#2c323d"}
	paper  = colour{"paper", "#ffffff", "#181c24"}
	accent = colour{"accent", "#1f4e9e", "#8ab4ff"}
)

// others are the hues of Okabe and Ito (2008, "Color Universal Design") in
// their order. Black and blue are left out: ink and accent stand for them. Sky
// blue comes last because it is next to the dark scheme's accent. Each is
// darkened or lightened until a thin line of it has 3:1 against the paper (WCAG
// 2.2, 1.4.11).
var others = []colour{
	{"series-1", "#b87d00", "#f0b440"}, // orange
	{"series-2", "#008e68", "#3cc79b"}, // bluish green
	{"series-3", "#d55e00", "#ff8c4a"}, // vermillion
	{"series-4", "#b9608f", "#e0a0c6"}, // reddish purple
	{"series-5", "#8c8100", "#f0e442"}, // yellow
	{"series-6", "#2b8cc4", "#7cd0f5"}, // sky blue
}

// dashes tell series apart once the colours repeat: ECharts' name and the SVG
// stroke-dasharray that draws the same.
var dashes = []struct{ echarts, svg string }{{"solid", ""}, {"dashed", "4 3"}}

// maxOthers is each colour with each dash.
var maxOthers = len(others) * len(dashes)

// stroke is how a series is drawn.
type stroke struct {
	colour
	width float64 // px
	dash  int     // index of dashes
}

func strokes(series []Series) []stroke {
	list := make([]stroke, len(series))
	other := 0
	for i, s := range series {
		if s.Current {
			list[i] = stroke{accent, 2, 0}
			continue
		}
		list[i] = stroke{others[other%len(others)], 1.25, other / len(others)}
		other++
	}
	return list
}
