package chart

import "math"

// trendLayout places the parts of a trend of a given size, in CSS px. The live
// chart and the static twin share it.
type trendLayout struct {
	layout           // the whole: size, type and legend
	plots   []layout // of the panels
	columns int      // of panels
	years   int      // from label to label
	keysTop float64
}

const (
	ownSpace     = 8  // px more, for the name of the page's own calibration
	legendSpace  = 10 // px from the legend to a plot
	panelMargin  = 16 // px from a plot to the axis title of the panel at its right
	keySize      = 7  // px of a key's symbol
	keyText      = 78 // px for the words of a key
	keySpacing   = 8  // px from key to key
	keyRowHeight = legendRow
)

// legendNames are the different names of the lines, in their order, and the
// lines that they stand for. A line that is alone in its panel has no entry: the
// title of the axis names it.
func (t trend) legendNames() (names []string, columns []int) {
	lines := make([]int, len(t.panels))
	for _, p := range t.home {
		lines[p]++
	}
	seen := map[string]bool{}
	for i, name := range t.names {
		if !seen[name] && lines[t.home[i]] > 1 {
			seen[name] = true
			names, columns = append(names, name), append(columns, i)
		}
	}
	return names, columns
}

// keys are the indices of the forms that points have.
func (t trend) keys() (list []int) {
	for i, f := range forms {
		for _, p := range t.table.Rows {
			if f.marks(p) {
				list = append(list, i)
				break
			}
		}
	}
	return list
}

// base is the largest layout that a trend has: its twin holds the marks, which the
// others show smaller, and the links.
func (t trend) base() trendLayout {
	if !t.broad {
		return t.wide()
	}
	l := layout{width: 1200, left: 66, right: 1184, fontSize: 12, titleGap: 40, valueGap: 48}
	return t.place(l, min(t.columns, len(t.panels)), 0, 54, 18)
}

func (t trend) wide() trendLayout {
	l := layout{width: 720, left: 66, right: 700, fontSize: 12, titleGap: 40, valueGap: 48}
	return t.place(l, min(t.columns, len(t.panels)), 0, 54, 18)
}

func (t trend) narrow() trendLayout {
	l := layout{width: 360, left: 52, right: 344, fontSize: 11, titleGap: 36, valueGap: 38}
	return t.place(l, 1, 1, 48, 16)
}

// place lays out the legend, the keys and the panels in rows, below the lowest
// of them room for the years and the title of its axis.
func (t trend) place(l layout, columns, form int, below, between float64) trendLayout {
	names, _ := t.legendNames()
	more := max(0, math.Ceil(t.labels*l.fontSize-(l.valueGap-yLabelMargin-l.fontSize)))
	l.left, l.valueGap = l.left+more, l.valueGap+more
	l.place(names, below, []float64{wideTools, toolboxWidth}[form])
	top := legendTop + float64(l.legend.rows)*legendRow
	p := trendLayout{columns: columns, keysTop: top}
	if len(t.keys()) > 0 || l.legend.rows == 0 { // a row for the tools at least
		top += keyRowHeight
	}
	top += legendSpace
	if t.currentRow() >= 0 {
		top += ownSpace
	}
	gap := l.left + panelMargin
	width := (l.right - l.left - float64(columns-1)*gap) / float64(columns)
	l.top, l.bottom = top, top-between
	for first := 0; first < len(t.panels); first += columns {
		plot := l
		plot.top = l.bottom + between
		plot.bottom = plot.top + t.panels[first].height[form]
		for i := first; i < min(first+columns, len(t.panels)); i++ {
			plot.left = l.left + float64(i-first)*(width+gap)
			plot.right = plot.left + width
			p.plots = append(p.plots, plot)
		}
		l.bottom = plot.bottom
	}
	l.height = l.bottom + below
	p.layout = l
	p.years = t.years.step(width, l.fontSize)
	return p
}

// lowest tells whether a panel has no other below it, so that its time axis has
// labels and a title, which are those of the panels above it too.
func (l trendLayout) lowest(i int) bool { return i+l.columns >= len(l.plots) }

// keyAt is where a key begins.
func (l trendLayout) keyAt(i int) float64 {
	return l.left + float64(i)*(keySize+swatchGap+keyText+keySpacing)
}

// labelWidth is that of the widest label of the value axes, in font sizes.
func (t trend) labelWidth() float64 {
	widest := 0.0
	for _, p := range t.panels {
		for _, v := range p.axis.ticks() {
			if !p.axis.log() {
				widest = max(widest, textWidth(tickLabel(v), 1))
			}
		}
	}
	return widest
}

// xOf and yOf are the places of a point in a plot, px.
func (t trend) xOf(l layout, year float64) float64 {
	return l.left + t.years.at(year)*(l.right-l.left)
}

func (p panel) yOf(l layout, v float64) float64 {
	return tenth(l.bottom - p.axis.at(v)*(l.bottom-l.top))
}

// tenth rounds to 0.1 px, finer than can be seen.
func tenth(v float64) float64 { return math.Round(v*10) / 10 }
