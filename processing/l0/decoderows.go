package l0

import (
	"fmt"
	"math"

	"darksite/processing/fits"
	"darksite/processing/telemetry"
)

// reader takes columns of a table until one fails.
type reader struct {
	unit *fits.Unit
	err  error
}

func cells[T fits.Number](r *reader, name string) []T {
	if r.err != nil {
		return nil
	}
	var values []T
	values, r.err = fits.Cells[T](r.unit, name)
	return values
}

// readRows makes rows of all rows of the table, and times in seconds as they
// stand there.
func readRows(u *fits.Unit, form Form) (rows []telemetry.Row, times []float64, err error) {
	r := &reader{unit: u}
	times = cells[float64](r, "TIME_ERT")
	counters := cells[int32](r, "REC_CTR")
	integ := cells[float32](r, "INTEG")
	calTypes, replicas := cells[int16](r, "CALTYPE"), cells[int16](r, "REPLICA")
	signs, numbers := cells[int16](r, "COLNEG"), cells[int16](r, "ROW")
	pixels := cells[int32](r, "PIXDATA")
	var biases, headers []uint16
	var clocks []uint32
	if form == FormLegacy {
		biases = as16(cells[int16](r, "ADC_BIAS"), 1<<15)
		headers = as16(cells[int16](r, "SCI_HDR_CTR"), 0)
		for _, v := range cells[int32](r, "TWO_US_CLK") {
			clocks = append(clocks, uint32(v))
		}
	} else {
		biases, headers = cells[uint16](r, "ADC_BIAS"), cells[uint16](r, "SCI_HDR_CTR")
		clocks = cells[uint32](r, "TWO_US_CLK")
	}
	if r.err != nil {
		return nil, nil, r.err
	}
	rows = make([]telemetry.Row, len(numbers))
	dn := make([]uint16, len(pixels))
	for i := range rows {
		row := &rows[i]
		*row = telemetry.Row{
			Counter: int64(counters[i]), Offset: -1,
			Bias: biases[i], Row: numbers[i], SciHeader: headers[i], Clock: clocks[i],
		}
		if row.IntegUnits, err = integUnits(integ[i]); err != nil {
			return nil, nil, fmt.Errorf("row %d: %w", i, err)
		}
		for _, field := range []struct {
			to      *uint8
			name    string
			value   int16
			highest int16 // of its bits (telemetry.md, section 5)
		}{{&row.CalType, "CALTYPE", calTypes[i], 1}, {&row.Replica, "REPLICA", replicas[i], 7}, {&row.ColNeg, "COLNEG", signs[i], 1}} {
			if field.value < 0 || field.value > field.highest {
				return nil, nil, fmt.Errorf("row %d: %s is %d, want 0 to %d", i, field.name, field.value, field.highest)
			}
			*field.to = uint8(field.value)
		}
		if counters[i] < 0 || counters[i] >= telemetry.CounterModulus {
			return nil, nil, fmt.Errorf("row %d: REC_CTR is %d, want 0 to %d", i, counters[i], telemetry.CounterModulus-1)
		}
		if i > 0 {
			row.Counter = unwrapped(row.Counter, rows[i-1].Counter)
		}
		from, to := i*telemetry.RecordPixels, (i+1)*telemetry.RecordPixels
		row.DN = dn[from:to:to]
		for k, signal := range pixels[from:to] {
			v := signal + int32(row.Bias)
			if form == FormTrue && (v < 0 || v > math.MaxUint16) {
				return nil, nil, fmt.Errorf("row %d: PIXDATA %d is %d DN above a bias of %d, which the A/D converter cannot give", i, k, signal, row.Bias)
			}
			row.DN[k] = uint16(v) // of legacy values the low 16 bits, which are all
		}
	}
	return rows, times, nil
}

// as16 undoes the offset of unsigned numbers that were stored as signed ones.
func as16(values []int16, offset uint16) []uint16 {
	out := make([]uint16, len(values))
	for i, v := range values {
		out[i] = uint16(v) + offset
	}
	return out
}

// integUnits is the integration time as it was sent.
func integUnits(seconds float32) (uint16, error) {
	units := math.Round(float64(seconds) / telemetry.IntegUnit)
	if !(units >= 0 && units <= math.MaxUint16) {
		return 0, fmt.Errorf("INTEG is %v s, want 0 to %v", seconds, math.MaxUint16*telemetry.IntegUnit)
	}
	r := telemetry.Row{IntegUnits: uint16(units)}
	// Both roundings to single precision are within a part in 2^23.
	if math.Abs(float64(seconds)-float64(integration(&r))) > 4e-7*float64(seconds) {
		return 0, fmt.Errorf("INTEG is %v s, which is no multiple of %v s", seconds, telemetry.IntegUnit)
	}
	return r.IntegUnits, nil
}

// unwrapped is the counter next to the one before that reads as sent.
func unwrapped(sent, before int64) int64 {
	const half = telemetry.CounterModulus / 2
	step := (sent - before) % telemetry.CounterModulus
	switch {
	case step < -half:
		step += telemetry.CounterModulus
	case step >= half:
		step -= telemetry.CounterModulus
	}
	return before + step
}
