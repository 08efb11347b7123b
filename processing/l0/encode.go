package l0

import (
	"errors"
	"fmt"
	"io"

	"darksite/processing/chandra"
	"darksite/processing/fits"
	"darksite/processing/telemetry"
)

// Options say what table to write.
type Options struct {
	// Legacy asks for the values and constant headers of ACALIMG_SFDU, faults
	// included.
	Legacy bool
	// Version of the program, for CREATOR; may be "".
	Version string
	// Simulated marks the table as made of simulated telemetry.
	Simulated bool
	// Source is the name of the telemetry file, for HISTORY and errors; may
	// be "".
	Source string
}

// ErrNoRows is returned when there is nothing to write. The old procedure wrote
// an extension without a table then (telemetry.md, quirk 28).
var ErrNoRows = errors.New("no rows were received, so there is no L0 table to write; see the notes on the file")

// Encode writes the table of the rows, in their order, as a FITS file with
// checksums. Nothing is written on an error that is not the writer's own.
func Encode(w io.Writer, rows []telemetry.Row, opt Options) error {
	err := check(rows)
	if err == nil {
		table := truthful(rows, opt)
		if opt.Legacy {
			table = legacy(rows, opt)
		}
		err = fits.Encode(w, fits.Primary{Cards: primaryCards(rows, opt)}, table)
	}
	if err != nil && opt.Source != "" {
		return fmt.Errorf("%s: L0: %w", opt.Source, err)
	}
	if err != nil {
		return fmt.Errorf("L0: %w", err)
	}
	return nil
}

func check(rows []telemetry.Row) error {
	if len(rows) == 0 {
		return ErrNoRows
	}
	for i := range rows {
		if n := len(rows[i].DN); n != telemetry.RecordPixels {
			return fmt.Errorf("row %d, record at byte %d: %d pixels, want %d", i, rows[i].Offset, n, telemetry.RecordPixels)
		}
	}
	return nil
}

// truthful is the table as it ought to be.
func truthful(rows []telemetry.Row, opt Options) fits.Table {
	var (
		time                   float64
		counter                int32
		bias                   int16
		integ                  float32
		calType, replica, sign int16
		row, sciHeader         int16
		clock                  int32
		pixels                 [telemetry.RecordPixels]int32
		cells                  = []any{&time, &counter, &bias, &integ, &calType, &replica, &sign, &row, &sciHeader, &clock, &pixels}
	)
	return fits.Table{
		Name:    extensionName,
		Cards:   extensionCards(rows, opt),
		Columns: columns,
		Rows:    len(rows),
		Row: func(i int) []any {
			r := &rows[i]
			time = chandra.Seconds(r.ERT.Time())
			counter = recordCounter(r)
			bias = fits.StoredUint16(r.Bias)
			integ = integration(r)
			calType, replica, sign = int16(r.CalType), int16(r.Replica), int16(r.ColNeg)
			row = r.Row
			sciHeader = fits.StoredUint16(r.SciHeader)
			clock = fits.StoredUint32(r.Clock)
			for k, dn := range r.DN {
				pixels[k] = int32(dn) - int32(r.Bias)
			}
			return cells
		},
	}
}

// legacy is the table as it was.
func legacy(rows []telemetry.Row, opt Options) fits.Table {
	var v Legacy
	cells := []any{&v.TimeERT, &v.RecCtr, &v.ADCBias, &v.Integ, &v.CalType, &v.Replica, &v.ColNeg, &v.Row, &v.SciHdrCtr, &v.TwoUsClk, &v.Pixels}
	return fits.Table{
		Name:    extensionName,
		Cards:   extensionCards(rows, opt),
		Columns: legacyColumns(),
		Rows:    len(rows),
		Row: func(i int) []any {
			v.set(&rows[i])
			return cells
		},
	}
}
