package site

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"darksite/internal/shared"
	"darksite/processing/artifact"
	"darksite/processing/artifact/artifacttest"
	"darksite/processing/chandra"
	"darksite/processing/published"
	"darksite/processing/quality"
	"darksite/processing/quantity"

	"golang.org/x/net/html"
)

// manyHostile are 100 strings: those of hostile, and every way of leaving a text
// with every thing to do there.
func manyHostile() []string {
	many := slices.Clone(hostile)
	for _, leave := range []string{
		"", `">`, `'>`, `-->`, `]]>`, `</script>`, `</style>`, `</title>`, `</textarea>`, `</svg>`, `}}`, "\\\" ", `&quot;>`, "\u2028",
	} {
		for _, do := range []string{
			`<script src=//example.org/x.js></script>`, `<svg/onload=alert(1)>`, `<iframe srcdoc="<script>alert(1)</script>">`,
			`<a href="&#x6a;avascript:alert(1)">x</a>`, `<math><mtext><style><img src=x onerror=alert(1)>`, `<base href=//example.org/>`,
		} {
			many = append(many, leave+do)
		}
	}
	many = append(many,
		`{{"<b>"|safeHTML}}`, `{{ printf "%s" .Site.BaseURL }}`, `{%raw%}`, `<%= 7*7 %>`, `${alert(1)}`, "`${alert(1)}`", "\\u003cscript\\u003e", `\x3cb\x3e`,
		"=cmd|' /C calc'!A0", "\ufeff<b>", "<b\u0000>", strings.Repeat("\u0300", 5000), strings.Repeat("<", 100_000), strings.Repeat("&", 100_000))
	return many[:max(100, len(many))]
}

// samplePictures are those of the one calibration of these sites, drawn once.
var samplePictures = sync.OnceValues(func() (map[chandra.ID]Pictures, error) {
	drawn, _, err := NewDrawing("", []Calibration{sample("2015355", 3, 1)}).Draw(nil)
	return drawn, err
})

// drawnOnce builds a site of that calibration.
func drawnOnce(in Inputs) (tree *Tree, err error) {
	if in.Pictures, err = samplePictures(); err != nil {
		return nil, err
	}
	return Build(in)
}

// everywhere is a site with a text in all fields that people and programs fill.
func everywhere(t *testing.T, text string) *Tree {
	t.Helper()
	c := sample("2015355", 3, 1)
	artifacttest.Lose(c.Artifact, 1, 1, artifact.RowRange{-5, -3})
	c.Artifact.Replicas[0].Notes = []string{"note", "note"}
	c.Artifact.Contradictions = []string{"one", "two"}
	c.Verdict = new(quality.Judge(quality.Subject{Calibration: c.Artifact}, quality.DefaultRules()))
	if n := poison(reflect.ValueOf(c.Artifact), text); n < 100 {
		t.Fatalf("only %d texts were replaced", n)
	}
	for i := range c.Verdict.Causes {
		k := &c.Verdict.Causes[i]
		k.Text, k.Do = text, []string{text}
	}
	c.Verdict.Reason, c.Verdict.Rules.Name, c.Verdict.Rules.Date = text, text, text
	for i := range c.Verdict.Clauses {
		k := &c.Verdict.Clauses[i]
		k.Title, k.Sentence, k.Do, k.Source = text, text, text, text
		if k.Measured != nil {
			k.Measured.Unit = text
		}
	}
	c.SignOff = &quality.SignOff{By: text, Date: text, Decision: quality.Accept, Reason: text, Verdict: c.Verdict.State, Rules: text}
	in := inputs(c)
	in.Settings.Title, in.Settings.HomeTitle = text, text
	in.Published = []*published.Calibration{{
		ID: "2000326", Date: text, Rule: text, Labels: []published.Remark{{Text: text, Source: text}}, Notes: []published.Remark{{Text: text, Source: text}},
		Contradictions: []string{text, text}, Files: []published.File{{Name: text}},
		Values: []published.Value{
			{Quantity: "mean_e_per_s", Unit: quantity.Unit(text), Shown: published.Report{Value: 22.2, Source: text}, Reports: []published.Report{{Value: 22.2, Source: text}}},
			{Quantity: "ccd_temp_c", Unit: quantity.Unit(text), Shown: published.Report{Value: -10.4, Source: text}},
		},
	}}
	tree, err := drawnOnce(in)
	if err != nil {
		t.Fatalf("%.40q: %v", text, err)
	}
	for _, w := range tree.Warnings {
		t.Errorf("%.40q: warning: %s", text, w)
	}
	return tree
}

