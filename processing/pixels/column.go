package pixels

import (
	"fmt"
	"math"
	"slices"

	"darksite/processing/ccd"
)

// The bad column of the ACA's CCD (processing.md, section 3).
const (
	badCol      = 454
	badColFirst = -245 // row
	badColLast  = 0    // row
)

// neighbours are the columns that the bad one is held against, on each side.
const neighbours = 4

// Column is the bad column against its neighbours in one map.
type Column struct {
	// Rows of the column that have a value, as have four neighbours on each side.
	Rows int `json:"rows"`
	// Mean of the column, and mean over the same rows of the median of the
	// eight neighbours, in e-/s; 0 without rows.
	Mean       float64 `json:"mean_e_per_s"`
	Neighbours float64 `json:"neighbours_e_per_s"`
	// Above is the share of the rows in which the column is above that median,
	// 0 to 1; a tie counts half. It is about a half for any other column, and
	// unlike the means it is not moved by a hot pixel.
	Above float64 `json:"above"`
}

// BadColumn looks for the bad column in a map in e-/s that is laid in one of the
// eight ways; it is there in one way only. Another CCD has none.
func BadColumn(g ccd.Geometry, image []float32, laid Symmetry) (Column, error) {
	var c Column
	if err := g.CheckPixels(len(image)); err != nil {
		return c, fmt.Errorf("bad column: %w", err)
	}
	if g != ccd.ACA {
		return c, nil
	}
	at := func(row, col int16) float32 {
		return image[laid.Of(g, Place{row, col}).index(g)]
	}
	var mean, others, above float64
	for row := int16(badColFirst); row <= badColLast; row++ {
		v := at(row, badCol)
		beside := make([]float32, 0, 2*neighbours)
		for k := int16(1); k <= neighbours; k++ {
			for _, n := range []float32{at(row, badCol-k), at(row, badCol+k)} {
				if known(n) {
					beside = append(beside, n)
				}
			}
		}
		if !known(v) || len(beside) < 2*neighbours {
			continue
		}
		slices.Sort(beside)
		middle := (float64(beside[neighbours-1]) + float64(beside[neighbours])) / 2
		c.Rows++
		mean += float64(v)
		others += middle
		switch {
		case float64(v) > middle:
			above++
		case float64(v) == middle:
			above += 0.5
		}
	}
	if c.Rows > 0 {
		n := float64(c.Rows)
		c.Mean, c.Neighbours, c.Above = mean/n, others/n, above/n
	}
	return c, nil
}

// significance is how many standard deviations the share of rows must be away
// from a half, which no column of the map reaches by chance.
const significance = 6

// Present is true when the column differs from its neighbours, brighter or
// fainter, by more than chance.
func (c Column) Present() bool {
	return c.Rows > 0 && math.Abs(c.Above-0.5) > significance*0.5/math.Sqrt(float64(c.Rows))
}
