package quantity

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"darksite/processing/stats"
)

// Key names a number in every output. It ends in the unit where that is not pixels.
type Key string

// Unit is that of a number, in ASCII.
type Unit string

const (
	EPerS   Unit = "e-/s"
	Pixels  Unit = "pixels" // whole numbers
	Celsius Unit = "C"
	Percent Unit = "%"
	Ratio   Unit = ""
)

// Typeset is the unit as pages have it.
func (u Unit) Typeset() string {
	switch u {
	case EPerS:
		return "e⁻/s"
	case Celsius:
		return "°C"
	}
	return string(u)
}

// Quantity is one number of a calibration.
type Quantity struct {
	Key      Key
	Unit     Unit
	Decimals int    // that pages show
	Name     string // in a line of text: "mean near the peak"
	Head     string // over a column: "Mean near peak"
	Short    string // over a narrow column, "" for Head
	Means    string // the definition, a clause without a full stop
	// Law is how the number is taken to another temperature, "" where it is as
	// measured.
	Law string
	// Level is the threshold of a count of pixels as measured, in e-/s, 0 for others.
	Level int
	// MayLack tells that a whole map may have no such number, which is then "none"
	// and not unknown.
	MayLack bool
	// Asked are more names by which people ask for it, and keys of before.
	Asked []string
	// Read is how tables of published statistics have it, nil where none do.
	Read  *Read
	Shown Shown

	// Measure works it out from the pixels of a map or a quadrant; calibration.json
	// has what it gives. Derive works it out from more than the pixels.
	Measure func(stats.Histogram) (float64, bool)
	Derive  func(*Subject) (float64, bool)
}

// Read bounds what a table of published statistics may say, in the unit of the number.
type Read struct {
	Low, High float64
	Columns   []string // names of its column, letters and digits
}

// Shown are the places that show a number, with its rank there; 0 for those that do
// not.
type Shown struct {
	Tile   int  // on the first screen of a calibration, with its course
	Index  int  // in the table of all calibrations
	Wide   bool // there only where a screen is wide
	Report int  // in the table of a calibration and those before it, as reports have had since 2009
	TWiki  int  // in the same table as TWiki text
	Fact   int  // among the facts of a calibration
	Less   int  // in the table of levels without the zodiacal background
}

// Place is one of [Shown].
type Place func(Shown) int

// The places, for [In].
var (
	Tile   Place = func(s Shown) int { return s.Tile }
	Index  Place = func(s Shown) int { return s.Index }
	Report Place = func(s Shown) int { return s.Report }
	TWiki  Place = func(s Shown) int { return s.TWiki }
	Fact   Place = func(s Shown) int { return s.Fact }
	Less   Place = func(s Shown) int { return s.Less }
)

// All is the table, in the order in which files have the numbers.
func All() []*Quantity { return slices.Clone(table) }

// In are the quantities of a place, in its order.
func In(place Place) (list []*Quantity) {
	for _, q := range table {
		if place(q.Shown) > 0 {
			list = append(list, q)
		}
	}
	slices.SortStableFunc(list, func(a, b *Quantity) int { return cmp.Compare(place(a.Shown), place(b.Shown)) })
	return list
}

// Measured are the quantities that follow from the pixels alone.
func Measured() (list []*Quantity) {
	for _, q := range table {
		if q.Measure != nil {
			list = append(list, q)
		}
	}
	return list
}

// Of is the quantity with a key; nil for none.
func Of(key Key) *Quantity {
	for _, q := range table {
		if q.Key == key {
			return q
		}
	}
	return nil
}

// Over is the key of the number of pixels above a level in e-/s.
func Over(level int) Key { return Key(fmt.Sprintf("n_gt_%d", level)) }

// Add puts a quantity at the end of the table until remove is called: tests hold all
// outputs to what they do with one that never was.
func Add(q Quantity) (remove func()) {
	was := table
	table = append(slices.Clip(slices.Clone(table)), &q)
	return func() { table = was }
}

// Named finds a quantity by what people call it: its key, the name of a column, as
// pages show it, or a key of before.
func Named(text string) *Quantity {
	asked := fold(text)
	if asked == "" {
		return nil
	}
	for _, name := range []string{asked, strings.TrimSuffix(asked, "epers")} {
		for _, q := range table {
			if slices.ContainsFunc(q.names(), func(n string) bool { return fold(n) == name }) {
				return q
			}
		}
	}
	return nil
}

func (q *Quantity) names() []string {
	names := append([]string{string(q.Key), q.Name, q.Head, q.Short}, q.Asked...)
	if q.Read != nil {
		names = append(names, q.Read.Columns...)
	}
	return names
}

// fold keeps small letters and digits.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' && r < 'a' || r > 'z' {
			return -1
		}
		return r
	}, strings.ToLower(s))
}

// Title is the name over a narrow column.
func (q *Quantity) Title() string { return cmp.Or(q.Short, q.Head) }
