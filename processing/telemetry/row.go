package telemetry

import (
	"darksite/processing/ccd"
	"darksite/processing/chandra"
)

// Row is one calibration record: one row of one quadrant at one integration.
type Row struct {
	// Counter is the frame counter of the frame that holds byte 0 of the
	// record, unwrapped: modulo [CounterModulus] it is the value sent.
	Counter int64
	// Offset is where byte 0 of the record stands in the (inflated) file.
	Offset int64
	// ERT is when that frame was received on Earth.
	ERT chandra.ERT

	Bias       uint16 // DN
	IntegUnits uint16 // x IntegUnit seconds
	CalType    uint8  // 0 or 1, meaning unknown
	Replica    uint8  // 0 to 7 as sent; replicas are told apart by file
	ColNeg     uint8  // column sign, 0 or 1
	Row        int16  // ACA row, -512 to 511
	SciHeader  uint16 // science frame counter
	Clock      uint32 // x ClockUnit seconds, restarts with SciHeader

	// Repeat tells that a row with this integration, column sign and row
	// number came earlier in this file, under another counter.
	Repeat bool

	spans [maxSpans]Span // unused ones are empty

	// DN holds the 512 pixels in the order they were sent, bias included.
	DN []uint16
}

// IntegSeconds is the integration time.
func (r *Row) IntegSeconds() float64 { return float64(r.IntegUnits) * IntegUnit }

// Quadrant of the CCD that the row belongs to.
func (r *Row) Quadrant() ccd.Quadrant { return CCD.QuadrantOf(r.ColNeg, r.Row) }
