package telemetry_test

import (
	"bytes"
	"testing"

	"darksite/internal/shared"
	"darksite/processing/telemetry"
)

// FuzzDecode: whatever the bytes are, decoding ends, every byte is in the
// ledger once, and every row is one that the CCD has, at a place in the file.
func FuzzDecode(f *testing.F) {
	for _, name := range goldens {
		raw := shared.Read(f, "golden", name+".vc2.gz")
		f.Add(raw[:min(len(raw), 40*sfdu)]) // small seeds mutate faster
		f.Add(raw[max(0, len(raw)-30*sfdu-100):])
	}
	one := shared.Read(f, "golden", "clean.vc2.gz")
	var surplus []byte
	for at := 0; at < 20*sfdu; at += sfdu {
		surplus = append(append(surplus, one[at:at+sfdu]...), 0, 0)
	}
	f.Add(surplus)
	f.Add(append(append([]byte{}, one[:30*sfdu]...), one[22*sfdu+50:40*sfdu]...)) // frames twice, one without its start
	f.Add([]byte{})
	f.Add([]byte("NJPL"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		file, err := telemetry.Decode(bytes.NewReader(raw), "fuzz")
		if err != nil {
			t.Fatalf("bytes in memory cannot fail to be read: %v", err)
		}
		if file.Ledger.Total() != int64(len(raw)) || file.Bytes != int64(len(raw)) {
			t.Errorf("ledger %+v adds up to %d of %d bytes", file.Ledger, file.Ledger.Total(), len(raw))
		}
		for _, n := range []int64{file.Ledger.Framing, file.Ledger.Fill, file.Ledger.Empty, file.Ledger.Cut,
			file.Ledger.Rejected, file.Ledger.Repeated, file.Ledger.Other, file.Ledger.Damaged, file.Ledger.Surplus, file.Ledger.Trailing} {
			if n < 0 {
				t.Errorf("a class of %+v is negative", file.Ledger)
			}
		}
		if file.Ledger.Rows != int64(len(file.Rows))*telemetry.RecordSize {
			t.Errorf("%d bytes in %d rows", file.Ledger.Rows, len(file.Rows))
		}
		frames := file.Frames
		if frames.Data+frames.Fill+frames.Other+frames.Repeated != file.SFDUs {
			t.Errorf("%d SFDUs, frames %+v", file.SFDUs, frames)
		}
		last := int64(-1 << 62)
		for i := range file.Rows {
			r := &file.Rows[i]
			if int(r.Row) < telemetry.CCD.FirstRow || int(r.Row) > telemetry.CCD.LastRow() || r.ColNeg > 1 || len(r.DN) != telemetry.RecordPixels {
				t.Errorf("row %+v", r)
			}
			if r.Offset < 0 || r.Offset+2 > int64(len(raw)) {
				t.Errorf("row at byte %d of %d", r.Offset, len(raw))
			}
			if r.Counter < last {
				t.Errorf("row counter %d after %d", r.Counter, last)
			}
			last = r.Counter
		}
	})
}
