package twiki

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/tools/txtar"

	"darksite/internal/ground/phrase"
	"darksite/internal/note"
)

var update = flag.Bool("update", false, "write the expected files of testdata again")

const base = "https://cxc.cfa.harvard.edu/mta/ASPECT/dark_cal/2015_dec/"

// Each case of testdata/markdown.txtar is a pair of files, name.md and
// name.twiki.
func TestMarkup(t *testing.T) {
	name := filepath.Join("testdata", "markdown.txtar")
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if len(archive.Files)%2 != 0 || len(archive.Files) < 40 {
		t.Fatalf("%d files, want pairs", len(archive.Files))
	}
	for i := 0; i < len(archive.Files); i += 2 {
		in, out := archive.Files[i], &archive.Files[i+1]
		if strings.TrimSuffix(in.Name, ".md") != strings.TrimSuffix(out.Name, ".twiki") {
			t.Fatalf("%s is followed by %s", in.Name, out.Name)
		}
		got := Markup(string(in.Data), Options{Base: base, Below: 2})
		if *update {
			out.Data = got
			continue
		}
		if d := cmp.Diff(string(out.Data), string(got)); d != "" {
			t.Errorf("%s: -want +got\n%s", in.Name, d)
		}
		check(t, string(in.Data))
	}
	if *update {
		if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// check holds the markup of some Markdown against the page that is made of it:
// shown by a TWiki it has the same text, the same links, and nothing else in
// it is active.
func check(t testing.TB, markdown string) {
	t.Helper()
	markdown = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(markdown)
	got := Markup(markdown, Options{Base: base, Below: 2})
	if again := Markup(markdown, Options{Base: base, Below: 2}); !bytes.Equal(got, again) {
		t.Fatalf("%q: not the same twice", markdown)
	}
	page, alive := view(string(got))
	if len(alive) > 0 {
		t.Errorf("%q\nbecame\n%s\nin which are active %q", markdown, got, alive)
	}
	if blocks, anchor, err := spans(got); len(blocks) > 0 || anchor >= 0 || err != nil {
		t.Errorf("%q\nbecame\n%s\nwhich has comments of ours: %v", markdown, got, err)
	}
	html := reference(t, bounds(markdown))
	shown, want := read(t, page), read(t, html)
	if d := cmp.Diff(want.text, shown.text); d != "" {
		t.Errorf("%q\nbecame\n%s\nwhich shows another text: -want +got\n%s", markdown, got, d)
	}
	// goldmark nests addresses in links, which HTML does not; ours is the outer.
	if d := cmp.Diff(want.links, shown.links); d != "" && !nested(html) {
		t.Errorf("%q\nbecame\n%s\nwhich has other links: -want +got\n%s", markdown, got, d)
	}
	for name, n := range want.count {
		if shown.count[name] != n {
			t.Errorf("%q\nbecame\n%s\nwith %d of <%s>, want %d", markdown, got, shown.count[name], name, n)
		}
	}
}

// reference is the HTML of a calibration's page, formulas as they are written.
func reference(t testing.TB, markdown string) string {
	n, err := note.Render(markdown)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, p := range n.Parts {
		switch {
		case p.Display:
			b.WriteString(html.EscapeString("$$" + p.TeX + "$$"))
		case p.TeX != "":
			b.WriteString(html.EscapeString("$" + p.TeX + "$"))
		default:
			b.WriteString(p.HTML)
		}
	}
	return b.String()
}

// reading is what a reader finds on a page.
type reading struct {
	text  string // without spaces
	links []string
	count map[string]int
}

func read(t testing.TB, page string) reading {
	t.Helper()
	root, err := html.ParseWithOptions(strings.NewReader("<body>"+page), html.ParseOptionEnableScripting(false))
	if err != nil {
		t.Fatal(err)
	}
	r := reading{count: map[string]int{}}
	var b strings.Builder
	var walk func(n *html.Node, linked bool)
	walk = func(n *html.Node, linked bool) {
		attribute := func(key string) (value string) {
			for _, a := range n.Attr {
				if a.Key == key {
					value = a.Val
				}
			}
			return value
		}
		link := func(address string) bool {
			to := (resolver{base: mustParse(base)}).resolve(address)
			if to != "" {
				r.links = append(r.links, html.UnescapeString(to))
			}
			return to != ""
		}
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		switch n.DataAtom {
		case atom.A:
			if class := attribute("class"); class == "footnote-backref" {
				return
			} else if class != "footnote-ref" && !void(n) {
				linked = link(attribute("href"))
			}
		case atom.Em, atom.Del, atom.Td:
			if !void(n) {
				r.count[n.Data]++
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, linked)
		}
	}
	walk(root, false)
	r.text = strings.Map(func(c rune) rune {
		switch {
		case strings.ContainsRune(" \t\r\n\u00a0", c):
			return -1
		case phrase.Hidden(c):
			return unicode.ReplacementChar
		}
		return c
	}, b.String())
	return r
}

// nested says whether a link lies within another.
func nested(page string) bool {
	depth := 0
	for z := html.NewTokenizer(strings.NewReader(page)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return false
		case html.StartTagToken:
			if name, _ := z.TagName(); string(name) == "a" {
				depth++
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); string(name) == "a" {
				depth--
			}
		}
		if depth > 1 {
			return true
		}
	}
}

func mustParse(address string) *url.URL {
	u, err := url.Parse(address)
	if err != nil {
		panic(err)
	}
	return u
}

// void says whether nothing of a node can be seen.
func void(n *html.Node) bool {
	if n.Type == html.TextNode {
		return strings.Trim(n.Data, " \t\r\n\u00a0") == ""
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if !void(c) {
			return false
		}
	}
	return true
}

// spec is the examples of the CommonMark specification, which goldmark brings
// with it.
func spec(t testing.TB) (examples []string) {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/yuin/goldmark").Output()
	if err != nil {
		t.Fatalf("where is goldmark: %v", err)
	}
	data, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "_test", "spec.json"))
	if err != nil {
		t.Fatal(err)
	}
	var list []struct{ Markdown string }
	if err := json.Unmarshal(data, &list); err != nil || len(list) < 600 {
		t.Fatalf("%d examples, %v", len(list), err)
	}
	for _, e := range list {
		examples = append(examples, e.Markdown)
	}
	return examples
}

