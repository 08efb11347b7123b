package view

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"darksite/internal/note"
	"darksite/processing/artifact"
	"darksite/processing/ccd"
	"darksite/processing/comparison"
	"darksite/processing/history"
	"darksite/processing/quantity"
	"darksite/processing/telemetry"
	"darksite/processing/vocabulary"
)

// Report is the page of a calibration: its tables, as texts.
type Report struct {
	Card      *Card
	Previous  *Card // nil without one
	Next      *Card
	Frame     Frame // of the pictures
	Pictures  Pictures
	Histogram Histogram
	// DataQuality is a sentence without its first word, as the reports had it.
	DataQuality string
	Columns     []Head // of Summary
	Summary     []Row
	Levels      []Level
	Common      string // the temperature and law of Levels
	How         string // it was taken, in sentences
	Changes     []string
	Readouts    []Readout
	// Traffic and BadPixels are empty without a comparison, Background without
	// an attitude.
	Traffic     *Traffic
	Hot         Hot
	BadPixels   string
	Background  *Background
	Temperature []Fact
	// Temperatures is the history of it, nil where none is known.
	Temperatures *Figure
	Note         []note.Part
	Facts        []Fact
	Method       []Fact
	// Quality is nil when the calibration was not judged.
	Quality *Quality

	// ReplicaRows are those of a whole replica, CCDRows those of the CCD.
	ReplicaRows string
	CCDRows     string
	Replicas    []Replica
	Missing     []Missing
	// MissingMore says what Missing leaves out, "" when that is nothing.
	MissingMore string
	Notes       []string // of the decoder
	Ledger      Ledger

	Tool      string
	Settings  []Fact
	Inputs    []Input
	Downloads []Download

	// Files are drawn for it and published beside it, by name.
	Files map[string][]byte
	// Warnings are sentences about what of its note is not in it.
	Warnings []string
}

// Pictures are those that a report has beside the map.
type Pictures struct{ Difference, Coverage bool }

// Fact is a row of a two-column table.
type Fact struct {
	Name string
	Text string
}

// Input is a file that an artifact was made of.
type Input struct {
	Role   string
	Name   string
	Size   string
	SHA256 string
}

// Download is a file beside the page.
type Download struct {
	Name string
	What string
	Size string
}

// Pictures that are published beside a report.
const (
	MapFile = "map.png"
	// Only where there is an earlier map, and where the samples are known.
	DifferenceFile = "difference.png"
	CoverageFile   = "coverage.png"
)

// Notes holds what analysts write of calibrations, in the site directory.
const Notes = "content/notes/"

// whatFiles say what the files beside a page hold.
var whatFiles = map[string]string{
	artifact.ImageFile:        "Dark map: %d × %d float32 in e⁻/s, negative values kept, NaN where a pixel has no value",
	artifact.CoverageFile:     "Samples used for each pixel, and the scatter of the replicas",
	artifact.PropertiesFile:   "Facts for mica's readers",
	artifact.CalibrationFile:  "Everything on this page, as JSON, with the exact histogram and every missing row",
	comparison.PixelsCSV:      "Pixels that are hot, or that crossed a level or changed since the previous map",
	comparison.PixelsFITS:     "The same list as a FITS table",
	comparison.BadPixelsFile:  "Bad pixel list of this and the two previous maps",
	comparison.ComparisonFile: "The change of the pixels, as JSON",
	MapFile:                   "The map as a picture, one pixel for each CCD pixel",
	DifferenceFile:            "The difference from the previous map as a picture",
	CoverageFile:              "The samples behind each pixel as a picture",
	histogramFile:             "The histogram as a drawing",
	binsFile:                  "The bins of the histogram",
}

// DownloadNames are the files that a report may offer, sorted.
func DownloadNames() []string { return slices.Sorted(maps.Keys(whatFiles)) }

// DownloadOf is a file of so many bytes that a report offers; false for one that it
// only shows.
func DownloadOf(g ccd.Geometry, name string, bytes int64) (Download, bool) {
	what, ok := whatFiles[name]
	if name == artifact.ImageFile {
		what = fmt.Sprintf(what, g.Columns, g.Rows)
	}
	return Download{name, what, size(bytes)}, ok
}

// Lists are the downloads that list pixels.
func (r *Report) Lists() (lists []Download) {
	for _, d := range r.Downloads {
		if slices.Contains([]string{comparison.PixelsCSV, comparison.PixelsFITS, comparison.BadPixelsFile}, d.Name) {
			lists = append(lists, d)
		}
	}
	return lists
}

