package chandra

// The ACA CCD: 1024 x 1024 pixels read out as four quadrants, each row of a
// quadrant sent as one record of 512 pixels.
const (
	CCDSize       = 1024 // pixels along a side
	HalfRowPixels = 512  // pixels of one record
	MinRow        = -512 // ACA rows and columns run from MinRow ...
	MaxRow        = 511  // ... to MaxRow
	HalfRows      = 2 * CCDSize
	// QuadrantRows is the number of rows of one quadrant.
	QuadrantRows = 512
	// ReplicaRows is the number of half rows of one replica: two integrations
	// of four quadrants.
	ReplicaRows = 2 * HalfRows
)

// Quadrant is one of the four output quarters of the CCD.
type Quadrant uint8

// The quadrants as the telemetry numbers them, 2*COLNEG + (row >= 0).
const (
	QuadrantA Quadrant = iota // column sign 0, rows below 0
	QuadrantC                 // column sign 0, rows from 0 up
	QuadrantB                 // column sign 1, rows below 0
	QuadrantD                 // column sign 1, rows from 0 up
)

// QuadrantOf names the quadrant of a half row.
func QuadrantOf(colneg uint8, row int16) Quadrant {
	q := Quadrant(colneg&1) * 2
	if row >= 0 {
		q++
	}
	return q
}

// Letter is the quadrant's name, "A" to "D".
func (q Quadrant) Letter() string { return "ACBD"[q&3 : q&3+1] }

// Quadrants lists all four in the order of their letters.
func Quadrants() []Quadrant {
	return []Quadrant{QuadrantA, QuadrantB, QuadrantC, QuadrantD}
}

// Rows are the first and last ACA row of the quadrant.
func (q Quadrant) Rows() (first, last int16) {
	if q&1 == 0 {
		return MinRow, -1
	}
	return 0, MaxRow
}

// ColNeg is the column sign bit of the quadrant's records.
func (q Quadrant) ColNeg() uint8 { return uint8(q>>1) & 1 }

// Place is where a half row lies in an image that is indexed
// [row + 512][column + 512]: image row Y; sample j at X0 + Step*j.
type Place struct {
	Y, X0, Step int
}

// PlaceOf is the one definition of the orientation of the maps. The 512
// samples of a half row run from the outer edge to the centre: column sign 0 is
// columns 511 down to 0, column sign 1 is columns -512 up to -1 (processing.md,
// section 3). A published map of a calibration whose telemetry is at hand would
// settle it; then only this function changes.
func PlaceOf(colneg uint8, row int16) Place {
	if colneg&1 == 0 {
		return Place{Y: int(row) + CCDSize/2, X0: CCDSize - 1, Step: -1}
	}
	return Place{Y: int(row) + CCDSize/2, X0: 0, Step: 1}
}

// HalfRow numbers the 2048 half rows of an image, by column sign and row.
func HalfRow(colneg uint8, row int16) int {
	return int(colneg&1)*CCDSize + int(row) + CCDSize/2
}

// OfHalfRow is the inverse of [HalfRow].
func OfHalfRow(h int) (colneg uint8, row int16) {
	return uint8(h / CCDSize), int16(h%CCDSize - CCDSize/2)
}
