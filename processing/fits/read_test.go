package fits_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"darksite/processing/fits"
	"darksite/processing/fits/fitstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestReadWhatAstropyWrites covers what our own writer never makes: scaled
// images, BLANK, 64-bit integers, long strings, cells we skip.
func TestReadWhatAstropyWrites(t *testing.T) {
	file := fitstest.Make(t, `
p = fits.PrimaryHDU(np.array([[0, 1, 65535]], dtype=np.uint16))
p.header["LONG"] = "long " * 30
p.header["QUOTE"] = "O'Brien"
p.header["FLOAT"] = -1.25e-7
hdus.append(p)
a = fits.ImageHDU(np.array([[1, 2], [3, -99]], dtype=np.int16), name="BLANKS")
a.header["BLANK"] = -99
hdus.append(a)
b = fits.ImageHDU(np.array([[1.5, 2.5]], dtype=np.float64), name="SCALED")
b.scale("int32", bscale=0.5, bzero=1)
hdus.append(b)
hdus.append(fits.ImageHDU(np.array([[2**40 + 1, -1]], dtype=np.int64), name="LONG64"))
hdus.append(fits.ImageHDU(np.zeros((2, 2, 2), dtype=np.uint8), name="CUBE"))
hdus.append(fits.BinTableHDU.from_columns([
    fits.Column("NAME", "5A", array=["one", "two", "three"]),
    fits.Column("FLAG", "L", array=[True, False, True]),
    fits.Column("RATE", "E", array=[1.5, 2.5, 3.5], unit="electron/s"),
    fits.Column("U", "3I", bzero=32768, array=np.array([[0, 1, 65535]] * 3, dtype=np.uint16)),
    fits.Column("Z", "C", array=np.array([1, 2, 3], dtype=np.complex64)),
], name="TABLE"))
hdus.append(fits.BinTableHDU.from_columns([fits.Column("V", "PJ()", array=np.array([[1], [2, 3]], dtype=object))], name="VARIABLE"))
`)
	f := read(t, file)
	if complete, err := f.Verify(); !complete || err != nil {
		t.Errorf("Verify() = %v, %v", complete, err)
	}
	nan := float32(0)
	nan /= nan
	for _, test := range []struct {
		name string
		want []float32
	}{
		{"", []float32{0, 1, 65535}},
		{"BLANKS", []float32{1, 2, 3, nan}},
		{"SCALED", []float32{1.5, 2.5}},
		{"LONG64", []float32{1 << 40, -1}},
	} {
		u, err := f.Find(test.name)
		check(t, err)
		m, err := u.Image()
		check(t, err)
		if diff := cmp.Diff(test.want, m.Pixels, cmpopts.EquateNaNs()); diff != "" {
			t.Errorf("%q (-want +got):\n%s", test.name, diff)
		}
	}
	for key, want := range map[string]any{"LONG": strings.TrimRight(strings.Repeat("long ", 30), " "), "QUOTE": "O'Brien", "FLOAT": -1.25e-7} {
		if c, _ := f.HDUs[0].Card(key); c.Value != want {
			t.Errorf("%s is %v, want %v", key, c.Value, want)
		}
	}
	table, err := f.Find("TABLE")
	check(t, err)
	rate, err := fits.Cells[float32](table, "RATE")
	check(t, err)
	if want := []float32{1.5, 2.5, 3.5}; !cmp.Equal(want, rate) {
		t.Errorf("RATE = %v, want %v", rate, want)
	}
	u16, err := fits.Cells[uint16](table, "U")
	check(t, err)
	if want := []uint16{0, 1, 65535, 0, 1, 65535, 0, 1, 65535}; !cmp.Equal(want, u16) {
		t.Errorf("U = %v, want %v", u16, want)
	}
	names, err := fits.Strings(table, "NAME")
	check(t, err)
	if want := []string{"one", "two", "three"}; !cmp.Equal(want, names) {
		t.Errorf("NAME = %q, want %q", names, want)
	}
	long, err := f.Find("LONG64")
	check(t, err)
	exact, err := long.Image64()
	check(t, err)
	if want := []float64{1<<40 + 1, -1}; !cmp.Equal(want, exact.Pixels) {
		t.Errorf("LONG64 = %v, want %v", exact.Pixels, want)
	}
	columns, err := table.Columns()
	check(t, err)
	if columns[2].Unit != "electron/s" || columns[3].Zero != fits.ZeroUint16 {
		t.Errorf("columns %+v", columns)
	}

	refuse := func(err error, want string) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
	_, err = fits.Cells[int16](table, "U")
	refuse(err, "65535 does not fit int16")
	_, err = fits.Cells[float32](table, "NAME")
	refuse(err, "does not hold numbers")
	_, err = fits.Cells[float32](table, "NONE")
	refuse(err, `no column is named "NONE"`)
	_, err = fits.Strings(table, "RATE")
	refuse(err, "does not hold text")
	_, err = fits.Strings(table, "NONE")
	refuse(err, `no column is named "NONE"`)
	_, err = table.Image()
	refuse(err, "want an image")
	cube, err := f.Find("CUBE")
	check(t, err)
	_, err = cube.Image()
	refuse(err, "two axes")
	variable, err := f.Find("VARIABLE")
	check(t, err)
	_, err = fits.Cells[int32](variable, "V")
	refuse(err, "variable-length")
	_, err = f.Find("NOWHERE")
	refuse(err, `there are "", "BLANKS"`)
}

