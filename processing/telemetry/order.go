package telemetry

import (
	"bytes"
	"cmp"
	"math/bits"
	"slices"
)

// unwrap turns 24-bit counters into counters that do not wrap. Each is taken
// as near as possible to the last one that followed its predecessor, so that
// one damaged counter does not carry the others off.
func unwrap(frames []frame) {
	const mask = CounterModulus - 1
	if len(frames) == 0 {
		return
	}
	anchor := frames[0].counter
	for i := 1; i < len(frames); i++ {
		if frames[i].counter == (frames[i-1].counter+1)&mask {
			anchor = frames[i].counter
			break
		}
	}
	for i := range frames {
		step := (frames[i].counter - anchor) & mask
		if step >= CounterModulus/2 {
			step -= CounterModulus
		}
		frames[i].counter = anchor + step
		if i > 0 && frames[i].counter == frames[i-1].counter+1 {
			anchor = frames[i].counter
		}
	}
}

// mendCounters restores a counter that bit errors changed: the frames before
// and after it in the file leave room for exactly one, which is nowhere else,
// the damaged value is a few bits from it, and the times of receipt agree.
func mendCounters(frames []frame, bodies store) (mended []int64) {
	var holders map[int64][2]int // counter -> first and last frame that has it
	for i := 1; i+1 < len(frames); i++ {
		f, want := &frames[i], frames[i-1].counter+1
		if frames[i+1].counter != want+1 || f.counter == want ||
			bits.OnesCount64(uint64(f.counter^want)&(CounterModulus-1)) > 3 ||
			!ordered(&frames[i-1], f, &frames[i+1]) {
			continue
		}
		if holders == nil {
			holders = make(map[int64][2]int, len(frames))
			for k := range frames {
				h, seen := holders[frames[k].counter]
				if !seen {
					h[0] = k
				}
				h[1] = k
				holders[frames[k].counter] = h
			}
		}
		if _, elsewhere := holders[want]; elsewhere {
			continue
		}
		twin := holders[f.counter][0]
		if twin == i {
			twin = holders[f.counter][1]
		}
		if twin != i {
			var a, b [BodySize]byte
			if bytes.Equal(bodies.bodyOf(f, &a), bodies.bodyOf(&frames[twin], &b)) {
				continue // a frame sent twice, in the place of one that was lost
			}
		}
		f.counter = want
		holders[want] = [2]int{i, i}
		mended = append(mended, f.offset)
	}
	return mended
}

func ordered(a, b, c *frame) bool {
	return !b.ert.Time().Before(a.ert.Time()) && !c.ert.Time().Before(b.ert.Time())
}

// sortFrames puts frames in counter order and moves those whose counter was
// there already to repeated. Of several with one counter those that continue a
// neighbour in the file come before those that continue none, whose counter bit
// errors may have changed. If the best still differ, nothing tells which is
// right: none is used, and the counter is in conflicts.
func sortFrames(frames []frame, bodies store) (sorted, repeated []frame, conflicts []int64) {
	rising := true
	for i := 1; i < len(frames) && rising; i++ {
		rising = frames[i].counter > frames[i-1].counter
	}
	if rising {
		return frames, nil, nil
	}
	all := make([]copyOf, len(frames))
	for i := range frames {
		follows := i > 0 && frames[i].counter == frames[i-1].counter+1
		leads := i+1 < len(frames) && frames[i].counter == frames[i+1].counter-1
		all[i] = copyOf{frames[i], !follows && !leads}
	}
	slices.SortStableFunc(all, func(a, b copyOf) int {
		if c := cmp.Compare(a.counter, b.counter); c != 0 || a.stray == b.stray {
			return c
		}
		if b.stray {
			return -1
		}
		return 1
	})
	sorted = frames[:0]
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].counter == all[0].counter {
			n++
		}
		used := 1
		if !alike(all[:n], bodies) {
			conflicts = append(conflicts, all[0].counter)
			used = 0
		} else {
			sorted = append(sorted, all[0].frame)
		}
		for _, c := range all[used:n] {
			repeated = append(repeated, c.frame)
		}
		all = all[n:]
	}
	return sorted, repeated, conflicts
}

// copyOf is one of the frames with a counter; stray when it continues neither
// of its neighbours in the file.
type copyOf struct {
	frame
	stray bool
}

// alike tells whether the copies that are as good as the first are the same.
func alike(copies []copyOf, bodies store) bool {
	var a, b [BodySize]byte
	for i := 1; i < len(copies) && copies[i].stray == copies[0].stray; i++ {
		if !samePayload(bodies.bodyOf(&copies[0].frame, &a), bodies.bodyOf(&copies[i].frame, &b)) {
			return false
		}
	}
	return true
}

// samePayload compares two bodies but for a marker that bit errors changed in
// one of them.
func samePayload(a, b []byte) bool {
	const last = BodySize - 1
	opens := a[0] == b[0] || a[0] == OpenMarker || b[0] == OpenMarker
	closes := a[last] == b[last] || a[last] == CloseMarker || b[last] == CloseMarker
	return opens && closes && bytes.Equal(a[1:last], b[1:last])
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
