package legacy

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
)

// mainPage is in the spirit of a main page of 1999 to 2009: paragraphs and
// items without ends, capitals, Latin-1, CR LF, tables for layout.
const mainPage = "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 3.2//EN\">\r\n<HTML><HEAD><TITLE>ACA & Aspect</TITLE>\r\n" +
	"<SCRIPT><!--\r\n var s = \"<UL><LI><A HREF='dark_cal/1998_jan/'>no</A></UL>\"; //-->\r\n</SCRIPT></HEAD>\r\n" +
	"<BODY BGCOLOR=#FFFFFF>\r\n<TABLE BORDER=0><TR><TD>\r\n<H1>Aspect Information</H1>\r\n<P>Caf\xe9 &amp; more: <A HREF=dark_zodi_effect>zodi</A>\r\n<P>\r\n" +
	"<H2>Trending</H2>\r\n<UL>\r\n<LI><A HREF=\"aca_cool_1\">Cooling</A>\r\n<LI><A HREF=\"cels\">CELs</A>\r\n</UL>\r\n" +
	"<H2>Dark current analysis</H2>\r\n<!-- list of calibrations, newest first -->\r\n<UL>\r\n" +
	"  <LI><A HREF=\"dark_cal/2009_oct\">2009 Oct</A>\r\n" +
	"  <LI><A HREF=\"dark_cal/2005_nov\">2005 Nov</A> (bright sky)\r\n" +
	"  <LI><A HREF=\"dark_cal/2002_dec\">2002 Dec</A>\r\n" +
	"  <LI><A HREF=\"dark_cal/2000_nov/report.html\">2000 Nov</A>\r\n" +
	"</UL>\r\n<HR>\r\n<ADDRESS>Aspect Help, 12/27/13</ADDRESS></TABLE></BODY></HTML>\r\n"

// lines is a page with the list parted by line breaks, in small letters.
const linesPage = `<html><head><title>Dark current calibrations</title></head>
<body>
<p>All calibrations:<br>
<a href="1999_aug/">1999 Aug</a><br>
<a href="2000_nov/report.html">2000 Nov</a><br>
<font color=red><a href="2002_DEC/">2002 Dec</a></font> new<br>
</p>
<p>Back to the <a href="../index.html">main page</a>.
</body></html>
`

