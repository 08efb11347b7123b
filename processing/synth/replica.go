package synth

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"time"

	"darksite/processing/ccd"
	"darksite/processing/telemetry"
)

// readoutOrder is the order of the quadrants in an integration, as in the
// golden files: A and B from their first row up, C and D from the last down.
var readoutOrder = [4]ccd.Quadrant{
	ccd.QuadrantA, ccd.QuadrantB, ccd.QuadrantC, ccd.QuadrantD,
}

// strip is a run of rows of one quadrant with its integration before it.
type strip struct {
	long      int
	quadrant  ccd.Quadrant
	from, to  int // in the quadrant's readout order, to excluded
	slot      int // of its first row
	interrupt int // rows before an empty record, 0 for none
}

// rowAt is the nth row in a quadrant's readout order.
func rowAt(q ccd.Quadrant, nth int) int16 {
	first, last := telemetry.CCD.RowsOf(q)
	if first < 0 {
		return first + int16(nth)
	}
	return last - int16(nth)
}

// plan places the strips of a replica in the slots of the stream and returns
// the number of slots up to the last row.
func (s *Scene) plan(draw *source) (strips []strip, slots int) {
	o := &s.Options
	for long := range 2 {
		for _, q := range readoutOrder {
			for from := 0; from < o.RowsPerQuadrant; from += o.StripRows {
				strips = append(strips, strip{long: long, quadrant: q, from: from,
					to: min(from+o.StripRows, o.RowsPerQuadrant)})
			}
		}
	}
	for left, i := o.Interrupts, 0; i < len(strips) && left > 0; i++ {
		// Each remaining strip is as likely as the others.
		if draw.below(len(strips)-i) < left {
			strips[i].interrupt = (strips[i].to - strips[i].from) / 2
			left--
		}
	}
	for i := range strips {
		p := &strips[i]
		slots += o.EmptyRecords[p.long]
		p.slot = slots
		slots += p.to - p.from
		if p.interrupt > 0 {
			slots++
		}
	}
	return strips, slots
}

// Replica makes the telemetry of one replica, 1 to the number of replicas.
func (s *Scene) Replica(n int) (*Telemetry, error) {
	if err := s.checkReplica(n); err != nil {
		return nil, err
	}
	o := &s.Options
	draw := newSource(o.Seed, tagReplica, s.day, uint64(n))
	phase := draw.below(telemetry.RecordSize)
	if o.Phase != nil {
		phase = *o.Phase
	}
	strips, slots := s.plan(draw)
	// The stream begins within the record of slot 0.
	place := func(slot int) int { return phase + (slot-1)*telemetry.RecordSize }
	need := place(slots + tailRecords)
	sfdus := max(o.SFDUs, (need+telemetry.PayloadSize-1)/telemetry.PayloadSize)
	firstRow := place(strips[0].slot) / telemetry.PayloadSize
	received := o.Received.Add(time.Duration(n-1) * replicaSpacing)
	t := &Telemetry{
		Replica: n, Name: fmt.Sprintf("%s replica %d", s.ID, n), SFDUs: sfdus,
		FirstCounter: o.FirstCounter - int64(firstRow), evenOpens: o.EvenOpens,
		Rows: make([]Sent, 0, 8*o.RowsPerQuadrant),
	}
	out := newStream(sfdus, t.FirstCounter, o.EvenOpens, received)
	t.Bytes = out.bytes
	// Empty records hold their sync, and fill bytes as the rest of the stream.
	for at := phase; at < sfdus*telemetry.PayloadSize; at += telemetry.RecordSize {
		out.put(at, []byte(telemetry.RecordSync))
	}

	rates, charges := s.rates(n), make([]float32, pixels)
	shot := s.expose(n, 0, rates, charges)
	var record [telemetry.RecordSize]byte
	var dn [telemetry.RecordPixels]uint16
	for i, p := range strips {
		if p.long != shot.long {
			shot = s.expose(n, p.long, rates, charges)
		}
		for nth := p.from; nth < p.to; nth++ {
			slot := p.slot + nth - p.from
			if p.interrupt > 0 && nth-p.from >= p.interrupt {
				slot++
			}
			at := place(slot)
			clock := slotClock(n, slot)
			row := Sent{
				IntegUnits: shot.units, Replica: uint8(n),
				ColNeg: p.quadrant.ColNeg(), Row: rowAt(p.quadrant, nth),
				SciHeader: uint16(clock / unitsPerCount), Clock: uint32(clock % unitsPerCount),
				Strip: i, streamAt: at,
			}
			row.Bias = shot.read(dn[:], row.ColNeg, row.Row, nth)
			row.encode(&record, &dn)
			out.put(at, record[:])
			row.FirstSFDU, row.PayloadOffset = at/telemetry.PayloadSize, at%telemetry.PayloadSize
			row.LastSFDU = (at + telemetry.RecordSize - 1) / telemetry.PayloadSize
			row.Counter = t.FirstCounter + int64(row.FirstSFDU)
			row.ERT = frameERT(received, row.FirstSFDU)
			t.Rows = append(t.Rows, row)
		}
	}
	t.survey()
	return t, nil
}

// encode sets the bytes of the record and the row's sums of its samples.
func (r *Sent) encode(record *[telemetry.RecordSize]byte, dn *[telemetry.RecordPixels]uint16) {
	copy(record[:], telemetry.RecordSync)
	binary.BigEndian.PutUint16(record[2:], r.Bias)
	binary.BigEndian.PutUint16(record[4:], r.IntegUnits)
	binary.BigEndian.PutUint16(record[6:],
		uint16(r.CalType&1)<<15|uint16(r.Replica&7)<<12|uint16(r.ColNeg&1)<<11|uint16(r.Row)&0x7ff)
	binary.BigEndian.PutUint16(record[8:], r.SciHeader)
	binary.BigEndian.PutUint32(record[10:], r.Clock)
	copy(record[telemetry.RecordSyncEndAt:], telemetry.RecordSyncEnd)
	r.DNSum = 0
	for j, v := range dn {
		binary.BigEndian.PutUint16(record[telemetry.RecordHeaderSize+2*j:], v)
		r.DNSum += uint32(v)
	}
	r.DNCRC = crc32.ChecksumIEEE(record[telemetry.RecordHeaderSize:])
}

// survey finds which frames are data and where the strips lie.
func (t *Telemetry) survey() {
	for i, r := range t.Rows {
		if i == 0 || r.Strip != t.Rows[i-1].Strip {
			t.Strips = append(t.Strips, Span{r.FirstSFDU, r.LastSFDU})
		}
		t.Strips[len(t.Strips)-1].Last = r.LastSFDU
		for sfdu := r.FirstSFDU; sfdu <= r.LastSFDU; sfdu++ {
			if n := len(t.DataFrames); n > 0 && t.DataFrames[n-1] >= sfdu {
				continue
			}
			if isData(t.Bytes[sfdu*telemetry.SFDUSize:][:telemetry.SFDUSize]) {
				t.DataFrames = append(t.DataFrames, sfdu)
			}
		}
	}
}

// isData tells whether an SFDU's frame is not fill.
func isData(sfdu []byte) bool {
	misfits := 0
	for _, b := range sfdu[telemetry.FrameAt+telemetry.BodyAt : telemetry.FrameAt+telemetry.FrameSize] {
		if b != telemetry.FillByte {
			if misfits++; misfits > telemetry.MaxFillMisfits {
				return true
			}
		}
	}
	return false
}
