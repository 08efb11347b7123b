package pixels

import "darksite/processing/ccd"

// Risen are pixels beside each other that became brighter since the previous
// calibration.
type Risen struct {
	Row int `json:"row"` // ACA row and column of the middle of 3 x 3 pixels
	Col int `json:"col"`
	// Pixels of the nine that are [Brighter].
	Pixels int `json:"pixels"`
}

const (
	// risenPixels of 3 x 3 are a place. Of pixels that double on their own, one in
	// a thousand, six of nine do so in one of 1e10 maps.
	risenPixels = 6
	// risenApart is how near two such squares are one place: the core of a star.
	risenApart = 5
	// MostRisen bounds what [FindRisen] gives.
	MostRisen = 1000
)

// FindRisen looks through a list, by row, then column, for places where most of 3
// x 3 pixels became brighter together; at most 1000 are given.
func FindRisen(g ccd.Geometry, list []Pixel) []Risen {
	list = Pick(list, Brighter)
	n := g.Columns
	brighter, taken := make([]bool, g.Pixels()), make([]bool, g.Pixels())
	for _, p := range list {
		brighter[g.Index(int(p.Row), int(p.Col))] = true
	}
	found := []Risen{}
	for _, p := range list {
		// The squares that the pixel may lie in.
		py, px := int(p.Row)-g.FirstRow, int(p.Col)-g.FirstColumn
		for y := max(py-1, 1); y <= min(py+1, g.Rows-2); y++ {
			for x := max(px-1, 1); x <= min(px+1, n-2); x++ {
				if taken[y*n+x] {
					continue
				}
				in := 0
				for j := y - 1; j <= y+1; j++ {
					for i := x - 1; i <= x+1; i++ {
						if brighter[j*n+i] {
							in++
						}
					}
				}
				if in < risenPixels {
					continue
				}
				found = append(found, Risen{y + g.FirstRow, x + g.FirstColumn, in})
				if len(found) == MostRisen {
					return found
				}
				for j := max(y-risenApart, 0); j <= min(y+risenApart, g.Rows-1); j++ {
					for i := max(x-risenApart, 0); i <= min(x+risenApart, n-1); i++ {
						taken[j*n+i] = true
					}
				}
			}
		}
	}
	return found
}