func TestAdopt(t *testing.T) {
	cases := []struct {
		name, page, held, heading string // held is what the list would replace
		addresses                 []string
		doubts                    []string
	}{
		{
			name: "main page", page: mainPage, heading: "Dark current analysis",
			held:      mainPage[strings.Index(mainPage, "<LI><A HREF=\"dark_cal/2009"):strings.Index(mainPage, "\r\n</UL>\r\n<HR>")],
			addresses: []string{"dark_cal/2009_oct", "dark_cal/2005_nov", "dark_cal/2002_dec", "dark_cal/2000_nov/report.html"},
		},
		{
			name: "ordered, closed, bold, a class", page: "<ol>\n\t<li class=c><b><a class=\"r\" href='/mta/ASPECT/dark_cal/2001_mar/'>M</a></b></li>\n\t<li class=c><b><a class=\"r\" href='/mta/ASPECT/dark_cal/2002_feb/'>F</a></b></li>\n</ol>",
			held:      "<li class=c><b><a class=\"r\" href='/mta/ASPECT/dark_cal/2001_mar/'>M</a></b></li>\n\t<li class=c><b><a class=\"r\" href='/mta/ASPECT/dark_cal/2002_feb/'>F</a></b></li>",
			addresses: []string{"/mta/ASPECT/dark_cal/2001_mar/", "/mta/ASPECT/dark_cal/2002_feb/"},
			doubts:    []string{"a new list has plain items: b, class in this one would go"},
		},
		{
			name: "nested in an item, one calibration so far", page: "<ul><li>Dark current analysis<ul><li><a href=dark_cal/2000_nov>Nov</a></ul><li><a href=other>o</a></ul>",
			held:      "<li><a href=dark_cal/2000_nov>Nov</a>",
			addresses: []string{"dark_cal/2000_nov"},
		},
		{
			name: "a table of one column, with a heading", page: "<h2>Dark current</h2><table>\n<tr><th>Report\n<tr><td><a href=dark_cal/2000_nov>x</a> first\n<tr><td><a href=dark_cal/2002_dec>y</a></table>",
			heading:   "Dark current",
			held:      "<tr><td><a href=dark_cal/2000_nov>x</a> first\n<tr><td><a href=dark_cal/2002_dec>y</a>",
			addresses: []string{"dark_cal/2000_nov", "dark_cal/2002_dec"},
		},
		{
			name: "other items around it", page: "<ul><li><a href=dark_attitudes>attitudes</a>\n  <li><a href=dark_cal/2002_dec>b</a>\n  <li><a href=dark_cal/2000_nov>a</a>\n  <li>more to come</ul>",
			held:      "<li><a href=dark_cal/2002_dec>b</a>\n  <li><a href=dark_cal/2000_nov>a</a>",
			addresses: []string{"dark_cal/2002_dec", "dark_cal/2000_nov"},
		},
		{
			name: "what somebody should look at", page: "<h2>Dark current</h2><ul><li><a href=dark_cal/2000_nov>a</a><li><a href=dark_cal/2002_dec>b</a><li><a href=dark_cal/2000_NOV/>c</a><li><a href=dark_cal/2001_mar>d</a></ul>\n<a href=dark_cal/2001_mar/x.html>y</a>",
			heading:   "Dark current",
			held:      "<li><a href=dark_cal/2000_nov>a</a><li><a href=dark_cal/2002_dec>b</a><li><a href=dark_cal/2000_NOV/>c</a><li><a href=dark_cal/2001_mar>d</a>",
			addresses: []string{"dark_cal/2000_nov", "dark_cal/2002_dec", "dark_cal/2000_NOV/", "dark_cal/2001_mar"},
			doubts: []string{
				"the list is not in the order of time; a new one would have the oldest first",
			},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p, err := Adopt([]byte(c.page))
			if err != nil {
				t.Fatal(err)
			}
			if got := c.page[p.From:p.To]; got != c.held {
				t.Errorf("would replace\n%q, want\n%q", got, c.held)
			}
			if p.Heading != c.heading {
				t.Errorf("heading %q, want %q", p.Heading, c.heading)
			}
			var addresses []string
			for _, l := range p.Links {
				addresses = append(addresses, l.Address)
			}
			if d := gocmp(c.addresses, addresses); d != "" {
				t.Error(d)
			}
			if d := gocmp(c.doubts, p.Doubts); d != "" {
				t.Error(d)
			}
			holds(t, []byte(c.page), p)
		})
	}
}

func gocmp(want, got any) string { return cmp.Diff(want, got) }

