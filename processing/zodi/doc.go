// Package zodi turns the day and the attitude of a calibration into the
// zodiacal background that every pixel of its map holds.
//
//  1. The Sun's ecliptic longitude at 00:00 UTC of the calibration's day,
//     whatever the hour of the calibration ([SunLongitude]).
//  2. The attitude's ecliptic longitude and latitude, J2000 ([Ecliptic]).
//  3. The cell of whole degrees of their difference in longitude, folded to
//     0..180, and of the latitude without its sign ([Cell]).
//  4. The brightness there ([Brightness]), not interpolated between cells, and
//     0.0108 e-/s for each of its units.
//
// The published values came about in this way, so it is kept with its
// simplifications: the Sun's longitude is counted from the equinox of date and
// the attitude's from that of 2000, 0.2 degrees apart in 2015; planets and Moon,
// which move the Sun by less than 0.01 degrees, are left out.
package zodi
