//go:build browser

package sitetest

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// Places where a number stands: the page of a calibration, and its row in the
// list of all.
const (
	page = "page"
	row  = "row"
)

// numberPair is a number and where it stands.
type numberPair struct {
	place, selector string
	from            string
	as              func(v ...any) string
}

// numbers says which number of the artifacts stands where: one line for each
// kind. From names the numbers, as "c/" for calibration.json, "d/" for
// comparison.json or "h/" for the lines of histogram.csv and a path in it, where * is every element, n_gt_* every count and key=value the
// element with this member. Several paths, separated by spaces, make one text.
// There must be as many elements as numbers; a number that is null is
// "unknown", and where nothing was counted there may be no element.
var numbers = []numberPair{
	{page, `.readouts [data-quantity="n_gt_100"] dd`, "c/statistics/n_gt_100", whole},
	{page, `.readouts div:has(dt:contains("N > 3,000")) dd`, "c/statistics/n_gt_3000", whole},
	{page, `.readouts [data-quantity="n_gt_100"] dd > .note-of:nth-child(1)`, "c/statistics/n_gt_100 c/statistics/pixels", shareOfPixels},
	{page, `.readouts div:has(dt:contains("Mean")) dd`, "c/statistics/mean_e_per_s", tenths},
	{page, `#facts tr:has(th:contains("Median")) td`, "c/statistics/median_e_per_s", tenthsPerSecond},
	{page, `.readouts div:has(dt:contains("Peak")) dd`, "c/statistics/peak_e_per_s", tenths},

	{page, `#levels tbody td:nth-child(2)`, "c/statistics/n_gt_*", whole},
	{page, `#levels tbody td:nth-child(3)`, "c/statistics/n_gt_* c/statistics/pixels", share},
	{page, `#levels tbody td:nth-child(4)`, "c/quadrants/quadrant=A/statistics/n_gt_*", whole},
	{page, `#levels tbody td:nth-child(5)`, "c/quadrants/quadrant=B/statistics/n_gt_*", whole},
	{page, `#levels tbody td:nth-child(6)`, "c/quadrants/quadrant=C/statistics/n_gt_*", whole},
	{page, `#levels tbody td:nth-child(7)`, "c/quadrants/quadrant=D/statistics/n_gt_*", whole},

	{page, rows + `th`, "c/replicas/*/number", whole},
	{page, rows + `td:nth-child(2)`, "c/replicas/*/rows_received c/replicas/*/rows_expected", received},
	{page, rows + `td:nth-child(7)`, "c/replicas/*/rows_rejected", whole},
	{page, rows + `td:nth-child(8)`, "c/replicas/*/rows_repeated", whole},
	{page, frames + `td:nth-child(4)`, "c/replicas/*/sfdus", whole},
	{page, frames + `td:nth-child(5)`, "c/replicas/*/frames/data", whole},
	{page, frames + `td:nth-child(6)`, "c/replicas/*/frames/fill", whole},
	{page, frames + `td:nth-child(7)`, "c/replicas/*/frames/repeated", whole},
	{page, frames + `td:nth-child(8)`, "c/replicas/*/frames/damaged", whole},
	{page, frames + `td:nth-child(9)`, "c/replicas/*/frames/other", whole},
	{page, frames + `td:nth-child(10)`, "c/replicas/*/segments", whole},
	{page, `[aria-label="Input files"] tbody td:nth-child(3)`, "c/provenance/inputs/*/bytes", whole},

	{page, crossed + `tr:nth-child(1) td:nth-child(2)`, "d/pixels/since/warm/new/total", whole},
	{page, crossed + `tr:nth-child(1) td:nth-child(3)`, "d/pixels/since/warm/gone/total", whole},
	{page, crossed + `tr:nth-child(1) td:nth-child(4)`, "d/pixels/since/warm/stayed/total", whole},
	{page, crossed + `tr:nth-child(1) td:nth-child(5)`, "d/pixels/since/warm/created/total", whole},
	{page, crossed + `tr:nth-child(1) td:nth-child(6)`, "d/pixels/since/warm/recovered/total", whole},
	{page, crossed + `tr:nth-child(1) td:nth-child(7)`, "d/pixels/since/warm/created_per_day", tenths},
	{page, crossed + `tr:nth-child(1) td:nth-child(8)`, "d/pixels/since/warm/recovered_per_day", tenths},
	{page, crossed + `tr:nth-child(1) td:nth-child(9)`, "d/pixels/since/warm/net_per_day", tenths},
	{page, crossed + `tr:nth-child(2) td:nth-child(2)`, "d/pixels/since/hot/new/total", whole},
	{page, crossed + `tr:nth-child(2) td:nth-child(3)`, "d/pixels/since/hot/gone/total", whole},
	{page, crossed + `tr:nth-child(2) td:nth-child(4)`, "d/pixels/since/hot/stayed/total", whole},
	{page, crossed + `tr:nth-child(2) td:nth-child(5)`, "d/pixels/since/hot/created/total", whole},
	{page, crossed + `tr:nth-child(2) td:nth-child(6)`, "d/pixels/since/hot/recovered/total", whole},
	{page, crossed + `tr:nth-child(2) td:nth-child(7)`, "d/pixels/since/hot/created_per_day", tenths},
	{page, crossed + `tr:nth-child(2) td:nth-child(8)`, "d/pixels/since/hot/recovered_per_day", tenths},
	{page, crossed + `tr:nth-child(2) td:nth-child(9)`, "d/pixels/since/hot/net_per_day", tenths},
	{page, ledger + `tr:nth-child(1) td:nth-child(2)`, "c/ledger/rows", whole},
	{page, ledger + `tr:nth-child(2) td:nth-child(2)`, "c/ledger/framing", whole},
	{page, ledger + `tr:nth-child(3) td:nth-child(2)`, "c/ledger/fill", whole},
	{page, ledger + `tr:nth-child(4) td:nth-child(2)`, "c/ledger/empty", whole},
	{page, ledger + `tr:nth-child(5) td:nth-child(2)`, "c/ledger/cut", whole},
	{page, ledger + `tr:nth-child(6) td:nth-child(2)`, "c/ledger/rejected", whole},
	{page, ledger + `tr:nth-child(7) td:nth-child(2)`, "c/ledger/repeated", whole},
	{page, ledger + `tr:nth-child(8) td:nth-child(2)`, "c/ledger/other", whole},
	{page, ledger + `tr:nth-child(9) td:nth-child(2)`, "c/ledger/damaged", whole},
	{page, ledger + `tr:nth-child(10) td:nth-child(2)`, "c/ledger/surplus", whole},
	{page, ledger + `tr:nth-child(11) td:nth-child(2)`, "c/ledger/trailing", whole},
	{page, bins + `td:nth-child(1)`, "h/*/0", digits},
	{page, bins + `td:nth-child(2)`, "h/*/1", digits},
	{page, bins + `td:nth-child(3)`, "h/*/2", digits},
	{page, bins + `td:nth-child(4)`, "h/*/3", digits},
	{page, bins + `td:nth-child(5)`, "h/*/4", digits},

	{row, `td:nth-child(2)`, "c/id", text},
	{row, `td:nth-child(3)`, "c/facts/ccd_temp_c", tenths},
	{row, `td:nth-child(7)`, "c/statistics/mean_e_per_s", tenths},
	{row, `td:nth-child(8)`, "c/statistics/median_e_per_s", tenths},
	{row, `td:nth-child(9)`, "c/statistics/peak_e_per_s", tenths},
	{row, `td:nth-child(10)`, "c/statistics/peak_about_mode_e_per_s", tenths},
	{row, `td:nth-child(4)`, "c/statistics/n_gt_100", whole},
	{row, `td:nth-child(11)`, "c/statistics/n_gt_200", whole},
	{row, `td:nth-child(12)`, "c/statistics/n_gt_1000", whole},
	{row, `td:nth-child(13)`, "c/statistics/n_gt_2000", whole},
	{row, `td:nth-child(14)`, "c/statistics/n_gt_3000", whole},
}

