//go:build browser

package chart

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"darksite/internal/browser"
	"darksite/internal/ground/phrase"
	"darksite/processing/chandra"
	"darksite/processing/scaling"
)

// explorerSite writes a page with an explorer, and the shards beside it.
func explorerSite(t *testing.T, all []Exact) string {
	t.Helper()
	dir := site(t, explorerOf(t, all))
	for _, name := range []string{"histograms.js", "explorer.js"} {
		write(t, dir, name, []byte(asset(t, name)))
	}
	page, err := os.ReadFile(filepath.Join(dir, "live.html"))
	if err != nil {
		t.Fatal(err)
	}
	const last = `<script defer src="charts.js"></script>`
	write(t, dir, "live.html", []byte(strings.Replace(string(page), last, last+
		`<script defer src="histograms.js"></script><script defer src="explorer.js"></script>`, 1)))
	for _, e := range all {
		script, err := Shard(e)
		if err != nil {
			t.Fatal(err)
		}
		at := filepath.Join("shards", string(e.ID))
		if err := os.MkdirAll(filepath.Join(dir, at), 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, dir, filepath.Join(at, "histogram.js"), script)
	}
	return dir
}

// explorerJS names the page's explorer; tests reach it through the charts.
const explorerJS = `window.theExplorer`

// openExplorer opens the page and waits until it shows the view of a fragment.
func openExplorer(p *browser.Page, dir, fragment string) {
	open(p, "file://"+dir+"/live.html"+fragment, "light", 1280, 1100)
	p.Wait(drawn)
	p.Eval(`darksiteCharts.each((chart) => { window.theExplorer = chart.explorer; })`)
	if fragment != "" {
		p.Wait(explorerJS + `.settled()`)
	}
	p.Settle()
}

// set changes a control as a reader does.
func set(p *browser.Page, label, value string) {
	p.Eval(fmt.Sprintf(`(() => {
		const label = [...document.querySelectorAll('.chart-controls label')].find((l) => l.firstChild.textContent.trim() === %q);
		const field = label.control || label.querySelector('select, input');
		field.value = %q;
		field.dispatchEvent(new Event("input", {bubbles: true}));
		field.dispatchEvent(new Event("change", {bubbles: true}));
	})()`, label, value))
	p.Wait(explorerJS + `.settled()`)
	p.Settle()
}

// viewIn is what explorer.js says it shows.
type viewIn struct {
	Edges []float64
	Over  []float64
	Left  []string
	Rows  []struct {
		Entry  struct{ ID chandra.ID }
		Values []float64
		Above  []int
	}
}

func shownView(p *browser.Page) (v viewIn) {
	p.EvalInto(&v, explorerJS+`.view()`)
	return v
}

// The browser must come to the numbers that Go comes to, whatever is chosen.
func TestExplorerNumbers(t *testing.T) {
	all := exacts()
	byID := map[chandra.ID]Exact{}
	for _, e := range all {
		byID[e.ID] = e
	}
	p := browser.Start(t)
	dir := explorerSite(t, all)
	openExplorer(p, dir, "")
	views := 0
	for _, v := range []View{{}, {Near: true}, {Cumulative: true}, {Near: true, Cumulative: true}} {
		for _, part := range []string{"ccd", "A", "D"} {
			for _, law := range []scaling.Law{{}, scaling.PerPixel, scaling.Uniform, scaling.Historic} {
				for _, at := range []chandra.Celsius{-19, -11, 2.5} {
					if law.Name() == "" && at != -19 {
						continue
					}
					words := []string{"part:" + part, "with:2016125+2015257+2014289", "over:37.5"}
					if v.Near {
						words = append(words, "axes:near")
					}
					if v.Cumulative {
						words = append(words, "show:above")
					}
					if law.Name() != "" {
						words = append(words, "law:"+law.Name(), "at:"+strconv.FormatFloat(float64(at), 'f', -1, 64))
					}
					fragment := strings.Join(words, ",")
					p.Eval(fmt.Sprintf(`location.hash = "histogram=%s"`, fragment))
					p.Wait(fmt.Sprintf(`location.hash.includes(%q) && %s.settled()`, fragment, explorerJS))
					got := shownView(p)
					checkView(t, fragment, got, v, part, law, at, byID)
					checkChart(t, p, fragment, got)
					views++
				}
			}
		}
	}
	t.Logf("%d views have Go's numbers", views)
	if got := p.Complaints(); len(got) != 0 {
		t.Errorf("the browser complains:\n%s", strings.Join(got, "\n"))
	}
}

