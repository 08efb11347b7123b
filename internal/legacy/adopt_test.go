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
		name, page, held, heading string // held is what the block would replace
		addresses                 []string
		style                     Style
		doubts                    []string
	}{
		{
			name: "main page", page: mainPage, heading: "Dark current analysis",
			held:      mainPage[strings.Index(mainPage, "<LI><A HREF=\"dark_cal/2009"):strings.Index(mainPage, "\r\n</UL>\r\n<HR>")],
			addresses: []string{"dark_cal/2009_oct", "dark_cal/2005_nov", "dark_cal/2002_dec", "dark_cal/2000_nov/report.html"},
			style:     Style{Open: "<LI>", Between: "\r\n  ", Break: "\r\n  ", Upper: true, Quote: `"`, NewestFirst: true},
		},
		{
			name: "old index", page: linesPage, heading: "Dark current calibrations",
			held:      linesPage[strings.Index(linesPage, `<a href="1999`):strings.Index(linesPage, " new<br>\n</p>")],
			addresses: []string{"1999_aug/", "2000_nov/report.html", "2002_DEC/"},
			style:     Style{Between: "<br>\n", Break: "\n", Quote: `"`},
		},
		{
			name: "ordered, closed, bold, a class", page: "<ol>\n\t<li class=c><b><a class=\"r\" href='/mta/ASPECT/dark_cal/2001_mar/'>M</a></b></li>\n\t<li class=c><b><a class=\"r\" href='/mta/ASPECT/dark_cal/2002_feb/'>F</a></b></li>\n</ol>",
			held:      "<li class=c><b><a class=\"r\" href='/mta/ASPECT/dark_cal/2001_mar/'>M</a></b></li>\n\t<li class=c><b><a class=\"r\" href='/mta/ASPECT/dark_cal/2002_feb/'>F</a></b></li>",
			addresses: []string{"/mta/ASPECT/dark_cal/2001_mar/", "/mta/ASPECT/dark_cal/2002_feb/"},
			style:     Style{Open: "<li class=c><b>", Close: "</b></li>", Between: "\n\t", Break: "\n\t", Attributes: ` class="r"`, Quote: `"`},
		},
		{
			name: "in a line, with a heading before it", page: "<P><B>Dark cal:</B> <A HREF=dark_cal/2003_apr/>Apr</A> | <A HREF=dark_cal/2003_jul/>Jul</A> | <A HREF=dark_cal/2004_dec/>Dec</A>. More soon.", heading: "Dark cal:",
			held:      "<A HREF=dark_cal/2003_apr/>Apr</A> | <A HREF=dark_cal/2003_jul/>Jul</A> | <A HREF=dark_cal/2004_dec/>Dec</A>",
			addresses: []string{"dark_cal/2003_apr/", "dark_cal/2003_jul/", "dark_cal/2004_dec/"},
			style:     Style{Between: " | ", Break: "\n", Upper: true, Quote: `"`},
		},
		{
			name: "nested in an item, one calibration so far", page: "<ul><li>Dark current analysis<ul><li><a href=dark_cal/2000_nov>Nov</a></ul><li><a href=other>o</a></ul>",
			held:      "<li><a href=dark_cal/2000_nov>Nov</a>",
			addresses: []string{"dark_cal/2000_nov"},
			style:     Style{Open: "<li>", Between: "\n", Break: "\n", Quote: `"`, NewestFirst: true},
		},
		{
			name: "things that would go", page: "<h2>Dark current</h2><ul>\n<li>new: <a href=dark_cal/2000_nov>a <img src=n.gif></a>, <a href=x.txt>data</a>\n<!-- ask Tom --><li><a href=dark_cal/2002_dec>b</a>\n<li><a href=dark_cal/2000_NOV/>c</a><li><a href=dark_cal/2001_mar>d</a></ul><a href=dark_cal/2001_mar/x.html>y</a>",
			heading:   "Dark current",
			held:      "<li>new: <a href=dark_cal/2000_nov>a <img src=n.gif></a>, <a href=x.txt>data</a>\n<!-- ask Tom --><li><a href=dark_cal/2002_dec>b</a>\n<li><a href=dark_cal/2000_NOV/>c</a><li><a href=dark_cal/2001_mar>d</a>",
			addresses: []string{"dark_cal/2000_nov", "dark_cal/2002_dec", "dark_cal/2000_NOV/", "dark_cal/2001_mar"},
			style:     Style{Open: "<li>", Between: "\n", Break: "\n", Quote: `"`},
			doubts: []string{
				`line 2: the words "new:" before the link to 2000_nov would go`, `line 2: the link to "x.txt" beside that to 2000_nov would go`,
				`line 2: <img> at the link to 2000_nov would go`, `line 4: 2000_NOV stands in the list twice, first on line 2`,
				`line 3: the comment "ask Tom" would go`, `line 4: a link to 2001_mar outside the list stays as it is`,
				`the list is not in the order of time; a new one would have the oldest first`,
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
			if d := gocmp(c.style, p.Style); d != "" {
				t.Error(d)
			}
			doubts := slices.DeleteFunc(slices.Clone(p.Doubts), func(string) bool { return c.doubts == nil })
			if d := gocmp(c.doubts, doubts); d != "" && c.doubts != nil {
				t.Error(d)
			}
			holds(t, []byte(c.page), p)
		})
	}
}

