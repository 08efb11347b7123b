package synth

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"darksite/internal/shared"
	"darksite/processing/telemetry"
)

// clean are the options that describe the golden file clean.vc2.
func clean(t testing.TB) Options {
	o := Tiny()
	o.Phase = new(657)
	o.Received = day(t, "2016:125:07:15:00")
	return o
}

// The golden files come from another simulator. With its options, all that
// does not come from its random numbers must be the same byte for byte: SFDU
// and frame headers, counters, times, markers, record headers, fill.
func TestBytesAgainstGolden(t *testing.T) {
	want := shared.Read(t, "golden", "clean.vc2.gz")
	got := replica(t, "2016125", clean(t), 1)
	if len(got.Bytes) != len(want) {
		t.Fatalf("%d bytes, want %d", len(got.Bytes), len(want))
	}
	random := make([]bool, len(want))
	l := got.layout()
	for _, r := range got.Rows {
		for n := range telemetry.RecordSize {
			// The bias, and the pixels.
			if n == 2 || n == 3 || n >= telemetry.RecordHeaderSize {
				sfdu, offset := l.place(r.streamAt + n)
				random[sfdu*telemetry.SFDUSize+offset] = true
			}
		}
	}
	// The golden times went through a float64 of seconds since 1958, which
	// holds steps of a quarter of a microsecond, and were cut.
	for at := telemetry.ERTMicroAt; at < len(want); at += telemetry.SFDUSize {
		if g, w := binary.BigEndian.Uint16(got.Bytes[at:]), binary.BigEndian.Uint16(want[at:]); g != w && g+1 != w {
			t.Errorf("SFDU %d: %d microseconds, golden %d", at/telemetry.SFDUSize, g, w)
		}
		random[at], random[at+1] = true, true
	}
	bad, fixed := 0, 0
	for i := range want {
		if random[i] {
			continue
		}
		fixed++
		if got.Bytes[i] != want[i] {
			if bad++; bad < 10 {
				t.Errorf("SFDU %d byte %d: %02x, golden %02x", i/telemetry.SFDUSize, i%telemetry.SFDUSize, got.Bytes[i], want[i])
			}
		}
	}
	if bad > 0 || fixed < len(want)/2 {
		t.Errorf("%d of %d bytes differ", bad, fixed)
	}
}

// The truth must say of each row what the golden truth says.
func TestSentAgainstGolden(t *testing.T) {
	want, err := csv.NewReader(shared.Open(t, "golden", "clean.sent.csv")).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := WriteSent(&text, replica(t, "2016125", clean(t), 1).Rows, nil); err != nil {
		t.Fatal(err)
	}
	got, err := csv.NewReader(&text).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) || !slices.Equal(got[0], want[0]) {
		t.Fatalf("%d lines, want %d; columns %v, want %v", len(got), len(want), got[0], want[0])
	}
	drawn := map[string]bool{"bias": true, "dn_sum": true, "crc32_dn_u16be": true}
	for i := range want {
		for j, column := range want[0] {
			if column == "ert_1958" && i > 0 {
				// A microsecond, as above.
				g, err := strconv.ParseFloat(got[i][j], 64)
				w, err2 := strconv.ParseFloat(want[i][j], 64)
				if err != nil || err2 != nil || math.Abs(g-w) > 1.3e-6 || len(got[i][j]) != len(want[i][j]) {
					t.Fatalf("line %d, %s: %s, golden %s", i+1, column, got[i][j], want[i][j])
				}
				continue
			}
			if !drawn[column] && got[i][j] != want[i][j] {
				t.Fatalf("line %d, %s: %s, golden %s\n%s", i+1, column, got[i][j], want[i][j], strings.Join(want[i], ","))
			}
		}
	}
}