func checkView(t *testing.T, name string, got viewIn, v View, part string, law scaling.Law, at chandra.Celsius, byID map[chandra.ID]Exact) {
	t.Helper()
	edges := v.Edges()
	if len(got.Edges) != len(edges) {
		t.Fatalf("%s: %d edges, want %d", name, len(got.Edges), len(edges))
	}
	for i, e := range edges {
		if rounded(got.Edges[i]) != rounded(e) {
			t.Fatalf("%s: edge %d is %v, want %v", name, i, got.Edges[i], e)
		}
	}
	shown := []chandra.ID{"2015355", "2016125", "2015257", "2014289"}
	if part != "ccd" || law.Name() != "" { // 2014289 has neither quadrants nor a temperature
		shown = shown[:3]
		if len(got.Left) != 1 {
			t.Errorf("%s: left out: %v", name, got.Left)
		}
	}
	if len(got.Rows) != len(shown) {
		t.Fatalf("%s: %d rows, want %v", name, len(got.Rows), shown)
	}
	for i, row := range got.Rows {
		e := byID[shown[i]]
		h := e.Histogram
		if part != "ccd" {
			h = e.Quadrants[part[0]-'A']
		}
		var s scaling.Scaling
		if law.Name() != "" {
			var err error
			if s, err = law.Between(chandra.Celsius(*e.CCDTemp), at); err != nil {
				t.Fatal(err)
			}
		}
		for k, want := range v.Values(h, s, edges) {
			if row.Entry.ID != shown[i] || math.Abs(row.Values[k]-want) > 1e-9*math.Abs(want)+1e-12 || v.Cumulative && row.Values[k] != want {
				t.Fatalf("%s: %s at %v e-/s is %v, want %v", name, row.Entry.ID, edges[k], row.Values[k], want)
			}
		}
		for k, x := range []float64{100, 3000, 37.5} {
			want := h.Above(x)
			if law.Name() != "" {
				want = s.Above(h, x)
			}
			if got.Over[k] != x || row.Above[k] != want {
				t.Errorf("%s: %s has %d above %v e-/s, want %d", name, row.Entry.ID, row.Above[k], x, want)
			}
		}
	}
}

// checkChart compares what is drawn and what is downloaded with the view.
func checkChart(t *testing.T, p *browser.Page, name string, v viewIn) {
	t.Helper()
	text := p.Eval(explorerJS + `.csv()`).(string)
	lines, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	cumulative := lines[0][0] == "above_e_per_s"
	from := 2
	if cumulative {
		from = 1
	}
	var drawn [][][]float64
	p.EvalInto(&drawn, `echarts.getInstanceByDom(document.querySelector('.chart-live')).getOption().series
		.filter((s) => s.id.startsWith("series-")).map((s) => s.data.filter(Boolean).map((item) => item.value || item))`)
	for i, row := range v.Rows {
		tops := map[float64]bool{}
		for _, corner := range drawn[i] {
			tops[corner[1]] = true
		}
		for b, want := range row.Values {
			cell := mustFloat(t, lines[1+b][from+i])
			if cell != rounded(want) || mustFloat(t, lines[1+b][0]) != rounded(v.Edges[b]) {
				t.Fatalf("%s: line %d of the CSV is %v, want %v", name, b, lines[1+b], want)
			}
			if want > 0 && !tops[rounded(want)] && rounded(want) > 1e-4 {
				t.Fatalf("%s: %v at %v is not drawn", name, want, v.Edges[b])
			}
		}
	}
}

