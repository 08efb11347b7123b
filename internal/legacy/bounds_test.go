package legacy

import (
	"fmt"
	"strings"
	"testing"
)

// hostilePages take most time for their size; with size 1 they are about as
// large as a page may be.
func hostilePages(size float64) map[string]string {
	link := func(i int) string { return fmt.Sprintf("<a href=dark_cal/%d_nov>x</a>", 1000+i) }
	of := func(n int) int { return int(size * float64(n)) }
	many := func(n int, part func(int) string) string {
		var b strings.Builder
		for i := range of(n) {
			b.WriteString(part(i))
		}
		return b.String()
	}
	return map[string]string{
		"lines":        many(900, func(i int) string { return link(i) + "<br>" }) + strings.Repeat("x<br>", of(48_000)),
		"items":        "<ul>" + many(900, func(i int) string { return "<li>" + link(i) }) + strings.Repeat("<!---->", of(90_000)) + link(0),
		"apart":        many(900, func(i int) string { return link(i) + " word " }) + strings.Repeat("<b>x</b>", of(30_000)),
		"paragraphs":   strings.Repeat("<b>x</b>", of(30_000)) + many(900, func(i int) string { return "<p>" + link(i) + "<hr>" }),
		"wrapped":      many(400, func(int) string { return "<b>" }) + many(900, func(i int) string { return link(i) + "<br>" }),
		"comments":     "<ul>" + strings.Repeat("<!--\n-->", of(90_000)) + many(900, func(i int) string { return "<li>" + link(i) + "<!--\n-->" }),
		"nested lists": many(250, func(i int) string { return "<ul><li>" + link(i) }),
		"tables":       strings.Repeat("<table><tr><td>Date<td>Mean<tr><td>2000:001<td>x</table>", of(7_000)),
		"nested":       strings.Repeat("<table><tr><td>Date<td>Mean<tr><td>2000:001<td>", of(150)),
		"spans":        "<table><tr><td>Date<td>Mean" + strings.Repeat("<tr><td>2000:001<td rowspan=999 colspan=999>1\n", of(18_000)),
		"numbers":      "<table><tr><td>Date" + strings.Repeat("<td>Mean", of(60)) + strings.Repeat("<tr><td>2000:001"+strings.Repeat("<td>1x\n", of(60)), 800),
		"dates":        strings.Repeat("2000:326 20 Nov 2000 ", of(190_000)),
		"brackets":     strings.Repeat("<", of(4_000_000)),
		"quotes":       "<a href=\"" + strings.Repeat("dark_cal/", of(400_000)),
		"address":      "<a href=\"" + strings.Repeat("dark_cal/", of(400_000)) + "2000_nov\">x</a>",
		"digits":       "<h1>" + strings.Repeat("12000", of(800_000)) + "</h1>",
		"headings":     strings.Repeat("<h1>2000:326", of(45_000)),
		"begins":       strings.Repeat(beginMarker, of(45_000)),
		"ends":         strings.Repeat("</b>", of(90_000)),
		"anchors":      strings.Repeat("<a><p>", of(45_000)),
		"foster":       "<table>" + strings.Repeat("<i>x</i><tr>", of(20_000)),
		"adoption":     strings.Repeat("<b><p></b>", of(30_000)),
		"selects":      strings.Repeat("<select><option>", of(45_000)),
		"formats":      many(500, func(i int) string { return fmt.Sprintf("<u class=%d>", i) }) + strings.Repeat("<p>", of(90_000)),
		"attributes":   "<a " + many(400_000, func(i int) string { return fmt.Sprintf("a%d ", i) }) + ">",
		"lone returns": strings.Repeat("\r", of(4_000_000)),
	}
}

// TestHostilePages: they end, and do not fill the report with sentences. How
// long full ones take is BenchmarkHostilePages's to tell.
func TestHostilePages(t *testing.T) {
	for name, page := range hostilePages(0.1) {
		_, err := Adopt([]byte(page))
		p, readErr := ReadPage([]byte(page), "x", "", nil)
		t.Logf("%s: %v, %v", name, err, readErr)
		if readErr == nil && len(p.Doubts) > maxDoubts+1 {
			t.Errorf("%s: %d doubts", name, len(p.Doubts))
		}
	}
}

// TestDaysAreBounded: a page that is nothing but days costs no more than the
// numbers that are read of it.
func TestDaysAreBounded(t *testing.T) {
	days, wrong := daysIn(strings.Repeat("2000:326 2000:999 ", maxNumbers))
	if len(days)+len(wrong) != maxNumbers || len(days) != len(wrong) {
		t.Errorf("%d days and %d that do not exist, want %d in all", len(days), len(wrong), maxNumbers)
	}
}

func BenchmarkHostilePages(b *testing.B) {
	for name, page := range hostilePages(1) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Adopt([]byte(page))
				ReadPage([]byte(page), "x", "", nil)
			}
		})
	}
}

func TestLines(t *testing.T) {
	for page, want := range map[string][]int{"": {1}, "a\nb": {1, 1, 2, 2}, "\r\n\r\nx": {1, 1, 2, 2, 3, 3}, "a\r\rb": {1, 1, 2, 3, 3}, "\n\r": {1, 2, 3}} {
		for at, line := range want {
			if got := linesOf([]byte(page)).at(at); got != line {
				t.Errorf("%q: byte %d is on line %d, want %d", page, at, got, line)
			}
		}
	}
}
