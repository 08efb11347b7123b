package links

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
)

// tree is a site in memory.
type tree map[string]string

func (t tree) Paths() []string { return slices.Sorted(maps.Keys(t)) }

func (t tree) Open(path string) (io.ReadCloser, error) {
	text, ok := t[path]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
	return io.NopCloser(strings.NewReader(text)), nil
}

// options of a section within a larger site.
var options = Options{
	BaseURL:   "https://example.org/mta/",
	Foreign:   func(p string) bool { return strings.HasPrefix(p, "s/old/") },
	Elsewhere: func(p string) bool { return !strings.HasPrefix(p, "s/") },
	AnyDepth:  func(p string) bool { return p == "s/404.html" },
}

// around is a site with one page of interest, s/d/page.html.
func around(page string) tree {
	return tree{
		"s/d/page.html":     page,
		"s/d/a file.html":   `<p id=here><p id="größe">`,
		"s/d/a.png":         "png",
		"s/index.html":      "<h1 id=top-of-all>",
		"s/e/index.html":    "",
		"s/old/r.html":      `<a name=Table><a href=gone.html><img src="http://example.org/x.gif"><script>1</script>`,
		"s/old/page.css":    "body { background: url(gone.gif) }",
		"s/assets/a.css":    "",
		"s/assets/a.js":     "",
		"s/assets/draw.svg": `<svg xmlns="http://www.w3.org/2000/svg"><style>.a{}</style><g id="part"/></svg>`,
	}
}

func check(t *testing.T, site tree) []string {
	t.Helper()
	r, err := Check(site, options)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, f := range r.Findings {
		texts = append(texts, f.String())
	}
	return texts
}

func TestWhatIsRight(t *testing.T) {
	const page = `<!doctype html>
<meta http-equiv="refresh" content="0; url=../index.html">
<link rel="stylesheet" href="../assets/a.css?v=1"><link rel="icon" href="../assets/draw.svg">
<link rel="canonical" href="https://example.org/mta/s/e/"><link rel="alternate" href="https://other.example/feed">
<script defer src="../assets/a.js?v=2"></script><script type="application/json" id="data">{"href": "<a href=gone>"}</script>
<p id="one">text <a href="#one">x</a> <a href="#">x</a> <a href="#top">x</a> <a href="page.html#one">x</a>
<a href=" a%20file.html#here
">x</a> <a href="a%20file.html#gr%C3%B6%C3%9Fe">x</a> <a href="../e/index.html#view=all&amp;t=-10">x</a>
<a href="a%20file.html#:~:text=here">x</a>
<a href="../../index.html">the main page</a> <a href="../old/r.html#Table">x</a> <a href="https://example.org/">x</a>
<a href="https://example.org/mta/s/index.html#top-of-all">x</a> <a href="mailto:a@example.org">x</a> <a href="a.png#x">x</a>
<img src="a.png" srcset="a.png 1x, ../d/a.png 2x" alt=""><img src="data:image/png;base64,AA" alt="dot">
<svg><use href="../assets/draw.svg#part"/><title>a &lt;b&gt; c</title><defs><clipPath id="c"/></defs><g clip-path="url(#c)"/><a href="#one"><text>t</text></a></svg>
<noscript><img src="a.png" alt="x"></noscript>
<label for="one">x</label><p aria-labelledby="one c">x</p>
<!-- <a href="gone"> --><textarea><a href="gone"></textarea><template><a href="a.png">x</a></template>`
	if got := check(t, around(page)); len(got) != 0 {
		t.Errorf("findings in a page without faults:\n%s", strings.Join(got, "\n"))
	}
}

