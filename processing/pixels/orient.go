package pixels

import (
	"fmt"

	"darksite/processing/ccd"
)

// Symmetry is one of the eight ways to lay a square: how a map may be wrong
// when rows and columns were mistaken.
type Symmetry uint8

const (
	Upright Symmetry = iota
	RowsReversed
	ColumnsReversed
	HalfTurn
	Transposed
	QuarterTurn      // the first row becomes the last column
	QuarterTurnBack  // the first row becomes the first column, reversed
	AntiTransposed   // transposed about the other diagonal
	symmetries       = 8
	firstTransposing = Transposed
)

// Symmetries lists those that a map can have, the right way up first: rows and
// columns are exchanged only where there are as many of each.
func Symmetries(g ccd.Geometry) []Symmetry {
	all := make([]Symmetry, symmetries)
	if g.Rows != g.Columns {
		all = all[:firstTransposing]
	}
	for i := range all {
		all[i] = Symmetry(i)
	}
	return all
}

func (s Symmetry) String() string {
	names := [symmetries]string{"upright", "rows reversed", "columns reversed", "turned by half", "rows and columns exchanged",
		"turned by a quarter", "turned back by a quarter", "rows and columns exchanged and reversed"}
	if int(s) >= len(names) {
		return fmt.Sprintf("symmetry %d", uint8(s))
	}
	return names[s]
}

// Of is where a pixel is found in a map that is wrong in this way.
func (s Symmetry) Of(g ccd.Geometry, p Place) Place {
	y, x := int(p.Row)-g.FirstRow, int(p.Col)-g.FirstColumn
	if s >= firstTransposing {
		y, x = x, y
	}
	switch s {
	case RowsReversed, QuarterTurnBack:
		y = g.Rows - 1 - y
	case ColumnsReversed, QuarterTurn:
		x = g.Columns - 1 - x
	case HalfTurn, AntiTransposed:
		y, x = g.Rows-1-y, g.Columns-1-x
	}
	return Place{int16(y + g.FirstRow), int16(x + g.FirstColumn)}
}

// OrientationLevel is the rate in e-/s that [Orient] may take for a list of the
// years of its map: the lists hold pixels of more than about 1500 e-/s, and in
// 2017 only 1.5 % of the CCD was above 500.
const OrientationLevel = 500

// Orientation is how well a list of hot pixels fits a map, laid in each way.
type Orientation struct {
	Above float64 `json:"above_e_per_s"`
	// Pixels of the list that have a value, and the share of them that is above
	// the level, 0 to 1, by Symmetry.
	Pixels [symmetries]int     `json:"pixels"`
	Hot    [symmetries]float64 `json:"hot"`
}

// Orient looks up the single pixels of a list in a map of the same CCD in e-/s, laid
// in each way. A pixel counts as hot strictly above
// the level in e-/s.
func Orient(list BadPixels, image []float32, level float64) (Orientation, error) {
	o := Orientation{Above: level}
	g := list.Geometry
	if err := g.CheckPixels(len(image)); err != nil {
		return o, fmt.Errorf("orientation: %w", err)
	}
	for _, s := range Symmetries(g) {
		hot := 0
		for _, p := range list.Singles() {
			v := image[s.Of(g, p).index(g)]
			if !known(v) {
				continue
			}
			o.Pixels[s]++
			if float64(v) > level {
				hot++
			}
		}
		if o.Pixels[s] > 0 {
			o.Hot[s] = float64(hot) / float64(o.Pixels[s])
		}
	}
	return o, nil
}

// A list tells which way a map lies when most of it is hot in one way and
// hardly any in the others. A right map has at least 90 % (processing.md,
// section 3); half leaves room for a list of other years, a fifth for the
// warmth of the whole CCD, 15 % above 500 e-/s at -3 C.
const (
	convincing = 0.5
	chance     = 0.2
	fewest     = 10 // pixels
)

// Laid names the way in which the list fits the map; ok is false when no way,
// or more than one, does.
func (o Orientation) Laid() (s Symmetry, ok bool) {
	for c := range o.Hot {
		if o.Hot[c] > o.Hot[s] {
			s = Symmetry(c)
		}
	}
	if o.Hot[s] < convincing || o.Pixels[s] < fewest {
		return Upright, false
	}
	for c := range o.Hot {
		if Symmetry(c) != s && o.Hot[c] > chance {
			return Upright, false
		}
	}
	return s, true
}
