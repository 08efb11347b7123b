package site

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"testing"

	"darksite"
	"darksite/internal/twiki"
	"darksite/processing/ccd"
	"darksite/processing/quality"
	"darksite/processing/quantity"
	"darksite/processing/stats"
	"darksite/processing/vocabulary"
)

// Every word stands in the glossary with its one meaning.
func TestGlossaryHasTheTerms(t *testing.T) {
	page, err := fs.ReadFile(darksite.Defaults, "content/dark_cal/glossary.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{
		vocabulary.Became, "brighter, fainter", vocabulary.CrossedDownwards, vocabulary.CrossedUpwards, "degraded", "incomplete map",
		"partner", "passed over", vocabulary.Recovered, vocabulary.Stayed,
	} {
		if n := strings.Count(string(page), "\n| "+word+" | "); n != 1 {
			t.Errorf("%q stands %d times in the glossary", word, n)
		}
	}
}

// warmed gives a calibration a map of a CCD since 2012, whose median lies far above
// its most common value, so that it has no peak by the definition of the reports.
func warmed(c Calibration) Calibration {
	var image []float32
	add := func(v, n int) {
		for range min(n, ccd.ACA.Pixels()-len(image)) {
			image = append(image, float32(v))
		}
	}
	for v := range 17 {
		add(v, 10000-150*(v-8)*(v-8))
	}
	for v := 17; len(image) < ccd.ACA.Pixels(); v++ {
		add(v, 1600-v)
	}
	c.Image = func() ([]float32, error) { return image, nil }
	c.Artifact.Histogram = stats.NewHistogram(image)
	c.Artifact.Statistics = quantity.Measure(c.Artifact.Histogram)
	return c
}

