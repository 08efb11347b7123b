package synth

import (
	"fmt"
	"hash/crc32"
	"slices"

	"darksite/processing/telemetry"
)

// strikes are the faults of the telemetry itself, by kind; nil for others.
var strikes = [WrongIntegration + 1]func(*wire, Fault) error{
	RowsLost:        (*wire).loseRows,
	Drop:            (*wire).drop,
	DropFrame:       (*wire).dropFrame,
	Repeat:          (*wire).repeat,
	RepeatSegment:   (*wire).repeatSegment,
	Swap:            (*wire).swap,
	SwapSegments:    (*wire).swapSegments,
	Truncate:        (*wire).truncate,
	FlipBits:        flipper(0, telemetry.SFDUSize),
	FlipRecordSyncs: (*wire).flipRecordSyncs,
	FlipFrameSyncs:  flipper(telemetry.FrameAt, len(telemetry.FrameSync)),
	FlipLabelSyncs:  flipper(0, len(telemetry.LabelSync)),
	FlipCounters:    flipper(telemetry.FrameAt+telemetry.CounterAt, 3),
	FlipMarkers:     (*wire).flipMarkers,
	FlipAllMarkers:  (*wire).flipAllMarkers,
	FalseSyncs:      (*wire).falseSyncs,
	OtherChannels:   (*wire).otherChannels,
	Insert:          (*wire).insertBytes,
	Delete:          (*wire).deleteBytes,
	Leading:         (*wire).leading,
	Trailing:        (*wire).trailing,
}

// choose draws n of the numbers in from, rising.
func (w *wire) choose(n int, from []int, what string) ([]int, error) {
	if n > len(from) {
		return nil, fmt.Errorf("there are %d %s; ask for no more", len(from), what)
	}
	for i := range n {
		k := i + w.draw.below(len(from)-i)
		from[i], from[k] = from[k], from[i]
	}
	slices.Sort(from[:n])
	return from[:n], nil
}

// dataChunks are the chunks that are whole data frames.
func (w *wire) dataChunks() []int {
	var list []int
	for i := range w.chunks {
		if c := &w.chunks[i]; c.whole() {
			if _, data := slices.BinarySearch(w.sent.DataFrames, c.sfdu); data {
				list = append(list, i)
			}
		}
	}
	return list
}

// at is the place of an SFDU as data.
func (w *wire) at(sfdu int) Applied {
	counter := w.sent.layout().counterOf(sfdu)
	a := Applied{SFDU: new(sfdu), Counter: &counter}
	for k, s := range w.sent.Strips {
		if s.First <= sfdu && sfdu <= s.Last {
			a.Segment = new(k)
			break
		}
	}
	return a
}

// remove takes out the chunks that a function tells.
func (w *wire) remove(gone func(i int, c *chunk) bool) int {
	kept := w.chunks[:0:0]
	for i := range w.chunks {
		if !gone(i, &w.chunks[i]) {
			kept = append(kept, w.chunks[i])
		}
	}
	n := len(w.chunks) - len(kept)
	w.chunks = kept
	return n
}

func (w *wire) loseRows(f Fault) error {
	carriers := map[int]bool{}
	for _, r := range w.rows {
		if f.First <= r.Row && r.Row <= f.Last {
			for sfdu := r.FirstSFDU; sfdu <= r.LastSFDU; sfdu++ {
				carriers[sfdu] = true
			}
		}
	}
	if len(carriers) == 0 {
		return fmt.Errorf("none of these rows is sent; quadrant A begins with rows %d and %d, C with %d and %d",
			rowAt(0, 0), rowAt(0, 1), rowAt(1, 0), rowAt(1, 1))
	}
	n := w.remove(func(_ int, c *chunk) bool { return carriers[c.sfdu] })
	w.note(Applied{SFDUs: &n})
	return nil
}

func (w *wire) drop(f Fault) error {
	picked, err := w.choose(f.Count, w.dataChunks(), "data frames left")
	if err != nil {
		return err
	}
	for _, i := range picked {
		w.note(w.at(w.chunks[i].sfdu))
	}
	w.remove(func(i int, _ *chunk) bool {
		_, gone := slices.BinarySearch(picked, i)
		return gone
	})
	return nil
}

func (w *wire) dropFrame(f Fault) error {
	l := w.sent.layout()
	for i := range w.chunks {
		if c := &w.chunks[i]; c.sfdu >= 0 && l.counterOf(c.sfdu) == f.At {
			w.note(w.at(c.sfdu))
			w.chunks = slices.Delete(w.chunks, i, i+1)
			return nil
		}
	}
	return fmt.Errorf("no frame has this counter; they run from %d to %d", l.counterOf(0), l.counterOf(w.sent.SFDUs-1))
}

