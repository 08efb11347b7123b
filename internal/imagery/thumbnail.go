package imagery

import (
	"fmt"
	"image"

	"darksite/processing/ccd"
)

// Thumbnail draws a dark map in size by size picture elements, whatever the shape of
// the CCD. An element has the mean colour index of its pixels, which is what the
// eye makes of the full picture from afar. The mean dark current would show
// each hot pixel as a block, and in later years the maximum is bright
// everywhere. An element counts as missing when as many of its pixels have no
// value as one of its rows holds, so that a single lost half row is seen.
func Thumbnail(g ccd.Geometry, values []float32, size int) ([]byte, error) {
	if err := g.CheckPixels(len(values)); err != nil {
		return nil, err
	}
	if size < 1 || size > ccd.MaxSide {
		return nil, fmt.Errorf("thumbnail of %d elements: want 1 to %d, such as 128", size, ccd.MaxSide)
	}
	s := mapStretch()
	// part is where the pixels of an element begin and end, at least one.
	part := func(element, side int) (from, to int) {
		from = element * side / size
		return from, max(from+1, (element+1)*side/size)
	}
	picture := image.NewPaletted(image.Rect(0, 0, size, size), mapPalette())
	for y := range size {
		bottom, top := part(y, g.Rows)
		for x := range size {
			left, right := part(x, g.Columns)
			sum, missing := 0, 0
			for row := bottom; row < top; row++ {
				for _, v := range values[row*g.Columns+left : row*g.Columns+right] {
					if i := s.index(v); i == missingIndex {
						missing++
					} else {
						sum += int(i)
					}
				}
			}
			index := uint8(missingIndex)
			if have := (top-bottom)*(right-left) - missing; missing < right-left && have > 0 {
				index = uint8((sum + have/2) / have)
			}
			picture.Pix[(size-1-y)*size+x] = index
		}
	}
	return encode(picture)
}
