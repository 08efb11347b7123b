package l0_test

import (
	"bytes"
	"errors"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"darksite/internal/shared"
	"darksite/processing/chandra"
	"darksite/processing/darkmap"
	"darksite/processing/fits"
	"darksite/processing/fits/fitstest"
	"darksite/processing/l0"
	"darksite/processing/telemetry"
)

var forms = map[bool]l0.Form{false: l0.FormTrue, true: l0.FormLegacy}

func decodeTable(t testing.TB, file []byte) *l0.Decoded {
	t.Helper()
	d, err := l0.Decode(bytes.NewReader(file), "data/test-L0.fits")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// kept are the rows as a table can give them back: no place in the telemetry, a
// counter of 24 bits, and a received time without the word that is no time.
func kept(rows []telemetry.Row) []telemetry.Row {
	out := slices.Clone(rows)
	for i := range out {
		r := &out[i]
		r.Counter &= telemetry.CounterModulus - 1
		r.Offset = -1
		if r.ERT.Micro >= 1000 {
			r.ERT.Micro = 0
		}
	}
	return out
}

var noPlace = cmpopts.IgnoreUnexported(telemetry.Row{})

// TestRoundTrip: what is written comes back, in either form, with counts that
// wrap and pixels beyond 16 bits.
func TestRoundTrip(t *testing.T) {
	tables := map[string][]telemetry.Row{"extremes": extremes()}
	for name := range goldens {
		tables[name] = decode(t, name)
	}
	for name, rows := range tables {
		for legacy, form := range forms {
			d := decodeTable(t, encode(t, rows, l0.Options{Legacy: legacy}))
			if d.Form != form || d.Told == "" || d.File.Name != "test-L0.fits" {
				t.Errorf("%s, %s: form %s by %q, file %s", name, form, d.Form, d.Told, d.File.Name)
			}
			want, repeated := slices.Clone(rows), 0
			for i := range want {
				want[i].Repeat = false
			}
			repeated = telemetry.MarkRepeats(want)
			if legacy { // the old arithmetic took any word for microseconds
				for i := range want {
					want[i].ERT.Milli += uint32(want[i].ERT.Micro / 1000)
					want[i].ERT.Micro %= 1000
					if e := &want[i].ERT; e.Milli >= 86400000 {
						e.Day, e.Milli = e.Day+1, e.Milli-86400000
					}
				}
			}
			if diff := cmp.Diff(kept(want), kept(d.File.Rows), noPlace); diff != "" {
				t.Errorf("%s, %s (-want +got):\n%s", name, form, diff)
			}
			if d.File.RowsRepeated != repeated || d.File.RowsRejected != 0 || d.File.Ledger.Total() != d.File.Bytes {
				t.Errorf("%s, %s: %+v", name, form, d.File)
			}
		}
	}
}

// TestCountersUnwrap: neighbours across the wrap stay neighbours.
func TestCountersUnwrap(t *testing.T) {
	rows := extremes()[:4]
	for i, c := range []int64{telemetry.CounterModulus - 2, telemetry.CounterModulus - 1, telemetry.CounterModulus, telemetry.CounterModulus + 2} {
		rows[i].Counter = c
	}
	got := decodeTable(t, encode(t, rows, l0.Options{})).File.Rows
	for i := range rows {
		if got[i].Counter != rows[i].Counter {
			t.Errorf("row %d: counter %d, want %d", i, got[i].Counter, rows[i].Counter)
		}
	}
}

// mapOf is the classic map of some replicas.
func mapOf(t *testing.T, files []*telemetry.File) []float32 {
	t.Helper()
	s := darkmap.DefaultSettings()
	stack, err := darkmap.NewStack(telemetry.CCD, files, s)
	if err != nil {
		t.Fatal(err)
	}
	m, err := darkmap.Combine(stack)
	if err != nil {
		t.Fatal(err)
	}
	return m.Image
}

// TestMapFromTables: the map made from the tables is that from the telemetry,
// pixel for pixel, in both forms, also where 16 bits did not hold a pixel.
func TestMapFromTables(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(shared.Path(t, "golden", "cal5"), "*_VC2_*.gz"))
	if err != nil || len(paths) != 5 {
		t.Fatalf("%d replicas, %v", len(paths), err)
	}
	rng := rand.New(rand.NewPCG(11, 12))
	var original []*telemetry.File
	tables := map[bool][]*telemetry.File{}
	overflows := 0
	for n, p := range paths {
		f, err := telemetry.Decode(bytes.NewReader(shared.Read(t, "golden", "cal5", filepath.Base(p))), p)
		if err != nil {
			t.Fatal(err)
		}
		// Bright stars, at the same places in three of five replicas.
		for i := range f.Rows {
			if k := rng.IntN(telemetry.RecordPixels); n < 3 {
				f.Rows[i].DN[k/8*8] = 65535 - uint16(k)
				overflows++
			}
		}
		original = append(original, f)
		for legacy := range forms {
			tables[legacy] = append(tables[legacy], decodeTable(t, encode(t, f.Rows, l0.Options{Legacy: legacy})).File)
		}
	}
	want := mapOf(t, original)
	for legacy, form := range forms {
		same := func(a, b float32) bool { return math.Float32bits(a) == math.Float32bits(b) }
		if !slices.EqualFunc(want, mapOf(t, tables[legacy]), same) {
			t.Errorf("%s: the map from the tables is not that from the telemetry", form)
		}
	}
	if overflows < 100 {
		t.Errorf("%d pixels beyond 16 bits, want some", overflows)
	}
}

