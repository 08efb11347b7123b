package synth

import (
	"encoding/binary"
	"fmt"
	"slices"

	"darksite/processing/telemetry"
)

// split cuts the chunks so that one begins at a byte of the file, and returns
// its index.
func (w *wire) split(at int) int {
	for i := range w.chunks {
		n := len(w.chunks[i].bytes)
		if at == 0 {
			return i
		}
		if at < n {
			head, tail := w.chunks[i], w.chunks[i]
			head.bytes, tail.bytes = head.bytes[:at:at], tail.bytes[at:]
			w.chunks = slices.Replace(w.chunks, i, i+1, head, tail)
			return i + 1
		}
		at -= n
	}
	return len(w.chunks)
}

// place is where a fault strikes, in bytes of the file as it is.
func (w *wire) place(f Fault) (int, error) {
	size := w.size()
	if f.At < 0 {
		return w.draw.below(size + 1), nil
	}
	if f.At > int64(size) {
		return 0, fmt.Errorf("the file has %d bytes", size)
	}
	return int(f.At), nil
}

// foreign is a chunk of random bytes.
func (w *wire) foreign(n int) chunk {
	b := make([]byte, (n+7)/8*8)
	for i := 0; i < len(b); i += 8 {
		binary.LittleEndian.PutUint64(b[i:], w.draw.Uint64())
	}
	return chunk{sfdu: -1, bytes: b[:n], own: true}
}

func (w *wire) insertAt(at, n int) {
	w.chunks = slices.Insert(w.chunks, w.split(at), w.foreign(n))
	w.note(Applied{Offset: new(int64(at)), Bytes: &n})
}

func (w *wire) insertBytes(f Fault) error {
	at, err := w.place(f)
	if err == nil {
		w.insertAt(at, f.Count)
	}
	return err
}

func (w *wire) leading(f Fault) error {
	w.insertAt(0, f.Count)
	return nil
}

func (w *wire) trailing(f Fault) error {
	w.insertAt(w.size(), f.Count)
	return nil
}

func (w *wire) deleteBytes(f Fault) error {
	size := w.size()
	n := f.Count
	if n > size || f.At > int64(size-n) {
		return fmt.Errorf("the file has %d bytes", size)
	}
	at := int(f.At)
	if f.At < 0 {
		at = w.draw.below(size - n + 1)
	}
	from := w.split(at)
	to := w.split(at + n)
	w.chunks = slices.Delete(w.chunks, from, to)
	w.note(Applied{Offset: new(int64(at)), Bytes: &n})
	return nil
}

func (w *wire) truncate(f Fault) error {
	at, err := w.place(f)
	if err != nil {
		return err
	}
	if f.At < 0 {
		// Early and late ends would test little.
		at = w.size()/5 + w.draw.below(w.size()*3/5+1)
	}
	w.cut(at)
	w.note(Applied{Offset: new(int64(at))})
	return nil
}

// cut ends the file.
func (w *wire) cut(at int) { w.chunks = w.chunks[:w.split(at)] }

// otherChannels puts frames of other virtual channels of the spacecraft
// between the SFDUs, each with the header of the one after it and random
// content.
func (w *wire) otherChannels(f Fault) error {
	places := make([]int, f.Count)
	for i := range places {
		places[i] = w.draw.below(len(w.chunks) + 1)
	}
	slices.Sort(places)
	out := make([]chunk, 0, len(w.chunks)+f.Count)
	offset := 0
	for i := 0; i <= len(w.chunks); i++ {
		for ; len(places) > 0 && places[0] == i; places = places[1:] {
			c := w.foreign(telemetry.SFDUSize)
			like := w.sent.Bytes[:telemetry.FrameAt+telemetry.CounterAt]
			if i < len(w.chunks) && w.chunks[i].whole() {
				like = w.chunks[i].bytes[:telemetry.FrameAt+telemetry.CounterAt]
			}
			copy(c.bytes, like)
			// The lowest six bits are the channel; ours is 19.
			channel := byte(w.draw.below(63))
			if channel >= telemetry.VC2&0x3f {
				channel++
			}
			c.bytes[telemetry.FrameAt+telemetry.VCIDAt+1] = telemetry.VC2&0xc0 | channel
			w.note(Applied{Offset: new(int64(offset)), Bytes: new(len(c.bytes))})
			offset += len(c.bytes)
			out = append(out, c)
		}
		if i < len(w.chunks) {
			offset += len(w.chunks[i].bytes)
			out = append(out, w.chunks[i])
		}
	}
	w.chunks = out
	return nil
}