// small is a valid file with an image and a table, and where cards stand in it.
func small(t testing.TB) []byte {
	table, _ := mixedTable(3)
	return encode(t,
		fits.Image[float32]{Cards: []fits.Card{{Key: "NOTE", Value: "text"}}, Width: 4, Height: 3, Pixels: make([]float32, 12)},
		fits.Image[int16]{Name: "SHORTS", Width: 4, Height: 3, Pixels: make([]int16, 12)},
		table)
}

// with replaces the card that starts with the keyword, the n-th of that name.
func with(file []byte, n int, key, card string) []byte {
	out := bytes.Clone(file)
	for at := 0; at+80 <= len(out); at += 80 {
		if strings.TrimRight(string(out[at:at+8]), " ") != key {
			continue
		}
		if n == 0 {
			copy(out[at:], fmt.Sprintf("%-80s", card))
			return out
		}
		n--
	}
	panic("no such card: " + key)
}

func TestReadRefuses(t *testing.T) {
	file := small(t)
	for _, test := range []struct {
		name string
		file []byte
		want string
	}{
		{"empty", nil, "empty"},
		{"text", bytes.Repeat([]byte("not FITS. "), 288), "FITS"},
		{"zeros", make([]byte, 2880), "HDU 0 at byte 0"},
		{"half a header", file[:300], "ends inside the header"},
		{"header only", file[:2880], "claims more data"},
		{"no end", append(bytes.Clone(file[:80]), bytes.Repeat([]byte(fmt.Sprintf("%-80s", "COMMENT")), 36*101)...), "no END"},
		{"cut inside a table", file[:len(file)-2880], "claims more data"},
		{"cut in an extension's data", file[:2880*5], "claims more data"},
		{"no SIMPLE", with(file, 0, "SIMPLE", "COMMENT"), "want \"SIMPLE  =\""},
		{"not standard", with(file, 0, "SIMPLE", "SIMPLE  =                    F"), "standard"},
		{"BITPIX", with(file, 0, "BITPIX", "BITPIX  = 7"), "BITPIX is 7"},
		{"no BITPIX", with(file, 0, "BITPIX", "COMMENT"), "BITPIX is missing"},
		{"BITPIX as text", with(file, 0, "BITPIX", "BITPIX  = '8'"), "BITPIX is 8; want an integer"},
		{"BITPIX as float", with(file, 0, "BITPIX", "BITPIX  = 8.0"), "want an integer"},
		{"NAXIS", with(file, 0, "NAXIS", "NAXIS   = 10"), "NAXIS is 10"},
		{"negative NAXIS", with(file, 0, "NAXIS", "NAXIS   = -1"), "NAXIS is -1"},
		{"no NAXIS2", with(file, 0, "NAXIS2", "COMMENT"), "NAXIS2 is missing"},
		{"negative axis", with(file, 0, "NAXIS1", "NAXIS1  = -4"), "NAXIS1 is -4"},
		{"huge axis", with(file, 0, "NAXIS1", "NAXIS1  = 2147483648"), "claims more data"},
		{"axis beyond 64 bits", with(file, 0, "NAXIS1", "NAXIS1  = 99999999999999999999"), "NAXIS1 is"},
		{"axes whose product overflows", with(with(file, 0, "NAXIS1", "NAXIS1  = 2147483648"), 0, "NAXIS2", "NAXIS2  = 2147483648"), "claims more data"},
		{"axis given twice", with(file, 0, "NOTE", "NAXIS1  = 1"), "NAXIS1 stands in the header twice"},
		{"BITPIX given twice", with(file, 0, "NOTE", "BITPIX  = 8"), "BITPIX stands in the header twice"},
		{"negative PCOUNT", with(file, 0, "PCOUNT", "PCOUNT  = -5760"), "PCOUNT is -5760"},
		{"huge PCOUNT", with(file, 0, "PCOUNT", "PCOUNT  = 1000000000"), "claims more data"},
		{"GCOUNT", with(file, 0, "GCOUNT", "GCOUNT  = 2"), "GCOUNT is 2"},
		{"random groups", with(file, 0, "NOTE", "GROUPS  = T"), "random groups"},
		{"XTENSION as number", with(file, 0, "XTENSION", "XTENSION= 5"), "want a string"},
		{"EXTNAME as number", with(file, 0, "EXTNAME", "EXTNAME = 5"), "EXTNAME is 5"},
		{"a needed card that is no number", with(file, 0, "NAXIS1", "NAXIS1  = 4x"), "NAXIS1 is 4x; want an integer"},
		{"a needed card without a value", with(file, 0, "NAXIS2", "NAXIS2  ="), "NAXIS2 is <nil>; want an integer"},
		{"an extension cut short", append(bytes.Clone(file), "XTENSION= 'IMAGE   '"...), "ends inside the header"},
	} {
		_, err := fits.Read(bytes.NewReader(test.file), "bad.fits", 0)
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), "bad.fits: ") {
			t.Errorf("%s: error %v, want one with %q", test.name, err, test.want)
		}
	}
}

