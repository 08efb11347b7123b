package site

import (
	"strings"
	"testing"
	"testing/fstest"
)

// A page with data is a model, a template and a file in content/, and nothing else
// knows of it: navigation, search and sitemap follow, and links are looked up.
func TestPageWithData(t *testing.T) {
	first, second := withChange(t)
	in := inputs(first, second)
	in.Settings.BaseURL = "https://example.org/"
	in.Overlay = fstest.MapFS{
		"content/dark_cal/archive.md": {Data: []byte("---\ntitle: The archive\nlinkTitle: Archive\nlayout: archive\n---\nAll calibrations, the *oldest* first.\n")},
		"layouts/archive.html": {Data: []byte(`{{ define "main" }}
<h1>{{ .Title }}</h1>
{{ .Content }}
<ul>
{{- range site.Params.view.Entries }}
<li>{{ with .Card }}<a href="{{ partial "link.html" (dict "page" page "to" (printf "%s/index.html" .Address)) }}">{{ .Day }}</a> {{ .Number "mean_e_per_s" }}{{ end }}</li>
{{- end }}
</ul>
{{ end }}`)},
	}
	tree := build(t, in)
	page := parse(t, tree, "dark_cal/archive/index.html")
	mean := func(c Calibration) string { return fixed(c.Artifact.Statistics.Value("mean_e_per_s"), 1) }
	want := []string{"2015 December 21 " + mean(first), "2016 May 4 " + mean(second)}
	if got := texts(all(page, "main li")); len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("got %q, want %q", got, want)
	}
	if a := all(page, "main li a"); attr(a[1], "href") != "../2016_may/index.html" {
		t.Errorf("it links to %q", attr(a[1], "href"))
	}
	if got := texts(all(parse(t, tree, "dark_cal/index.html"), "nav.pages li")); !strings.Contains(strings.Join(got, ","), "Archive") {
		t.Errorf("navigation %q", got)
	}
	for name, want := range map[string]string{SearchIndexFile: `"u":"archive/index.html"`, SitemapFile: "https://example.org/dark_cal/archive/"} {
		if data, err := tree.ReadFile(name); err != nil || !strings.Contains(string(data), want) {
			t.Errorf("%s lacks %s, %v", name, want, err)
		}
	}
	// What the model does not have is an error with its place.
	in.Overlay = fstest.MapFS{
		"content/dark_cal/archive.md": {Data: []byte("---\ntitle: The archive\nlayout: archive\n---\n")},
		"layouts/archive.html":        {Data: []byte("{{ define \"main\" }}\n{{ range site.Params.view.Entries }}{{ .Crad }}{{ end }}{{ end }}")},
	}
	if _, err := drawAndBuild(in); err == nil || !strings.Contains(err.Error(), "layouts/archive.html:2:") || !strings.Contains(err.Error(), "Crad") {
		t.Errorf("a mistyped name: %v", err)
	}
}