// TestTrueTimes: every instant of the mission's days comes back from a true table,
// on both sides of each leap second too.
func TestTrueTimes(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	rows := slices.Repeat(extremes()[:1], 3000)
	at := func(day time.Time) uint16 {
		return uint16(day.Sub(time.Date(1958, 1, 1, 0, 0, 0, 0, time.UTC)) / (24 * time.Hour))
	}
	leaps := []uint16{}
	for _, d := range []string{"1999-01-01", "2006-01-01", "2009-01-01", "2012-07-01", "2015-07-01", "2017-01-01"} {
		day, _ := time.Parse(time.DateOnly, d)
		leaps = append(leaps, at(day))
	}
	for i := range rows {
		rows[i].ERT = chandra.ERT{Day: uint16(rng.IntN(1 << 16)), Milli: uint32(rng.IntN(86400000)), Micro: uint16(rng.IntN(1000))}
		if i%3 == 0 {
			rows[i].ERT.Day = leaps[rng.IntN(len(leaps))]
			rows[i].ERT.Milli %= 2000
			if i%2 == 0 {
				rows[i].ERT.Day--
				rows[i].ERT.Milli += 86398000
			}
		}
	}
	got := decodeTable(t, encode(t, rows, l0.Options{})).File.Rows
	for i := range rows {
		// Doubles of 4e9 s far from the epoch hold half a microsecond.
		if d := got[i].ERT.Time().Sub(rows[i].ERT.Time()).Abs(); d > time.Microsecond || d != 0 && rows[i].ERT.Day < 30000 {
			t.Errorf("%+v comes back as %+v", rows[i].ERT, got[i].ERT)
		}
	}
}

// TestLegacyTimes: days of 84600 s make two instants of one number in the half
// hours around midnight. Neighbours tell them apart.
func TestLegacyTimes(t *testing.T) {
	const minute = 60000
	for name, c := range map[string]struct {
		first  uint32 // ms of the day
		rows   int    // one a minute
		shift  int    // of the received times in minutes, where nothing tells
		unsure bool
	}{
		"midday":                       {720 * minute, 10, 0, false},
		"into the half hour":           {1400 * minute, 20, 0, false},
		"out of the half hour":         {20 * minute, 20, 0, false},
		"across midnight":              {1435 * minute, 10, 0, false},
		"all of the evening":           {1405 * minute, 60, 0, false},
		"within the first half hour":   {5 * minute, 10, 0, true},
		"within the last half hour":    {1415 * minute, 10, 30, true},
		"one row, after midnight":      {minute, 1, 0, true},
		"one row, in the last minutes": {1439 * minute, 1, 30, true},
	} {
		var rows []telemetry.Row
		for i := range c.rows {
			r := extremes()[0]
			ms := c.first + uint32(i)*minute
			r.ERT = chandra.ERT{Day: 21308 + uint16(ms/86400000), Milli: ms % 86400000, Micro: 7}
			rows = append(rows, r)
		}
		d := decodeTable(t, encode(t, rows, l0.Options{Legacy: true}))
		for i, r := range d.File.Rows {
			want := rows[i].ERT.Time().Add(time.Duration(c.shift) * time.Minute)
			if !r.ERT.Time().Equal(want) {
				t.Errorf("%s: row %d was received %v, want %v", name, i, r.ERT.Time(), want)
				break
			}
		}
		if said := len(d.File.Notes) == 1 && strings.Contains(d.File.Notes[0], "half hour"); said != c.unsure {
			t.Errorf("%s: notes %q", name, d.File.Notes)
		}
	}
}

