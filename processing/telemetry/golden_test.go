package telemetry_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"strconv"
	"strings"
	"testing"

	"darksite/internal/shared"
	"darksite/processing/telemetry"
)

// goldens are the single files of shared/golden.
var goldens = []string{"clean", "even", "dropped", "truncated", "falsesync", "headers"}

func decodeGolden(t testing.TB, name string) (*telemetry.File, []byte) {
	t.Helper()
	raw := shared.Read(t, "golden", name+".vc2.gz")
	f, err := telemetry.Decode(bytes.NewReader(raw), name)
	if err != nil {
		t.Fatal(err)
	}
	return f, raw
}

// sentRow is a line of NAME.sent.csv: what the simulator sent.
type sentRow struct {
	line   string // the columns that --rows writes
	rec    int64
	offset int
}

func sentRows(t testing.TB, name string) []sentRow {
	t.Helper()
	lines, err := csv.NewReader(bytes.NewReader(shared.Read(t, "golden", name+".sent.csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []sentRow
	for _, l := range lines[1:] {
		rec, _ := strconv.ParseInt(l[0], 10, 64)
		offset, _ := strconv.Atoi(l[1])
		rows = append(rows, sentRow{strings.Join(append(l[:1:1], l[3:]...), ","), rec, offset})
	}
	return rows
}

func lineOf(r *telemetry.Row) string {
	sum := 0
	pixels := make([]byte, 0, 1024)
	for _, v := range r.DN {
		sum += int(v)
		pixels = append(pixels, byte(v>>8), byte(v))
	}
	return fmt.Sprintf("%d,%d,%d,%d,%d,%d,%d,%d,%d,%d,%08x", r.Counter%telemetry.CounterModulus,
		r.Bias, r.IntegUnits, r.CalType, r.Replica, r.ColNeg, r.Row, r.SciHeader, r.Clock, sum, crc32.ChecksumIEEE(pixels))
}

// framesOf lists the counters of the frames that hold a record, from the
// counter of its first byte and the place of that byte in the payload.
func framesOf(s sentRow) []int64 {
	last := (s.offset + telemetry.RecordSize - 1) / telemetry.PayloadSize
	var c []int64
	for i := 0; i <= last; i++ {
		c = append(c, s.rec+int64(i))
	}
	return c
}

// Every sent row whose frames arrived comes back bit for bit, and no other.
func TestGoldenRowsAreWhatWasSent(t *testing.T) {
	for _, name := range goldens {
		t.Run(name, func(t *testing.T) {
			f, raw := decodeGolden(t, name)
			arrived := map[int64]bool{}
			for at := 0; at+telemetry.SFDUSize <= len(raw); at += telemetry.SFDUSize {
				c := raw[at+telemetry.FrameAt+telemetry.CounterAt:]
				arrived[int64(c[0])<<16|int64(c[1])<<8|int64(c[2])] = true
			}
			got := map[string]bool{}
			for i := range f.Rows {
				got[lineOf(&f.Rows[i])] = true
			}
			want := 0
			for _, s := range sentRows(t, name) {
				whole := true
				for _, c := range framesOf(s) {
					whole = whole && arrived[c]
				}
				if !whole {
					continue
				}
				want++
				if !got[s.line] {
					t.Errorf("row %s was sent and arrived, and is not there", s.line)
				}
			}
			if len(f.Rows) != want || len(got) != want {
				t.Errorf("%d rows (%d distinct), want %d", len(f.Rows), len(got), want)
			}
			if f.Ledger.Total() != int64(len(raw)) || f.Bytes != int64(len(raw)) {
				t.Errorf("ledger %+v adds up to %d, file has %d bytes", f.Ledger, f.Ledger.Total(), len(raw))
			}
			if f.Ledger.Rows != int64(len(f.Rows))*telemetry.RecordSize {
				t.Errorf("ledger has %d bytes in rows, want %d", f.Ledger.Rows, len(f.Rows)*telemetry.RecordSize)
			}
			if f.RowsRejected+f.RowsRepeated != 0 {
				t.Errorf("%d rejected, %d repeated: %v", f.RowsRejected, f.RowsRepeated, f.Notes)
			}
		})
	}
}

// The counts agree with the original decoder's own.
func TestGoldenCountsAgreeWithTheOriginal(t *testing.T) {
	for _, name := range goldens {
		f, _ := decodeGolden(t, name)
		var original struct {
			Counts struct {
				Data     int `json:"data_frames"`
				Fill     int `json:"fill_frames"`
				Other    int `json:"other_frames"`
				SFDUs    int `json:"sfdus"`
				Segments int `json:"segments"`
			} `json:"counts"`
		}
		if err := json.Unmarshal(shared.Read(t, "golden", name+".idl.json"), &original); err != nil {
			t.Fatal(err)
		}
		c := original.Counts
		if f.SFDUs != c.SFDUs || f.Frames.Data != c.Data || f.Frames.Fill != c.Fill || f.Frames.Other != c.Other || f.Segments != c.Segments {
			t.Errorf("%s: sfdus %d frames %+v segments %d, the original has %+v", name, f.SFDUs, f.Frames, f.Segments, c)
		}
	}
}

// The rows that the original lacks are those of its quirks 22 (a segment with
// fewer than two real records is dropped) and 23 (the rows of a two-row segment
// are lost), and no others. That the rows it has are ours too, field by field,
// is a test of package l0.
func TestRowsThatTheOriginalLost(t *testing.T) {
	for name, want := range map[string]int{"clean": 0, "even": 4, "dropped": 1, "truncated": 0, "falsesync": 0, "headers": 0} {
		var original struct {
			Segments []struct {
				First, Last int64
				Readouts    []int
				Whole       int `json:"whole_records"`
				Dropped     *string
			}
		}
		if err := json.Unmarshal(shared.Read(t, "golden", name+".idl.json"), &original); err != nil {
			t.Fatal(err)
		}
		lines, err := csv.NewReader(bytes.NewReader(shared.Read(t, "golden", name+".idl.csv"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		have := map[string]bool{}
		for _, l := range lines[1:] {
			have[l[1]+","+l[7]] = true // rec_ctr and row
		}
		lost := 0
		f, _ := decodeGolden(t, name)
		for i := range f.Rows {
			r := &f.Rows[i]
			if have[fmt.Sprintf("%d,%d", r.Counter, r.Row)] {
				continue
			}
			lost++
			explained := false
			for _, s := range original.Segments {
				if s.First <= r.Counter && r.Counter <= s.Last {
					explained = s.Dropped != nil && *s.Dropped == "fewer than two real records" || s.Whole == 2 && len(s.Readouts) == 0
				}
			}
			if !explained {
				t.Errorf("%s: the original lacks row %d at counter %d for no known reason", name, r.Row, r.Counter)
			}
		}
		if lost != want || len(lines)-1+lost != len(f.Rows) {
			t.Errorf("%s: the original lacks %d of our %d rows, want %d; it has %d", name, lost, len(f.Rows), want, len(lines)-1)
		}
	}
}