// holds checks what is true of every proposal: without its markers the page is
// as it was, a browser's parser sees the same elements in it, and the list can
// be read, written and written again.
func holds(t testing.TB, page []byte, p *Proposal) {
	t.Helper()
	begin, end := bytes.Index(p.Page, []byte(beginMarker)), bytes.Index(p.Page, []byte(endMarker))
	if !bytes.HasPrefix(page, p.Page[:begin]) || !bytes.HasSuffix(page, p.Page[end+len(endMarker):]) ||
		!bytes.Equal(bytes.TrimSpace(p.Page[begin+len(beginMarker):end]), page[p.From:p.To]) {
		t.Fatalf("page\n%q becomes\n%q", page, p.Page)
	}
	if before, after := inBrowser(t, page), inBrowser(t, p.Page); !slices.Equal(before, after) {
		t.Fatalf("the markers change the elements of the page:\n%s", gocmp(before, after))
	}
	l, err := listOf(p.Page)
	if err != nil {
		t.Fatal(err)
	}
	if d := gocmp(p.Links, l.links); d != "" {
		t.Fatalf("links of the adopted page:\n%s", d)
	}
	once, err := Update(p.Page, []Link{{ID: "2031001", Address: "2031_jan/", Text: "2031 Jan"}}, "dark_cal/")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(once.Page, p.Page[:l.from]) || !bytes.HasSuffix(once.Page, p.Page[l.to:]) || len(once.Page) != l.from+len(once.Block)+len(p.Page)-l.to {
		t.Fatalf("bytes outside the markers changed:\n%q\n%q", p.Page, once.Page)
	}
	again, err := listOf(once.Page)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(again.links), len(Missing(p.Links, []Link{{Address: "2031_jan/"}}))+1; got != want || len(again.lost) > 0 {
		t.Fatalf("%d links, want %d, lost %q, in %q", got, want, again.lost, once.Block)
	}
	twice, err := Update(once.Page, []Link{{ID: "2031001", Address: "2031_jan/", Text: "2031 Jan"}}, "")
	if err != nil || len(p.Links) > 1 && !bytes.Equal(once.Page, twice.Page) {
		t.Fatalf("%v, written twice:\n%q, once:\n%q", err, twice.Block, once.Block)
	}
}

// inBrowser lists what a browser's parser finds, without comments.
func inBrowser(t testing.TB, page []byte) (list []string) {
	t.Helper()
	doc, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Skip(err)
	}
	for n := range doc.Descendants() {
		switch n.Type {
		case html.ElementNode:
			depth := 0
			for range n.Ancestors() {
				depth++
			}
			list = append(list, strings.Repeat(" ", depth)+n.Data)
		case html.TextNode:
			if s := strings.TrimSpace(n.Data); s != "" {
				list = append(list, s)
			}
		}
	}
	return list
}

