package quality

import (
	"fmt"

	"darksite/processing/chandra"
	"darksite/processing/pixels"
)

// Risen are pixels beside each other that became brighter since the previous
// calibration.
type Risen struct {
	Row int `json:"row"` // ACA row and column of the middle of 3 x 3 pixels
	Col int `json:"col"`
	// Pixels of the nine that are brighter (pixels.Brighter).
	Pixels int `json:"pixels"`
}

const (
	// risenPixels of 3 x 3 are a place. Of pixels that double on their own, one in
	// a thousand, six of nine do so in one of 1e10 maps.
	risenPixels = 6
	// risenApart is how near two such squares are one place: the core of a star.
	risenApart = 5
	// mostRisen bounds what is kept.
	mostRisen = 1000
)

// findRisen takes a list of pixels that became brighter, by row, then column.
func findRisen(list []pixels.Pixel) []Risen {
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
				if len(found) == mostRisen {
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

func risenPlaces(s Subject) finding {
	const source = "risen"
	d, not := s.comparable(source)
	if d == nil {
		return *not
	}
	f := finding{
		says:   fmt.Sprintf("Nowhere did pixels beside each other become brighter together since %s", d.Before.ID),
		means:  "Radiation strikes single pixels; where most of 3 x 3 rise at once, a star was probably left in the map.",
		do:     "Look at the replicas there and at the star catalog of the field; use the earlier map for that place.",
		source: source,
	}
	if n := len(s.Measured.Risen); n > 0 {
		var at []string
		for _, r := range s.Measured.Risen[:min(n, 4)] {
			at = append(at, fmt.Sprintf("row %d column %d (%d of 9 pixels)", r.Row, r.Col, r.Pixels))
		}
		f.says = fmt.Sprintf("%s where pixels beside each other became brighter together since %s: %s", plural(n, "place is there", "places are there"), d.Before.ID, list(at, 3))
		if n > 3 {
			f.says = fmt.Sprintf("%s places are there where pixels beside each other became brighter together since %s, the first at %s", grouped(n), d.Before.ID, list(at[:3], 3))
		}
	}
	return known(float64(len(s.Measured.Risen)), f)
}
