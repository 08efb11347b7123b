package imagery

import (
	"fmt"
	"image"
)

// Thumbnail draws a dark map in size by size picture elements; size divides
// 1024. An element has the mean colour index of its pixels, which is what the
// eye makes of the full picture from afar. The mean dark current would show
// each hot pixel as a block, and in later years the maximum is bright
// everywhere. An element counts as missing when as many of its pixels have no
// value as one of its rows holds, so that a single lost half row is seen.
func Thumbnail(values []float32, size int) ([]byte, error) {
	if err := checkSize("map", len(values)); err != nil {
		return nil, err
	}
	if size < 1 || side%size != 0 {
		return nil, fmt.Errorf("thumbnail of %d elements: want a divisor of %d, such as 128", size, side)
	}
	s := mapStretch()
	block := side / size
	picture := image.NewPaletted(image.Rect(0, 0, size, size), mapPalette())
	for y := range size {
		for x := range size {
			sum, missing := 0, 0
			for row := y * block; row < (y+1)*block; row++ {
				for _, v := range values[row*side+x*block:][:block] {
					if i := s.index(v); i == missingIndex {
						missing++
					} else {
						sum += int(i)
					}
				}
			}
			index := uint8(missingIndex)
			if have := block*block - missing; missing < block && have > 0 {
				index = uint8((sum + have/2) / have)
			}
			picture.Pix[(size-1-y)*size+x] = index
		}
	}
	return encode(picture)
}
