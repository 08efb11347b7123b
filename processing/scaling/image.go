package scaling

import (
	"fmt"
	"math"
	"slices"

	"darksite/processing/stats"
)

// Image scales the pixels of a map of any shape, in e-/s, from src into dst.
// Both have the same length and may be the same. Pixels without a value (NaN)
// stay so. Nothing is allocated.
func (s Scaling) Image(dst, src []float32) error {
	if len(dst) != len(src) {
		return fmt.Errorf("temperature scaling: %d pixels into %d: want as many", len(src), len(dst))
	}
	if !s.byPixel {
		for i, v := range src {
			dst[i] = float32(float64(v) * s.factor)
		}
		return nil
	}
	for i, v := range src {
		switch rate := float64(v); {
		case rate <= lowest:
			dst[i] = float32(rate * s.factor)
		case rate >= highest:
			dst[i] = float32(rate * s.hottest)
		default:
			dst[i] = float32(rate * math.Exp(slope(math.Log(rate))*s.degrees))
		}
	}
	return nil
}

// Above counts the pixels of a map's histogram that are, once scaled, strictly
// above a threshold in e-/s.
func (s Scaling) Above(h stats.Histogram, threshold float64) int {
	return h.Above(s.Source(threshold))
}

// Histogram is the exact histogram of the scaled map, for means, medians and
// counts. Its values lie on no lattice: for bins, take Density.
func (s Scaling) Histogram(h stats.Histogram) stats.Histogram {
	scaled := stats.Histogram{Values: make([]float32, 0, len(h.Values)), Counts: make([]int, 0, len(h.Counts))}
	for i, v := range h.Values {
		rate := float32(s.Rate(float64(v)))
		if last := len(scaled.Values) - 1; last >= 0 && rate <= scaled.Values[last] {
			scaled.Counts[last] += h.Counts[i] // equal once rounded to float32
			continue
		}
		scaled.Values = append(scaled.Values, rate)
		scaled.Counts = append(scaled.Counts, h.Counts[i])
	}
	return scaled
}

// Density is the number of pixels per 1 e-/s of the scaled map in each bin
// between rising edges in e-/s. The edges are brought back to the map's own
// temperature, where its values have their lattice, so no comb shows.
func (s Scaling) Density(h stats.Histogram, edges []float64) []float64 {
	own := slices.Clone(edges)
	for i, e := range edges {
		own[i] = s.Source(e)
	}
	density := h.Density(own)
	for i := range density {
		density[i] *= (own[i+1] - own[i]) / (edges[i+1] - edges[i])
	}
	return density
}
