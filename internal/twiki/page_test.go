package twiki

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"darksite/internal/shared"
	"darksite/processing/chandra"
	"darksite/processing/quantity"

	"github.com/google/go-cmp/cmp"
)

// page has the published rows of the 2009 report, one of them with a link.
func page() Page {
	row := func(id chandra.ID, mean, peak, near float64, above ...int) Row {
		r := Row{ID: id, Measured: true, Numbers: quantity.Numbers{quantity.Mean: mean, quantity.Peak: peak, quantity.MeanNearPeak: near}}
		for i, level := range []int{100, 200, 2000, 3000} {
			r.Numbers[quantity.Over(level)] = float64(above[i])
		}
		return r
	}
	p := Page{
		ID: "2009279", Title: "ACA dark current calibration", Verdict: "Good", Reasons: []string{"5 of 5 replicas, telemetry 100 %.", "CCD at −19.1 °C, measured (HDR3)."},
		Rows: []Row{row("2009279", 27.7, 6.7, 7.1, 72454, 16316, 19, 6), row("2009190", 27.7, 7.5, 7.9, 70139, 15533, 20, 5),
			row("2009113", 25.7, 6.3, 6.8, 65623, 14335, 16, 4)},
		Changes: []string{"N>100 rose by 3.3 % since 2009:190."},
		Notes:   "# Quadrant B\n\nSee [the plot](histogram.svg), *flat* below 50 e⁻/s.\n\n- Set nothing\n",
		Links: []Link{{"Report", "https://cxc.cfa.harvard.edu/mta/ASPECT/dark_cal/2009_oct/"},
			{"Archive (MICA)", "https://cxc.cfa.harvard.edu/mta/ASPECT/dark_cal/2009_oct/archive/"}},
		Provenance: "darksite 1.0, 5 VC2 files, SHA-256 in calibration.json.",
	}
	p.Rows[1].Address = "https://cxc.cfa.harvard.edu/mta/ASPECT/dark_cal/2009_jul/"
	return p
}

func TestText(t *testing.T) {
	got := Text(page())
	name := filepath.Join("testdata", "2009279.twiki")
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
	if again := Text(page()); string(again) != string(got) {
		t.Error("not the same twice")
	}
	if _, alive := view(string(got)); len(alive) > 0 {
		t.Errorf("active: %q", alive)
	}
	if id, err := blockID(got); err != nil || id != "2009279" {
		t.Errorf("id %s, %v", id, err)
	}
}

// The table of the 2009 report comes out as it was published, digit by digit.
func TestPublishedTable(t *testing.T) {
	published := map[string]map[string]string{}
	for _, r := range shared.Table(t, "published_dark_stats.csv") {
		if r["mean_e_s"] != "" && r["n_gt_3000"] != "" {
			published[r["dark_id"]] = r
		}
	}
	shown, _ := view(string(Text(page())))
	n := 0
	for _, r := range page().Rows {
		p, ok := published[string(r.ID)]
		if !ok {
			continue
		}
		n++
		var cells []string
		for _, column := range []string{"mean_e_s", "peak_e_s", "mean_near_peak_e_s", "n_gt_100", "n_gt_200", "n_gt_2000", "n_gt_3000"} {
			cells = append(cells, p[column])
		}
		want := strings.Join(append([]string{r.ID.Colon()}, cells...), " ")
		if got := cellsOf(shown, r.ID.Colon()); got != want {
			t.Errorf("%s: the table has %q, the report %q", r.ID, got, want)
		}
	}
	if n != 3 {
		t.Errorf("%d rows held against the report, want 3", n)
	}
}

// cellsOf is the row of a table that begins with a date.
func cellsOf(page, date string) string {
	for _, row := range strings.Split(page, "<tr>") {
		var text strings.Builder
		tag := false
		row, _, _ = strings.Cut(row, "</tr>")
		for _, r := range row {
			switch {
			case r == '<':
				tag = true
			case r == '>':
				tag = false
				text.WriteByte(' ')
			case !tag:
				text.WriteRune(r)
			}
		}
		if fields := strings.Fields(text.String()); len(fields) > 0 && fields[0] == date {
			return strings.Join(fields, " ")
		}
	}
	return ""
}

