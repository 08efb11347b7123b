package site

import (
	"encoding/csv"
	"encoding/json"
	"iter"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"darksite/internal/twiki"
	"darksite/processing/quantity"
	"darksite/processing/stats"
)

// never is a quantity that never was, shown wherever one can be.
var never = quantity.Quantity{
	Key: "ninth_decile_e_per_s", Unit: quantity.EPerS, Decimals: 3, Name: "ninth decile", Head: "Ninth decile",
	Means: "the value below which nine tenths of the pixels lie",
	Shown: quantity.Shown{Tile: 99, Index: 99, Report: 99, TWiki: 99, Fact: 99, Less: 99},
	Measure: func(h stats.Histogram) (float64, bool) {
		return h.Quantile(0.9) + 0.0625, true // a number that nothing else has
	},
}

// A quantity is one entry in the table: all outputs have it then, with its number.
func TestNewQuantityIsEverywhere(t *testing.T) {
	defer quantity.Add(never)()
	c := sample("2015355", 3, 1)
	n := c.Artifact.Statistics.Numbers[never.Key]
	if n == 0 {
		t.Fatal("it was not measured")
	}
	exact, shown := string(must(json.Marshal(n))), fixed(&n, 3)
	tree := build(t, inputs(c))
	page, index := parse(t, tree, "dark_cal/2015_dec/index.html"), parse(t, tree, "dark_cal/index.html")
	file := func(name string) string { return string(must(tree.ReadFile(APIDir + "/" + name))) }
	key := string(never.Key)
	inTable := func(root *html.Node, table string) string {
		heads, cells := all(root, table+" thead th"), slices.Collect(children(all(root, table+" tbody tr")[0]))
		i := slices.IndexFunc(heads, func(h *html.Node) bool { return attr(h, "data-quantity") == key })
		if i < 0 || !strings.HasPrefix(text(heads[i]), never.Head) {
			return "no column"
		}
		return text(cells[i])
	}
	column := func(name string, comma rune) string {
		r := csv.NewReader(strings.NewReader(file(name)))
		r.Comma = comma
		lines := must(r.ReadAll())
		if i := slices.Index(lines[0], key); i >= 0 {
			return lines[1][i]
		}
		return "no column"
	}
	wiki := string(twiki.Text(twiki.Page{ID: "2015355", Rows: []twiki.Row{twiki.RowOf("2015355", c.Artifact.Statistics)}}))
	for where, got := range map[string][2]string{
		"calibration.json":  {string(must(json.Marshal(c.Artifact))), `"` + key + `":` + exact},
		"JSON Schema":       {string(must(quantity.Schema())), key},
		"calibrations.csv":  {column("calibrations.csv", ','), exact},
		"calibrations.tsv":  {column("calibrations.tsv", '\t'), exact},
		"calibrations.json": {file("calibrations.json"), `"` + key + `": ` + exact},
		"history.json":      {file("history.json"), `"` + key + `": ` + exact},
		"2015355.json":      {file("2015355.json"), `"` + key + `": ` + exact},
		"index":             {inTable(index, "table.index"), shown},
		"table of three":    {inTable(page, "#summary"), shown},
		"tile":              {strings.Join(texts(all(page, ".readouts div")), "; "), never.Head + " " + shown + " e⁻/s"},
		"facts":             {text(one(t, page, "main")), "Ninth decile " + shown + " e⁻/s"},
		"glossary":          {text(one(t, parse(t, tree, "dark_cal/glossary/index.html"), "main")), "ninth decile " + key + " e⁻/s " + never.Means},
		"TWiki head":        {wiki, "*Ninth decile (e-/s)*"},
		"TWiki":             {wiki, "|  " + shown + " |"},
	} {
		if !strings.Contains(got[0], got[1]) {
			t.Errorf("%s lacks %q: %.300s", where, got[1], got[0])
		}
	}
}

// facts are columns with digits that are no quantities.
var factColumns = []string{"id", "date", "year", "page", "common_temp_c"}

// No number is shown that the table does not know.
func TestOnlyKnownQuantitiesAreShown(t *testing.T) {
	first, second := withChange(t)
	tree := build(t, inputs(first, second))
	page, index := parse(t, tree, "dark_cal/2016_may/index.html"), parse(t, tree, "dark_cal/index.html")
	digit := regexp.MustCompile(`[0-9]`)
	for table, root := range map[string]*html.Node{"table.index": index, "#summary": page} {
		heads := all(root, table+" thead th")
		for _, row := range all(root, table+" tbody tr") {
			for i, cell := range slices.Collect(children(row)) {
				q := quantity.Of(quantity.Key(attr(heads[i], "data-quantity")))
				name := text(heads[i])
				if digit.MatchString(text(cell)) && name != "Date" && name != "Id" && (q == nil || !strings.HasPrefix(name, q.Title()) && !strings.HasPrefix(name, q.Head)) {
					t.Errorf("%s: the column %q has numbers and is no quantity", table, name)
				}
			}
		}
	}
	for _, tile := range all(page, ".readouts div") {
		if quantity.Of(quantity.Key(attr(tile, "data-quantity"))) == nil {
			t.Errorf("%q is no quantity", text(tile))
		}
	}
	for _, p := range tree.Paths() {
		if strings.Contains(p, "/history-") && strings.HasSuffix(p, ".csv") || p == APIDir+"/calibrations.csv" {
			lines := must(csv.NewReader(strings.NewReader(string(must(tree.ReadFile(p))))).ReadAll())
			for _, line := range lines[1:] {
				for i, name := range lines[0] {
					if digit.MatchString(line[i]) && quantity.Of(quantity.Key(name)) == nil && !slices.Contains(factColumns, name) && name != "ccd_temp_source" {
						t.Errorf("%s: %s has numbers and is no quantity", p, name)
					}
				}
			}
		}
	}
	var statistics map[string]any
	if err := json.Unmarshal(must(json.Marshal(second.Artifact.Statistics)), &statistics); err != nil {
		t.Fatal(err)
	}
	for name := range statistics {
		if quantity.Of(quantity.Key(name)) == nil && name != "quantiles" {
			t.Errorf("calibration.json: %s is no quantity", name)
		}
	}
}

// must gives what came without an error.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// children are the elements of a row.
func children(row *html.Node) iter.Seq[*html.Node] {
	return func(yield func(*html.Node) bool) {
		for c := range row.ChildNodes() {
			if c.Type == html.ElementNode && !yield(c) {
				return
			}
		}
	}
}
