package telemetry_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"darksite/processing/telemetry"
)

func TestLostAndExtraBytes(t *testing.T) { // quirk 4
	for name, c := range map[string]struct {
		damage func(*stream)
		lost   []int64
		ended  int64 // of this frame the rows count that end in it
	}{
		"bytes before the first SFDU":    {func(s *stream) { s.insert(0, []byte("HELLO WORLD")) }, nil, 0},
		"an SFDU's start before it":      {func(s *stream) { s.insert(0, []byte("NJPL2I00")) }, nil, 0},
		"bytes between two SFDUs":        {func(s *stream) { s.insert(s.at(34760), []byte{1, 2, 3, 4, 5, 6, 7}) }, nil, 0},
		"zeros between two SFDUs":        {func(s *stream) { s.insert(s.at(34760), make([]byte, 40)) }, nil, 0},
		"a thousand bytes between":       {func(s *stream) { s.insert(s.at(34761), bytes.Repeat([]byte{9, 8, 7}, 333)) }, nil, 0},
		"a hundred thousand between":     {func(s *stream) { s.insert(s.at(34761), bytes.Repeat([]byte{9, 8, 7}, 33333)) }, nil, 0},
		"bytes that end like an SFDU":    {func(s *stream) { s.insert(s.at(34761), []byte{9, 8, 7, 0}) }, nil, 34760},
		"bytes within a frame":           {func(s *stream) { s.insert(s.at(34760)+600, []byte{1, 2, 3}) }, []int64{34760}, 0},
		"zeros within a frame":           {func(s *stream) { s.insert(s.at(34760)+600, make([]byte, 5)) }, []int64{34760}, 0},
		"bytes near the end of a frame":  {func(s *stream) { s.insert(s.at(34760)+1100, []byte{1, 2, 3}) }, nil, 34760},
		"a byte lost within a frame":     {func(s *stream) { s.remove(s.at(34760)+600, 1) }, []int64{34760}, 0},
		"bytes lost across two frames":   {func(s *stream) { s.remove(s.at(34761)-30, 300) }, []int64{34761}, 34760},
		"only a header lost, and before": {func(s *stream) { s.remove(s.at(34761)-30, 100) }, nil, 34760},
		"a whole header lost":            {func(s *stream) { s.remove(s.at(34760), 120) }, []int64{34760}, 34759},
		"a whole SFDU lost":              {func(s *stream) { s.remove(s.at(34760), sfdu) }, []int64{34760}, 0},
		"lost twice":                     {func(s *stream) { s.remove(s.at(34777)+9, 1); s.remove(s.at(34760)+1000, 77) }, []int64{34760, 34777}, 0},
		"lost, then a damaged sync":      {func(s *stream) { s.flip(s.at(34761), 3); s.remove(s.at(34760)+600, 1) }, []int64{34760}, 0},
		"bytes behind the last SFDU":     {func(s *stream) { s.insert(len(s.raw), []byte("the end of the tape")) }, nil, 0},
		"an SFDU's start at the end":     {func(s *stream) { s.insert(len(s.raw), []byte("NJPL2I00C")) }, nil, 0},
		"lost bytes in the last SFDU":    {func(s *stream) { s.remove(len(s.raw)-100, 50) }, nil, 0},
		"another start in its place": {func(s *stream) {
			at := s.at(34761)
			s.insert(len(s.raw), slices.Clone(s.raw[at:at+sfdu]))
			copy(s.raw[at+400:], s.raw[:500])
			s.raw[at+399] = 0 // looks like the last byte of an SFDU
			copy(s.raw[at:], make([]byte, 120))
		}, nil, 0},
		"up to the time in the header": {func(s *stream) { s.remove(s.at(34760)-20, 51) }, nil, 34759},
		"lost here, as much added behind": {func(s *stream) {
			at, n := s.at(34760), 800
			s.raw[at+sfdu-1+n] = 0 // looks like the last byte where it will be
			s.remove(at+600, n)
			s.insert(at+2*sfdu-n, make([]byte, n))
		}, []int64{34760, 34761}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := golden(t, "clean")
			c.damage(s)
			s.expectRows(func(r sentRow) bool {
				frames := framesOf(r)
				last := len(frames) - 1
				return !slices.ContainsFunc(frames, func(k int64) bool { return slices.Contains(c.lost, k) }) &&
					(!slices.Contains(frames, c.ended) || frames[last] == c.ended)
			})
		})
	}
}

