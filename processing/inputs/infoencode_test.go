package inputs

import (
	"bytes"
	"testing"
	"time"
)

// What is written is read back as it was.
func TestEncodeInfo(t *testing.T) {
	temp, ra, dec := -13.6, 227.136341, 16.976002
	in := Info{DateStart: "2015:355:17:05:45.600", CCDTemp: &temp, RA: &ra, Dec: &dec, TempSource: "predicted (DEC1115A)"}
	content := EncodeInfo(in)
	if want := "datestart,temp,ra,dec,temp_source\n2015:355:17:05:45.600,-13.60,227.136341,16.976002,predicted (DEC1115A)\n"; string(content) != want {
		t.Errorf("%s, want %s", content, want)
	}
	out, err := ReadInfo(bytes.NewReader(content), InfoFile)
	if err != nil || len(out.Warnings) != 0 {
		t.Fatalf("%q, %v", out.Warnings, err)
	}
	if *out.CCDTemp != temp || *out.RA != ra || *out.Dec != dec || out.TempSource != in.TempSource || !out.Time.Equal(time.Date(2015, 12, 21, 17, 5, 45, 6e8, time.UTC)) {
		t.Errorf("%+v", out)
	}
	// What is not known stays unknown, and a source is only a short text.
	out, err = ReadInfo(bytes.NewReader(EncodeInfo(Info{CCDTemp: &temp, TempSource: "a,\"b\"\n\x1b[2J"})), InfoFile)
	if err != nil || out.RA != nil || out.DateStart != "" || out.TempSource != "a  b   [2J" {
		t.Errorf("%+v, %v", out, err)
	}
}
