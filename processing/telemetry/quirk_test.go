package telemetry_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"darksite/internal/shared"
	"darksite/processing/telemetry"
)

const sfdu = telemetry.SFDUSize

// stream is a golden file to be damaged.
type stream struct {
	t    testing.TB
	name string
	raw  []byte
}

func golden(t testing.TB, name string) *stream {
	_, raw := decodeGolden(t, name)
	return &stream{t, name, slices.Clone(raw)}
}

// at is the place of the SFDU with a frame counter.
func (s *stream) at(counter int64) int {
	for at := 0; at+sfdu <= len(s.raw); at += sfdu {
		if s.counter(at) == counter {
			return at
		}
	}
	s.t.Fatalf("no frame %d", counter)
	return 0
}

func (s *stream) counter(at int) int64 {
	c := s.raw[at+telemetry.FrameAt+telemetry.CounterAt:]
	return int64(c[0])<<16 | int64(c[1])<<8 | int64(c[2])
}

func (s *stream) setCounter(at int, c int64) {
	copy(s.raw[at+telemetry.FrameAt+telemetry.CounterAt:], []byte{byte(c >> 16), byte(c >> 8), byte(c)})
}

func (s *stream) insert(at int, b []byte) { s.raw = slices.Insert(s.raw, at, b...) }
func (s *stream) remove(at, n int)        { s.raw = slices.Delete(s.raw, at, at+n) }
func (s *stream) flip(at, bit int)        { s.raw[at] ^= 1 << bit }

// expect decodes and demands every sent row that needs no lost frame, bit for
// bit and once, no other row, and a ledger that adds up.
func (s *stream) expect(lost ...int64) *telemetry.File {
	s.t.Helper()
	return s.expectRows(func(r sentRow) bool {
		return !slices.ContainsFunc(framesOf(r), func(c int64) bool { return slices.Contains(lost, c) })
	})
}

// decode decodes and demands a ledger that adds up.
func (s *stream) decode() *telemetry.File {
	s.t.Helper()
	f, err := telemetry.Decode(bytes.NewReader(s.raw), s.name)
	if err != nil {
		s.t.Fatal(err)
	}
	if f.Ledger.Total() != int64(len(s.raw)) {
		s.t.Errorf("ledger %+v adds up to %d of %d bytes", f.Ledger, f.Ledger.Total(), len(s.raw))
	}
	if f.Ledger.Rows != int64(len(f.Rows)*telemetry.RecordSize) {
		s.t.Errorf("%d bytes in %d rows", f.Ledger.Rows, len(f.Rows))
	}
	return f
}

// everyRowWasSent decodes and demands that every row was sent, bit for bit.
func (s *stream) everyRowWasSent() *telemetry.File {
	s.t.Helper()
	sent := map[string]bool{}
	for _, r := range sentRows(s.t, s.name) {
		sent[r.line] = true
	}
	f := s.decode()
	for i := range f.Rows {
		if line := lineOf(&f.Rows[i]); !sent[line] {
			s.t.Errorf("row %s was never sent; notes %q", line, f.Notes)
		}
	}
	return f
}

func (s *stream) expectRows(arrived func(sentRow) bool) *telemetry.File {
	s.t.Helper()
	f := s.decode()
	got := map[string]int{}
	for i := range f.Rows {
		got[lineOf(&f.Rows[i])]++
	}
	want := 0
	for _, r := range sentRows(s.t, s.name) {
		if arrived(r) {
			want++
			if got[r.line] != 1 {
				s.t.Errorf("row %s was sent, and came back %d times", r.line, got[r.line])
			}
		}
	}
	if len(f.Rows) != want {
		s.t.Errorf("%d rows, want %d; notes %q", len(f.Rows), want, f.Notes)
	}
	return f
}

// Frames 34757 to 34767 of clean are its first segment, rows -512 to -503.
const firstFrame = 34757

// payload is where a row's bytes lie in the payload of a frame.
func payload(r sentRow, counter int64) (from, to int) {
	start := int(counter-r.rec) * telemetry.PayloadSize
	return max(r.offset-start, 0), min(r.offset+telemetry.RecordSize-start, telemetry.PayloadSize)
}

func TestDamagedFrameSyncs(t *testing.T) { // quirk 5
	s := golden(t, "clean")
	s.flip(s.at(34758), 0)                       // NJPL
	s.flip(s.at(34760)+telemetry.FrameAt+1, 5)   // frame sync
	s.flip(s.at(34774), 7)                       // NJPL of neighbours
	s.flip(s.at(34775)+2, 7)                     //
	s.flip(0, 1)                                 // the very first
	s.flip(len(s.raw)-sfdu+telemetry.FrameAt, 1) // the very last
	s.expect()

	s = golden(t, "clean")
	s.flip(s.at(34760), 0)
	s.flip(s.at(34760)+telemetry.FrameAt, 0)
	f := s.expect(34760)
	if f.Frames.Damaged != 1 || f.Ledger.Damaged != sfdu {
		t.Errorf("both syncs damaged: %+v %+v", f.Frames, f.Ledger)
	}
}