func TestCommonMark(t *testing.T) {
	for _, e := range spec(t) {
		check(t, e)
	}
}

// hostile texts: each would do something if TWiki took it for markup.
var hostile = []string{
	`%INCLUDE{"Main.TWikiUsers"}%`, `%SEARCH{".*" web="all" nonoise="on" format="$percntTOPIC$percnt"}%`, `!%TOPIC%`, `%<nop>TOPIC%`,
	"%META:PREFERENCE{name=\"ALLOWTOPICCHANGE\" value=\"x\"}%", "%STARTINCLUDE%\n%STOPINCLUDE%", "%25INCLUDE%25", "&#37;TOC&#37;", "&percnt;TOC&percnt;",
	"   * Set ALLOWTOPICVIEW = Main.Evil", "* Set DENYTOPICVIEW =", "- Local SKIN = x", "\t* Set X = 1", "1. * Set X = 1", "- #Set X = 1",
	"    * Set ALLOWTOPICVIEW = code", "```\n   * Set ALLOWTOPICVIEW = fenced\n```", "- ```\n     * Set A = 1\n  ```",
	"[[WikiLink]]", "![[WikiLink]]", "[[javascript:alert(1)][x]]", "[a](javascript:alert(1))", "[a](JaVa&#x73;cript&colon;alert(1))", "[a](data:text/html,x)",
	"[a](vbscript:x)", "[a](file:///etc/passwd)", "[a](&#x6A;avascript:alert(1))", "[a](java\tscript:alert(1))", "[a](\\javascript:x)", "[a](  javascript:x )",
	"[a](//evil.example/x)", "[a](https://user:pw@evil.example/)", "[a](https://x.example/]][b)", "[a](<https://x.example/ b]] [[c>)", "[a](https://x.example/%BB%20%TOC%)",
	"[a](mailto:a@b.example?cc=c@d.example)", "<mailto:a@b.example>", "a@b.example", "![x](https://evil.example/track.png)", "[0](https://evil.example/track.png)",
	"[](https://evil.example/track.png)", "[ ](https://x.example)", "[see https://a.example WikiWord](https://b.example)", "https://x.example/-http://y.example",
	"LikeThis Web.LikeThis Web/Sub.LikeThis#Anchor CCD CCDs (ACA) FITS/CSV A.B.CCD !LikeThis", "**LikeThis** *CCD* `LikeThis CCD` ~~LikeThis~~", "# LikeThis CCD",
	"| LikeThis | *CCD* |\n|-|-|\n| LikeThis CCD | a@b.example |", "- LikeThis\n- CCD", "> LikeThis CCD", "Like**This** **Like**This Like\\\nThis",
	"# !! hidden", "# a!!b", "---+ heading", "\\---+ heading", "x\n---+ y", "\\#LikeThis anchor", "\\> mail", "a\\\\\nb", "a&#10;---+ b", "a&#10;   * Set X = 1", "a&#13;b",
	"\\| a | b |", "| a \\| b | c |\n|-|-|\n| ^ | \\* |\n| **b** | *i* |", "a | b\n-|-\n**x** y **z** | \\*h\\*",
	`$a_1 \, \{x\}$`, `$$\sum_i *x* %TOC%$$`, "$%SEARCH{x}%$ LikeThis", "$a$b_c_$d$", "a $ b $ c", "$x$:", "**$x$**", "$ x$", "$[[LikeThis]]$", "<details>\n%TOC% LikeThis\n</details>", "<table>\n<tr><td>*a*\n</table>", "&#36;x&#36;",
	"# a {#b} {#c}", "# [a](#a) {#a}", "# *b {#c}*", "# `{#c}`", "a {#b}\n---", "[x](#b)\n# b", "https://x.example www.x.example ftp://x.example/ x@y.example", ":warning: ;-) \u26a0\ufe0f",
	"*a b* **c d** ***e f*** _g_ __h__", "a*b*c **a**b", "*a **b** c* **a *b* c**", "\\*a\\* \\_b\\_ \\=c= ==d== (=e=) x = y = z", "`=a=` `a` b`c`d ` e ` `` `f` ``",
	"<verbatim>%TOC%</verbatim>", "```\n</verbatim>\n[[LikeThis]]\n<verbatim>\n```", "```\n</VERBATIM >\n<b>\n```", "Set ALLOWTOPICVIEW = Main.Evil", "Local SKIN = x", "#Set X = 1", "`</code><script>`", "```\n<!-- darksite:end 2015355 -->\n```", "<!-- darksite:begin 2015355 -->",
	"\\<!-- darksite:end 2015355 --\\>", "&lt;!-- darksite --&gt;", "<noautolink>LikeThis</noautolink>", "<literal>x</literal>", "<script>alert(1)</script>", "<pre>",
	`"><img src=x onerror=alert(1)>`, `' onmouseover='alert(1)`, `</title></style></script><svg onload=alert(1)>`, `{{ .Site }}{{< figure src="x" >}}{{% param "title" %}}`,
	`__f__function(){alert(1)}__f__`, `&lt;script&gt;&#60;b&#62;&NewLine;`, "\u202egpj.exe\u2028\u2029\x00\x1b[31m\xff", "{\x00!--", "is\x01all\x01th=\"1\"", "&#0;&#1;&#x202e;&#xFEFF;&#xD800;",
	`]]><x>`, "Bugs:Item1 Wikipedia:Foo http://x.example ftp://y.example irc:z", "http:**x** http:[a](https://b.example) Bugs:`x`", ":-) ;-) (:", "$percntTOC$percnt $n $dollar",
	"Term LikeThis: x\n: def: CCD\n\n: two", "a[^1] b[^LikeThis]\n\n[^1]: %TOC% CCD\n\n[^LikeThis]: * Set X = 1\n    - Set Y = 2", "- [ ] a\n- [x] Set X = 1",
	"5) five\n6) six", "- a\n\n  b\n\n  - c\n\n  d", "- a\n  > q\n  > - r\n\n      code %X%\n", "> | a |\n> |---|\n> | CCD |\n", "> # h\n> ---\n> x", "-\n-\n  - ", "#\n##\n", "***", "+ + + a",
	strings.Repeat("<b>", 20_000), strings.Repeat("> ", 20_000) + "x", strings.Repeat("- ", 20_000) + "x", strings.Repeat("[", 20_000), strings.Repeat("*a **b ", 8000), strings.Repeat("%", 1<<17),
	strings.Repeat("A", 60_000) + "b" + strings.Repeat("C", 3000), strings.Repeat("[a](", 10_000), strings.Repeat("![", 15_000), strings.Repeat("`", 30_001) + "a", strings.Repeat("> - ", 10_000) + "x",
}

