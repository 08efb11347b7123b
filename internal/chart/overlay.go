package chart

import (
	"fmt"
	"slices"
	"strings"

	"darksite/processing/scaling"
)

// ages are the colours of the calibrations in an overlay, from the oldest to the
// newest: a sequence of hues that darkens, or in the dark scheme lightens, with time.
var ages = []colour{
	{"age-1", "#b58a1e", "#6f5a1c"}, {"age-2", "#7d9632", "#6a8a3a"}, {"age-3", "#2f9469", "#3fa377"},
	{"age-4", "#1a7f93", "#46b3c6"}, {"age-5", "#2f5fae", "#86aef0"}, {"age-6", "#5a3392", "#cdb4ff"},
}

// Overlay draws the histograms of calibrations by rising id over each other, as a
// file of its own that a page shows as a picture: coloured by their age, with a legend
// by years, the latest heaviest. It also says in a sentence what the figure shows.
// The picture follows the colour scheme of the page that shows it.
func Overlay(series []Series) (svg []byte, says string, err error) {
	if len(series) == 0 {
		return nil, "", fmt.Errorf("overlay: no histograms: give at least one")
	}
	v := View{}
	p := plot{id: "histograms", view: v, title: "Histograms of all calibrations", edges: v.Edges()}
	for _, s := range series {
		if err := checkHistogram(s.Histogram); err != nil {
			return nil, "", fmt.Errorf("overlay: %s: %w", s.ID, err)
		}
		p.values = append(p.values, v.Values(s.Histogram, scaling.Scaling{}, p.edges))
	}
	p.x, p.y = v.xAxis(), v.yAxis(p.values)
	first, last := series[0].ID.Year(), series[len(series)-1].ID.Year()
	step := (last - first + len(ages)) / len(ages) // years of one colour
	ageOf := func(year int) int { return len(ages) - 1 - (last-year)/step }
	for from := last - (last-first)/step*step; from <= last; from += step {
		begin, end := max(first, from-step+1), from
		name := fmt.Sprint(begin)
		if begin < end {
			name = fmt.Sprintf("%d to %d", begin, end)
		}
		p.names, p.strokes = append(p.names, name), append(p.strokes, stroke{ages[ageOf(end)], 2, 0})
	}
	latest := series[len(series)-1]
	p.names, p.strokes = append(p.names, printable(latest.Name)+", the latest"), append(p.strokes, stroke{ink, 2, 0})
	says = fmt.Sprintf("Pixels per e⁻/s against dark current of %s, %s to %s, coloured by their age; the latest is drawn heaviest.",
		counted(len(series), "calibration"), printable(series[0].Name), printable(latest.Name))

	l := wideLayout(p.names)
	l.width, l.right, l.height = 1200, 1184, l.height+160
	l.place(p.names, 54, 0)
	d := drawing{plot: p, layout: l}
	d.put(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" width="%s" height="%s" role="img" aria-labelledby="histograms-title" font-family="system-ui, sans-serif" font-size="%s">`,
		px(l.width), px(l.height), px(l.width), px(l.height), px(l.fontSize))
	d.put(`<title id="histograms-title">%s</title><style>@media (prefers-color-scheme: dark) {`, escape(says))
	for _, c := range slices.Concat(ages, []colour{ink, quiet, rule}) {
		d.put(`.%s{stroke:%s}.%s-text{fill:%s}`, c.class(), c.dark, c.class(), c.dark)
	}
	d.put(`.chart-back{fill:%s}}</style><path class="chart-back" fill="%s" d="M0 0h%sv%sH0z"/>`, paper.dark, paper.light, px(l.width), px(l.height))
	d.grid()
	d.thresholds()
	for i, s := range series {
		of, width := ages[ageOf(s.ID.Year())], 0.8
		if i == len(series)-1 {
			of, width = ink, 2
		}
		d.line(of, width, "", d.outline(i))
	}
	d.axes()
	d.labels()
	d.legend()
	d.put("</svg>\n")
	return d.Bytes(), says, nil
}

// outline is the path of a histogram, in tenths of px.
func (d *drawing) outline(i int) string {
	var path strings.Builder
	for _, run := range d.view.runs(d.edges, d.values[i], d.plot.y.low) {
		for j, corner := range run {
			x, y := px(tenth(d.xOf(corner[0]))), px(tenth(d.yOf(corner[1])))
			switch {
			case j == 0:
				path.WriteString("M" + x + " " + y)
			case corner[0] == run[j-1][0]:
				path.WriteString("V" + y)
			default:
				path.WriteString("H" + x)
			}
		}
	}
	return path.String()
}
