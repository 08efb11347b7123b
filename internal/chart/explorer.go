package chart

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"darksite/internal/ground/phrase"
	"darksite/processing/chandra"
	"darksite/processing/scaling"
)

// Entry is a calibration that a reader can lay over others.
type Entry struct {
	ID      chandra.ID
	Name    string   // as the legend has it
	CCDTemp *float64 // C, nil where not known
	// Address is that of its [Shard], relative to the page of the chart.
	Address string
}

// ExplorerOptions say what a reader can choose from.
type ExplorerOptions struct {
	// ID names the figure within its page and, in the address of a view, the
	// fragment: "#histogram=axes:near,part:A".
	ID string
	// Entries are all calibrations of the list, by rising id, with those that
	// the figure begins with.
	Entries []Entry
	// Shared leaves out of the figure the entries that it does not begin with:
	// the page loads all of them with a script that [List] writes.
	Shared bool
	// CCDTemp and Law are what the controls offer first for a common
	// temperature; for a law of its own factor they offer the per-pixel law.
	CCDTemp chandra.Celsius
	Law     scaling.Law
}

// Panel is a static figure of another view.
type Panel struct {
	Title   string
	SVG     []byte
	Summary string
	View    View
	Edges   []float64 // e-/s
	Names   []string
	// Values has for each series the pixels per 1 e-/s of each bin or, in a
	// cumulative view, the pixels above each edge.
	Values [][]float64
}

// explorerData is what explorer.js is told.
type explorerData struct {
	Thresholds []float64     `json:"thresholds"` // e-/s
	CCDTemp    float64       `json:"temp"`       // C, offered first
	Law        string        `json:"law"`        // so too
	MaxStep    float64       `json:"reach"`      // most that laws bridge, C
	Shown      []chandra.ID  `json:"shown"`      // in the order of the series
	Current    chandra.ID    `json:"current"`
	Above      [][]int       `json:"above"` // of Shown, at Thresholds
	List       []listedEntry `json:"list"`
}

type listedEntry struct {
	ID      chandra.ID `json:"id"`
	Name    string     `json:"name"`
	CCDTemp *float64   `json:"temp"`
	Address string     `json:"at"`
}

// laws are what readers choose from.
var laws = []scaling.Law{scaling.PerPixel, scaling.Uniform, scaling.Historic}

// Explorer charts the histograms as [Histogram] does, one of which is current,
// and lets a reader with scripts choose what is shown of which calibrations at
// which temperature. Exact histograms come from the calibrations' shards, once
// they are asked for. Two more static figures stand for the views that readers
// without scripts and print would miss.
func Explorer(series []Series, o ExplorerOptions) (Figure, error) {
	d, err := o.data(series)
	if err != nil {
		return Figure{}, fmt.Errorf("chart %s: %w", printable(o.ID), err)
	}
	f, err := histogram(o.ID, series, d)
	if err != nil {
		return Figure{}, err
	}
	series, err = checked(series)
	if err != nil {
		return Figure{}, fmt.Errorf("chart %s: %w", o.ID, err)
	}
	f.Near = newPanel(o.ID+"-near", series, View{Near: true})
	f.Above = newPanel(o.ID+"-above", series, View{Cumulative: true})
	return f, nil
}

func newPanel(id string, series []Series, v View) *Panel {
	p := newPlot(id, series, v)
	p.summary = v.summary(series)
	return &Panel{
		Title: p.title, SVG: p.svg("panel", panelLayout(p.names).widened(p.y)), Summary: p.summary,
		View: v, Edges: p.edges, Names: p.names, Values: p.values,
	}
}

