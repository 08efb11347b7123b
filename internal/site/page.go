package site

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"darksite/internal/note"
	"darksite/processing/artifact"
	"darksite/processing/comparison"
	"darksite/processing/history"
	"darksite/processing/quantity"
	"darksite/processing/telemetry"
	"darksite/processing/vocabulary"
)

// page is the resource page.json of a calibration page: its tables, as texts.
type page struct {
	Previous  *neighbour    `json:"previous"`
	Next      *neighbour    `json:"next"`
	Figures   figurePage    `json:"figures"`
	Histogram histogramPage `json:"histogram"`
	// DataQuality is a sentence without its first word, as the reports had it.
	DataQuality string       `json:"data_quality"`
	Columns     []head       `json:"columns"` // of Summary
	Summary     []summaryRow `json:"summary"`
	Levels      []levelRow   `json:"levels"`
	Common      string       `json:"common"` // the temperature and law of Levels
	How         string       `json:"how"`    // it was taken, in sentences
	Changes     []string     `json:"changes"`
	Readouts    []readout    `json:"readouts"`
	// Traffic and BadPixels are empty without a comparison, Background without
	// an attitude.
	Traffic     *trafficTable    `json:"traffic"`
	Hot         hotTable         `json:"hot"`
	BadPixels   string           `json:"bad_pixels"`
	Background  *backgroundTable `json:"background"`
	Temperature []fact           `json:"temperature"`
	// Temperatures is the history of it, nil where none is known.
	Temperatures *historyFigure `json:"temperatures"`
	Note         []note.Part    `json:"note"`
	Facts        []fact         `json:"facts"`
	Method       []fact         `json:"method"`
	// Quality is nil when the calibration was not judged.
	Quality *qualityTable `json:"quality"`

	Replicas []replicaRow `json:"replicas"`
	Missing  []missingRow `json:"missing"`
	// MissingMore says what Missing leaves out, "" when that is nothing.
	MissingMore string      `json:"missing_more"`
	Notes       []string    `json:"notes"` // of the decoder
	Ledger      ledgerTable `json:"ledger"`

	Tool      string        `json:"tool"`
	Settings  []fact        `json:"settings"`
	Inputs    []inputRow    `json:"inputs"`
	Downloads []downloadRow `json:"downloads"`

	warnings []string
}

type neighbour struct {
	Address string `json:"address"`
	Short   string `json:"short"`
}

// fact is a row of a two-column table.
type fact struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

type inputRow struct {
	Role   string `json:"role"`
	Name   string `json:"name"`
	Size   string `json:"size"`
	SHA256 string `json:"sha256"`
}

type downloadRow struct {
	Name string `json:"name"`
	What string `json:"what"`
	Size string `json:"size"`
}

// whatFiles say what the files beside a page hold.
var whatFiles = map[string]string{
	artifact.ImageFile:        "Dark map: 1024 × 1024 float32 in e⁻/s, negative values kept, NaN where a pixel has no value",
	artifact.CoverageFile:     "Samples used for each pixel, and the scatter of the replicas",
	artifact.PropertiesFile:   "Facts for mica's readers",
	artifact.CalibrationFile:  "Everything on this page, as JSON, with the exact histogram and every missing row",
	comparison.PixelsCSV:      "Pixels that are hot, or that crossed a level or changed since the map before",
	comparison.PixelsFITS:     "The same list as a FITS table",
	comparison.BadPixelsFile:  "Bad pixel list of this and the two previous maps",
	comparison.ComparisonFile: "What became of the pixels, as JSON",
	mapFile:                   "The map as a picture, one picture element for each CCD pixel",
	differenceFile:            "The difference to the map before as a picture",
	coverageFile:              "The samples behind each pixel as a picture",
	histogramFile:             "The histogram as a drawing",
	binsFile:                  "The bins of the histogram",
}

func neighbourOf(k *card) *neighbour { return &neighbour{Address: k.Address, Short: k.Short} }

func pageOf(from Calibration, k *card, past chronicle, addresses Addresses) (page, error) {
	c := from.Artifact
	var warnings []string
	said, err := note.Render(from.Note)
	if err != nil { // a note does not keep a calibration from its page
		warnings = append(warnings, fmt.Sprintf("%s%s.md is not shown: %v", notes, c.ID, err))
	}
	for _, w := range slices.Concat(from.NoteWarnings, said.Warnings) {
		warnings = append(warnings, fmt.Sprintf("%s%s.md: %s", notes, c.ID, w))
	}
	missing, more := missingRows(c.Replicas)
	p := page{
		DataQuality: qualityLine(c),
		Columns:     headsOf(quantity.Report, false),
		Summary:     summaryRows(past.upToUsable(c.ID), c.ID, addresses),
		Levels:      levelRows(c, past.rows[indexOf(past.rows, c.ID)]),
		Common:      fmt.Sprintf("%s by the %s law", celsius(past.at.CCDTemp), past.at.Law.Name()),
		Changes:     changeSentences(past.upToUsable(c.ID), c.ID, from.Comparison, past.at),
		How:         clauseText(vocabulary.Method(c)),
		Traffic:     trafficOf(from.Comparison),
		Background:  backgroundOf(c),
		Temperature: temperatureOf(c),
		Note:        said.Parts, warnings: warnings,
		Facts:    factsOf(c),
		Method:   methodOf(c),
		Quality:  qualityOf(from.Verdict),
		Replicas: replicaRows(c.Replicas),
		Missing:  missing, MissingMore: more,
		Notes:    replicaNotes(c.Replicas),
		Ledger:   ledgerOf(c.Ledger),
		Tool:     plain(strings.TrimSpace(c.Provenance.Tool + " " + c.Provenance.Version)),
		Settings: settingRows(c.Provenance.Settings),
		Inputs:   inputRows(c.Provenance.Inputs),
	}
	if from.Comparison != nil {
		p.BadPixels = badText(from.Comparison)
	}
	if p.Readouts, err = readoutsOf(c, k, past.upToUsable(c.ID)); err != nil {
		return p, err
	}
	p.Temperatures, err = past.temperatures(c.ID)
	return p, err
}