// One number has one name and one value in every output: table as JSON, CSV and TSV,
// the calibration's own file, the history, the page, the index, the feed and the TWiki
// text; and a word that is derived from another never contradicts it.
func TestCase40SameNumberEverywhere(t *testing.T) {
	cold, warm := withChange(t)
	third := warmed(sampleOn(ccd.ACA, "2016240", 4, 1))
	third.Artifact.Map.Degraded = false
	for i, state := range []quality.State{quality.Remarked, quality.Degraded, quality.Bad} {
		c := []*Calibration{&cold, &warm, &third}[i]
		c.Verdict = &quality.Verdict{ID: c.Artifact.ID, State: state, Reason: "For a test", Causes: []quality.Cause{}, Clauses: []quality.Clause{}}
	}
	tree := build(t, inputs(cold, warm, third))
	var table struct{ Calibrations []map[string]any }
	decode := func(name string, to any) {
		t.Helper()
		if err := json.Unmarshal(fileOf(t, tree, name), to); err != nil {
			t.Fatal(err)
		}
	}
	decode("calibrations.json", &table)
	separated := func(name string, comma rune) (rows []map[string]string) {
		r := csv.NewReader(strings.NewReader(string(fileOf(t, tree, name))))
		r.Comma = comma
		lines, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range lines[1:] {
			row := map[string]string{}
			for i, cell := range line {
				row[lines[0][i]] = cell
			}
			rows = append(rows, row)
		}
		return rows
	}
	commas, tabs := separated("calibrations.csv", ','), separated("calibrations.tsv", '\t')
	var past struct{ Rows []map[string]any }
	decode("history.json", &past)
	index := parse(t, tree, "dark_cal/index.html")
	feed, err := tree.ReadFile(FeedFile)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(past.Rows) // the tables have the latest first
	for i, c := range []Calibration{third, warm, cold} {
		id, s := c.Artifact.ID, c.Artifact.Statistics
		var file struct {
			Measured struct {
				Statistics map[string]any
				Verdict    struct{ State string }
			}
		}
		decode(string(id)+".json", &file)
		address, _ := inputs(cold, warm, third).Addresses.Of(id)
		page := parse(t, tree, "dark_cal/"+address+"/index.html")
		// The table of three of the page and of the TWiki text begin with it.
		line := strings.Fields(texts(all(page, "#summary tbody tr"))[0])
		wiki := string(twiki.Text(twiki.Page{ID: id, Rows: []twiki.Row{twiki.RowOf(id, s)}}))
		row := texts(all(index, "table.index tbody tr"))[i]
		for k, n := range []struct {
			name  string
			value *float64
			cell  int // of the table of three
		}{
			{"mean", s.Value(quantity.Mean), 5}, {"peak", s.Value(quantity.Peak), 6}, {"mean_near_peak", s.Value(quantity.MeanNearPeak), 7}, {"peak_about_mode", s.Value(quantity.PeakAboutMode), 12}, {"mean_near_mode", s.Value(quantity.MeanNearMode), 13}, {"mode", s.Value(quantity.Mode), -1},
		} {
			text, one := "", "none"
			var want any
			if n.value != nil {
				text, one, want = strconv.FormatFloat(*n.value, 'f', -1, 64), fixed(n.value, 1), *n.value
			}
			for where, got := range map[string]any{
				"calibrations.json": table.Calibrations[i][n.name+"_e_per_s"], "history.json": past.Rows[i][n.name+"_e_per_s"], string(id) + ".json": file.Measured.Statistics[n.name+"_e_per_s"],
			} {
				if got != want {
					t.Errorf("%s: %s is %v in %s, want %v", id, n.name, got, where, want)
				}
			}
			if commas[i][n.name+"_e_per_s"] != text || tabs[i][n.name+"_e_per_s"] != text {
				t.Errorf("%s: %s is %q in CSV and %q in TSV, want %q", id, n.name, commas[i][n.name+"_e_per_s"], tabs[i][n.name+"_e_per_s"], text)
			}
			if n.cell >= 0 && line[n.cell] != one {
				t.Errorf("%s: %s is %q in the table of three, want %q: %q", id, n.name, line[n.cell], one, line)
			}
			if k < 3 && !strings.Contains(wiki, "|  "+strings.ReplaceAll(one, "−", "&#8722;")+" |") {
				t.Errorf("%s: %s, %s, is not in the TWiki text:\n%s", id, n.name, one, wiki)
			}
			if (n.name == "peak" || n.name == "peak_about_mode") && !strings.Contains(row, " "+one+" ") {
				t.Errorf("%s: %s, %s, is not in the index: %q", id, n.name, one, row)
			}
		}
		// The verdict, and what is derived from it.
		state, word := string(c.Verdict.State), capital(c.Verdict.State.Word())
		if table.Calibrations[i]["state"] != state || commas[i]["state"] != state || tabs[i]["state"] != state || file.Measured.Verdict.State != state ||
			!strings.Contains(row, word) || !strings.Contains(string(feed), fmt.Sprintf("(%s): %s</title>", id.Colon(), word)) {
			t.Errorf("%s: not judged %s everywhere: %v, %q", id, state, table.Calibrations[i]["state"], row)
		}
		if degraded := c.Verdict.State != quality.Remarked; table.Calibrations[i]["degraded"] != degraded || commas[i]["degraded"] != fmt.Sprint(degraded) {
			t.Errorf("%s: state=%s, degraded=%v", id, state, table.Calibrations[i]["degraded"])
		}
		if table.Calibrations[i]["incomplete_map"] != c.Artifact.Map.Degraded {
			t.Errorf("%s: incomplete_map is %v", id, table.Calibrations[i]["incomplete_map"])
		}
	}
	if third.Artifact.Statistics.Value(quantity.Peak) != nil || third.Artifact.Statistics.Value(quantity.PeakAboutMode) == nil {
		t.Fatal("the warm map has a peak, so the test shows nothing")
	}
	// What became of the pixels is said in one sentence everywhere.
	page := parse(t, tree, "dark_cal/2016_may/index.html")
	changes := texts(all(page, ".changes p"))
	wiki := string(twiki.Text(twiki.Page{ID: "2016125", Changes: vocabulary.Changes(warm.Comparison)}))
	d := warm.Comparison.Pixels.Since
	for i, s := range vocabulary.Changes(warm.Comparison) {
		if changes[i] != spaced(typeset(s)) {
			t.Errorf("page %q, elsewhere %q", changes[i], s)
		}
	}
	for _, n := range []string{fmt.Sprintf("%d pixels crossed 100 e-/s upwards and %d downwards", d.Warm.New.Total, d.Warm.Gone.Total), fmt.Sprintf("%d became warm", d.Warm.Created.Total)} {
		if !strings.Contains(wiki, n) || !strings.Contains(strings.Join(changes, " "), typeset(n)) {
			t.Errorf("%q is not in\n%s\n%q", n, wiki, changes)
		}
	}
	heads := texts(all(one(t, page, "#traffic").Parent, "th"))
	for _, word := range []string{vocabulary.CrossedUpwards, vocabulary.CrossedDownwards, vocabulary.Became, vocabulary.Recovered} {
		if !slices.Contains(heads, capital(word)) {
			t.Errorf("no column %q: %q", word, heads)
		}
	}
}
