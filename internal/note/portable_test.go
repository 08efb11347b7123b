package note

import (
	"bytes"
	"html"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
)

func brackets(f *Formula, lines int) string {
	how := "inline"
	if f.Display {
		how = "display"
	}
	return "{{< " + how + " " + f.TeX + strings.Repeat("\n", lines) + " >}}"
}

func TestPortable(t *testing.T) {
	for in, want := range map[string]string{
		"plain *text*, `$x$` and $5 or $10":  "plain *text*, `$x$` and $5 or $10",
		"a $x_1$ b $$y$$":                    "a {{< inline x_1 >}} b {{< display y >}}",
		"> $$\n> a\n> $$\n\nb":               "> {{< display a\n\n >}}\n\nb",
		"| $a$ | b |\n|-|-|\n":               "| {{< inline a >}} | b |\n|-|-|\n",
		"H<sub>2</sub>O <!-- c -->x":         `H\<sub\>2\<\/sub\>O x`,
		"<div>\n  *a*\n</div>\n\nb":          "\\<div\\>\n\\*a\\*\n\\<\\/div\\>\n\nb",
		"<!-- a\n\nb -->\nc":                 "\n\n\nc",
		"- [x] a\n- [ ] b":                   "- ☑ a\n- ☐ b",
		`{{< gist "$x$" "é" >}} {{<b>}} $y$`: `{{< gist "$x$" "é" >}} {{<b>}} {{< inline y >}}`,
		"{{% a\n$b$ %}}":                     "{{% a\n$b$ %}}",
		"    <b>$x$</b>":                     "    <b>$x$</b>",
		"```\n<b>$x$</b>\n```":               "```\n<b>$x$</b>\n```",
		"<<!-- c -->b>":                      `\<b\>`,
		"T < 3 & N > 4":                      "T < 3 & N > 4",
	} {
		if got, _ := Portable(in, brackets); got != want {
			t.Errorf("%q:\n%q, want\n%q", in, got, want)
		}
	}
	if _, warnings := Portable("a <b>c</b> ![p](q) <i>", brackets); len(warnings) != 1 || !strings.HasPrefix(warnings[0], `line 1: "<b>" is shown as it is written`) {
		t.Errorf("%q", warnings)
	}
}

// FuzzPortable: another reader finds no HTML and no comment in what is rewritten.
func FuzzPortable(f *testing.F) {
	for _, seed := range []string{"<b>x</b>", "<!-- a -->", "<div>\n# b\n</div>", "- <x\n  y>", "> <script>\n> a\n\n    b</script>", "$a$<i>", "[ ] a", "- [ ] <a>", "<?x?> <![CDATA[a]]>"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, markdown string) {
		if len(markdown) > 2000 {
			return
		}
		rewritten, _ := Portable(markdown, func(*Formula, int) string { return "{{< formula >}}" })
		var out bytes.Buffer
		md := goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote, extension.DefinitionList))
		if err := md.Convert([]byte(rewritten), &out); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(out.String(), "<!-- raw HTML omitted -->") && !strings.Contains(html.UnescapeString(markdown), "raw HTML omitted") {
			t.Errorf("%q became %q, with HTML in it:\n%s", markdown, rewritten, out.String())
		}
	})
}
