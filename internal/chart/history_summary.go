package chart

import (
	"fmt"
	"strings"

	"darksite/internal/ground/phrase"
	"darksite/processing/history"
	"darksite/processing/quality"
)

// describe says in sentences what the figure shows: of each line its range and
// its last number, and what the form of the points tells.
func (t trend) describe(at history.At) string {
	rows := t.table.Rows
	span := rows[0].Date
	if len(rows) > 1 {
		span += " to " + rows[len(rows)-1].Date
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s of %s, %s", t.title, counted(len(rows), "calibration"), span)
	if t.anyLog() {
		b.WriteString(", on a logarithmic axis")
	}
	for i := range t.table.Columns {
		sep := "; "
		if i == 0 {
			sep = ": "
		}
		b.WriteString(sep + t.describeColumn(i))
	}
	b.WriteString(".")
	for _, c := range t.table.Columns {
		if strings.HasSuffix(string(c.Key), "_common") {
			fmt.Fprintf(&b, " Scaled to %s by the %s law.", degrees(float64(at.CCDTemp)), at.Law.Name())
			break
		}
	}
	if t.anyZero() {
		b.WriteString(" A count of 0 is drawn at the foot of its axis.")
	}
	for _, s := range t.steps {
		fmt.Fprintf(&b, " The temperature went from %s to %s between %s and %s.", degrees1(s.from), degrees1(s.to), rows[s.row-1].Date, rows[s.row].Date)
	}
	for _, f := range forms {
		n := 0
		for _, p := range rows {
			if f.marks(p) {
				n++
			}
		}
		if n > 0 {
			fmt.Fprintf(&b, " %s: %s.", f.says, phrase.Count(n))
		}
	}
	return b.String()
}

func (t trend) describeColumn(i int) string {
	c := t.table.Columns[i]
	var least, most, last, own *float64
	unknown := 0
	for _, p := range t.table.Rows {
		v := p.Values[i]
		if v == nil {
			unknown++
			continue
		}
		if least == nil || *v < *least {
			least = v
		}
		if most == nil || *v > *most {
			most = v
		}
		last = v
		if p.Current {
			own = v
		}
	}
	text := strings.TrimSpace(c.Label + " " + shown(last, c.Decimals) + " " + c.Unit)
	if *least < *most {
		text = strings.TrimSpace(fmt.Sprintf("%s %s to %s, last %s %s", c.Label, shown(least, c.Decimals), shown(most, c.Decimals), shown(last, c.Decimals), c.Unit))
	}
	if own != nil {
		text += strings.TrimSuffix(fmt.Sprintf(", for this calibration %s %s", shown(own, c.Decimals), c.Unit), " ")
	}
	if unknown > 0 {
		text += fmt.Sprintf(" (unknown for %s)", phrase.Count(unknown))
	}
	return text
}

func (t trend) anyLog() bool {
	for _, p := range t.panels {
		if p.axis.log() {
			return true
		}
	}
	return false
}

// anyZero tells whether a logarithmic axis has zeros at its foot.
func (t trend) anyZero() bool {
	for _, p := range t.table.Rows {
		for i, v := range p.Values {
			if v != nil && *v == 0 && t.panels[t.home[i]].axis.log() {
				return true
			}
		}
	}
	return false
}

func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return phrase.Count(n) + " " + what
}

const publishedOnly = "published"

// forms are what the look of a point tells, in the order of their keys.
var forms = []struct {
	name, says string
	marks      func(HistoryPoint) bool
}{
	{publishedOnly, "Known from published numbers only, open symbols", func(p HistoryPoint) bool { return p.Published }},
	{string(quality.Degraded), "Degraded, triangles", func(p HistoryPoint) bool { return p.State == quality.Degraded }},
	{string(quality.Bad), "Bad, diamonds", func(p HistoryPoint) bool { return p.State == quality.Bad }},
}
