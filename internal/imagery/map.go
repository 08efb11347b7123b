package imagery

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"

	"darksite/processing/ccd"
)

// MapPNG draws a dark map in e-/s with the stretch of [MapScale]. Pixels without a
// value (NaN) have a colour of their own.
func MapPNG(g ccd.Geometry, values []float32) ([]byte, error) {
	if err := g.CheckPixels(len(values)); err != nil {
		return nil, err
	}
	s := mapStretch()
	return draw(g, mapPalette(), func(i int) uint8 { return s.index(values[i]) })
}

// draw makes a picture of one element for each pixel, whose colour is given by the
// pixel's index in the map.
func draw(g ccd.Geometry, palette color.Palette, colour func(i int) uint8) ([]byte, error) {
	picture := image.NewPaletted(image.Rect(0, 0, g.Columns, g.Rows), palette)
	for y := range g.Rows {
		line := picture.Pix[(g.Rows-1-y)*g.Columns:][:g.Columns]
		for x := range line {
			line[x] = colour(y*g.Columns + x)
		}
	}
	return encode(picture)
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
