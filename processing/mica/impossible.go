package mica

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"darksite/processing/ccd"
)

// Bounds of what a dark current can be, in e-/s. A value beyond them stands for
// something else: a fill value, an overflow, damage.
const (
	// LowestRate is far below any noise. A pixel is negative where its median
	// of the short integrations is above that of the long ones; read-out noise
	// makes that some 10 e-/s, shot noise of the hottest pixels some 100. Fill
	// values (-9999, -32768) and counts that wrapped at 16 bits lie below.
	LowestRate = -1000.0
	// HighestRate is what the A/D converter can tell: 65,535 DN more after
	// 4.992 s, at 5 e- per DN.
	HighestRate = 65535 * 5 / 4.992
)

// A fill value within the bounds shows by being alone: many pixels hold exactly
// the lowest value of the map, and no other pixel comes near. The values of real
// pixels thin out towards the lowest, and those of a clipped map begin just
// above it.
const (
	leastFilled = 16   // pixels
	leastGap    = 20.0 // e-/s
	leastShare  = 0.1  // of the value
)

// leastStretch is how many neighbours of a row or a column hold exactly one value
// where none of them was measured. The commonest value of a real map, or that at
// which it was clipped, is in less than half of its pixels, and 2^-32 of all
// stretches is none.
const leastStretch = 32

// highFills are the fill values within the bounds that are no dark current
// though nothing but their repetition shows it: the largest 16-bit numbers, and
// nines.
var highFills = []float64{9999, 32767, 32768, 65535, 65536}

// Impossible is a value that is no dark current, and the pixels that held it.
// They have no value in the map.
type Impossible struct {
	// Value as it stood in the file, "-9999" or "+Inf"; "others" for the sum of
	// those that are not listed.
	Value  string
	Pixels int
	// Where is "rows 8 to 16", "row 3, column -5", or "rows 8 to 300, columns 1 to
	// 17" where only some pixels of that rectangle held it.
	Where string
}

// otherValues is the Value of the sum of those that are not listed.
const otherValues = "others"

// what is the value in words.
func (v Impossible) what() string {
	if v.Value == otherValues {
		return "each of further values"
	}
	return v.Value + " e-/s"
}

// mostImpossible are listed one by one.
const mostImpossible = 8

// area is a rectangle of a CCD.
type area struct {
	ccd.Geometry
	pixels, row0, row1, col0, col1 int
}

func (a *area) add(i int) {
	r, c := a.RowColumn(i)
	if a.pixels == 0 {
		a.row0, a.row1, a.col0, a.col1 = r, r, c, c
	}
	a.row0, a.row1 = min(a.row0, r), max(a.row1, r)
	a.col0, a.col1 = min(a.col0, c), max(a.col1, c)
	a.pixels++
}

func (a *area) join(b *area) {
	a.row0, a.row1 = min(a.row0, b.row0), max(a.row1, b.row1)
	a.col0, a.col1 = min(a.col0, b.col0), max(a.col1, b.col1)
	a.pixels += b.pixels
}

func (a *area) String() string {
	span := func(one, many string, from, to int) string {
		if from == to {
			return fmt.Sprintf("%s %d", one, from)
		}
		return fmt.Sprintf("%s %d to %d", many, from, to)
	}
	rows := span("row", "rows", a.row0, a.row1)
	if a.pixels == (a.row1-a.row0+1)*a.Columns {
		return rows
	}
	return rows + ", " + span("column", "columns", a.col0, a.col1)
}

// dropImpossible makes NaN of every value that is no dark current, and lists
// them, those of most pixels first.
func dropImpossible(g ccd.Geometry, values []float64) []Impossible {
	found := map[float64]*area{}
	drop := func(i int) {
		v := values[i]
		if found[v] == nil {
			found[v] = &area{Geometry: g}
		}
		found[v].add(i)
		values[i] = math.NaN()
	}
	counts := map[float64]int{}
	constant := stretches(g, values)
	for i, v := range values {
		switch {
		case v != v:
		case v < LowestRate || v > HighestRate || constant[i]:
			drop(i)
		default:
			counts[v]++
		}
	}
	for _, fill := range alone(counts) {
		for i, v := range values {
			if v == fill {
				drop(i)
			}
		}
	}
	return listImpossible(found)
}

// stretches marks the pixels of long stretches of one value.
func stretches(g ccd.Geometry, values []float64) []bool {
	marked := make([]bool, len(values))
	// A line is a row or a column: its pixels lie step apart from the first on.
	line := func(first, step, pixels int) {
		n := 1
		for k := 1; k <= pixels; k++ {
			if k < pixels && values[first+k*step] == values[first+(k-1)*step] {
				n++
				continue
			}
			for j := k - n; n >= leastStretch && j < k; j++ {
				marked[first+j*step] = true
			}
			n = 1
		}
	}
	for row := range g.Rows {
		line(row*g.Columns, 1, g.Columns)
	}
	for column := range g.Columns {
		line(column, g.Columns, g.Rows)
	}
	return marked
}

// alone gives the fill values among possible ones.
func alone(counts map[float64]int) (fills []float64) {
	sorted := make([]float64, 0, len(counts))
	for v := range counts {
		sorted = append(sorted, v)
	}
	slices.Sort(sorted)
	far := func(v, next float64) bool {
		return counts[v] >= leastFilled && math.Abs(v-next) >= max(leastGap, leastShare*math.Abs(v))
	}
	for len(sorted) > 1 && sorted[0] < 0 && far(sorted[0], sorted[1]) {
		fills, sorted = append(fills, sorted[0]), sorted[1:]
	}
	for n := len(sorted); n > 1 && slices.Contains(highFills, sorted[n-1]) && far(sorted[n-1], sorted[n-2]); n-- {
		fills, sorted = append(fills, sorted[n-1]), sorted[:n-1]
	}
	return fills
}

// written has the digits that v needs in the precision in which it was stored.
func written(v float64) string {
	if float64(float32(v)) == v {
		return strconv.FormatFloat(v, 'g', -1, 32)
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

func listImpossible(found map[float64]*area) (list []Impossible) {
	values := make([]float64, 0, len(found))
	for v := range found {
		values = append(values, v)
	}
	slices.SortFunc(values, func(a, b float64) int {
		if n := found[b].pixels - found[a].pixels; n != 0 {
			return n
		}
		return strings.Compare(written(a), written(b))
	})
	var others *area
	for i, v := range values {
		switch a := found[v]; {
		case i < mostImpossible:
			list = append(list, Impossible{written(v), a.pixels, a.String()})
		case others == nil:
			others = a
		default:
			others.join(a)
		}
	}
	if others != nil {
		list = append(list, Impossible{otherValues, others.pixels, others.String()})
	}
	return list
}
