package site

import (
	"bytes"
	"encoding/xml"
	"io"
	"os/exec"
	"strings"
	"testing"
	"time"

	"darksite/processing/chandra"
	"darksite/processing/quality"

	"github.com/google/go-cmp/cmp"
)

// atom is a feed as a reader sees it.
type atom struct {
	XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
	Title   []string `xml:"title"`
	ID      []string `xml:"id"`
	Updated []string `xml:"updated"`
	Author  []string `xml:"author>name"`
	Links   []link   `xml:"link"`
	Entries []struct {
		Title   []string `xml:"title"`
		ID      []string `xml:"id"`
		Updated []string `xml:"updated"`
		Links   []link   `xml:"link"`
		Summary []string `xml:"summary"`
	} `xml:"entry"`
}

type link struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
}

// readFeed holds a feed to what RFC 4287 requires of it.
func readFeed(t *testing.T, tree *Tree) atom {
	t.Helper()
	data, err := tree.ReadFile(FeedFile)
	if err != nil {
		t.Fatal(err)
	}
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatalf("not well-formed: %v\n%.2000s", err, data)
		}
	}
	var f atom
	if err := xml.Unmarshal(data, &f); err != nil {
		t.Fatal(err)
	}
	once := func(what string, values []string, date bool) {
		t.Helper()
		if len(values) != 1 || strings.TrimSpace(values[0]) == "" {
			t.Errorf("%s: %q, want one", what, values)
		} else if _, err := time.Parse(time.RFC3339, values[0]); date && err != nil {
			t.Error(err)
		}
	}
	once("title", f.Title, false)
	once("id", f.ID, false)
	once("updated", f.Updated, true)
	once("author", f.Author, false)
	seen := map[string]bool{}
	for _, e := range f.Entries {
		once("entry title", e.Title, false)
		once("entry id", e.ID, false)
		once("entry updated", e.Updated, true)
		once("entry summary", e.Summary, false)
		if seen[e.ID[0]] || !strings.HasPrefix(e.ID[0], "tag:") || len(e.Links) != 1 || e.Links[0].Rel != "alternate" {
			t.Errorf("entry %+v", e)
		}
		seen[e.ID[0]] = true
	}
	return f
}