func TestHostile(t *testing.T) {
	for _, h := range hostile {
		start := time.Now()
		got := Markup(h, Options{Base: base, Below: 2})
		if d := time.Since(start); d > 2*time.Minute { // quadratic at worst: a second on an idle machine without the race detector
			t.Errorf("%.40q took %v", h, d)
		}
		if len(got) > 40*MaxMarkdown {
			t.Errorf("%.40q became %d bytes", h, len(got))
		}
		if len(h) < 1000 {
			check(t, h)
			for _, around := range []string{"a %s b", "- %s", "> %s", "# %s", "| a |\n|-|\n| %s |", "**%s**", "[%s](https://x.example)", "`%s`", "1. x\n   - %s\n\n   y", "(%s)", "- Set X\n  %s"} {
				check(t, strings.Replace(around, "%s", h, 1))
			}
		} else if _, alive := view(string(got)); len(alive) > 0 {
			t.Errorf("%.40q: %q", h, alive)
		}
	}
}

func FuzzMarkup(f *testing.F) {
	for _, h := range hostile {
		if len(h) < 1000 {
			f.Add(h)
		}
	}
	for _, e := range spec(f) {
		f.Add(e)
	}
	f.Fuzz(func(t *testing.T, markdown string) {
		if len(markdown) > 2000 {
			return
		}
		check(t, markdown)
	})
}

