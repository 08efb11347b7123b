package site

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"darksite/internal/view"
	"darksite/processing/artifact"
	"darksite/processing/artifact/artifacttest"

	"golang.org/x/net/html"
)

// hostile strings: each would do something if it were taken for markup, a
// template, a script, an address or a front matter.
var hostile = []string{
	`<script>alert(1)</script>`,
	`"><img src=x onerror=alert(1)>`,
	`' onmouseover='alert(1)`,
	`</title></style></script><svg onload=alert(1)>`,
	`{{ .Site }}{{< figure src="x" >}}{{% param "title" %}}`,
	"---\nurl: /evil/\n---\n+++",
	`__f__function(){alert(1)}__f__`,
	`javascript:alert(1)`,
	`&lt;script&gt;&#60;b&#62;&NewLine;`,
	"\u202egpj.exe\u2028\u2029\x00\x1b[31m\xff",
	`<!--<script>`, `]]><x>`, `fn:evil`, `token:evil`,
	`../../../etc/passwd`,
	`[a](javascript:alert(1)) ![b](https://example.org/x.png) <https://example.org>`,
	strings.Repeat("<b>", 300_000),
}

// poison puts a string into every text of an artifact, except those that are
// checked: its id and schema, and the words of a readout that name it.
func poison(v reflect.Value, text string) int {
	n := 0
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			n += poison(v.Elem(), text)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if name != "ID" && name != "Schema" {
				n += poison(v.Field(i), text)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			n += poison(v.Index(i), text)
		}
	case reflect.Map:
		if v.Type().Elem().Kind() != reflect.String {
			return 0 // numbers, by keys of ours
		}
		m := reflect.MakeMap(v.Type())
		for _, k := range v.MapKeys() {
			m.SetMapIndex(reflect.ValueOf(k.String()+text), reflect.ValueOf(text))
			n += 2
		}
		v.Set(m)
	case reflect.String:
		v.SetString(text)
		n++
	}
	return n
}

// shape lists elements and attributes of a page, without their texts.
func shape(n *html.Node) []string {
	var out []string
	for d := range n.Descendants() {
		switch d.Type {
		case html.ElementNode:
			var keys []string
			for _, a := range d.Attr {
				keys = append(keys, a.Key)
			}
			out = append(out, d.Data+" "+strings.Join(keys, " "))
		case html.CommentNode:
			out = append(out, "comment")
		}
	}
	return out
}

// A page has the same elements and attributes whatever the texts of its
// artifact are.
func TestHostileTextsAddNothingToPages(t *testing.T) {
	make := func(text string) *Tree {
		t.Helper()
		c := sample("2015355", 3, 1)
		artifacttest.Lose(c.Artifact, 1, 1, artifact.RowRange{-5, -3})
		c.Artifact.Replicas[0].Notes = []string{"note", "note"}
		if n := poison(reflect.ValueOf(c.Artifact), text); n < 100 {
			t.Fatalf("only %d texts were replaced", n)
		}
		tree, err := drawAndBuild(inputs(c))
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range tree.Warnings {
			t.Errorf("%.40q: warning: %s", text, w)
		}
		return tree
	}
	harmless := make("harmless")
	for _, text := range hostile {
		tree := make(text)
		if got, want := fmt.Sprint(tree.Paths()), fmt.Sprint(harmless.Paths()); got != want {
			t.Errorf("%.40q: files %s, want %s", text, got, want)
		}
		for _, p := range tree.Paths() {
			if !strings.HasSuffix(p, ".html") {
				continue
			}
			got, want := shape(parse(t, tree, p)), shape(parse(t, harmless, p))
			for i := range max(len(got), len(want)) {
				if i >= len(got) || i >= len(want) || got[i] != want[i] {
					t.Errorf("%.40q: %s has other elements from number %d on", text, p, i)
					break
				}
			}
			if n, _ := tree.Size(p); n > 300_000 {
				t.Errorf("%.40q: %s has %d bytes", text, p, n)
			}
		}
	}
}

