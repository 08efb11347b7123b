//go:build browser

package main

import (
	"encoding/json"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"darksite/internal/browser"
	"darksite/internal/shared"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/comparison"
	"darksite/processing/quality"
	"darksite/processing/quantity"
	"darksite/processing/stats"
)

// truth is what somebody else worked out of the same telemetry: numbers by the
// names that a page gives them.
type truth map[string]float64

// TestTelemetryToBrowser goes the whole way with the user's commands, from
// telemetry to what a reader sees, and compares the pages with the artifact and
// with the truth.
func TestTelemetryToBrowser(t *testing.T) {
	for _, c := range []struct {
		name    string
		id      chandra.ID
		address string
		make    func(t *testing.T, dir string) truth
	}{
		{"few-rows", "2016125", "2016_may", fewRows},
		{"four-replicas", "2016125", "2016_may", fourReplicas},
		{"undamaged", "2015355", "2015_dec", undamaged},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "site")
			want := c.make(t, dir)
			cal, err := artifact.Load(filepath.Join(dir, "archive", "aca_dark"), c.id)
			if err != nil {
				t.Fatal(err)
			}
			public := filepath.Join(dir, "public")
			server := httptest.NewServer(http.StripPrefix("/mta/ASPECT/", http.FileServer(http.Dir(public))))
			defer server.Close()
			r := reader{t: t, Page: browser.Start(t), name: c.name, verdict: verdictOn(t, dir, cal)}
			for _, base := range []string{"file://" + filepath.ToSlash(public) + "/", server.URL + "/mta/ASPECT/"} {
				r.base = base
				r.readIndex(cal, c.address)
				r.readCalibration(cal, want)
			}
			r.look()
		})
	}
}

// do runs the program.
func do(t *testing.T, args ...string) {
	t.Helper()
	if code := run(args); code != 0 {
		t.Fatalf("darksite %s: exit code %d", strings.Join(args, " "), code)
	}
}

// deliver copies the telemetry of the reference material to the data directory
// and decodes what it should give.
func deliver(t *testing.T, dir string, id chandra.ID, expect any, elem ...string) {
	t.Helper()
	elem = append([]string{"golden"}, elem...)
	from, to := shared.Path(t, elem...), filepath.Join(dir, "data", string(id))
	if err := os.MkdirAll(to, 0o777); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(from, "*_VC2_*.gz"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %d telemetry files: %v", from, len(files), err)
	}
	for _, f := range files {
		content, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, filepath.Base(f)), content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := json.Unmarshal(shared.Read(t, append(elem, "expect.json")...), expect); err != nil {
		t.Fatal(err)
	}
}

// fewRows has 24 rows of each quadrant, two frames lost in each file.
func fewRows(t *testing.T, dir string) truth {
	var e struct {
		Pixels int     `json:"pixels"`
		Mean   float64 `json:"dark_mean"`
		Median float64 `json:"dark_median"`
		Warm   int     `json:"over_100"`
	}
	deliver(t, dir, "2016125", &e, "cal5")
	settings := []byte("[processing]\nmethod = \"measured\"\n")
	if err := os.WriteFile(filepath.Join(dir, "site.toml"), settings, 0o666); err != nil {
		t.Fatal(err)
	}
	do(t, "-C", dir, "-q", "process", "2016125")
	do(t, "-C", dir, "-q", "build")
	return truth{
		"Pixels with a value": float64(e.Pixels), "Pixels without a value": float64(1024*1024 - e.Pixels),
		"Mean": e.Mean, "Median": e.Median, "N > 100 e⁻/s": float64(e.Warm), "N > 100": float64(e.Warm),
		"Warm fraction": 100 * float64(e.Warm) / float64(e.Pixels),
	}
}

// fourReplicas is of full size, one replica not received, 62 half rows lost.
func fourReplicas(t *testing.T, dir string) truth {
	var e struct {
		Mean   float64        `json:"mean"`
		Median float64        `json:"median"`
		Above  map[string]int `json:"n_gt"`
		Lost   []any          `json:"lost_rows"`
	}
	deliver(t, dir, "2016125", &e, "full", "2016125")
	do(t, "-C", dir, "-q", "process", "2016125")
	do(t, "-C", dir, "-q", "build")
	want := truth{"Mean": e.Mean, "Median": e.Median, "Replicas used": 4, "missing rows": float64(len(e.Lost)), "Pixels without a value": 0}
	for level, n := range e.Above {
		x, err := strconv.ParseFloat(level, 64)
		if err != nil {
			t.Fatal(err)
		}
		name := "N > " + level
		if x >= 1000 {
			name = "N > " + level[:1] + "," + level[1:]
		}
		want[name] = float64(n)
	}
	return want
}

