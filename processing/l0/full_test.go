package l0_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"math"
	"path/filepath"
	"testing"

	"darksite/internal/shared"
	"darksite/processing/l0"
	"darksite/processing/telemetry"
)

// TestLegacyMapOfFullCalibration: legacy tables of four damaged replicas give
// the map that an independent implementation made of their telemetry.
func TestLegacyMapOfFullCalibration(t *testing.T) {
	const id = "2016125"
	var want struct {
		CRC  string `json:"crc32_image_f4be"`
		Rows []int  `json:"rows_recovered"`
	}
	if err := json.Unmarshal(shared.Read(t, "golden", "full", id, "expect.json"), &want); err != nil {
		t.Fatal(err)
	}
	paths, err := filepath.Glob(filepath.Join(shared.Path(t, "golden", "full", id), "*_VC2_*.gz"))
	if err != nil || len(paths) != len(want.Rows) {
		t.Fatalf("%d replicas, want %d, %v", len(paths), len(want.Rows), err)
	}
	var files []*telemetry.File
	for i, p := range paths {
		f, err := telemetry.DecodeFile(t.Context(), p, telemetry.DefaultOptions)
		if err != nil {
			t.Fatal(err)
		}
		d := decodeTable(t, encode(t, f.Rows, l0.Options{Legacy: true}))
		if n := len(d.File.Rows) - d.File.RowsRepeated; n != want.Rows[i] {
			t.Errorf("replica %d: %d rows, want %d", i+1, n, want.Rows[i])
		}
		files = append(files, d.File)
	}
	var b bytes.Buffer
	for _, v := range mapOf(t, files) {
		u := math.Float32bits(v)
		b.Write([]byte{byte(u >> 24), byte(u >> 16), byte(u >> 8), byte(u)})
	}
	if got := fmt.Sprintf("%08x", crc32.ChecksumIEEE(b.Bytes())); got != want.CRC {
		t.Errorf("image CRC %s, want %s", got, want.CRC)
	}
}
