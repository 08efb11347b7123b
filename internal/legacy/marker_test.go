package legacy

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestReplace(t *testing.T) {
	const b, e = beginMarker, endMarker
	cases := []struct{ name, page, want string }{
		{"bare", "a" + b + "old" + e + "z", "a" + b + "NEW" + e + "z"},
		{"written closely", "a<!--darksite:begin-->old<!--\r\ndarksite:end\r\n-->z", "a<!--darksite:begin-->NEW<!--\r\ndarksite:end\r\n-->z"},
		{"in a list without ends", "<UL>\r\n" + b + "<LI>x<LI>y\r\n" + e + "</UL>\xe9", "<UL>\r\n" + b + "NEW" + e + "</UL>\xe9"},
		{"named in the text", "<p>&lt;!-- darksite:begin --&gt; darksite:end " + b + e, "<p>&lt;!-- darksite:begin --&gt; darksite:end " + b + "NEW" + e},
		{"after an end that nothing began", "</ul></b>" + b + "</i>" + e + "</div>", "</ul></b>" + b + "NEW" + e + "</div>"},
		{"in one cell of two", "<table><tr><td>" + b + "<td>x</table>" + e, ""},
		{"none", "<p>x", ""},
		{"none but a comment on it", "<!-- see darksite:begin -->", ""},
		{"begin alone", "x" + b, ""},
		{"end alone", "x" + e, ""},
		{"end first", e + b, ""},
		{"two begins", b + b + e, ""},
		{"two ends", b + e + e, ""},
		{"nested", b + b + e + e, ""},
		{"two blocks", b + e + b + e, ""},
		{"capitals", "<!-- DARKSITE:BEGIN -->" + e, ""},
		{"in a comment", "<!-- " + b + "x" + e + " -->", ""},
		{"in a script", "<script>" + b + "</script>" + e, ""},
		{"in a style sheet", b + "<style>" + e + "</style>", ""},
		{"in a text area", "<textarea>" + b + e + "</textarea>", ""},
		{"in a title", "<title>" + b + "</title>" + b + e, ""},
		{"in an attribute", "<p title=\"" + b + "\">" + b + e, ""},
		{"in a tag without end", "<p title=\"" + b + e, ""},
		{"across a list", "<ul>" + b + "<li>x</ul>" + e, ""},
		{"into a list", b + "<ul>" + e + "<li>x</ul>", ""},
		{"across a division", "<div>" + b + "</div><div>" + e + "</div>", ""},
	}
	for _, c := range cases {
		got, err := Replace([]byte(c.page), []byte("NEW"))
		switch {
		case c.want != "" && (err != nil || string(got) != c.want):
			t.Errorf("%s: %q, %v, want %q", c.name, got, err, c.want)
		case c.want == "" && err == nil:
			t.Errorf("%s: %q is taken and becomes %q", c.name, c.page, got)
		case c.want == "" && !strings.Contains(err.Error(), beginMarker) && !strings.Contains(err.Error(), "put both"):
			t.Errorf("%s: %v does not say what to do", c.name, err)
		}
		if (c.name == "none") != errors.Is(err, ErrNoMarkers) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	for _, block := range []string{b, e, "<!--", "<script>", "<!-- darksite:end", "<p title=\"", "</ul>", "<ul>", "<textarea>", "<plaintext>", "<table>", "\x00"} {
		if got, err := Replace([]byte("<ul>"+b+e+"</ul>"), []byte(block)); err == nil {
			t.Errorf("block %q is taken: %q", block, got)
		}
	}
}

// hostile strings: each would do something if it were taken for markup.
var hostile = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' onmouseover='alert(1)`, `</ul></title></style></script><svg onload=alert(1)>`,
	endMarker, beginMarker, `--><!--`, `<!--`, `-->`, `&lt;script&gt;&#60;b&#62;`, `]]><x>`, "\u202egpj.exe\u2028\u2029\x00\x1b[31m\xff",
	"{{ .Site }}{{< x >}}", "a\r\nb\tc", strings.Repeat("<b>", 300_000), "\xe9t\xe9", "日本 é €", `\"`, "`", "<", "&",
}

