package site

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"darksite/internal/ground/workers"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/history"
	"darksite/processing/published"
	"darksite/processing/quality"
	"darksite/processing/quantity"
	"darksite/processing/stars"
	"darksite/processing/stats"
	"darksite/processing/telemetry"
	"darksite/processing/warm"
)

// APIDir holds the numbers of the pages for programs. Addresses in its files
// are relative to it.
const APIDir = Section + "/api/v1"

// up leads from APIDir to the section.
const up = "../../"

// schemaFiles are those of docs/schema that describe what is published.
var schemaFiles = []string{
	"api-index-1.json", "quantities-1.json", "api-calibrations-1.json", "api-calibration-2.json", "api-history-2.json",
	"calibration-3.json", "comparison-2.json", "published-2.json",
}

// apiIndex is index.json: what there is.
type apiIndex struct {
	Schema       string            `json:"schema"`
	Title        string            `json:"title"`
	Section      string            `json:"section"`  // address of the pages, relative
	Base         *string           `json:"base_url"` // of the section; null when it is not known
	Calibrations []apiEntry        `json:"calibrations"`
	Tables       map[string]string `json:"tables"`
	History      string            `json:"history"`
	Feed         string            `json:"feed"`
	OldReports   []apiOldReport    `json:"old_reports"`
	Schemas      []string          `json:"schemas"`
}

type apiEntry struct {
	ID   chandra.ID `json:"id"`
	Date string     `json:"date"`
	File string     `json:"file"`
	Page *string    `json:"page"` // null without a map
}

type apiOldReport struct {
	ID    *chandra.ID `json:"id"` // null when it cannot be told
	Title string      `json:"title"`
	Page  string      `json:"page"`
}

// apiCalibration is <id>.json: every number of the page, as the artifact has it.
type apiCalibration struct {
	Schema   string     `json:"schema"`
	ID       chandra.ID `json:"id"`
	Date     string     `json:"date"`
	Page     *string    `json:"page"`
	Previous *string    `json:"previous"` // files of the neighbours
	Next     *string    `json:"next"`
	// Row is the calibration's line of the table.
	Row history.Object `json:"row"`
	// Measured is null where only published numbers are known, Published where
	// none are.
	Measured  *measuredMap           `json:"measured"`
	Published *published.Calibration `json:"published"`
}

// measuredMap is what a map at hand says. The exact histograms are in
// calibration.json, which the files name.
type measuredMap struct {
	Origin         artifact.Origin     `json:"origin"`
	Facts          artifact.Facts      `json:"facts"`
	Map            artifact.Map        `json:"map"`
	Statistics     quantity.Statistics `json:"statistics"`
	Quadrants      []apiQuadrant       `json:"quadrants"`
	Noise          *artifact.Noise     `json:"noise"`
	Zodi           *artifact.Zodi      `json:"zodi"`
	Warm           *warm.Counts        `json:"warm"`
	Stars          []stars.Source      `json:"stars"`
	Replicas       []artifact.Replica  `json:"replicas"`
	Ledger         telemetry.Ledger    `json:"ledger"`
	Contradictions []string            `json:"contradictions"`
	Provenance     artifact.Provenance `json:"provenance"`
	Verdict        *quality.Verdict    `json:"verdict"`
	SignOff        *quality.SignOff    `json:"sign_off"`
	Files          []apiFile           `json:"files"`
}

type apiQuadrant struct {
	Quadrant   string              `json:"quadrant"`
	Statistics quantity.Statistics `json:"statistics"`
}

type apiFile struct {
	Name  string `json:"name"`
	Href  string `json:"href"`
	Bytes int64  `json:"bytes"`
}

