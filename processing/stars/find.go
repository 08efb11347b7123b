package stars

import (
	"cmp"
	"math"
	"slices"

	"darksite/processing/ccd"
	"darksite/processing/stats"
)

const (
	// window is the side of the square that a star fills.
	window = 5
	// full is how many pixels of a window, half of them and one, must be warm.
	full = 13
	// warmShare is the share of the pixels that are not warm here. Of pixels that
	// are warm at random, one in twenty, 13 of 25 are so once in 3e10 windows.
	warmShare = 0.95
	// most bounds what is listed: where more than this looks like a star, the
	// map is no dark map.
	most = 1000
)

// Source is a place in a map that looks like a star.
type Source struct {
	Row int `json:"row"` // ACA row and column of its brightest pixel
	Col int `json:"col"`
	// Pixels that are warm in its windows.
	Pixels int `json:"pixels"`
	// EPerS is what these have above the median of the map, e-/s.
	EPerS float64 `json:"e_per_s"`
}

// Find lists the places of a map (in e-/s, with its histogram) where 13 or more of
// 5 x 5 pixels are among the warmest twentieth, brightest first, at most 1000. Pixels
// without a value are not warm.
func Find(g ccd.Geometry, image []float32, h stats.Histogram) []Source {
	found := []Source{}
	level := h.Quantile(warmShare)
	if math.IsNaN(level) {
		return found
	}
	n := g.Columns
	isWarm := func(i int) bool { return float64(image[i]) > level }
	marked := windows(g, isWarm)
	median := h.Median()
	seen := make([]bool, len(marked))
	var stack []int
	for start := range marked {
		if !marked[start] || seen[start] {
			continue
		}
		// Windows that touch belong to one source.
		s, peak := Source{}, float32(math.Inf(-1))
		counted := map[int]bool{}
		stack = append(stack[:0], start)
		seen[start] = true
		for len(stack) > 0 {
			at := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			y, x := at/n, at%n
			for dy := -window / 2; dy <= window/2; dy++ {
				for dx := -window / 2; dx <= window/2; dx++ {
					i := (y+dy)*n + x + dx // a window that is marked lies within the image
					if isWarm(i) && !counted[i] {
						counted[i] = true
						s.Pixels++
						s.EPerS += float64(image[i]) - median
						if image[i] > peak {
							peak = image[i]
							s.Row, s.Col = g.RowColumn(i)
						}
					}
					if marked[i] && !seen[i] {
						seen[i] = true
						stack = append(stack, i)
					}
				}
			}
		}
		found = append(found, s)
	}
	slices.SortStableFunc(found, func(a, b Source) int { return cmp.Compare(b.EPerS, a.EPerS) })
	return found[:min(len(found), most)]
}

// windows marks the pixels whose whole window lies within the image and holds
// enough warm pixels.
func windows(g ccd.Geometry, isWarm func(i int) bool) []bool {
	n := g.Columns
	marked := make([]bool, g.Pixels())
	// columns counts the warm pixels of the last five rows, per column.
	columns := make([]int, n)
	for y := range g.Rows {
		for x := range n {
			if isWarm(y*n + x) {
				columns[x]++
			}
			if y >= window && isWarm((y-window)*n+x) {
				columns[x]--
			}
		}
		if y < window-1 {
			continue
		}
		sum := 0
		for x := range n {
			sum += columns[x]
			if x >= window {
				sum -= columns[x-window]
			}
			if x >= window-1 && sum >= full {
				marked[(y-window/2)*n+x-window/2] = true
			}
		}
	}
	return marked
}
