package telemetry

import (
	"cmp"
	"slices"
)

// chooseCopies puts frames in counter order and of several with one counter
// keeps the one with most merit; the others are repeated. Where copies of equal
// merit differ, nothing tells which is right: what they do not agree on is
// disputed, and no row is made of it.
func chooseCopies(frames []frame, bodies store) (sorted, repeated []frame) {
	rising := true
	for i := 1; i < len(frames) && rising; i++ {
		rising = frames[i].counter > frames[i-1].counter
	}
	if rising {
		return frames, nil
	}
	j := judge{bodies: bodies, pad: commonLast(frames)}
	all := make([]copyOf, len(frames))
	for i := range frames {
		all[i].frame = frames[i]
	}
	slices.SortStableFunc(all, func(a, b copyOf) int { return cmp.Compare(a.counter, b.counter) })
	sorted = frames[:0]
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].counter == all[0].counter {
			n++
		}
		if n > 1 {
			j.rank(all[:n], sorted, all[n:])
		}
		sorted = append(sorted, all[0].frame)
		for i := 1; i < n; i++ {
			repeated = append(repeated, all[i].frame)
		}
		all = all[n:]
	}
	return sorted, repeated
}

// copyOf is one of the frames with a counter.
type copyOf struct {
	frame
	merit  merit
	timely int // how many of the frames before and after were received before and after
}

// merit is what speaks for a copy, the strongest first: how many of the frames
// before and after have a record that its own continues; that its end is
// certain; how many syncs, whether its marker and whether its last byte are right.
type merit [5]int

// judge ranks copies.
type judge struct {
	bodies store
	pad    byte // the last byte of most SFDUs
}

// rank puts the best of some copies first, and notes what copies as good as it
// do not agree on. Before and after are the frames around them in counter order.
// The time of receipt says whose the counter is, not whose the bits are right: it
// tells only between frames that are no copies of one another.
func (j *judge) rank(copies []copyOf, before []frame, after []copyOf) {
	for i := range copies {
		j.weigh(&copies[i], before, after)
	}
	slices.SortStableFunc(copies, func(a, b copyOf) int {
		return cmp.Or(slices.Compare(b.merit[:], a.merit[:]), b.timely-a.timely)
	})
	best := &copies[0]
	var a, b [BodySize]byte
	body := j.bodies.bodyOf(&best.frame, &a)
	for i := 1; i < len(copies) && copies[i].merit == best.merit; i++ {
		other := j.bodies.bodyOf(&copies[i].frame, &b)
		if copies[i].timely == best.timely || resemble(body, other) {
			best.dispute(differing(body, other))
		}
	}
}

// weigh finds what speaks for a copy.
func (j *judge) weigh(c *copyOf, before []frame, after []copyOf) {
	const most = 4 // of the copies of the frame behind
	var own, other [BodySize]byte
	body := j.bodies.bodyOf(&c.frame, &own)
	precedes, follows := 0, 0
	c.timely = 0
	if len(before) > 0 {
		b := &before[len(before)-1]
		follows = one(b.counter == c.counter-1 && continues(j.bodies.bodyOf(b, &other), body))
		c.timely += most * one(!c.ert.Time().Before(b.ert.Time()))
	}
	for i := 0; i < min(most, len(after)) && after[i].counter == after[0].counter; i++ {
		a := &after[i].frame
		precedes |= one(a.counter == c.counter+1 && continues(body, j.bodies.bodyOf(a, &other)))
		c.timely += one(!a.ert.Time().Before(c.ert.Time()))
	}
	marked := body[0] == OpenMarker || body[BodySize-1] == CloseMarker
	c.merit = merit{follows + precedes, one(!c.loose), one(c.labeled) + one(c.synced), one(marked), one(c.last == j.pad)}
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// continues tells whether a record of one body is followed by one of the next
// frame's body: a record further on, with a row number one apart or both empty.
// The markers may move each by a byte.
func continues(body, next []byte) bool {
	const apart = RecordSize - PayloadSize
	for at := nextSync(body, 0); at >= 0; at = nextSync(body, at+1) {
		for k := nextSync(next, at+apart-1); k >= 0 && k <= at+apart+1; k = nextSync(next, k+1) {
			a, b := recordRowNumber(body[at:]), recordRowNumber(next[k:])
			if body[at+6]>>3&1 == next[k+6]>>3&1 && (a == b+1 || b == a+1 || a == EmptyRow && b == EmptyRow) {
				return true
			}
		}
	}
	return false
}

// differing is the part of two bodies, from and to, that is not the same in
// both.
func differing(a, b []byte) (from, to int) {
	for from < len(a) && a[from] == b[from] {
		from++
	}
	for to = len(a); to > from && a[to-1] == b[to-1]; to-- {
	}
	return from, to
}

// resemble tells whether two bodies can be those of one frame: of the bytes that
// are not fill in both, most are the same.
func resemble(a, b []byte) bool {
	same, all := 0, 0
	for i := range a {
		if a[i] != FillByte || b[i] != FillByte {
			all++
			same += one(a[i] == b[i])
		}
	}
	return 2*same >= all
}

// dispute adds a part of the body to what copies do not agree on.
func (f *frame) dispute(from, to int) {
	switch d := &f.disputed; {
	case from == to:
	case d[0] == d[1]:
		*d = [2]uint16{uint16(from), uint16(to)}
	default:
		*d = [2]uint16{min(d[0], uint16(from)), max(d[1], uint16(to))}
	}
}

// commonLast is the byte that most SFDUs end in.
func commonLast(frames []frame) byte {
	var count [256]int
	for i := range frames {
		count[frames[i].last]++
	}
	most := 0
	for b, n := range count {
		if n > count[most] {
			most = b
		}
	}
	return byte(most)
}