// TestHostileTexts puts each string into every text of a link, in each kind of list.
func TestHostileTexts(t *testing.T) {
	for _, in := range []string{"ul", "table", "div"} {
		page := []byte("<h1>x</h1><" + in + ">" + beginMarker + endMarker + "</" + in + ">")
		for _, h := range hostile {
			u, err := Update(page, []Link{{Address: "2009_oct/", Text: h, Title: h, Note: h}}, "dark_cal/")
			if err != nil {
				t.Fatalf("%q: %v", h, err)
			}
			out, block := u.Page, u.Block
			for _, c := range block {
				if c >= 0x80 || c < ' ' && c != '\n' && c != '\r' {
					t.Fatalf("%q: byte %#x in the block", h, c)
				}
			}
			doc, err := html.Parse(bytes.NewReader(out))
			if err != nil {
				t.Fatal(err)
			}
			links := 0
			for n := range doc.Descendants() {
				if n.Type == html.CommentNode && !strings.HasPrefix(n.Data, " darksite:") {
					t.Errorf("%q adds the comment %q", h, n.Data)
				}
				if n.Type != html.ElementNode {
					continue
				}
				switch n.Data {
				case "html", "head", "body", "h1", "ul", "li", "div", "table", "tbody", "tr", "td":
				case "a":
					links++
					if len(n.Attr) != 2 || n.Attr[1].Val != label(h) || n.FirstChild.Data != label(h) {
						t.Errorf("%q: the link has %v and says %q", h, n.Attr, n.FirstChild.Data)
					}
				default:
					t.Errorf("%q adds <%s>", h, n.Data)
				}
			}
			if links != 1 {
				t.Errorf("%q: %d links", h, links)
			}
		}
	}
	for _, address := range append([]string{"javascript:alert(1)", "", "data:text/html,x", "JAVASCRIPT:x", "java\nscript:x", "vbscript:x", " x", `\\host`}, hostile[:6]...) {
		if block, err := Fragment([]Link{{Address: address, Text: "x"}}); err == nil && checkScheme(string(block)) {
			t.Errorf("address %q is taken: %q", address, block)
		}
	}
}

func checkScheme(block string) bool {
	block = strings.ToLower(block)
	return strings.Contains(block, "script:") || strings.Contains(block, "data:") || strings.Contains(block, "href=>")
}

// TestRandomPages: 500 pages of random parts around a list. Every byte outside
// the markers stays, and a list written twice is as when it is written once.
func TestRandomPages(t *testing.T) {
	adopted := 0
	for seed := range uint64(500) {
		page, want := randomPage(rand.New(rand.NewPCG(seed, 5)))
		p, err := Adopt(page)
		if err != nil {
			t.Logf("seed %d: %v", seed, err)
			continue
		}
		adopted++
		if len(p.Links) != want {
			t.Fatalf("seed %d: %d links, want %d\n%s", seed, len(p.Links), want, page)
		}
		holds(t, page, p)
		if t.Failed() {
			t.Fatalf("seed %d:\n%s", seed, page)
		}
	}
	if adopted < 470 {
		t.Errorf("a list was found in %d of 500 pages", adopted)
	}
}

func pick(r *rand.Rand, list ...string) string { return list[r.IntN(len(list))] }

func randomPage(r *rand.Rand) (page []byte, links int) {
	var b strings.Builder
	filler := func(n int) {
		for range r.IntN(n) {
			b.WriteString(pick(r, "<P>caf\xe9", "<p>text</p>", "<HR>", "<!-- a comment -->", "<UL><LI>one<LI><A HREF=\"x.html\">two</A></UL>",
				"<table><tr><td>1<td><table><tr><td>2</table></table>", "<script>var a='</ul>';</script>", "<B>bold</B>", "&nbsp;&eacute;", "<IMG SRC=a.gif>",
				"<pre>\n x  y\n</pre>", "</b>", "<font size=2>f</font>", "<BR>", "<h2>Other</h2>", "<dl><dt>t<dd>d</dl>", "<a name=top></a>"))
			b.WriteString(pick(r, "\n", "\r\n", " ", ""))
		}
	}
	b.WriteString(pick(r, "<HTML><HEAD><TITLE>x</TITLE></HEAD><BODY>", "", "<!DOCTYPE html>\n<html>"))
	filler(8)
	b.WriteString("<H2>Dark current</H2>")
	eol := pick(r, "\n", "\r\n", "\r")
	form := r.IntN(4)
	open, item, end, shut := "<UL>", "<LI>", pick(r, "", "</LI>"), "</UL>"
	switch form {
	case 1:
		open, item, end, shut = "<ol class=x>", "<li> ", "</li>", "</ol>"
	case 2:
		open, item, end, shut = "<table>", "<tr><td>", pick(r, "", "</td></tr>", "</tr>"), "</table>"
	case 3:
		open, item, end, shut = "<ul>", "<li><b>", "</b></li>", "</ul>"
	}
	b.WriteString(open + eol)
	links = 2 + r.IntN(20)
	for i := range links {
		year := 2000 + i
		if form%2 == 0 {
			year = 2100 - i
		}
		fmt.Fprintf(&b, "%s<%s=%sdark_cal/%d_%s%s>%d%s</a>%s%s", item, pick(r, "a href", "A HREF"), `"`, year, pick(r, "jan", "apr", "dec"), `"`, year,
			pick(r, "", " é", " <i>x</i>", "\xe9"), pick(r, "", "", " (note)"), end+eol)
	}
	b.WriteString(shut)
	filler(8)
	return []byte(b.String()), links
}

