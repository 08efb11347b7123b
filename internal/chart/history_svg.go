package chart

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// svg draws the static twin, as that of a histogram is drawn. In the largest one
// each calibration is a link; the smaller ones show its marks, too close together
// there for links, and only with it in the same page.
func (t trend) svg(form string, l trendLayout) []byte {
	names, columns := t.legendNames()
	var strokes []stroke
	for _, c := range columns {
		strokes = append(strokes, t.strokes[c])
	}
	d := trendDrawing{trend: t, l: l}
	d.drawing = drawing{plot: plot{names: names, strokes: strokes}, layout: l.layout}
	id := t.id + "-" + form
	d.put(`<svg class="chart-%s" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" width="%s" height="%s" role="group" aria-labelledby="%s-title" aria-describedby="%s-desc" font-family="system-ui, sans-serif" font-size="%s">`,
		form, px(l.width), px(l.height), px(l.width), px(l.height), id, id, px(l.fontSize))
	d.put(`<title id="%s-title">%s</title><desc id="%s-desc">%s</desc><g aria-hidden="true">`, id, escape(t.title), id, escape(t.summary))
	for i := range t.panels {
		d.panel(i)
	}
	d.legend()
	d.keys()
	d.put(`</g>`)
	largest := form == "broad" || form == "wide" && !t.broad
	if largest {
		d.links()
	}
	d.put(`<g aria-hidden="true" fill="none" stroke-linecap="round" stroke-linejoin="bevel" pointer-events="none">`)
	for i := range t.panels {
		if largest {
			d.marks(i)
		} else {
			d.copyMarks(i)
		}
		d.polygons(i)
	}
	d.put("</g></svg>\n")
	return d.Bytes()
}

type trendDrawing struct {
	drawing
	trend trend
	l     trendLayout
}

// panel draws the axes of one panel with their grid.
func (d *trendDrawing) panel(i int) {
	t := d.trend
	p, l, years := t.panels[i], d.l.plots[i], t.years
	var grid, axes strings.Builder
	fmt.Fprintf(&axes, "M%s %sV%sH%s", crisp(l.left), px(l.top), crisp(l.bottom), px(l.right))
	half := 0.36 * l.fontSize // from the baseline of a digit to its middle
	for _, year := range years.ticks(d.l.years) {
		x := d.trend.xOf(l, float64(year))
		fmt.Fprintf(&grid, "M%s %sV%s", crisp(x), px(l.top), px(l.bottom))
		fmt.Fprintf(&axes, "M%s %sv%s", crisp(x), px(l.bottom), px(tickLength))
	}
	for _, v := range p.axis.ticks() {
		y := p.yOf(l, v)
		fmt.Fprintf(&grid, "M%s %sH%s", px(l.left), crisp(y), px(l.right))
		fmt.Fprintf(&axes, "M%s %sh%s", px(l.left), crisp(y), px(-tickLength))
	}
	if p.axis.log() {
		for _, v := range ticks(p.axis.low, p.axis.high) {
			if !isDecade(v, p.axis.low) {
				fmt.Fprintf(&axes, "M%s %sh%s", px(l.left), crisp(p.yOf(l, v)), px(-minorTickLength))
			}
		}
	}
	if len(t.steps) > 0 && i == t.tempPanel {
		d.steps(l)
	}
	d.line(rule, 1, "", grid.String())
	d.line(quiet, 1, "", axes.String())
	if own := t.currentRow(); own >= 0 {
		x := t.xOf(l, t.table.Rows[own].Year)
		d.line(quiet, 1, dashes[1].svg, fmt.Sprintf("M%s %sV%s", crisp(x), px(l.bottom), px(l.top)))
		if i < d.l.columns {
			anchor, _ := t.ownAnchor()
			d.text(quiet, x, l.top-thresholdGap, anchor, "", ownLabel)
		}
	}
	for _, year := range years.ticks(d.l.years) {
		if year%d.l.years == 0 && d.l.lowest(i) {
			d.text(quiet, d.trend.xOf(l, float64(year)), l.bottom+xLabelMargin+2*half-2, "middle", "", fmt.Sprint(year))
		}
	}
	for _, v := range p.axis.ticks() {
		label := tickLabel(v)
		if p.axis.log() {
			label = power(v)
		}
		d.text(quiet, l.left-yLabelMargin, p.yOf(l, v)+half, "end", "", label)
	}
	title := fmt.Sprintf(` font-size="%s"`, px(l.fontSize+1))
	if d.l.lowest(i) {
		d.text(ink, (l.left+l.right)/2, l.bottom+l.titleGap, "middle", title, yearTitle)
	}
	x, y := l.left-l.valueGap, (l.top+l.bottom)/2
	d.text(ink, x, y, "middle", title+fmt.Sprintf(` transform="rotate(-90 %s %s)"`, px(x), px(y)), p.title)
}

