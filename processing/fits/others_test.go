package fits_test

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"

	"darksite/processing/fits"
	"darksite/processing/fits/fitstest"
)

// What lies behind the last HDU is no part of it, and hides no damage within.
func TestCase16WhatFollowsTheLastHDU(t *testing.T) {
	file := small(t)
	for _, test := range []struct {
		name     string
		trailing []byte
		want     string
	}{
		{"nothing", nil, ""},
		{"a block of zeros", make([]byte, 2880), fmt.Sprintf("2880 zero bytes from byte %d, behind the last HDU", len(file))},
		{"one zero", []byte{0}, "1 zero bytes"},
		{"a tape block", make([]byte, 28800), "28800 zero bytes"},
		{"a special record", bytes.Repeat([]byte("what a site added "), 160), "2880 bytes from byte"},
		{"the beginning of a word", []byte("XTENS"), "5 bytes from byte"},
		{"another file", file[:2880], "2880 bytes from byte"},
	} {
		f, err := fits.Read(bytes.NewReader(append(bytes.Clone(file), test.trailing...)), "tape.fits", 0)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		said := strings.Join(f.Warnings, "; ")
		if len(f.HDUs) != 3 || f.Trailing != len(test.trailing) || !strings.Contains(said, test.want) || (test.want == "") != (said == "") {
			t.Errorf("%s: %d HDUs, %d bytes behind them, warnings %q; want %q", test.name, len(f.HDUs), f.Trailing, said, test.want)
		}
		if complete, err := f.Verify(); err != nil || complete != (test.trailing == nil) {
			t.Errorf("%s: Verify() = %v, %v", test.name, complete, err)
		}
	}
	// An extension whose first card is damaged is not found, and the error says why.
	f := read(t, with(file, 0, "XTENSION", "COMMENT"))
	if _, err := f.Find("SHORTS"); err == nil || !strings.Contains(err.Error(), "behind the last HDU") {
		t.Errorf("a lost extension: %v", err)
	}
}