// undamaged is a simulated calibration without damage.
func undamaged(t *testing.T, dir string) truth {
	do(t, "-q", "simulate", "2015355", "--out", filepath.Join(dir, "data"))
	do(t, "-q", "-C", dir, "build")
	return truth{"Replicas used": 5, "Pixels without a value": 0, "missing rows": 0}
}

// reader looks at the pages of one site.
type reader struct {
	t *testing.T
	*browser.Page
	name, base  string
	verdict     string // as pages write it
	index, page string // addresses
}

// verdictOn judges a calibration by the built-in rules.
func verdictOn(t *testing.T, dir string, cal *artifact.Calibration) string {
	t.Helper()
	compared, err := comparison.Load(filepath.Join(dir, "comparison"), cal.ID)
	if err != nil {
		t.Fatal(err)
	}
	state := quality.Judge(quality.Subject{Calibration: cal, Comparison: compared}, quality.DefaultRules()).State.Word()
	return strings.ToUpper(state[:1]) + state[1:]
}

// open goes to a page and unfolds its record; it must draw its charts and stay quiet.
func (r *reader) open(address string) {
	r.t.Helper()
	r.Open(address)
	r.Wait(`(document.querySelectorAll("details.record").forEach(e => e.open = true), Array.from(document.querySelectorAll("[data-chart]")).every(e => e.dataset.chartState === "drawn"))`)
	r.Settle()
	for _, complaint := range r.Complaints() {
		r.t.Errorf("%s: %s", address, complaint)
	}
	for _, url := range r.Outside(r.base) {
		r.t.Errorf("%s: asks for %s", address, url)
	}
}

// readIndex reads the section's first page and follows its link to the latest
// calibration.
func (r *reader) readIndex(cal *artifact.Calibration, address string) {
	r.index = r.base + "dark_cal/index.html"
	r.open(r.index)
	var rows [][]string
	r.EvalInto(&rows, `Array.from(document.querySelectorAll("table.index tr"), r => Array.from(r.cells, c => c.textContent.trim()))`)
	if len(rows) != 2 {
		r.t.Fatalf("%s: %d rows in the table, want a head and one calibration", r.index, len(rows))
	}
	row := map[string]string{}
	for i, name := range rows[0] {
		row[name] = rows[1][i]
	}
	if row["Id"] != string(cal.ID) || !strings.Contains(row["Verdict"], r.verdict) {
		r.t.Errorf("%s: row %q, want %s, %s", r.index, rows[1], cal.ID, r.verdict)
	}
	r.near(row, "Mean", cal.Statistics.Numbers[quantity.Mean])
	for _, level := range []int{100, 3000} {
		n, _ := cal.Statistics.Over(level)
		r.near(row, map[int]string{100: "N>100", 3000: "N>3,000"}[level], float64(n))
	}
	r.page = r.base + "dark_cal/" + address + "/index.html"
	if href := r.Eval(`document.querySelector(".latest a").href`); href != r.page {
		r.t.Errorf("%s: the latest leads to %v, want %s", r.index, href, r.page)
	}
}

// readCalibration reads the page of the calibration.
func (r *reader) readCalibration(cal *artifact.Calibration, want truth) {
	r.open(r.page)
	// The histogram, and the history of the temperature where one is known.
	charts := 1.0
	if cal.Facts.CCDTemp != nil {
		charts++
	}
	if got := r.Eval(`document.querySelectorAll("[data-chart-state=drawn] canvas").length`); got != charts {
		r.t.Errorf("%s: %v charts, want %v", r.page, got, charts)
	}
	said := r.said()
	s := cal.Statistics
	for _, level := range stats.Thresholds {
		name := "N > " + strconv.Itoa(level)
		if level >= 1000 {
			name = "N > " + strconv.Itoa(level/1000) + ",000"
		}
		n, _ := s.Over(level)
		r.near(said, name, float64(n))
	}
	warm, _ := s.Over(100)
	hot, _ := s.Over(3000)
	lost := 0
	for _, replica := range cal.Replicas {
		lost += replica.RowsExpected - replica.RowsReceived
	}
	for name, x := range map[string]float64{
		"N > 100 e⁻/s": float64(warm), "N > 3,000 e⁻/s": float64(hot), "Mean": s.Numbers[quantity.Mean], "Median": s.Numbers[quantity.Median],
		"Warm fraction": 100 * float64(warm) / float64(s.Pixels()), "Mean near the peak": s.Numbers[quantity.MeanNearPeak],
		"Pixels with a value": float64(cal.Map.Pixels), "Pixels without a value": float64(cal.Map.Missing),
		"Replicas used": float64(cal.Map.Replicas), "missing rows": float64(lost),
	} {
		r.near(said, name, x)
	}
	for name, x := range want {
		r.near(said, name, x)
	}
	// Where anything is wrong, the verdict leads to the place that shows it, and a map
	// that is not whole is never good.
	if good := r.verdict == "Good"; !strings.Contains(said["state"], r.verdict) || good != (said["causes"] == "") || good && cal.Map.Degraded {
		r.t.Errorf("%s: state %q, causes %q; the verdict is %s, degraded %v", r.page, said["state"], said["causes"], r.verdict, cal.Map.Degraded)
	}
	if got := said["partial"] != ""; got != (cal.Map.Missing > 0) {
		r.t.Errorf("%s: %d pixels have no value, and the page says %q", r.page, cal.Map.Missing, said["partial"])
	}
}