func TestVirtualChannel(t *testing.T) { // quirk 6
	s := golden(t, "clean")
	vcid := telemetry.FrameAt + telemetry.VCIDAt
	s.raw[s.at(34758)+vcid] = 0x12   // the first byte does not matter
	s.raw[s.at(34760)+vcid+1] = 0x94 // the second does
	f := s.expect(34760)
	if f.Frames.Other != 1 || f.Ledger.Other != sfdu {
		t.Errorf("other channel: %+v", f.Frames)
	}
}

func TestIncompleteLastSFDU(t *testing.T) { // quirk 7
	s := golden(t, "clean")
	s.raw = s.raw[:len(s.raw)-400]
	f, err := telemetry.Decode(bytes.NewReader(s.raw), "cut")
	if err != nil || f.Ledger.Trailing != sfdu-400 || f.Ledger.Total() != int64(len(s.raw)) {
		t.Errorf("trailing %d, %v", f.Ledger.Trailing, err)
	}
}

func TestNoLimitOnDataFrames(t *testing.T) { // quirk 8
	s := golden(t, "dropped")
	one := s.raw
	for k := int64(1); k*int64(len(one)/sfdu) < 44000; k++ {
		next := stream{t, "", slices.Clone(one)}
		for at := 0; at+sfdu <= len(next.raw); at += sfdu {
			next.setCounter(at, next.counter(at)+k*1040) // keeps parity and phase
		}
		s.raw = append(s.raw, next.raw...)
	}
	f, err := telemetry.Decode(bytes.NewReader(s.raw), "long")
	if err != nil {
		t.Fatal(err)
	}
	if f.Frames.Data <= 20000 || f.Ledger.Total() != int64(len(s.raw)) {
		t.Errorf("%d data frames, want more than 20000; ledger %d of %d", f.Frames.Data, f.Ledger.Total(), len(s.raw))
	}
	if per := len(f.Rows) / (len(s.raw) / len(one)); per < 313 {
		t.Errorf("%d rows per copy, want 313", per)
	}
}

func TestRepeatedFramesAndSegments(t *testing.T) { // quirks 10 and 11
	s := golden(t, "clean")
	at := s.at(34760)
	s.insert(at, slices.Clone(s.raw[at:at+sfdu]))
	if f := s.expect(); f.Frames.Repeated != 1 || f.Ledger.Repeated != sfdu {
		t.Errorf("repeated frame: %+v", f.Frames)
	}
	s = golden(t, "clean")
	from, to := s.at(34757), s.at(34768)
	segment := slices.Clone(s.raw[from:to])
	s.insert(len(s.raw), segment)
	if f := s.expect(); f.Frames.Repeated != len(segment)/sfdu {
		t.Errorf("repeated segment: %+v", f.Frames)
	}
}

func TestFramesOutOfOrder(t *testing.T) { // quirk 11
	s := golden(t, "clean")
	a, b := s.at(34760), s.at(34761)
	swap := slices.Clone(s.raw[a:b])
	copy(s.raw[a:b], s.raw[b:b+sfdu])
	copy(s.raw[b:], swap)
	s.expect()

	s = golden(t, "clean")
	first := slices.Clone(s.raw[:s.at(34780)])
	s.raw = append(s.raw[len(first):], first...)
	s.expect()

	// All frames shuffled.
	s = golden(t, "clean")
	r := rand.New(rand.NewPCG(5, 5))
	shuffled := make([]byte, 0, len(s.raw))
	for _, k := range r.Perm(len(s.raw) / sfdu) {
		shuffled = append(shuffled, s.raw[k*sfdu:][:sfdu]...)
	}
	s.raw = shuffled
	s.expect()
}

func TestMarkersVote(t *testing.T) { // quirk 15
	for name, counters := range map[string][]int64{
		"one":             {34760},
		"four of 11":      {34757, 34758, 34760, 34763},
		"a whole segment": {34757, 34758, 34759, 34760, 34761, 34762, 34763, 34764, 34765, 34766, 34767},
	} {
		t.Run(name, func(t *testing.T) {
			s := golden(t, "clean")
			for _, c := range counters {
				at := s.at(c) + telemetry.FrameAt + telemetry.BodyAt
				if c%2 == 1 { // pairs of clean open on odd counters
					s.raw[at] ^= 0x10
				} else {
					s.raw[at+telemetry.BodySize-1] ^= 0x10
				}
			}
			s.expect()
		})
	}
}

// The sync of a row is damaged in one byte: the row stays. In two: it goes, and
// no other.
func TestDamagedRecordSyncs(t *testing.T) { // quirk 20
	for _, name := range []string{"clean", "even", "falsesync"} {
		rows := sentRows(t, name)
		for _, k := range []int{0, 1, 5, 9, len(rows) - 1} {
			for _, byteAt := range []int{0, 1, 14, 15} {
				s := golden(t, name)
				s.flip(s.recordByte(rows[k], byteAt), 2)
				s.expect()
				s.flip(s.recordByte(rows[k], byteAt^1), 2)
				s.expectRows(func(r sentRow) bool { return r != rows[k] })
			}
		}
	}
}