func TestColumnsRefused(t *testing.T) {
	file := small(t)
	for _, test := range []struct {
		name, key, card, want string
	}{
		{"no form", "TFORM2", "COMMENT", `TFORM ""`},
		{"descriptor", "TFORM2", "TFORM2  = '1PI'", "TFORM"},
		{"long descriptor", "TFORM2", "TFORM2  = 'QD'", "variable-length"},
		{"unknown letter", "TFORM2", "TFORM2  = '1Y'", "none of"},
		{"no letter", "TFORM2", "TFORM2  = '12'", "one letter"},
		{"repeat 0", "TFORM2", "TFORM2  = '0I'", "repeat count"},
		{"huge repeat", "TFORM2", "TFORM2  = '99999999999999999999I'", "repeat count"},
		{"wider than the row", "TFORM2", "TFORM2  = '9I'", "NAXIS1 says"},
		{"no TFIELDS", "TFIELDS", "COMMENT", "TFIELDS is missing"},
		{"TFIELDS", "TFIELDS", "TFIELDS = 1000", "TFIELDS is 1000"},
		{"name as number", "TTYPE1", "TTYPE1  = 1", "TTYPE1 is 1"},
		{"zero as text", "TZERO2", "TZERO2  = 'a'", "TZERO2 is a"},
	} {
		f := read(t, with(file, 0, test.key, test.card))
		if _, err := f.HDUs[2].Columns(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want one with %q", test.name, err, test.want)
		}
	}
}

func TestImageWithParametersRefused(t *testing.T) {
	u := read(t, with(small(t), 0, "PCOUNT", "PCOUNT  = 2")).HDUs[1]
	if _, err := u.Image(); err == nil || !strings.Contains(err.Error(), "parameters") {
		t.Errorf("error %v", err)
	}
}