// said are the texts of the page that is open, by their names.
func (r *reader) said() map[string]string {
	r.t.Helper()
	var said map[string]string
	r.EvalInto(&said, `(() => {
		const said = {};
		for (const e of document.querySelectorAll(".readouts div")) {
			said[e.querySelector("dt").innerText.trim()] = e.querySelector("dd").innerText;
		}
		for (const e of document.querySelectorAll(".readouts .note-of")) {
			const warm = e.innerText.match(/^\s*(.*) of the pixels/);
			if (warm) { said["Warm fraction"] = warm[1]; }
		}
		for (const row of document.querySelectorAll("#levels tbody tr, table.facts tbody tr")) {
			said[row.cells[0].textContent.trim()] = row.cells[1].textContent;
		}
		let missing = 0;
		for (const row of document.querySelectorAll("[aria-labelledby=missing-rows] tbody tr")) {
			missing += Number(row.cells[2].textContent.replace(/,/g, ""));
		}
		said["missing rows"] = String(missing);
		for (const [name, selector] of [["state", ".verdict"], ["causes", ".verdict a"], ["partial", ".partial"]]) {
			said[name] = document.querySelector(selector)?.innerText ?? "";
		}
		return said;
	})()`)
	for name, text := range said {
		delete(said, name)
		said[strings.ReplaceAll(name, "\u00a0", " ")] = text
	}
	return said
}

// near compares the number at the start of a text with what it was rounded
// from; a number without a fraction is exact.
func (r *reader) near(said map[string]string, name string, want float64) {
	r.t.Helper()
	text := strings.NewReplacer("−", "-", ",", "").Replace(said[name])
	digits := text[:len(text)-len(strings.TrimLeft(text, "-.0123456789"))]
	got, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		r.t.Errorf("%s: %s reads %q, want %g", r.page, name, said[name], want)
		return
	}
	_, fraction, _ := strings.Cut(digits, ".")
	half := 0.0
	if fraction != "" {
		half = 0.5*math.Pow10(-len(fraction)) + 1e-9
	}
	if math.Abs(got-want) > half {
		r.t.Errorf("%s: %s reads %q, want %g", r.page, name, said[name], want)
	}
}

// look goes through the windows in which people read: the pages must keep to
// their width, and without scripts show the same numbers and both figures.
func (r *reader) look() {
	want := map[string]map[string]string{}
	for _, w := range []struct {
		name, scheme string
		width        int
		scripts      bool
	}{
		{"1280-light", "light", 1280, true}, {"1280-dark", "dark", 1280, true}, {"390", "light", 390, true},
		{"1280-no-scripts", "light", 1280, false}, {"390-no-scripts", "light", 390, false},
	} {
		r.Scripts(w.scripts)
		r.Size(w.width, 900)
		r.Scheme(w.scheme)
		for name, address := range map[string]string{"index": r.index, "calibration": r.page} {
			if w.scripts {
				r.open(address)
			} else {
				r.Open(address)
				r.Settle()
			}
			browser.Keep(r.t, r.name+"-"+name+"-"+w.name+".png", r.WholeScreenshot())
			if r.Overflows() {
				r.t.Errorf("%s in %s: wider than the window", address, w.name)
			}
			said := r.said()
			if want[name] == nil {
				want[name] = said
			}
			for key, text := range said {
				if text != want[name][key] {
					r.t.Errorf("%s in %s: %s reads %q, elsewhere %q", address, w.name, key, text, want[name][key])
				}
			}
		}
		r.figures(w.name, w.scripts)
	}
}

// figures checks that the map and one of the two forms of the histogram show.
func (r *reader) figures(window string, scripts bool) {
	r.Open(r.page)
	if scripts {
		r.Wait(`document.querySelector("[data-chart]").dataset.chartState === "drawn"`)
	}
	r.Settle()
	for expression, want := range map[string]any{
		`document.querySelector(".map-image img").complete && document.querySelector(".map-image img").naturalWidth`: 1024.0,
		`document.querySelector(".chart-live").checkVisibility()`:                                                    scripts,
		`Array.from(document.querySelectorAll(".chart-static svg")).some(e => e.checkVisibility())`:                  !scripts,
	} {
		if got := r.Eval(expression); got != want {
			r.t.Errorf("%s in %s: %s is %v, want %v", r.page, window, expression, got, want)
		}
	}
}