func TestWhatIsWrong(t *testing.T) {
	for page, want := range map[string]string{
		`<a href="gone.html">`:                                                   `s/d/page.html:1: <a href="gone.html"> leads to s/d/gone.html: no such file`,
		"\n\n<a\nhref='../gone.html#x'>":                                         `:3: <a href="../gone.html#x"> leads to s/gone.html: no such file`,
		`<a href="A file.html">`:                                                 `leads to s/d/A file.html: no such file`,
		`<a href="../e/">`:                                                       "leads to s/e/: a directory",
		`<a href="../e">`:                                                        "leads to s/e: a directory",
		`<a href="..">`:                                                          "leads to s/: a directory",
		`<a href="">`:                                                            "empty",
		`<a href="#gone">`:                                                       `leads to s/d/page.html: it has no element with the id "gone"`,
		`<a href="a%20file.html#gone">`:                                          `leads to s/d/a file.html: it has no element with the id "gone"`,
		`<a href="../old/r.html#table">`:                                         `leads to s/old/r.html: it has no element with the id "table"`,
		`<a href="/s/index.html">`:                                               "root of a server",
		`<a href="//example.org/">`:                                              "scheme and host",
		`<a href="\\example.org\x">`:                                             `browsers take \ for /`,
		`<a href="http:x">`:                                                      "scheme and host",
		`<a href="java&#10;script:alert(1)">`:                                    `the scheme "javascript"`,
		`<a href=" JavaScript:alert(1)">`:                                        `the scheme "javascript"`,
		`<a href="data:text/html,x">`:                                            `the scheme "data"`,
		`<a href="%zz">`:                                                         "no address",
		`<a href="https://example.org/mta/s/gone/">`:                             "leads to s/gone/index.html: no such file",
		`<a href="https://example.org/mta/s/../s/x">`:                            "leads to s/x: no such file",
		`<img src="gone.png" alt="x">`:                                           "s/d/gone.png: no such file",
		`<img src="a.png">`:                                                      `<img src="a.png">: no alt`,
		`<img src="https://example.org/mta/s/d/a.png" alt="x">`:                  "another host",
		`<img src="../../a.png" alt="x">`:                                        "beyond the site",
		`<img src="a.png" srcset="a.png, b.png 2x" alt="">`:                      `<img srcset="b.png"> leads to s/d/b.png`,
		`<source srcset="a.png 1x,//example.org/b 2x">`:                          "another host",
		`<input type="image" src="a.png">`:                                       "no alt",
		`<area href="a.png">`:                                                    "no alt",
		`<video poster="p.png"></video>`:                                         "s/d/p.png: no such file",
		`<object data="x.swf"></object>`:                                         "s/d/x.swf: no such file",
		`<iframe src="data:text/html,x"></iframe>`:                               `the scheme "data"`,
		`<iframe srcdoc="x"></iframe>`:                                           "srcdoc",
		`<script src="//example.org/a.js"></script>`:                             "another host",
		`<script>alert(1)</script>`:                                              "scripts within a page",
		`<script type="text/javascript">1</script>`:                              "scripts within a page",
		`<script type="module" src="../assets/a.js"></script>`:                   "no modules from disk",
		`<svg><script>alert(1)</script></svg>`:                                   "scripts within a page",
		`<svg><title><b onerror=y></b></title></svg>`:                            "handler onerror",
		`<noscript><img src="gone.png" alt=""></noscript>`:                       "gone.png",
		`<svg><use href="#gone"/></svg>`:                                         `the id "gone"`,
		`<svg><g fill="url(#gone)"/></svg>`:                                      `the id "gone"`,
		`<svg><image xlink:href="gone.png"/></svg>`:                              "gone.png",
		`<svg><a><set attributeName="href" to="javascript:alert(1)"/></a></svg>`: "a script in an address",
		`<style>p {}</style>`:                                                    "styles within a page",
		`<p style="color: red">`:                                                 "styles in attributes",
		`<p OnClick="x">`:                                                        "handler onclick",
		`<p id="a"><b id="a">`:                                                   `id="a": another element`,
		`<p id="">`:                                                              "the id is empty",
		`<p aria-labelledby="a b" id="a">`:                                       `<p aria-labelledby="b">: no element of the page`,
		`<label for="x">`:                                                        "no element of the page",
		`<base href="../e/">`:                                                    "every relative link",
		`<a href="a.png" ping="x">`:                                              "ping",
		`<meta http-equiv="Refresh" content="1;URL='gone.html'">`:                "<meta refresh=\"gone.html\"> leads to s/d/gone.html",
		`<meta http-equiv="refresh" content="5">`:                                "again and again",
		`<link rel="stylesheet" href="https://example.org/a.css">`:               "another host",
		`<link rel="next preload" href="https://example.org/a">`:                 "another host",
		`<link rel="icon" href="gone.ico">`:                                      "gone.ico",
		`<form action="gone.cgi">`:                                               "gone.cgi",
		`<blockquote cite="gone.html">`:                                          "gone.html",
		`<table background="gone.gif">`:                                          "gone.gif",
	} {
		got := check(t, around(page))
		if len(got) != 1 || !strings.Contains(got[0], want) {
			t.Errorf("%s: findings %q, want one with %q", page, got, want)
		}
	}
}