// A reader chooses by the controls; the address follows, is gone back in, and
// brings the view back.
func TestExplorerControls(t *testing.T) {
	all := exacts()
	p := browser.Start(t)
	dir := explorerSite(t, all)
	openExplorer(p, dir, "")
	browser.Keep(t, "explorer-first.png", p.Screenshot())
	readout := func() string { return p.Eval(`document.querySelector('.chart-readout').innerText`).(string) }
	for _, e := range all[1:4] {
		if want := fmt.Sprintf("%s\t%s °C\t%s\t%s", e.Name, shown(e.CCDTemp, 1), phrase.Count(e.Histogram.Above(100)), phrase.Count(e.Histogram.Above(3000))); !strings.Contains(readout(), want) {
			t.Errorf("the readout says\n%s\nwithout %q", readout(), want)
		}
	}
	if got := p.Eval(`location.hash`); got != "" {
		t.Errorf("the address begins with %v", got)
	}
	if got := p.Eval(`document.querySelectorAll('script[src*=shards]').length`); got != 0.0 {
		t.Errorf("%v shards are loaded before they are asked for", got)
	}
	hash := func(want string) {
		t.Helper()
		if got := p.Eval(`location.hash`); got != want {
			t.Errorf("the address has %v, want %s", got, want)
		}
	}
	set(p, "Axes", "near")
	hash("#histogram=axes:near")
	browser.Keep(t, "explorer-near.png", p.Screenshot())
	f := explorerOf(t, all)
	sameCSV(t, p.Eval(explorerJS+`.csv()`).(string), f.Near)
	set(p, "Axes", "log")
	set(p, "Pixels", "above")
	sameCSV(t, p.Eval(explorerJS+`.csv()`).(string), f.Above)
	set(p, "Axes", "near")
	set(p, "Of", "B")
	set(p, "Temperature", "common")
	hash("#histogram=axes:near,show:above,part:B,at:-15")
	set(p, "°C", "-12.5")
	set(p, "Law", "uniform")
	set(p, "N above, e⁻/s", "120")
	hash("#histogram=axes:near,show:above,part:B,at:-12.5,law:uniform,over:120")
	set(p, "Axes", "log")
	browser.Keep(t, "explorer-above.png", p.Screenshot())
	s, _ := scaling.Uniform.Between(-13.6, -12.5)
	if want := phrase.Count(s.Above(all[3].Quadrants[1], 120)); !strings.Contains(readout(), "N > 120 e⁻/s") || !strings.Contains(readout(), want) {
		t.Errorf("the readout says\n%s\nwithout %s", readout(), want)
	}
	if got := p.Eval(`document.querySelector('.chart-status').innerText`); got != "Quadrant B, at −12.5 °C by the uniform law." {
		t.Errorf("the status says %v", got)
	}
	// Another calibration, from its own script.
	p.Eval(`document.querySelector('.chart-controls summary').click(); document.querySelector('.chart-controls input[value="2016125"]').click()`)
	p.Wait(explorerJS + `.settled() && ` + explorerJS + `.view().rows.length === 4`)
	p.Settle()
	browser.Keep(t, "explorer-list.png", p.Screenshot())
	hash("#histogram=show:above,part:B,with:2015257+2015157+2016125,at:-12.5,law:uniform,over:120")
	shared := p.Eval(`location.hash`).(string)
	before := shownView(p)
	// Back, and forth.
	p.Eval(`history.back()`)
	p.Wait(`!location.hash.includes("2016125") && ` + explorerJS + `.settled() && ` + explorerJS + `.view().rows.length === 3`)
	p.Eval(`history.forward()`)
	p.Wait(`location.hash.includes("2016125") && ` + explorerJS + `.settled() && ` + explorerJS + `.view().rows.length === 4`)
	// The shared address in a new window.
	p.Open("about:blank")
	openExplorer(p, dir, shared)
	after := shownView(p)
	a, _ := json.Marshal(before)
	b, _ := json.Marshal(after)
	if string(a) != string(b) {
		t.Error("the address brings back another view")
	}
	for label, want := range map[string]string{"Pixels": "above", "Of": "B", "Law": "uniform", "N above, e⁻/s": "120"} {
		if got := p.Eval(fmt.Sprintf(`[...document.querySelectorAll('.chart-controls label')].find((l) => l.firstChild.textContent.trim() === %q).control.value`, label)); got != want {
			t.Errorf("%s says %v, want %s", label, got, want)
		}
	}
	// Back to what it began with.
	p.Eval(`[...document.querySelectorAll('.chart-controls button')].find((b) => b.textContent === "Reset").click()`)
	p.Wait(explorerJS + `.settled() && ` + explorerJS + `.view().rows.length === 3`)
	hash("#histogram=")
	if got := p.Complaints(); len(got) != 0 {
		t.Errorf("the browser complains:\n%s", strings.Join(got, "\n"))
	}
}

