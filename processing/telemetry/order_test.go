package telemetry_test

import (
	"bytes"
	"testing"

	"darksite/processing/telemetry"
)

// The counter wraps within a segment, between segments, and with frames out of
// order around the wrap.
func TestCounterWrap(t *testing.T) { // quirk 12
	for _, wrapAt := range []int64{34760, 34770, 34790} {
		s := golden(t, "clean")
		for at := 0; at+sfdu <= len(s.raw); at += sfdu {
			// A multiple of 1040 keeps the phase; 2^24 is even, so parity stays.
			c := s.counter(at) - wrapAt
			s.setCounter(at, c&(telemetry.CounterModulus-1))
		}
		f, err := telemetry.Decode(bytes.NewReader(s.raw), "wrap")
		if err != nil {
			t.Fatal(err)
		}
		if len(f.Rows) != 192 || f.Segments != 24 {
			t.Errorf("wrap before %d: %d rows in %d segments, want 192 in 24", wrapAt, len(f.Rows), f.Segments)
		}
		for i := 1; i < len(f.Rows); i++ {
			if f.Rows[i].Counter <= f.Rows[i-1].Counter {
				t.Errorf("row %d: counter %d after %d", i, f.Rows[i].Counter, f.Rows[i-1].Counter)
			}
		}
	}
}

func TestDamagedCounters(t *testing.T) {
	for bit := range 24 {
		s := golden(t, "clean")
		s.flip(s.at(34760)+telemetry.FrameAt+telemetry.CounterAt+bit/8, bit%8)
		f := s.expect()
		if len(f.Notes) == 0 {
			t.Errorf("bit %d: no note", bit)
		}
	}
	// A frame sent twice in the place of one that was lost is no damaged counter,
	// whatever the time of receipt.
	for _, header := range []int{0, telemetry.FrameAt} {
		s := golden(t, "clean")
		copy(s.raw[s.at(34760)+header:][:sfdu-header], s.raw[s.at(34762)+header:])
		s.expect(34760)
	}
	// Nor are frames that were received in the place of one another.
	s := golden(t, "clean")
	a, b := s.raw[s.at(34760)+telemetry.FrameAt:], s.raw[s.at(34762)+telemetry.FrameAt:]
	for i := range sfdu - telemetry.FrameAt {
		a[i], b[i] = b[i], a[i]
	}
	s.expect()
}

// Counters that bit errors changed in up to three frames in a row are restored,
// even when other frames have the changed ones.
func TestDamagedCountersInARow(t *testing.T) {
	for n := 1; n <= 3; n++ {
		for bit := range 24 {
			s := golden(t, "clean")
			at := s.at(34760)
			for range n {
				s.flip(at+telemetry.FrameAt+telemetry.CounterAt+bit/8, bit%8)
				at += sfdu
			}
			if f := s.expect(); len(f.Notes) != n {
				t.Errorf("bit %d of %d frames: notes %q", bit, n, f.Notes)
			}
		}
	}
}
