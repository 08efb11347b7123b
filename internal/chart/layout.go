package chart

import "math"

// layout places the parts of a chart of a given size, in CSS px. The live
// chart and the static twin share it.
type layout struct {
	width, height            float64
	left, right, top, bottom float64 // of the plot, from the left and top
	fontSize                 float64
	titleGap, valueGap       float64 // from the axis to the baseline of its title
	legend                   legendLayout
}

// legendLayout is a table of keys above the plot.
type legendLayout struct {
	columns, rows int
	textWidth     float64 // of one key; a longer name is cut
}

const (
	legendTop    = 2
	legendRow    = 20 // px from key to key
	swatchWidth  = 24
	swatchGap    = 5 // ECharts' distance of a key's line and its text
	keyHeight    = 14
	keyGap       = legendRow - keyHeight // ECharts has one gap for both ways
	textSlack    = 12                    // px after a name, the distance of columns
	toolboxWidth = 108                   // px beside a narrow legend
	wideTools    = 186                   // px beside a wide one, which so ends where the least width does
	thresholdBar = 24                    // px above the plot for the thresholds' names
	thresholdGap = 5                     // px from the plot to a threshold's name

	tickLength      = 5 // px, outward
	minorTickLength = 3
	xLabelMargin    = 10 // px from the axis to a tick's label
	yLabelMargin    = 8

	// narrowBelow is the width in px below which the narrow layout applies.
	narrowBelow = 520
	// broadFrom is that from which the broad layout applies, of a figure that has one.
	broadFrom = 1000
)

// pitch is the distance of two columns of the legend.
func (l legendLayout) pitch() float64 {
	return swatchWidth + swatchGap + l.textWidth + keyGap
}

func wideLayout(names []string) layout {
	l := layout{
		width: 720, height: 400, left: 66, right: 706, fontSize: 12,
		titleGap: 40, valueGap: 48,
	}
	l.place(names, 54, wideTools)
	return l
}

func narrowLayout(names []string) layout {
	l := layout{
		width: 360, height: 300, left: 52, right: 352, fontSize: 11,
		titleGap: 36, valueGap: 38,
	}
	l.place(names, 48, toolboxWidth)
	return l
}

// panelLayout is that of a figure without tools beside its legend.
func panelLayout(names []string) layout {
	l := layout{
		width: 360, height: 300, left: 52, right: 352, fontSize: 11,
		titleGap: 36, valueGap: 38,
	}
	l.place(names, 48, 0)
	return l
}

// place lays out the legend beside the tools, and the plot below it at a constant
// height.
func (l *layout) place(names []string, below, tools float64) {
	longest := 0.0
	for _, name := range names {
		longest = max(longest, textWidth(name, l.fontSize))
	}
	room := l.right - l.left - tools
	g := &l.legend
	g.textWidth = math.Ceil(min(longest+textSlack, room-swatchWidth-swatchGap))
	g.columns = max(1, int((room+keyGap)/g.pitch()))
	g.columns = max(1, min(g.columns, len(names)))
	g.rows = (len(names) + g.columns - 1) / g.columns
	l.height += float64(g.rows-1) * legendRow
	l.top = legendTop + float64(g.rows)*legendRow + thresholdBar
	l.bottom = l.height - below
}

// widened makes room for the labels of a linear axis of pixels.
func (l layout) widened(pixels valueAxis) layout {
	if pixels.log() {
		return l
	}
	widest := 0.0
	for _, v := range pixels.ticks() {
		widest = max(widest, textWidth(tickLabel(v), 1))
	}
	more := max(0, math.Ceil(widest*l.fontSize-(l.valueGap-yLabelMargin-l.fontSize)))
	l.left, l.valueGap = l.left+more, l.valueGap+more
	return l
}

// textWidth is about how wide a name is set, in px. The widths are those of
// the wider interface fonts in parts of the font size, so that a name rather
// has room left than is cut.
func textWidth(s string, fontSize float64) float64 {
	em := 0.0
	for _, r := range s {
		switch {
		case r == ' ' || r == '.' || r == ',' || r == ':' || r == 'i' || r == 'l':
			em += 0.34
		case r >= '0' && r <= '9', r >= 'a' && r <= 'z':
			em += 0.62
		case r < 0x2e80:
			em += 0.75
		default:
			em += 1.1
		}
	}
	return em * fontSize
}

// x is the place of a dark current on its axis, px.
func (l layout) x(a valueAxis, darkCurrent float64) float64 {
	return l.left + a.at(darkCurrent)*(l.right-l.left)
}

// y is the place of a number of pixels on its axis, px.
func (l layout) y(a valueAxis, pixels float64) float64 {
	return l.bottom - a.at(pixels)*(l.bottom-l.top)
}
