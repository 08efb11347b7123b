package ccd

// Quadrant is one of the four output quarters of a CCD.
type Quadrant uint8

// The quadrants as the ACA's telemetry numbers them, 2*COLNEG + (row >= 0).
const (
	QuadrantA Quadrant = iota // column sign 0, the lower rows
	QuadrantC                 // column sign 0, the upper rows
	QuadrantB                 // column sign 1, the lower rows
	QuadrantD                 // column sign 1, the upper rows
)

// Quadrants lists all four in the order of their letters.
func Quadrants() []Quadrant { return []Quadrant{QuadrantA, QuadrantB, QuadrantC, QuadrantD} }

// Letter is the quadrant's name, "A" to "D".
func (q Quadrant) Letter() string { return "ACBD"[q&3 : q&3+1] }

// Order is the quadrant's place in [Quadrants], 0 to 3.
func (q Quadrant) Order() int { return int(q&1)<<1 | int(q>>1&1) }

// ColNeg is the column sign bit of the quadrant's records.
func (q Quadrant) ColNeg() uint8 { return uint8(q>>1) & 1 }

// QuadrantRows is the number of rows of one quadrant.
func (g Geometry) QuadrantRows() int { return g.Rows / 2 }

// RecordPixels is the number of pixels of one record, a row of a quadrant.
func (g Geometry) RecordPixels() int { return g.Columns / 2 }

// QuadrantOf names the quadrant of a half row.
func (g Geometry) QuadrantOf(colneg uint8, row int16) Quadrant {
	q := Quadrant(colneg&1) * 2
	if int(row) >= g.FirstRow+g.QuadrantRows() {
		q++
	}
	return q
}

// QuadrantAt names the quadrant of a pixel.
func (g Geometry) QuadrantAt(row, column int) Quadrant {
	colneg := uint8(0)
	if column < g.FirstColumn+g.RecordPixels() {
		colneg = 1
	}
	return g.QuadrantOf(colneg, int16(row))
}

// RowsOf are the first and last row of a quadrant.
func (g Geometry) RowsOf(q Quadrant) (first, last int16) {
	upper := g.FirstRow + g.QuadrantRows()
	if q&1 == 0 {
		return int16(g.FirstRow), int16(upper - 1)
	}
	return int16(upper), int16(g.LastRow())
}

// Place is where a half row lies in a map: map row Y, from 0; sample j at X0 + Step*j.
type Place struct {
	Y, X0, Step int
}

// PlaceOf is the one definition of the orientation of the maps. The samples of a
// half row run from the outer edge to the centre: for the ACA, column sign 0 is
// columns 511 down to 0, column sign 1 is columns -512 up to -1 (processing.md,
// section 3). A published map of a calibration whose telemetry is at hand would
// settle it; then only this function changes.
func (g Geometry) PlaceOf(colneg uint8, row int16) Place {
	if colneg&1 == 0 {
		return Place{Y: int(row) - g.FirstRow, X0: g.Columns - 1, Step: -1}
	}
	return Place{Y: int(row) - g.FirstRow, X0: 0, Step: 1}
}

// HalfRows is the number of half rows of a map.
func (g Geometry) HalfRows() int { return 2 * g.Rows }

// HalfRow numbers the half rows of a map, by column sign and row.
func (g Geometry) HalfRow(colneg uint8, row int16) int {
	return int(colneg&1)*g.Rows + int(row) - g.FirstRow
}

// OfHalfRow is the inverse of [Geometry.HalfRow].
func (g Geometry) OfHalfRow(h int) (colneg uint8, row int16) {
	return uint8(h / g.Rows), int16(h%g.Rows + g.FirstRow)
}
