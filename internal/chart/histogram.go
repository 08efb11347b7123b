package chart

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strings"
	"unicode"

	"darksite/processing/chandra"
	"darksite/processing/scaling"
	"darksite/processing/stats"
)

// Series is the histogram of one calibration.
type Series struct {
	ID        chandra.ID // only [Explorer] needs it
	Name      string     // as the legend has it, e.g. "2015 Dec 21"
	Histogram stats.Histogram
	// Current marks the calibration that the page is about. It is drawn last
	// and heaviest; at most one series is current.
	Current bool
}

// Table holds the drawn bins. Density[s][b] is the number of pixels per 1 e-/s
// of series s between Edges[b] and Edges[b+1].
type Table struct {
	Edges   []float64 // e-/s, rising
	Names   []string
	Density [][]float64
}

// Figure is one chart in all its forms.
type Figure struct {
	ID string
	// Option is the ECharts option: data only, see the package comment.
	Option json.RawMessage
	// SVG and SVGNarrow are the static twin at 720 and at 360 px, fit to stand
	// in HTML or, for SVG, in a file of its own.
	SVG, SVGNarrow []byte
	// SVGBroad is the twin at 1200 px, for a figure that takes the whole page; nil
	// for others.
	SVGBroad []byte
	// Summary says in a sentence what the figure shows.
	Summary string
	Table   Table
	// Near is the linear zoom about zero and Above the pixels above a dark
	// current, for readers without scripts and for print. Only [Explorer] makes
	// them.
	Near  *Panel
	Above *Panel
}

// Thresholds of the reports, e-/s (processing.md, section 7): a pixel above
// the first is warm, above the second hot.
const (
	warmAbove = 100
	hotAbove  = 3000
)

var idForm = regexp.MustCompile(`^[a-z][a-z0-9-]{0,63}$`)

// histogram charts the differential histograms of one or more calibrations on
// logarithmic axes: pixels per 1 e-/s against dark current. The id names the
// figure within its page. The result depends on nothing but the arguments.
func histogram(id string, series []Series, explorer *explorerData) (Figure, error) {
	if !idForm.MatchString(id) {
		return Figure{}, fmt.Errorf("chart id %q: want up to 64 of a-z, 0-9 and -, with a letter first", id)
	}
	series, err := checked(series)
	if err != nil {
		return Figure{}, fmt.Errorf("chart %s: %w", id, err)
	}
	p := newPlot(id, series, View{})
	p.summary, p.explorer = summary(series), explorer
	option, err := p.option()
	if err != nil {
		return Figure{}, fmt.Errorf("chart %s: %w", id, err)
	}
	return Figure{
		ID:        id,
		Option:    option,
		SVG:       p.svg("wide", wideLayout(p.names)),
		SVGNarrow: p.svg("narrow", narrowLayout(p.names)),
		Summary:   p.summary,
		Table:     Table{Edges: p.edges, Names: p.names, Density: p.values},
	}, nil
}

// plot is what the live chart and the static twin are both drawn from.
type plot struct {
	id      string
	view    View
	title   string
	names   []string
	strokes []stroke
	edges   []float64
	values  [][]float64 // of each series, as View.Values has them
	x, y    valueAxis
	summary string
	// explorer is what the reader can choose from, nil for nothing.
	explorer *explorerData
}

func newPlot(id string, series []Series, v View) plot {
	p := plot{id: id, view: v, title: v.title(), strokes: strokes(series), edges: v.Edges()}
	for _, s := range series {
		p.names = append(p.names, s.Name)
		p.values = append(p.values, v.Values(s.Histogram, scaling.Scaling{}, p.edges))
	}
	p.x, p.y = v.xAxis(), v.yAxis(p.values)
	return p
}

// order lists the series as they are drawn, the current one last.
func (p plot) order() []int {
	var order, last []int
	for i, s := range p.strokes {
		if s.colour == accent {
			last = append(last, i)
		} else {
			order = append(order, i)
		}
	}
	return append(order, last...)
}

// checked returns the series with printable names, or what is wrong with them.
func checked(series []Series) ([]Series, error) {
	if len(series) == 0 {
		return nil, fmt.Errorf("no series: give at least one histogram")
	}
	clean := make([]Series, len(series))
	seen := map[string]bool{}
	current := 0
	for i, s := range series {
		s.Name = printable(s.Name)
		switch {
		case s.Name == "":
			return nil, fmt.Errorf("series %d has no name", i)
		case seen[s.Name]:
			return nil, fmt.Errorf("two series are named %q: the legend needs different names", s.Name)
		}
		seen[s.Name] = true
		if s.Current {
			current++
		}
		if err := checkHistogram(s.Histogram); err != nil {
			return nil, fmt.Errorf("series %q: %w", s.Name, err)
		}
		clean[i] = s
	}
	if current > 1 {
		return nil, fmt.Errorf("%d series are marked as current: want at most one", current)
	}
	if n := len(series) - current; n > maxOthers {
		return nil, fmt.Errorf("%d series beside the current one: more than %d cannot be told apart, leave some out", n, maxOthers)
	}
	return clean, nil
}

func checkHistogram(h stats.Histogram) error {
	if len(h.Values) != len(h.Counts) {
		return fmt.Errorf("%d values but %d counts", len(h.Values), len(h.Counts))
	}
	for i, v := range h.Values {
		switch {
		case math.IsNaN(float64(v)) || math.IsInf(float64(v), 0):
			return fmt.Errorf("value %d is %v: a histogram holds numbers only", i, v)
		case i > 0 && v <= h.Values[i-1]:
			return fmt.Errorf("value %d, %v, does not lie above the one before, %v", i, v, h.Values[i-1])
		case h.Counts[i] < 0:
			return fmt.Errorf("count %d is %d: want 0 or more", i, h.Counts[i])
		}
	}
	return nil
}

// maxName bounds a series' name, in characters.
const maxName = 80

// printable makes a name fit for a legend, for XML and for a sentence: no
// control characters, none that turn the direction of writing, not too long.
func printable(name string) string {
	if len(name) > 4*maxName {
		name = name[:4*maxName]
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp):
			return ' '
		case unicode.Is(unicode.Cf, r):
			return -1
		case r == '\ufffe' || r == '\uffff':
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(name, string(unicode.ReplacementChar)))
	name = strings.TrimSpace(name)
	if runes := []rune(name); len(runes) > maxName {
		name = string(runes[:maxName-1]) + "…"
	}
	return name
}
