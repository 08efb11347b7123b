package view

import (
	"html/template"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"darksite/processing/artifact"
	"darksite/processing/artifact/artifacttest"
	"darksite/processing/ccd/ccdtest"
	"darksite/processing/chandra"
	"darksite/processing/published"
	"darksite/processing/quality"
	"darksite/processing/quantity"

	"github.com/google/go-cmp/cmp"
)

// sample is a calibration whose map is a few rows of pixels.
func sample(id chandra.ID, seed uint64) Calibration {
	image := slices.Repeat([]float32{5, 6, 7, 8, 9, 12, 150, 4000}, 256)
	for i := range image {
		image[i] += float32(uint64(i) * seed % 3)
	}
	return Calibration{Artifact: artifacttest.New(ccdtest.Small, id, image, seed), Address: id.Month()}
}

// siteOf has three calibrations with a map, the second of which nothing may rest on,
// and a later one of which only numbers are known.
func siteOf(t *testing.T) *Site {
	t.Helper()
	first, second, third := sample("2015355", 1), sample("2016125", 2), sample("2016220", 3)
	second.Verdict = &quality.Verdict{State: quality.Bad, Causes: []quality.Cause{{State: quality.Bad, Text: "no peak at -13.6 C"}}}
	third.Note = "A *note* with <b>.\n"
	settings, err := Settings{Title: "Maps"}.Complete()
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(settings, []Calibration{first, second, third}, []*published.Calibration{{ID: "2016310", Values: []published.Value{
		{Quantity: "mean_e_per_s", Shown: published.Report{Value: 21.5}},
	}}}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestIndex(t *testing.T) {
	p := siteOf(t).Index()
	var ids []chandra.ID
	for _, r := range p.Rows {
		ids = append(ids, r.ID)
		if len(r.Cells) != len(p.Columns) {
			t.Errorf("%s has %d cells in %d columns", r.ID, len(r.Cells), len(p.Columns))
		}
	}
	if d := cmp.Diff([]chandra.ID{"2016310", "2016220", "2016125", "2015355"}, ids); d != "" {
		t.Error(d)
	}
	if p.Maps != 3 || p.Numbers != 1 || p.Newer != "2016 November 5" || p.Card.ID != "2016220" || p.Due == "" || len(p.Figures) == 0 {
		t.Errorf("%+v", p)
	}
	if r := p.Rows[0]; !r.Published || r.Address != "" || r.State.Word != "Published" {
		t.Errorf("%+v", r)
	}
	if r := p.Rows[2]; r.Published || r.Address != "2016_may" || r.State.Word != "Bad" || r.State.Sign != "✕" {
		t.Errorf("%+v", r)
	}
	// What changed is said since the one before on which others may rest.
	if got := siteOf(t).History.changeSentences("2016220", nil)[0]; !strings.HasPrefix(got, "Since 2015 December 21 (complete): ") {
		t.Errorf("latest %q", got)
	}
}

func TestIndexOfNothing(t *testing.T) {
	settings, err := Settings{}.Complete()
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(settings, nil, nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if p := s.Index(); p.Card != nil || len(p.Rows) != 0 || p.Due != "" {
		t.Errorf("%+v", p)
	}
}

func TestReport(t *testing.T) {
	s := siteOf(t)
	r, err := s.MakeReport(2)
	if err != nil {
		t.Fatal(err)
	}
	if r.Card != s.History.Cards["2016220"] || r.Next != nil || r.Previous.ID != "2016125" {
		t.Errorf("%+v, before %+v, after %+v", r.Card, r.Previous, r.Next)
	}
	if len(r.Summary) != 2 || !r.Summary[0].Current || r.Summary[0].ID != "2016220" || r.Summary[1].ID != "2015355" {
		t.Errorf("summary %+v", r.Summary)
	}
	if len(r.Warnings) != 1 || !strings.HasPrefix(r.Warnings[0], "content/notes/2016220.md: line 1: ") || len(r.Note) == 0 {
		t.Errorf("warnings %q, note %v", r.Warnings, r.Note)
	}
	if d := cmp.Diff([]string{binsFile, ShardFile, histogramFile}, slices.Sorted(func(yield func(string) bool) {
		for name := range r.Files {
			if !yield(name) {
				return
			}
		}
	})); d != "" {
		t.Error(d)
	}
	for _, name := range []string{artifact.ImageFile, "pixels.csv", "badpixels.txt"} {
		d, ok := DownloadOf(ccdtest.Small, name, 2_500_000)
		if !ok || d.What == "" || strings.Contains(d.What, "128 × 96") != (name == artifact.ImageFile) || d.Size != "2.5\u00a0MB" {
			t.Errorf("%s: %+v, %v", name, d, ok)
		}
		r.Downloads = append(r.Downloads, d)
	}
	if lists := r.Lists(); len(lists) != 2 || lists[0].Name != "pixels.csv" {
		t.Errorf("lists %+v", lists)
	}
	if _, ok := DownloadOf(ccdtest.Small, "thumb.png", 1); ok {
		t.Error("a thumbnail is offered")
	}
	s.Reports["2016220"] = r
	if got, err := s.Report("2016220"); got != r || err != nil {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := s.Report("2015355"); err == nil || !strings.Contains(err.Error(), "2015355") {
		t.Errorf("a report that is not made: %v", err)
	}
}

// Reports are made side by side, and come to the same.
func TestReportsAtOnce(t *testing.T) {
	s := siteOf(t)
	var all sync.WaitGroup
	got := make([]*Report, 3)
	for i := range got {
		all.Go(func() { got[i], _ = s.MakeReport(i) })
	}
	all.Wait()
	for i, r := range got {
		if want, err := s.MakeReport(i); err != nil || !reflect.DeepEqual(r, want) {
			t.Errorf("report %d differs, %v", i, err)
		}
	}
}

func TestCard(t *testing.T) {
	k, err := siteOf(t).Card("2015355")
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{"n_gt_100": "512", "ccd_temp_c": "−13.6", "mean_e_per_s": "525.6"} {
		if n, err := k.Number(key); n != want || err != nil {
			t.Errorf("%s: %q, %v", key, n, err)
		}
	}
	if got := k.Share(100) + " " + k.Warm() + " " + k.Share(101); got != "25.0\u00a0% 25.0\u00a0% unknown" {
		t.Error(got)
	}
	if _, err := k.Number("mean"); err == nil {
		t.Error("there is a number of a key that is none")
	}
	if _, err := siteOf(t).Card("2016310"); err == nil {
		t.Error("there is a card without a map")
	}
}

func TestQuantitiesAreAllInTheGlossary(t *testing.T) {
	list := new(Site).Quantities()
	for i, q := range quantity.All() {
		if list[i].Key != string(q.Key) || list[i].Name == "" || list[i].Means == "" {
			t.Errorf("%+v", list[i])
		}
	}
}

func TestOldReports(t *testing.T) {
	list := []OldReport{OldReportOf("2000_NOV", "2000326", "One\x00", 1, 1500), OldReportOf("2002_dec", "", "Two", 12, 3), OldReportOf("2002_dec_2", "2002350", "", 2, 0)}
	SortOldReports(list)
	if d := cmp.Diff([]OldReport{
		{Name: "2002_dec_2", Day: "2002 December 16", Short: "2002 Dec 16", ID: "2002350", Date: "2002:350", Files: "2 files", Size: "0\u00a0bytes"},
		{Name: "2002_dec", Title: "Two", Day: "2002 December", Short: "2002 Dec", Files: "12 files", Size: "3\u00a0bytes"},
		{Name: "2000_NOV", Title: "One\ufffd", Day: "2000 November 21", Short: "2000 Nov 21", ID: "2000326", Date: "2000:326", Files: "1 file", Size: "1.5\u00a0kB"},
	}, list); d != "" {
		t.Error(d)
	}
}

func TestAssetsHaveTheirHash(t *testing.T) {
	s := &Site{Assets: map[string]string{"style.css": "0a1b2c3d"}}
	if got := s.Asset("style.css") + " " + s.Asset("other.css"); got != "assets/style.css?v=0a1b2c3d assets/other.css" {
		t.Error(got)
	}
}

// Models are values for any renderer, and one that asks for what is not there gets
// an error.
func TestAnyRendererTakesModels(t *testing.T) {
	s := siteOf(t)
	for text, want := range map[string]string{
		`{{ with .Index.Card }}{{ .Day }} {{ .State.Word }}{{ end }}`: "2016 August 7 Complete",
		`{{ range .Index.Rows }}{{ .Date }} {{ end }}`:                "2016:310 2016:220 2016:125 2015:355 ",
		`{{ (.Card "2016125").State.Sentence }}`:                      "no peak at −13.6\u00a0°C.",
		`{{ .Scale.Lowest }}`:                                         "can't evaluate field Lowest",
		`{{ .Card "2099001" }}`:                                       "no map of calibration",
	} {
		var b strings.Builder
		err := template.Must(template.New("").Parse(text)).Execute(&b, s)
		if got := b.String(); got != want && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %q, %v, want %q", text, got, err, want)
		}
	}
}

// modelNames are the fields and methods of all models.
func modelNames() map[string]bool {
	names, seen := map[string]bool{}, map[reflect.Type]bool{}
	var collect func(reflect.Type)
	collect = func(of reflect.Type) {
		switch of.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			collect(of.Elem())
		case reflect.Struct:
			if seen[of] {
				return
			}
			seen[of] = true
			for i := range of.NumField() {
				names[of.Field(i).Name] = true
				collect(of.Field(i).Type)
			}
			for m := range reflect.PointerTo(of).Methods() {
				names[m.Name] = true
				if m.Type.NumOut() > 0 {
					collect(m.Type.Out(0))
				}
			}
		}
	}
	collect(reflect.TypeFor[Site]())
	return names
}

// The manual names what models have.
func TestManualNamesFields(t *testing.T) {
	text, err := os.ReadFile("../../docs/templates.md")
	if err != nil {
		t.Fatal(err)
	}
	_, models, ok := strings.Cut(string(text), "## Models")
	models, _, end := strings.Cut(models, "### From the names of before")
	if !ok || !end {
		t.Fatal("the manual has no models")
	}
	names := modelNames()
	found := regexp.MustCompile("`([A-Z][A-Za-z0-9]+)(?: [A-Z]+| \"?[a-z_0-9]+\"?)?`").FindAllStringSubmatch(models, -1)
	if len(found) < 80 {
		t.Errorf("the manual names %d fields", len(found))
	}
	for _, m := range found {
		if !names[m[1]] {
			t.Errorf("the manual names %s, which no model has", m[1])
		}
	}
}

// ofHugo are the names in templates that are of Hugo's pages and functions.
var ofHugo = strings.Fields(`Alignment Anchor ByWeight Content Destination Err File Fragment Get GetPage Height Host IsAbs
	IsSection Layout Level LinkTitle Name Page PageInner Params Path PlainText Position RawContent RegularPages RelPermalink Resources
	Scheme TBody THead Text Title Value Width`)

// Templates name what models have, in branches too that no page takes.
func TestTemplatesNameFields(t *testing.T) {
	names := modelNames()
	for _, n := range ofHugo {
		names[n] = true
	}
	actions, text := regexp.MustCompile(`(?s)\{\{-? ?([^/].*?)\}\}`), regexp.MustCompile(`"(\\.|[^"\\])*"`)
	field, files := regexp.MustCompile(`[.)]\.?([A-Z][A-Za-z0-9]*)\b`), 0
	err := filepath.WalkDir("../../layouts", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		data, err := os.ReadFile(path)
		for _, action := range actions.FindAllStringSubmatch(string(data), -1) {
			for _, m := range field.FindAllStringSubmatch(text.ReplaceAllString(action[1], `""`), -1) {
				if !names[m[1]] && !slices.Contains(functions, m[1]) {
					t.Errorf("%s: {{ %s}} names %s, which no model has", path, action[1], m[1])
				}
			}
		}
		return err
	})
	if err != nil || files < 40 {
		t.Errorf("%d templates, %v", files, err)
	}
}

// functions are those of Hugo's namespaces, such as strings.TrimPrefix.
var functions = []string{"TrimPrefix", "HasPrefix", "HasSuffix", "Repeat", "Base", "Parse", "ToMath"}
