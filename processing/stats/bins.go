package stats

import "math"

// The log bins of chandra_aca's darkbins: 10^(log10 2 + 0.05 i), i = 0..74.
const (
	logBinStart = 2.0  // e-/s, the first edge
	logBinStep  = 0.05 // decades
	logBinEdges = 75
)

// LogEdges are the edges of the 74 log bins in e-/s, 2 to 10023.74.
func LogEdges() []float64 {
	edges := make([]float64, logBinEdges)
	for i := range edges {
		edges[i] = math.Pow(10, math.Log10(logBinStart)+logBinStep*float64(i))
	}
	return edges
}

// Lattice is the distance between neighbouring possible values in e-/s: 1 in
// classic maps of the nominal gain. It is 0 for maps whose values lie on no grid
// of 0.25 to 5 e-/s, and 1 where fewer than two values leave it open.
func (h Histogram) Lattice() float64 {
	const smallest, largest = 0.25, 5.0
	if len(h.Values) < 2 {
		return 1
	}
	step := largest
	for i := 1; i < len(h.Values); i++ {
		step = min(step, float64(h.Values[i])-float64(h.Values[i-1]))
	}
	if step < smallest {
		return 0
	}
	return step
}

// Density is the number of pixels per 1 e-/s in each bin between two rising
// edges (in e-/s). Maps hold only values on a lattice, so bins narrower than
// its step would show a comb; each value is therefore spread evenly over half
// a step to either side. A pixel that lies outside all bins counts nowhere.
func (h Histogram) Density(edges []float64) []float64 {
	if len(edges) < 2 {
		return nil
	}
	density := make([]float64, len(edges)-1)
	half := h.Lattice() / 2
	bin := 0
	for i, v := range h.Values {
		value, count := float64(v), float64(h.Counts[i])
		low, high := value-half, value+half
		for bin < len(density) && edges[bin+1] <= low {
			bin++
		}
		if half == 0 {
			if bin < len(density) && value >= edges[bin] {
				density[bin] += count
			}
			continue
		}
		for b := bin; b < len(density) && edges[b] < high; b++ {
			overlap := min(high, edges[b+1]) - max(low, edges[b])
			density[b] += count * max(0, overlap) / (2 * half)
		}
	}
	for b := range density {
		density[b] /= edges[b+1] - edges[b]
	}
	return density
}