// steps draws the changes of the set point.
func (d *trendDrawing) steps(l layout) {
	places := d.trend.notePlaces(d.l)
	for i, s := range d.trend.steps {
		from, to := tenth(d.trend.xOf(l, s.begin)), tenth(d.trend.xOf(l, s.end))
		d.put(`<path class="chart-band" fill="%s" d="M%s %sH%sV%sH%sz"/>`, rule.light, px(from), px(l.top), px(to), px(l.bottom), px(from))
		if !places[i].show {
			continue
		}
		y := l.bottom - noteGap
		if places[i].top {
			y = l.top + noteGap + 0.72*(l.fontSize-1)
		}
		d.text(quiet, to+noteGap, y, "start", fmt.Sprintf(` font-size="%s"`, px(l.fontSize-1)), s.note())
	}
}

// keys says what the forms of the points tell.
func (d *trendDrawing) keys() {
	for i, k := range d.trend.keys() {
		form := forms[k].name
		shape, hollow := keySymbol(form), form == publishedOnly
		x, y := d.l.keyAt(i), d.l.keysTop+keyHeight/2.0
		d.put(`<path class="%s" fill="none" stroke="%s" stroke-width="%s" stroke-linecap="round" d="%s"/>`,
			quiet.class(), quiet.light, px(shape.width(hollow)), shape.path(x+keySize/2.0, y, hollow))
		d.text(ink, x+keySize+swatchGap, y+0.36*d.l.fontSize, "start", "", cut(form, keyText, d.l.fontSize))
	}
}

// marksID names what a panel shows, which smaller twins take from the largest.
func (t trend) marksID(panel int) string { return fmt.Sprintf("%s-marks-%d", t.id, panel) }

// marks draws the lines and round points of a panel, those of the model last.
// The width of no line scales, so that smaller twins can squeeze them.
func (d *trendDrawing) marks(panel int) {
	d.put(`<g id="%s" transform="scale(.1)">`, d.trend.marksID(panel))
	for _, c := range d.trend.drawOrder() {
		if d.trend.home[c] == panel {
			d.joined(c)
			d.dots(c)
		}
	}
	d.put("</g>")
}

// copyMarks shows the largest twin's marks of a panel in this one's place.
func (d *trendDrawing) copyMarks(panel int) {
	from, to := d.trend.base().plots[panel], d.l.plots[panel]
	sx := (to.right - to.left) / (from.right - from.left)
	sy := (to.bottom - to.top) / (from.bottom - from.top)
	d.put(`<use href="#%s" transform="matrix(%s 0 0 %s %s %s)"/>`, d.trend.marksID(panel),
		fine(sx), fine(sy), fine(to.left-sx*from.left), fine(to.top-sy*from.top))
}

func fine(v float64) string { return strconv.FormatFloat(v, 'f', 4, 64) }

// drawOrder lists the columns as they are drawn: the accent above the others,
// the model above all.
func (t trend) drawOrder() (order []int) {
	for rank := range 3 {
		for c := range t.names {
			is := 0
			if t.model[c] {
				is = 2
			} else if t.strokes[c].colour == accent {
				is = 1
			}
			if is == rank {
				order = append(order, c)
			}
		}
	}
	return order
}

// path draws in the colour of a column.
func (d *trendDrawing) path(c colour, width float64, dash, path string) {
	if path != "" {
		d.put(`<path class="%s" stroke="%s" stroke-width="%s" vector-effect="non-scaling-stroke"%s d="%s"/>`,
			c.class(), c.light, px(width), dashArray(dash), path)
	}
}

// joined draws the line of a column, broken where a number is not known.
func (d *trendDrawing) joined(column int) {
	t := d.trend
	if t.points[column] {
		return
	}
	var path relativePath
	known := func(i int) bool { return i >= 0 && i < len(t.table.Rows) && t.table.Rows[i].Values[column] != nil }
	for i := range t.table.Rows {
		switch {
		case known(i) && known(i-1):
			path.to("l", d.at(i, column))
		case known(i) && known(i+1):
			path.to("m", d.at(i, column))
		}
	}
	s := t.strokes[column]
	d.path(s.colour, s.width, dashes[s.dash].svg, path.String())
}

// at is where the point of a calibration is in a column, tenths of px.
func (d *trendDrawing) at(row, column int) [2]int {
	t := d.trend
	p, l := t.panels[t.home[column]], d.l.plots[t.home[column]]
	r := t.table.Rows[row]
	return [2]int{int(math.Round(10 * t.xOf(l, r.Year))), int(math.Round(10 * p.yOf(l, *r.Values[column])))}
}

