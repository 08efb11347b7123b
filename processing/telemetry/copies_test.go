package telemetry_test

import (
	"math/bits"
	"slices"
	"testing"

	"darksite/processing/telemetry"
)

const bodyAt = telemetry.FrameAt + telemetry.BodyAt

// twice sends a frame again, behind the first time or far behind. It returns
// where the two copies are.
func (s *stream) twice(counter int64, far bool) (first, second int) {
	first = s.at(counter)
	second = first + sfdu
	if far {
		second = len(s.raw)
	}
	s.insert(second, slices.Clone(s.raw[first:first+sfdu]))
	return first, second
}

// Two copies that differ in a pixel, and nothing tells which is right: the row
// with that pixel is given up, and no other.
func TestCopiesThatDiffer(t *testing.T) {
	const pixelAt = 586 // of the body
	for _, counter := range []int64{34760, 34761} {
		s := golden(t, "clean")
		at, _ := s.twice(counter, false)
		s.flip(at+bodyAt+pixelAt, 3)
		place := pixelAt
		if s.raw[at+bodyAt] == telemetry.OpenMarker {
			place--
		}
		f := s.expectRows(func(r sentRow) bool {
			from, to := payload(r, counter)
			return place < from || place >= to
		})
		if f.Frames.Repeated != 1 || f.Ledger.Repeated != sfdu || f.RowsRejected != 1 || len(f.Notes) != 2 {
			t.Errorf("frames %+v, %d rows rejected, notes %q", f.Frames, f.RowsRejected, f.Notes)
		}
	}
}

// Of two copies that differ, what else is damaged tells which is right.
func TestTheBetterCopy(t *testing.T) {
	const counter = 34760 // closes a pair
	for name, damage := range map[string]func(s *stream, at int){
		"a label sync":  func(s *stream, at int) { s.flip(at+2, 1) },
		"a frame sync":  func(s *stream, at int) { s.flip(at+telemetry.FrameAt, 1) },
		"the marker":    func(s *stream, at int) { s.flip(at+sfdu-2, 1) },
		"the last byte": func(s *stream, at int) { s.flip(at+sfdu-1, 1) },
		"a row number":  func(s *stream, at int) { s.flip(s.headerIn(at)+7, 4) },
		"a record sync": func(s *stream, at int) { s.flip(s.headerIn(at), 4) },
	} {
		t.Run(name, func(t *testing.T) {
			for k := range 4 {
				s := golden(t, "clean")
				first, second := s.twice(counter, k&1 == 1)
				at := []int{first, second}[k>>1]
				damage(s, at)
				s.flip(at+bodyAt+300, 6) // a pixel
				if f := s.expect(); f.Frames.Repeated != 1 || f.RowsRejected != 0 {
					t.Errorf("frames %+v, %d rows rejected, notes %q", f.Frames, f.RowsRejected, f.Notes)
				}
			}
		})
	}
}

// headerIn is where the record header stands in the SFDU at a place.
func (s *stream) headerIn(at int) int {
	counter := s.counter(at)
	for _, r := range sentRows(s.t, s.name) {
		if from, _ := payload(r, counter); r.rec == counter {
			if s.raw[at+bodyAt] == telemetry.OpenMarker {
				from++
			}
			return at + bodyAt + from
		}
	}
	s.t.Fatalf("no record starts in frame %d", counter)
	return 0
}

// A damaged marker, or a copy that lacks bytes, is no reason for doubt.
func TestCopiesThatDoNotMatter(t *testing.T) {
	s := golden(t, "clean")
	at, _ := s.twice(34760, false)
	s.flip(at+sfdu-2, 3)
	s.expect()

	s = golden(t, "clean")
	at, _ = s.twice(34760, true)
	s.remove(at+700, 40)
	s.expect()

	s = golden(t, "clean")
	at, _ = s.twice(34761, true)
	s.raw[at+sfdu-4] = 0 // looks like the last byte where it will be
	s.insert(at+1000, []byte{1, 2, 3})
	s.expect()
}

// A frame received again later, intact, and the first time with a changed pixel:
// that the first came in time does not make its pixel right.
func TestCopyReceivedLater(t *testing.T) {
	s := golden(t, "clean")
	first, second := s.twice(34760, true)
	s.raw[second+telemetry.ERTMilliAt+1]++ // 65 s later
	s.flip(first+bodyAt+300, 6)
	if f := s.everyRowWasSent(); len(f.Rows) != 191 {
		t.Errorf("%d rows, want 191; notes %q", len(f.Rows), f.Notes)
	}
}

// A frame whose counter bit errors made that of another is no copy of it, be
// it alone or one of several. When so few bits are wrong that its place tells its
// counter, it is not even lost.
func TestFrameUnderAnothersCounter(t *testing.T) {
	const mostBits, mostFrames = 3, 3
	for _, pair := range [][2]int64{{34810, 34757}, {34810, 34760}, {34810, 34762}, {34760, 34810}, {34758, 34811}, {34777, 34757}} {
		for n := range int64(4) {
			s := golden(t, "clean")
			var lost []int64
			mended := n < mostFrames
			places := make([]int, n+1)
			for k := range n + 1 {
				places[k] = s.at(pair[0] + k)
				lost = append(lost, pair[0]+k)
				mended = mended && bits.OnesCount64(uint64((pair[0]+k)^(pair[1]+k))) <= mostBits
			}
			for k, at := range places {
				s.setCounter(at, pair[1]+int64(k))
			}
			if mended {
				lost = nil
			}
			if s.expect(lost...); t.Failed() {
				t.Fatalf("%d frames from %d on as %d", n+1, pair[0], pair[1])
			}
		}
	}
}

// A stray frame from a later time does not take the place of a fill frame.
func TestStrayFrameAmongFill(t *testing.T) {
	s := golden(t, "clean")
	want := s.decode()
	var fill int64
	for at := 0; at < len(s.raw); at += sfdu {
		// Far from 34767 in bits, so that its place does not mend it.
		if c := s.counter(at); s.raw[at+bodyAt+500] == telemetry.FillByte && s.raw[at+bodyAt+700] == telemetry.FillByte &&
			c > 34775 && bits.OnesCount64(uint64(c^34767)) > 5 {
			fill = c
			break
		}
	}
	if fill == 0 {
		t.Fatal("no such fill frame")
	}
	s.setCounter(s.at(34767), fill)
	if f := s.expect(34767); f.Segments != want.Segments || f.Frames.Fill != want.Frames.Fill {
		t.Errorf("%d segments and %d fill frames, want %d and %d", f.Segments, f.Frames.Fill, want.Segments, want.Frames.Fill)
	}
}
