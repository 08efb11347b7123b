package telemetry

import (
	"bytes"
	"encoding/binary"
	"io"
	"path/filepath"
	"testing"

	"darksite/internal/shared"
)

// The bytes that a row says it was read from are the row, in every golden file:
// lost frames, either parity, false syncs, frames out of order.
func TestSpansHoldTheRow(t *testing.T) {
	names, _ := filepath.Glob(filepath.Join(shared.Path(t, "golden"), "*.vc2.gz"))
	if len(names) == 0 {
		t.Fatal("no golden file")
	}
	for _, path := range names {
		content, err := io.ReadAll(shared.Open(t, "golden", filepath.Base(path)))
		if err != nil {
			t.Fatal(err)
		}
		checkSpans(t, filepath.Base(path), content)

		// The same with its SFDUs the other way round.
		backwards := make([]byte, 0, len(content))
		for at := len(content) / SFDUSize; at > 0; at-- {
			backwards = append(backwards, content[(at-1)*SFDUSize:at*SFDUSize]...)
		}
		checkSpans(t, filepath.Base(path)+" backwards", backwards)
	}
}

func checkSpans(t *testing.T, name string, content []byte) {
	t.Helper()
	f, err := Decode(bytes.NewReader(content), name)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Rows) == 0 {
		t.Fatalf("%s: no rows", name)
	}
	for i := range f.Rows {
		r := &f.Rows[i]
		var record []byte
		for _, s := range r.Spans() {
			record = append(record, content[s.Offset:s.Offset+int64(s.Bytes)]...)
			if first, last := s.Offset/SFDUSize, (s.Offset+int64(s.Bytes)-1)/SFDUSize; first != last {
				t.Errorf("%s: row %d: the span %v lies in two SFDUs", name, i, s)
			}
		}
		if len(record) != RecordSize || r.Spans()[0].Offset != r.Offset {
			t.Fatalf("%s: row %d: %d bytes from %v, want %d from byte %d", name, i, len(record), r.Spans(), RecordSize, r.Offset)
		}
		if bias := binary.BigEndian.Uint16(record[2:]); bias != r.Bias || recordRowNumber(record) != r.Row {
			t.Errorf("%s: row %d: the bytes say bias %d, row %d, want %d and %d", name, i, bias, recordRowNumber(record), r.Bias, r.Row)
		}
		for k, dn := range r.DN {
			var sample []byte
			for _, s := range r.SpansOf(RecordHeaderSize+2*k, 2) {
				sample = append(sample, content[s.Offset:s.Offset+int64(s.Bytes)]...)
			}
			if len(sample) != 2 || binary.BigEndian.Uint16(sample) != dn {
				t.Fatalf("%s: row %d, sample %d: the file holds % x, want %d", name, i, k, sample, dn)
			}
		}
		if s := r.SpansOf(RecordSize, 2); len(s) != 0 {
			t.Errorf("%s: row %d has bytes after its last: %v", name, i, s)
		}
		if s := r.SpansOf(RecordSize-1, 2); len(s) != 1 || s[0].Bytes != 1 {
			t.Errorf("%s: row %d: the last byte and one more are %v, want one byte", name, i, s)
		}
	}
}
