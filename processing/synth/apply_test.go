package synth

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"strings"
	"testing"

	"darksite/internal/shared"
	"darksite/processing/telemetry"
)

func damage(t testing.TB, text string) Damage {
	t.Helper()
	d, err := ParseDamage(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func apply(t testing.TB, r *Telemetry, text string, seed uint64) *Received {
	t.Helper()
	before := crc32.ChecksumIEEE(r.Bytes)
	got, err := damage(t, text).Apply(r, seed)
	if err != nil {
		t.Fatal(err)
	}
	if crc32.ChecksumIEEE(r.Bytes) != before {
		t.Fatalf("%s: the telemetry as sent was changed", text)
	}
	return got
}

// What each fault does to the file and the rows of a tiny replica: its size,
// the number of reported places, and rows whole, marred, altered and lost.
// A -1 is not checked.
func TestFaults(t *testing.T) {
	o := Tiny()
	o.Phase = new(657)
	sent := replica(t, "2016125", o, 1)
	size := len(sent.Bytes)
	const sfdu = telemetry.SFDUSize
	for _, c := range []struct {
		text                         string
		size, places                 int
		whole, marred, altered, lost int
	}{
		{"", size, 0, 192, 0, 0, 0},
		{"replica 2 missing; star left in; drop 5 frames of replica 2", size, 0, 192, 0, 0, 0},
		{"drop 4 frames", size - 4*sfdu, 4, -1, 0, 0, -1},
		// SFDU 5 holds the end of the second row and the start of the third.
		{"drop frame 34758", size - sfdu, 1, 190, 0, 0, 2},
		{"rows -512 to -512 lost", -1, 1, -1, 0, 0, -1},
		{"repeat 3 frames", size + 3*sfdu, 3, 192, 0, 0, 0},
		{"repeat segment 5", -1, 1, 192, 0, 0, 0},
		{"swap 2 frames", size, 2, 192, 0, 0, 0},
		{"swap segments 3 and 7", size, 1, 192, 0, 0, 0},
		{"truncate at 60500 bytes", 60500, 1, -1, 0, 0, -1},
		{"truncate at 0 bytes", 0, 1, 0, 0, 0, 192},
		{"flip 10 bits", size, 10, -1, -1, -1, 0},
		{"flip 5 record syncs", size, 5, -1, -1, 0, 0},
		{"flip 3 frame syncs", size, 3, -1, -1, 0, 0},
		{"flip 3 label syncs", size, 3, -1, -1, 0, 0},
		{"flip 2 counters", size, 2, -1, -1, 0, 0},
		{"flip 6 markers", size, 6, -1, -1, 0, 0},
		{"flip markers of segment 2", size, 1, 188, 4, 0, 0},
		{"false syncs 12", size, 12, 192, 0, 0, 0},
		{"other channels 50", size + 50*sfdu, 50, 192, 0, 0, 0},
		{"insert 7 bytes at 1134", size + 7, 1, 192, 0, 0, 0},
		{"insert 7 bytes at 5700", size + 7, 1, 190, 0, 0, 2},
		{"delete 7 bytes at 5700", size - 7, 1, 190, 0, 0, 2},
		{"leading 300 bytes", size + 300, 1, 192, 0, 0, 0},
		{"trailing 200 bytes", size + 200, 1, 192, 0, 0, 0},
		// A good copy makes up for a lost one.
		{"repeat segment 0; drop frame 34758", -1, 2, 192, 0, 0, 0},
	} {
		r := apply(t, sent, c.text, 5)
		got := []int{len(r.Bytes), len(r.Faults), r.Count(Whole), r.Count(Marred), r.Count(Altered), r.Count(Lost)}
		for i, want := range []int{c.size, c.places, c.whole, c.marred, c.altered, c.lost} {
			if want >= 0 && got[i] != want {
				t.Errorf("%q: size, places, whole, marred, altered, lost are %v, want %v", c.text, got,
					[]int{c.size, c.places, c.whole, c.marred, c.altered, c.lost})
				break
			}
		}
		if c.whole < 0 && r.Count(Whole) == 192 {
			t.Errorf("%q: did nothing", c.text)
		}
	}
}

// A flipped bit must be where the report says, and nowhere else.
func TestFlipsAreWhereTheyAreReported(t *testing.T) {
	sent := replica(t, "2016125", Tiny(), 1)
	for _, c := range []struct {
		kind string
		in   func(b int) bool // byte of the SFDU
	}{
		{"bits", func(int) bool { return true }},
		{"frame syncs", func(b int) bool { return b >= 104 && b < 108 }},
		{"label syncs", func(b int) bool { return b < 4 }},
		{"counters", func(b int) bool { return b >= 110 && b < 113 }},
		{"markers", func(b int) bool { return b == 114 || b == 1132 }},
	} {
		r := apply(t, sent, "flip 20 "+c.kind, 3)
		want := bytes.Clone(sent.Bytes)
		for _, f := range r.Faults {
			want[*f.SFDU*1134+*f.Byte] ^= 1 << *f.Bit
			if !c.in(*f.Byte) {
				t.Errorf("%s: byte %d of the SFDU", c.kind, *f.Byte)
			}
			if at := *f.SFDU*1134 + 110; int64(sent.Bytes[at])<<16|int64(sent.Bytes[at+1])<<8|int64(sent.Bytes[at+2]) != *f.Counter {
				t.Errorf("%s: counter %d is not that of SFDU %d", c.kind, *f.Counter, *f.SFDU)
			}
		}
		if !bytes.Equal(r.Bytes, want) {
			t.Errorf("%s: the file differs elsewhere", c.kind)
		}
	}
	r := apply(t, sent, "flip 30 record syncs", 3)
	l, rows := sent.layout(), map[[3]int]Sent{}
	for _, row := range sent.Rows {
		rows[[3]int{int(row.IntegUnits), int(row.ColNeg), int(row.Row)}] = row
	}
	want := bytes.Clone(sent.Bytes)
	for _, f := range r.Faults {
		row := rows[[3]int{*f.Integ, int(*f.ColNeg), *f.Row}]
		sfdu, offset := l.place(row.streamAt + *f.Byte)
		want[sfdu*1134+offset] ^= 1 << *f.Bit
	}
	if !bytes.Equal(r.Bytes, want) {
		t.Error("record syncs: the file differs elsewhere")
	}
}

// The damaged bytes, read by a decoder that knows nothing of the truth: it
// must find every row that arrived whole, and nothing that was not sent.
func TestDecoderAgreesWithTheTruth(t *testing.T) {
	shared.Slow(t)
	for _, text := range []string{
		"", "drop 4 frames", "repeat 3 frames", "swap 4 frames", "truncate", "other channels 20",
		"repeat segment 5", "swap segments 3 and 7", "rows 490-500 lost", "insert 7 bytes", "delete 7 bytes",
		"leading 300 bytes", "trailing 200 bytes", "flip 3 record syncs", "flip 2 frame syncs", "flip 2 label syncs",
		"flip 4 markers", "flip markers", "false syncs 6", "flip 10 bits",
		"drop 3 frames; repeat 2 frames; flip 3 record syncs; leading 50 bytes; truncate",
	} {
		for seed := uint64(1); seed <= 4; seed++ {
			o := Tiny()
			o.RowsPerQuadrant, o.StripRows = 40, 20
			o.EvenOpens = seed%2 == 0
			o.Interrupts = int(seed) % 3
			if seed == 3 {
				o.FirstCounter = telemetry.CounterModulus - 100
			}
			sent := replica(t, "2016125", o, 1)
			compare(t, fmt.Sprintf("%q seed %d", text, seed), apply(t, sent, text, seed))
		}
	}
}

// The sync of the first row falls on the last two bytes of a frame of empty
// records, so that the frame counts as fill (telemetry.md, section 8, quirk 9).
func TestFirstRowMayBeginInAFillFrame(t *testing.T) {
	o := Tiny()
	o.Phase = new(928)
	sent := replica(t, "2016125", o, 1)
	first := sent.Rows[0]
	if first.PayloadOffset != 1016 || sent.DataFrames[0] != first.FirstSFDU+1 {
		t.Fatalf("the first row begins at byte %d of SFDU %d, the first data frame is SFDU %d",
			first.PayloadOffset, first.FirstSFDU, sent.DataFrames[0])
	}
	compare(t, "hidden first row", apply(t, sent, "", 1))
	if r := apply(t, sent, "drop frame 34757", 1); r.Arrivals[0] != Lost || r.Count(Whole) != 191 {
		t.Errorf("without its first frame the row is %s, %d rows are whole", r.Arrivals[0], r.Count(Whole))
	}
}

// compare decodes what was received.
func compare(t *testing.T, name string, r *Received) {
	t.Helper()
	file, err := telemetry.Decode(bytes.NewReader(r.Bytes), name)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	index := map[[3]int]int{}
	for i, row := range r.Rows {
		index[[3]int{int(row.IntegUnits), int(row.ColNeg), int(row.Row)}] = i
	}
	found := make([]bool, len(r.Rows))
	for _, row := range file.Rows {
		key := [3]int{int(row.IntegUnits), int(row.ColNeg), int(row.Row)}
		i, ok := index[key]
		if !ok {
			if r.Count(Altered) == 0 {
				t.Errorf("%s: decoded row %v was not sent", name, key)
			}
			continue
		}
		want := &r.Rows[i]
		b := make([]byte, 0, 1024)
		for _, v := range row.DN {
			b = binary.BigEndian.AppendUint16(b, v)
		}
		same := crc32.ChecksumIEEE(b) == want.DNCRC && row.Bias == want.Bias && row.Replica == want.Replica &&
			row.CalType == want.CalType && row.SciHeader == want.SciHeader && row.Clock == want.Clock
		switch {
		case r.Arrivals[i] == Lost && !same: // an SFDU that was cut can hold the end of a row
			t.Errorf("%s: row %v is lost but was decoded with another content", name, key)
		case r.Arrivals[i] != Altered && !same:
			t.Errorf("%s: row %v has arrived %s but was decoded with another content", name, key, r.Arrivals[i])
		case r.Arrivals[i] == Whole && row.ERT != want.ERT:
			t.Errorf("%s: row %v: ERT %+v, truth %+v", name, key, row.ERT, want.ERT)
		}
		found[i] = true
	}
	for i, row := range r.Rows {
		if r.Arrivals[i] == Whole && !found[i] {
			t.Errorf("%s: row %d, column sign %d, %d units arrived whole but was not decoded", name, row.Row, row.ColNeg, row.IntegUnits)
		}
	}
}

func TestRandomDamageNeverPanics(t *testing.T) {
	sent := replica(t, "2016125", Tiny(), 1)
	draw := rand.New(rand.NewPCG(1, 2))
	for range 150 {
		var texts []string
		for range 1 + draw.IntN(5) {
			c := damageTexts[draw.IntN(len(damageTexts))]
			texts = append(texts, c.text)
		}
		text := strings.Join(texts, ";")
		r, err := damage(t, text).Apply(sent, draw.Uint64())
		if err != nil {
			continue // a place that is not there
		}
		if len(r.Arrivals) != len(sent.Rows) || len(r.Rows) != len(sent.Rows) {
			t.Fatalf("%q: %d rows, %d arrivals", text, len(r.Rows), len(r.Arrivals))
		}
	}
}

func TestApplyRefusesPlacesThatAreNotThere(t *testing.T) {
	sent := replica(t, "2016125", Tiny(), 1)
	for text, part := range map[string]string{
		"drop 1000 frames":                          "data frames left; ask for no more",
		"drop frame 5":                              "they run from",
		"repeat segment 24":                         "segments 0 to 23",
		"truncate at 99999999 bytes":                "the file has",
		"delete 500000 bytes":                       "the file has",
		"delete 5 bytes at 450000":                  "the file has",
		"false syncs 193":                           "there are 192 rows",
		"rows 100 to 130 lost":                      "none of these rows is sent",
		"truncate at 0 bytes; repeat segment 1":     "not there any more",
		"truncate at 0 bytes; flip 1 record sync":   "there are 0 rows",
		"truncate at 500 bytes; flip 1 frame syncs": "there are 0 data frames",
	} {
		_, err := damage(t, text).Apply(sent, 1)
		if err == nil || !strings.Contains(err.Error(), part) || !strings.Contains(err.Error(), "2016125 replica 1") {
			t.Errorf("%q: %v, want an error with %q", text, err, part)
		}
	}
}
