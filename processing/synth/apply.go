package synth

import (
	"fmt"
	"slices"

	"darksite/processing/telemetry"
)

// Applied is one fault as it struck, with its place. Fields that do not apply
// are left out.
type Applied struct {
	Fault   Fault    `json:"fault"`
	Replica int      `json:"replica,omitempty"`
	SFDU    *int     `json:"sfdu,omitempty"`    // in the file as sent, from 0
	Counter *int64   `json:"counter,omitempty"` // of its frame, as sent
	Segment *int     `json:"segment,omitempty"`
	Other   *int     `json:"other_segment,omitempty"`
	SFDUs   *int     `json:"sfdus,omitempty"` // how many were removed or repeated
	ColNeg  *uint8   `json:"colneg,omitempty"`
	Row     *int     `json:"row,omitempty"`
	Integ   *int     `json:"integ_units,omitempty"`
	Col     *int     `json:"col,omitempty"`
	Mag     *float64 `json:"mag,omitempty"`
	// Byte is within the SFDU, for syncs of records within the record; bit 7 is
	// the highest.
	Byte *int `json:"byte,omitempty"`
	Bit  *int `json:"bit,omitempty"`
	// Offset and Bytes are in the file as it was when the fault struck.
	Offset *int64     `json:"offset,omitempty"`
	Bytes  *int       `json:"bytes,omitempty"`
	Units  *[2]uint16 `json:"replaced_integ_units,omitempty"`
}

// MarshalText lets JSON hold a fault as text.
func (f Fault) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// Received is what is left of a replica.
type Received struct {
	// Bytes is the file; it shares memory with the telemetry as sent where
	// there is no damage.
	Bytes []byte
	// Rows are those sent; false syncs have changed their samples.
	Rows []Sent
	// Arrivals says of each row how much of it is there.
	Arrivals []Arrival
	// Faults are those that struck, in order, each with its place.
	Faults []Applied

	wire *wire
}

// Count is the number of rows that arrived so.
func (r *Received) Count(a Arrival) int {
	n := 0
	for _, b := range r.Arrivals {
		if a == b {
			n++
		}
	}
	return n
}

// Apply damages one replica's telemetry, which itself is not changed. Faults
// of other replicas, of the exposure and of the file (see [Calibrate]) are
// passed over. The seed chooses the places that are not given. It fails when a
// fault names a place that the telemetry does not have.
func (d Damage) Apply(t *Telemetry, seed uint64) (*Received, error) {
	w := &wire{sent: t, rows: slices.Clone(t.Rows), chunks: make([]chunk, t.SFDUs)}
	for i := range w.chunks {
		w.chunks[i] = chunk{sfdu: i, bytes: t.Bytes[i*telemetry.SFDUSize:][:telemetry.SFDUSize]}
	}
	// What changes a record before it is sent comes first, while chunk i still
	// is SFDU i.
	for _, sending := range []bool{true, false} {
		for i, f := range d {
			strike := strikes[f.Kind]
			if strike == nil || !f.strikes(t.Replica) || sending != (f.Kind == FalseSyncs) {
				continue
			}
			w.draw.name(seed, tagFault, uint64(t.Replica), uint64(i), uint64(f.Kind))
			w.fault = f
			if err := strike(w, f); err != nil {
				return nil, fmt.Errorf("%s: damage %q: %w", t.Name, f, err)
			}
		}
	}
	return w.received(), nil
}

// wire is a file on its way: SFDUs and what came between them.
type wire struct {
	sent   *Telemetry
	rows   []Sent
	chunks []chunk
	draw   source
	fault  Fault
	faults []Applied
}

// chunk is a run of bytes of the file: an SFDU, a part of one, or foreign.
type chunk struct {
	sfdu  int // as sent, -1 for foreign bytes
	bytes []byte
	own   bool  // bytes are a copy that may be changed
	flips []int // bytes that differ from those sent, within the SFDU
}

func (c *chunk) whole() bool { return c.sfdu >= 0 && len(c.bytes) == telemetry.SFDUSize }

// change gives the bytes for writing.
func (c *chunk) change() []byte {
	if !c.own {
		c.bytes, c.own = slices.Clone(c.bytes), true
	}
	return c.bytes
}

func (w *wire) note(a Applied) {
	a.Fault, a.Replica = w.fault, w.sent.Replica
	w.faults = append(w.faults, a)
}

// received joins the chunks and finds how the rows arrived.
func (w *wire) received() *Received {
	r := &Received{Rows: w.rows, Arrivals: w.arrivals(), Faults: w.faults, wire: w}
	if len(w.faults) == 0 {
		r.Bytes = w.sent.Bytes
		return r
	}
	r.Bytes = make([]byte, 0, w.size())
	for _, c := range w.chunks {
		r.Bytes = append(r.Bytes, c.bytes...)
	}
	return r
}

func (w *wire) size() int {
	n := 0
	for _, c := range w.chunks {
		n += len(c.bytes)
	}
	return n
}

// arrivals takes for each SFDU of a row its best copy, and for the row the
// worst of its SFDUs.
func (w *wire) arrivals() []Arrival {
	intact := make([]bool, w.sent.SFDUs)
	flipped := map[int][]*chunk{}
	for i := range w.chunks {
		if c := &w.chunks[i]; c.whole() {
			if len(c.flips) == 0 {
				intact[c.sfdu] = true
			} else {
				flipped[c.sfdu] = append(flipped[c.sfdu], c)
			}
		}
	}
	arrivals := make([]Arrival, len(w.rows))
	for i := range w.rows {
		r := &w.rows[i]
		for sfdu := r.FirstSFDU; sfdu <= r.LastSFDU; sfdu++ {
			if intact[sfdu] {
				continue
			}
			best := Lost
			for _, c := range flipped[sfdu] {
				how := Marred
				if slices.ContainsFunc(c.flips, func(b int) bool { return r.hasContentAt(w.sent, sfdu, b) }) {
					how = Altered
				}
				best = min(best, how)
			}
			arrivals[i] = max(arrivals[i], best)
		}
	}
	return arrivals
}

// recordByte is the place in the stream's SFDUs of a byte of the record.
func (r *Sent) recordByte(t *Telemetry, n int) (sfdu, offset int) {
	return t.layout().place(r.streamAt + n)
}

// hasContentAt tells whether a byte of an SFDU belongs to the record and is
// not one of its sync bytes.
func (r *Sent) hasContentAt(t *Telemetry, sfdu, b int) bool {
	_, start := t.layout().place(sfdu * telemetry.PayloadSize)
	if b < start || b >= start+telemetry.PayloadSize {
		return false
	}
	n := sfdu*telemetry.PayloadSize + b - start - r.streamAt
	return n >= len(telemetry.RecordSync) && n < telemetry.RecordSize &&
		n != telemetry.RecordSyncEndAt && n != telemetry.RecordSyncEndAt+1
}

// layout is the telemetry as the stream it was laid out by.
func (t *Telemetry) layout() *stream {
	return &stream{t.Bytes, t.FirstCounter, t.evenOpens}
}
