package imagery

import (
	"bytes"
	"fmt"
	"image"
	"image/png"

	"darksite/processing/chandra"
)

const side = chandra.CCDSize

// MapPNG draws a dark map, 1024 by 1024 pixels in e-/s, one to one with the
// stretch of [MapScale]. Pixels without a value (NaN) have a colour of their
// own.
func MapPNG(values []float32) ([]byte, error) {
	if err := checkSize("map", len(values)); err != nil {
		return nil, err
	}
	s := mapStretch()
	picture := image.NewPaletted(image.Rect(0, 0, side, side), mapPalette())
	for row := range side {
		line := picture.Pix[(side-1-row)*side:][:side]
		for column, v := range values[row*side:][:side] {
			line[column] = s.index(v)
		}
	}
	return encode(picture)
}

func checkSize(what string, n int) error {
	if n != side*side {
		return fmt.Errorf("%s has %d pixels, want %d (%d rows of %d)", what, n, side*side, side, side)
	}
	return nil
}

// encode writes a PNG. The noise of a dark map does not get smaller with more
// effort.
func encode(picture *image.Paletted) ([]byte, error) {
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(&b, picture); err != nil {
		return nil, fmt.Errorf("PNG: %w", err)
	}
	return bytes.Clone(b.Bytes()), nil // a build keeps hundreds: without the buffer's reserve
}