func TestRowOf(t *testing.T) {
	r := RowOf("2009279", quantity.Statistics{Numbers: quantity.Numbers{quantity.WithValue: 1 << 20, quantity.Mean: 27.7, quantity.Peak: 6.7, quantity.Over(100): 72454, quantity.Over(3000): 6}})
	if got := summary([]Row{r}, resolver{}); !strings.HasSuffix(got, "| 2009:279 |  27.7 |  6.7 |  none |  72454 |  unknown |  unknown |  6 |") {
		t.Error(got)
	}
}

// Where a map has no peak about the median, the numbers about the mode stand beside
// it by their own names, and what was published has none of them.
func TestNoPeak(t *testing.T) {
	warm := RowOf("2015355", quantity.Statistics{Numbers: quantity.Numbers{quantity.WithValue: 1 << 20, quantity.Mean: 64.2, quantity.MeanNearPeak: 25.3, quantity.Mode: 10.0, quantity.PeakAboutMode: 10.4, quantity.MeanNearMode: 11.3}})
	old := Row{ID: "2009279", Numbers: quantity.Numbers{quantity.Mean: 27.7, quantity.Peak: 6.7}}
	got := summary([]Row{warm, old}, resolver{})
	for _, want := range []string{
		"*Peak (e-/s)* |  *Mean near peak (e-/s)* |", "|  *Peak about mode (e-/s)* |  *Mean near mode (e-/s)* |",
		"| 2015:355 |  64.2 |  none |  25.3 |", "|  10.4 |  11.3 |",
		"| 2009:279 |  27.7 |  6.7 |  unknown |  unknown |  unknown |",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

// Every text of a page may be hostile, and nothing comes alive; a page of
// nothing is a block too.
func TestHostilePage(t *testing.T) {
	for _, h := range hostile {
		p := page()
		n := poison(reflect.ValueOf(&p).Elem(), h)
		if n < 12 {
			t.Fatalf("%d texts", n)
		}
		got := Text(p)
		page, alive := view(string(got))
		if len(alive) > 0 {
			t.Errorf("%.60q: active: %q", h, alive)
		}
		if id, err := blockID(got); err != nil || id != p.ID {
			t.Errorf("%.60q: %s, %v", h, id, err)
		}
		if want := 4; strings.Count(page, "<tr>") < want {
			t.Errorf("%.60q: %d rows, want %d", h, strings.Count(page, "<tr>"), want)
		}
	}
	if got, want := string(Text(Page{ID: "2015355"})), "<!-- darksite:begin 2015355 -->\n---++ 2015-Dec-21 (2015:355)\n<!-- darksite:end 2015355 -->\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	long := Page{ID: "2015355", Verdict: strings.Repeat("x", 1<<20)}
	for i := range 1000 {
		long.Reasons = append(long.Reasons, fmt.Sprint(i))
	}
	if got := Text(long); len(got) > 4000 || !strings.Contains(string(got), "950 more on the page") || !strings.Contains(string(got), strconv.Itoa(1<<20-maxText)+" more characters") {
		t.Errorf("%d bytes", len(got))
	}
}

// poison puts a text into every text of a page but its id.
func poison(v reflect.Value, text string) (n int) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			n += poison(v.Field(i), text)
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes([]byte(text))
			return 1
		}
		for i := range v.Len() {
			n += poison(v.Index(i), text)
		}
	case reflect.String:
		if v.Type() != reflect.TypeFor[chandra.ID]() {
			v.SetString(text)
			n++
		}
	}
	return n
}

// A page of another year says numbers below zero with a real minus.
func TestNegative(t *testing.T) {
	if got := fixed(new(-0.26), 1); got != "&#8722;0.3" {
		t.Error(got)
	}
}
