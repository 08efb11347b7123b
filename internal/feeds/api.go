package feeds

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path"
	"slices"

	"darksite/internal/ground/workers"
	"darksite/internal/view"
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

// up leads from the directory of the API to the section.
const up = "../../"

// SchemaFiles are those of docs/schema that describe what is published.
var SchemaFiles = []string{
	"api-index-1.json", "quantities-1.json", "api-calibrations-1.json", "api-calibration-2.json", "api-history-2.json",
	"calibration-3.json", "comparison-2.json", "published-2.json",
}

// File is one of so many bytes beside the page of a calibration.
type File struct {
	Name  string
	Bytes int64
}

// Beside lists the files in the directory of a page under dark_cal/, sorted.
type Beside func(address string) []File

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
	Simulated      bool                `json:"simulated"`
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
	Files          []apiDownload       `json:"files"`
}

type apiQuadrant struct {
	Quadrant   string              `json:"quadrant"`
	Statistics quantity.Statistics `json:"statistics"`
}

type apiDownload struct {
	Name  string `json:"name"`
	Href  string `json:"href"`
	Bytes int64  `json:"bytes"`
}

// API are the numbers of the pages for programs, by the names of the files, which lie
// two directories below the section, but for those of calibrations that are made
// already. schemas are the names of those of [SchemaFiles] that are there.
func API(site *view.Site, beside Beside, schemas []string, made func(name string) bool) (map[string][]byte, error) {
	entries := site.Entries()
	at := site.History.At
	cols := history.Columns(at)
	files := map[string][]byte{}
	texts := make([][]byte, len(entries))
	if err := workers.Each(len(entries), func(i int) (err error) {
		if made(apiFile(entries[i].ID)) {
			return nil
		}
		if texts[i], err = encodeJSON(apiCalibrationOf(site, beside, cols, entries, i)); err != nil {
			return fmt.Errorf("%s: %w", apiFile(entries[i].ID), err)
		}
		return nil
	}); err != nil {
		return nil, err
	}
	var rows []history.Row
	for i, e := range entries {
		if texts[i] != nil {
			files[apiFile(e.ID)] = texts[i]
		}
		rows = append(rows, e.Row)
	}
	last := slices.Clone(rows) // the newest first, as the table of the index
	slices.Reverse(last)
	for ext, comma := range map[string]rune{"csv": ',', "tsv": '\t'} {
		var b bytes.Buffer
		if err := history.EncodeCSV(&b, last, cols, comma); err != nil {
			return nil, fmt.Errorf("calibrations.%s: %w", ext, err)
		}
		files["calibrations."+ext] = b.Bytes()
	}
	for name, v := range map[string]any{
		"calibrations.json": struct {
			Schema       string           `json:"schema"`
			Calibrations []history.Object `json:"calibrations"`
		}{"darksite/api/calibrations/1", history.Objects(last, cols)},
		"history.json": struct {
			Schema     string           `json:"schema"`
			CommonTemp chandra.Celsius  `json:"common_temp_c"`
			Law        string           `json:"law"`
			Rows       []history.Object `json:"rows"`
		}{"darksite/api/history/2", at.CCDTemp, at.Law.Name(), history.Objects(rows, history.Columns(at, history.Page, history.State, history.Degraded, history.SignOff))},
		"index.json": apiIndexOf(site, entries, schemas),
	} {
		var err error
		if files[name], err = encodeJSON(v); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return files, nil
}

// apiFile is the file of a calibration.
func apiFile(id chandra.ID) string { return string(id) + ".json" }

func apiIndexOf(site *view.Site, entries []view.Entry, schemas []string) apiIndex {
	x := apiIndex{
		Schema: "darksite/api/index/1", Title: view.Plain(site.Settings.Title), Section: up + "index.html",
		Calibrations: []apiEntry{}, OldReports: []apiOldReport{}, Schemas: []string{},
		Tables:  map[string]string{"json": "calibrations.json", "csv": "calibrations.csv", "tsv": "calibrations.tsv"},
		History: "history.json", Feed: up + "feed.xml",
	}
	if base := site.Settings.Base(); base != "" {
		base += view.Section + "/"
		x.Base = &base
	}
	for _, e := range slices.Backward(entries) {
		x.Calibrations = append(x.Calibrations, apiEntry{e.ID, e.ID.Colon(), apiFile(e.ID), pageOf(&e)})
	}
	for _, o := range site.OldReports {
		e := apiOldReport{Title: o.Title, Page: up + o.Main}
		if o.ID != "" {
			e.ID = &o.ID
		}
		x.OldReports = append(x.OldReports, e)
	}
	for _, name := range schemas {
		x.Schemas = append(x.Schemas, "schema/"+name)
	}
	return x
}

// pageOf is the address of an entry's page; nil without one.
func pageOf(e *view.Entry) *string {
	if e.Card == nil {
		return nil
	}
	p := up + e.Card.Address + "/index.html"
	return &p
}

func apiCalibrationOf(site *view.Site, beside Beside, cols []history.Column, entries []view.Entry, i int) apiCalibration {
	e := &entries[i]
	d := apiCalibration{Schema: "darksite/api/calibration/2", ID: e.ID, Date: e.ID.Colon(), Page: pageOf(e), Row: history.Object{Columns: cols, Row: &e.Row}}
	neighbour := func(k int) *string {
		if k < 0 || k >= len(entries) {
			return nil
		}
		name := apiFile(entries[k].ID)
		return &name
	}
	d.Previous, d.Next = neighbour(i-1), neighbour(i+1)
	if n := slices.IndexFunc(site.Published, func(p *published.Calibration) bool { return p.ID == e.ID }); n >= 0 {
		d.Published = site.Published[n]
	}
	if e.Calibration == nil {
		return d
	}
	short := *e.Calibration.Artifact
	short.Histogram, short.Quadrants = stats.Histogram{}, nil // the longest lists, and not shown
	a := bounded(short)
	m := &measuredMap{
		Origin: a.Origin, Simulated: a.Simulated, Facts: a.Facts, Map: a.Map, Statistics: a.Statistics, Quadrants: []apiQuadrant{},
		Noise: a.Noise, Zodi: a.Zodi, Warm: a.Warm, Stars: append([]stars.Source{}, a.Stars...),
		Replicas: append([]artifact.Replica{}, a.Replicas...), Ledger: a.Ledger, Contradictions: append([]string{}, a.Contradictions...),
		Provenance: a.Provenance, Verdict: bounded(e.Calibration.Verdict), SignOff: bounded(e.Calibration.SignOff), Files: []apiDownload{},
	}
	m.Map.Reasons = append([]string{}, m.Map.Reasons...)
	for _, q := range e.Calibration.Artifact.Quadrants {
		m.Quadrants = append(m.Quadrants, apiQuadrant{view.Plain(q.Quadrant), q.Statistics})
	}
	for _, f := range beside(e.Card.Address) {
		m.Files = append(m.Files, apiDownload{f.Name, up + path.Join(e.Card.Address, f.Name), f.Bytes})
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