// A last block that is cut where its content ends loses nothing.
func TestCase16BlocksWithoutPadding(t *testing.T) {
	file := encode(t, fits.Image[float32]{Width: 4, Height: 3, Pixels: make([]float32, 12)})
	bare := encode(t, fits.Primary{})
	end := bytes.Index(bare, []byte(fmt.Sprintf("%-80s", "END")))
	for name, cut := range map[string][]byte{
		"data":                file[:2880+48],
		"data and some":       file[:2880+49],
		"header":              bare[:end+80],
		"END without blanks":  bare[:end+3],
		"END with one blank":  bare[:end+4],
		"header but one byte": bare[:2879],
	} {
		f, err := fits.Read(bytes.NewReader(cut), "f", 0)
		if err != nil || len(f.Warnings) != 1 || !strings.Contains(f.Warnings[0], "not padded to 2880 bytes") {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if complete, err := f.Verify(); !complete || err != nil {
			t.Errorf("%s: Verify() = %v, %v", name, complete, err)
		}
	}
	for name, cut := range map[string][]byte{"data": file[:2880+47], "END": bare[:end+2], "a card": bare[:end-1]} {
		if _, err := fits.Read(bytes.NewReader(cut), "f", 0); err == nil {
			t.Errorf("%s: read although a part is missing", name)
		}
	}
}

// Cards that nobody needs may hold anything; those that are needed may not.
func TestCase17CardsOfOthers(t *testing.T) {
	file := small(t)
	for _, card := range []string{
		"NOTE    = 1.0e-05", "NOTE    = 1.0d-05", "NOTE    = NaN", "NOTE    = -Inf", "NOTE    = 2016-05-04", "NOTE    = 'no end", "NOTE    = \xff\xfe",
		"note    = 1", "NOTE.A  = 1", "HIERARCH ESO DET OUT1 = 1.0e-05", "CONTINUE  'of nothing'", "CONTINUE  no string", "COMMENT= 5", "HISTORY = 'x", "        = 5",
	} {
		f, err := fits.Read(bytes.NewReader(with(file, 0, "NOTE", card)), "f", 0)
		if err != nil {
			t.Errorf("%q: %v", card, err)
			continue
		}
		m, err := f.HDUs[0].Image()
		if err != nil || len(m.Pixels) != 12 {
			t.Errorf("%q: %v", card, err)
			continue
		}
		if err := fits.Encode(new(bytes.Buffer), *m); err != nil {
			t.Errorf("%q: what was read cannot be written: %v", card, err)
		}
	}
	for card, want := range map[string]string{
		"BZERO   = 1.0.0":   "BZERO is 1.0.0; want a number",
		"BZERO   = 'zero'":  "BZERO is zero; want a number",
		"BSCALE  = nan":     "BSCALE is nan; want a number",
		"BSCALE  = 0.0e+00": "BSCALE is 0",
		"BLANK   = none":    "BLANK is none; want an integer",
		"BLANK   = -1.5":    "BLANK is -1.5; want an integer",
	} {
		shorts := encode(t, fits.Image[int16]{Cards: []fits.Card{{Key: "NOTE", Value: 1}}, Width: 1, Height: 1, Pixels: []int16{7}})
		u := read(t, with(shorts, 0, "NOTE", card)).HDUs[0]
		if _, err := u.Image(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", card, err, want)
		}
	}
	// The same card in small letters counts where it is needed.
	shorts := encode(t, fits.Image[int16]{Cards: []fits.Card{{Key: "NOTE", Value: 1}}, Width: 1, Height: 1, Pixels: []int16{7}})
	m, err := read(t, with(shorts, 0, "NOTE", "BSCALE  = 1.0e-01")).HDUs[0].Image()
	check(t, err)
	if m.Pixels[0] != 0.7 {
		t.Errorf("scaled to %v, want 0.7", m.Pixels[0])
	}
}

// Checksums that nobody worked out say nothing; those that were must hold.
func TestUnknownChecksums(t *testing.T) {
	file := small(t)
	for _, card := range []string{"        ", "%s= ''", "%s= '        '", "%s=", "%s= '0000000000000000' / to be worked out"} {
		for _, key := range []string{"DATASUM ", "CHECKSUM"} {
			c := strings.Replace(card, "%s", key, 1)
			both := with(file, 0, strings.TrimSpace(key), c)
			if key == "DATASUM " { // which CHECKSUM vouches for
				both = with(both, 0, "CHECKSUM", "COMMENT")
			}
			if complete, err := read(t, both).HDUs[0].Verify(); complete || err != nil {
				t.Errorf("%q: Verify() = %v, %v, want unknown", c, complete, err)
			}
		}
	}
	for _, c := range []string{"DATASUM = '12'", "DATASUM = 'x'", "DATASUM = 12"} {
		if _, err := read(t, with(file, 0, "DATASUM", c)).HDUs[0].Verify(); err == nil || !strings.Contains(err.Error(), "DATASUM") {
			t.Errorf("%q: %v", c, err)
		}
	}
}

// Files of a compressed archive are read as they are.
func TestReadGzip(t *testing.T) {
	file := small(t)
	var packed bytes.Buffer
	for _, part := range [][]byte{file[:3000], file[3000:]} { // two members
		z := gzip.NewWriter(&packed)
		z.Write(part)
		z.Close()
	}
	f := read(t, packed.Bytes())
	if complete, err := f.Verify(); len(f.HDUs) != 3 || !complete || err != nil || f.Warnings != nil {
		t.Errorf("%d HDUs, %v, %v, %q", len(f.HDUs), complete, err, f.Warnings)
	}
	f = read(t, append(bytes.Clone(packed.Bytes()), make([]byte, 100)...))
	if len(f.Warnings) != 1 || !strings.Contains(f.Warnings[0], "100 zero bytes") {
		t.Errorf("padded: %q", f.Warnings)
	}
	for name, damaged := range map[string][]byte{
		"cut":     packed.Bytes()[:packed.Len()-9],
		"flipped": slices.Concat(packed.Bytes()[:60], []byte{packed.Bytes()[60] ^ 8}, packed.Bytes()[61:]),
		"a head":  {0x1f, 0x8b},
	} {
		if _, err := fits.Read(bytes.NewReader(damaged), "f.gz", 0); err == nil || !strings.Contains(err.Error(), "gzip data is") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := fits.Read(bytes.NewReader(packed.Bytes()), "f.gz", int64(len(file)-1)); err == nil || !strings.Contains(err.Error(), "limit") {
		t.Errorf("above the limit: %v", err)
	}
}

// What astropy writes of integers with blanks is read with them.
func TestBlanksOfAllTypes(t *testing.T) {
	file := fitstest.Make(t, `
for kind, blank in ("u1", 255), ("i2", -32768), ("i4", -2147483648), ("i8", -9223372036854775808):
    h = fits.ImageHDU(np.array([[1, blank, 3]], dtype=kind), name=kind)
    h.header["BLANK"] = blank
    hdus.append(h)
`)
	f := read(t, file)
	for _, u := range f.HDUs[1:] {
		m, err := u.Image()
		check(t, err)
		if !math.IsNaN(float64(m.Pixels[1])) || m.Pixels[0] != 1 || m.Pixels[2] != 3 {
			t.Errorf("%s: %v", u.Name, m.Pixels)
		}
	}
}
