package zodi

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"darksite/internal/shared"
)

// calibration is a published background and the attitude it belongs to.
type calibration struct {
	day     string
	ra, dec float64 // degrees
	zodiB   float64 // published, units of the table
}

// otherCalibrations complete zodi_golden_vectors.csv: the attitudes are of the
// file named, the brightness of real_darkcal_history_1999_2015.csv.
var otherCalibrations = []calibration{
	{"2007:006", 154.997111, 36.895186, 126.55},   // processing.md, section 2.3
	{"2007:345", 111.0263080, 23.9844611, 178.80}, // sot/dark_cal_att_gen full_dark_attitudes.dat
	{"2009:279", 348.1710535, 16.4586651, 150.88}, // full_dark_attitudes.dat
	{"2012:033", 152.376116, 46.885555, 129.40},   // starcheck of JAN3012A, DC_T0
	{"2015:355", 227.136341, 16.976002, 217.20},   // starcheck of DEC1115A, DC_T0; inputs-and-pages.md, A5
}

func calibrations(t *testing.T) []calibration {
	t.Helper()
	list := otherCalibrations
	for _, row := range shared.Table(t, "zodi_golden_vectors.csv") {
		list = append(list, calibration{row["day"], shared.Number(t, row["ra"]), shared.Number(t, row["dec"]), shared.Number(t, row["zodi_real"])})
	}
	if len(list) < 23 {
		t.Fatalf("%d calibrations, want 23", len(list))
	}
	return list
}

// offCell are the two calibrations whose published value is of a neighbouring
// cell. The attitude that was used is not known; it was typed by hand, and
// these lie 0.02 and 0.0014 degrees from the edge of a cell.
var offCell = map[string]struct{ ours, published Cell }{
	"2009:190": {Cell{36, 39}, Cell{37, 38}},   // at 36.979, 39.023
	"2009:279": {Cell{163, 19}, Cell{162, 19}}, // at 163.0014, 19.764
}

func TestPublishedBackgrounds(t *testing.T) {
	differ := 0
	for _, c := range calibrations(t) {
		b, err := At(date(t, c.day), c.ra, c.dec)
		if err != nil {
			t.Fatal(err)
		}
		off, expected := offCell[c.day]
		p := b.Published()
		if !expected {
			if p.ZodiB != c.zodiB {
				t.Errorf("%s: %v units, published %v", c.day, p.ZodiB, c.zodiB)
			}
			continue
		}
		differ++
		if b.Cell() != off.ours {
			t.Errorf("%s: cell %v, want %v", c.day, b.Cell(), off.ours)
		}
		if got, _ := Brightness(off.published); math.Round(got*100)/100 != c.zodiB {
			t.Errorf("%s: %v units in cell %v, published %v", c.day, got, off.published, c.zodiB)
		}
		if dl, db := off.ours.Longitude-off.published.Longitude, off.ours.Latitude-off.published.Latitude; max(dl, -dl, db, -db) != 1 {
			t.Errorf("%s: %v and %v are not neighbours", c.day, off.ours, off.published)
		}
	}
	if differ != len(offCell) {
		t.Errorf("%d calibrations differ from what was published, want the %d known ones", differ, len(offCell))
	}
}

// The e-/s of the history are 0.0108 times the rounded brightness.
func TestPublishedElectrons(t *testing.T) {
	history := map[string]float64{}
	for _, row := range shared.Table(t, "real_darkcal_history_1999_2015.csv") {
		history[row["day"]] = shared.Number(t, row["zodib_eps"])
	}
	compared := 0
	for _, c := range calibrations(t) {
		want, known := history[c.day]
		if _, off := offCell[c.day]; off || !known {
			continue
		}
		b, err := At(date(t, c.day), c.ra, c.dec)
		if err != nil {
			t.Fatal(err)
		}
		if got := b.Published().EPerS; math.Abs(got-want) > 1e-9 {
			t.Errorf("%s: %.9f e-/s, published %.9f", c.day, got, want)
		}
		compared++
	}
	if compared < 20 {
		t.Errorf("%d calibrations are in the history, want 20", compared)
	}
}

func TestComputedColumns(t *testing.T) {
	for _, row := range shared.Table(t, "zodi_golden_vectors.csv") {
		b, err := At(date(t, row["day"]), shared.Number(t, row["ra"]), shared.Number(t, row["dec"]))
		if err != nil {
			t.Fatal(err)
		}
		for column, got := range map[string]float64{"el": b.El, "eb": b.Eb, "sun_el": b.SunEl, "l_l0": b.LL0, "zodi_calc": b.ZodiB} {
			// The reference is rounded to three decimals.
			if want := shared.Number(t, row[column]); math.Abs(got-want) > 0.00053 {
				t.Errorf("%s: %s %.5f, want %v", row["day"], column, got, want)
			}
		}
		if b.EPerS != b.ZodiB*EPerSecPerUnit || b.Closed {
			t.Errorf("%s: %+v", row["day"], b)
		}
	}
}