// MakeReport makes the report of a calibration, by its place in the list. What it
// does not know is set by the caller: pictures, hot pixels and downloads.
func (s *Site) MakeReport(i int) (*Report, error) {
	from, past := &s.Calibrations[i], s.History
	c := from.Artifact
	said, err := note.Render(from.Note)
	var warnings []string
	if err != nil { // a note does not keep a calibration from its page
		warnings = append(warnings, fmt.Sprintf("%s%s.md is not shown: %v", Notes, c.ID, err))
	}
	for _, w := range slices.Concat(from.NoteWarnings, said.Warnings) {
		warnings = append(warnings, fmt.Sprintf("%s%s.md: %s", Notes, c.ID, w))
	}
	missing, more := missingRows(c.Replicas)
	r := &Report{
		Frame: frameOf(c.Geometry), ReplicaRows: count(c.ReplicaRows()), CCDRows: count(c.Geometry.Rows),
		Card:        past.Cards[c.ID],
		Previous:    s.cardAt(i - 1),
		Next:        s.cardAt(i + 1),
		DataQuality: qualityLine(c),
		Columns:     headsOf(quantity.Report, false),
		Summary:     past.summaryRows(c.ID),
		Levels:      levelRows(c, past.Rows[indexOf(past.Rows, c.ID)]),
		Common:      past.common(),
		Changes:     past.changeSentences(c.ID, from.Comparison),
		How:         clauseText(vocabulary.Method(c)),
		Traffic:     trafficOf(from.Comparison),
		BadPixels:   badText(from.Comparison),
		Background:  backgroundOf(c),
		Temperature: temperatureOf(c),
		Note:        said.Parts,
		Facts:       factsOf(c),
		Method:      methodOf(c),
		Quality:     qualityOf(from.Verdict),
		Replicas:    replicaRows(c),
		Missing:     missing, MissingMore: more,
		Notes:    replicaNotes(c.Replicas),
		Ledger:   ledgerOf(c.Ledger),
		Tool:     Plain(strings.TrimSpace(c.Provenance.Tool + " " + c.Provenance.Version)),
		Settings: settingRows(c.Provenance.Settings),
		Inputs:   inputRows(c.Provenance.Inputs),
		Warnings: warnings,
	}
	if r.Readouts, err = past.readoutsOf(from); err != nil {
		return nil, err
	}
	if r.Temperatures, err = past.temperatures(c.ID); err != nil {
		return nil, err
	}
	r.Files, r.Histogram, err = drawHistogram(s.Calibrations, i, past.At)
	return r, err
}

// cardAt is that of a place in the list, nil beyond its ends.
func (s *Site) cardAt(i int) *Card {
	if i < 0 || i >= len(s.Calibrations) {
		return nil
	}
	return s.History.Cards[s.Calibrations[i].Artifact.ID]
}

func factsOf(c *artifact.Calibration) []Fact {
	attitude := "unknown"
	if c.Facts.RA != nil && c.Facts.Dec != nil {
		attitude = fmt.Sprintf("RA %s°, Dec %s°", fixed(c.Facts.RA, 4), fixed(c.Facts.Dec, 4))
	}
	if c.SeveralFields() {
		attitude = "one for each replica"
	}
	source := "none: facts without a source are unknown"
	if c.Facts.Source != "" {
		source = Plain(c.Facts.Source)
	}
	facts := []Fact{
		{"Id", string(c.ID)},
		{"First star catalogue", utc(c.Facts.DateStart)},
		{"First replica starts", utc(c.Facts.Start) + receivedOnEarth(c)},
		{"Last replica stops", utc(c.Facts.Stop) + receivedOnEarth(c)},
		{"Attitude", attitude},
		{"Source of time, attitude and temperature", source},
		{"Zodiacal background", zodiText(c.Zodi)},
	}
	if m := c.Map; m.Planned > 0 {
		facts = append(facts, Fact{"Replicas used", m.ReplicasText()})
	}
	facts = append(facts, Fact{"Pixels without a value", count(c.Map.Missing)})
	for _, q := range quantity.In(quantity.Fact) {
		text := numberText(history.Row{Numbers: c.Statistics.Numbers}, q)
		if q.Unit != quantity.Pixels && text != "unknown" && text != "none" {
			text += " " + q.Unit.Typeset()
		}
		facts = append(facts, Fact{capital(q.Name), text})
	}
	return facts
}

