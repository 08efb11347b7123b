package view

import (
	"fmt"

	"darksite/processing/chandra"
	"darksite/processing/published"
	"darksite/processing/quality"
)

// Site is what the pages of a section show.
type Site struct {
	Settings     Settings
	Calibrations []Calibration // oldest first
	Published    []*published.Calibration
	OldReports   []OldReport // newest first
	History      *History
	// Assets are the starts of the hashes of files in assets/, by their names.
	Assets map[string]string
	// Reports are those that are rendered.
	Reports map[chandra.ID]*Report
}

// New finds what pages show of calibrations, oldest first, of published numbers,
// also of calibrations without a map, and of old reports. The rules, nil for the
// built-in ones, set the limits that tables and charts draw.
func New(settings Settings, calibrations []Calibration, known []*published.Calibration, old []OldReport, rules *quality.Rules) (*Site, error) {
	if rules == nil {
		rules = quality.DefaultRules()
	}
	past, err := historyOf(calibrations, known, settings.At, rules)
	if err != nil {
		return nil, err
	}
	return &Site{Settings: settings, Calibrations: calibrations, Published: known, OldReports: old, History: past, Reports: map[chandra.ID]*Report{}}, nil
}

// Report is the model of a calibration's page.
func (s *Site) Report(id string) (*Report, error) {
	if r, ok := s.Reports[chandra.ID(id)]; ok {
		return r, nil
	}
	return nil, fmt.Errorf("there is no report of calibration %q", id)
}

// Card is what pages say of a calibration.
func (s *Site) Card(id string) (*Card, error) {
	if k, ok := s.History.Cards[chandra.ID(id)]; ok {
		return k, nil
	}
	return nil, fmt.Errorf("there is no map of calibration %q", id)
}

// Section is the directory of the section, "dark_cal".
func (*Site) Section() string { return Section }

// HomeTitle is the first step of the breadcrumb.
func (s *Site) HomeTitle() string { return Plain(s.Settings.HomeTitle) }

// Asset is the path in the section of a file in assets/. The start of its hash lets
// browsers keep it until it changes.
func (s *Site) Asset(name string) string {
	if hash, ok := s.Assets[name]; ok {
		return "assets/" + name + "?v=" + hash
	}
	return "assets/" + name
}
