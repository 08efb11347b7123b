package chart

import (
	"math"

	"darksite/processing/scaling"
	"darksite/processing/stats"
)

// View is what a histogram shows: pixels per 1 e-/s in bins or, cumulative, the
// pixels above each edge; on logarithmic axes or, near zero, on linear ones.
type View struct {
	Near       bool
	Cumulative bool
}

// The bins near zero are 1 e-/s wide and centred on whole numbers, as the
// reports always had them: those of classic maps stand each in a bin of its own.
const (
	nearFirst = -20 // e-/s, centre of the first bin
	nearLast  = 60
)

// Edges are those of the view's bins in e-/s, rising. Those of a cumulative view
// have six significant digits, so that 20 and 200 e-/s are just that.
func (v View) Edges() []float64 {
	if v.Near {
		var edges []float64
		for k := nearFirst; k <= nearLast+1; k++ {
			edges = append(edges, float64(k)-0.5)
		}
		return edges
	}
	edges := Edges()
	if v.Cumulative {
		for i, e := range edges {
			edges[i] = rounded(e)
		}
	}
	return edges
}

// Values are the numbers of a histogram, once scaled, at edges: one for each bin
// or, cumulative, for each edge, strictly above it. The zero Scaling scales
// nothing.
func (v View) Values(h stats.Histogram, s scaling.Scaling, edges []float64) []float64 {
	same := s == (scaling.Scaling{})
	if !v.Cumulative {
		if same {
			return h.Density(edges)
		}
		return s.Density(h, edges)
	}
	values := make([]float64, len(edges))
	for i, e := range edges {
		if same {
			values[i] = float64(h.Above(e))
		} else {
			values[i] = float64(s.Above(h, e))
		}
	}
	return values
}

func (v View) title() string {
	switch {
	case v.Cumulative:
		return "Pixels above a dark current"
	case v.Near:
		return "Dark current near zero"
	}
	return "Dark current histogram"
}

func (v View) yTitle() string {
	if v.Cumulative {
		return "pixels above"
	}
	return yTitle
}

// pixelsMax is the end of a logarithmic axis of counts, above the 1,048,576
// pixels of the CCD.
const pixelsMax = 2e6

func (v View) xAxis() valueAxis {
	if v.Near {
		return valueAxis{low: nearFirst, high: nearLast, step: 10}
	}
	return valueAxis{low: axisMin, high: axisMax}
}

func (v View) yAxis(values [][]float64) valueAxis {
	switch {
	case v.Near:
		return linearAxis(values)
	case v.Cumulative:
		return valueAxis{low: 1, high: pixelsMax}
	}
	return densityAxis(values)
}

// linearAxis goes from zero to a round number.
func linearAxis(values [][]float64) valueAxis {
	most := 0.0
	for _, list := range values {
		for _, v := range list {
			most = max(most, v)
		}
	}
	if most == 0 {
		most = 1
	}
	step := niceStep(most / 4)
	return valueAxis{low: 0, high: rounded(math.Ceil(most/step-1e-9) * step), step: step}
}

// runs are the polylines that show the values of a series.
func (v View) runs(edges, values []float64, floor float64) [][]point {
	if !v.Cumulative {
		return outlines(edges, values, floor)
	}
	var runs [][]point
	for i, n := range values {
		switch {
		case n < floor || n == 0 && !v.Near:
			continue
		case i == 0 || values[i-1] < floor || values[i-1] == 0 && !v.Near:
			runs = append(runs, nil)
		}
		runs[len(runs)-1] = append(runs[len(runs)-1], point{edges[i], n})
	}
	return runs
}
