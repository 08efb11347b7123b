package l0_test

import (
	"bytes"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"darksite/processing/chandra"
	"darksite/processing/fits"
	"darksite/processing/fits/fitstest"
	"darksite/processing/l0"
	"darksite/processing/telemetry"
)

func encode(t testing.TB, rows []telemetry.Row, opt l0.Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := l0.Encode(&b, rows, opt); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// extremes are rows whose numbers reach the ends of their fields.
func extremes() []telemetry.Row {
	row := func(change func(*telemetry.Row)) telemetry.Row {
		r := telemetry.Row{
			Counter: 34757, ERT: chandra.ERT{Day: 21308, Milli: 1000, Micro: 500}, Bias: 1000, IntegUnits: 312, Row: -512,
			DN: slices.Repeat([]uint16{1100}, telemetry.RecordPixels),
		}
		change(&r)
		return r
	}
	return []telemetry.Row{
		row(func(r *telemetry.Row) {}),
		row(func(r *telemetry.Row) { // DN - bias beyond 16 bits, up
			r.Bias = 0
			r.DN = slices.Repeat([]uint16{65535}, telemetry.RecordPixels)
			r.Clock, r.SciHeader, r.IntegUnits = math.MaxUint32, math.MaxUint16, math.MaxUint16
			r.CalType, r.Replica, r.ColNeg, r.Row = 1, 7, 1, 511
		}),
		row(func(r *telemetry.Row) { // and down
			r.Bias = 65535
			r.DN = make([]uint16, telemetry.RecordPixels)
			r.Clock, r.SciHeader = 1<<31, 1<<15
		}),
		row(func(r *telemetry.Row) { r.Counter = telemetry.CounterModulus + 5 }), // after a wrap
		row(func(r *telemetry.Row) { r.Counter = -1 }),                           // before one
		row(func(r *telemetry.Row) { r.ERT = chandra.ERT{Day: 21307, Milli: 86399999, Micro: 64000} }),
	}
}

func column[T fits.Number](t *testing.T, u *fits.Unit, name string) []T {
	t.Helper()
	v, err := fits.Cells[T](u, name)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func table(t *testing.T, file []byte) *fits.Unit {
	t.Helper()
	f, err := fits.Read(bytes.NewReader(file), "test-L0.fits", 0)
	if err != nil {
		t.Fatal(err)
	}
	if complete, err := f.Verify(); !complete || err != nil {
		t.Errorf("Verify() = %v, %v", complete, err)
	}
	u, err := f.Find("ACA_DUMP")
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func expect[T comparable](t *testing.T, name string, got []T, want ...T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s is %v, want %v", name, got, want)
	}
}

func firstPixels[T any](all []T) []T {
	var first []T
	for i := 0; i < len(all); i += telemetry.RecordPixels {
		first = append(first, all[i])
	}
	return first
}

// TestNothingWraps: the values of quirks 25 and 26, in numbers worked out by
// hand.
func TestNothingWraps(t *testing.T) {
	file := encode(t, extremes(), l0.Options{})
	fitstest.Check(t, file)
	u := table(t, file)
	expect(t, "ADC_BIAS", column[uint16](t, u, "ADC_BIAS"), 1000, 0, 65535, 1000, 1000, 1000)
	expect(t, "SCI_HDR_CTR", column[uint16](t, u, "SCI_HDR_CTR"), 0, 65535, 32768, 0, 0, 0)
	expect(t, "TWO_US_CLK", column[uint32](t, u, "TWO_US_CLK"), 0, 4294967295, 2147483648, 0, 0, 0)
	expect(t, "PIXDATA", firstPixels(column[int32](t, u, "PIXDATA")), 100, 65535, -65535, 100, 100, 100)
	expect(t, "REC_CTR", column[int32](t, u, "REC_CTR"), 34757, 34757, 34757, 5, 16777215, 34757)
	expect(t, "ROW", column[int16](t, u, "ROW"), -512, 511, -512, -512, -512, -512)
	expect(t, "REPLICA", column[uint8](t, u, "REPLICA"), 0, 7, 0, 0, 0, 0)
	// 2016:125 is day 6698 since 1998; TT is 68.184 s ahead of UTC. The last
	// word of the last row is no microseconds.
	day := 6698 * 86400.0
	expect(t, "TIME_ERT", column[float64](t, u, "TIME_ERT"),
		day+69.1845, day+69.1845, day+69.1845, day+69.1845, day+69.1845, day-86400+86399.999+68.184)
	if c, _ := u.Card("TSTART"); c.Value != day-86400+86399.999+68.184 {
		t.Errorf("TSTART is %v; want the earliest time, not the first row's", c.Value)
	}
	if c, _ := u.Card("DATE"); c.Value != "2016-05-04T00:00:01.000500" {
		t.Errorf("DATE is %v", c.Value)
	}
	if c, _ := u.Card("DATE-OBS"); c.Value != "2016-05-04T00:01:08.183000" {
		t.Errorf("DATE-OBS is %v", c.Value)
	}
}

func TestLegacyWraps(t *testing.T) {
	file := encode(t, extremes(), l0.Options{Legacy: true})
	fitstest.Check(t, file)
	u := table(t, file)
	expect(t, "ADC_BIAS", column[int16](t, u, "ADC_BIAS"), -31768, -32768, 32767, -31768, -31768, -31768)
	expect(t, "SCI_HDR_CTR", column[int16](t, u, "SCI_HDR_CTR"), 0, -1, -32768, 0, 0, 0)
	expect(t, "TWO_US_CLK", column[int32](t, u, "TWO_US_CLK"), 0, -1, math.MinInt32, 0, 0, 0)
	expect(t, "PIXDATA", firstPixels(column[int16](t, u, "PIXDATA")), 100, -1, 1, 100, 100, 100)
	day := 6698 * 84600.0
	expect(t, "TIME_ERT", column[float64](t, u, "TIME_ERT"),
		day+1+500e-6, day+1+500e-6, day+1+500e-6, day+1+500e-6, day+1+500e-6, day-84600+86399.999+0.064)
}

// TestLegacyTimeOfDamagedFrames: the old arithmetic wrapped at 32 bits and took
// any word for microseconds.
func TestLegacyTimeOfDamagedFrames(t *testing.T) {
	r := extremes()[0]
	r.ERT = chandra.ERT{Day: 0, Milli: 1 << 31, Micro: 65535}
	if got, want := l0.LegacyValues(&r).TimeERT, -14610*84600-2147483.648+0.065535; got != want {
		t.Errorf("TIME_ERT is %v, want %v", got, want)
	}
}

// TestModesDifferOnlyWhereSaid compares all other columns bit for bit.
func TestModesDifferOnlyWhereSaid(t *testing.T) {
	rows := extremes()
	good, old := table(t, encode(t, rows, l0.Options{})), table(t, encode(t, rows, l0.Options{Legacy: true}))
	columns, err := good.Columns()
	if err != nil {
		t.Fatal(err)
	}
	differ := []string{"TIME_ERT", "ADC_BIAS", "SCI_HDR_CTR", "TWO_US_CLK", "PIXDATA"}
	for _, c := range columns {
		same := slices.Equal(column[float64](t, good, c.Name), column[float64](t, old, c.Name))
		if want := !slices.Contains(differ, c.Name); same != want {
			t.Errorf("%s: the modes agree: %v, want %v", c.Name, same, want)
		}
	}
}

func TestEncodeRefuses(t *testing.T) {
	for _, legacy := range []bool{false, true} {
		var out bytes.Buffer
		opt := l0.Options{Legacy: legacy, Source: "2016_125_VC2_Replica2_SFDU_31088"}
		if err := l0.Encode(&out, nil, opt); !errors.Is(err, l0.ErrNoRows) || !strings.Contains(err.Error(), opt.Source) {
			t.Errorf("no rows: %v", err)
		}
		short := extremes()
		short[3].DN, short[3].Offset = short[3].DN[:511], 7777
		if err := l0.Encode(&out, short, opt); err == nil || !strings.Contains(err.Error(), "row 3, record at byte 7777: 511 pixels, want 512") {
			t.Errorf("short row: %v", err)
		}
		if err := l0.Encode(&out, extremes(), l0.Options{Legacy: legacy, Source: "bell\a"}); err == nil {
			t.Error("a name with a control character was written")
		}
		if out.Len() > 0 {
			t.Errorf("%d bytes were written", out.Len())
		}
	}
}

func TestSameRowsSameBytes(t *testing.T) {
	for _, legacy := range []bool{false, true} {
		opt := l0.Options{Legacy: legacy, Version: "1", Source: "a"}
		if !bytes.Equal(encode(t, extremes(), opt), encode(t, extremes(), opt)) {
			t.Errorf("legacy %v: two runs differ", legacy)
		}
	}
}

// BenchmarkEncodeL0 writes the rows of a whole calibration: five replicas of
// 4096 rows.
func BenchmarkEncodeL0(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	rows := make([]telemetry.Row, 5*2*telemetry.CCD.HalfRows())
	pixels := make([]uint16, len(rows)*telemetry.RecordPixels)
	for i := range pixels {
		pixels[i] = uint16(1000 + rng.IntN(200))
	}
	for i := range rows {
		rows[i] = telemetry.Row{Counter: int64(i), ERT: chandra.ERT{Day: 21308, Milli: uint32(i)}, Bias: 1000, IntegUnits: 312, DN: pixels[i*512 : i*512+512]}
	}
	for _, mode := range []struct {
		name   string
		legacy bool
		bytes  int64
	}{{"true", false, 2080}, {"legacy", true, 1056}} {
		b.Run(mode.name, func(b *testing.B) {
			b.SetBytes(mode.bytes * int64(len(rows)))
			b.ReportAllocs()
			for b.Loop() {
				if err := l0.Encode(io.Discard, rows, l0.Options{Legacy: mode.legacy}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
