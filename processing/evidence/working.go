package evidence

import (
	"math"

	"darksite/processing/stats"
)

// mean is that of the pixels from low to high, of all for nil.
func (w *workings) mean(low, high *float64) *float64 {
	from, to := 0, len(w.sorted)
	if low != nil {
		from, to = w.below(*low), w.upTo(*high)
	}
	s := &Sum{Pixels: to - from, Low: low, High: high}
	for _, v := range w.sorted[from:to] {
		s.Sum += float64(v)
	}
	w.out.Sum = s
	if low == nil {
		w.hottest()
	}
	if s.Pixels == 0 {
		return nil
	}
	return new(s.Sum / float64(s.Pixels))
}

// The centres that a peak is looked for about.
const (
	aboutMedian = "median"
	aboutMode   = "mode"
)

// centre is what a peak is looked for about, e-/s.
type centre struct {
	about string // aboutMedian or aboutMode
	ePerS *float64
}

func (w *workings) median() centre { return centre{aboutMedian, w.rank(0.5)} }

// meanNear is the mean near a centre, nil without one.
func (w *workings) meanNear(c centre) *float64 {
	if c.ePerS == nil {
		return nil
	}
	low, high := *c.ePerS-stats.NearPeak, *c.ePerS+stats.NearPeak
	return w.mean(&low, &high)
}

// quantile interpolates between two ranks and names pixels that have them.
func (w *workings) quantile(share float64) *float64 {
	v, r := w.rankOf(share)
	if w.out.Rank = r; v != nil {
		w.show(r.Below.Value, some, "at the rank")
		if r.Above.Value != r.Below.Value {
			w.show(r.Above.Value, some, "at the next rank")
		}
	}
	return v
}

// rank is the value of a quantile.
func (w *workings) rank(share float64) *float64 {
	v, _ := w.rankOf(share)
	return v
}

func (w *workings) rankOf(share float64) (*float64, *Rank) {
	n := len(w.sorted)
	if n == 0 {
		return nil, nil
	}
	r := &Rank{Share: share, Pixels: n, Rank: float64(n-1) * share}
	below := int(math.Floor(r.Rank))
	r.Below, r.Above = w.ranked(below), w.ranked(min(below+1, n-1))
	low, high := float64(r.Below.Value), float64(r.Above.Value)
	return new(low + (high-low)*(r.Rank-float64(below))), r
}

func (w *workings) ranked(rank int) Ranked {
	v := w.sorted[rank]
	return Ranked{rank, v, w.below(float64(v)), w.upTo(float64(v)) - 1}
}

func (w *workings) extreme(rank int) *float64 {
	if len(w.sorted) == 0 {
		return nil
	}
	v := w.sorted[rank]
	w.out.Count = &Count{Pixels: len(w.sorted), Counted: w.entry(rank).Pixels, Lowest: w.entry(rank)}
	why := "coldest"
	if rank > 0 {
		why = "hottest"
	}
	w.show(v, some, why)
	return new(float64(v))
}

// above counts pixels and names the hottest ones and those on either side of
// the threshold.
func (w *workings) above(threshold float64) *float64 {
	rank := w.upTo(threshold)
	n := len(w.sorted) - rank
	w.out.Count = &Count{Threshold: &threshold, Pixels: len(w.sorted), Counted: n, Lowest: w.entry(rank), Next: w.entry(rank - 1)}
	if n > 0 {
		w.hottest()
		w.show(w.sorted[rank], 1, "just above")
	}
	if rank > 0 {
		w.show(w.sorted[rank-1], 1, "just not above")
	}
	return count(n)
}

func (w *workings) counted() *float64 {
	w.out.Count = &Count{Pixels: len(w.sorted), Counted: len(w.sorted)}
	return count(len(w.sorted))
}

// peak is the vertex of the fit about a centre, nil without one.
func (w *workings) peak(c centre) *float64 {
	if c.ePerS == nil || math.Abs(*c.ePerS) > farthest {
		return nil
	}
	// The lattice of a map is that of all values, so the bins are those of
	// package stats.
	vertex, fit := parabola(stats.NewHistogram(w.sorted), c.about, *c.ePerS)
	if w.out.Fit = fit; vertex != nil {
		if at := w.below(math.Round(*vertex)); at < len(w.sorted) {
			w.show(w.sorted[at], some, "near the peak")
		}
	}
	return vertex
}

// farthest is the largest dark current, e-/s, about which bins of 1 e-/s are laid.
const farthest = 1 << 18

// mode is the middle of the fullest bin of 1 e-/s between the 1st and the 99th
// percentile; none where it holds fewer than 100 pixels.
func (w *workings) mode() centre {
	median := w.rank(0.5)
	if median == nil || math.Abs(*median) > farthest {
		return centre{about: aboutMode}
	}
	first, last := math.Floor(*w.rank(0.01)), math.Ceil(*w.rank(0.99))
	last = min(last, first+farthest)
	middle, most := 0.0, 0.0
	for i, pixels := range stats.NewHistogram(w.sorted).Density(edgesAbout(first, last)) {
		if pixels > most {
			middle, most = first+float64(i), pixels
		}
	}
	if most < 100 {
		return centre{about: aboutMode}
	}
	return centre{aboutMode, &middle}
}

// modal is the mode as an answer of its own, with some pixels of its bin.
func (w *workings) modal() *float64 {
	mode := w.mode().ePerS
	if mode == nil {
		return nil
	}
	if from := w.below(*mode - 0.5); from < w.below(*mode+0.5) {
		w.show(w.sorted[from], some, "in the fullest bin")
	}
	return mode
}

// edgesAbout are those of bins with whole numbers in their middles.
func edgesAbout(first, last float64) []float64 {
	edges := make([]float64, int(last-first)+2)
	for i := range edges {
		edges[i] = first + float64(i) - 0.5
	}
	return edges
}

// parabola fits by the sums that symmetric places make simple, not by the
// matrix of package stats.
func parabola(h stats.Histogram, about string, around float64) (vertex *float64, f *Fit) {
	first, last := math.Ceil(around-stats.NearPeak), math.Floor(around+stats.NearPeak)
	f = &Fit{About: about, Around: around, Centre: (first + last) / 2}
	var s2, s4, y0, y1, y2 float64
	for i, y := range h.Density(edgesAbout(first, last)) {
		f.Bins = append(f.Bins, Bin{first + float64(i), y})
		x := first + float64(i) - f.Centre
		s2 += x * x
		s4 += x * x * x * x
		y0 += y
		y1 += x * y
		y2 += x * x * y
	}
	n := float64(len(f.Bins))
	f.Slope = y1 / s2
	f.Curvature = (n*y2 - s2*y0) / (n*s4 - s2*s2)
	f.Constant = (y0 - f.Curvature*s2) / n
	at := f.Centre - f.Slope/(2*f.Curvature)
	if !(f.Curvature < 0) || !(math.Abs(at-around) <= stats.NearPeak) {
		return nil, f
	}
	return &at, f
}
