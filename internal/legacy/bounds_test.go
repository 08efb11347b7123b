package legacy

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestHostilePages: what takes most time for its size takes no more than a few
// seconds, whether it is refused or not.
func TestHostilePages(t *testing.T) {
	link := func(i int) string { return fmt.Sprintf("<a href=dark_cal/%d_nov>x</a>", 1000+i) }
	many := func(n int, part func(int) string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(part(i))
		}
		return b.String()
	}
	pages := map[string]string{
		"lines":        many(900, func(i int) string { return link(i) + "<br>" }) + strings.Repeat("x<br>", 48_000),
		"items":        "<ul>" + many(900, func(i int) string { return "<li>" + link(i) }) + strings.Repeat("<!---->", 90_000) + link(0),
		"apart":        many(900, func(i int) string { return link(i) + " word " }) + strings.Repeat("<b>x</b>", 30_000),
		"paragraphs":   strings.Repeat("<b>x</b>", 30_000) + many(900, func(i int) string { return "<p>" + link(i) + "<hr>" }),
		"wrapped":      many(400, func(int) string { return "<b>" }) + many(900, func(i int) string { return link(i) + "<br>" }),
		"comments":     "<ul>" + strings.Repeat("<!--\n-->", 90_000) + many(900, func(i int) string { return "<li>" + link(i) + "<!--\n-->" }),
		"nested lists": many(250, func(i int) string { return "<ul><li>" + link(i) }),
		"tables":       strings.Repeat("<table><tr><td>Date<td>Mean<tr><td>2000:001<td>x</table>", 7_000),
		"nested":       strings.Repeat("<table><tr><td>Date<td>Mean<tr><td>2000:001<td>", 150),
		"spans":        "<table><tr><td>Date<td>Mean" + strings.Repeat("<tr><td>2000:001<td rowspan=999 colspan=999>1\n", 18_000),
		"numbers":      "<table><tr><td>Date" + strings.Repeat("<td>Mean", 60) + strings.Repeat("<tr><td>2000:001"+strings.Repeat("<td>1x\n", 60), 800),
		"dates":        strings.Repeat("2000:326 20 Nov 2000 ", 190_000),
		"brackets":     strings.Repeat("<", 4_000_000),
		"quotes":       "<a href=\"" + strings.Repeat("dark_cal/", 400_000),
		"address":      "<a href=\"" + strings.Repeat("dark_cal/", 400_000) + "2000_nov\">x</a>",
		"digits":       "<h1>" + strings.Repeat("12000", 800_000) + "</h1>",
		"headings":     strings.Repeat("<h1>2000:326", 45_000),
		"begins":       strings.Repeat(beginMarker, 45_000),
		"ends":         strings.Repeat("</b>", 90_000),
		"lone returns": strings.Repeat("\r", 4_000_000),
	}
	for name, page := range pages {
		begin := time.Now()
		_, err := Adopt([]byte(page))
		p, readErr := ReadPage([]byte(page), "x", "", nil)
		if took := time.Since(begin); took > 5*time.Second {
			t.Errorf("%s: %v", name, took)
		} else {
			t.Logf("%s: %v (%v, %v)", name, took, err, readErr)
		}
		if readErr == nil && len(p.Doubts) > maxDoubts+1 {
			t.Errorf("%s: %d doubts", name, len(p.Doubts))
		}
	}
}

func TestLines(t *testing.T) {
	for page, want := range map[string][]int{"": {1}, "a\nb": {1, 1, 2, 2}, "\r\n\r\nx": {1, 1, 2, 2, 3, 3}, "a\r\rb": {1, 1, 2, 3, 3}, "\n\r": {1, 2, 3}} {
		for at, line := range want {
			if got := lineAt([]byte(page), at); got != line {
				t.Errorf("%q: byte %d is on line %d, want %d", page, at, got, line)
			}
		}
	}
}