const (
	rows    = `[aria-label="Rows received of each replica"] tbody `
	crossed = `[aria-label="Pixels that crossed a level"] tbody `
	ledger  = `[aria-label="Bytes of each class"] tbody `
	bins    = `[aria-label="Bins of the histogram"] tbody `
	frames  = `[aria-label="File and frames of each replica"] tbody `
)

// The numbers on the pages are those of the artifacts beside them.
func TestNumbers(t *testing.T) {
	s := site(t)
	list := parse(t, filepath.Join(s.Public, "dark_cal", "list", "index.html"))
	compared := map[int]int{}
	calibrations, covered, there := 0, map[*html.Node]bool{}, 0
	for _, p := range s.pages(t) {
		dir := filepath.Join(s.Public, filepath.FromSlash(path.Dir(p)))
		documents := map[string]any{
			"c": document(t, filepath.Join(dir, "calibration.json")), "d": document(t, filepath.Join(dir, "comparison.json")),
			"h": table(t, filepath.Join(dir, "histogram.csv")),
		}
		if documents["c"] == nil {
			continue
		}
		calibrations++
		doc := parse(t, filepath.Join(s.Public, filepath.FromSlash(p)))
		link := fmt.Sprintf(`table.index tbody tr:has(a[href=%q])`, strings.Replace(p, "dark_cal/", "../", 1))
		line := cascadia.Query(list, cascadia.MustCompile(link))
		if line == nil {
			t.Errorf("dark_cal/list/index.html: no row leads to %s", p)
			continue
		}
		for i, n := range numbers {
			root, where := doc, p
			if n.place == row {
				root, where = line, "dark_cal/list/index.html, row of "+p
			}
			want := n.want(documents)
			found := cascadia.QueryAll(root, cascadia.MustCompile(n.selector))
			if len(found) == 0 && !slices.ContainsFunc(want, func(s string) bool { return s != unknown && s != "0" }) {
				continue
			}
			if len(found) != len(want) {
				t.Errorf("%s: %d elements match %s, want %d as in %s", where, len(found), n.selector, len(want), n.from)
				continue
			}
			for j, e := range found {
				covered[e] = true
				compared[i]++
				if got := shownText(e); !slices.Contains(strings.Split(want[j], "|"), got) && (want[j] != unknown || strings.ContainsAny(got, "0123456789")) {
					t.Errorf("%s: %s, number %d, reads %q, want %q of %s", where, n.selector, j+1, got, want[j], n.from)
				}
			}
		}
		for _, e := range cascadia.QueryAll(doc, cascadia.MustCompile("main td, main dd")) {
			if strings.ContainsAny(shownText(e), "0123456789") {
				there++
			}
		}
	}
	if calibrations != Calibrations {
		t.Errorf("%d calibrations have an artifact beside their page, want %d", calibrations, Calibrations)
	}
	for i, n := range numbers {
		if compared[i] == 0 {
			t.Errorf("%s %s: no page has such a number", n.place, n.selector)
		}
	}
	t.Logf("%d numbers were compared; the pages of the calibrations have %d cells with digits", len(covered), there)
}

