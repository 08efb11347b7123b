//go:build browser

package site

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"darksite/internal/browser"
	"darksite/processing/artifact"
	"darksite/processing/artifact/artifacttest"
)

const (
	searchStatus = `document.querySelector(".search-status").textContent`
	searchFirst  = `(document.querySelector(".search-results a") || {}).textContent || ""`
)

// The search works from disk and from a server, by what is typed and by the
// address; what it finds is there.
func TestSearchInABrowser(t *testing.T) {
	in, _ := apiSite(t)
	in.Calibrations[0].Note = "The telemetry was *resent* twice."
	tree := build(t, in)
	dir := t.TempDir()
	write(t, tree, dir)
	p := browser.Start(t)
	for _, base := range []string{"file://" + filepath.ToSlash(dir) + "/", under(t, dir)} {
		for query, want := range map[string]string{
			"2015:355": "2015 December 21 (2015:355)", "2015355": "2015 December 21 (2015:355)", "2015-12-21": "2015 December 21 (2015:355)",
			"dec 2015": "2015 December 21 (2015:355)", "December 21": "2015 December 21 (2015:355)", "355": "2015 December 21 (2015:355)",
			"RESENT": "2015 December 21 (2015:355)", "nov 2000": "2000 November 21 (2000:326)", "orientation": "How a dark map is made: Orientation",
			"2015-355": "2015 December 21 (2015:355)", "2015_355": "2015 December 21 (2015:355)", "2015 355": "2015 December 21 (2015:355)",
			"21 Dec 2015": "2015 December 21 (2015:355)", "Dec. 21, 2015": "2015 December 21 (2015:355)", "2015dec21": "2015 December 21 (2015:355)",
			"2015/12/21": "2015 December 21 (2015:355)", "2015-12": "2015 December 21 (2015:355)", "21st of December 2015": "2015 December 21 (2015:355)", "2015_dec": "2015 December 21 (2015:355)",
			"xyzzy": "", "<qz>": "", "%": "",
		} {
			for _, form := range []string{"#q=", "?q="} {
				p.Open(base + "dark_cal/search/index.html" + form + url.QueryEscape(query))
				p.Settle()
				if got := p.Eval(searchFirst); got != want {
					t.Errorf("%s%s%s: first is %q, want %q (%v)", base, form, query, got, want, p.Eval(searchStatus))
				}
				quiet(t, p, query, base)
			}
		}
		// What was found shows where, marked.
		p.Open(base + "dark_cal/search/index.html#q=resent")
		p.Settle()
		if got := p.Eval(`document.querySelector(".search-results p mark").textContent`); got != "resent" {
			t.Errorf("marked is %q", got)
		}
		// Typed: the address follows, the results are announced.
		p.Open(base + "dark_cal/search/index.html")
		p.Settle()
		p.Eval(`(() => { const i = document.querySelector("#query"); i.value = "2015:355"; i.dispatchEvent(new Event("input")); return true; })()`)
		p.Wait(`document.querySelector(".search-results a") !== null && location.hash === "#q=2015%3A355"`)
		if got := p.Eval(searchStatus); got != "1 result for “2015:355”." {
			t.Errorf("status %q", got)
		}
		if href := fmt.Sprint(p.Eval(`document.querySelector(".search-results a").href`)); !strings.HasPrefix(href, base+"dark_cal/2015_dec/") {
			t.Errorf("leads to %s", href)
		}
		for _, width := range []int{1280, 390, 320} {
			p.Size(width, 900)
			p.Settle()
			if p.Overflows() {
				t.Errorf("wider than %d px", width)
			}
		}
		quiet(t, p, "typed", base)
	}
	p.Scripts(false)
	base := "file://" + filepath.ToSlash(dir) + "/"
	p.Open(base + "dark_cal/search/index.html#q=2015")
	if p.Eval(`document.querySelector(".search-off").checkVisibility() && !document.querySelector("form").checkVisibility()`) != true {
		t.Error("without scripts the page does not say what to do")
	}
}

// Whatever is found, it is shown as text.
func TestHostileSearchInABrowser(t *testing.T) {
	p := browser.Start(t)
	for _, text := range hostile {
		c := sample("2015355", 3, 1)
		artifacttest.Lose(c.Artifact, 1, 1, artifact.RowRange{-5, -3})
		poisonAll(&c, text)
		in := inputs(c)
		in.Legacy = []OldReport{oldReportOf("2002_dec", "", "index.html")}
		in.Legacy[0].Title = text
		dir := t.TempDir()
		tree, err := drawAndBuild(in) // it may warn of what a note wants
		if err != nil {
			t.Fatal(err)
		}
		write(t, tree, dir)
		base := "file://" + filepath.ToSlash(dir) + "/"
		for _, query := range []string{"20", text[:min(len(text), 100)]} {
			p.Open(base + "dark_cal/search/index.html#q=" + url.QueryEscape(query))
			p.Settle()
			if n := p.Eval(`document.querySelectorAll(".search-results :is(script, img, svg, b)").length`); fmt.Sprint(n) != "0" {
				t.Errorf("%.40q: %v elements", text, n)
			}
			quiet(t, p, fmt.Sprintf("%.40q", text), base)
		}
	}
	// A redirect page leads on, without a script.
	in := inputs()
	in.Legacy = []OldReport{oldReportOf("2000_nov", "", "report '&#%.html")}
	dir := t.TempDir()
	write(t, build(t, in), dir)
	base := "file://" + filepath.ToSlash(dir) + "/"
	p.Scripts(false)
	p.Open(base + "dark_cal/2000_nov/index.html")
	p.Wait(`location.href.includes("report")`)
}