// methodOf says how the map was made.
func methodOf(c *artifact.Calibration) []Fact {
	m := c.Map
	orientation := Fact{"Orientation", sentence(Plain(m.Orientation))}
	if c.Origin == artifact.FromMap {
		return []Fact{{"Method", "made elsewhere"}, orientation}
	}
	return []Fact{
		{"Method", Plain(m.Method)},
		{"Integrations", fmt.Sprintf("%s s and %s s, as used for the division", fixed(&m.ShortS, 3), fixed(&m.LongS, 3))},
		{"Gain", fixed(&m.GainEPerDN, 2) + " e⁻ per DN"},
		{"Noise of one replica (median pixel)", noiseText(c.Noise)},
		{"Samples for each pixel, short integration", samplesText(m.SamplesShort)},
		{"Samples for each pixel, long integration", samplesText(m.SamplesLong)},
		orientation,
	}
}

func utc(date string) string {
	if date == "" {
		return "unknown"
	}
	return Plain(date) + " UTC"
}

// receivedOnEarth tells times of reception from times on board.
func receivedOnEarth(c *artifact.Calibration) string {
	if c.Facts.TimeSource == artifact.TimeReceived {
		return ", received on Earth"
	}
	return ""
}

func zodiText(z *artifact.Zodi) string {
	if z == nil {
		return "unknown"
	}
	if z.Closed {
		return "none: the sunshade door was closed"
	}
	return fmt.Sprintf("%s (%.2f in units of the table; %s)", electrons(&z.EPerS), z.ZodiB, Plain(z.Source))
}

func noiseText(n *artifact.Noise) string {
	if n == nil {
		return "unknown"
	}
	return electrons(&n.ReplicaEPerS)
}

// electrons writes a dark current with its unit.
func electrons(x *float64) string {
	if text := fixed(x, 1); text != "unknown" {
		return text + " e⁻/s"
	}
	return "unknown"
}

// samplesText names the pixels by their number of samples, most samples first.
func samplesText(pixels []int) string {
	var parts []string
	for n, p := range slices.Backward(pixels) {
		if p > 0 {
			parts = append(parts, fmt.Sprintf("%s with %d", count(p), n))
		}
	}
	const shown = 12
	if len(parts) > shown {
		parts = append(parts[:shown], fmt.Sprintf("and %d further numbers of samples", len(parts)-shown))
	}
	if len(parts) == 0 {
		return "not recorded"
	}
	return strings.Join(parts, ", ")
}

func settingRows(settings map[string]string) []Fact {
	rows := []Fact{}
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		rows = append(rows, Fact{Plain(name), Plain(settings[name])})
	}
	return rows
}

func inputRows(inputs []artifact.Input) []Input {
	rows := []Input{}
	for _, in := range inputs {
		rows = append(rows, Input{Plain(in.Role), Plain(in.Name), count(in.Bytes), Plain(in.SHA256)})
	}
	return rows
}

// Ledger is the byte ledger of a calibration.
type Ledger struct {
	Rows  []LedgerRow
	Total string
}

// LedgerRow is a class of bytes.
type LedgerRow struct {
	Name  string
	Bytes string
	Share string
	What  string
}

func ledgerOf(l telemetry.Ledger) Ledger {
	t := Ledger{Total: count(l.Total())}
	for _, class := range []struct {
		name  string
		bytes int64
		what  string
	}{
		{"Rows", l.Rows, "records that became rows of the images"},
		{"Framing", l.Framing, "headers, markers and last bytes around the payload"},
		{"Fill", l.Fill, "fill frames"},
		{"Empty", l.Empty, "records within data frames that hold only fill"},
		{"Cut", l.Cut, "parts of records of which the rest was not received"},
		{"Rejected", l.Rejected, "whole records that cannot be identified as rows"},
		{"Repeated", l.Repeated, "frames already received, in a copy as good or better"},
		{"Other", l.Other, "frames of other virtual channels"},
		{"Damaged", l.Damaged, "bytes outside any whole SFDU"},
		{"Surplus", l.Surplus, "bytes after each SFDU, the same number throughout a file"},
		{"Trailing", l.Trailing, "an incomplete SFDU at the end of a file"},
	} {
		t.Rows = append(t.Rows, LedgerRow{class.name, count(class.bytes), share(class.bytes, l.Total()), class.what})
	}
	return t
}
