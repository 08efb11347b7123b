package note

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// joined is a note as it would stand on a page, with its formulas in brackets.
func joined(n Note) string {
	var b strings.Builder
	for _, p := range n.Parts {
		switch {
		case p.Display:
			b.WriteString("[[" + p.TeX + "]]")
		case p.TeX != "":
			b.WriteString("[" + p.TeX + "]")
		default:
			b.WriteString(p.HTML)
		}
	}
	return b.String()
}

func TestRender(t *testing.T) {
	for _, c := range []struct{ name, markdown, want string }{
		{"nothing", " \n", ""},
		{"heading", "# Histogram\n\n## Histogram", "<h3 id=\"note-histogram\">Histogram</h3>\n<h4 id=\"note-histogram-2\">Histogram</h4>\n"},
		{"heading of no letters", "# ***", "<h3 id=\"note-heading\">***</h3>\n"},
		{"formula", "The law $r = r_0\\,1.43^{\\Delta T/4}$ holds.", "<p>The law [r = r_0\\,1.43^{\\Delta T/4}] holds.</p>\n"},
		{"formulas keep their underscores", "$a_1 * b_1$ and $a_2 * b_2$", "<p>[a_1 * b_1] and [a_2 * b_2]</p>\n"},
		{"display", "$$\n\\sum_i x_i\n$$", "<p>[[\\sum_i x_i]]</p>\n"},
		{"prices", "from $5 to $10", "<p>from $5 to $10</p>\n"},
		{"prices and code", "from $5, `$x$`", "<p>from $5, <code>$x$</code></p>\n"},
		{"no end", "$$ x\n\ny", "<p>$$ x</p>\n<p>y</p>\n"},
		{"escaped", `\$x\$`, "<p>$x$</p>\n"},
		{"code is no formula", "`$x$`", "<p><code>$x$</code></p>\n"},
		{"raw HTML", "a <b onclick=x>b</b>\n\n<script>x</script>", "<p>a &lt;b onclick=x&gt;b&lt;/b&gt;</p>\n<p>&lt;script&gt;x&lt;/script&gt;</p>\n"},
		{"unsafe link", "[a](javascript:x) [b](data:text/html,x)", "<p>a b</p>\n"},
		{"link", "[a *b*](../2015_mar/index.html#hot \"t\") <https://x.org/?a&b> <A@x.org> <ftp://x>", "<p><a href=\"../2015_mar/index.html#hot\" title=\"t\">a <em>b</em></a> <a href=\"https://x.org/?a&amp;b\">https://x.org/?a&amp;b</a> <a href=\"mailto:A@x.org\">A@x.org</a> ftp://x</p>\n"},
		{"picture", "![two *bright* rows](rows.png)", "<p>[picture: two <em>bright</em> rows]</p>\n"},
		{"table", "|a|b|\n|---|--:|\n|1|2|", "<div class=\"scroll\" role=\"region\" aria-label=\"Table\" tabindex=\"0\">\n<table>\n<thead>\n<tr>\n<th scope=\"col\">a</th>\n<th scope=\"col\" class=\"number\">b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n<td class=\"number\">2</td>\n</tr>\n</tbody>\n</table>\n</div>\n"},
		{"anchor", "# Lost rows {#rows_1}\n\n[here](#rows_1), [not](#histogram)", "<h3 id=\"note-rows_1\">Lost rows</h3>\n<p><a href=\"#note-rows_1\">here</a>, <a href=\"#histogram\">not</a></p>\n"},
		{"anchor of words", "[up](#a-b)\n\nA $b$\n---", "<p><a href=\"#note-a-b\">up</a></p>\n<h4 id=\"note-a-b\">A [b]</h4>\n"},
		{"anchors twice", "# a {#x .wide}\n\n# b {#x}\n\n# {#y}", "<h3 id=\"note-x\">a</h3>\n<h3 id=\"note-x-2\">b</h3>\n<h3 id=\"note-y\"></h3>\n"},
		{"no anchor", "# a \\{#x}\n\n# {a} {.b}\n\nc {#d}", "<h3 id=\"note-a-x\">a {#x}</h3>\n<h3 id=\"note-a-b\">{a} {.b}</h3>\n<p>c {#d}</p>\n"},
		{"tasks", "- [x] sent\n- [ ] *read*", "<ul>\n<li>\u2611 sent</li>\n<li>\u2610 <em>read</em></li>\n</ul>\n"},
		{"definitions", "warm\n: above $100$", "<dl>\n<dt>warm</dt>\n<dd>above [100]</dd>\n</dl>\n"},
		{"bare address", "see https://cxc.harvard.edu/a_b.", "<p>see <a href=\"https://cxc.harvard.edu/a_b\">https://cxc.harvard.edu/a_b</a>.</p>\n"},
		{"formula over lines of a quotation", "> $$\n> a_1\n> $$", "<blockquote>\n<p>[[a_1]]</p>\n</blockquote>\n"},
		{"NUL", "a\x00b &#0;", "<p>ab \ufffd</p>\n"},
	} {
		n, err := Render(c.markdown)
		if err != nil {
			t.Fatal(err)
		}
		if got := joined(n); got != c.want {
			t.Errorf("%s:\n%q, want\n%q", c.name, got, c.want)
		}
	}
}

