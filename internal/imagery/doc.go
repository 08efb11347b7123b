// Package imagery takes dark maps and sample counts and returns pictures of
// them: PNG images, their palette and the scale of the colour bar.
//
// A map is a slice of values in e-/s, row by row as the geometry of its CCD says,
// NaN where there is no value. A picture shows the last row at the top and the first
// column at the left, one picture element for each pixel.
package imagery
