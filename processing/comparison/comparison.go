package comparison

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"darksite/processing/artifact"
	"darksite/processing/ccd"
	"darksite/processing/chandra"
	"darksite/processing/pixels"
	"darksite/processing/scaling"
)

// Schema names the layout of comparison.json that is written. [Parse] reads the one
// before it too, which says nothing of rules and verdicts.
const (
	Schema  = "darksite/comparison/2"
	schema1 = "darksite/comparison/1"
)

// File names within the directory of a comparison.
const (
	ComparisonFile = "comparison.json"
	PixelsCSV      = "pixels.csv"
	PixelsFITS     = "pixels.fits"
	BadPixelsFile  = "badpixels.txt"
)

// Files lists all but the manifest, in the order of use.
func Files() []string { return []string{PixelsCSV, PixelsFITS, BadPixelsFile, ComparisonFile} }

// Comparison is the content of comparison.json.
type Comparison struct {
	Schema string        `json:"schema"`
	ID     chandra.ID    `json:"id"`
	Pixels pixels.Report `json:"pixels"`
	// BadPixels is how badpixels.txt came about.
	BadPixels pixels.Selection `json:"bad_pixels"`
	// Persistence compares the list with that of the calibration before, of its
	// own map and the two before that; nil without a calibration before.
	Persistence *pixels.Persistence `json:"persistence"`
	// Column is the bad column of the CCD in this map.
	Column pixels.Column `json:"bad_column"`
	// Orientation looks up the hot pixels of the map before in this one, laid in
	// each way; nil without an earlier map.
	Orientation *pixels.Orientation `json:"orientation"`
	// Risen are places where pixels beside each other became brighter together
	// since the map before.
	Risen      []pixels.Risen `json:"risen"`
	Provenance Provenance     `json:"provenance"`
}

// Provenance says what a comparison was made of and by what.
type Provenance struct {
	Tool     string            `json:"tool"`
	Version  string            `json:"version"`
	Settings map[string]string `json:"settings"`
	// Rules are those of the verdicts by which the partners were chosen.
	Rules Rules `json:"rules"`
	// Inputs are this calibration and its partners, up to [Earlier] calibrations
	// before it that others may rest on, latest first.
	Inputs []Input `json:"inputs"`
	// PassedOver are later than the last partner, or earlier than none, and were
	// none because nothing may rest on them, latest first.
	PassedOver []Input `json:"passed_over"`
}

// Rules names rules of verdicts.
type Rules struct {
	Name   string `json:"name"`
	Date   string `json:"date"` // YYYY-MM-DD
	SHA256 string `json:"sha256"`
}

// Input is a calibration by the SHA-256 of its MANIFEST, and whether others may
// rest on it.
type Input struct {
	ID       chandra.ID `json:"id"`
	Manifest string     `json:"manifest_sha256"`
	Verdict  string     `json:"verdict"` // one of quality.Verdicts; "" in version 1
	Usable   bool       `json:"usable"`
	// Why is a clause: why it is not usable, or why one that is judged bad is. ""
	// where there is nothing to say.
	Why string `json:"why,omitempty"`
}

// Partners are the calibrations that this one was compared with, latest first.
func (p Provenance) Partners() []Input { return p.Inputs[min(1, len(p.Inputs)):] }

// Earlier is how many maps before a calibration's own take part: those of its
// bad pixel list, and one more for the list of the calibration before.
const (
	Earlier = listed + 1
	listed  = 2
)

// Settings are the rules of a comparison.
type Settings struct {
	Pixels pixels.Settings
	Bad    pixels.Rule
}

// DefaultSettings are the documented rules of package pixels.
func DefaultSettings() Settings {
	return Settings{Pixels: pixels.DefaultSettings(), Bad: pixels.DefaultRule()}
}

// Words are the settings as comparison.json records them.
func (s Settings) Words() map[string]string {
	return map[string]string{
		"warm_above_e_per_s": fmt.Sprint(s.Pixels.Warm),
		"hot_above_e_per_s":  fmt.Sprint(s.Pixels.Hot),
		"changed_by_e_per_s": fmt.Sprint(s.Pixels.Change.EPerS),
		"changed_by_factor":  fmt.Sprint(s.Pixels.Change.Factor),
		"law":                s.Pixels.Law.Name(),
		"bad_pixels":         s.Bad.String() + ", " + s.Bad.Law.Name() + " law",
	}
}

