package chart

import (
	"encoding/json"
	"fmt"
	"html/template"
	"math"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"darksite/processing/chandra"
	"darksite/processing/history"
	"darksite/processing/model"
	"darksite/processing/quality"
	"darksite/processing/quantity"
)

// HistoryOptions say how a history is shown.
type HistoryOptions struct {
	// ID begins the names of the figures within their page: "history" gives
	// "history-temperature" and so on.
	ID string
	// At is the temperature and the law that the rows were made with.
	At history.At
	// Pages are the addresses of the calibrations' pages, relative to the page
	// that holds the charts. A calibration without one is drawn without a link.
	Pages map[chandra.ID]string
	// Current is the calibration that the page is about; the figures mark it.
	Current chandra.ID
	// States are verdicts: good, remarked, degraded, bad or, like none, unknown.
	States map[chandra.ID]quality.State
	// Limits are what the rules allow observed over model to be; none are drawn for
	// a calibration without.
	Limits map[chandra.ID][2]float64
	// Without are the names of figures that are left out, such as "warm".
	Without []string
}

// HistoryFigure is one chart of the history in all its forms, which stands in a
// page as a [Figure] does. Table has the numbers that it shows.
type HistoryFigure struct {
	ID             string
	Title          string
	Option         json.RawMessage
	SVG, SVGNarrow []byte
	SVGBroad       []byte // nil for figures that do not take the whole page
	Summary        string
	Table          HistoryTable
	// calibrations is what all figures of a history share, in the HTML of its
	// first.
	calibrations []byte
}

// HTML is the figure as it stands in a page; see the package comment. The live
// charts of a history take what they share from the HTML of its first figure,
// which must stand in the same page.
func (f HistoryFigure) HTML() template.HTML {
	return template.HTML(f.calibrations) +
		Figure{ID: f.ID, Option: f.Option, SVG: f.SVG, SVGNarrow: f.SVGNarrow, SVGBroad: f.SVGBroad, Summary: f.Summary}.HTML()
}

// History charts calibrations against time: the warm pixels, their share, observed
// over model and the CCD temperature (o.ID with "-warm", as broad as the page), pixels above the higher thresholds in panels
// of their own ("-hot"), and the levels of the maps over the zodiacal background
// ("-levels"). The rows are those of [history.Join], by rising id. A line breaks
// where a number is not known, and a figure or panel of which none was measured
// is left out, so no rows give no figures.
//
// A point is open where only published numbers are at hand, and its shape tells
// a degraded or bad calibration from the others. A band shows where the CCD got
// another temperature to be held at. In the wide static twin a calibration is a
// link to its page; in the live chart a click goes there. The links are left out
// of the tab order: the page's table of calibrations has the same ones.
//
// The result depends on nothing but the arguments.
func History(rows []history.Row, o HistoryOptions) ([]HistoryFigure, error) {
	if o.At.Law.Name() == "" || !(math.Abs(float64(o.At.CCDTemp)) < 1000) {
		return nil, fmt.Errorf("chart %s: common temperature %v C by law %q: give what the rows were made with", o.ID, o.At.CCDTemp, o.At.Law.Name())
	}
	return drawHistory(rows, o, sketches(o))
}

// Temperature charts the CCD temperature against time (o.ID with
// "-temperature"), as History does; o.At is not used. Where none is known there
// is no figure.
func Temperature(rows []history.Row, o HistoryOptions) (figure HistoryFigure, ok bool, err error) {
	figures, err := drawHistory(rows, o, []sketch{temperatureSketch()})
	if err != nil || len(figures) == 0 {
		return HistoryFigure{}, false, err
	}
	return figures[0], true, nil
}