func TestAdoptRefuses(t *testing.T) {
	const two = "<li><a href=dark_cal/2000_nov>x</a><li><a href=dark_cal/2002_dec>y</a>"
	cases := []struct{ name, page, want string }{
		{"nothing", "<p>Aspect", "nothing links to dark_cal/YYYY_mon"},
		{"other directories", "<ul><li><a href=aca/2000_nov>x</a><li><a href=dark_cal/2000_foo>y</a></ul>", "nothing links to"},
		{"prose", "<p>Long words. <a href=dark_cal/2000_nov>x</a> and more words. <a href=dark_cal/2002_dec>y</a>.", "the first on line 1, are no items of a <ul>"},
		{"line breaks", linesPage, "the first on line 4, are no items of a <ul>"},
		{"terms", "<dl><dt>Dark cal<dd><a href=dark_cal/2000_nov>a</a><dd><a href=dark_cal/2001_nov>b</a></dl>", "are no items of a <ul>"},
		{"two lists", "<ul>" + two + "</ul>\n<hr><ul>" + two + "</ul>", "line 1 and line 2 could both"},
		{"a part in prose", "<ul>" + two + "</ul><p><a href=dark_cal/2003_nov>x</a> <a href=dark_cal/2004_nov>x</a>", "such as 2003_nov on line 1: where shall new ones stand?"},
		{"no end", "<ul>" + two, "there is no </ul>"},
		{"a list that is ended by a cell", "<table><tr><td><ul>" + two + "<td></ul></table>", "the list on line 1"},
		{"rows of two bodies", "<table><tbody><tr><td><a href=dark_cal/2000_nov>x</a><tbody><tr><td><a href=dark_cal/2002_dec>y</a></table>", "more than one part of the table"},
		{"a tag across", "<ul><li><a href=dark_cal/2000_nov>x</a><b><li><a href=dark_cal/2002_dec>y</a></ul>now</b>", "the list on line 1"},
		{"words", "<h2>Dark current</h2><ul>\n<li>new: <a href=dark_cal/2000_nov>x</a><li><a href=dark_cal/2002_dec>y</a></ul>", `line 2: the words "new:", which stand at no calibration`},
		{"a link beside", "<ul>\n<li><a href=dark_cal/2000_nov>x</a>, <a href=x.txt>data</a>\n<li><a href=dark_cal/2002_dec>y</a></ul>", `line 2: the link to "x.txt"`},
		{"a picture", "<ul>\n<li><a href=dark_cal/2000_nov>x <img src=n.gif></a>\n<li><a href=dark_cal/2002_dec>y</a></ul>", `line 2: <img>`},
		{"a comment", "<ul>\n<li><a href=dark_cal/2000_nov>x</a><!-- ask Tom -->\n<li><a href=dark_cal/2002_dec>y</a></ul>", `line 2: the comment "ask Tom"`},
		{"a place", "<ul>\n<li><a name=nov></a><a href=dark_cal/2000_nov>x</a>\n<li><a href=dark_cal/2002_dec>y</a></ul>", `line 2: the place #nov`},
		{"another item between", "<ul>\n<li><a href=dark_cal/2000_nov>x</a>\n<li>none in 2001\n<li><a href=dark_cal/2002_dec>y</a></ul>", `line 3: the words "none in 2001"`},
		{"a long note", "<ul><li><a href=dark_cal/2000_nov>x</a> " + strings.Repeat("long ", 50) + "<li><a href=dark_cal/2002_dec>y</a></ul>", "more than 200 characters"},
		{"markers there", "<ul><!-- darksite:begin --><li><a href=dark_cal/2000_nov>x</a><!-- darksite:end --></ul>", "has its markers already"},
		{"half a marker", "<ul><!-- darksite:begin --><li><a href=dark_cal/2000_nov>x</a></ul>", "without <!-- darksite:end -->"},
		{"UTF-16", "\xff\xfe<\x00u\x00", "save it as UTF-8"},
		{"deep", strings.Repeat("<div>", 600), "512"},
		{"never closed", strings.Repeat("<b><p>", 4_000), "never closed"},
		{"large", strings.Repeat("x", MaxPage+1), "4194305 bytes"},
		{"many tags", strings.Repeat("<br>", maxNodes+1), "more than 100000 tags"},
		{"many links", strings.Repeat("<li><a href=2000_nov>x</a>", maxLinks+1), "1001 links to calibrations, want at most 1000"},
	}
	for _, c := range cases {
		p, err := Adopt([]byte(c.page))
		if err == nil {
			t.Errorf("%s: proposes %q", c.name, c.page[p.From:p.To])
		} else if !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	if _, err := Adopt([]byte(cases[0].page)); !errors.Is(err, ErrNoList) {
		t.Errorf("%v is not ErrNoList", err)
	}
}

// Rows of a table with more columns: the others are said and nothing is written.
// The same table with one column gets rows.
func TestCase04RowsOfATable(t *testing.T) {
	const head, b, e = "<h2>Dark current</h2>\n<table border=1>\n<tr><th>Date<th>T<th>Remark\n", beginMarker, endMarker
	const rows = "<tr><td><a href=\"dark_cal/2002_dec\">2002 Dec</a><td>-9.9<td>good\n<tr><td><a href=\"dark_cal/2000_nov\">2000 Nov</a><td>-10.4<td>\n"
	for name, page := range map[string]string{
		"rows": head + b + "\n" + rows + e + "</table>", "the table": b + head + rows + "</table>" + e,
		"cells": head + "<tr><td>" + b + "<a href=\"dark_cal/2002_dec\">2002 Dec</a><td>-9.9" + e + "</table>",
		"a row": head + "<tr>" + b + "<td><a href=\"dark_cal/2002_dec\">2002 Dec</a><td>-9.9" + e + "</table>",
	} {
		u, err := Update([]byte(page), []Link{{ID: "2009279", Address: "2009_oct/index.html", Text: "2009 Oct 6"}}, "dark_cal/")
		if err == nil {
			t.Errorf("%s: becomes %q", name, u.Page)
		} else if want := map[string]string{"rows": `line 5: the cell "-9.9", line 5: the cell "good", line 6: the cell "-10.4"`, "the table": `"Date"`, "cells": "part an element", "a row": "<tr>, where no list can"}[name]; !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	if p, err := Adopt([]byte(head + rows + "</table>")); err == nil {
		t.Errorf("adopted: %q", p.Page)
	} else if want := `line 4: the cell "-9.9"`; !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %q", err, want)
	}
	one := "<table>\n" + b + "\n<tr><td><a href=\"dark_cal/2002_dec\">2002 Dec</a> good<td>\n" + e + "</table>"
	u, err := Update([]byte(one), []Link{{ID: "2009279", Address: "2009_oct/index.html", Text: "2009 Oct 6"}}, "dark_cal/")
	want := "<table>\n" + b + "\n<tr><td><a href=\"dark_cal/2009_oct/index.html\">2009 Oct 6</a></td></tr>\n<tr><td><a href=\"dark_cal/2002_dec\">2002 Dec</a> good</td></tr>\n" + e + "</table>"
	if err != nil || string(u.Page) != want {
		t.Errorf("%v, %q, want %q", err, u, want)
	}
}

// A list that is nested by year is a question: no new calibration goes below an
// old year.
func TestCase05ListByYear(t *testing.T) {
	item := func(dir string) string { return "<li><a href=\"dark_cal/" + dir + "\">" + dir + "</a>\n" }
	year2009 := "<li>2009\n<ul>\n" + item("2009_oct") + item("2009_jul") + item("2009_apr") + "</ul>\n"
	year2008 := "<li>2008\n<ul>\n" + item("2008_oct") + "</ul>\n"
	for name, c := range map[string]struct{ page, want string }{
		"two years":     {"<h2>Dark current</h2>\n<ul>\n" + year2009 + year2008 + "</ul>", "than the list on line 5, such as 2008_oct on line 11: where shall new ones stand?"},
		"one year":      {"<h2>Dark current</h2>\n<ul>\n" + year2009 + "</ul>", `the list on line 5 is the group "2009"`},
		"below heads":   {"<h2>Dark current</h2>\n<h3>2009</h3><ul>" + item("2009_oct") + item("2009_jul") + "</ul><h3>2008</h3><ul>" + item("2008_oct") + "</ul>", "such as 2008_oct on line 4: where shall new ones stand?"},
		"below a head":  {"<h2>Dark current of 2009</h2>\n<ul>" + item("2009_oct") + item("2009_jul") + "</ul>", `is the group "Dark current of 2009"`},
		"below a range": {"<b>Dark current 2000-2009</b>\n<ul>" + item("2009_oct") + item("2000_nov") + "</ul>", "is the group"},
		"line breaks":   {"<p>2000: <a href=dark_cal/2000_nov>x</a>, <a href=dark_cal/2000_dec>x</a><br>2001: <a href=dark_cal/2001_nov>x</a>", "are no items"},
	} {
		if p, err := Adopt([]byte(c.page)); err == nil {
			t.Errorf("%s: adopted: %q", name, p.Page)
		} else if !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	// Markers that somebody put around all years.
	u, err := Update([]byte("<ul>"+beginMarker+"\n"+year2009+year2008+endMarker+"</ul>"), []Link{{ID: "2016125", Address: "2016_may/index.html", Text: "2016 May 4"}}, "")
	if err == nil {
		t.Errorf("becomes %q", u.Page)
	} else if want := `line 2: the words "2009", which stand at no calibration, line 3: the group "2009_oct 2009_jul 2009_apr"`; !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %q", err, want)
	}
	// A heading with the first year is no group.
	if _, err := Adopt([]byte("<h2>Dark current since 1999</h2><ul>" + item("2009_oct") + item("2000_nov") + "</ul>")); err != nil {
		t.Error(err)
	}
}
