package chart

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"darksite/processing/chandra"
	"darksite/processing/stats"
)

// Exact is the exact histogram of one calibration.
type Exact struct {
	ID      chandra.ID
	Name    string   // as legends have it, e.g. "2015 Dec 21"
	CCDTemp *float64 // C, nil where not known
	// Histogram is that of the whole CCD, Quadrants those of A to D, or nothing.
	Histogram stats.Histogram
	Quadrants []stats.Histogram
}

// shardCall is the function of histograms.js that a shard calls.
const shardCall = "darksiteHistogram"

// shardData is what a shard hands over.
type shardData struct {
	ID        chandra.ID `json:"id"`
	Name      string     `json:"name"`
	Temp      *float64   `json:"temp"`
	Whole     *coded     `json:"whole,omitempty"` // left out where it is that of the quadrants
	Quadrants []coded    `json:"quadrants,omitempty"`
}

// coded is a histogram. That of whole numbers is told by the first of them, and
// then in turn the count of the next number, or as a negative one how many
// numbers no pixel has. Any other has its values, each the shortest decimal that
// is that float32, and their counts.
type coded struct {
	From   *int              `json:"from,omitempty"`
	Runs   []int             `json:"runs,omitempty"`
	Values []json.RawMessage `json:"values,omitempty"`
	Counts []int             `json:"counts,omitempty"`
}

// largestWhole bounds whole numbers, as float32 holds each up to there.
const largestWhole = 1 << 24

func code(h stats.Histogram) coded {
	whole := true
	for _, v := range h.Values {
		whole = whole && v > -largestWhole && v < largestWhole && v == float32(int(v))
	}
	var c coded
	if !whole {
		for i, v := range h.Values {
			c.Values = append(c.Values, strconv.AppendFloat(nil, float64(v), 'g', -1, 32))
			c.Counts = append(c.Counts, h.Counts[i])
		}
		return c
	}
	next := 0
	for i, v := range h.Values {
		if h.Counts[i] == 0 {
			continue // a count of 0 is no run
		}
		switch {
		case c.From == nil:
			first := int(v)
			c.From = &first
		case int(v) > next:
			c.Runs = append(c.Runs, next-int(v))
		}
		c.Runs = append(c.Runs, h.Counts[i])
		next = int(v) + 1
	}
	return c
}

// Shard is a calibration's exact histogram as a classic script of one line of
// data, which a page loads by a script element; it works from file:// and under
// a policy without inline script. The same histogram gives the same bytes.
func Shard(e Exact) ([]byte, error) {
	if _, err := chandra.ParseID(string(e.ID)); err != nil {
		return nil, fmt.Errorf("histogram of %q: %w", printable(string(e.ID)), err)
	}
	d := shardData{ID: e.ID, Name: printable(e.Name)}
	if d.Name == "" {
		return nil, fmt.Errorf("histogram of %s: it has no name: want one such as %s", e.ID, e.ID.Date().Format("2006 Jan 2"))
	}
	if err := checkNumber(e.CCDTemp); err != nil {
		return nil, fmt.Errorf("histogram of %s: CCD temperature: %w", e.ID, err)
	}
	d.Temp = measured(e.CCDTemp)
	if n := len(e.Quadrants); n != 0 && n != 4 {
		return nil, fmt.Errorf("histogram of %s: %d quadrants: want A to D, or none", e.ID, n)
	}
	for i, h := range append([]stats.Histogram{e.Histogram}, e.Quadrants...) {
		if err := checkHistogram(h); err != nil {
			return nil, fmt.Errorf("histogram of %s, %s: %w", e.ID, []string{"whole CCD", "quadrant A", "quadrant B", "quadrant C", "quadrant D"}[i], err)
		}
	}
	for _, h := range e.Quadrants {
		d.Quadrants = append(d.Quadrants, code(h))
	}
	merged := stats.Merge(e.Quadrants...)
	if len(e.Quadrants) == 0 || !slices.Equal(merged.Values, e.Histogram.Values) || !slices.Equal(merged.Counts, e.Histogram.Counts) {
		whole := code(e.Histogram)
		d.Whole = &whole
	}
	b, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("histogram of %s: %w", e.ID, err)
	}
	return slices.Concat([]byte(shardCall+"("), bytes.TrimSpace(b), []byte(");\n")), nil
}
