package chart

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// svg draws the static twin. Its colours are those of the light scheme as
// attributes, which the classes of charts.css override in a page; it holds no
// style element or attribute, which a strict policy would refuse.
func (p plot) svg(form string, l layout) []byte {
	d := drawing{plot: p, layout: l}
	id := p.id + "-" + form
	d.put(`<svg class="chart-%s" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" width="%s" height="%s" role="img" aria-labelledby="%s-title" aria-describedby="%s-desc" font-family="system-ui, sans-serif" font-size="%s">`,
		form, px(l.width), px(l.height), px(l.width), px(l.height), id, id, px(l.fontSize))
	d.put(`<title id="%s-title">%s</title><desc id="%s-desc">%s</desc>`, id, escape(p.title), id, escape(p.summary))
	d.grid()
	d.thresholds()
	d.series()
	d.axes()
	d.labels()
	d.legend()
	d.put("</svg>\n")
	return d.Bytes()
}

type drawing struct {
	bytes.Buffer
	plot
	layout
}

func (d *drawing) put(format string, args ...any) { fmt.Fprintf(d, format, args...) }

func (d *drawing) xOf(darkCurrent float64) float64 { return d.layout.x(d.plot.x, darkCurrent) }
func (d *drawing) yOf(pixels float64) float64      { return d.layout.y(d.plot.y, pixels) }

// grid draws a line at each labelled place within the plot.
func (d *drawing) grid() {
	var path strings.Builder
	for _, v := range d.plot.x.ticks() {
		fmt.Fprintf(&path, "M%s %sV%s", crisp(d.xOf(v)), px(d.top), px(d.bottom))
	}
	for _, v := range d.plot.y.ticks() {
		fmt.Fprintf(&path, "M%s %sH%s", px(d.left), crisp(d.yOf(v)), px(d.right))
	}
	d.line(rule, 1, "", path.String())
}

// thresholds draws the dashed lines and their names above the plot.
func (d *drawing) thresholds() {
	for _, t := range thresholds {
		if t.at > d.plot.x.high {
			continue
		}
		x := d.xOf(t.at)
		d.line(quiet, 1, dashes[1].svg, fmt.Sprintf("M%s %sV%s", crisp(x), px(d.bottom), px(d.top)))
		d.text(quiet, x, d.top-thresholdGap, "middle", "", t.name)
	}
}

func (d *drawing) series() {
	for _, i := range d.order() {
		var path strings.Builder
		for _, run := range d.view.runs(d.edges, d.values[i], d.plot.y.low) {
			for j, corner := range run {
				x, y := px(d.xOf(corner[0])), px(d.yOf(corner[1]))
				switch {
				case j == 0:
					path.WriteString("M" + x + " " + y)
				case corner[0] == run[j-1][0]:
					path.WriteString("V" + y)
				case corner[1] == run[j-1][1]:
					path.WriteString("H" + x)
				default:
					path.WriteString("L" + x + " " + y)
				}
			}
		}
		s := d.strokes[i]
		d.put(`<path class="%s" fill="none" stroke="%s" stroke-width="%s" stroke-linejoin="bevel"%s d="%s"/>`,
			s.class(), s.light, px(s.width), dashArray(dashes[s.dash].svg), path.String())
	}
}

// axes draws the two axes with their ticks.
func (d *drawing) axes() {
	var path strings.Builder
	fmt.Fprintf(&path, "M%s %sV%sH%s", crisp(d.left), px(d.top), crisp(d.bottom), px(d.right))
	for _, a := range []struct {
		axis valueAxis
		draw func(v, length float64)
	}{
		{d.plot.x, func(v, length float64) { fmt.Fprintf(&path, "M%s %sv%s", crisp(d.xOf(v)), px(d.bottom), px(length)) }},
		{d.plot.y, func(v, length float64) { fmt.Fprintf(&path, "M%s %sh%s", px(d.left), crisp(d.yOf(v)), px(-length)) }},
	} {
		if !a.axis.log() {
			for _, v := range a.axis.ticks() {
				a.draw(v, tickLength)
			}
			continue
		}
		for _, v := range ticks(a.axis.low, a.axis.high) {
			if isDecade(v, a.axis.low) {
				a.draw(v, tickLength)
			} else {
				a.draw(v, minorTickLength)
			}
		}
	}
	d.line(quiet, 1, "", path.String())
}

func (d *drawing) labels() {
	half := 0.36 * d.fontSize // from the baseline of a digit to its middle
	for _, v := range d.plot.x.ticks() {
		d.text(quiet, d.xOf(v), d.bottom+xLabelMargin+2*half-2, "middle", "", tickLabel(v))
	}
	for _, v := range d.plot.y.ticks() {
		label := tickLabel(v)
		if d.plot.y.log() {
			label = power(v)
		}
		d.text(quiet, d.left-yLabelMargin, d.yOf(v)+half, "end", "", label)
	}
	title := fmt.Sprintf(` font-size="%s"`, px(d.fontSize+1))
	d.text(ink, (d.left+d.right)/2, d.bottom+d.titleGap, "middle", title, xTitle)
	x, y := d.left-d.valueGap, (d.top+d.bottom)/2
	d.text(ink, x, y, "middle", title+fmt.Sprintf(` transform="rotate(-90 %s %s)"`, px(x), px(y)), d.view.yTitle())
}

func (d *drawing) legend() {
	g := d.layout.legend
	for i, name := range d.names {
		x := d.left + float64(i%g.columns)*g.pitch()
		y := legendTop + float64(i/g.columns)*legendRow + keyHeight/2.0
		s := d.strokes[i]
		d.line(s.colour, s.width, dashes[s.dash].svg, fmt.Sprintf("M%s %sh%d", px(x), px(y), swatchWidth))
		d.text(ink, x+swatchWidth+swatchGap, y+0.36*d.fontSize, "start", "", cut(name, g.textWidth, d.fontSize))
	}
}

func (d *drawing) line(c colour, width float64, dash, path string) {
	d.put(`<path class="%s" fill="none" stroke="%s" stroke-width="%s"%s d="%s"/>`, c.class(), c.light, px(width), dashArray(dash), path)
}

func (d *drawing) text(c colour, x, y float64, anchor, more, s string) {
	d.put(`<text class="%s-text" fill="%s" x="%s" y="%s" text-anchor="%s"%s>%s</text>`,
		c.class(), c.light, px(x), px(y), anchor, more, escape(s))
}

func dashArray(dash string) string {
	if dash == "" {
		return ""
	}
	return ` stroke-dasharray="` + dash + `"`
}

// px writes a coordinate with two decimals at most.
func px(v float64) string { return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64) }

// crisp puts a line of 1 px on the middle of a pixel.
func crisp(v float64) string { return px(math.Floor(v) + 0.5) }

func escape(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(s))
	return b.String()
}

// cut shortens a name that is wider than its column.
func cut(name string, width, fontSize float64) string {
	if textWidth(name, fontSize) <= width {
		return name
	}
	runes := []rune(name)
	for len(runes) > 0 && textWidth(string(runes)+"…", fontSize) > width {
		runes = runes[:len(runes)-1]
	}
	return strings.TrimSpace(string(runes)) + "…"
}
