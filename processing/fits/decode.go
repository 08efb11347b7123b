package fits

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/astrogo/fitsio"
)

// Image decodes a two-dimensional image of any BITPIX with BZERO and BSCALE
// applied; integers equal to BLANK become NaN. A header that gives one of the
// three twice, or a value that is none, is an error. Values are worked out in float64
// and rounded to float32 once, so integers above 2^24 may lose their last bits.
// Its Cards are those of the header that [Encode] does not derive itself and
// that follow the standard.
func (u *Unit) Image() (*Image[float32], error) { return imageOf[float32](u) }

// Image64 is Image without the rounding to float32.
func (u *Unit) Image64() (*Image[float64], error) { return imageOf[float64](u) }

func imageOf[F float32 | float64](u *Unit) (*Image[F], error) {
	if u.extension != "" && u.extension != "IMAGE" {
		return nil, fmt.Errorf("%s: this is a %s, want an image", u.where, u.extension)
	}
	if len(u.Axes) != 2 || u.Axes[0] == 0 || u.Axes[1] == 0 || u.size != u.Axes[0]*u.Axes[1]*max(u.bitpix, -u.bitpix)/8 {
		return nil, fmt.Errorf("%s: the axes are %v; want an image of two axes without parameters", u.where, u.Axes)
	}
	for _, key := range []string{"BZERO", "BSCALE", "BLANK"} {
		if u.count(key) > 1 {
			return nil, fmt.Errorf("%s: %s stands in the header twice", u.where, key)
		}
	}
	zero, err := u.number("BZERO", 0)
	if err != nil {
		return nil, err
	}
	scale, err := u.number("BSCALE", 1)
	if err != nil {
		return nil, err
	}
	if scale == 0 {
		return nil, fmt.Errorf("%s: BSCALE is 0, which makes all pixels one value; want another number", u.where)
	}
	m := &Image[F]{Name: u.Name, Width: u.Axes[0], Height: u.Axes[1]}
	for _, c := range u.Cards {
		if _, unread := c.Value.(Unread); !unread && !isStructural(c.Key) && checkKey(c.Key) == nil {
			m.Cards = append(m.Cards, c)
		}
	}
	var text header
	text.add(Card{"SIMPLE", true, ""})
	text.add(imageAxes(u.bitpix, m.Width, m.Height)...)
	hdu, err := u.decode(text)
	if err != nil {
		return nil, err
	}
	img, ok := hdu.(fitsio.Image)
	if !ok {
		return nil, fmt.Errorf("%s: fitsio read the image as %T", u.where, hdu)
	}
	n := m.Width * m.Height
	scaling := scaling{zero: zero, scale: scale}
	if c, ok := u.Card("BLANK"); ok && c.Value != nil && u.bitpix > 0 { // only for integers (section 4.4.2.5)
		if scaling.blank, scaling.hasBlank = c.Value.(int64); !scaling.hasBlank {
			return nil, fmt.Errorf("%s: BLANK is %v; want an integer, the stored value of pixels without a value", u.where, c.Value)
		}
	}
	switch u.bitpix {
	case 8:
		m.Pixels, err = pixels[uint8, F](img, n, scaling)
	case 16:
		m.Pixels, err = pixels[int16, F](img, n, scaling)
	case 32:
		m.Pixels, err = pixels[int32, F](img, n, scaling)
	case 64:
		m.Pixels, err = pixels[int64, F](img, n, scaling)
	case -32:
		m.Pixels, err = pixels[float32, F](img, n, scaling)
	case -64:
		m.Pixels, err = pixels[float64, F](img, n, scaling)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", u.where, err)
	}
	return m, nil
}

type scaling struct {
	zero, scale float64
	blank       int64
	hasBlank    bool
}

func pixels[T uint8 | int16 | int32 | int64 | float32 | float64, F float32 | float64](img fitsio.Image, n int, s scaling) ([]F, error) {
	raw := make([]T, n)
	if err := guard(func() error { return img.Read(&raw) }); err != nil {
		return nil, err
	}
	plain := s.zero == 0 && s.scale == 1
	if same, ok := any(raw).([]F); ok && plain {
		return same, nil
	}
	out := make([]F, n)
	for i, v := range raw {
		switch {
		case s.hasBlank && int64(v) == s.blank:
			out[i] = F(math.NaN())
		case plain:
			out[i] = F(v)
		default:
			out[i] = F(s.zero + s.scale*float64(v))
		}
	}
	return out, nil
}

// decode lets fitsio read the data unit under a header of ours, so that nothing
// in the file reaches its header parser.
func (u *Unit) decode(text header) (fitsio.HDU, error) {
	head, err := text.block()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", u.where, err)
	}
	padding := bytes.NewReader(make([]byte, aligned(u.size)-u.size))
	stream := io.MultiReader(bytes.NewReader(head), bytes.NewReader(u.data[:u.size]), padding)
	var hdu fitsio.HDU
	err = guard(func() error {
		hdu, err = fitsio.NewDecoder(stream).DecodeHDU()
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", u.where, err)
	}
	return hdu, nil
}

var errDecoder = errors.New("the FITS decoder failed; please report this with the file")

// guard turns a panic of fitsio into an error.
func guard(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", errDecoder, p)
		}
	}()
	return f()
}
