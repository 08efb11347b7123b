package chart

import (
	"bytes"
	"html"
	"html/template"
)

// HTML is the figure as it stands in a page; see the package comment. The
// caption and the table of numbers are the page's.
func (f Figure) HTML() template.HTML {
	var b bytes.Buffer
	class := "chart"
	if f.SVGBroad != nil {
		class += " is-broad"
	}
	b.WriteString(`<div class="` + class + `"><div class="chart-live" data-chart="` + html.EscapeString(f.ID) +
		`" role="img" aria-label="` + html.EscapeString(f.Summary) + `" hidden></div>`)
	b.WriteString(`<script type="application/json" id="` + html.EscapeString(f.ID) + `">`)
	// json.Marshal wrote the option: it holds no <, > or &.
	b.Write(f.Option)
	b.WriteString(`</script><div class="chart-static">`)
	b.Write(f.SVGBroad)
	b.Write(f.SVG)
	b.Write(f.SVGNarrow)
	for _, p := range []*Panel{f.Near, f.Above} {
		if p != nil {
			b.WriteString(`<div class="chart-panel"><p>` + html.EscapeString(p.Title) + `</p>`)
			b.Write(p.SVG)
			b.WriteString(`</div>`)
		}
	}
	b.WriteString(`</div></div>`)
	return template.HTML(b.String())
}
