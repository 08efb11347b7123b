//go:build browser

package site

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"darksite/internal/browser"
	"darksite/processing/chandra"
	"darksite/processing/published"
	"darksite/processing/quality"
)

// indexSite has ten calibrations of which the latest is bad, for reasons as long as
// there are, and published ones, in all as many as the first page does not list.
func indexSite(t *testing.T) string {
	t.Helper()
	var list []Calibration
	for i, id := range []chandra.ID{"2013011", "2013096", "2013191", "2013281", "2014041", "2014104", "2014220", "2014289", "2015014", "2015090"} {
		c := sample(id, uint64(i+1), 1)
		temp := -19 + float64(i)
		c.Artifact.Facts.CCDTemp = &temp
		state := []quality.State{quality.Good, quality.Degraded, quality.Bad}[max(0, i-7)]
		c.Verdict = &quality.Verdict{ID: id, State: state, Clauses: []quality.Clause{}}
		if state != quality.Good {
			c.Verdict.Causes = []quality.Cause{{State: state, Text: "no measured temperature: -11 C was typed in info.csv, and neighbours of the season have -13.6 C and more"}}
		}
		list = append(list, c)
	}
	in := inputs(list...)
	for i := range 50 {
		in.Published = append(in.Published, record(chandra.IDOf(chandra.ID("2000100").Date().AddDate(0, 0, 60*i)), float64(1000*i)))
	}
	dir := t.TempDir()
	write(t, build(t, in), dir)
	return dir
}

func record(id chandra.ID, warm float64) *published.Calibration {
	return &published.Calibration{ID: id, Values: []published.Value{{Quantity: "n_gt_100", Shown: published.Report{Value: warm}}}}
}

const shownIDs = `Array.from(document.querySelectorAll(".index tbody tr")).filter(r => !r.hidden).map(r => r.cells[1].textContent)`

// The list begins in the first screen, whatever the board says, and no window is too
// narrow or too wide for the page.
func TestIndexFirstScreen(t *testing.T) {
	dir := indexSite(t)
	base := "file://" + filepath.ToSlash(dir) + "/dark_cal/"
	p := browser.Start(t)
	for _, page := range []string{"index.html", "list/index.html"} {
		for _, width := range []int{390, 1280, 1440, 2560} {
			for _, on := range []bool{true, false} {
				p.Scripts(on)
				p.Size(width, 800)
				p.Open(base + page)
				p.Settle()
				what := fmt.Sprintf("%s at %d px, scripts %v", page, width, on)
				if p.Overflows() {
					t.Errorf("%s: wider than the window", what)
				}
				if top := p.Eval(`document.querySelector(".index").getBoundingClientRect().top`).(float64); width >= 1280 && top > 600 {
					t.Errorf("%s: the list begins at %v px", what, top)
				}
				if wide := p.Eval(`document.querySelector(".index th.wide").checkVisibility()`); wide != (width >= 1800) {
					t.Errorf("%s: all columns %v", what, wide)
				}
				quiet(t, p, what, base)
			}
		}
	}
	p.Scripts(true)
	p.Size(1280, 800)
	p.Open(base + "index.html")
	var cards []string
	p.EvalInto(&cards, `Array.from(document.querySelectorAll(".recent-date"), e => e.textContent)`)
	if want := []string{"2015 Mar 31", "2015 Jan 14", "2014 Oct 16"}; len(cards) < 8 || !slices.Equal(cards[:3], want) {
		t.Errorf("cards %q, want %q first", cards, want)
	}
	var small []string
	if p.EvalInto(&small, `Array.from(document.querySelectorAll("main a, main button, main input, main select")).filter(e => e.checkVisibility() && !e.closest("svg, p:not(.actions)") && e.getBoundingClientRect().height < 24).map(e => e.outerHTML.slice(0, 80))`); len(small) > 0 {
		t.Errorf("small targets %q", small)
	}
}

// Sort, filter and range of days stand in the address: it shows the same again, and
// "back" what was before.
func TestListInTheAddress(t *testing.T) {
	dir := indexSite(t)
	p := browser.Start(t)
	p.Size(1280, 800)
	for _, base := range []string{"file://" + filepath.ToSlash(dir) + "/dark_cal/", under(t, dir) + "dark_cal/"} {
		p.Open(base + "list/index.html")
		set := func(name, value string) {
			p.Eval(fmt.Sprintf(`(() => { const f = document.querySelector(".filter").elements[%q]; f.value = %q; f.dispatchEvent(new Event("input", {bubbles: true})); f.dispatchEvent(new Event("change", {bubbles: true})); })()`, name, value))
		}
		ids := func() (shown []string) { p.EvalInto(&shown, shownIDs); return shown }
		all := ids()
		set("from", "2013-04")
		set("to", "2014")
		p.Eval(`document.querySelector('[data-quantity="ccd_temp_c"] button').click()`)
		p.Eval(`document.querySelector('[data-quantity="ccd_temp_c"] button').click()`)
		want := []string{"2013096", "2013191", "2013281", "2014041", "2014104", "2014220", "2014289"}
		if got := ids(); !slices.Equal(got, want) {
			t.Errorf("%s: the coldest of 2013 April to 2014 first: %q, want %q", base, got, want)
		}
		set("verdict", "degraded")
		set("find", "jan 14")
		if got := ids(); len(got) != 0 {
			t.Errorf("%s: %q is not in the range", base, got)
		}
		set("to", "")
		if got := ids(); !slices.Equal(got, []string{"2015014"}) {
			t.Errorf("%s: degraded, Jan 14: %q", base, got)
		}
		address := p.Eval(`location.href`).(string)
		for _, word := range []string{"sort:ccd_temp_c", "order:up", "from:2013-04", "verdict:degraded", "find:jan+14"} {
			if !strings.Contains(address, word) {
				t.Errorf("%s: the address %s lacks %s", base, address, word)
			}
		}
		p.Open(base + "index.html") // away, so that the address is loaded anew
		p.Open(address)
		if got := ids(); !slices.Equal(got, []string{"2015014"}) || p.Eval(`document.querySelector(".filter").elements.find.value`) != "jan 14" {
			t.Errorf("%s: %s shows %q", base, address, got)
		}
		if got := p.Eval(`document.querySelector('[aria-sort]').textContent + document.querySelector('[aria-sort]').getAttribute("aria-sort")`); !strings.HasPrefix(got.(string), "T, °C") || !strings.HasSuffix(got.(string), "ascending") {
			t.Errorf("%s: sorted by %v", base, got)
		}
		p.Eval(`document.querySelector("[type=reset]").click()`)
		p.Eval(`document.querySelector('[data-sort="date"] button').click()`)
		if got := ids(); !slices.Equal(got, all) {
			t.Errorf("%s: all again: %q, want %q", base, got, all)
		}
		p.Eval(`history.go(-2)`)
		p.Wait(shownIDs + `.length === 1`)
		// What says nothing is passed over; another fragment is a place.
		p.Open(base + "list/index.html#calibrations=sort:nothing,order:up,low:cold,find:%zz,verdict:none")
		if got := ids(); len(got) != len(all) {
			t.Errorf("%s: a fragment that says nothing hides %d", base, len(all)-len(got))
		}
		p.Open(base + "index.html#calibrations=find:2000")
		if got := p.Eval(`document.querySelector(".filter output").textContent + " " + document.querySelector(".list-all").hash`); got != "0 of 40 here #calibrations=find:2000" {
			t.Errorf("%s: the rest is behind %v", base, got)
		}
		quiet(t, p, base, base)
	}
}
