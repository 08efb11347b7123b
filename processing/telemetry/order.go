package telemetry

import (
	"bytes"
	"math/bits"
)

// unwrap turns 24-bit counters into counters that do not wrap. Each is taken
// as near as possible to the last one that ended a chain, more frames in a row
// than damage gives counters that rise by one, so that a few damaged counters do
// not carry the others off.
func unwrap(frames []frame) {
	const mask = CounterModulus - 1
	const chain = maxMended + 1
	if len(frames) == 0 {
		return
	}
	sent := func(i int) int64 { return frames[i].counter & mask }
	anchor := sent(0)
	for i, rising := 1, 1; i < len(frames); i++ {
		if sent(i) != (sent(i-1)+1)&mask {
			rising = 1
		} else if rising++; rising >= chain {
			anchor = sent(i)
			break
		}
	}
	rising := 1
	for i := range frames {
		step := (sent(i) - anchor) & mask
		if step >= CounterModulus/2 {
			step -= CounterModulus
		}
		frames[i].counter = anchor + step
		if i == 0 || frames[i].counter != frames[i-1].counter+1 {
			rising = 1
		} else if rising++; rising >= chain {
			anchor = frames[i].counter
		}
	}
}

// Bounds of what counts as a damaged counter.
const (
	maxMended   = 3 // frames in a row
	maxBitsLost = 3 // bits that are wrong
)

// mender restores counters that bit errors changed.
type mender struct {
	frames  []frame
	bodies  store
	holders map[int64][2]int // counter -> first and last frame that has it
}

// mendCounters restores a counter, or a few in a row, that bit errors changed:
// the frames before and after leave room for exactly so many, which are nowhere
// else, each value is a few bits from the one it must have been, and the times
// of receipt agree. It returns where the SFDUs are.
func mendCounters(frames []frame, bodies store) (mended []int64) {
	m := mender{frames: frames, bodies: bodies}
	for i := 1; i+1 < len(frames); i++ {
		want := frames[i-1].counter + 1
		if frames[i].counter == want {
			continue
		}
		for n := 1; n <= maxMended && i+n < len(frames); n++ {
			if frames[i+n].counter != want+int64(n) {
				continue
			}
			if m.damaged(i, n) {
				for k := i; k < i+n; k++ {
					m.set(k, frames[k-1].counter+1)
					mended = append(mended, frames[k].offset)
				}
			}
			break
		}
	}
	return mended
}

// damaged tells whether n frames from i on have damaged counters.
func (m *mender) damaged(i, n int) bool {
	want := m.frames[i-1].counter + 1
	for k := i; k < i+n; k++ {
		f := &m.frames[k]
		changed := uint64(f.counter^(want+int64(k-i))) & (CounterModulus - 1)
		if changed == 0 || bits.OnesCount64(changed) > maxBitsLost ||
			!ordered(&m.frames[k-1], f, &m.frames[k+1]) {
			return false
		}
	}
	for k := i; k < i+n; k++ {
		h, held := m.held(want + int64(k-i))
		if held && (h[0] < i || h[1] >= i+n) || m.sentTwice(k) {
			return false
		}
	}
	return true
}

// held gives the first and the last frame that has this counter.
func (m *mender) held(counter int64) (h [2]int, held bool) {
	if m.holders == nil {
		m.holders = make(map[int64][2]int, len(m.frames))
		for k := range m.frames {
			h, seen := m.holders[m.frames[k].counter]
			if !seen {
				h[0] = k
			}
			h[1] = k
			m.holders[m.frames[k].counter] = h
		}
	}
	h, held = m.holders[counter]
	return h, held
}

// sentTwice tells whether a frame is the copy of one elsewhere, in the place of
// one that was lost.
func (m *mender) sentTwice(i int) bool {
	twin := m.holders[m.frames[i].counter][0]
	if twin == i {
		twin = m.holders[m.frames[i].counter][1]
	}
	var a, b [BodySize]byte
	return twin != i && bytes.Equal(m.bodies.bodyOf(&m.frames[i], &a), m.bodies.bodyOf(&m.frames[twin], &b))
}

func (m *mender) set(i int, counter int64) {
	m.frames[i].counter = counter
	m.holders[counter] = [2]int{i, i}
}

func ordered(a, b, c *frame) bool {
	return !b.ert.Time().Before(a.ert.Time()) && !c.ert.Time().Before(b.ert.Time())
}

// mendTimes gives a frame whose SFDU lost its label, and perhaps its header,
// the time of the frame before it, unless its own lies between its neighbours'.
func mendTimes(sorted []frame) {
	for i := 1; i+1 < len(sorted); i++ {
		if f := &sorted[i]; !f.labeled && !ordered(&sorted[i-1], f, &sorted[i+1]) {
			f.ert = sorted[i-1].ert
		}
	}
}
