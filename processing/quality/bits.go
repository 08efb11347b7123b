package quality

import (
	"fmt"
	"math/bits"
	"sync"

	"darksite/processing/chandra"
	"darksite/processing/darkmap"
)

// Bits says which bits of a readout's samples change.
type Bits struct {
	Replica     int    `json:"replica"`
	Integration string `json:"integration"` // "short" or "long"
	Quadrant    string `json:"quadrant"`    // "A" to "D"
	Rows        int    `json:"rows"`
	// Set are those set in every sample, DN with the bias, Clear those that are
	// set in none. Bit 0 is 1 DN.
	Set   uint16 `json:"always_set"`
	Clear uint16 `json:"always_clear"`
}

// MeasureBits looks at every sample of a stack, whose replicas have the given
// numbers, in its order. Readouts without rows are left out.
func MeasureBits(stack *darkmap.Stack, numbers []int) []Bits {
	parts := make([][]Bits, len(numbers))
	var wait sync.WaitGroup
	for n, number := range numbers {
		wait.Go(func() {
			for _, i := range darkmap.Integrations {
				for _, q := range chandra.Quadrants() {
					if b := bitsOf(stack, n, i, q); b.Rows > 0 {
						b.Replica = number
						parts[n] = append(parts[n], b)
					}
				}
			}
		})
	}
	wait.Wait()
	var all []Bits
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

func bitsOf(stack *darkmap.Stack, replica int, i darkmap.Integration, q chandra.Quadrant) Bits {
	b := Bits{Integration: i.String(), Quadrant: q.Letter()}
	and, or := ^uint16(0), uint16(0)
	first, last := q.Rows()
	for r := first; r <= last; r++ {
		row := stack.Row(replica, i, chandra.HalfRow(q.ColNeg(), r))
		if row == nil {
			continue
		}
		b.Rows++
		for _, v := range row.DN {
			and &= v
			or |= v
		}
	}
	if b.Rows > 0 {
		b.Set, b.Clear = and, ^or
	}
	return b
}

const (
	// lowBits change in every readout of some size: those up to 512 DN, which a
	// pixel of 250 e-/s adds to the bias in a short exposure.
	lowBits = 1<<10 - 1
	// enoughRows is that size, half of a quadrant.
	enoughRows = chandra.QuadrantRows / 2
)

func stuckBits(s Subject) finding {
	const source = "bits"
	if imported(s.Calibration) {
		return notApplicable(source, noTelemetry)
	}
	judged, stuck := 0, 0
	var names []string
	for _, b := range s.Measured.Bits {
		if b.Rows < enoughRows {
			continue
		}
		judged++
		set, clear := b.Set&lowBits, b.Clear&lowBits
		if set|clear == 0 {
			continue
		}
		stuck++
		what := fmt.Sprintf("never clears %d DN", 1<<bits.TrailingZeros16(set))
		if set == 0 {
			what = fmt.Sprintf("never sets %d DN", 1<<bits.TrailingZeros16(clear))
		}
		names = append(names, fmt.Sprintf("replica %d %s quadrant %s %s", b.Replica, b.Integration, b.Quadrant, what))
	}
	if judged == 0 {
		return unknown(source, "The bits of the readings were not looked at, or no readout has half of its rows")
	}
	f := finding{
		says:   fmt.Sprintf("Each of the ten lowest bits changes in all %d readouts", judged),
		means:  "A bit that never changes is stuck in the converter or lost on the way, and every pixel there may be wrong by its weight.",
		do:     "Leave out the replicas that have it and process again; if all have it, report it as a fault of the camera.",
		source: source,
	}
	if stuck > 0 {
		f.says = fmt.Sprintf("%s a bit that never changes: %s", plural(stuck, "readout has", "readouts have"), list(names, mostNamed))
	}
	return known(float64(stuck), f)
}
