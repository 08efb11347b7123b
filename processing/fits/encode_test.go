package fits_test

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"darksite/processing/fits"
	"darksite/processing/fits/fitstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func encode(t testing.TB, hdus ...fits.HDU) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := fits.Encode(&b, hdus...); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func read(t testing.TB, file []byte) *fits.File {
	t.Helper()
	f, err := fits.Read(bytes.NewReader(file), "test.fits", 0)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// awkwardCards are values that FITS writers are known to get wrong.
func awkwardCards() []fits.Card {
	return []fits.Card{
		{Key: "QUOTE", Value: "O'Brien's '' map", Comment: "three quotes and two"},
		{Key: "EMPTY", Value: ""},
		{Key: "SLASH", Value: "a / b", Comment: "no comment starts inside"},
		{Key: "FULL", Value: strings.Repeat("x", 68)},
		{Key: "PI", Value: math.Pi, Comment: "all digits"},
		{Key: "LASTDIG", Value: -14.123456789012345},
		{Key: "TINY", Value: -2.2250738585072014e-308, Comment: "needs 24 columns"},
		{Key: "BIG", Value: 1e300},
		{Key: "WHOLE", Value: 3.0, Comment: "must stay a float"},
		{Key: "SINGLE", Value: float32(0.1)},
		{Key: "MAXINT", Value: math.MaxInt64},
		{Key: "MININT", Value: math.MinInt64},
		{Key: "YES", Value: true},
		{Key: "NO", Value: false},
		{Key: "LONGCOM", Value: "short", Comment: strings.Repeat("comment ", 20)},
		{Key: "HISTORY", Value: strings.Repeat("It was made of many words. ", 12)},
		{Key: "HISTORY", Value: strings.Repeat("y", 200)},
		{Key: "COMMENT", Value: "first line\nsecond line"},
	}
}

func TestOthersReadAwkwardCards(t *testing.T) {
	file := encode(t, fits.Image[uint8]{Cards: awkwardCards(), Width: 3, Height: 2, Pixels: []uint8{0, 1, 2, 253, 254, 255}})
	fitstest.Check(t, file)
	var got struct {
		Quote, Empty, Slash, Full string
		Pi, LastDig, Tiny, Big    float64
		WholeIsFloat              bool
		Single                    float64
		MaxInt, MinInt            int64
		Yes, No                   bool
		History, Comment          string
		Pixels                    [][]int
	}
	fitstest.Astropy(t, file, `
h = hdus[0].header
result.update(quote=h["QUOTE"], empty=h["EMPTY"], slash=h["SLASH"], full=h["FULL"])
result.update(pi=h["PI"], lastdig=h["LASTDIG"], tiny=h["TINY"], big=h["BIG"], single=h["SINGLE"])
result.update(wholeisfloat=type(h["WHOLE"]) is float, maxint=h["MAXINT"], minint=h["MININT"])
result.update(yes=h["YES"], no=h["NO"])
result.update(history="|".join(h["HISTORY"]), comment="|".join(h["COMMENT"]))
result["pixels"] = hdus[0].data.tolist()
`, &got)
	want := got
	want.Quote, want.Empty, want.Slash, want.Full = "O'Brien's '' map", "", "a / b", strings.Repeat("x", 68)
	want.Pi, want.LastDig, want.Tiny, want.Big = math.Pi, -14.123456789012345, -2.2250738585072014e-308, 1e300
	want.WholeIsFloat, want.Single, want.MaxInt, want.MinInt = true, 0.1, math.MaxInt64, math.MinInt64
	want.Yes, want.No = true, false
	want.Comment = "first line|second line"
	want.Pixels = [][]int{{0, 1, 2}, {253, 254, 255}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("astropy reads (-want +got):\n%s", diff)
	}
	words := strings.Fields(strings.ReplaceAll(got.History, "|", " "))
	if len(words) != 12*6+3 {
		t.Errorf("HISTORY came back as %d words, want %d", len(words), 12*6+3)
	}
}

func TestImagesRoundTrip(t *testing.T) {
	nan := float32(math.NaN())
	inf := float32(math.Inf(1))
	pixels := []float32{1.5, -2.25, nan, 0, inf, -1e-30}
	file := encode(t,
		fits.Image[float32]{Cards: []fits.Card{{Key: "BUNIT", Value: "electron/s"}}, Width: 3, Height: 2, Pixels: pixels},
		fits.Image[uint8]{Name: "SAMPLES", Width: 2, Height: 1, Pixels: []uint8{0, 255}},
		fits.Image[int16]{Name: "SHORTS", Width: 1, Height: 2, Pixels: []int16{-32768, 32767}},
		fits.Image[int32]{Name: "LONGS", Width: 1, Height: 2, Pixels: []int32{math.MinInt32, 65535}},
		fits.Image[float64]{Name: "DOUBLES", Width: 2, Height: 1, Pixels: []float64{math.Pi, -1e-300}},
	)
	fitstest.Check(t, file)
	f := read(t, file)
	if complete, err := f.Verify(); !complete || err != nil {
		t.Errorf("Verify() = %v, %v", complete, err)
	}
	for _, test := range []struct {
		name          string
		width, height int
		want          []float32
	}{
		{"", 3, 2, pixels},
		{"SAMPLES", 2, 1, []float32{0, 255}},
		{"SHORTS", 1, 2, []float32{-32768, 32767}},
		{"LONGS", 1, 2, []float32{math.MinInt32, 65535}},
		{"DOUBLES", 2, 1, []float32{math.Pi, 0}},
	} {
		u, err := f.Find(test.name)
		if err != nil {
			t.Fatal(err)
		}
		m, err := u.Image()
		if err != nil {
			t.Fatal(err)
		}
		if m.Width != test.width || m.Height != test.height {
			t.Errorf("%q: %d x %d, want %d x %d", test.name, m.Width, m.Height, test.width, test.height)
		}
		if diff := cmp.Diff(test.want, m.Pixels, cmpopts.EquateNaNs()); diff != "" {
			t.Errorf("%q: pixels (-want +got):\n%s", test.name, diff)
		}
	}
	m, _ := f.HDUs[0].Image()
	if want := []fits.Card{{Key: "BUNIT", Value: "electron/s"}}; !cmp.Equal(want, m.Cards) {
		t.Errorf("cards %v, want %v", m.Cards, want)
	}
	if again := encode(t, *m); !bytes.HasPrefix(file, again) {
		t.Error("an image that was read is not written as it was")
	}
	var got struct {
		Rows [][]float32
		Bits []uint32
	}
	fitstest.Astropy(t, file, `
assert hdus["SHORTS"].data.ravel().tolist() == [-32768, 32767]
assert hdus["LONGS"].data.ravel().tolist() == [-2147483648, 65535]
assert hdus["DOUBLES"].data.ravel().tolist() == [3.141592653589793, -1e-300]
result["bits"] = hdus[0].data.astype(">f4").view(">u4").ravel().tolist()
`, &got)
	for i, v := range pixels {
		if math.Float32bits(v) != got.Bits[i] {
			t.Errorf("pixel %d: astropy reads the bits %#x, want %#x", i, got.Bits[i], math.Float32bits(v))
		}
	}
}

