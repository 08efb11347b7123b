package angle

import (
	"errors"
	"fmt"
	"math"

	"darksite/processing/chandra"
)

const (
	// UsualACATemp is the temperature of the ACA's housing when it is not known
	// (chandra_aca transform.py).
	UsualACATemp chandra.Celsius = 35
	// edge is how far the ACA's CCD, which the polynomials are for, reaches from
	// its centre, pixels.
	edge = 512
)

// Bounds on the temperature of the housing, C, far around the 14 to 35 that the
// published angles are for: they refuse values that stand for none.
const coldest, hottest = -20, 60

// Pixel is a place on the CCD, edge convention, -512 to 512.
type Pixel struct {
	Row, Col float64
}

// Centre is the middle of a whole pixel.
func Centre(row, col int16) Pixel {
	return Pixel{Row: float64(row) + 0.5, Col: float64(col) + 0.5}
}

// Angle is a direction in the ACA frame.
type Angle struct {
	Y, Z float64 // arcsec
}

// Name names the set on pages and in files.
func (s Set) Name() string { return s.name }

// Angle is where a place on the CCD looks, with the ACA's housing at a
// temperature. The error says that the place is not on the CCD.
func (s Set) Angle(p Pixel, aca chandra.Celsius) (Angle, error) {
	if !(math.Abs(p.Row) <= edge && math.Abs(p.Col) <= edge) {
		return Angle{}, fmt.Errorf("pixel to angle: row %v, column %v: want -512 to 512", p.Row, p.Col)
	}
	if err := s.check(aca); err != nil {
		return Angle{}, err
	}
	return s.angle(p, float64(aca)), nil
}

func (s Set) check(aca chandra.Celsius) error {
	if s.name == "" {
		return errors.New("pixels and angles: no set of coefficients: want Ground or Flight")
	}
	if !(aca >= coldest && aca <= hottest) {
		return fmt.Errorf("pixels and angles: ACA housing at %v C: want %d to %d", aca, coldest, hottest)
	}
	return nil
}

func (s Set) angle(p Pixel, aca float64) Angle {
	return Angle{Y: evaluate(&s.yag, p.Col, p.Row, aca), Z: evaluate(&s.zag, p.Col, p.Row, aca)}
}

// evaluate sums a polynomial, in the order of its terms.
func evaluate(k *[terms]float64, c, r, t float64) float64 {
	sum := 0.0
	for i, x := range [terms]float64{
		1, c, r, t, c * c, c * r, c * t, r * r, r * t, t * t,
		c * c * c, r * c * c, t * c * c, c * r * r, c * r * t, c * t * t, r * r * r, t * r * r, r * t * t,
	} {
		sum += float64(k[i] * x)
	}
	return sum
}

const (
	// converged is when the search for a pixel ends, arcsec: a ten-millionth
	// of a pixel. chandra_aca ends at 0.05 arcsec, a hundredth.
	converged = 5e-7
	maxSteps  = 20
	// rim is how far beyond the CCD a place still counts as on its edge,
	// pixels, for angles that were rounded to 0.00001 arcsec.
	rim = 1e-5
)

// Pixel is the place on the CCD that looks at an angle, the inverse of
// [Set.Angle]. The error says that no place does.
func (s Set) Pixel(a Angle, aca chandra.Celsius) (Pixel, error) {
	if err := s.check(aca); err != nil {
		return Pixel{}, err
	}
	t := float64(aca)
	p := Pixel{Row: evaluate(&startRow, a.Z, a.Y, t), Col: evaluate(&startCol, a.Z, a.Y, t)}
	// Newton's steps with the slopes at the centre, which differ by little
	// over the CCD.
	yc, yr, zc, zr := s.yag[1], s.yag[2], s.zag[1], s.zag[2]
	determinant := float64(yr*zc) - float64(yc*zr)
	for range maxSteps {
		if !(math.Abs(p.Row) <= 2*edge && math.Abs(p.Col) <= 2*edge) {
			break // NaN, or far outside, where the polynomials mean nothing
		}
		at := s.angle(p, t)
		dy, dz := a.Y-at.Y, a.Z-at.Z
		if math.Abs(dy) <= converged && math.Abs(dz) <= converged {
			onCCD := Pixel{Row: max(-edge, min(edge, p.Row)), Col: max(-edge, min(edge, p.Col))}
			if math.Hypot(p.Row-onCCD.Row, p.Col-onCCD.Col) > rim {
				break
			}
			return onCCD, nil
		}
		p.Row += (float64(zc*dy) - float64(yc*dz)) / determinant
		p.Col += (float64(yr*dz) - float64(zr*dy)) / determinant
	}
	return Pixel{}, fmt.Errorf("angle to pixel: Y %v, Z %v arcsec: want an angle on the CCD, about -2550 to 2560", a.Y, a.Z)
}