// sameCSV compares what a reader gets of a view with the numbers of its static figure.
func sameCSV(t *testing.T, got string, p *Panel) {
	t.Helper()
	head, last, quantity := []string{"low_e_per_s", "high_e_per_s"}, len(p.Edges)-1, "pixels_per_e_per_s "
	if p.View.Cumulative {
		head, last, quantity = []string{"above_e_per_s"}, len(p.Edges), "pixels_above "
	}
	width := len(head)
	for _, name := range p.Names {
		head = append(head, quantity+name)
	}
	lines, err := csv.NewReader(strings.NewReader(got)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(lines) != 1+last || !slices.Equal(lines[0], head) {
		t.Fatalf("%d lines, %v; want %d, %v", len(lines), lines[0], 1+last, head)
	}
	for i, line := range lines[1:] {
		var want []float64
		for _, e := range p.Edges[i : i+width] {
			want = append(want, rounded(e))
		}
		for _, values := range p.Values {
			v := rounded(values[i])
			if p.View.Cumulative {
				v = values[i]
			}
			want = append(want, v)
		}
		for k, cell := range line {
			if mustFloat(t, cell) != want[k] {
				t.Errorf("line %d: %v, want %v", 1+i, line, want)
			}
		}
	}
}

// Addresses that ask for what there is not give what there is.
func TestExplorerHostileAddress(t *testing.T) {
	p := browser.Start(t)
	dir := explorerSite(t, exacts())
	for _, fragment := range []string{
		"#histogram=axes:__proto__,show:constructor,part:toString,law:valueOf,at:NaN,over:x",
		"#histogram=with:1999001+<b>+2015157,at:1e9",
		"#histogram=with:none,<script>alert(1)</script>",
		"#histogram=,,,:::", "#histogram=axes:near%zz", "#%", "#other=axes:near",
	} {
		p.Open("about:blank")
		open(p, "file://"+dir+"/live.html"+fragment, "light", 1280, 1100)
		p.Wait(drawn)
		p.Settle()
		if got := p.Eval(`document.querySelectorAll('.chart b, .chart script:not([type])').length`); got != 0.0 {
			t.Errorf("%s adds %v elements", fragment, got)
		}
		if got := p.Complaints(); len(got) != 0 {
			t.Errorf("%s: the browser complains:\n%s", fragment, strings.Join(got, "\n"))
		}
	}
}

// A shard that is gone is told of, and the rest is shown.
func TestExplorerWithoutAShard(t *testing.T) {
	p := browser.Start(t)
	dir := explorerSite(t, exacts())
	if err := os.Remove(filepath.Join(dir, "shards/2015257/histogram.js")); err != nil {
		t.Fatal(err)
	}
	openExplorer(p, dir, "")
	p.Eval(`location.hash = "histogram=axes:near"`)
	p.Wait(explorerJS + `.settled() && ` + explorerJS + `.view().rows.length === 2`)
	if got := p.Eval(`document.querySelector('.chart-status').innerText`).(string); !strings.Contains(got, "The histogram of 2015 Sep 14 could not be loaded.") {
		t.Errorf("the status says %q", got)
	}
}

// Images and data are downloaded, from file and under the policy.
func TestExplorerDownloads(t *testing.T) {
	dir := explorerSite(t, exacts())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		http.FileServer(http.Dir(dir)).ServeHTTP(w, r)
	}))
	defer server.Close()
	for _, base := range []string{"file://" + dir, server.URL} {
		p := browser.Start(t)
		open(p, base+"/live.html", "dark", 1280, 1100)
		p.Wait(drawn)
		p.Settle()
		p.Eval(`window.got = []; HTMLAnchorElement.prototype.click = function () { window.got.push([this.download, this.href.slice(0, 22)]); }`)
		for _, name := range []string{"Image", "CSV"} {
			p.Eval(fmt.Sprintf(`[...document.querySelectorAll('.chart-controls button')].find((b) => b.textContent === %q).click()`, name))
		}
		p.Wait(`window.got.length === 2`)
		var got [][2]string
		p.EvalInto(&got, `window.got`)
		if got[0] != [2]string{"histogram-2015355-default.png", "data:image/png;base64,"} || got[1][0] != "histogram-2015355-default.csv" || !strings.HasPrefix(got[1][1], "blob:") {
			t.Errorf("%s: downloads %v", base, got)
		}
		if got := p.Complaints(); len(got) != 0 {
			t.Errorf("%s: the browser complains:\n%s", base, strings.Join(got, "\n"))
		}
		for _, url := range p.Outside(base) {
			t.Errorf("%s: asks for %s", base, url)
		}
	}
}