// row has a cell of every form that can be written.
type row struct {
	b uint8
	i int16
	j int32
	k int64
	e float32
	d float64
	v [3]int16
	w [2]float64
}

func mixedTable(rows int) (fits.Table, []row) {
	all := make([]row, rows)
	for i := range all {
		all[i] = row{
			b: uint8(i), i: fits.StoredUint16(uint16(65535 - i)), j: fits.StoredUint32(uint32(1<<32 - 1 - i)),
			k: int64(i) << 39, e: float32(i) / 4, d: math.Sqrt(float64(i)),
			v: [3]int16{int16(i), int16(-i), 32767}, w: [2]float64{float64(i), math.NaN()},
		}
	}
	var r row
	cells := []any{&r.b, &r.i, &r.j, &r.k, &r.e, &r.d, &r.v, &r.w}
	return fits.Table{
		Name:  "MIXED",
		Cards: []fits.Card{{Key: "ORIGIN", Value: "test"}},
		Columns: []fits.Column{
			{Name: "B", Form: "B", Comment: "a byte"},
			{Name: "U16", Form: "1I", Zero: fits.ZeroUint16, Unit: "DN"},
			{Name: "U32", Form: "J", Zero: fits.ZeroUint32},
			{Name: "K", Form: "1K"},
			{Name: "E", Form: "E", Zero: 0.5, Scale: 2, Unit: "s"},
			{Name: "D", Form: "1D"},
			{Name: "V", Form: "3I"},
			{Name: "W", Form: "2D"},
		},
		Rows: rows,
		Row:  func(i int) []any { r = all[i]; return cells },
	}, all
}

// TestTableRoundTrip has more rows than one batch for fitsio holds.
func TestTableRoundTrip(t *testing.T) {
	table, rows := mixedTable(10_000)
	file := encode(t, table)
	fitstest.Check(t, file)
	u, err := read(t, file).Find("MIXED")
	if err != nil {
		t.Fatal(err)
	}
	bytes8, err := fits.Cells[uint8](u, "B")
	check(t, err)
	u16, err := fits.Cells[uint16](u, "U16")
	check(t, err)
	u32, err := fits.Cells[uint32](u, "U32")
	check(t, err)
	k, err := fits.Cells[int64](u, "K")
	check(t, err)
	e, err := fits.Cells[float32](u, "E")
	check(t, err)
	d, err := fits.Cells[float64](u, "D")
	check(t, err)
	v, err := fits.Cells[int16](u, "V")
	check(t, err)
	w, err := fits.Cells[float64](u, "W")
	check(t, err)
	if len(bytes8) != len(rows) || len(v) != 3*len(rows) || len(w) != 2*len(rows) {
		t.Fatalf("%d, %d and %d cells of %d rows", len(bytes8), len(v), len(w), len(rows))
	}
	for i, r := range rows {
		if bytes8[i] != r.b || u16[i] != uint16(65535-i) || u32[i] != uint32(1<<32-1-i) || k[i] != r.k || e[i] != 0.5+2*r.e || d[i] != r.d ||
			[3]int16(v[3*i:]) != r.v || w[2*i] != r.w[0] || !math.IsNaN(w[2*i+1]) {
			t.Fatalf("row %d came back as %v %v %v %v %v %v %v %v", i, bytes8[i], u16[i], u32[i], k[i], e[i], d[i], v[3*i:3*i+3], w[2*i:2*i+2])
		}
	}
	fitstest.Astropy(t, file, `
t = hdus["MIXED"].data
i = np.arange(len(t))
assert len(t) == 10000
assert (t["B"] == i % 256).all()
assert t["U16"].dtype == np.uint16 and (t["U16"] == 65535 - i).all()
assert t["U32"].dtype == np.uint32 and (t["U32"] == 2**32 - 1 - i).all()
assert (t["K"] == i.astype("i8") * 2**39).all()
assert (t["E"] == 0.5 + 2 * (i / 4)).all()
assert (t["D"] == np.sqrt(i)).all()
assert (t["V"] == np.column_stack([i, -i, np.full(len(i), 32767)])).all()
assert (t["W"][:, 0] == i).all() and np.isnan(t["W"][:, 1]).all()
assert hdus["MIXED"].columns["U16"].unit == "DN"
`, nil)
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
