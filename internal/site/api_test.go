package site

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"path"
	"strconv"
	"strings"
	"testing"

	"darksite/internal/feeds"
	"darksite/internal/shared"
	"darksite/processing/artifact"
	"darksite/processing/ccd"
	"darksite/processing/published"
	"darksite/processing/quality"
	"darksite/processing/quantity"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// apiSite has a judged calibration, one of which little is known and two that
// only reports know; one has both.
func apiSite(t *testing.T) (Inputs, *Tree) {
	t.Helper()
	table, err := published.Read(strings.NewReader("id,t_ccd_c,mean_e_s,n_gt_100,source\n2000326,-10.37,22.2,34346,a report\n2015355,-13.6,,199000,another\n2009279,,27.7,72454,=HYPERLINK(1)\n"), "stats.csv")
	if err != nil {
		t.Fatal(err)
	}
	first, second := sampleOn(ccd.ACA, "2015355", 3, 1), sampleOn(ccd.ACA, "2016125", 4, 1)
	for _, c := range []Calibration{first, second} {
		// As an archive has them.
		c.Artifact.Map.Reasons, c.Artifact.Contradictions = []string{}, []string{}
		if err := c.Artifact.Correct(); err != nil {
			t.Fatal(err)
		}
	}
	second.Artifact.Facts = artifact.Facts{CCDTempSource: "=1+1"}
	second.Artifact.Zodi, second.Artifact.Warm = nil, nil
	second.Artifact.Replicas = nil
	rules, err := quality.ParseRules(quality.DefaultFile(), "rules.toml")
	if err != nil {
		t.Fatal(err)
	}
	verdict := quality.Judge(quality.Subject{Calibration: first.Artifact}, rules)
	first.Verdict = &verdict
	first.SignOff = &quality.SignOff{By: "N. N.", Date: "2026-11-22", Decision: "accept", Reason: "Four are enough.", Verdict: verdict.State, Rules: "2026-11-22"}
	in := inputs(first, second)
	in.Published = published.Collect(table)
	in.Legacy = []OldReport{oldReportOf("2009_oct", "2009279", "index.html"), oldReportOf("2002_dec", "", "a b.html")}
	return in, build(t, in)
}

