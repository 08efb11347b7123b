//go:build browser

package site

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"darksite/internal/browser"
	"darksite/processing/artifact"
	"darksite/processing/artifact/artifacttest"
	"darksite/processing/chandra"
)

const (
	drawn     = `(document.querySelectorAll("details.record").forEach(e => e.open = true), Array.from(document.querySelectorAll("[data-chart]")).every(e => e.dataset.chartState === "drawn"))`
	liveShown = `document.querySelector(".chart-live").checkVisibility()`
	twinShown = `Array.from(document.querySelectorAll(".chart-static svg")).some(e => e.checkVisibility())`
	mapLoaded = `document.querySelector(".map-image img").complete && document.querySelector(".map-image img").naturalWidth === 1024`
)

// quiet fails when the page complained or asked for anything beyond base.
func quiet(t *testing.T, p *browser.Page, what, base string) {
	t.Helper()
	for _, complaint := range p.Complaints() {
		t.Errorf("%s: %s", what, complaint)
	}
	for _, url := range p.Outside(base) {
		t.Errorf("%s: asks for %s", what, url)
	}
}

// under serves a directory at some sub-path and gives its address.
func under(t *testing.T, dir string) string {
	t.Helper()
	server := httptest.NewServer(http.StripPrefix("/some/where/", http.FileServer(http.Dir(dir))))
	t.Cleanup(server.Close)
	return server.URL + "/some/where/"
}

// A server answers for index.html with a redirect to its directory; from disk
// pages need the name.
func TestPagesInABrowser(t *testing.T) {
	tree, err := sampleSite()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write(t, tree, dir)
	p := browser.Start(t)
	for base, index := range map[string]string{"file://" + filepath.ToSlash(dir) + "/": "index.html", under(t, dir): ""} {
		for _, page := range []string{"2016_may/", "2010_oct_2/", "", "method/"} {
			address := base + "dark_cal/" + page + index
			for _, width := range []int{1280, 1239, 1000, 999, 390, 320} {
				p.Size(width, 900)
				p.Open(address)
				p.Wait(drawn)
				p.Settle()
				if p.Overflows() {
					t.Errorf("%s: wider than %d px", address, width)
				}
				quiet(t, p, address, base)
				if strings.Contains(page, "20") && (p.Eval(liveShown) != true || p.Eval(twinShown) != false || p.Eval(mapLoaded) != true) {
					t.Errorf("%s at %d px: chart shown %v, twin shown %v, map loaded %v",
						address, width, p.Eval(liveShown), p.Eval(twinShown), p.Eval(mapLoaded))
				}
			}
		}
	}
}

// Without scripts every number and both figures are there: what the browser
// shows is what the page says.
func TestPagesWithoutScripts(t *testing.T) {
	tree, err := sampleSite()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write(t, tree, dir)
	base := "file://" + filepath.ToSlash(dir) + "/"
	p := browser.Start(t)
	p.Scripts(false)
	for _, page := range []string{"dark_cal/2016_may/index.html", "dark_cal/index.html"} {
		want := numbers(parse(t, tree, page))
		if len(want) < 30 {
			t.Errorf("%s: only %d numbers are looked for", page, len(want))
		}
		for _, width := range []int{1280, 390} {
			if page == "dark_cal/index.html" && width == 390 {
				// The index of a phone has no column of ids: the dates stand for them.
				want = slices.DeleteFunc(want, func(text string) bool { _, err := chandra.ParseID(text); return err == nil })
			}
			p.Size(width, 900)
			p.Open(base + page)
			p.Settle()
			var shown []string
			p.EvalInto(&shown, `Array.from(document.querySelectorAll("dd, td")).filter(e => e.checkVisibility()).map(e => e.textContent.replace(/\s/g, ""))`)
			if d := cmp.Diff(want, shown); d != "" {
				t.Errorf("%s at %d px (-page +shown):\n%s", page, width, d)
			}
			quiet(t, p, page, base)
			if page != "dark_cal/index.html" && (p.Eval(twinShown) != true || p.Eval(liveShown) != false || p.Eval(mapLoaded) != true) {
				t.Errorf("%s at %d px: twin shown %v, chart shown %v, map loaded %v",
					page, width, p.Eval(twinShown), p.Eval(liveShown), p.Eval(mapLoaded))
			}
		}
	}
}

// numbers are the texts, without spaces, of the cells of a page that need no
// click to be seen.
func numbers(doc *html.Node) (texts []string) {
	for n := range doc.Descendants() {
		if n.Data != "dd" && n.Data != "td" {
			continue
		}
		open := !strings.Contains(attr(n, "class"), "wide") // of 1800 px and more
		for a := range n.Ancestors() {
			open = open && a.Data != "details"
		}
		if open {
			texts = append(texts, strings.Join(strings.Fields(text(n)), ""))
		}
	}
	return texts
}

// Whatever the texts of an artifact are, nothing runs, nothing is fetched and
// the page keeps to the window.
func TestHostileTextsInABrowser(t *testing.T) {
	p := browser.Start(t)
	for _, text := range append(slices.Clone(hostile), strings.Repeat("W", 5000)) {
		c := sample("2015355", 3, 1)
		for replica := range 5 {
			artifacttest.Lose(c.Artifact, replica, 1, artifact.RowRange{-5, -3})
			artifacttest.Lose(c.Artifact, replica, 6, artifact.RowRange{-9, -7})
		}
		c.Artifact.Replicas[0].Notes = []string{"note", "note"}
		poison(reflect.ValueOf(c.Artifact), text)
		in := inputs(c)
		in.Settings.Title, in.Settings.HomeTitle = text, text
		dir := t.TempDir()
		write(t, build(t, in), dir)
		base := "file://" + filepath.ToSlash(dir) + "/"
		for _, page := range []string{"dark_cal/2015_dec/index.html", "dark_cal/index.html"} {
			what := fmt.Sprintf("%.30q: %s", text, page)
			for _, width := range []int{1280, 390} {
				p.Size(width, 900)
				p.Open(base + page)
				p.Wait(drawn)
				if p.Overflows() {
					t.Errorf("%s: wider than %d px", what, width)
				}
				quiet(t, p, what, base)
			}
		}
	}
}