func TestFootnotesHaveNamesOfTheirOwn(t *testing.T) {
	n, err := Render(("See[^1].\n\n[^1]: below"))
	if err != nil || !strings.Contains(joined(n), `id="note-fn:1"`) {
		t.Errorf("%v: %s", err, joined(n))
	}
}

func TestText(t *testing.T) {
	n, err := Render(("# Two *rows*\n\nare `lost`\nin $x$.\n\n- one\n- two\n\n![map](x.png)"))
	if err != nil || n.Text != "Two rows are lost in $x$. one two [picture: map]" || len(n.Warnings) != 1 {
		t.Errorf("%v: %q, %d warnings", err, n.Text, len(n.Warnings))
	}
}

// What looks like HTML is shown and not lost; comments are for nobody.
func TestMarkup(t *testing.T) {
	for markdown, want := range map[string]string{
		"a <b and c> d":                 "<p>a &lt;b and c&gt; d</p>\n",
		"<div>\none\n</div>\n\ntwo":     "<p>&lt;div&gt;\none\n&lt;/div&gt;</p>\n<p>two</p>\n",
		"<script>\nalert(1)\n</script>": "<p>&lt;script&gt;\nalert(1)\n&lt;/script&gt;</p>\n",
		"one <!-- not\nyet --> two":     "<p>one  two</p>\n",
		"<!-- a\nb -->\n\nthree":        "<p>three</p>\n",
		"<!-- a --> shown <!-- b -->":   "<p>&lt;!-- a --&gt; shown &lt;!-- b --&gt;</p>\n",
		"<!-- no end":                   "<p>&lt;!-- no end</p>\n",
		"T < 3 and N > 4 & \"x\"":       "<p>T &lt; 3 and N &gt; 4 &amp; &quot;x&quot;</p>\n",
		"5<br>6":                        "<p>5&lt;br&gt;6</p>\n",
	} {
		n, err := Render(markdown)
		if err != nil || len(n.Parts) != 1 || n.Parts[0].HTML != want {
			t.Errorf("%q: %v, %+v, want %q", markdown, err, n.Parts, want)
		}
		if shown := strings.Contains(want, "&lt;") && !strings.HasPrefix(markdown, "T <"); shown != (len(n.Warnings) > 0) {
			t.Errorf("%q: warnings %q", markdown, n.Warnings)
		}
	}
}

func TestTooLong(t *testing.T) {
	if _, err := Render(strings.Repeat("a", MaxBytes+1)); err == nil {
		t.Error("a note without end is taken")
	}
}

// FuzzRender: whatever a note says, its parts have no element that acts and no
// attribute that does.
func FuzzRender(f *testing.F) {
	for _, seed := range []string{"# a\n$x$ b", "$$\nx\n$$", "|a|\n|-|\n|$x$|", "[^1]\n\n[^1]: $a$", "<script>", "![a](b)", "[a](javascript:b)", "$a\\", "&#0;$", "# $x$"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, markdown string) {
		n, err := Render(markdown)
		if err != nil {
			return
		}
		var text strings.Builder
		for _, p := range n.Parts {
			text.WriteString(p.HTML) // templates escape or convert the formulas
		}
		page, err := html.Parse(strings.NewReader(text.String()))
		if err != nil {
			t.Fatal(err)
		}
		for node := range page.Descendants() {
			if node.Type != html.ElementNode {
				continue
			}
			switch node.Data {
			case "script", "style", "iframe", "object", "embed", "form", "img", "svg", "link", "meta", "base":
				t.Errorf("%q gives <%s>", markdown, node.Data)
			}
			for _, a := range node.Attr {
				value := strings.ToLower(strings.TrimSpace(a.Val))
				if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "href" && strings.HasPrefix(value, "javascript:") {
					t.Errorf("%q gives %s=%q", markdown, a.Key, a.Val)
				}
			}
		}
	})
}
