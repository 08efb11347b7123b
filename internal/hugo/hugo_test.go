package hugo

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// model is what a template is given; it must arrive as it is.
type model struct {
	Title string
	rows  []row
}

type row struct{ Name, CCDTemp string }

func (m *model) Rows() []row { return m.rows }

func (m *model) Row(name string) (*row, error) {
	for i := range m.rows {
		if m.rows[i].Name == name {
			return &m.rows[i], nil
		}
	}
	return nil, fmt.Errorf("there is no row %q", name)
}

func (m *model) Panics() string { panic("oh") }

func (m *model) MarshalJSON() ([]byte, error) { return nil, fmt.Errorf("it is no text") }

func source(template string) Source {
	return Source{
		Title:  "Dark <maps>",
		Params: map[string]any{"view": &model{"Mixed Case", []row{{"a", "−13.6"}, {"b", "−14"}}}, "plain": "text"},
		Files: map[string][]byte{
			"content/dark_cal/_index.md": []byte("---\ntitle: Index\n---\n"),
			"content/dark_cal/memo.md":   []byte("---\ntitle: Memo\nrow: b\n---\nA *memo*.\n"),
			"layouts/section.html":       []byte("{{ site.Title }}"),
			"layouts/page.html":          []byte(template),
		},
	}
}

func TestRender(t *testing.T) {
	out, err := Render(source(`{{ .Title }}: {{ site.Params.plain }} {{ site.Params.view.Title }}{{ range site.Params.view.Rows }}; {{ .Name }} {{ .CCDTemp }}{{ end }}; {{ (site.Params.view.Row .Params.row).CCDTemp }} {{ .Content }}`))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for name, data := range out.Files {
		got[name] = strings.TrimSpace(string(data))
	}
	if d := cmp.Diff(map[string]string{
		"dark_cal/index.html":      "Dark &lt;maps&gt;",
		"dark_cal/memo/index.html": "Memo: text Mixed Case; a −13.6; b −14; −14 <p>A <em>memo</em>.</p>",
	}, got); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(map[string]string{"content/dark_cal/_index.md": "/dark_cal/", "content/dark_cal/memo.md": "/dark_cal/memo/"}, out.Addresses); d != "" {
		t.Error(d)
	}
	if len(out.Warnings) > 0 || out.Twice != "" {
		t.Errorf("warnings %q, twice %q", out.Warnings, out.Twice)
	}
}

// What a template asks for and does not get is an error with its file and line.
func TestErrorsNameTheirPlace(t *testing.T) {
	for template, want := range map[string]string{
		"\n{{ site.Params.view.Titel }}":                            "layouts/page.html:2:3",
		"{{ range site.Params.view.Rows }}\n{{ .CCDTmp }}{{ end }}": "layouts/page.html:2:3",
		"{{ (site.Params.view.Row \"c\").Name }}":                   `there is no row "c"`,
		"{{ (site.Params.view.Row .Params.r).Name }}":               "layouts/page.html:1:",
		"{{ site.Params.view.Panics }}":                             "oh",
		"{{ if }}":                                                  "layouts/page.html:1",
		"\n{{ errorf \"no %s\" \"map\" }}":                          "no map",
		`{{ os.Getenv "HOME" }}`:                                    "HOME",
	} {
		out, err := Render(source(template))
		if err == nil {
			t.Errorf("%s: no error, %q", template, out.Files["dark_cal/memo/index.html"])
		} else if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), workDir+"/") {
			t.Errorf("%s: want %q in %v", template, want, err)
		}
	}
}

func TestWarningsAreSortedAndSaidOnce(t *testing.T) {
	out, err := Render(source(`{{ warnf "z %s" .File.Path }}{{ warnf "a\nof two lines" }}{{ warnf "a\nof two lines" }}`))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"a\nof two lines", "z dark_cal/memo.md"}, out.Warnings); d != "" {
		t.Error(d)
	}
}

func TestTwoPagesOfOneAddressAreTold(t *testing.T) {
	s := source("x")
	s.Files["content/dark_cal/other.md"] = []byte("---\nurl: /dark_cal/memo/\n---\n")
	out, err := Render(s)
	if err != nil || !strings.Contains(out.Twice, "dark_cal/memo/index.html") {
		t.Errorf("%+v, %v", out, err)
	}
}

func TestNoPages(t *testing.T) {
	out, err := Render(Source{Title: "Empty"})
	if err != nil || len(out.Files) != 0 {
		t.Errorf("%v, %v", out, err)
	}
}

// One at a time renders, also when many ask and one panics.
func TestRenderAtOnce(t *testing.T) {
	var all sync.WaitGroup
	got := make([]string, 4)
	for i := range got {
		all.Go(func() {
			s := source(fmt.Sprintf("{{ .Title }} %d", i))
			if i == 2 {
				s = source("{{ site.Params.view.Panics }}")
			}
			if out, err := Render(s); err == nil {
				got[i] = fmt.Sprint(slices.Sorted(maps.Keys(out.Files)), string(out.Files["dark_cal/memo/index.html"]))
			}
		})
	}
	all.Wait()
	for i, text := range got {
		want := fmt.Sprintf("[dark_cal/index.html dark_cal/memo/index.html]Memo %d", i)
		if i == 2 {
			want = ""
		}
		if text != want {
			t.Errorf("%d: %q", i, text)
		}
	}
}
