package synth

import (
	"fmt"

	"darksite/processing/telemetry"
)

// flip changes a bit of a chunk that is a whole SFDU.
func (w *wire) flip(chunk, at, bit int) {
	c := &w.chunks[chunk]
	c.change()[at] ^= 1 << bit
	c.flips = append(c.flips, at)
}

func (w *wire) flipAndNote(chunk, at, bit int) {
	w.flip(chunk, at, bit)
	a := w.at(w.chunks[chunk].sfdu)
	a.Byte, a.Bit = &at, &bit
	w.note(a)
}

// flipper makes a fault that flips a bit within n bytes of each of some data
// frames' SFDUs, from an offset on.
func flipper(offset, n int) func(*wire, Fault) error {
	return func(w *wire, f Fault) error {
		picked, err := w.choose(f.Count, w.dataChunks(), "data frames left")
		if err != nil {
			return err
		}
		for _, i := range picked {
			w.flipAndNote(i, offset+w.draw.below(n), w.draw.below(8))
		}
		return nil
	}
}

func (w *wire) flipRecordSyncs(f Fault) error {
	where := map[int]int{} // the first whole chunk of each SFDU
	for i := len(w.chunks) - 1; i >= 0; i-- {
		if w.chunks[i].whole() {
			where[w.chunks[i].sfdu] = i
		}
	}
	var there []int
	for i, r := range w.rows {
		_, a := where[r.FirstSFDU]
		end, _ := r.recordByte(w.sent, telemetry.RecordSyncEndAt+1)
		if _, b := where[end]; a && b {
			there = append(there, i)
		}
	}
	picked, err := w.choose(f.Count, there, "rows whose syncs are there")
	if err != nil {
		return err
	}
	for _, i := range picked {
		r := &w.rows[i]
		n := [...]int{0, 1, telemetry.RecordSyncEndAt, telemetry.RecordSyncEndAt + 1}[w.draw.below(4)]
		bit := w.draw.below(8)
		sfdu, offset := r.recordByte(w.sent, n)
		w.flip(where[sfdu], offset, bit)
		a := w.at(sfdu)
		a.Segment, a.ColNeg, a.Row, a.Integ = new(r.Strip), new(r.ColNeg), new(int(r.Row)), new(int(r.IntegUnits))
		a.Byte, a.Bit = &n, &bit
		w.note(a)
	}
	return nil
}

func (w *wire) flipMarkers(f Fault) error {
	picked, err := w.choose(f.Count, w.dataChunks(), "data frames left")
	if err != nil {
		return err
	}
	for _, i := range picked {
		at, _ := w.sent.layout().markerOf(w.chunks[i].sfdu)
		w.flipAndNote(i, at, w.draw.below(8))
	}
	return nil
}

func (w *wire) flipAllMarkers(f Fault) error {
	k := f.Segment
	if k < 0 {
		k = w.draw.below(len(w.sent.Strips))
	}
	from, to, err := w.segment(k)
	if err != nil {
		return err
	}
	n := 0
	for i := from; i < to; i++ {
		if w.chunks[i].whole() {
			at, _ := w.sent.layout().markerOf(w.chunks[i].sfdu)
			w.flip(i, at, w.draw.below(8))
			n++
		}
	}
	if n == 0 {
		return fmt.Errorf("segment %d has no whole frame left", k)
	}
	w.note(Applied{Segment: &k, SFDUs: &n})
	return nil
}
