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
	"slices"
	"strings"
	"testing"
	"time"

	"darksite/processing/telemetry"
)

func pack(t *testing.T, chunks int, chunk []byte) []byte {
	t.Helper()
	return packWith(t, "", chunks, chunk)
}

// packWith makes a gzip file whose header has a comment.
func packWith(t *testing.T, comment string, chunks int, chunk []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	z.Comment = comment
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
	members := pack(t, 1, raw[:half])
	for range 300 { // members that hold nothing
		members = append(members, pack(t, 0, nil)...)
	}
	members = append(members, pack(t, 1, raw[half:])...)
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

// The mark of a simulator counts in whichever member it stands, and no other comment does.
func TestSimulated(t *testing.T) {
	_, raw := decodeGolden(t, "clean")
	half := len(raw) / 2
	for name, c := range map[string]struct {
		content   []byte
		simulated bool
	}{
		"plain":           {raw, false},
		"no comment":      {pack(t, 1, raw), false},
		"another comment": {packWith(t, "from station 14", 1, raw), false},
		"simulated":       {packWith(t, telemetry.SimulatedComment, 1, raw), true},
		"in part":         {slices.Concat(pack(t, 1, raw[:half]), packWith(t, telemetry.SimulatedComment, 1, raw[half:])), true},
	} {
		f, err := telemetry.DecodeFile(t.Context(), write(t, name, c.content), telemetry.DefaultOptions)
		if err != nil {
			t.Fatal(err)
		}
		if f.Simulated != c.simulated {
			t.Errorf("%s: simulated is %v", name, f.Simulated)
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
	end := len(packed)
	for name, c := range map[string]struct {
		content    []byte
		incomplete bool
		says       string
	}{
		"cut":              {packed[:end-1000], true, fmt.Sprintf("cut after byte %d", end-1000)},
		"cut in its last":  {packed[:end-3], true, fmt.Sprintf("cut after byte %d", end-3)},
		"cut early":        {packed[:5], true, "cut after byte 5"},
		"second cut":       {append(bytes.Clone(packed), packed[:7]...), true, fmt.Sprintf("cut after byte %d", end+7)},
		"checksum":         {append(bytes.Clone(packed[:end-8]), 1, 2, 3, 4, 5, 6, 7, 8), false, fmt.Sprintf("damaged near byte %d", end)},
		"text behind":      {append(bytes.Clone(packed), "and more"...), false, fmt.Sprintf("byte %d, behind the gzip data, is 0x61", end)},
		"one byte behind":  {append(bytes.Clone(packed), 7), false, fmt.Sprintf("byte %d, behind the gzip data, is 0x07", end)},
		"text after zeros": {append(append(bytes.Clone(packed), make([]byte, 512)...), "x"...), false, fmt.Sprintf("byte %d, behind the gzip data, is 0x78", end+512)},
	} {
		path := write(t, name, c.content)
		_, err := telemetry.DecodeFile(t.Context(), path, telemetry.DefaultOptions)
		if err == nil || !strings.HasPrefix(err.Error(), path+": ") || !strings.Contains(err.Error(), c.says) ||
			!strings.HasSuffix(err.Error(), "fetch the file again") || errors.Is(err, telemetry.ErrIncomplete) != c.incomplete {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Tapes are padded with zeros; they are no fault of the file, and are said.
func TestZerosBehindGzip(t *testing.T) {
	want, raw := decodeGolden(t, "clean")
	packed := pack(t, 1, raw)
	for _, zeros := range []int{1, 511, 3 << 20} {
		content := append(bytes.Clone(packed), make([]byte, zeros)...)
		f, err := telemetry.DecodeFile(t.Context(), write(t, "tape", content), telemetry.DefaultOptions)
		if err != nil {
			t.Fatal(err)
		}
		if len(f.Rows) != len(want.Rows) || f.Ledger != want.Ledger ||
			len(f.Notes) != 1 || f.Notes[0] != fmt.Sprintf("%d zero bytes behind the gzip data are no part of it", zeros) {
			t.Errorf("%d zeros: %d rows, notes %q", zeros, len(f.Rows), f.Notes)
		}
		if f.Delivered.Bytes != int64(len(content)) || f.Delivered.SHA256 != fmt.Sprintf("%x", sha256.Sum256(content)) {
			t.Errorf("%d zeros: delivered %+v", zeros, f.Delivered)
		}
	}
}

func TestNotTelemetry(t *testing.T) {
	for name, c := range map[string]struct {
		content []byte
		kind    error
	}{
		"empty":        {nil, telemetry.ErrIncomplete},
		"empty packed": {pack(t, 0, nil), telemetry.ErrIncomplete},
		"text":         {[]byte(strings.Repeat("some text ", 1000)), telemetry.ErrNotVC2},
	} {
		path := write(t, name, c.content)
		_, err := telemetry.DecodeFile(t.Context(), path, telemetry.DefaultOptions)
		if !errors.Is(err, c.kind) || !strings.HasPrefix(err.Error(), path+": ") {
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