// New compares a map with those before it, latest first. Provenance is the
// caller's.
func New(now pixels.Map, earlier []pixels.Map, s Settings) (*Comparison, error) {
	c := &Comparison{Schema: Schema, ID: now.ID, Risen: []pixels.Risen{}}
	var report *pixels.Report
	var err error
	if len(earlier) == 0 {
		report, err = pixels.Find(now, s.Pixels)
	} else {
		report, err = pixels.Compare(now, earlier[0], s.Pixels)
	}
	if err != nil {
		return nil, err
	}
	c.Pixels = *report
	earlier = earlier[:min(len(earlier), Earlier)]
	bad, err := pixels.Select(append([]pixels.Map{now}, earlier[:min(len(earlier), listed)]...), s.Bad)
	if err != nil {
		return nil, err
	}
	c.BadPixels = *bad
	if c.Column, err = pixels.BadColumn(now.Geometry, now.Image, pixels.Upright); err != nil {
		return nil, err
	}
	if len(earlier) == 0 {
		return c, nil
	}
	before, err := pixels.Select(earlier, s.Bad)
	if err != nil {
		return nil, err
	}
	persistence := pixels.Persist(before.List, bad.List)
	c.Persistence = &persistence
	c.Risen = pixels.FindRisen(now.Geometry, c.Pixels.Pixels)
	c.Orientation, err = orient(now, earlier[0])
	return c, err
}

// lookedUpAbove is what a pixel must exceed in the earlier map, at the
// temperature of the later one, to be looked up there, e-/s. At 1000 e-/s the
// degradation model has 140 pixels for 2007006, the coldest calibration, and 500
// at the -13.6 C of 2015 (package model).
const lookedUpAbove = 1000

// orient looks up the hot pixels of one map, not of several: those of several
// would hide quadrants that were exchanged in the latest. There they must exceed
// half of the level, which a pixel loses by flicker only rarely.
func orient(now, before pixels.Map) (*pixels.Orientation, error) {
	rule := pixels.Rule{Threshold: lookedUpAbove, Combine: pixels.Max, At: pixels.Own, Law: scaling.PerPixel}
	if now.Temp != nil && before.Temp != nil {
		rule.At, rule.Temp = pixels.Fixed, now.Temp
	}
	hot, err := pixels.Select([]pixels.Map{before}, rule)
	if err != nil {
		return nil, err
	}
	o, err := pixels.Orient(hot.List, now.Image, pixels.OrientationLevel)
	return &o, err
}

// LeaveOut takes the calibration's own map out of its bad pixel list, which then is
// that of the partner before; without one it holds the known regions alone. It is
// for a calibration that nothing may rest on.
func (c *Comparison) LeaveOut(earlier []pixels.Map, s Settings) error {
	earlier = earlier[:min(len(earlier), Earlier)]
	if len(earlier) == 0 {
		c.BadPixels = pixels.None(c.Pixels.Geometry, s.Bad, c.ID)
		return nil
	}
	bad, err := pixels.Select(earlier, s.Bad)
	if err != nil {
		return err
	}
	bad.ForDay(c.ID.Date())
	persistence := pixels.Persist(bad.List, bad.List)
	c.BadPixels, c.Persistence = *bad, &persistence
	return nil
}

// Encode gives the files of a comparison by name, with a manifest.
func Encode(c *Comparison) (map[string][]byte, error) {
	var csv, table, list bytes.Buffer
	if err := pixels.EncodeCSV(c.Pixels.Geometry, &csv, c.Pixels.Pixels); err != nil {
		return nil, err
	}
	if err := pixels.EncodeFITS(&table, &c.Pixels, c.Provenance.Tool+" "+c.Provenance.Version); err != nil {
		return nil, err
	}
	if err := c.BadPixels.List.Encode(&list); err != nil {
		return nil, err
	}
	description, err := json.MarshalIndent(c, "", " ")
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{
		PixelsCSV: csv.Bytes(), PixelsFITS: table.Bytes(), BadPixelsFile: list.Bytes(),
		ComparisonFile: append(description, '\n'),
	}
	files[artifact.ManifestFile] = artifact.Manifest(files)
	return files, nil
}

// Parse reads and checks a comparison.json. The lists of pixels are in the other
// files.
func Parse(content []byte) (*Comparison, error) {
	var c Comparison
	c.Pixels.Geometry = ccd.ACA // where the file does not tell
	if err := json.Unmarshal(content, &c); err != nil {
		return nil, fmt.Errorf("not a comparison: %w", err)
	}
	if c.Schema != Schema && c.Schema != schema1 {
		return nil, fmt.Errorf("schema %q: this darksite reads %q and %q; build again", c.Schema, Schema, schema1)
	}
	if _, err := chandra.ParseID(string(c.ID)); err != nil {
		return nil, err
	}
	inputs := c.Provenance.Inputs
	if len(inputs) == 0 || inputs[0].ID != c.ID || !slices.IsSortedFunc(inputs, func(a, b Input) int { return cmp.Compare(b.ID, a.ID) }) {
		return nil, fmt.Errorf("comparison of %s: made of %v, want it and those before it, latest first", c.ID, inputs)
	}
	return &c, nil
}