// An SFDU loses its first bytes. While its frame is whole, both it and the SFDU
// before it count; a row across the two only where the header's bytes tell that
// the one before is whole, which they do when it closes a pair.
func TestLostStartOfAnSFDU(t *testing.T) {
	for _, n := range []int{1, 2, 3, 4, 5, 41, 60, 103, 104, 105, 109, 300, 1000} {
		for _, counter := range []int64{34760, 34761, 34762, 34763, 34800, 34801} {
			s := golden(t, "clean")
			s.remove(s.at(counter), n)
			opens := (counter-1)%2 == 1 // pairs of clean open on odd counters
			f := s.expectRows(func(r sentRow) bool {
				frames := framesOf(r)
				if n > telemetry.FrameAt {
					return !slices.Contains(frames, counter)
				}
				across := slices.Contains(frames, counter-1) && slices.Contains(frames, counter)
				return !across || !opens || s.arrivedWhole(counter-1, n)
			})
			if lost := f.SFDUs - len(s.raw)/sfdu; n <= telemetry.FrameAt && lost != 1 {
				t.Errorf("%d bytes off frame %d: %d SFDUs in %d bytes", n, counter, f.SFDUs, len(s.raw))
			}
		}
	}
}

// arrivedWhole tells whether the last body byte of a frame cannot be taken for
// the byte of the header behind that would stand there.
func (s *stream) arrivedWhole(counter int64, lost int) bool {
	at := s.at(counter)
	return lost < 2 || s.raw[at+sfdu-2] != s.raw[at+lost-2]
}

// Bytes lost or added anywhere never shift a pixel unnoticed: whatever happens
// to two of its frames, every row is one that was sent.
func TestNoShiftedPixels(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 4))
	for _, name := range []string{"clean", "even", "falsesync"} {
		whole := golden(t, name)
		for range 200 {
			s := &stream{t, name, slices.Clone(whole.raw)}
			at := s.at(firstFrame) + r.IntN(60*sfdu)
			n := 1 + r.IntN(1<<r.IntN(12))
			switch what := r.IntN(4); what {
			case 0:
				s.remove(at, n)
			case 1: // across the start of an SFDU
				at = at / sfdu * sfdu
				s.remove(at-r.IntN(min(n, 40)+1), n)
			default:
				added := make([]byte, n)
				for i := range added {
					added[i] = []byte{0, telemetry.FillByte, byte(r.Uint32())}[what-2+r.IntN(2)]
				}
				s.insert(at, added)
			}
			if s.everyRowWasSent(); t.Failed() {
				t.Fatalf("%s, %d bytes at %d", name, n, at)
			}
		}
	}
}

