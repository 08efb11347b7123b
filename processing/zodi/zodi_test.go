package zodi

import (
	"math"
	"strconv"
	"testing"
	"time"

	"darksite/internal/shared"
	"darksite/processing/chandra"
)

func date(t testing.TB, s string) time.Time {
	t.Helper()
	d, err := chandra.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The Sun by astropy 5.2: get_sun, GeocentricTrueEcliptic of date.
func TestSunAgainstAstropy(t *testing.T) {
	for day, want := range map[string]float64{
		"1999:223": 137.90784, "2003:116": 35.36034, "2005:191": 107.85036, "2007:006": 285.26877, "2009:279": 192.87688,
		"2012:198": 113.87347, "2015:355": 268.77837, "2020:169": 86.27111, "2024:001": 280.03900,
	} {
		if got := SunLongitude(date(t, day)); math.Abs(got-want) > 0.01 {
			t.Errorf("%s: %.4f degrees, astropy has %.4f", day, got, want)
		}
	}
}

func TestSunIsThatOfMidnightUTC(t *testing.T) {
	want := SunLongitude(date(t, "2009:190"))
	for _, at := range []time.Time{
		date(t, "2009:190:23:59:59.999"),
		time.Date(2009, 7, 10, 5, 0, 0, 0, time.FixedZone("", 6*3600)), // still the 9th in UTC
	} {
		if got := SunLongitude(at); got != want {
			t.Errorf("%v: %v degrees, want %v", at, got, want)
		}
	}
	if got := SunLongitude(date(t, "2009:191")) - want; math.Abs(got-0.953) > 0.01 {
		t.Errorf("in July the Sun moves by %.4f degrees a day, want 0.953", got)
	}
}

// Attitudes by astropy 5.2: ICRS to BarycentricMeanEcliptic of J2000.
func TestEclipticAgainstAstropy(t *testing.T) {
	for _, c := range []struct{ ra, dec, el, eb float64 }{
		{227.136341, 16.976002, 219.01018, 33.14328},
		{152.376116, 46.885555, 136.17945, 32.93580},
		{87.61552, -58.27341, 81.34424, -81.64100},
		{270, -89, 269.99999, -65.56072},
		{0, 90, 90, 66.56072},
		{359.9, 0.2, 359.98781, 0.22327},
	} {
		el, eb := Ecliptic(c.ra, c.dec)
		// The two frames lie 0.1 arcsec apart.
		if along := math.Abs(el-c.el) * math.Cos(eb*degree); along > 3e-5 || math.Abs(eb-c.eb) > 3e-5 {
			t.Errorf("(%v, %v) is (%.5f, %.5f), astropy has (%.5f, %.5f)", c.ra, c.dec, el, eb, c.el, c.eb)
		}
	}
}

func TestNodesAreLeinerts(t *testing.T) {
	rows := shared.Table(t, "zodi_leinert_table17_nodes.csv")
	if len(rows) != len(nodeLongitudes) {
		t.Fatalf("%d rows, want %d", len(rows), len(nodeLongitudes))
	}
	for _, row := range rows {
		longitude := int(shared.Number(t, row[`l_l0\b`]))
		for _, latitude := range nodeLatitudes {
			want := shared.Number(t, row[strconv.Itoa(latitude)])
			if got, ok := Brightness(Cell{longitude, latitude}); !ok || got != want {
				t.Errorf("[%d][%d] = %v, want %v", longitude, latitude, got, want)
			}
		}
	}
}

// Entries of sot/dark_cal_att_gen table_17_181.csv that lie between nodes.
func TestInterpolatedEntries(t *testing.T) {
	for _, c := range []struct {
		cell Cell
		want float64
	}{
		{Cell{0, 1}, 7424}, {Cell{0, 31}, 615.667}, {Cell{1, 1}, 7311.2}, {Cell{1, 32}, 588.627}, {Cell{4, 26}, 888},
		{Cell{6, 44}, 292.827}, {Cell{9, 74}, 103.227}, {Cell{13, 59}, 154.093}, {Cell{16, 75}, 99.8}, {Cell{19, 74}, 102.053},
		{Cell{22, 61}, 136.28}, {Cell{22, 21}, 796.28}, {Cell{23, 3}, 4039.6},
	} {
		if got, ok := Brightness(c.cell); !ok || math.Abs(got-c.want) > 0.0005 {
			t.Errorf("%+v: %.4f, want %.4f", c.cell, got, c.want)
		}
	}
	for _, cell := range []Cell{{-1, 0}, {0, -1}, {181, 0}, {0, 91}} {
		if got, ok := Brightness(cell); ok || got != 0 {
			t.Errorf("%+v is no cell, got %v", cell, got)
		}
	}
}
