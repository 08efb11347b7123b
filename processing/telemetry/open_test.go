package telemetry_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"darksite/processing/telemetry"
)

func pack(t *testing.T, chunks int, chunk []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	for range chunks {
		if _, err := z.Write(chunk); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func write(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// Plain and gzipped files give the same rows, whatever they are called; the
// hash is that of the file on disk.
func TestPlainAndGzipped(t *testing.T) {
	want, raw := decodeGolden(t, "clean")
	packed := pack(t, 1, raw)
	half := len(raw) / 2
	members := append(pack(t, 1, raw[:half]), pack(t, 1, raw[half:])...)
	for name, content := range map[string][]byte{"plain.gz": raw, "packed": packed, "members": members} {
		f, err := telemetry.DecodeFile(t.Context(), write(t, name, content), telemetry.DefaultOptions)
		if err != nil {
			t.Fatal(err)
		}
		if len(f.Rows) != len(want.Rows) || f.Ledger != want.Ledger || f.Name != name {
			t.Errorf("%s: %d rows, want %d", name, len(f.Rows), len(want.Rows))
		}
		if f.Delivered.SHA256 != fmt.Sprintf("%x", sha256.Sum256(content)) || f.Delivered.Bytes != int64(len(content)) {
			t.Errorf("%s: delivered %+v", name, f.Delivered)
		}
	}
}

func TestBombsAreRefusedEarly(t *testing.T) {
	_, raw := decodeGolden(t, "clean")
	for name, c := range map[string]struct {
		content []byte
		says    string
	}{
		"zeros": {pack(t, 300, make([]byte, 1<<20)), "200 times its size"},
		"large": {pack(t, 40, raw), "10000000 bytes"},
	} {
		start := time.Now()
		limits := telemetry.DefaultOptions
		if name == "large" {
			limits.InflatedBytes = 10_000_000
		}
		_, err := telemetry.DecodeFile(t.Context(), write(t, name, c.content), limits)
		if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
		t.Logf("%s: %d bytes refused after %v: %v", name, len(c.content), time.Since(start).Round(time.Millisecond), err)
	}
}

func TestDamagedGzip(t *testing.T) {
	_, raw := decodeGolden(t, "clean")
	packed := pack(t, 1, raw)
	for name, content := range map[string][]byte{
		"cut":       packed[:len(packed)-1000],
		"cut early": packed[:5],
		"checksum":  append(bytes.Clone(packed[:len(packed)-8]), 1, 2, 3, 4, 5, 6, 7, 8),
		"behind":    append(bytes.Clone(packed), "and more"...),
	} {
		_, err := telemetry.DecodeFile(t.Context(), write(t, name, content), telemetry.DefaultOptions)
		if err == nil || !strings.Contains(err.Error(), name+": the gzip data is damaged or cut near byte") ||
			!strings.Contains(err.Error(), "fetch the file again") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNotTelemetry(t *testing.T) {
	for name, content := range map[string][]byte{"empty": nil, "text": []byte(strings.Repeat("some text ", 1000))} {
		_, err := telemetry.DecodeFile(t.Context(), write(t, name, content), telemetry.DefaultOptions)
		if !errors.Is(err, telemetry.ErrNotVC2) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := telemetry.DecodeFile(t.Context(), filepath.Join(t.TempDir(), "nothing"), telemetry.DefaultOptions); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
}

// An interrupt is heard within a file, plain or gzipped, not only between two.
func TestInterruptedWithinAFile(t *testing.T) {
	_, raw := decodeGolden(t, "clean")
	for name, content := range map[string][]byte{"plain": raw, "packed": pack(t, 1, raw)} {
		ctx, stop := context.WithCancel(t.Context())
		stop()
		_, err := telemetry.DecodeFile(ctx, write(t, name, content), telemetry.DefaultOptions)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
