package chart

import (
	"fmt"
	"strings"

	"darksite/processing/quality"
)

// svg draws the static twin, as that of a histogram is drawn, with a link for
// each calibration.
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
	d.lines(false)
	d.put(`</g><g fill="none" pointer-events="all" stroke-linecap="round" stroke-width="%s">`, px(circle.width(false)))
	for i := range t.table.Rows {
		d.calibration(i)
	}
	d.put(`</g><g aria-hidden="true" pointer-events="none">`)
	d.lines(true)
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
	p, l, years := d.trend.panels[i], d.l.plots[i], d.trend.years
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
	d.line(rule, 1, "", grid.String())
	d.line(quiet, 1, "", axes.String())
	for _, year := range years.ticks(d.l.years) {
		if year%d.l.years == 0 {
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

// keys says what the forms of the points tell.
func (d *trendDrawing) keys() {
	for i, k := range d.trend.keys() {
		form := forms[k].name
		shape, hollow := keySymbol(quality.State(form)), form == publishedOnly
		x, y := d.l.keyAt(i), d.l.keysTop+keyHeight/2.0
		d.put(`<path class="%s" fill="none" stroke="%s" stroke-width="%s" stroke-linecap="round" d="%s"/>`,
			quiet.class(), quiet.light, px(shape.width(hollow)), shape.path(x+keySize/2.0, y, hollow))
		d.text(ink, x+keySize+swatchGap, y+0.36*d.l.fontSize, "start", "", cut(form, keyText, d.l.fontSize))
	}
}

// lines draws those of the measurements, under the points, or of the model.
func (d *trendDrawing) lines(model bool) {
	for i, is := range d.trend.model {
		if is == model {
			d.joined(i)
		}
	}
}

// joined draws the line of a column, broken where a number is not known.
func (d *trendDrawing) joined(column int) {
	t := d.trend
	p, l := t.panels[t.home[column]], d.l.plots[t.home[column]]
	var path, run strings.Builder
	n := 0
	end := func() {
		if n > 1 {
			path.WriteString(run.String())
		}
		run.Reset()
		n = 0
	}
	for _, row := range t.table.Rows {
		v := row.Values[column]
		if v == nil {
			end()
			continue
		}
		run.WriteString([]string{"M", "L", " "}[min(n, 2)])
		run.WriteString(px(tenth(t.xOf(l, row.Year))) + " " + px(p.yOf(l, *v)))
		n++
	}
	end()
	if path.Len() == 0 {
		return
	}
	s := t.strokes[column]
	d.put(`<path class="%s" fill="none" stroke="%s" stroke-width="%s" stroke-linejoin="bevel"%s d="%s"/>`,
		s.class(), s.light, px(s.width), dashArray(dashes[s.dash].svg), path.String())
}

// calibration draws the points of a row within a link to its page, those of one
// stroke in one path.
func (d *trendDrawing) calibration(i int) {
	t, row := d.trend, d.trend.table.Rows[i]
	var points strings.Builder
	_, columns := t.legendNames()
	for _, first := range columns {
		shape, hollow, width := symbolOf(row.State), row.Published, ""
		if t.model[first] {
			shape, hollow = dot, false
			width = ` stroke-width="` + px(dot.width(false)) + `"`
		}
		var path strings.Builder
		for c, v := range row.Values {
			if t.names[c] != t.names[first] || v == nil || t.model[c] && !t.alone(i, c) {
				continue
			}
			p, l := t.panels[t.home[c]], d.l.plots[t.home[c]]
			path.WriteString(shape.path(tenth(t.xOf(l, row.Year)), p.yOf(l, *v), hollow))
		}
		if path.Len() > 0 {
			fmt.Fprintf(&points, `<path class="%s" stroke="%s"%s d="%s"/>`, t.strokes[first].class(), t.strokes[first].light, width, path.String())
		}
	}
	if points.Len() == 0 {
		return
	}
	name, href := "g", ""
	if row.Page != "" {
		name, href = "a", ` href="`+escape(row.Page)+`" tabindex="-1"`
	}
	width := ""
	if shape := symbolOf(row.State); row.Published || shape.corners != nil {
		width = ` stroke-width="` + px(shape.width(row.Published)) + `"`
	}
	d.put(`<%s%s%s><title>%s</title>%s</%s>`, name, href, width, escape(row.caption()), points.String(), name)
}

// caption names a calibration and what the form of its points tells.
func (p HistoryPoint) caption() string {
	if remark := p.remark(); remark != "" {
		return p.heading() + ", " + remark
	}
	return p.heading()
}