// want is what the elements should say.
func (n numberPair) want(documents map[string]any) (texts []string) {
	var columns [][]any
	most := 0
	for _, from := range strings.Fields(n.from) {
		name, path, _ := strings.Cut(from, "/")
		v := follow(documents[name], strings.Split(path, "/"))
		columns = append(columns, v)
		most = max(most, len(v))
	}
	for i := range most {
		var values []any
		for _, c := range columns {
			switch {
			case len(c) == 1: // the same for all
				values = append(values, c[0])
			case i < len(c):
				values = append(values, c[i])
			}
		}
		if slices.Contains(values, nil) || len(values) < len(columns) {
			texts = append(texts, unknown)
			continue
		}
		texts = append(texts, n.as(values...))
	}
	return texts
}

// follow gives the values at a path; one that leads nowhere gives a null.
func follow(v any, path []string) []any {
	if len(path) == 0 {
		return []any{v}
	}
	key, member, chosen := strings.Cut(path[0], "=")
	switch v := v.(type) {
	case map[string]any:
		if path[0] == "n_gt_*" {
			var out []any
			for _, level := range []int{50, 75, 100, 125, 150, 200, 500, 1000, 2000, 3000} {
				out = append(out, v[fmt.Sprintf("n_gt_%d", level)])
			}
			return out
		}
		return follow(v[path[0]], path[1:])
	case []any:
		var out []any
		for i, e := range v {
			m, _ := e.(map[string]any)
			if path[0] == "*" || strconv.Itoa(i) == path[0] || chosen && m != nil && fmt.Sprint(m[key]) == member {
				out = append(out, follow(e, path[1:])...)
			}
		}
		if path[0] == "*" || len(out) > 0 {
			return out
		}
	}
	if slices.Contains(path, "*") {
		return nil
	}
	return []any{nil}
}

const unknown = "unknown"

// Forms of numbers on pages, made here from the numbers and not by the code
// that makes the pages.

func whole(v ...any) string { return grouped(v[0].(float64), 0) }

func tenths(v ...any) string { return grouped(v[0].(float64), 1) }

// digits has three digits or more, of a number that was rounded before: where
// that matters, there are several forms, with | between them.
func digits(v ...any) string {
	var forms []string
	for _, factor := range []float64{1, 1 - 6e-6, 1 + 6e-6} {
		x := v[0].(float64) * factor
		form := ""
		switch a := math.Abs(x); {
		case a == 0 || a >= 99.95:
			form = grouped(x, 0)
		case a >= 9.995:
			form = grouped(x, 1)
		case a >= 0.9995:
			form = grouped(x, 2)
		default:
			form = strconv.FormatFloat(x, 'g', 3, 64)
		}
		if !slices.Contains(forms, form) {
			forms = append(forms, form)
		}
	}
	return strings.Join(forms, "|")
}

// tenthsPerSecond has its unit with it.
func tenthsPerSecond(v ...any) string { return tenths(v...) + " e⁻/s" }

// shareOfPixels says what it is a share of.
func shareOfPixels(v ...any) string { return share(v...) + " of the pixels" }

func text(v ...any) string { return fmt.Sprint(v[0]) }

func received(v ...any) string {
	s := whole(v[0]) + " of " + whole(v[1])
	if v[0] != v[1] {
		s = "▲ " + s
	}
	return s
}

// share is a part in percent; a small part is never none.
func share(v ...any) string {
	part, all := v[0].(float64), v[1].(float64)
	switch {
	case all == 0:
		return unknown
	case part == 0:
		return "0 %"
	case part/all < 0.001:
		return "< 0.1 %"
	}
	return strconv.FormatFloat(100*part/all, 'f', 1, 64) + " %"
}

func grouped(x float64, decimals int) string {
	s := strconv.FormatFloat(math.Abs(x), 'f', decimals, 64)
	whole, fraction, _ := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if x < 0 && strings.Trim(whole, "0.") != "" {
		whole = "−" + whole
	}
	return whole
}

// beside the number of an element stand its unit, a remark, a drawing.
var beside = cascadia.MustCompile(".unit, .note-of, .spark, svg")

// shownText is the text of an element without what is beside the number, with
// plain spaces.
func shownText(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		for c := range n.ChildNodes() {
			if !beside.Match(c) {
				walk(c)
			}
		}
	}
	walk(n)
	return strings.Join(strings.Fields(b.String()), " ")
}

func parse(t *testing.T, name string) *html.Node {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(bytes.NewReader(content))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return doc
}

// table reads a CSV file of numbers with a head.
func table(t *testing.T, name string) any {
	t.Helper()
	f, err := os.Open(name)
	if os.IsNotExist(err) {
		return nil
	} else if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	lines := []any{}
	for _, r := range records[1:] {
		line := []any{}
		for _, cell := range r {
			x, err := strconv.ParseFloat(cell, 64)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			line = append(line, x)
		}
		lines = append(lines, line)
	}
	return lines
}

// document reads a JSON file, or gives nil when it is not there.
func document(t *testing.T, name string) (v any) {
	t.Helper()
	content, err := os.ReadFile(name)
	if os.IsNotExist(err) {
		return nil
	}
	if err == nil {
		err = json.Unmarshal(content, &v)
	}
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return v
}
