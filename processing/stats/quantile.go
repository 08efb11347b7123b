package stats

import "math"

// Quantile is the value below which a share p of the pixels lies, 0 to 1, in
// e-/s, interpolated linearly between neighbours in rank at (n-1)p, numpy's
// default. NaN without pixels or outside 0 to 1.
func (h Histogram) Quantile(p float64) float64 {
	r := h.Rank(p)
	if r == nil {
		return math.NaN()
	}
	low, high := float64(r.Below.Value), float64(r.Above.Value)
	return low + (high-low)*(r.Rank-float64(r.Below.Rank))
}

// Rank is where a quantile lies among the pixels in rising order: between the two
// whole ranks next to (pixels - 1) x share, counted from 0.
type Rank struct {
	Share  float64 `json:"share"`
	Pixels int     `json:"pixels"`
	Rank   float64 `json:"rank"`
	Below  Ranked  `json:"below"`
	Above  Ranked  `json:"above"`
}

// Ranked is the pixel with a rank.
type Ranked struct {
	Rank  int     `json:"rank"`
	Value float32 `json:"value_e_per_s"`
	// First and Last are the ranks of all pixels with this value.
	First int `json:"first_rank"`
	Last  int `json:"last_rank"`
}

// Rank is that of a share p of the pixels, 0 to 1; nil without pixels or outside
// 0 to 1.
func (h Histogram) Rank(p float64) *Rank {
	n := h.Pixels()
	if n == 0 || !(p >= 0 && p <= 1) {
		return nil
	}
	r := &Rank{Share: p, Pixels: n, Rank: float64(n-1) * p}
	below := int(r.Rank)
	r.Below, r.Above = *h.Ranked(below), *h.Ranked(min(below+1, n-1))
	return r
}

// Ranked is the pixel with a rank, from 0, in rising order; nil where there is none.
func (h Histogram) Ranked(rank int) *Ranked {
	first := 0
	for i, c := range h.Counts {
		if rank >= first && rank < first+c {
			return &Ranked{rank, h.Values[i], first, first + c - 1}
		}
		first += c
	}
	return nil
}

// Shares are the quantiles that every calibration reports.
var Shares = []float64{0.01, 0.05, 0.25, 0.75, 0.95, 0.99}

// Quantile is the dark current below which a share of the pixels lies.
type Quantile struct {
	Share float64 `json:"share"` // 0 to 1
	Value float64 `json:"value"` // e-/s
}