func drawHistory(rows []history.Row, o HistoryOptions, sketches []sketch) ([]HistoryFigure, error) {
	if !idForm.MatchString(o.ID) || len(o.ID) > 50 {
		return nil, fmt.Errorf("chart id %q: want up to 50 of a-z, 0-9 and -, with a letter first", o.ID)
	}
	points, err := historyPoints(rows, o)
	if err != nil {
		return nil, fmt.Errorf("chart %s: %w", o.ID, err)
	}
	var trends []trend
	widest := 0.0 // so that the time axes of all figures begin at one place
	for _, s := range sketches {
		if slices.Contains(o.Without, s.name) {
			continue
		}
		t, err := s.trend(rows, points, o)
		if err != nil {
			return nil, fmt.Errorf("chart %s-%s: %w", o.ID, s.name, err)
		}
		if len(t.panels) > 0 {
			trends = append(trends, t)
			widest = max(widest, t.labelWidth())
		}
	}
	var figures []HistoryFigure
	for i, t := range trends {
		t.labels = widest
		f := HistoryFigure{
			ID: t.id, Title: t.title, Summary: t.summary, Table: t.table,
			SVG: t.svg("wide", t.wide()), SVGNarrow: t.svg("narrow", t.narrow()),
		}
		if t.broad {
			f.SVGBroad = t.svg("broad", t.base())
		}
		if f.Option, err = t.option(); err != nil {
			return nil, fmt.Errorf("chart %s: %w", t.id, err)
		}
		if i == 0 {
			if f.calibrations, err = sharedCalibrations(o.ID, points); err != nil {
				return nil, fmt.Errorf("chart %s: %w", o.ID, err)
			}
		}
		figures = append(figures, f)
	}
	return figures, nil
}

// historyPoints are the calibrations without numbers.
func historyPoints(rows []history.Row, o HistoryOptions) ([]HistoryPoint, error) {
	points := make([]HistoryPoint, len(rows))
	for i, r := range rows {
		if _, err := chandra.ParseID(string(r.ID)); err != nil {
			return nil, fmt.Errorf("row %d: %w", i, err)
		}
		if i > 0 && r.ID <= rows[i-1].ID {
			return nil, fmt.Errorf("row %d: %s follows %s: want rising ids, each once, as history.Join gives them", i, r.ID, rows[i-1].ID)
		}
		if year := float64(r.ID.Year()); !(r.Year >= year && r.Year < year+1) {
			return nil, fmt.Errorf("calibration %s: year %v is not within %v", r.ID, r.Year, year)
		}
		p := HistoryPoint{
			ID: r.ID, Date: r.ID.Date().Format("2006 Jan 2"), Year: decimal(model.FractionalYear(r.ID.Date()), yearDecimals),
			Page: o.Pages[r.ID], State: o.States[r.ID], Published: r.Published(), Current: o.Current != "" && r.ID == o.Current,
		}
		switch p.State {
		case quality.Good, quality.Remarked, quality.Degraded, quality.Bad:
		case "", quality.Unknown:
			p.State = quality.Unknown
		default:
			return nil, fmt.Errorf("calibration %s: state %q: want good, remarked, degraded, bad or unknown", r.ID, p.State)
		}
		if err := checkPage(p.Page); err != nil {
			return nil, fmt.Errorf("calibration %s: %w", r.ID, err)
		}
		if err := checkNumber(r.Value(quantity.CCDTemp)); err != nil {
			return nil, fmt.Errorf("calibration %s: CCD temperature: %w", r.ID, err)
		}
		p.CCDTemp = measured(r.Value(quantity.CCDTemp))
		points[i] = p
	}
	return points, nil
}

// checkPage refuses an address that could lead out of the site: with a scheme,
// a host, or what a browser drops or takes for a slash.
func checkPage(address string) error {
	bad := strings.ContainsFunc(address, func(r rune) bool {
		return r == '\\' || r == utf8.RuneError || unicode.In(r, unicode.C, unicode.Z)
	})
	u, err := url.Parse(address)
	if bad || err != nil || u.Scheme != "" || strings.HasPrefix(address, "//") {
		return fmt.Errorf("page address %q: want one relative to the page of the charts, such as 2015_dec/", printable(address))
	}
	return nil
}

// largestNumber bounds what an axis is made for.
const largestNumber = 1e12

func checkNumber(v *float64) error {
	if v != nil && !(math.Abs(*v) <= largestNumber) {
		return fmt.Errorf("%v: want a number of at most %g, or nil for what is not known", *v, largestNumber)
	}
	return nil
}
