package telemetry

import (
	"slices"

	"darksite/processing/ccd"
)

// Readout sums up the rows of one quadrant at one integration time.
type Readout struct {
	IntegUnits uint16     `json:"integ_units"` // x 0.016 s
	IntegS     float64    `json:"integ_s"`
	Quadrant   string     `json:"quadrant"`
	Replica    uint8      `json:"replica_field"` // of its first row, as sent
	Rows       int        `json:"rows"`          // without repeats
	FirstRec   int64      `json:"rec_ctr_first"`
	LastRec    int64      `json:"rec_ctr_last"`
	Missing    [][2]int16 `json:"missing"` // inclusive ranges of ACA rows, of all 512
}

// Readouts groups the rows by integration time and quadrant, in the order in
// which they were received.
func (f *File) Readouts() []Readout {
	type key struct {
		integ    uint16
		quadrant ccd.Quadrant
	}
	index := map[key]int{}
	var out []Readout
	var quadrants []ccd.Quadrant
	var received [][]int16
	for i := range f.Rows {
		r := &f.Rows[i]
		if r.Repeat {
			continue
		}
		k := key{r.IntegUnits, r.Quadrant()}
		n, seen := index[k]
		if !seen {
			n = len(out)
			index[k] = n
			out = append(out, Readout{
				IntegUnits: r.IntegUnits, IntegS: r.IntegSeconds(), Quadrant: k.quadrant.Letter(),
				Replica: r.Replica, FirstRec: mod(r.Counter, CounterModulus),
			})
			quadrants = append(quadrants, k.quadrant)
			received = append(received, nil)
		}
		out[n].Rows++
		out[n].LastRec = mod(r.Counter, CounterModulus)
		received[n] = append(received[n], r.Row)
	}
	for n := range out {
		first, last := CCD.RowsOf(quadrants[n])
		out[n].Missing = gaps(received[n], first, last)
	}
	return out
}

// gaps lists the rows from first to last that are not in have, as ranges.
func gaps(have []int16, first, last int16) [][2]int16 {
	slices.Sort(have)
	out := [][2]int16{}
	next := first
	for _, r := range have {
		if r > next {
			out = append(out, [2]int16{next, r - 1})
		}
		next = r + 1
	}
	if next <= last {
		out = append(out, [2]int16{next, last})
	}
	return out
}