func fileOf(t *testing.T, tree *Tree, name string) []byte {
	t.Helper()
	data, err := tree.ReadFile(path.Join(APIDir, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestAPIFollowsItsSchemas(t *testing.T) {
	_, tree := apiSite(t)
	// As they are published: beside each other, so that one finds the other.
	compiler := jsonschema.NewCompiler()
	for _, name := range feeds.SchemaFiles {
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(fileOf(t, tree, "schema/"+name)))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := compiler.AddResource("https://example.org/schema/"+name, document); err != nil {
			t.Fatal(err)
		}
	}
	for name, schema := range map[string]string{
		"index.json": "api-index-1.json", "calibrations.json": "api-calibrations-1.json", "history.json": "api-history-2.json",
		"2015355.json": "api-calibration-2.json", "2016125.json": "api-calibration-2.json", "2000326.json": "api-calibration-2.json",
	} {
		s, err := compiler.Compile("https://example.org/schema/" + schema)
		if err != nil {
			t.Fatal(err)
		}
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(fileOf(t, tree, name)))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(document); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		document.(map[string]any)["surprise"] = true
		if s.Validate(document) == nil {
			t.Errorf("%s takes members that it does not name", schema)
		}
	}
}

// What the API says is what the artifact says, to the last digit.
func TestAPINumbersAreTheArtifacts(t *testing.T) {
	in, tree := apiSite(t)
	var got struct {
		Measured struct {
			Statistics, Warm, Zodi, Facts, Ledger, Replicas json.RawMessage
		}
		Row map[string]any
	}
	if err := json.Unmarshal(fileOf(t, tree, "2015355.json"), &got); err != nil {
		t.Fatal(err)
	}
	a := in.Calibrations[0].Artifact
	for name, pair := range map[string][2]any{
		"statistics": {got.Measured.Statistics, a.Statistics}, "warm": {got.Measured.Warm, a.Warm}, "zodi": {got.Measured.Zodi, a.Zodi},
		"facts": {got.Measured.Facts, a.Facts}, "ledger": {got.Measured.Ledger, a.Ledger}, "replicas": {got.Measured.Replicas, a.Replicas},
	} {
		var b bytes.Buffer
		if err := json.Compact(&b, pair[0].(json.RawMessage)); err != nil {
			t.Fatal(err)
		}
		want, _ := json.Marshal(pair[1])
		if b.String() != string(want) {
			t.Errorf("%s: %s, want %s", name, b.String(), want)
		}
	}
	for name, want := range map[string]float64{"mean_e_per_s": a.Statistics.Numbers[quantity.Mean], "count_adj_z": float64(a.Warm.WithZodi.CountAdjZ), "n_gt_3000": a.Statistics.Numbers[quantity.Over(3000)]} {
		if got.Row[name] != want {
			t.Errorf("%s: %v, want %v", name, got.Row[name], want)
		}
	}
}

// The three forms of the table say the same, and the page too.
func TestTablesAgree(t *testing.T) {
	in, tree := apiSite(t)
	var document struct{ Calibrations []map[string]any }
	if err := json.Unmarshal(fileOf(t, tree, "calibrations.json"), &document); err != nil {
		t.Fatal(err)
	}
	var order []any
	for _, r := range document.Calibrations {
		order = append(order, r["id"])
	}
	if d := cmp.Diff([]any{"2016125", "2015355", "2009279", "2000326"}, order); d != "" {
		t.Error(d)
	}
	if r := document.Calibrations[1]; r["origin"] != "telemetry" || r["n_gt_100"] == 199000.0 || r["page"] != "../../2015_dec/index.html" || r["state"] == nil {
		t.Errorf("a calibration with a map is shown by it: %v", r)
	}
	if r := document.Calibrations[3]; r["origin"] != "published" || r["n_gt_100"] != 34346.0 || r["page"] != nil || r["mean_e_per_s"] != 22.2 {
		t.Errorf("%v", r)
	}
	for ext, comma := range map[string]rune{"csv": ',', "tsv": '\t'} {
		r := csv.NewReader(bytes.NewReader(fileOf(t, tree, "calibrations."+ext)))
		r.Comma = comma
		lines, err := r.ReadAll()
		if err != nil || len(lines) != 5 || len(lines[0]) != len(document.Calibrations[0]) {
			t.Fatalf("%s: %d lines, %v", ext, len(lines), err)
		}
		for i, name := range lines[0] {
			for k, row := range document.Calibrations {
				want := ""
				switch v := row[name].(type) {
				case string:
					want = strings.Replace(v, "=", "'=", 1)
				case float64:
					want = strconv.FormatFloat(v, 'g', -1, 64)
				case bool:
					want = strconv.FormatBool(v)
				}
				got := lines[k+1][i]
				if n, err := strconv.ParseFloat(got, 64); err == nil && row[name] == n {
					continue
				}
				if got != want {
					t.Errorf("%s: %s of %v is %q, want %q", ext, name, row["id"], got, want)
				}
			}
		}
	}
	page := parse(t, tree, "dark_cal/2015_dec/index.html")
	n, _ := in.Calibrations[0].Artifact.Statistics.Over(100)
	if !strings.Contains(text(one(t, page, "main")), count(n)) || document.Calibrations[1]["n_gt_100"] != float64(n) {
		t.Errorf("N>100 is %d by the artifact, %v by the API", n, document.Calibrations[1]["n_gt_100"])
	}
}

// Every address in the API leads to a file of the tree.
func TestAPIAddresses(t *testing.T) {
	_, tree := apiSite(t)
	checked := 0
	var visit func(v any, name string)
	var from string
	visit = func(v any, name string) {
		switch v := v.(type) {
		case map[string]any:
			if _, report := v["printed"]; report {
				return // its file is the one that the number was read from
			}
			for k, w := range v {
				if k != "replicas" {
					visit(w, k)
				}
			}
		case []any:
			for _, w := range v {
				visit(w, name)
			}
		case string:
			address := map[string]bool{"page": true, "file": true, "href": true, "previous": true, "next": true, "section": true, "json": true, "csv": true, "tsv": true, "history": true, "schemas": true, "feed": true}
			if address[name] {
				checked++
				checkReference(t, tree, path.Join(APIDir, from), v, false)
			}
		}
	}
	for _, p := range tree.Paths() {
		if path.Dir(p) != APIDir || path.Ext(p) != ".json" {
			continue
		}
		var document any
		from = path.Base(p)
		if err := json.Unmarshal(fileOf(t, tree, from), &document); err != nil {
			t.Fatalf("%s: %v", p, err)
		}
		visit(document, "")
	}
	if checked < 40 {
		t.Errorf("only %d addresses were checked", checked)
	}
}

// The real published numbers of 69 rows are all there.
func TestAPIOfThePublishedHistory(t *testing.T) {
	const name = "published_dark_stats.csv"
	table, err := published.Read(shared.Open(t, "data", name), name)
	if err != nil {
		t.Fatal(err)
	}
	in := inputs()
	in.Published = published.Collect(table)
	tree := build(t, in)
	for _, p := range in.Published {
		var d struct {
			Published published.Calibration
			Row       map[string]any
		}
		if err := json.Unmarshal(fileOf(t, tree, string(p.ID)+".json"), &d); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(*p, d.Published); diff != "" {
			t.Errorf("%s:\n%s", p.ID, diff)
		}
		if v := p.Value("n_gt_100"); v != nil && d.Row["n_gt_100"] != v.Shown.Value {
			t.Errorf("%s: N>100 is %v, want %v", p.ID, d.Row["n_gt_100"], v.Shown.Value)
		}
	}
}
