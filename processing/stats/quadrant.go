package stats

import (
	"cmp"
	"slices"

	"darksite/internal/ground/workers"
	"darksite/processing/ccd"
)

// Quadrants counts the values of a map for each quadrant, A to D.
func Quadrants(g ccd.Geometry, image []float32) [4]Histogram {
	var out [4]Histogram
	quadrants := ccd.Quadrants()
	_ = workers.Each(len(quadrants), func(i int) error {
		q := quadrants[i]
		first, last := g.RowsOf(q)
		record := g.RecordPixels()
		values := make([]float32, 0, g.QuadrantRows()*record)
		for row := first; row <= last; row++ {
			p := g.PlaceOf(q.ColNeg(), row)
			left := p.Y*g.Columns + min(p.X0, p.X0+p.Step*(record-1))
			values = append(values, image[left:left+record]...)
		}
		out[i] = NewHistogram(values)
		return nil
	})
	return out
}

// Merge is the histogram of all pixels of several.
func Merge(parts ...Histogram) Histogram {
	type entry struct {
		value float32
		count int
	}
	var all []entry
	for _, p := range parts {
		for i, v := range p.Values {
			all = append(all, entry{v, p.Counts[i]})
		}
	}
	slices.SortFunc(all, func(a, b entry) int { return cmp.Compare(a.value, b.value) })
	var h Histogram
	for _, e := range all {
		if n := len(h.Values); n > 0 && h.Values[n-1] == e.value {
			h.Counts[n-1] += e.count
		} else {
			h.Values = append(h.Values, e.value)
			h.Counts = append(h.Counts, e.count)
		}
	}
	return h
}