func TestFeed(t *testing.T) {
	tree, err := sampleSite()
	if err != nil {
		t.Fatal(err)
	}
	f := readFeed(t, tree)
	var got []string
	for _, e := range f.Entries {
		got = append(got, e.ID[0]+" "+e.Updated[0]+" "+e.Links[0].Href)
	}
	const base = "https://example.org/mta/ASPECT/dark_cal/"
	want := []string{
		"tag:example.org,1999:dark_cal/2016125 2016-05-04T00:00:00Z " + base + "2016_may/index.html",
		"tag:example.org,1999:dark_cal/2015355 2015-12-21T00:00:00Z " + base + "2015_dec/index.html",
		"tag:example.org,1999:dark_cal/2010301 2010-10-28T00:00:00Z " + base + "2010_oct_2/index.html",
		"tag:example.org,1999:dark_cal/2010288 2010-10-15T00:00:00Z " + base + "2010_oct/index.html",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if f.Updated[0] != "2016-05-04T00:00:00Z" || f.Links[0].Href != base+"feed.xml" || f.Links[0].Rel != "self" {
		t.Errorf("updated %s, links %v", f.Updated, f.Links)
	}
	if s := f.Entries[1].Summary[0]; !strings.HasPrefix(spaced(s), "Complete: 5 of 5 replicas, telemetry 100 %. CCD temperature −13.6 °C; ") {
		t.Errorf("summary %q", s)
	}
	// An independent reader agrees that it is well-formed.
	if python, err := exec.LookPath("python3"); err == nil {
		data, _ := tree.ReadFile(FeedFile)
		c := exec.Command(python, "-c", "import sys, xml.etree.ElementTree as e; print(len(e.fromstring(sys.stdin.buffer.read()).findall('{http://www.w3.org/2005/Atom}entry')))")
		c.Stdin = bytes.NewReader(data)
		if out, err := c.CombinedOutput(); err != nil || strings.TrimSpace(string(out)) != "4" {
			t.Errorf("%v: %s", err, out)
		}
	}
}

// Readers take an entry with a new id or date as news.
func TestFeedAnnouncesOnce(t *testing.T) {
	one, two := sample("2015355", 3, 1), sample("2016125", 4, 1)
	entries := func(in Inputs) map[string]string {
		m := map[string]string{}
		for _, e := range readFeed(t, build(t, in)).Entries {
			m[e.ID[0]] = e.Updated[0]
		}
		return m
	}
	before := entries(inputs(one))
	// A later calibration, other rules and another address change nothing of it.
	judged := one
	judged.Verdict = &quality.Verdict{ID: "2015355", State: quality.Good, Rules: quality.Source{Date: "2030-01-01"}}
	in := inputs(judged, two)
	in.Addresses = Addresses{byID: map[chandra.ID]string{"2015355": "2015_DEC_x", "2016125": "2016_may"}}
	after := entries(in)
	for id, updated := range before {
		if after[id] != updated {
			t.Errorf("%s: %s became %q", id, updated, after[id])
		}
	}
	// What a person says of it is news, of that day.
	judged.SignOff = &quality.SignOff{By: "N. N.", Date: "2016-01-04", Decision: quality.Accept, Verdict: quality.Good}
	if got := entries(inputs(judged)); got["tag:darksite.invalid,1999:dark_cal/2015355"] != "2016-01-04T00:00:00Z" {
		t.Errorf("%v", got)
	}
	if f := readFeed(t, build(t, inputs())); len(f.Entries) != 0 {
		t.Errorf("%+v", f)
	}
}

func TestSitemap(t *testing.T) {
	tree, err := sampleSite()
	if err != nil {
		t.Fatal(err)
	}
	data, err := tree.ReadFile(SitemapFile)
	if err != nil {
		t.Fatal(err)
	}
	var set struct {
		URLs []struct {
			Loc string `xml:"loc"`
		} `xml:"url"`
	}
	if err := xml.Unmarshal(data, &set); err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, u := range set.URLs {
		p, ok := strings.CutPrefix(u.Loc, "https://example.org/mta/ASPECT/")
		if strings.HasSuffix(p, "/") {
			p += "index.html"
		}
		if _, there := tree.Size(p); !ok || !there || listed[p] {
			t.Errorf("%s leads to no page, or is there twice", u.Loc)
		}
		listed[p] = true
	}
	for _, p := range tree.Paths() {
		if strings.HasSuffix(p, ".html") && !listed[p] != (p == "dark_cal/404.html") {
			t.Errorf("%s: listed %v", p, listed[p])
		}
	}
	if _, there := build(t, inputs()).Size(SitemapFile); there {
		t.Error("a sitemap without addresses")
	}
}

// What a person decided against the verdict, or in spite of it, is in every list
// that gives the verdict in a word.
func TestDecisionStandsWhereverTheVerdictIsAWord(t *testing.T) {
	for _, c := range []struct {
		decision quality.Decision
		state    quality.State
		at       quality.State // when it was signed
		word     string
	}{
		{quality.Reject, quality.Good, quality.Good, "Good, rejected"},
		{quality.Reject, quality.Bad, quality.Bad, "Bad, rejected"},
		{quality.Accept, quality.Bad, quality.Bad, "Bad, accepted"},
		{quality.Accept, quality.Bad, quality.Good, "Bad"}, // of what it then was
		{quality.Accept, quality.Good, quality.Good, "Good"},
		{quality.Note, quality.Degraded, quality.Degraded, "Degraded"},
	} {
		one := sample("2015355", 1, 1)
		one.Verdict = &quality.Verdict{State: c.state, Clauses: []quality.Clause{}}
		one.SignOff = &quality.SignOff{By: "N. N.", Date: "2026-11-22", Decision: c.decision, Reason: "So.", Verdict: c.at, Rules: "2026-11-22"}
		tree := build(t, inputs(one))
		feed, err := tree.ReadFile(FeedFile)
		if err != nil || !strings.Contains(string(feed), "(2015:355): "+c.word+"</title>") {
			t.Errorf("the feed lacks %q: %v", c.word, err)
		}
		index, err := tree.ReadFile(Section + "/index.html")
		if err != nil || !strings.Contains(string(index), "</span> "+c.word+"</td>") {
			t.Errorf("the table of the first page lacks %q: %v", c.word, err)
		}
		if table := string(fileOf(t, tree, "calibrations.csv")); !strings.Contains(table, ","+string(c.decision)+",") {
			t.Errorf("the table lacks %q", c.decision)
		}
	}
}
