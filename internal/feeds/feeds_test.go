package feeds

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"darksite/internal/view"
	"darksite/processing/artifact/artifacttest"
	"darksite/processing/ccd/ccdtest"
	"darksite/processing/chandra"
	"darksite/processing/published"
	"darksite/processing/quality"

	"github.com/google/go-cmp/cmp"
)

// siteOf has a calibration with a map and a sign-off, and numbers of another.
func siteOf(t *testing.T) *view.Site {
	t.Helper()
	c := view.Calibration{
		Artifact: artifacttest.New(ccdtest.Small, "2015355", slices.Repeat([]float32{5, 6, 7, 8, 9, 12, 150, 4000}, 256), 1), Address: "2015_dec",
		Verdict: &quality.Verdict{State: quality.Good}, SignOff: &quality.SignOff{By: "N. N.", Date: "2016-01-08", Decision: "accept", Verdict: quality.Good, Reason: "a\x00b"},
		Note: "It was *resent*.",
	}
	settings, err := view.Settings{Title: "Maps", BaseURL: "https://example.org/mta"}.Complete()
	if err != nil {
		t.Fatal(err)
	}
	s, err := view.New(settings, []view.Calibration{c}, []*published.Calibration{{ID: "2000326", Values: []published.Value{
		{Quantity: "mean_e_per_s", Shown: published.Report{Value: 22.2}},
	}}}, []view.OldReport{{Name: "2002_dec", Main: "2002_dec/a%20b.html", Title: "Old", Short: "2002 Dec"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAPI(t *testing.T) {
	beside := func(address string) []File { return []File{{address + ".fits", 4096}} }
	files, err := API(siteOf(t), beside, []string{"api-index-1.json"}, func(string) bool { return false })
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"2000326.json", "2015355.json", "calibrations.csv", "calibrations.json", "calibrations.tsv", "history.json", "index.json"}, slices.Sorted(maps.Keys(files))); d != "" {
		t.Error(d)
	}
	var index apiIndex
	if err := json.Unmarshal(files["index.json"], &index); err != nil {
		t.Fatal(err)
	}
	if *index.Base != "https://example.org/mta/dark_cal/" || len(index.Calibrations) != 2 || index.Calibrations[0].ID != "2015355" || *index.Calibrations[0].Page != "../../2015_dec/index.html" || index.Calibrations[1].Page != nil || index.Schemas[0] != "schema/api-index-1.json" {
		t.Errorf("%+v", index)
	}
	if len(index.OldReports) != 1 || index.OldReports[0].ID != nil || index.OldReports[0].Page != "../../2002_dec/a%20b.html" {
		t.Errorf("%+v", index.OldReports)
	}
	var one struct {
		Previous, Next *string
		Measured       struct {
			SignOff quality.SignOff `json:"sign_off"`
			Files   []apiDownload
		}
	}
	if err := json.Unmarshal(files["2015355.json"], &one); err != nil {
		t.Fatal(err)
	}
	if *one.Previous != "2000326.json" || one.Next != nil || one.Measured.SignOff.Reason != "a\ufffdb" {
		t.Errorf("%+v", one)
	}
	if d := cmp.Diff([]apiDownload{{"2015_dec.fits", "../../2015_dec/2015_dec.fits", 4096}}, one.Measured.Files); d != "" {
		t.Error(d)
	}
	// What is made already is not made again.
	fewer, err := API(siteOf(t), beside, nil, func(name string) bool { return name == "2015355.json" })
	if _, there := fewer["2015355.json"]; err != nil || there || len(fewer) != len(files)-1 {
		t.Errorf("%d files, %v", len(fewer), err)
	}
}

func TestAtom(t *testing.T) {
	data, err := Atom(siteOf(t))
	if err != nil {
		t.Fatal(err)
	}
	var f atomFeed
	if err := xml.Unmarshal(data, &f); err != nil {
		t.Fatal(err)
	}
	if len(f.Entries) != 1 || f.Updated != "2016-01-08T00:00:00Z" || f.ID != "tag:example.org,1999:dark_cal" {
		t.Fatalf("%+v", f)
	}
	e := f.Entries[0]
	if e.Title != "2015 Dec 21 (2015:355): Good" || e.Published != "2015-12-21T00:00:00Z" || e.Links[0].Href != "https://example.org/mta/dark_cal/2015_dec/index.html" || !strings.HasSuffix(e.Content, " Note: It was resent.") {
		t.Errorf("%+v", e)
	}
}

func TestSearch(t *testing.T) {
	data, err := Search(siteOf(t), []Page{{"method/index.html", []byte(`<nav>no</nav><main><h1>Method</h1><p>All of it.</p><h2 id="a b">How <a class="anchor">#</a></h2><p>Like <math display="block"><annotation>x^2</annotation></math> &lt;this&gt;.</p></main>`)}})
	if err != nil {
		t.Fatal(err)
	}
	text, ok := strings.CutPrefix(string(data), "window.darksiteSearch = ")
	var entries []searchEntry
	if err := json.Unmarshal([]byte(strings.TrimSuffix(text, ";\n")), &entries); err != nil || !ok {
		t.Fatalf("%v: %s", err, data)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Address+" | "+e.Title)
	}
	if d := cmp.Diff([]string{
		"2015_dec/index.html | 2015 December 21 (2015:355)", "index.html | 2000 November 21 (2000:326)", "2002_dec/a%20b.html | 2002 Dec, report of the time",
		"method/index.html | Method", "method/index.html#a%20b | Method: How",
	}, got); d != "" {
		t.Error(d)
	}
	if !strings.Contains(entries[0].Words, "It was resent.") || entries[4].Summary != "Like $$x^2$$ <this>." {
		t.Errorf("%+v", entries)
	}
}

func TestSitemap(t *testing.T) {
	data, err := Sitemap("https://example.org/", []string{"dark_cal/index.html", "dark_cal/a%20b/index.html", "dark_cal/old.html"})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<loc>https://example.org/dark_cal/</loc>", "<loc>https://example.org/dark_cal/a%20b/</loc>", "<loc>https://example.org/dark_cal/old.html</loc>"} {
		if !strings.Contains(string(data), want) {
			t.Errorf("no %s in %s", want, data)
		}
	}
}

// 150 calibrations with long notes stay within 60 KB.
func TestSearchIndexIsSmall(t *testing.T) {
	image := slices.Repeat([]float32{5, 6, 7, 8, 9, 12, 150, 4000}, 256)
	var calibrations []view.Calibration
	for n := range 150 {
		id := chandra.ID(fmt.Sprintf("%d%03d", 1999+n/6, 1+n%6*60))
		c := view.Calibration{Artifact: artifacttest.New(ccdtest.Small, id, image, 3), Address: id.Month()}
		for i := range 300 {
			c.Note += fmt.Sprintf("word%d ", (n*7919+i*104729)%99991)
		}
		calibrations = append(calibrations, c)
	}
	settings, err := view.Settings{}.Complete()
	if err != nil {
		t.Fatal(err)
	}
	site, err := view.New(settings, calibrations, nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	data, err := Search(site, nil)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(data)
	w.Close()
	t.Logf("%d bytes, %d gzipped", len(data), b.Len())
	if b.Len() > 60_000 {
		t.Errorf("%d bytes gzipped", b.Len())
	}
}
