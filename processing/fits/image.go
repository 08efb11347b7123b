package fits

import (
	"fmt"
	"unsafe"

	"github.com/astrogo/fitsio"
)

// Pixel is a type that a FITS image holds without scaling.
type Pixel interface {
	uint8 | int16 | int32 | float32 | float64
}

// Image is a two-dimensional image.
//
// Pixels holds Height rows of Width pixels, the first row first: NAXIS1 is
// Width, NAXIS2 is Height. Floats may be NaN.
type Image[T Pixel] struct {
	// Name is the EXTNAME; an image without one is the primary HDU.
	Name          string
	Cards         []Card
	Width, Height int
	Pixels        []T
}

func (m Image[T]) primary() bool { return m.Name == "" }
func (m Image[T]) cards() []Card { return m.Cards }

func (m Image[T]) describe() string {
	if m.Name == "" {
		return "primary image"
	}
	return "image " + m.Name
}

// bitpix is the BITPIX of T (section 4.4.1.1).
func (m Image[T]) bitpix() int {
	var v T
	bits := int(unsafe.Sizeof(v)) * 8
	switch any(v).(type) {
	case float32, float64:
		return -bits
	}
	return bits
}

func (m Image[T]) structure(first bool) []Card {
	if first {
		return append(
			[]Card{{"SIMPLE", true, "conforms to FITS standard"}},
			append(imageAxes(m.bitpix(), m.Width, m.Height), Card{"EXTEND", true, "extensions may follow"})...)
	}
	cards := append([]Card{{"XTENSION", "IMAGE", "image extension"}}, imageAxes(m.bitpix(), m.Width, m.Height)...)
	return append(cards,
		Card{"PCOUNT", 0, "no parameters"},
		Card{"GCOUNT", 1, "one group"},
		Card{"EXTNAME", m.Name, "name of this extension"})
}

func imageAxes(bitpix, width, height int) []Card {
	return []Card{
		{"BITPIX", bitpix, "bits per value, negative for floats"},
		{"NAXIS", 2, "number of axes"},
		{"NAXIS1", width, "pixels in a row"},
		{"NAXIS2", height, "rows"},
	}
}

func (m Image[T]) pack() ([]byte, error) {
	if m.Width <= 0 || m.Height <= 0 || len(m.Pixels) != m.Width*m.Height {
		return nil, fmt.Errorf("%d pixels given for %d x %d", len(m.Pixels), m.Width, m.Height)
	}
	img := fitsio.NewImage(m.bitpix(), []int{m.Width, m.Height})
	if err := img.Write(m.Pixels); err != nil {
		return nil, err
	}
	return img.Raw(), nil
}
