package site

import (
	"math"
	"path"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"darksite/processing/scaling"
)

// Heads of tables lead to the meaning of their words, and the glossary has every word
// that only readers of the field know.
func TestGlossaryHasTheWordsOfPages(t *testing.T) {
	tree, page := samplePage(t, "dark_cal/glossary/index.html")
	ids := map[string]bool{}
	for _, row := range all(page, "main tr") {
		ids[attr(row, "id")] = true
	}
	links := 0
	for _, file := range tree.Paths() {
		if path.Ext(file) != ".html" {
			continue
		}
		for _, link := range all(parse(t, tree, file), "a.term") {
			links++
			if _, id, ok := strings.Cut(attr(link, "href"), "glossary/index.html#"); !ok || !ids[id] {
				t.Errorf("%s: %q leads to %s, which the glossary does not have", file, text(link), attr(link, "href"))
			}
		}
	}
	if links < 40 {
		t.Errorf("%d heads lead to the glossary, want 40 or more", links)
	}
	words := map[string]bool{}
	for _, row := range all(page, "main tr") {
		for cell := range children(row) {
			words[text(cell)] = true
			break
		}
	}
	for _, word := range []string{
		"ACA", "B", "bias", "clause", "DN", "Eb", "El", "historic law", "intrinsic", "L − L₀", "ledger", "degradation model", "observed / model",
		"per-pixel law", "readout", "sample", "set point", "SFDU", "sign-off", "Sun El", "T", "uniform law", "VC2", "VCDU", "ZodiB", "zodiacal background",
	} {
		if !words[word] {
			t.Errorf("the glossary lacks %q", word)
		}
	}
}

// The formula of the per-pixel law is the one that numbers are scaled by.
func TestGlossaryHasTheLaw(t *testing.T) {
	_, page := samplePage(t, "dark_cal/glossary/index.html")
	law := strings.NewReplacer("−", "-", ",", "").Replace(text(one(t, page, "#per-pixel-law")))
	m := regexp.MustCompile(`k = (-[\d.]+) - ([\d.]+) y - ([\d.]+) y² per °C and y = ln D - ([\d.]+)`).FindStringSubmatch(law)
	if m == nil {
		t.Fatalf("no formula in %q", law)
	}
	var n [4]float64
	for i := range n {
		n[i], _ = strconv.ParseFloat(m[i+1], 64)
	}
	s, err := scaling.PerPixel.Between(-13.5, -15)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []float64{25, 100, 3000} {
		y := math.Log(d) - n[3]
		want := d * math.Exp((n[0]-n[1]*y-n[2]*y*y)*-1.5)
		if got := s.Rate(d); math.Abs(got-want) > 1e-4*want {
			t.Errorf("%g e-/s: %g by the page, %g by the program", d, want, got)
		}
	}
}