// relativePath is a path in whole numbers, each place told from the one before:
// half as long as places of their own, and alike from line to line.
type relativePath struct {
	strings.Builder
	last    [2]int
	command string
}

func (p *relativePath) to(command string, at [2]int) {
	if command != p.command || command == "m" {
		p.WriteString(command)
	} else if at[0] >= p.last[0] {
		p.WriteString(" ")
	}
	p.command = command
	p.WriteString(strconv.Itoa(at[0] - p.last[0]))
	if dy := at[1] - p.last[1]; dy >= 0 {
		p.WriteString(" " + strconv.Itoa(dy))
	} else {
		p.WriteString(strconv.Itoa(dy))
	}
	p.last = at
}

// dot is a line without length, whose round cap is a disc.
func (p *relativePath) dot(at [2]int) {
	p.to("m", at)
	p.WriteString("h0")
}

// dots draws the round points of a column, open ones with the paper within.
func (d *trendDrawing) dots(column int) {
	t := d.trend
	var closed, open, marked relativePath
	for i, row := range t.table.Rows {
		switch {
		case row.Values[column] == nil || symbolOf(row.State).corners != nil && !t.model[column]:
			continue
		case t.model[column]:
			if t.alone(i, column) {
				closed.dot(d.at(i, column))
			}
		case row.Current:
			marked.dot(d.at(i, column))
		default:
			closed.dot(d.at(i, column))
			if row.Published {
				open.dot(d.at(i, column))
			}
		}
	}
	s := t.strokes[column]
	if t.model[column] {
		d.path(s.colour, dot.width(false), "", closed.String())
		return
	}
	d.path(s.colour, circle.width(false), "", closed.String())
	d.path(paper, circle.size-symbolBorder, "", open.String())
	d.path(s.colour, currentSize, "", marked.String())
}

// polygons draws the points of degraded and bad calibrations in a panel.
func (d *trendDrawing) polygons(panel int) {
	t := d.trend
	for c := range t.names {
		if t.home[c] != panel || t.model[c] {
			continue
		}
		paths := map[string]*strings.Builder{}
		widths := []string{}
		for i, row := range t.table.Rows {
			shape := symbolOf(row.State)
			if shape.corners == nil || row.Values[c] == nil {
				continue
			}
			p, l := t.panels[panel], d.l.plots[panel]
			width := px(shape.width(row.Published))
			if paths[width] == nil {
				paths[width] = &strings.Builder{}
				widths = append(widths, width)
			}
			paths[width].WriteString(shape.path(tenth(t.xOf(l, t.table.Rows[i].Year)), p.yOf(l, *row.Values[c]), row.Published))
		}
		for _, width := range widths {
			d.put(`<path class="%s" stroke="%s" stroke-width="%s" stroke-linejoin="miter" d="%s"/>`, t.strokes[c].class(), t.strokes[c].light, width, paths[width])
		}
	}
}

// links draws for each calibration a strip over all panels that leads to its
// page, up to the middle between it and its neighbours but no wider than a
// finger. A strip is a line as thick as the panels are high, unseen until it is
// pointed at.
func (d *trendDrawing) links() {
	t, l := d.trend, d.l
	first, last := l.plots[0], l.plots[len(l.plots)-1]
	height := last.bottom - first.top
	d.put(`<g class="chart-links" stroke="none" stroke-width="%s" pointer-events="stroke">`, px(height))
	for i, row := range t.table.Rows {
		if row.Page == "" {
			d.put(`<g><title>%s</title>`, escape(row.caption()))
		} else {
			d.put(`<a href="%s" tabindex="-1"><title>%s</title>`, escape(row.Page), escape(row.caption()))
		}
		var path strings.Builder
		for _, plot := range l.plots[:min(l.columns, len(l.plots))] {
			x := t.xOf(plot, row.Year)
			from, to := x-widestLink, x+widestLink
			if i > 0 {
				from = max(from, (x+t.xOf(plot, t.table.Rows[i-1].Year))/2)
			}
			if i+1 < len(t.table.Rows) {
				to = min(to, (x+t.xOf(plot, t.table.Rows[i+1].Year))/2)
			}
			fmt.Fprintf(&path, "M%s %sH%s", px(tenth(from)), px(math.Round((first.top+last.bottom)/2)), px(tenth(to)))
		}
		d.put(`<path d="%s"/>`, path.String())
		if row.Page == "" {
			d.put("</g>")
		} else {
			d.put("</a>")
		}
	}
	d.put("</g>")
}

// caption names a calibration and what the form of its points tells.
func (p HistoryPoint) caption() string {
	if remark := p.remark(); remark != "" {
		return p.heading() + ", " + remark
	}
	return p.heading()
}