// copies are chunks that share their bytes until one of them is changed.
func copies(chunks []chunk) []chunk {
	for i := range chunks {
		chunks[i].own = false
	}
	out := slices.Clone(chunks)
	for i := range out {
		out[i].flips = slices.Clone(out[i].flips)
	}
	return out
}

func (w *wire) repeat(f Fault) error {
	picked, err := w.choose(f.Count, w.dataChunks(), "data frames left")
	if err != nil {
		return err
	}
	out := make([]chunk, 0, len(w.chunks)+len(picked))
	for i := range w.chunks {
		out = append(out, w.chunks[i])
		if _, again := slices.BinarySearch(picked, i); again {
			out[len(out)-1].own = false
			out = append(out, copies(w.chunks[i:i+1])...)
			w.note(w.at(w.chunks[i].sfdu))
		}
	}
	w.chunks = out
	return nil
}

func (w *wire) swap(f Fault) error {
	data := w.dataChunks()
	if n := len(data); n > 0 && data[n-1] == len(w.chunks)-1 {
		data = data[:n-1]
	}
	picked, err := w.choose(f.Count, data, "data frames with a frame after them")
	if err != nil {
		return err
	}
	for _, i := range picked {
		w.note(w.at(w.chunks[i].sfdu))
		w.chunks[i], w.chunks[i+1] = w.chunks[i+1], w.chunks[i]
	}
	return nil
}

// segment finds where a segment's chunks begin and end (excluded).
func (w *wire) segment(k int) (from, to int, err error) {
	if k >= len(w.sent.Strips) {
		return 0, 0, fmt.Errorf("segment %d: there are segments 0 to %d", k, len(w.sent.Strips)-1)
	}
	span := w.sent.Strips[k]
	from = -1
	for i := range w.chunks {
		if sfdu := w.chunks[i].sfdu; span.First <= sfdu && sfdu <= span.Last {
			if from < 0 {
				from = i
			} else if i != to {
				break // a copy further on
			}
			to = i + 1
		}
	}
	if from < 0 {
		return 0, 0, fmt.Errorf("segment %d is not there any more", k)
	}
	return from, to, nil
}

func (w *wire) repeatSegment(f Fault) error {
	from, to, err := w.segment(f.Segment)
	if err != nil {
		return err
	}
	n := to - from
	w.chunks = slices.Insert(w.chunks, to, copies(w.chunks[from:to])...)
	w.note(Applied{Segment: new(f.Segment), SFDUs: &n})
	return nil
}

func (w *wire) swapSegments(f Fault) error {
	a, aEnd, err := w.segment(f.Segment)
	if err != nil {
		return err
	}
	b, bEnd, err := w.segment(f.Other)
	if err != nil {
		return err
	}
	if a > b {
		a, aEnd, b, bEnd = b, bEnd, a, aEnd
	}
	if aEnd > b {
		return fmt.Errorf("the segments share a frame")
	}
	w.chunks = slices.Concat(w.chunks[:a], w.chunks[b:bEnd], w.chunks[aEnd:b], w.chunks[a:aEnd], w.chunks[bEnd:])
	w.note(Applied{Segment: new(f.Segment), Other: new(f.Other)})
	return nil
}

// falseSyncs puts the sync pattern of a record into the pixels of others: one
// ends in FF, the next is below 256 DN, and so on (telemetry.md, section 8).
func (w *wire) falseSyncs(f Fault) error {
	all := make([]int, len(w.rows))
	for i := range all {
		all[i] = i
	}
	picked, err := w.choose(f.Count, all, "rows")
	if err != nil {
		return err
	}
	for _, i := range picked {
		r := &w.rows[i]
		const odd = (telemetry.RecordSize - 2*telemetry.RecordHeaderSize) / 2
		at := telemetry.RecordHeaderSize + 1 + 2*w.draw.below(odd)
		set := func(n int, v byte) {
			sfdu, offset := r.recordByte(w.sent, n)
			w.chunks[sfdu].change()[offset] = v
		}
		for k := range len(telemetry.RecordSync) {
			set(at+k, telemetry.RecordSync[k])
			set(at+telemetry.RecordSyncEndAt+k, telemetry.RecordSyncEnd[k])
		}
		samples := make([]byte, 0, telemetry.RecordSize)
		for n := telemetry.RecordHeaderSize; n < telemetry.RecordSize; n++ {
			sfdu, offset := r.recordByte(w.sent, n)
			samples = append(samples, w.chunks[sfdu].bytes[offset])
		}
		r.DNCRC, r.DNSum = crc32.ChecksumIEEE(samples), 0
		for j := 0; j < len(samples); j += 2 {
			r.DNSum += uint32(samples[j])<<8 | uint32(samples[j+1])
		}
		w.note(Applied{Segment: new(r.Strip), ColNeg: new(r.ColNeg), Row: new(int(r.Row)),
			Integ: new(int(r.IntegUnits)), Byte: &at})
	}
	return nil
}