// recordByte is the place in the file of a byte of a sent record.
func (s *stream) recordByte(r sentRow, k int) int {
	n := r.offset + k
	at := s.at(r.rec + int64(n/telemetry.PayloadSize))
	body := at + telemetry.FrameAt + telemetry.BodyAt
	if s.raw[body] == telemetry.OpenMarker {
		body++
	}
	return body + n%telemetry.PayloadSize
}

// Segments of one and of two rows, quirks 17, 22, 23: frames between them are
// taken away until so few are left.
func TestShortSegments(t *testing.T) {
	rows := sentRows(t, "clean")
	for keep := 1; keep <= 3; keep++ {
		needed := map[int64]bool{}
		for _, r := range rows[2 : 2+keep] {
			for _, c := range framesOf(r) {
				needed[c] = true
			}
		}
		s := golden(t, "clean")
		var lost []int64
		for c := int64(firstFrame); c <= 34767; c++ {
			if !needed[c] {
				lost = append(lost, c)
				s.remove(s.at(c), sfdu)
			}
		}
		s.expect(lost...)
	}
}

// The sync of a segment's first row lies in a frame that counts as fill:
// replica 3 of the full calibration 2015355, quadrant C, row 271
// (golden/full/2015355/manifest.json).
func TestHiddenFirstRow(t *testing.T) { // quirk 9
	raw := shared.Read(t, "golden", "full", "2015355", "2015_355_VC2_Replica3_SFDU_31089.gz")
	f, err := telemetry.Decode(bytes.NewReader(raw), "replica 3")
	if err != nil {
		t.Fatal(err)
	}
	for i := range f.Rows {
		if r := &f.Rows[i]; r.Row == 271 && r.ColNeg == 0 && r.IntegUnits == 625 {
			at := r.Offset % sfdu
			if body := at - telemetry.FrameAt - telemetry.BodyAt; body < telemetry.PayloadSize-2 {
				t.Errorf("the row starts at byte %d of its frame's body, so it is not hidden", body)
			}
			return
		}
	}
	t.Error("the hidden row is not there")
}

func TestReadErrorsNameThePlace(t *testing.T) {
	s := golden(t, "clean")
	broken := errors.New("disk on fire")
	r := io.MultiReader(bytes.NewReader(s.raw[:5000]), iotest.ErrReader(broken))
	_, err := telemetry.Decode(r, "clean.vc2")
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "clean.vc2: at byte 5000") {
		t.Errorf("error %v", err)
	}
}

// The size of the reads makes no difference.
func TestReadSizes(t *testing.T) {
	s := golden(t, "dropped")
	want, _ := decodeGolden(t, "dropped")
	for name, r := range map[string]io.Reader{
		"one byte":       iotest.OneByteReader(bytes.NewReader(s.raw)),
		"half":           iotest.HalfReader(bytes.NewReader(s.raw)),
		"data and error": iotest.DataErrReader(bytes.NewReader(s.raw)),
	} {
		f, err := telemetry.Decode(r, name)
		if err != nil || len(f.Rows) != len(want.Rows) || f.Ledger != want.Ledger {
			t.Errorf("%s: %d rows, %v", name, len(f.Rows), err)
		}
	}
}

// 200 mixtures of faults that damage no pixel: every row whose frames arrived
// whole, and none that was not sent.
func TestRandomMixtures(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		s := golden(t, goldens[r.IntN(len(goldens))])
		if s.name == "truncated" {
			s.raw = s.raw[:len(s.raw)/sfdu*sfdu]
		}
		for range r.IntN(6) {
			at := r.IntN(len(s.raw)/sfdu) * sfdu
			switch r.IntN(5) {
			case 0:
				s.remove(at, sfdu)
			case 1:
				s.insert(at, slices.Clone(s.raw[at:at+sfdu]))
			case 2:
				if at+2*sfdu <= len(s.raw) {
					tmp := slices.Clone(s.raw[at : at+sfdu])
					copy(s.raw[at:], s.raw[at+sfdu:at+2*sfdu])
					copy(s.raw[at+sfdu:], tmp)
				}
			case 3:
				s.flip(at+r.IntN(4), r.IntN(8))
			case 4:
				s.flip(at+telemetry.FrameAt+r.IntN(4), r.IntN(8))
			}
		}
		// A frame is lost when no whole copy of it is left.
		left := map[int64]bool{}
		for at := 0; at < len(s.raw); at += sfdu {
			ok := string(s.raw[at:at+4]) == telemetry.LabelSync || string(s.raw[at+telemetry.FrameAt:][:4]) == telemetry.FrameSync
			if ok {
				left[s.counter(at)] = true
			}
		}
		s.expectRows(func(row sentRow) bool {
			return !slices.ContainsFunc(framesOf(row), func(c int64) bool { return !left[c] })
		})
		if t.Failed() {
			t.Fatalf("seed %d (%s)", seed, s.name)
		}
	}
}
