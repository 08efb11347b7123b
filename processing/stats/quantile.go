package stats

import "math"

// Quantile is the value below which a share p of the pixels lies, 0 to 1, in
// e-/s, interpolated linearly between neighbours in rank at (n-1)p, numpy's
// default. NaN without pixels or outside 0 to 1.
func (h Histogram) Quantile(p float64) float64 {
	n := h.Pixels()
	if n == 0 || !(p >= 0 && p <= 1) {
		return math.NaN()
	}
	rank := float64(n-1) * p
	below := math.Floor(rank)
	low := h.ranked(int(below))
	if rank == below {
		return low
	}
	return low + (h.ranked(int(below)+1)-low)*(rank-below)
}

// Shares are the quantiles that every calibration reports.
var Shares = []float64{0.01, 0.05, 0.25, 0.75, 0.95, 0.99}

// Quantile is the dark current below which a share of the pixels lies.
type Quantile struct {
	Share float64 `json:"share"` // 0 to 1
	Value float64 `json:"value"` // e-/s
}
