// Package angle turns places on the ACA's CCD into angles on the sky, and back.
//
// A place is a row and a column as numbers with a fraction, in the edge
// convention: a whole number is the lower or left edge of the pixel, so its
// centre is half a pixel on. An angle is Y and Z in arcsec in the ACA frame. A
// pixel is about 4.996 arcsec; the optics add about 1 % towards the corners and
// a little with the temperature of the ACA's housing, hence cubic polynomials.
//
//	a, err := angle.Ground.Angle(angle.Pixel{Row: -374.5, Col: 347.5}, angle.UsualACATemp)
//
// +row is -Y and +column is +Z.
package angle
