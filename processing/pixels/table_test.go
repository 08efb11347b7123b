package pixels

import (
	"bytes"
	"strings"
	"testing"

	"darksite/processing/ccd"
	"darksite/processing/fits"
	"darksite/processing/fits/fitstest"

	"github.com/google/go-cmp/cmp"
)

func encodeFITS(t testing.TB, r *Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := EncodeFITS(&b, r, "darksite test"); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestOthersReadTheTable(t *testing.T) {
	r := compare(t, flat("2016125", celsius(-12.25), 10, map[Place]float32{{-512, -512}: 3500, {0, -1}: 140, {0, 0}: 5000}),
		flat("2015355", celsius(-16), 5, map[Place]float32{{0, -1}: 3100, {0, 0}: nan}), DefaultSettings())
	file := encodeFITS(t, r)
	fitstest.Check(t, file)
	var got struct {
		Names, Units                []string
		Rows                        [][]*float64
		Limits                      []int
		History, Comment            []string
		PrevTemp, CommTemp, CCDTemp float64
		Law, PrevID, CalID, DateObs string
		Warm, Hot, Span             float64
	}
	fitstest.Astropy(t, file, `
u = hdus["PIXELS"]
h = u.header
result["names"] = list(u.columns.names)
result["units"] = [c.unit or "" for c in u.columns]
result["rows"] = [[None if np.isnan(float(v)) else float(v) for v in row] for row in u.data]
result["limits"] = [h[k + n] for n in ("1", "2", "3", "8") for k in ("TLMIN", "TLMAX")]
result["history"] = [str(c) for c in h["HISTORY"]]
result["comment"] = [str(c) for c in h["COMMENT"]]
result["prevtemp"], result["commtemp"], result["ccdtemp"] = h["PREVTEMP"], h["COMMTEMP"], h["CCD_TEMP"]
result["law"], result["previd"], result["calid"] = h["TEMPLAW"], h["PREVID"], h["CALID"]
result["dateobs"] = hdus[0].header["DATE-OBS"]
result["warm"], result["hot"], result["span"] = h["THRWARM"], h["THRHOT"], h["SPAN"]
`, &got)
	if diff := cmp.Diff([]string{"ROW", "COL", "QUADRANT", "NOW", "BEFORE", "NOW_COMMON", "BEFORE_COMMON", "CLASS"}, got.Names); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
	const e = "electron/s"
	if diff := cmp.Diff([]string{"pixel", "pixel", "", e, e, e, e, ""}, got.Units); diff != "" {
		t.Errorf("units (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{-512, 511, -512, 511, 1, 4, 1, 511}, got.Limits); diff != "" {
		t.Errorf("limits (-want +got):\n%s", diff)
	}
	num := func(v float64) *float64 { return &v }
	common := func(i int) *float64 { return num(float64(r.Pixels[i].NowCommon)) }
	want := [][]*float64{
		{num(-512), num(-512), num(2), num(3500), num(5), common(0), num(5), num(1 + 2 + 4 + 64 + 256)},
		{num(0), num(-1), num(4), num(140), num(3100), common(1), num(3100), num(1 + 8 + 32 + 128 + 256)},
		{num(0), num(0), num(3), num(5000), nil, nil, nil, num(1 + 2)},
	}
	// 3500 e-/s at -12.25 C are below 3000 at -16 C, and 140 below 100.
	if diff := cmp.Diff(want, got.Rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if got.PrevTemp != -16 || got.CommTemp != -16 || got.CCDTemp != -12.25 || got.Law != "per-pixel" || got.PrevID != "2015355" ||
		got.CalID != "2016125" || got.DateObs != "2016-05-04T00:00:00.000" || got.Warm != 100 || got.Hot != 3000 || got.Span != 135 {
		t.Errorf("header: %+v", got)
	}
	history := strings.Join(got.History, " ")
	for _, s := range []string{"2016125/image.fits", "-12.25 C", "Earlier map: calibration 2015355, 2015355/image.fits", "2015:355:00:00:00.000 UTC", "-16 C"} {
		if !strings.Contains(history, s) {
			t.Errorf("HISTORY lacks %q: %s", s, history)
		}
	}
	if comment := strings.Join(got.Comment, " "); !strings.Contains(comment, "1 warm, 2 hot, 4 new-warm, 8 gone-warm, 16 new-hot, 32 gone-hot, 64 brighter, 128 fainter, 256 beyond-noise") {
		t.Errorf("COMMENT: %s", comment)
	}
}

func TestFITSRoundTrip(t *testing.T) {
	now, before := simulated(t, "2017185", -13.55), simulated(t, "2017092", -14.9)
	full := compare(t, now, before, DefaultSettings())
	before.Temp, now.Temp = nil, nil
	unscaled := compare(t, now, before, DefaultSettings())
	single, err := Find(now, DefaultSettings())
	if err != nil {
		t.Fatal(err)
	}
	none, err := Find(flat("2015355", nil, 5, nil), DefaultSettings())
	if err != nil {
		t.Fatal(err)
	}
	made := &Report{Geometry: ccd.ACA, Now: Source{ID: "2015355"}, Pixels: sample()}
	for name, r := range map[string]*Report{"full": full, "unscaled": unscaled, "single": single, "none": none, "sample": made} {
		file := encodeFITS(t, r)
		if name != "sample" {
			fitstest.Check(t, file)
		}
		got, err := DecodeFITS(ccd.ACA, bytes.NewReader(file), "list.fits")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := difference(r.Pixels, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if len(none.Pixels) != 0 || len(full.Pixels) < 1000 {
		t.Errorf("%d and %d pixels", len(none.Pixels), len(full.Pixels))
	}
}

func TestFITSErrors(t *testing.T) {
	// variant is a table of two rows with one cell changed.
	variant := func(change func(row, col *int16, quadrant *uint8, class *int16)) []byte {
		var v float32
		var b bytes.Buffer
		err := fits.Encode(&b, fits.Table{Name: tableName, Columns: columns(ccd.ACA), Rows: 2, Row: func(i int) []any {
			row, col, quadrant, class := int16(1), int16(i), uint8(3), int16(1)
			if i == 1 {
				change(&row, &col, &quadrant, &class)
			}
			return []any{&row, &col, &quadrant, &v, &v, &v, &v, &class}
		}})
		if err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	good := variant(func(row, col *int16, quadrant *uint8, class *int16) {})
	if list, err := DecodeFITS(ccd.ACA, bytes.NewReader(good), "list.fits"); err != nil || len(list) != 2 {
		t.Fatalf("%d pixels, %v", len(list), err)
	}
	damaged := bytes.Clone(good)
	damaged[len(damaged)-2880] ^= 1
	var image bytes.Buffer
	if err := fits.Encode(&image, fits.Image[uint8]{Width: 1, Height: 1, Pixels: []uint8{1}}); err != nil {
		t.Fatal(err)
	}
	wide := fits.Table{Name: tableName, Columns: []fits.Column{{Name: "ROW", Form: "2I"}, {Name: "COL", Form: "1I"}, {Name: "QUADRANT", Form: "1I"}, {Name: "CLASS", Form: "1I"},
		{Name: "NOW", Form: "1E"}, {Name: "BEFORE", Form: "1E"}, {Name: "NOW_COMMON", Form: "1E"}, {Name: "BEFORE_COMMON", Form: "1E"}}, Rows: 1,
		Row: func(int) []any {
			return []any{new([2]int16), new(int16), new(int16), new(int16), new(float32), new(float32), new(float32), new(float32)}
		}}
	var two bytes.Buffer
	if err := fits.Encode(&two, wide); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		file []byte
		says string
	}{
		{"no FITS", []byte("row,col"), "list.fits"},
		{"an image", image.Bytes(), `no HDU is named "PIXELS"`},
		{"a flipped bit", damaged, "do not match DATASUM"},
		{"two values in a cell", two.Bytes(), "more than one value"},
		{"row off the CCD", variant(func(r, c *int16, q *uint8, k *int16) { *r = 512 }), "row 2: pixel (512, 1)"},
		{"column off the CCD", variant(func(r, c *int16, q *uint8, k *int16) { *c = -513 }), "pixel (1, -513)"},
		{"quadrant of another", variant(func(r, c *int16, q *uint8, k *int16) { *q = 4 }), "in quadrant 4: it lies in 3"},
		{"no class", variant(func(r, c *int16, q *uint8, k *int16) { *k = 0 }), "class 0"},
		{"too large a class", variant(func(r, c *int16, q *uint8, k *int16) { *k = 512 }), "class 512: want 1 to 511"},
		{"pixel twice", variant(func(r, c *int16, q *uint8, k *int16) { *c = 0 }), "comes after"},
	} {
		if _, err := DecodeFITS(ccd.ACA, bytes.NewReader(c.file), "list.fits"); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", c.name, err, c.says)
		}
	}
	r := &Report{Geometry: ccd.ACA, Now: Source{ID: "2015355", File: "caf\u00e9.fits"}, Pixels: sample()}
	if err := EncodeFITS(&bytes.Buffer{}, r, "darksite"); err == nil || !strings.Contains(err.Error(), "pixel list of 2015355") {
		t.Errorf("a name that is not ASCII gave %v", err)
	}
}

func BenchmarkEncode(b *testing.B) {
	r := compare(b, simulated(b, "2024100", -3), simulated(b, "2024010", -4), DefaultSettings())
	for _, c := range []struct {
		name   string
		encode func(*bytes.Buffer) error
	}{
		{"CSV", func(w *bytes.Buffer) error { return EncodeCSV(ccd.ACA, w, r.Pixels) }},
		{"FITS", func(w *bytes.Buffer) error { return EncodeFITS(w, r, "darksite") }},
	} {
		b.Run(c.name, func(b *testing.B) {
			var w bytes.Buffer
			for b.Loop() {
				w.Reset()
				if err := c.encode(&w); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(r.Listed), "pixels")
			b.ReportMetric(float64(w.Len())/1e6, "MB")
		})
	}
}

// What was accepted is a list.
func FuzzDecodeFITS(f *testing.F) {
	r := &Report{Geometry: ccd.ACA, Now: Source{ID: "2015355", Time: "2015:355:17:05:45.600", Temp: celsius(-14)}, Pixels: sample()}
	file := encodeFITS(f, r)
	f.Add(file)
	for _, sum := range []string{"DATASUM =", "CHECKSUM="} { // or no change gets past them
		file = bytes.ReplaceAll(file, []byte(sum), []byte("NOSUM   ="))
	}
	f.Add(bytes.Replace(file, []byte("NOSUM   ="), []byte("NONE    ="), 1))
	r.Pixels = nil
	f.Add(encodeFITS(f, r))
	f.Fuzz(func(t *testing.T, file []byte) {
		list, err := DecodeFITS(ccd.ACA, bytes.NewReader(file), "fuzz")
		if err != nil {
			return
		}
		for i, p := range list {
			if !ccd.ACA.Contains(int(p.Row), int(p.Col)) || p.Class == 0 || i > 0 && follows(ccd.ACA, list[i-1], p) != nil {
				t.Fatalf("entry %d: %+v", i, p)
			}
		}
	})
}
