// Package imagery takes dark maps and sample counts and returns pictures of
// them: PNG images, their palette and the scale of the colour bar.
//
// A map is a slice of 1024*1024 values in e-/s, row by row, indexed
// [row+512][column+512] in ACA coordinates, NaN where there is no value. A
// picture shows row 511 at the top and column -512 at the left, one picture
// element for each pixel.
package imagery