func FuzzReplace(f *testing.F) {
	f.Add([]byte("<ul>"+beginMarker+"<li>x"+endMarker+"</ul>"), []byte("<li>y"))
	f.Add([]byte(mainPage), []byte(""))
	f.Add([]byte(beginMarker+endMarker), []byte(endMarker))
	f.Add([]byte("<title>"+beginMarker+endMarker), []byte("<!--"))
	f.Add([]byte("<b>"+beginMarker+"</b>"+endMarker+"x"), []byte("y"))
	f.Fuzz(func(t *testing.T, page, block []byte) {
		out, err := Replace(page, block)
		if err != nil {
			return
		}
		b, err := blockOf(page)
		if err != nil {
			t.Fatal(err)
		}
		if want := string(page[:b.from]) + string(block) + string(page[b.to:]); string(out) != want {
			t.Fatalf("%q, want %q", out, want)
		}
		twice, err := Replace(out, block)
		if err != nil || !bytes.Equal(twice, out) {
			t.Fatalf("twice: %q, %v, once: %q", twice, err, out)
		}
	})
}

func FuzzAdopt(f *testing.F) {
	f.Add([]byte(mainPage))
	f.Add([]byte(linesPage))
	f.Add([]byte("<table><tr><th>Dark cal<tr><td><a href=dark_cal/2000_nov>a<tr><td><a href=dark_cal/2001_nov>b</table>"))
	f.Add([]byte("<ul><li><a href=2000_nov>x</a>, <a href=2001_nov>y</a><li><b><a href=2002_nov>x</a></ul><!--"))
	f.Fuzz(func(t *testing.T, page []byte) {
		p, err := Adopt(page)
		if err != nil {
			return
		}
		if want := string(page[:p.From]) + beginMarker; !strings.HasPrefix(string(p.Page), want) || !strings.HasSuffix(string(p.Page), endMarker+string(page[p.To:])) {
			t.Fatalf("page %q becomes %q", page, p.Page)
		}
		holds(t, page, p)
	})
}

// FuzzUpdate: a list is written anew and then the same again, and nothing that it
// held is lost.
func FuzzUpdate(f *testing.F) {
	f.Add([]byte("<ul>" + beginMarker + "<li><a href=dark_cal/2000_nov>a</a> note" + endMarker + "</ul>"))
	f.Add([]byte("<div>" + beginMarker + "<a href=2000_nov>a</a><br><b><a href=2001_nov>b</a></b>" + endMarker + "</div>"))
	f.Add([]byte("<table>" + beginMarker + "<tr><td><a href=2000_nov>a</a><td>x" + endMarker + "</table>"))
	f.Fuzz(func(t *testing.T, page []byte) {
		has := []Link{{ID: "2009279", Address: "2009_oct/", Text: "<b>"}}
		once, err := Update(page, has, "dark_cal/")
		if err != nil {
			return
		}
		twice, err := Update(once.Page, has, "dark_cal/")
		if err != nil {
			t.Fatalf("%v: %q", err, once.Page)
		}
		if len(twice.Kept) != len(once.Kept) {
			t.Fatalf("%q, again %q", once.Page, twice.Page)
		}
	})
}

// FuzzTree: elements know their start tags.
func FuzzTree(f *testing.F) {
	f.Add([]byte(mainPage))
	f.Add([]byte("<ul><li>a<li>b</ul><p>c<table><tr><td>d<!-- e"))
	f.Add([]byte("<svg><![CDATA[><p>]]></svg><noscript><p></noscript><K\u212a><\xe9>"))
	f.Fuzz(func(t *testing.T, page []byte) {
		d, err := parse(page)
		if err != nil {
			return
		}
		for n := range d.root.Descendants() {
			if at := d.at(n); n.Type == html.ElementNode && len(n.Attr) > 0 && n.Attr[0].Key == place && (at >= len(page) || page[at] != '<') {
				t.Fatalf("<%s> at %d of %q", n.Data, at, page)
			}
		}
	})
}
