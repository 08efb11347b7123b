package legacy

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// What the page had beyond what is known stays, and so do notes.
func TestUpdate(t *testing.T) {
	p, err := Adopt([]byte(mainPage))
	if err != nil {
		t.Fatal(err)
	}
	has := []Link{
		{ID: "2005327", Address: "2005_nov/index.html", Text: "2005 Nov 23"},
		{ID: "2015355", Address: "2015_dec/index.html", Text: "2015 Dec 21", Title: "2015:355, good"},
	}
	once, err := Update(p.Page, has, "elsewhere/")
	if err != nil {
		t.Fatal(err)
	}
	want := "\r\n  <li><a href=\"dark_cal/2015_dec/index.html\" title=\"2015:355, good\">2015 Dec 21</a></li>" +
		"\r\n  <li><a href=\"dark_cal/2009_oct\">2009 Oct</a></li>" +
		"\r\n  <li><a href=\"dark_cal/2005_nov/index.html\">2005 Nov 23</a> (bright sky)</li>" +
		"\r\n  <li><a href=\"dark_cal/2002_dec\">2002 Dec</a></li>" +
		"\r\n  <li><a href=\"dark_cal/2000_nov/report.html\">2000 Nov</a></li>\r\n  "
	if string(once.Block) != want || len(once.Kept) != 3 {
		t.Errorf("list\n%q, want\n%q; kept %v", once.Block, want, once.Kept)
	}
	for range 3 {
		twice, err := Update(once.Page, has, "")
		if err != nil || !bytes.Equal(once.Page, twice.Page) {
			t.Fatalf("a second time\n%q, %v", twice, err)
		}
	}
	if _, err := Update([]byte(mainPage), has, ""); err == nil || !strings.Contains(err.Error(), "darksite adopt") {
		t.Errorf("a page without markers: %v", err)
	}
	// An empty block is filled.
	page := []byte("<ul>" + beginMarker + "\n" + endMarker + "</ul>")
	got, err := Update(page, has, "dark_cal/")
	if err != nil || !strings.Contains(string(got.Page), `<a href="dark_cal/2005_nov/index.html">`) {
		t.Errorf("%v, %v", got, err)
	}
}

// Titles and texts of calibrations do no harm in a page.
func TestUpdateWithHostileTexts(t *testing.T) {
	p, err := Adopt([]byte(mainPage))
	if err != nil {
		t.Fatal(err)
	}
	tags := func(page []byte) (n int) {
		doc, err := html.Parse(bytes.NewReader(page))
		if err != nil {
			t.Fatal(err)
		}
		for d := range doc.Descendants() {
			if d.Type == html.ElementNode {
				n += 1 + len(d.Attr)
			}
		}
		return n
	}
	want := 0
	for _, s := range []string{"harmless", `"><script>alert(1)</script>`, "--><!-- darksite:end -->", "' onmouseover='alert(1)", "\x00\u2028\u202e", strings.Repeat("<b>", 1e5)} {
		u, err := Update(p.Page, []Link{{ID: "2009279", Address: "2009_oct/index.html", Text: s, Title: s, Note: s}}, "")
		if err != nil {
			t.Fatal(err)
		}
		got := u.Page
		if s == "harmless" {
			want = tags(got)
		}
		if n := tags(got); n != want {
			t.Errorf("%.40q: %d elements and attributes, want %d", s, n, want)
		}
		if len(got) > len(p.Page)+10_000 {
			t.Errorf("%.40q adds %d bytes", s, len(got)-len(p.Page))
		}
		if _, err := listOf(got); err != nil {
			t.Errorf("%.40q: %v", s, err)
		}
	}
}