// Every control has a name and is reached by the keyboard; without scripts there
// is none, and the panels show.
func TestExplorerIsAccessible(t *testing.T) {
	p := browser.Start(t)
	dir := explorerSite(t, exacts())
	openExplorer(p, dir, "")
	if got := p.Eval(`[...document.querySelectorAll('.chart-controls :is(select, input, button)')]
		.filter((c) => c.tabIndex < 0 || !(c.getAttribute("aria-label") || c.textContent.trim() && c.tagName === "BUTTON" || c.labels && c.labels[0].textContent.trim())).length`); got != 0.0 {
		t.Errorf("%v controls have no name or cannot be reached", got)
	}
	for _, width := range []int{1280, 390} {
		for _, scheme := range []string{"light", "dark"} {
			open(p, "file://"+dir+"/live.html", scheme, width, 1000)
			p.Wait(drawn)
			p.Eval(`document.querySelector('.chart-controls details').open = true`)
			p.Settle()
			browser.Keep(t, fmt.Sprintf("explorer-%s-%d.png", scheme, width), p.Screenshot())
			if p.Overflows() {
				t.Errorf("%d px: the page is wider than the window", width)
			}
		}
	}
	p.Print(true)
	p.Settle()
	for selector, want := range map[string]bool{".chart-controls": false, ".chart-readout": false, ".chart-live": false, ".chart-wide": true, ".chart-panel svg": true} {
		if got := p.Eval(fmt.Sprintf(`document.querySelector(%q).checkVisibility()`, selector)); got != want {
			t.Errorf("%s shows in print: %v, want %v", selector, got, want)
		}
	}
	p.Print(false)
	p.Scripts(false)
	open(p, "file://"+dir+"/live.html", "light", 1280, 1000)
	p.Settle()
	browser.Keep(t, "explorer-static.png", p.WholeScreenshot())
	if got := p.Eval(`document.querySelectorAll('.chart-controls').length + document.querySelectorAll('.chart-panel svg').length`); got != 2.0 {
		t.Errorf("without scripts there are %v controls and panels, want two panels", got)
	}
}

// How long after its opening from disk a page has drawn its charts is logged
// here for docs/benchmarks.md; no test depends on it.
func TestDrawingTakes(t *testing.T) {
	p := browser.Start(t)
	rows := sampleRows(150)
	history := mustHistory(t, rows, sampleOptions(rows))
	for _, c := range []struct{ name, dir string }{
		{"calibration page, 150 in the list", explorerSite(t, many(t))},
		{"three figures of the history, 150 calibrations", historySite(t, history...)},
	} {
		for range 5 {
			p.Open("about:blank")
			open(p, "file://"+c.dir+"/live.html", "light", 1280, 1100)
			p.Wait(`document.querySelectorAll('.chart-live').length === document.querySelectorAll('[data-chart-state="drawn"]').length`)
			t.Logf("%s: charts drawn after %v ms", c.name,
				p.Eval(`performance.getEntriesByType("mark").map((m) => Math.round(m.startTime)).join(", ")`))
		}
	}
}

// many are 150 calibrations of the size of a CCD, all but four of them the same.
func many(t *testing.T) []Exact {
	t.Helper()
	some := exacts()
	for i := range some[1:4] {
		some[i+1].Histogram = sample(uint64(i), 6.5, 0.7)
		some[i+1].Quadrants = nil
	}
	for i := range 145 {
		id := chandra.IDOf(some[4].ID.Date().AddDate(0, 0, 30*(i+1)))
		some = append(some, Exact{ID: id, Name: id.Date().Format("2006 Jan 2"), CCDTemp: some[4].CCDTemp, Histogram: few()})
	}
	return some
}
