package filling

import (
	"fmt"
	"math"
	"slices"

	"darksite/processing/ccd"
	"darksite/processing/chandra"
	"darksite/processing/scaling"
)

// Law scales the earlier map to the temperature of the map that is filled. Of
// the three laws it is the one that follows hot pixels best, and images are
// corrected with it.
var Law = scaling.PerPixel

const (
	// LeastNeighbours are the pixels with a value that a median is taken of.
	LeastNeighbours = 5
	// LargestWindow is the side of the largest square, in pixels, in which
	// neighbours are looked for. A pixel with too few of them within it gets the
	// median of its quadrant.
	LargestWindow = 33
)

// Earlier is the map that holes are filled from.
type Earlier struct {
	ID    chandra.ID
	Temp  chandra.Celsius
	Image []float32 // e-/s, NaN where there is no value
}

// Pixel is one pixel that was filled.
type Pixel struct {
	Index int     // in the image
	Value float32 // e-/s
	// From is the calibration whose map gave the value, "" where the neighbours
	// did.
	From chandra.ID
	// Window is the side of the square around the pixel, in pixels, that the
	// median was taken in; [WholeQuadrant] where that was the whole quadrant, 0
	// with From.
	Window int
}

// WholeQuadrant is the longer side of a quadrant, in pixels.
func WholeQuadrant(g ccd.Geometry) int { return max(g.QuadrantRows(), g.RecordPixels()) }

// Fill gives a copy of an image without holes, and the pixels that were filled,
// by rising index: each from the earlier map, scaled from its temperature to
// temp, else from the median of the neighbouring pixels of the same quadrant
// that have a value of their own. Earlier may be nil, and so may temp; then
// neighbours fill everything. Unfilled counts the pixels of quadrants without
// any value, which stay as they are.
func Fill(g ccd.Geometry, image []float32, temp *chandra.Celsius, earlier *Earlier) (filled []float32, pixels []Pixel, unfilled int, err error) {
	if len(image) != g.Pixels() || earlier != nil && len(earlier.Image) != len(image) {
		return nil, nil, 0, fmt.Errorf("filling: want maps of %v pixels", g)
	}
	var law scaling.Scaling
	if temp == nil {
		earlier = nil // there is nothing to scale to
	}
	if earlier != nil {
		if law, err = Law.Between(earlier.Temp, *temp); err != nil {
			return nil, nil, 0, err
		}
	}
	filled = slices.Clone(image)
	medians := map[int]float32{} // of quadrants, where they were asked for
	for i, v := range image {
		if finite(v) {
			continue
		}
		p := Pixel{Index: i}
		if earlier != nil && finite(earlier.Image[i]) {
			p.Value, p.From = float32(law.Rate(float64(earlier.Image[i]))), earlier.ID
		} else if p.Value, p.Window = neighbours(g, image, i, medians); p.Window == 0 {
			unfilled++
			continue
		}
		filled[i] = p.Value
		pixels = append(pixels, p)
	}
	return filled, pixels, unfilled, nil
}

func finite(v float32) bool { return !math.IsNaN(float64(v)) && !math.IsInf(float64(v), 0) }

// neighbours takes the median of the smallest square around a pixel, within its
// quadrant, that holds enough values, and gives the side of the square; 0 when
// the quadrant has no value.
func neighbours(g ccd.Geometry, image []float32, index int, medians map[int]float32) (value float32, window int) {
	rows, columns := g.QuadrantRows(), g.RecordPixels()
	row, col := index/g.Columns, index%g.Columns
	row0, col0 := row/rows*rows, col/columns*columns // of the quadrant
	var values []float32
	take := func(r, c int) {
		if r < row0 || r >= row0+rows || c < col0 || c >= col0+columns {
			return
		}
		if v := image[r*g.Columns+c]; finite(v) {
			values = append(values, v)
		}
	}
	for out := 1; out <= LargestWindow/2; out++ { // ring by ring
		for k := -out; k <= out; k++ {
			take(row-out, col+k)
			take(row+out, col+k)
		}
		for k := 1 - out; k < out; k++ {
			take(row+k, col-out)
			take(row+k, col+out)
		}
		if len(values) >= LeastNeighbours {
			return median(values), 2*out + 1
		}
	}
	quadrant := row0*g.Columns + col0
	if _, known := medians[quadrant]; !known {
		values = values[:0]
		for r := row0; r < row0+rows; r++ {
			for c := col0; c < col0+columns; c++ {
				if v := image[r*g.Columns+c]; finite(v) {
					values = append(values, v)
				}
			}
		}
		medians[quadrant] = median(values)
	}
	if value = medians[quadrant]; !finite(value) {
		return value, 0
	}
	return value, WholeQuadrant(g)
}

// median is the middle value, or the mean of the middle two; NaN of none.
func median(values []float32) float32 {
	n := len(values)
	if n == 0 {
		return float32(math.NaN())
	}
	slices.Sort(values)
	if n%2 == 1 {
		return values[n/2]
	}
	return (values[n/2-1] + values[n/2]) / 2
}