// The same text must reach the reader: escaped, not dropped.
func TestHostileTextsAreShown(t *testing.T) {
	c := sample("2015355", 3, 1)
	c.Artifact.Facts.CCDTempSource = `<script>alert("&amp;")</script>`
	page := parse(t, build(t, inputs(c)), "dark_cal/2015_dec/index.html")
	if got := text(one(t, page, "p.identity span")); got != c.Artifact.Facts.CCDTempSource {
		t.Errorf("the source reads %q", got)
	}
}

func TestHostileSettings(t *testing.T) {
	for _, s := range []view.Settings{
		{HomeURL: "javascript:alert(1)"}, {Contact: "data:text/html,x"}, {BaseURL: "ftp://example.org/"}, {BaseURL: "/mta/"},
		{HomeURL: "java\nscript:alert(1)"},
	} {
		if _, err := drawAndBuild(Inputs{Settings: s, Defaults: fstest.MapFS{}}); err == nil {
			t.Errorf("%+v was accepted", s)
		}
	}
	in := inputs()
	in.Settings.Title, in.Settings.HomeTitle = `</title><script>alert(1)</script>`, `<b>home`
	page := parse(t, build(t, in), "dark_cal/index.html")
	if n := len(all(page, "b")); n != 0 {
		t.Errorf("%d elements came from settings", n)
	}
	for _, script := range all(page, "script") {
		if attr(script, "src") == "" {
			t.Errorf("a script came from settings: %s", text(script))
		}
	}
}

// Notes and other content are untrusted too.
func TestHostileContent(t *testing.T) {
	in := inputs()
	in.Overlay = fstest.MapFS{
		"content/dark_cal/note.md": {Data: []byte(`---
title: Note
---
<script>alert(1)</script><b onclick="x">raw</b>

[one](javascript:alert(1)) [two](data:text/html,x) [three](JaVa&#x73;cript:alert(1))

## Heading {#h onclick="alert(1)" style="color:red"}

![pixel](https://example.org/pixel.png)
`)},
		"content/dark_cal/page.html":        {Data: []byte("<script>alert(1)</script>")},
		"content/dark_cal/drawing.svg":      {Data: []byte("<svg onload='alert(1)'/>")},
		"content/dark_cal/_content.gotmpl":  {Data: []byte(`{{ errorf "ran" }}`)},
		"content/elsewhere/page.md":         {Data: []byte("x")},
		"static/index.html":                 {Data: []byte("not ours")},
		"content/dark_cal/hidden/.draft.md": {Data: []byte("x")},
	}
	tree, err := drawAndBuild(in)
	if err != nil {
		t.Fatal(err)
	}
	warnings := strings.Join(tree.Warnings, "\n")
	for _, want := range []string{"page.html", "drawing.svg", "_content.gotmpl", "content/elsewhere/page.md", "static/index.html", "example.org/pixel.png",
		`"javascript:alert(1)" is left out`, `"data:text/html,x" is left out`} {
		if !strings.Contains(warnings, want) {
			t.Errorf("no warning names %s:\n%s", want, warnings)
		}
	}
	page := parse(t, tree, "dark_cal/note/index.html")
	main := one(t, page, "main")
	if n := len(all(main, "script")) + len(all(main, "b")) + len(all(main, "img")); n != 0 {
		t.Errorf("%d elements came from raw HTML or another host", n)
	}
	for _, a := range all(main, "a") {
		if href := attr(a, "href"); href != "#h" {
			t.Errorf("a link leads to %q", href)
		}
	}
	if h := one(t, main, "h2"); len(h.Attr) != 1 {
		t.Errorf("a heading has attributes %v", h.Attr)
	}
	for _, p := range tree.Paths() {
		if strings.Contains(p, "hidden") || strings.Contains(p, "elsewhere") || strings.HasSuffix(p, "drawing.svg") {
			t.Errorf("%s was published", p)
		}
	}
}

// poisonAll puts a string into every text of a calibration.
func poisonAll(c *Calibration, text string) {
	poison(reflect.ValueOf(c.Artifact), text)
	c.Note = text
	c.Artifact.Facts.CCDTempSource = text
}