func TestStyleSheets(t *testing.T) {
	for text, want := range map[string]string{
		`a { background: url(../d/a.png) } b { background: url("data:image/png;base64,AA") } /* url(gone) */ c::after { content: "url(gone)" }`: "",
		`@import "b.css";`:                                         `s/assets/a.css:1: url() "b.css" leads to s/assets/b.css: no such file`,
		"a {\n background:\n URL( 'gone.png' ) }":                  `s/assets/a.css:3: url() "gone.png" leads to s/assets/gone.png`,
		`@font-face { src: url(https://example.org/f) }`:           "another host",
		`a { background: image-set("../d/a.png" 1x, "g.png" 2x) }`: "s/assets/g.png",
		`a { background: u\72l(x) }`:                               "escapes",
		`@import url(//example.org/x.css);`:                        "another host",
	} {
		site := around("")
		site["s/assets/a.css"] = text
		got := check(t, site)
		if want == "" && len(got) > 0 || want != "" && (len(got) != 1 || !strings.Contains(got[0], want)) {
			t.Errorf("%s: findings %q, want one with %q", text, got, want)
		}
	}
}

// Feeds and site maps list addresses of the site as it is published.
func TestFeeds(t *testing.T) {
	site := around("")
	site["s/feed.xml"] = `<?xml version="1.0"?><feed><id>https://example.org/mta/s/gone/</id><link href="https://example.org/mta/s/e/"/><link href="https://example.org/mta/s/no.html"/></feed>`
	site["s/sitemap.xml"] = "<urlset>\n<url><loc>https://example.org/mta/s/index.html</loc></url>\n<url><loc> https://example.org/mta/s/lost.html </loc></url></urlset>"
	got := strings.Join(check(t, site), "\n")
	want := `s/feed.xml:1: loc "https://example.org/mta/s/gone/" leads to s/gone/index.html: no such file
s/feed.xml:1: <link href="https://example.org/mta/s/no.html"> leads to s/no.html: no such file
s/sitemap.xml:3: loc "https://example.org/mta/s/lost.html" leads to s/lost.html: no such file`
	if got != want {
		t.Errorf("findings\n%s\nwant\n%s", got, want)
	}
}

// The page for missing addresses is shown at any depth, so its links begin at
// the root of the server.
func TestPageOfAnyDepth(t *testing.T) {
	site := around("")
	site["s/404.html"] = `<a href="/mta/s/">x</a><a href="/mta/index.html">x</a><link rel="stylesheet" href="/mta/s/assets/a.css"><a href="/mta/s/gone.html">x</a><a href="/elsewhere/">x</a>`
	got := check(t, site)
	if len(got) != 2 || !strings.Contains(got[0], "s/gone.html: no such file") || !strings.Contains(got[1], "root of a server") {
		t.Errorf("findings %q", got)
	}
}