func TestDoorClosed(t *testing.T) {
	for _, c := range []struct {
		at     time.Time
		closed bool
	}{
		{date(t, "1999:223"), true}, {date(t, "1999:223:23:59:59"), true},
		{date(t, "1999:222"), false}, {date(t, "1999:224"), false}, {date(t, "2000:223"), false},
	} {
		b, err := At(c.at, 154.997111, 36.895186)
		if err != nil {
			t.Fatal(err)
		}
		if b.Closed != c.closed || (b.ZodiB == 0) != c.closed || (b.EPerS == 0) != c.closed || b.El == 0 || b.SunEl == 0 {
			t.Errorf("%v: %+v, want closed %v", c.at, b, c.closed)
		}
	}
}

func TestImpossibleAttitudes(t *testing.T) {
	for _, c := range []struct {
		ra, dec float64
		want    string
	}{
		{-0.1, 0, "0 to 360"}, {360.1, 0, "0 to 360"}, {math.NaN(), 0, "0 to 360"}, {math.Inf(1), 0, "0 to 360"},
		{0, 90.1, "-90 to 90"}, {0, -91, "-90 to 90"}, {0, math.NaN(), "-90 to 90"},
	} {
		if b, err := At(date(t, "2009:190"), c.ra, c.dec); err == nil || !strings.Contains(err.Error(), c.want) || b != (Background{}) {
			t.Errorf("(%v, %v): %+v, %v; want an error with %q", c.ra, c.dec, b, err, c.want)
		}
	}
}

// Everywhere in the sky, on any day: a cell of the table, the same for the
// attitude mirrored in the ecliptic, and rounding that moves nothing further
// than half a hundredth.
func TestWholeSky(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	first := date(t, "1999:001")
	for range 50000 {
		at := first.Add(time.Duration(r.Int64N(int64(30 * 365 * 24 * time.Hour))))
		ra, dec := 360*r.Float64(), 180*r.Float64()-90
		b, err := At(at, ra, dec)
		if err != nil {
			t.Fatal(err)
		}
		units, ok := Brightness(b.Cell())
		if !ok || !b.Closed && units != b.ZodiB || b.LL0 < 0 || b.LL0 > 180 || b.El < 0 || b.El >= 360 || math.Abs(b.Eb) > 90 {
			t.Fatalf("%v (%v, %v): %+v", at, ra, dec, b)
		}
		if units < 72 || units > 11500 {
			t.Fatalf("%v: %v units, outside the nodes", b.Cell(), units)
		}
		p := b.Published()
		if p.El < 0 || p.El >= 360 || math.Abs(p.Eb-b.Eb) > 0.00501 || math.Abs(p.ZodiB-b.ZodiB) > 0.00501 || p.Published() != p {
			t.Fatalf("%+v published as %+v", b, p)
		}
	}
}

func TestPublishedAnglesStayBelowAWholeTurn(t *testing.T) {
	b := Background{El: 359.996, SunEl: 359.995001, LL0: 179.996, Eb: -0.004, ZodiB: 0.126}
	want := Background{El: 0, SunEl: 0, LL0: 180, Eb: 0, ZodiB: 0.13, EPerS: 0.13 * EPerSecPerUnit}
	if got := b.Published(); got != want || math.Signbit(got.Eb) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// The published table has six digits, so three decimals or more where
// calibrations are. No exact value lies so near to a half of a hundredth that
// rounding twice could differ from rounding once.
func TestRoundingTheFileFirstChangesNothing(t *testing.T) {
	for longitude := range maxLongitude + 1 {
		for latitude := range maxLatitude + 1 {
			units, ok := Brightness(Cell{longitude, latitude})
			if !ok {
				t.Fatalf("no cell [%d][%d]", longitude, latitude)
			}
			if hundredths := units * 100; math.Abs(hundredths-math.Floor(hundredths)-0.5) < 0.05 {
				t.Errorf("[%d][%d] = %.5f lies within 0.0005 of a tie", longitude, latitude, units)
			}
		}
	}
}

func BenchmarkAt(b *testing.B) {
	at := date(b, "2015:355")
	for b.Loop() {
		if _, err := At(at, 227.136341, 16.976002); err != nil {
			b.Fatal(err)
		}
	}
}