// A tape, a copy program or a recorder may leave a surplus behind every SFDU.
func TestSurplus(t *testing.T) {
	word := func(n int) []byte { return bytes.Repeat([]byte{0x6e, 4, 0, 0}, n) }
	padded := func(fill byte, block int) []byte { return bytes.Repeat([]byte{fill}, block-sfdu) }
	for name, behind := range map[string][]byte{
		"a zero": {0}, "a line end": {'\n'}, "a fill byte": {telemetry.FillByte}, "length words": word(2),
		"zeros to 1152": padded(0, 1152), "fill to 2048": padded(telemetry.FillByte, 2048), "ones to 4096": padded(0xff, 4096),
		"check bytes": bytes.Repeat([]byte{1, 2, 3, 4, 0}, 32),
	} {
		t.Run(name, func(t *testing.T) {
			for _, golden := range goldens {
				want, raw := decodeGolden(t, golden)
				spread := slices.Clone(word(1)) // a length word goes before the first too
				for len(raw) >= sfdu {
					spread = append(append(spread, raw[:sfdu]...), behind...)
					raw = raw[sfdu:]
				}
				s := &stream{t, golden, append(spread, raw...)}
				f := s.decode()
				if len(f.Rows) != len(want.Rows) || f.SFDUs != want.SFDUs || f.Ledger.Rows != want.Ledger.Rows {
					t.Fatalf("%s: %d rows from %d SFDUs, want %d from %d; notes %q", golden, len(f.Rows), f.SFDUs, len(want.Rows), want.SFDUs, f.Notes)
				}
				for i := range f.Rows {
					if lineOf(&f.Rows[i]) != lineOf(&want.Rows[i]) {
						t.Fatalf("%s: row %d differs", golden, i)
					}
				}
				if f.Ledger.Surplus != int64(f.SFDUs*len(behind)) || f.Ledger.Damaged != 4 {
					t.Errorf("%s: ledger %+v, want %d bytes of surplus and 4 damaged", golden, f.Ledger, f.SFDUs*len(behind))
				}
				if says := fmt.Sprintf("from byte 4 on, %d surplus bytes follow each SFDU", len(behind)); !slices.Contains(f.Notes, says) {
					t.Errorf("%s: notes %q", golden, f.Notes)
				}
			}
		})
	}
}

// The surplus of a file is learned although SFDUs are missing and damaged, and
// with it what is damaged is found as without.
func TestSurplusAndDamage(t *testing.T) {
	var spread []byte
	whole := golden(t, "clean")
	for at := 0; at < len(whole.raw); at += sfdu {
		c := whole.counter(at)
		one := slices.Clone(whole.raw[at : at+sfdu])
		switch c {
		case 34770:
			continue
		case 34774:
			one[0] ^= 0x80
		case 34780:
			one = slices.Delete(one, 600, 603)
		case 34790:
			one = append(one, "something"...)
		}
		spread = append(append(spread, one...), 0x0d, 0x0a)
	}
	s := &stream{t, "clean", spread}
	s.expect(34770, 34780)
}

// Whole SFDUs between two that have both syncs are no surplus.
func TestEverySecondLabelDamaged(t *testing.T) {
	for first := range 2 {
		s := golden(t, "clean")
		for at := first * sfdu; at < len(s.raw); at += 2 * sfdu {
			s.flip(at, 0)
		}
		s.insert(s.at(34761-int64(first)), []byte("something"))
		if f := s.expect(); f.Ledger.Surplus != 0 {
			t.Errorf("ledger %+v", f.Ledger)
		}
	}
}

// What stands in every frame is no surplus: it would shift pixels.
func TestSurplusWithinFrames(t *testing.T) {
	_, raw := decodeGolden(t, "clean")
	for _, within := range []int{telemetry.FrameAt + telemetry.BodyAt + 1, 600, sfdu - 2} {
		var spread []byte
		for at := 0; at < len(raw); at += sfdu {
			spread = append(append(append(spread, raw[at:at+within]...), 7), raw[at+within:at+sfdu]...)
		}
		s := &stream{t, "clean", spread}
		if f := s.decode(); f.Ledger.Surplus != 0 {
			t.Errorf("a byte at %d of every SFDU: %+v", within, f.Ledger)
		}
		s.everyRowWasSent()
	}
}

// One long damage is one damage, however often the scanner's window ends in it.
func TestLongDamageIsOne(t *testing.T) {
	s := golden(t, "clean")
	junk := bytes.Repeat([]byte("no SFDU here. "), 300000) // 4 MB
	s.insert(s.at(34761), junk)
	f := s.expect()
	if f.Frames.Damaged != 1 || f.Ledger.Damaged != int64(len(junk)) {
		t.Errorf("%+v, ledger %+v", f.Frames, f.Ledger)
	}
	says := fmt.Sprintf("%d bytes at byte %d are not part of a whole SFDU", len(junk), s.at(34757)+4*sfdu)
	if len(f.Notes) != 1 || !strings.Contains(f.Notes[0], says) {
		t.Errorf("notes %q, want %q", f.Notes, says)
	}
}