// TestBlankIsForIntegers: a float image with BLANK has no blank pixels (section
// 4.4.2.5).
func TestBlankIsForIntegers(t *testing.T) {
	m, err := read(t, with(with(small(t), 0, "NOTE", "BLANK   = 0"), 0, "EXTEND", "BSCALE  = 2")).HDUs[0].Image()
	check(t, err)
	if want := make([]float32, 12); !cmp.Equal(want, m.Pixels) {
		t.Errorf("pixels %v, want zeros", m.Pixels)
	}
}

// TestClaimsTakeNoMemory reads files whose headers claim gigabytes.
func TestClaimsTakeNoMemory(t *testing.T) {
	file := small(t)
	// No rows, but rows of 5 MB if there were any.
	wide := with(file[:len(file)-2880], 2, "NAXIS2", "NAXIS2  = 0")
	wide = with(wide, 2, "NAXIS1", "NAXIS1  = 5242910")
	for i := range 5 {
		key := fmt.Sprintf("TFORM%d", i+1)
		wide = with(wide, 0, key, key+"  = '1048576B'")
	}
	if values, err := fits.Cells[float64](read(t, wide).HDUs[2], "D"); err != nil || len(values) != 0 {
		t.Errorf("a table without rows: %v, %v", values, err)
	}
	for _, claim := range [][]byte{
		with(file, 0, "NAXIS2", "NAXIS2  = 2000000000"),
		with(file, 1, "NAXIS2", "NAXIS2  = 2000000000"),
		with(file, 2, "NAXIS2", "NAXIS2  = 2000000000"),
		with(file, 1, "PCOUNT", "PCOUNT  = 2000000000"),
		wide,
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if f, err := fits.Read(bytes.NewReader(claim), "claim", 0); err == nil {
			for _, u := range f.HDUs {
				u.Image()
				fits.Cells[float64](u, "D")
			}
		}
		runtime.ReadMemStats(&after)
		if got := after.TotalAlloc - before.TotalAlloc; got > 1<<20 {
			t.Errorf("%d bytes of a lie took %d bytes of memory", len(claim), got)
		}
	}
}