// edit makes a table of our own writer with other columns.
func edited(t testing.TB, legacy bool, change func(columns []fits.Column, cells []any)) []byte {
	t.Helper()
	f, err := fits.Read(bytes.NewReader(encode(t, extremes()[:1], l0.Options{Legacy: legacy})), "own", 0)
	if err != nil {
		t.Fatal(err)
	}
	u, err := f.Find("ACA_DUMP")
	if err != nil {
		t.Fatal(err)
	}
	columns, err := u.Columns()
	if err != nil {
		t.Fatal(err)
	}
	v := l0.LegacyValues(&extremes()[0])
	var pixels [telemetry.RecordPixels]int32
	cells := []any{&v.TimeERT, &v.RecCtr, &v.ADCBias, &v.Integ, &v.CalType, &v.Replica, &v.ColNeg, &v.Row, &v.SciHdrCtr, &v.TwoUsClk, &pixels}
	if legacy {
		cells[10] = &v.Pixels
	}
	change(columns, cells)
	var b bytes.Buffer
	if err := fits.Encode(&b, fits.Table{Name: "ACA_DUMP", Columns: columns, Rows: 1, Row: func(int) []any { return cells }}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestDecodeRefuses(t *testing.T) {
	legacy := func(change func([]fits.Column, []any)) []byte { return edited(t, true, change) }
	truth := func(change func([]fits.Column, []any)) []byte { return edited(t, false, change) }
	whole := encode(t, extremes(), l0.Options{})
	damaged := bytes.Clone(whole)
	damaged[len(damaged)-4000] ^= 4
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"half an offset":  {legacy(func(c []fits.Column, _ []any) { c[2].Zero = 32768 }), "neither the table of ACALIMG_SFDU nor of darksite: ADC_BIAS has TFORM I, TZERO 32768, TSCAL 1, not I, 0, 1"},
		"a column less":   {legacy(func(c []fits.Column, _ []any) { c[9].Name = "CLOCK" }), "column TWO_US_CLK is missing"},
		"true, no offset": {truth(func(c []fits.Column, v []any) { c[9].Zero = 0 }), "TWO_US_CLK has TFORM J, TZERO 0"},
		"COLNEG":          {legacy(func(_ []fits.Column, v []any) { *v[6].(*int16) = 2 }), "row 0: COLNEG is 2, want 0 to 1"},
		"CALTYPE":         {legacy(func(_ []fits.Column, v []any) { *v[4].(*int16) = -1 }), "CALTYPE is -1"},
		"REPLICA":         {legacy(func(_ []fits.Column, v []any) { *v[5].(*int16) = 8 }), "REPLICA is 8"},
		"REC_CTR":         {legacy(func(_ []fits.Column, v []any) { *v[1].(*int32) = 1 << 24 }), "REC_CTR is 16777216"},
		"INTEG":           {legacy(func(_ []fits.Column, v []any) { *v[3].(*float32) = 5 }), "no multiple of 0.016 s"},
		"INTEG, NaN":      {legacy(func(_ []fits.Column, v []any) { *v[3].(*float32) = float32(math.NaN()) }), "INTEG is NaN s"},
		"PIXDATA":         {truth(func(_ []fits.Column, v []any) { v[10].(*[telemetry.RecordPixels]int32)[7] = 65535 }), "PIXDATA 7 is 65535 DN above a bias of"},
		"no such rows":    {legacy(func(_ []fits.Column, v []any) { *v[7].(*int16) = 512 }), "holds no row of the CCD"},
		"damaged":         {damaged, "fetch it again"},
		"cut":             {whole[:len(whole)-2880], "cut short"},
		"gzip":            {[]byte("\x1f\x8b\x08"), "gzip data is cut after byte 3"},
		"another table": {fitstest.Make(t, `hdus.append(fits.PrimaryHDU())
hdus.append(fits.BinTableHDU.from_columns([fits.Column("A", "D", array=[1])], name="ACA_DUMP"))`), "column TIME_ERT is missing"},
		"no table": {fitstest.Make(t, `hdus.append(fits.PrimaryHDU())`), `no HDU is named "ACA_DUMP"`},
	} {
		d, err := l0.Decode(bytes.NewReader(c.file), "old-L0.fits")
		if err == nil || !strings.HasPrefix(err.Error(), "old-L0.fits: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %+v, %v; want an error with %q", name, d, err, c.want)
		}
	}
	// Quirk 28: no rows, no table.
	empty := fitstest.Make(t, `hdus.append(fits.PrimaryHDU())
hdus.append(fits.ImageHDU(name="ACA_DUMP"))`)
	if _, err := l0.Decode(bytes.NewReader(empty), "old-L0.fits"); !errors.Is(err, l0.ErrEmpty) || !strings.Contains(err.Error(), "old-L0.fits: the extension ACA_DUMP holds no row of the CCD") {
		t.Errorf("an empty extension: %v", err)
	}
}

