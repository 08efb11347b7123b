package chart

import (
	"math"

	"darksite/processing/stats"
)

// The dark current axis in e-/s.
const (
	axisMin = 1.0
	axisMax = 2e4
)

// The bins of [stats.LogEdges], 0.05 decades wide, are continued at the same
// step: 6 bins down to 1.0024 and 6 bins up to 20000 e-/s, where state_of_aca
// ends too.
const (
	binStep   = 0.05 // decades
	binsBelow = 6
	binsAbove = 6
)

// Edges are the edges of the bins in e-/s, rising, from 1.0024 to 20000.
func Edges() []float64 {
	inner := stats.LogEdges()
	first, last := inner[0], inner[len(inner)-1]
	var edges []float64
	for i := binsBelow; i > 0; i-- {
		edges = append(edges, first*math.Pow(10, -binStep*float64(i)))
	}
	edges = append(edges, inner...)
	for i := 1; i <= binsAbove; i++ {
		edges = append(edges, last*math.Pow(10, binStep*float64(i)))
	}
	return edges
}

// point is a corner of an outline: e-/s and pixels per e-/s.
type point [2]float64

// outlines are the corners of the drawn histogram, one polyline for each run
// of bins that hold pixels. Where a run begins or ends inside the axis the
// line comes from and goes to the floor, so that an empty bin is a gap.
func outlines(edges, density []float64, floor float64) [][]point {
	var runs [][]point
	var run []point
	for i, d := range density {
		if d <= 0 {
			if run != nil {
				runs = append(runs, append(run, point{edges[i], floor}))
				run = nil
			}
			continue
		}
		if run == nil && i > 0 {
			run = append(run, point{edges[i], floor})
		}
		d = max(d, floor)
		run = append(run, point{edges[i], d}, point{edges[i+1], d})
	}
	if run != nil {
		runs = append(runs, run)
	}
	return runs
}

// The smallest density an axis reaches down to: one pixel in the widest bin
// has 4.6e-4 pixels per e-/s. Less is a part of a pixel whose value is spread
// over an edge.
const smallestFloor = 1e-4

// densityAxis goes over the powers of ten that hold the densities of all series,
// at least two decades.
func densityAxis(densities [][]float64) valueAxis {
	smallest, largest := math.Inf(1), 0.0
	for _, density := range densities {
		for _, d := range density {
			if d > 0 {
				smallest, largest = min(smallest, d), max(largest, d)
			}
		}
	}
	if largest == 0 {
		return valueAxis{low: 0.1, high: 10}
	}
	lowest := math.Floor(math.Log10(max(smallest, smallestFloor)))
	highest := math.Ceil(math.Log10(max(largest, smallestFloor)))
	highest = max(highest, lowest+2)
	return valueAxis{low: math.Pow(10, lowest), high: math.Pow(10, highest)}
}
