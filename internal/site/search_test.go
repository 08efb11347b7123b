package site

import (
	"encoding/json"
	"strings"
	"testing"
)

// found is an entry of the index.
type found struct {
	Address string `json:"u"`
	Title   string `json:"t"`
	Summary string `json:"s"`
	Words   string `json:"w"`
	ID      string `json:"i"`
	Day     string `json:"d"`
}

func searchIndex(t testing.TB, tree *Tree) []found {
	t.Helper()
	data, err := tree.ReadFile(SearchIndexFile)
	if err != nil {
		t.Fatal(err)
	}
	text, ok := strings.CutPrefix(string(data), "window.darksiteSearch = ")
	text, end := strings.CutSuffix(text, ";\n")
	var entries []found
	if err := json.Unmarshal([]byte(text), &entries); err != nil || !ok || !end {
		t.Fatalf("%v: %.200s", err, data)
	}
	return entries
}

func TestSearchIndex(t *testing.T) {
	in, _ := apiSite(t)
	in.Calibrations[0].Note = "# A note\n\nThe *telemetry* was [resent](https://example.org) <b>twice</b>.\n" + strings.Repeat("word ", 10_000)
	tree, err := drawAndBuild(in)
	if err != nil || len(tree.Warnings) != 1 || !strings.HasPrefix(tree.Warnings[0], "content/notes/2015355.md: line 3: \"<b>\" is shown as it is written") {
		t.Fatalf("%v, warnings %q", err, tree.Warnings)
	}
	entries := searchIndex(t, tree)
	find := func(title string) found {
		t.Helper()
		for _, e := range entries {
			if strings.HasPrefix(e.Title, title) {
				return e
			}
		}
		t.Fatalf("no entry %q", title)
		return found{}
	}
	e := find("2015 December 21 (2015:355)")
	for _, want := range []string{"Dec", "2015_dec", " 355 ", "telemetry", "resent", "<b>twice</b>"} {
		if !strings.Contains(e.Words, want) {
			t.Errorf("%q is not in %.300q", want, e.Words)
		}
	}
	if e.ID != "2015355" || e.Day != "2015-12-21" || e.Address != "2015_dec/index.html" || len(e.Words) > 1000 || strings.ContainsAny(e.Words, "*#[") {
		t.Errorf("%+v", e)
	}
	if e := find("2000 November 21"); e.Address != "index.html" || !strings.Contains(e.Summary, "no map") {
		t.Errorf("%+v", e)
	}
	if e := find("2002 Dec, report of the time"); e.Address != "2002_dec/a%20b.html" {
		t.Errorf("%+v", e)
	}
	if e := find("How a dark map is made: Orientation"); e.Address != "method/index.html#orientation" || !strings.HasPrefix(e.Summary, "Rows and columns run") {
		t.Errorf("%+v", e)
	}
	for _, e := range entries {
		checkReference(t, tree, Section+"/x.html", e.Address, false)
	}
}
