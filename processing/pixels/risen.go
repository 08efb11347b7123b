package pixels

import "darksite/processing/chandra"

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
func FindRisen(list []Pixel) []Risen {
	list = Pick(list, Brighter)
	const n = chandra.CCDSize
	brighter, taken := make([]bool, n*n), make([]bool, n*n)
	at := func(row, col int16) (y, x int) { return int(row) - chandra.MinRow, int(col) - chandra.MinRow }
	for _, p := range list {
		y, x := at(p.Row, p.Col)
		brighter[y*n+x] = true
	}
	found := []Risen{}
	for _, p := range list {
		// The squares that the pixel may lie in.
		py, px := at(p.Row, p.Col)
		for y := max(py-1, 1); y <= min(py+1, n-2); y++ {
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
				found = append(found, Risen{y + chandra.MinRow, x + chandra.MinRow, in})
				if len(found) == MostRisen {
					return found
				}
				for j := max(y-risenApart, 0); j <= min(y+risenApart, n-1); j++ {
					for i := max(x-risenApart, 0); i <= min(x+risenApart, n-1); i++ {
						taken[j*n+i] = true
					}
				}
			}
		}
	}
	return found
}