// TestImpossibleRowsAreLeftOut: quirk 21, rows of the old decoder that no CCD
// has; and a time that no frame has.
func TestImpossibleRowsAreLeftOut(t *testing.T) {
	rows := extremes()
	rows[1].Row, rows[2].Row = 599, -1024
	d := decodeTable(t, encode(t, rows, l0.Options{Legacy: true}))
	if len(d.File.Rows) != len(rows)-2 || d.File.RowsRejected != 2 || len(d.File.Notes) != 1 ||
		!strings.HasPrefix(d.File.Notes[0], "2 of 6 rows have a row number that the CCD does not have (-512 to 511)") {
		t.Errorf("%d rows, notes %q", len(d.File.Rows), d.File.Notes)
	}
	for _, legacy := range []bool{false, true} {
		for _, at := range []float64{math.NaN(), math.Inf(-1), 1e300, -1e10} {
			d := decodeTable(t, edited(t, legacy, func(_ []fits.Column, v []any) { *v[0].(*float64) = at }))
			if len(d.File.Notes) != 1 || !strings.Contains(d.File.Notes[0], "1 of 1 rows have a TIME_ERT that no frame can have") || d.File.Rows[0].ERT != (chandra.ERT{}) {
				t.Errorf("time %v: %+v, notes %q", at, d.File.Rows[0].ERT, d.File.Notes)
			}
		}
	}
}

func FuzzDecode(f *testing.F) {
	// Without the checksums, which would refuse all but the seeds.
	add := func(file []byte) {
		file = bytes.ReplaceAll(file, []byte("CHECKSUM= '"), []byte("OLDSUM  = '"))
		f.Add(bytes.ReplaceAll(file, []byte("DATASUM = '"), []byte("OLDDATA = '")))
	}
	for _, legacy := range []bool{false, true} {
		add(encode(f, extremes()[:2], l0.Options{Legacy: legacy}))
		add(edited(f, legacy, func(_ []fits.Column, v []any) { *v[0].(*float64) = math.Inf(1); *v[7].(*int16) = 600 }))
		add(edited(f, legacy, func(c []fits.Column, v []any) { c[0], c[10], v[0], v[10] = c[10], c[0], v[10], v[0] }))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		d, err := l0.Decode(bytes.NewReader(file), "fuzz")
		if err != nil {
			return
		}
		// The steps that follow rely on what a row may be.
		for _, r := range d.File.Rows {
			if len(r.DN) != telemetry.RecordPixels || int(r.Row) < telemetry.CCD.FirstRow || int(r.Row) > telemetry.CCD.LastRow() || r.ColNeg > 1 {
				t.Fatalf("row %+v", r)
			}
		}
		if _, err := darkmap.NewStack(telemetry.CCD, []*telemetry.File{d.File}, darkmap.DefaultSettings()); err != nil {
			t.Error(err)
		}
		// What was read can be written and is the same when read again.
		var again bytes.Buffer
		if err := l0.Encode(&again, d.File.Rows, l0.Options{}); err != nil {
			t.Fatal(err)
		}
		e, err := l0.Decode(&again, "again")
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range d.File.Rows {
			if s := e.File.Rows[i]; !slices.Equal(r.DN, s.DN) || r.Bias != s.Bias || r.IntegUnits != s.IntegUnits || r.Row != s.Row || r.Repeat != s.Repeat {
				t.Fatalf("row %d: %+v comes back as %+v", i, r, s)
			}
		}
	})
}

func BenchmarkDecodeL0(b *testing.B) {
	rows := slices.Repeat(extremes()[:1], 2*telemetry.CCD.HalfRows())
	for legacy, form := range forms {
		file := encode(b, rows, l0.Options{Legacy: legacy})
		b.Run(string(form), func(b *testing.B) {
			b.SetBytes(int64(len(file)))
			b.ReportAllocs()
			for b.Loop() {
				decodeTable(b, file)
			}
		})
	}
}