func (o ExplorerOptions) data(series []Series) (*explorerData, error) {
	if o.Law.Name() == "" || !(math.Abs(float64(o.CCDTemp)) < 1000) {
		return nil, fmt.Errorf("common temperature %v C by law %q: give what the controls offer first", o.CCDTemp, o.Law.Name())
	}
	d := &explorerData{
		CCDTemp: float64(o.CCDTemp), Law: o.Law.Name(), MaxStep: float64(scaling.MaxDifference),
		Shown: []chandra.ID{}, List: []listedEntry{},
	}
	if !slices.ContainsFunc(laws, func(l scaling.Law) bool { return l.Name() == d.Law }) {
		d.Law = laws[0].Name()
	}
	for _, t := range thresholds {
		d.Thresholds = append(d.Thresholds, t.at)
	}
	entries, err := listEntries(o.Entries)
	if err != nil {
		return nil, err
	}
	listed := map[chandra.ID]listedEntry{}
	for _, e := range entries {
		listed[e.ID] = e
	}
	if !o.Shared {
		d.List = entries
	}
	for _, s := range series {
		entry, ok := listed[s.ID]
		if !ok {
			return nil, fmt.Errorf("series %q: its calibration %q is not among the entries", printable(s.Name), printable(string(s.ID)))
		}
		d.Shown = append(d.Shown, s.ID)
		if o.Shared {
			d.List = append(d.List, entry)
		}
		if s.Current {
			d.Current = s.ID
		}
		var above []int
		for _, t := range d.Thresholds {
			above = append(above, s.Histogram.Above(t))
		}
		d.Above = append(d.Above, above)
	}
	if d.Current == "" {
		return nil, fmt.Errorf("no series is current: mark the one that the page is about")
	}
	return d, nil
}

// listEntries checks entries and makes them fit for a script.
func listEntries(entries []Entry) ([]listedEntry, error) {
	list := []listedEntry{}
	names := map[string]chandra.ID{}
	for i, e := range entries {
		if _, err := chandra.ParseID(string(e.ID)); err != nil {
			return nil, fmt.Errorf("entry %d: %w", i, err)
		}
		if i > 0 && e.ID <= entries[i-1].ID {
			return nil, fmt.Errorf("entry %d: %s follows %s: want rising ids, each once", i, e.ID, entries[i-1].ID)
		}
		e.Name = printable(e.Name)
		if e.Name == "" {
			return nil, fmt.Errorf("entry %s has no name", e.ID)
		}
		if other, ok := names[e.Name]; ok {
			return nil, fmt.Errorf("entries %s and %s are both named %q: the legend needs different names", other, e.ID, e.Name)
		}
		names[e.Name] = e.ID
		if e.Address == "" {
			return nil, fmt.Errorf("entry %s has no address of its shard", e.ID)
		}
		if err := checkPage(e.Address); err != nil {
			return nil, fmt.Errorf("entry %s: %w", e.ID, err)
		}
		if err := checkNumber(e.CCDTemp); err != nil {
			return nil, fmt.Errorf("entry %s: CCD temperature: %w", e.ID, err)
		}
		list = append(list, listedEntry{e.ID, e.Name, measured(e.CCDTemp), e.Address})
	}
	return list, nil
}

// List is a script of data with all calibrations that readers can lay over
// others, for pages whose explorers are shared ([ExplorerOptions]).
func List(entries []Entry) ([]byte, error) {
	list, err := listEntries(entries)
	if err != nil {
		return nil, fmt.Errorf("list of calibrations: %w", err)
	}
	data, err := json.Marshal(list)
	if err != nil {
		return nil, fmt.Errorf("list of calibrations: %w", err)
	}
	return fmt.Appendf(nil, "window.darksiteCalibrations = %s;\n", data), nil
}

// summary of a static figure.
func (v View) summary(series []Series) string {
	var parts []string
	for _, s := range series {
		switch {
		case v.Cumulative:
			parts = append(parts, fmt.Sprintf("%s, %s above 20 e⁻/s, %s above %d e⁻/s, %s above %d e⁻/s", s.Name,
				phrase.Count(s.Histogram.Above(20)), phrase.Count(s.Histogram.Above(warmAbove)), warmAbove, phrase.Count(s.Histogram.Above(hotAbove)), hotAbove))
		default:
			parts = append(parts, fmt.Sprintf("%s, %s below 0 e⁻/s", s.Name, phrase.Count(s.below(0))))
		}
	}
	text := "Histogram of dark current near zero on linear axes, pixels in bins of 1 e⁻/s: "
	if v.Cumulative {
		text = "Number of pixels above a dark current on logarithmic axes: "
	}
	return text + strings.Join(parts, "; ") + "."
}

func (s Series) below(limit float32) (n int) {
	for i, v := range s.Histogram.Values {
		if v < limit {
			n += s.Histogram.Counts[i]
		}
	}
	return n
}