func gocmp(want, got any) string { return cmp.Diff(want, got) }

// holds checks what is true of every proposal: without its markers the page is
// as it was, a browser's parser sees the same elements in it, and the block can
// be read, written and written again.
func holds(t testing.TB, page []byte, p *Proposal) {
	t.Helper()
	if got := bytes.Replace(bytes.Replace(p.Page, []byte(beginMarker+p.Style.Break), nil, 1), []byte(p.Style.Break+endMarker), nil, 1); !bytes.Equal(got, page) {
		t.Fatalf("without the markers the page is\n%q, want\n%q", got, page)
	}
	if before, after := elements(t, page), elements(t, p.Page); !slices.Equal(before, after) {
		t.Fatalf("the markers change the elements of the page:\n%s", gocmp(before, after))
	}
	m, err := Find(p.Page)
	if err != nil {
		t.Fatal(err)
	}
	if d := gocmp(p.Links, m.Links); d != "" {
		t.Fatalf("links of the adopted page:\n%s", d)
	}
	_, base := DirectoryOf(m.Links[0].Address)
	links := append(slices.Clone(m.Links), Link{ID: "2031001", Address: base + "2031_jan/", Text: "2031 Jan"})
	// Addresses of a page may be what none of ours would be.
	links = slices.DeleteFunc(links, func(l Link) bool { return checkAddress(l.Address) != nil })
	block, err := m.Style.Block(links)
	if err != nil {
		t.Fatal(err)
	}
	once, err := Replace(p.Page, block)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(once, p.Page[:m.From]) || !bytes.HasSuffix(once, p.Page[m.To:]) || len(once) != m.From+len(block)+len(p.Page)-m.To {
		t.Fatalf("bytes outside the markers changed:\n%q\n%q", p.Page, once)
	}
	again, err := Find(once)
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, l := range links {
		want = append(want, l.Address)
	}
	for _, l := range again.Links {
		got = append(got, l.Address)
	}
	slices.Sort(want)
	slices.Sort(got)
	if d := gocmp(want, got); d != "" {
		t.Fatalf("links of the new block %q:\n%s", block, d)
	}
	second, err := again.Style.Block(again.Links)
	if err != nil {
		t.Fatal(err)
	}
	twice, err := Replace(once, second)
	if err != nil {
		t.Fatal(err)
	}
	if len(again.Links) > 1 && !bytes.Equal(once, twice) {
		t.Fatalf("written twice:\n%q, once:\n%q", second, block)
	}
}

// elements lists what a browser's parser finds, without comments.
func elements(t testing.TB, page []byte) (list []string) {
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
	cases := []struct{ name, page, want string }{
		{"nothing", "<p>Aspect", "nothing links to dark_cal/YYYY_mon"},
		{"other directories", "<ul><li><a href=aca/2000_nov>x</a><li><a href=dark_cal/2000_foo>y</a></ul>", "nothing links to"},
		{"prose", "<p>" + strings.Repeat("Long words. ", 20) + "<a href=dark_cal/2000_nov>x</a> and " + strings.Repeat("more words. ", 20) + "<a href=dark_cal/2002_dec>y</a>.", "do not follow each other"},
		{"a table", "<h2>Dark current</h2><table><tr><td><a href=dark_cal/2000_nov>x</a><td>-10<tr><td><a href=dark_cal/2002_dec>y</a><td>-10</table>", "do not follow each other"},
		{"two lists", "<ul><li><a href=dark_cal/2000_nov>x</a><li><a href=dark_cal/2002_dec>y</a></ul>\n<hr><ul><li><a href=dark_cal/2000_nov>x</a><li><a href=dark_cal/2002_dec>y</a></ul>", "line 1 and line 2 could both"},
		{"by year", "<p>2000: <a href=dark_cal/2000_nov>x</a>, <a href=dark_cal/2000_dec>x</a>, <a href=dark_cal/2000_jan>x</a><br>2001: <a href=dark_cal/2001_nov>x</a>, <a href=dark_cal/2001_dec>x</a><br>2002: <a href=dark_cal/2002_nov>x</a>", "3 of the 6"},
		{"a tag across", "<p><b><a href=dark_cal/2000_nov>x</a><br>now</b> <a href=dark_cal/2002_dec>y</a>", "inside <b>"},
		{"markers there", "<ul><!-- darksite:begin --><li><a href=dark_cal/2000_nov>x</a><!-- darksite:end --></ul>", "has its markers already"},
		{"half a marker", "<ul><!-- darksite:begin --><li><a href=dark_cal/2000_nov>x</a></ul>", "without <!-- darksite:end -->"},
		{"UTF-16", "\xff\xfe<\x00u\x00", "save it as UTF-8"},
		{"deep", strings.Repeat("<div>", 600), "nested deeper than 512"},
		{"large", strings.Repeat("x", maxPage+1), "4194305 bytes"},
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