// goldmark before 1.7.17 takes some coded schemes for harmless. What is linked
// here does not rest on it; pages do.
func TestGoldmarkVersion(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", "github.com/yuin/goldmark").Output()
	if err != nil {
		t.Fatal(err)
	}
	var major, minor, patch int
	if _, err := fmt.Sscanf(string(out), "v%d.%d.%d", &major, &minor, &patch); err != nil {
		t.Fatal(err)
	}
	if major*1_000_000+minor*1000+patch < 1_007_017 {
		t.Errorf("goldmark %s, want v1.7.17 or later", out)
	}
}

// Addresses are linked by their scheme, however it is written.
func TestResolve(t *testing.T) {
	for address, want := range map[string]string{
		"https://cxc.harvard.edu/a": "https://cxc.harvard.edu/a", "HTTP://x.example": "http://x.example", "mailto:a.b@c.example": "mailto:a.b@c.example",
		"../x": "https://cxc.cfa.harvard.edu/mta/ASPECT/dark_cal/x", "#a": base + "#a", "?b=c": base + "?b=c", "//x.example/y": "https://x.example/y",
		"https://x.example/%TOC%": "", "https://x.example/a%20b(c)": "https://x.example/a&#37;20b&#40;c&#41;", "https://x.example/[[b]]": "https://x.example/&#37;5B&#37;5Bb&#37;5D&#37;5D",
		"https://x.example/_a_?b=&c=http://d|e": "https://x.example/&#95;a&#95;?b&#61;&amp;c=http&#58;//d&#37;7Ce",
		"javascript:alert(1)":                   "", "JavaScript:x": "", " javascript:x": "", "java\tscript:x": "", "data:text/html,x": "", "vbscript:x": "", "file:///etc/passwd": "", "ftp://x.example": "",
		"https:x": "", "https://": "", "http:///x": "", "https://u@x.example": "", "https://u:p@x.example": "", "mailto:": "", "mailto:a": "", "mailto:a@b?cc=c@d": "", "mailto:a%20@b": "", "": "",
		"https://x.example/" + strings.Repeat("a", maxAddress): "", "https://[::1": "", "https://x.example:port/": "",
	} {
		if got := (resolver{mustParse(base)}).resolve(address); got != want {
			t.Errorf("%.60q: %q, want %q", address, got, want)
		}
	}
	if got := (resolver{}).resolve("x.html"); got != "" {
		t.Errorf("relative to nothing: %q", got)
	}
}