// Whatever the texts of all inputs are, the pages have the same elements and
// attributes, and the addresses in them are the same but for the texts.
func TestManyHostileTextsEverywhere(t *testing.T) {
	shared.Slow(t)
	harmless := everywhere(t, "harmless")
	want := map[string][]string{}
	for _, p := range harmless.Paths() {
		if strings.HasSuffix(p, ".html") {
			want[p] = append(shape(parse(t, harmless, p)), addresses(parse(t, harmless, p))...)
		}
	}
	many := manyHostile()
	if len(many) < 100 {
		t.Fatalf("only %d strings", len(many))
	}
	for _, text := range many {
		tree := everywhere(t, text)
		if got, want := fmt.Sprint(tree.Paths()), fmt.Sprint(harmless.Paths()); got != want {
			t.Errorf("%.40q: files %s, want %s", text, got, want)
		}
		for p, want := range want {
			page := parse(t, tree, p)
			got := append(shape(page), addresses(page)...)
			if i := differ(got, want); i >= 0 {
				t.Errorf("%.60q: %s has other elements or addresses from number %d on: %.200q, want %.200q", text, p, i, at(got, i), at(want, i))
			}
		}
	}
}

// addresses are what the elements of a page refer to.
func addresses(page *html.Node) (out []string) {
	for d := range page.Descendants() {
		for _, a := range d.Attr {
			switch a.Key {
			case "href", "src", "srcset", "action", "data", "poster", "xlink:href", "id", "class", "type", "rel", "http-equiv":
				out = append(out, a.Key+"="+a.Val)
			}
		}
	}
	return out
}

func differ(a, b []string) int {
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) || a[i] != b[i] {
			return i
		}
	}
	return -1
}

func at(s []string, i int) string {
	if i < len(s) {
		return s[i]
	}
	return "nothing"
}

// inNotes is what Markdown can make.
var inNotes = strings.Fields(`h1 h2 p em strong del a ul ol li table thead tbody tr th td h3 h4 h5 h6 code pre blockquote hr br sup sub section div span
	math semantics annotation mrow mi mn mo msup msub msubsup mfrac msqrt mtext mstyle mspace mover munder mtable mtr mtd mpadded menclose mphantom`)

// prose is a site with a text in a note and in a page.
func prose(text string) (*Tree, error) {
	line := strings.ReplaceAll(text, "\n", " ")
	c := sample("2015355", 3, 1)
	c.Note = "A note.\n\n" + text + "\n\n| a | b |\n|---|---|\n| " + line + " | x |\n"
	in := inputs(c)
	// Templates in a page are errors that name their line, see above.
	in.Overlay = fstest.MapFS{"content/dark_cal/prose.md": {Data: []byte("---\ntitle: Prose\n---\nSome prose.\n\n- " + strings.ReplaceAll(line, "{{", "{ {") + "\n")}}
	return drawnOnce(in)
}

// A note, and a page of prose, is Markdown that somebody wrote: whatever it says,
// it makes text, lists, tables, formulas and links, and nothing runs.
func TestManyHostileNotes(t *testing.T) {
	shared.Slow(t)
	pages := map[string]string{"dark_cal/2015_dec/index.html": ".note", "dark_cal/prose/index.html": "article"}
	harmless, err := prose("harmless")
	if err != nil {
		t.Fatal(err)
	}
	refused := []string{}
	for _, text := range manyHostile() {
		tree, err := prose(text)
		if err != nil {
			// A link that leads nowhere and what is no text are refused, with their place.
			reasons := []string{"dead or refused link", "control character", "byte order mark"}
			if !slices.ContainsFunc(reasons, func(s string) bool { return strings.Contains(err.Error(), s) }) {
				t.Errorf("%.60q: %v", text, err)
			}
			refused = append(refused, fmt.Sprintf("%.60q", text))
			continue
		}
		for p, within := range pages {
			page := parse(t, tree, p)
			if got, want := len(all(page, "script")), len(all(parse(t, harmless, p), "script")); got != want {
				t.Errorf("%.60q: %s has %d scripts, want %d", text, p, got, want)
			}
			found := all(page, within)
			if len(found) == 0 {
				// A note that is too long is left out, with a warning.
				if len(text) < 10_000 {
					t.Errorf("%.60q: %s has no prose", text, p)
				}
				continue
			}
			for d := range found[0].Descendants() {
				if d.Type != html.ElementNode {
					continue
				}
				if !slices.Contains(inNotes, d.Data) {
					t.Errorf("%.60q: %s has <%s> in its prose", text, p, d.Data)
				}
				for _, a := range d.Attr {
					address := strings.ToLower(strings.TrimSpace(a.Val))
					if strings.HasPrefix(a.Key, "on") || slices.Contains([]string{"style", "src", "srcdoc", "srcset", "action", "formaction"}, a.Key) ||
						a.Key == "href" && (strings.Contains(address, "script:") || strings.HasPrefix(address, "data:")) {
						t.Errorf("%.60q: %s: <%s> has %s=%q", text, p, d.Data, a.Key, a.Val)
					}
				}
			}
		}
	}
	if len(refused) > 10 {
		t.Errorf("%d notes of 100 were refused: %q", len(refused), refused)
	}
}