func factsOf(c *artifact.Calibration) []fact {
	attitude := "unknown"
	if c.Facts.RA != nil && c.Facts.Dec != nil {
		attitude = fmt.Sprintf("RA %s°, Dec %s°", fixed(c.Facts.RA, 4), fixed(c.Facts.Dec, 4))
	}
	if c.SeveralFields() {
		attitude = "one for each replica"
	}
	source := "no source: facts that no input gives are unknown"
	if c.Facts.Source != "" {
		source = plain(c.Facts.Source)
	}
	facts := []fact{
		{"First star catalogue", utc(c.Facts.DateStart)},
		{"First replica starts", utc(c.Facts.Start) + receivedOnEarth(c)},
		{"Last replica stops", utc(c.Facts.Stop) + receivedOnEarth(c)},
		{"Attitude", attitude},
		{"Source of time, attitude and temperature", source},
		{"Zodiacal background", zodiText(c.Zodi)},
	}
	if m := c.Map; m.Planned > 0 {
		facts = append(facts, fact{"Replicas used", m.ReplicasText()})
	}
	facts = append(facts, fact{"Pixels without a value", count(c.Map.Missing)})
	for _, q := range quantity.In(quantity.Fact) {
		text := numberText(history.Row{Numbers: c.Statistics.Numbers}, q)
		if q.Unit != quantity.Pixels && text != "unknown" && text != "none" {
			text += " " + q.Unit.Typeset()
		}
		facts = append(facts, fact{capital(q.Name), text})
	}
	return facts
}

// methodOf says how the map was made.
func methodOf(c *artifact.Calibration) []fact {
	m := c.Map
	orientation := fact{"Orientation", sentence(plain(m.Orientation))}
	if c.Origin == artifact.FromMap {
		return []fact{{"Method", "made elsewhere"}, orientation}
	}
	return []fact{
		{"Method", plain(m.Method)},
		{"Integrations", fmt.Sprintf("%s s and %s s, as used for the division", fixed(&m.ShortS, 3), fixed(&m.LongS, 3))},
		{"Gain", fixed(&m.GainEPerDN, 2) + " e⁻ per DN"},
		{"Noise of one replica, middle of all pixels", noiseText(c.Noise)},
		{"Samples for each pixel, short integration", samplesText(m.SamplesShort)},
		{"Samples for each pixel, long integration", samplesText(m.SamplesLong)},
		orientation,
	}
}

func utc(date string) string {
	if date == "" {
		return "unknown"
	}
	return plain(date) + " UTC"
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
	return fmt.Sprintf("%s (%.2f in units of the table; %s)", electrons(&z.EPerS), z.ZodiB, plain(z.Source))
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

func settingRows(settings map[string]string) []fact {
	rows := []fact{}
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		rows = append(rows, fact{plain(name), plain(settings[name])})
	}
	return rows
}

func inputRows(inputs []artifact.Input) []inputRow {
	rows := []inputRow{}
	for _, in := range inputs {
		rows = append(rows, inputRow{plain(in.Role), plain(in.Name), count(in.Bytes), plain(in.SHA256)})
	}
	return rows
}

// ledgerTable is the byte ledger of a calibration.
type ledgerTable struct {
	Rows  []ledgerRow `json:"rows"`
	Total string      `json:"total"`
}

type ledgerRow struct {
	Name  string `json:"name"`
	Bytes string `json:"bytes"`
	Share string `json:"share"`
	What  string `json:"what"`
}

func ledgerOf(l telemetry.Ledger) ledgerTable {
	t := ledgerTable{Total: count(l.Total())}
	for _, class := range []struct {
		name  string
		bytes int64
		what  string
	}{
		{"Rows", l.Rows, "records that became rows of the images"},
		{"Framing", l.Framing, "headers, markers and last bytes around the payload"},
		{"Fill", l.Fill, "fill frames"},
		{"Empty", l.Empty, "records within data frames that hold only fill"},
		{"Cut", l.Cut, "parts of records whose other part was not received"},
		{"Rejected", l.Rejected, "whole records that are not certain to be rows"},
		{"Repeated", l.Repeated, "frames that were there already, in a copy as good or better"},
		{"Other", l.Other, "frames of other virtual channels"},
		{"Damaged", l.Damaged, "bytes that are no part of a whole SFDU"},
		{"Surplus", l.Surplus, "bytes behind each SFDU, as many throughout a file"},
		{"Trailing", l.Trailing, "an incomplete SFDU at the end of a file"},
	} {
		t.Rows = append(t.Rows, ledgerRow{class.name, count(class.bytes), share(class.bytes, l.Total()), class.what})
	}
	return t
}
