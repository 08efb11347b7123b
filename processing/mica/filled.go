package mica

import (
	"fmt"
	"math"

	"darksite/processing/ccd"
	"darksite/processing/fits"
)

// FilledExtension is the table, in the image.fits of a copy that darksite made
// for readers who can't do with holes, of the pixels that were filled: ROW and
// COL (ACA), VALUE (e-/s), and where it is from.
const FilledExtension = "FILLED"

// Unfill makes the holes again that were filled in a map, and tells how many. A
// file without the table has none. A table that the map contradicts is an error.
func Unfill(g ccd.Geometry, f *fits.File, image []float32) (holes int, err error) {
	var u *fits.Unit
	for _, hdu := range f.HDUs {
		if hdu.Name == FilledExtension {
			u = hdu
		}
	}
	if u == nil {
		return 0, nil
	}
	if _, err := u.Verify(); err != nil {
		return 0, err
	}
	rows, err := fits.Cells[int16](u, "ROW")
	if err != nil {
		return 0, err
	}
	columns, err := fits.Cells[int16](u, "COL")
	if err != nil {
		return 0, err
	}
	values, err := fits.Cells[float32](u, "VALUE")
	if err != nil {
		return 0, err
	}
	if len(rows) != len(columns) || len(rows) != len(values) {
		return 0, fmt.Errorf("%s: table %s: columns of %d, %d and %d values, want as many of each", f.Name, FilledExtension, len(rows), len(columns), len(values))
	}
	for i := range rows {
		at := g.Index(int(rows[i]), int(columns[i]))
		if !g.Contains(int(rows[i]), int(columns[i])) || at >= len(image) {
			return 0, fmt.Errorf("%s: table %s: row %d, column %d is no pixel of the CCD", f.Name, FilledExtension, rows[i], columns[i])
		}
		if image[at] != values[i] {
			return 0, fmt.Errorf("%s: row %d, column %d is %v e-/s, and table %s says that it was filled with %v: copy the calibration there again",
				f.Name, rows[i], columns[i], image[at], FilledExtension, values[i])
		}
		image[at] = float32(math.NaN())
	}
	return len(rows), nil
}