func TestFindingsAreBoundedAndInOrder(t *testing.T) {
	var page strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&page, "<a href=gone%d>\n<p id=x>", i)
	}
	fmt.Fprintf(&page, `<a href="%s">`, strings.Repeat("x", 1<<20))
	site := around(page.String())
	site["s/b.html"] = "<a href=gone>"
	r, err := Check(site, options)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(r.Findings); n != maxFindings+2 {
		t.Errorf("%d findings, want %d", n, maxFindings+2)
	}
	if last := r.Findings[len(r.Findings)-1]; !strings.Contains(last.Problem, "more findings") || last.Page != "s/d/page.html" || r.Findings[0].Page != "s/b.html" {
		t.Errorf("the page ends with %v", last)
	}
	for range 5 {
		again, err := Check(site, options)
		if err != nil || !slices.Equal(r.Findings, again.Findings) {
			t.Fatalf("other findings in another run (%v)", err)
		}
	}
	long, err := Check(around(`<a href="`+strings.Repeat("é", 1<<20)+`">`), options)
	if err != nil || len(long.Findings) != 1 || len(long.Findings[0].Link) > 5*maxShown {
		t.Errorf("a long address gives %d findings (%v)", len(long.Findings), err)
	}
}

// What a page leads to and what it is made of is counted, so that a check of
// nothing is not taken for one of everything.
func TestReportCounts(t *testing.T) {
	r, err := Check(around(`<a href="a.png"><img src="a.png" alt="">`), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Pages != 8 || r.Links < 3 {
		t.Errorf("%d pages, %d links", r.Pages, r.Links)
	}
}

type broken struct{ tree }

func (b broken) Open(path string) (io.ReadCloser, error) {
	if strings.HasSuffix(path, "page.html") {
		return io.NopCloser(io.MultiReader(bytes.NewReader([]byte("<a>")), broken{})), nil
	}
	return b.tree.Open(path)
}

func (broken) Read([]byte) (int, error) { return 0, errors.New("disk on fire") }

func TestReadingFails(t *testing.T) {
	if _, err := Check(broken{around("")}, options); err == nil || !strings.Contains(err.Error(), "s/d/page.html: disk on fire") {
		t.Errorf("error %v", err)
	}
}

// Any page gives findings, never a panic, and the same ones again.
func FuzzCheck(f *testing.F) {
	for _, seed := range []string{
		`<a href="gone#x"><img srcset="a 1x,b"><svg><title><p onclick=x>`,
		`<meta http-equiv=refresh content="0;url">`, `<p style="background:url(x">`, `<g fill="url(`, `<g fill="url()url('")`,
		"@import'x", `a{b:image-set("x" 1x,url(y`, "<script", "</svg><svg><svg/>", `<a href="http://[::1%23]/">`, "<a href='?#'>", "\x00<a id=\x00 href=#%00>",
		`<a href="https://example.org/mta/..">`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		site := around(text)
		site["s/assets/a.css"], site["s/assets/draw.svg"], site["s/feed.xml"], site["s/old/r.html"] = text, text, text, text
		first, err := Check(site, options)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range first.Findings {
			if len(f.String()) > 10*maxShown+len(f.Page)+5*len(f.Target) {
				t.Errorf("a finding of %d bytes", len(f.String()))
			}
		}
		second, err := Check(site, options)
		if err != nil || !slices.Equal(first.Findings, second.Findings) {
			t.Errorf("other findings in another run (%v)", err)
		}
	})
}

// A site of 150 calibrations with pages of 300 KB.
func BenchmarkCheck(b *testing.B) {
	var page strings.Builder
	page.WriteString(`<!doctype html><title>page</title><main id="main">`)
	for i := 0; page.Len() < 300_000; i++ {
		if i%8 == 0 {
			fmt.Fprintf(&page, "<tr id=\"r%d\"><th scope=\"row\"><a href=\"../c%03d/index.html#r%d\">N &gt; %d</a></th>", i, i%150, i, i)
		} else {
			fmt.Fprintf(&page, "<tr><th scope=\"row\">N &gt; %d</th>", i)
		}
		page.WriteString("<td>12,345</td><td class=\"number\">0.5\u00a0%</td><td>text</td></tr>\n")
	}
	site := tree{}
	for i := range 150 {
		site[fmt.Sprintf("s/c%03d/index.html", i)] = page.String()
	}
	b.SetBytes(int64(150 * page.Len()))
	for b.Loop() {
		r, err := Check(site, options)
		if err != nil || len(r.Findings) > 0 {
			b.Fatal(err, r.Findings)
		}
	}
}