func TestReadLimitsAndErrors(t *testing.T) {
	file := small(t)
	size := int64(len(file))
	if _, err := fits.Read(bytes.NewReader(file), "f", size); err != nil {
		t.Errorf("at the limit: %v", err)
	}
	if _, err := fits.Read(bytes.NewReader(file), "f", size-1); err == nil || !strings.Contains(err.Error(), "limit") {
		t.Errorf("above the limit: %v", err)
	}
	if _, err := fits.Read(endless{}, "f", 1<<20); err == nil || !strings.Contains(err.Error(), "limit") {
		t.Errorf("endless: %v", err)
	}
	for _, r := range []io.Reader{iotest.OneByteReader(bytes.NewReader(file)), iotest.DataErrReader(bytes.NewReader(file))} {
		if f, err := fits.Read(r, "f", 0); err != nil || len(f.HDUs) != 3 {
			t.Errorf("%T: %v", r, err)
		}
	}
	broken := errors.New("the cable came loose")
	if _, err := fits.Read(io.MultiReader(bytes.NewReader(file[:5000]), iotest.ErrReader(broken)), "f", 0); !errors.Is(err, broken) {
		t.Errorf("reader's error: %v", err)
	}
	// Padding at the very end is often left off by others.
	if f, err := fits.Read(bytes.NewReader(file[:len(file)-2000]), "f", 0); err != nil {
		t.Errorf("without padding: %v", err)
	} else if complete, err := f.Verify(); !complete || err != nil {
		t.Errorf("without padding: Verify() = %v, %v", complete, err)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// TestVerifyFindsEveryFlip changes one bit at a time, in headers and data.
func TestVerifyFindsEveryFlip(t *testing.T) {
	file := small(t)
	intact := read(t, file)
	if complete, err := intact.Verify(); !complete || err != nil {
		t.Fatalf("Verify() = %v, %v", complete, err)
	}
	missed := 0
	for i := range file {
		bad := bytes.Clone(file)
		bad[i] ^= 1 << (i % 8)
		f, err := fits.Read(bytes.NewReader(bad), "f", 0)
		if err != nil {
			continue
		}
		if complete, err := f.Verify(); err == nil && complete {
			missed++
			t.Errorf("byte %d: the flip was not found", i)
		}
	}
	plain := read(t, with(with(file, 0, "CHECKSUM", "COMMENT"), 0, "DATASUM", "COMMENT"))
	if complete, err := plain.HDUs[0].Verify(); complete || err != nil {
		t.Errorf("without checksums: Verify() = %v, %v, want false and no error", complete, err)
	}
}

// TestEncodeRefuses also checks that nothing is written.
func TestEncodeRefuses(t *testing.T) {
	image := fits.Image[uint8]{Width: 1, Height: 1, Pixels: []uint8{1}}
	named := image
	named.Name = "NAMED"
	with := func(cards ...fits.Card) fits.HDU { m := image; m.Cards = cards; return m }
	table := func(change func(*fits.Table)) fits.HDU {
		t, _ := mixedTable(2)
		change(&t)
		return t
	}
	for _, test := range []struct {
		name string
		hdus []fits.HDU
		want string
	}{
		{"nothing", nil, "no HDU"},
		{"two primaries", []fits.HDU{image, image}, "needs a Name"},
		{"late primary", []fits.HDU{image, fits.Primary{}}, "HDU 1, primary HDU"},
		{"pixels missing", []fits.HDU{fits.Image[int16]{Width: 2, Height: 2, Pixels: make([]int16, 3)}}, "3 pixels given for 2 x 2"},
		{"negative size", []fits.HDU{fits.Image[int16]{Width: -2, Height: -2, Pixels: make([]int16, 4)}}, "-2 x -2"},
		{"structural card", []fits.HDU{with(fits.Card{Key: "NAXIS1", Value: 5})}, "derived from the data"},
		{"numbered card", []fits.HDU{with(fits.Card{Key: "TFORM11", Value: "J"})}, "derived from the data"},
		{"same card twice", []fits.HDU{with(fits.Card{Key: "A", Value: 5}, fits.Card{Key: "A", Value: 5})}, "given twice"},
		{"bad card", []fits.HDU{image, fits.Image[uint8]{Name: "X", Cards: []fits.Card{{Key: "A", Value: "\n"}}, Width: 1, Height: 1, Pixels: []uint8{1}}}, "HDU 1, image X: keyword A"},
		{"no rows", []fits.HDU{table(func(t *fits.Table) { t.Rows = 0 })}, "0 rows"},
		{"no columns", []fits.HDU{table(func(t *fits.Table) { t.Columns = nil })}, "0 columns"},
		{"same column twice", []fits.HDU{table(func(t *fits.Table) { t.Columns[1].Name = "B" })}, `"B" is empty or taken`},
		{"wrong form", []fits.HDU{table(func(t *fits.Table) { t.Columns[1].Form = "J" })}, "got a cell of type *int16, want *int32"},
		{"wrong repeat", []fits.HDU{table(func(t *fits.Table) { t.Columns[6].Form = "2I" })}, "got a cell of type *[3]int16"},
		{"no such form", []fits.HDU{table(func(t *fits.Table) { t.Columns[1].Form = "1P" })}, "variable-length"},
		{"form not written", []fits.HDU{table(func(t *fits.Table) { t.Columns[1].Form = "8A" })}, "writes no cells"},
		{"cell missing", []fits.HDU{table(func(t *fits.Table) { t.Columns = t.Columns[:7] })}, "8 cells for 7 columns"},
	} {
		var out bytes.Buffer
		err := fits.Encode(&out, test.hdus...)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want one with %q", test.name, err, test.want)
		}
		if out.Len() > 0 {
			t.Errorf("%s: %d bytes were written", test.name, out.Len())
		}
	}
	if err := fits.Encode(full{}, named); !errors.Is(err, errFull) {
		t.Errorf("full disk: %v", err)
	}
}

var errFull = errors.New("no space left")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }
