//go:build browser

package sitetest

import (
	"bytes"
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
// table of the index.
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
// kind. From names the numbers, as "c/" for calibration.json or "d/" for
// comparison.json and a path in it, where * is every element and key=value the
// element with this member. Several paths, separated by spaces, make one text.
// There must be as many elements as numbers; a number that is null is
// "unknown", or its element is not there.
var numbers = []numberPair{
	{page, `.readouts div:contains("N > 100") dd`, "c/statistics/above/threshold=100/count", whole},
	{page, `.readouts div:contains("N > 3,000") dd`, "c/statistics/above/threshold=3000/count", whole},
	{page, `.readouts div:contains("Warm fraction") dd`, "c/statistics/above/threshold=100/count c/statistics/pixels", share},
	{page, `.readouts div:contains("Mean") dd`, "c/statistics/mean", tenths},
	{page, `.readouts div:contains("Median") dd`, "c/statistics/median", tenths},
	{page, `.readouts div:contains("Peak") dd`, "c/statistics/peak", tenths},

	{page, `#levels tbody td:nth-child(2)`, "c/statistics/above/*/count", whole},
	{page, `#levels tbody td:nth-child(3)`, "c/statistics/above/*/count c/statistics/pixels", share},
	{page, `#levels tbody td:nth-child(4)`, "c/quadrants/quadrant=A/statistics/above/*/count", whole},
	{page, `#levels tbody td:nth-child(5)`, "c/quadrants/quadrant=B/statistics/above/*/count", whole},
	{page, `#levels tbody td:nth-child(6)`, "c/quadrants/quadrant=C/statistics/above/*/count", whole},
	{page, `#levels tbody td:nth-child(7)`, "c/quadrants/quadrant=D/statistics/above/*/count", whole},

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

	{row, `td:nth-child(2)`, "c/id", text},
	{row, `td:nth-child(4)`, "c/facts/ccd_temp_c", tenths},
	{row, `td:nth-child(5)`, "c/statistics/mean", tenths},
	{row, `td:nth-child(6)`, "c/statistics/median", tenths},
	{row, `td:nth-child(7)`, "c/statistics/peak", tenths},
	{row, `td:nth-child(8)`, "c/statistics/above/threshold=100/count", whole},
	{row, `td:nth-child(9)`, "c/statistics/above/threshold=200/count", whole},
	{row, `td:nth-child(10)`, "c/statistics/above/threshold=1000/count", whole},
	{row, `td:nth-child(11)`, "c/statistics/above/threshold=2000/count", whole},
	{row, `td:nth-child(12)`, "c/statistics/above/threshold=3000/count", whole},
}

const (
	rows   = `[aria-label="Rows received of each replica"] tbody `
	frames = `[aria-label="File and frames of each replica"] tbody `
)

// The numbers on the pages are those of the artifacts beside them.
func TestNumbers(t *testing.T) {
	s := site(t)
	index := parse(t, filepath.Join(s.Public, "dark_cal", "index.html"))
	compared := map[int]int{}
	calibrations, covered, there := 0, map[*html.Node]bool{}, 0
	for _, p := range s.pages(t) {
		dir := filepath.Join(s.Public, filepath.FromSlash(path.Dir(p)))
		documents := map[string]any{"c": document(t, filepath.Join(dir, "calibration.json")), "d": document(t, filepath.Join(dir, "comparison.json"))}
		if documents["c"] == nil {
			continue
		}
		calibrations++
		doc := parse(t, filepath.Join(s.Public, filepath.FromSlash(p)))
		link := fmt.Sprintf(`table.index tbody tr:has(a[href=%q])`, strings.TrimPrefix(p, "dark_cal/"))
		line := cascadia.Query(index, cascadia.MustCompile(link))
		if line == nil {
			t.Errorf("dark_cal/index.html: no row leads to %s", p)
			continue
		}
		for i, n := range numbers {
			root, where := doc, p
			if n.place == row {
				root, where = line, "dark_cal/index.html, row of "+p
			}
			want := n.want(documents)
			found := cascadia.QueryAll(root, cascadia.MustCompile(n.selector))
			if len(found) == 0 && !slices.ContainsFunc(want, func(s string) bool { return s != unknown }) {
				continue
			}
			if len(found) != len(want) {
				t.Errorf("%s: %d elements match %s, want %d as in %s", where, len(found), n.selector, len(want), n.from)
				continue
			}
			for j, e := range found {
				covered[e] = true
				compared[i]++
				if got := shownText(e); got != want[j] && (want[j] != unknown || strings.ContainsAny(got, "0123456789")) {
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

// shownText is the text of an element without its unit, with plain spaces.
func shownText(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		for _, a := range n.Attr {
			if a.Key == "class" && slices.Contains(strings.Fields(a.Val), "unit") {
				return
			}
		}
		for c := range n.ChildNodes() {
			walk(c)
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
