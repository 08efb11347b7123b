package telemetry_test

import (
	"bytes"
	"io"
	"os"
	"testing"

	"github.com/klauspost/compress/gzip"

	"darksite/internal/shared"
	"darksite/processing/telemetry"
)

const fullReplica = "full/2015355/2015_355_VC2_Replica1_SFDU_31087.gz"

// BenchmarkDecode takes one full replica, 37.7 MB raw in memory, to rows.
func BenchmarkDecode(b *testing.B) {
	raw := shared.Read(b, "golden", fullReplica)
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		f, err := telemetry.Decode(bytes.NewReader(raw), "bench")
		if err != nil || len(f.Rows) != 4096 {
			b.Fatal(len(f.Rows), err)
		}
	}
}

// BenchmarkDecodeFile takes the same replica, gzipped on disk, to rows.
func BenchmarkDecodeFile(b *testing.B) {
	path := shared.Path(b, "golden", fullReplica)
	b.SetBytes(37731582)
	for b.Loop() {
		if _, err := telemetry.DecodeFile(b.Context(), path, telemetry.DefaultOptions); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkInflate is what of BenchmarkDecodeFile is inflating alone.
func BenchmarkInflate(b *testing.B) {
	packed, err := os.ReadFile(shared.Path(b, "golden", fullReplica))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(37731582)
	for b.Loop() {
		z, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, z); err != nil {
			b.Fatal(err)
		}
	}
}