// addAPI puts the numbers of the pages in the tree.
func addAPI(tree *Tree, in *Inputs, settings Settings, at history.At, rows []tableRow) error {
	cols, beside := history.Columns(at), tree.beside()
	put := func(name string, v any) error {
		data, err := encodeJSON(v)
		if err != nil {
			return fmt.Errorf("site: %s: %w", name, err)
		}
		return tree.addBytes(path.Join(APIDir, name), data)
	}
	plainRows := []history.Row{}
	texts := make([][]byte, len(rows))
	// Those of known pages are in the tree already.
	known := func(i int) bool {
		_, ok := tree.files[path.Join(APIDir, string(rows[i].ID)+".json")]
		return ok
	}
	if err := workers.Each(len(rows), func(i int) (err error) {
		if known(i) {
			return nil
		}
		if texts[i], err = encodeJSON(in.apiCalibration(tree, beside, cols, rows, i)); err != nil {
			return fmt.Errorf("site: %s.json: %w", rows[i].ID, err)
		}
		return nil
	}); err != nil {
		return err
	}
	for i := range rows {
		plainRows = append(plainRows, rows[i].Row)
		if known(i) {
			continue
		}
		if err := tree.addBytes(path.Join(APIDir, string(rows[i].ID)+".json"), texts[i]); err != nil {
			return err
		}
	}
	newest := slices.Clone(rows)
	slices.Reverse(newest) // as the table of the index
	last := slices.Clone(plainRows)
	slices.Reverse(last)
	for ext, comma := range map[string]rune{"csv": ',', "tsv": '\t'} {
		var b bytes.Buffer
		if err := history.EncodeCSV(&b, last, cols, comma); err != nil {
			return fmt.Errorf("site: calibrations.%s: %w", ext, err)
		}
		if err := tree.addBytes(path.Join(APIDir, "calibrations."+ext), b.Bytes()); err != nil {
			return err
		}
	}
	if err := put("calibrations.json", struct {
		Schema       string           `json:"schema"`
		Calibrations []history.Object `json:"calibrations"`
	}{"darksite/api/calibrations/1", history.Objects(last, cols)}); err != nil {
		return err
	}
	if err := put("history.json", struct {
		Schema     string           `json:"schema"`
		CommonTemp chandra.Celsius  `json:"common_temp_c"`
		Law        string           `json:"law"`
		Rows       []history.Object `json:"rows"`
	}{"darksite/api/history/2", at.CCDTemp, at.Law.Name(), history.Objects(plainRows, history.Columns(at, history.Page, history.State, history.Degraded, history.SignOff))}); err != nil {
		return err
	}
	index := in.apiIndex(settings, newest)
	for _, name := range schemaFiles {
		data, err := fs.ReadFile(in.Defaults, path.Join("docs/schema", name))
		if err != nil {
			continue // defaults of a test, or of somebody's own
		}
		index.Schemas = append(index.Schemas, "schema/"+name)
		if err := tree.addBytes(path.Join(APIDir, "schema", name), data); err != nil {
			return err
		}
	}
	return put("index.json", index)
}

func (in *Inputs) apiIndex(settings Settings, newest []tableRow) apiIndex {
	x := apiIndex{
		Schema: "darksite/api/index/1", Title: plain(settings.Title), Section: up + "index.html",
		Calibrations: []apiEntry{}, OldReports: []apiOldReport{}, Schemas: []string{},
		Tables:  map[string]string{"json": "calibrations.json", "csv": "calibrations.csv", "tsv": "calibrations.tsv"},
		History: "history.json", Feed: up + "feed.xml",
	}
	if base := settings.baseURL(); base != "" {
		base += Section + "/"
		x.Base = &base
	}
	for _, r := range newest {
		x.Calibrations = append(x.Calibrations, apiEntry{r.ID, r.ID.Colon(), string(r.ID) + ".json", r.page()})
	}
	for _, o := range legacyParams(in) {
		e := apiOldReport{Title: o.Title, Page: up + o.Main}
		if o.ID != "" {
			e.ID = &o.ID
		}
		x.OldReports = append(x.OldReports, e)
	}
	return x
}

// page is the address of a row's page; nil without one.
func (r *tableRow) page() *string {
	if r.address == "" {
		return nil
	}
	p := up + r.address + "/index.html"
	return &p
}

func (in *Inputs) apiCalibration(tree *Tree, beside map[string][]string, cols []history.Column, rows []tableRow, i int) apiCalibration {
	r := &rows[i]
	d := apiCalibration{Schema: "darksite/api/calibration/2", ID: r.ID, Date: r.ID.Colon(), Page: r.page(), Row: history.Object{Columns: cols, Row: &r.Row}}
	neighbour := func(k int) *string {
		if k < 0 || k >= len(rows) {
			return nil
		}
		name := string(rows[k].ID) + ".json"
		return &name
	}
	d.Previous, d.Next = neighbour(i-1), neighbour(i+1)
	if n := slices.IndexFunc(in.Published, func(p *published.Calibration) bool { return p.ID == r.ID }); n >= 0 {
		d.Published = in.Published[n]
	}
	if r.calibration == nil {
		return d
	}
	short := *r.calibration.Artifact
	short.Histogram, short.Quadrants = stats.Histogram{}, nil // the longest lists, and not shown
	a := bounded(short)
	m := &measuredMap{
		Origin: a.Origin, Facts: a.Facts, Map: a.Map, Statistics: a.Statistics, Quadrants: []apiQuadrant{},
		Noise: a.Noise, Zodi: a.Zodi, Warm: a.Warm, Stars: append([]stars.Source{}, a.Stars...),
		Replicas: append([]artifact.Replica{}, a.Replicas...), Ledger: a.Ledger, Contradictions: append([]string{}, a.Contradictions...),
		Provenance: a.Provenance, Verdict: bounded(r.calibration.Verdict), SignOff: bounded(r.calibration.SignOff), Files: []apiFile{},
	}
	m.Map.Reasons = append([]string{}, m.Map.Reasons...)
	for _, q := range r.calibration.Artifact.Quadrants {
		m.Quadrants = append(m.Quadrants, apiQuadrant{plain(q.Quadrant), q.Statistics})
	}
	for _, p := range beside[path.Join(Section, r.address)] {
		n, _ := tree.Size(p)
		m.Files = append(m.Files, apiFile{path.Base(p), up + path.Join(r.address, path.Base(p)), n})
	}
	d.Measured = m
	return d
}

// encodeJSON writes < > & and line separators as escapes: the text may be put
// into a page.
func encodeJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", " ")
	err := e.Encode(v)
	return b.Bytes(), err
}
