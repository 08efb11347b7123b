package model

import (
	"math"
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

func expect(t testing.TB, at string, temp chandra.Celsius) Distribution {
	t.Helper()
	d, err := Expect(date(t, at), temp)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func above(t testing.TB, d Distribution, threshold float64) float64 {
	t.Helper()
	n, ok := d.Above(threshold)
	if !ok {
		t.Fatalf("no count above %v e-/s", threshold)
	}
	return n
}

// An independent evaluation of the same model.
func TestAgainstReference(t *testing.T) {
	rows := shared.Table(t, "warm_frac_model_golden.csv")
	if len(rows) < 64 {
		t.Errorf("%d reference values, want 64", len(rows))
	}
	for _, row := range rows {
		threshold, want := shared.Number(t, row["threshold_eps"]), shared.Number(t, row["n_pix_above"])
		d := expect(t, row["date"], chandra.Celsius(shared.Number(t, row["t_ccd"])))
		// The reference has three decimals; its fraction seven, or three digits.
		if got := above(t, d, threshold); math.Abs(got-want) > 0.0005+1e-9*want {
			t.Errorf("above %v e-/s on %s at %s C: %.5f, want %v", threshold, row["date"], row["t_ccd"], got, want)
		}
		got := above(t, d, threshold) / Pixels
		if want := shared.Number(t, row["fraction"]); math.Abs(got-want) > max(0.51e-7, 0.005*min(want, 1e-4)) {
			t.Errorf("fraction above %v e-/s on %s at %s C: %.9f, want %v", threshold, row["date"], row["t_ccd"], got, want)
		}
	}
}

// The numbers that chandra_aca's own tests expect, fractions cut off
// (test_get_warm_fracs, test_get_warm_fracs_2017185).
func TestPublishedIntegers(t *testing.T) {
	for _, c := range []struct {
		date      string
		temp      chandra.Celsius
		threshold float64
		want      int
	}{
		{"2017:001:12:00:00", -11, 100, 251865}, {"2020:001:12:00:00", -11, 100, 294302},
		{"2017:001:12:00:00", -15, 100, 182365}, {"2020:001:12:00:00", -15, 100, 215096},
		{"2017:001:12:00:00", -11, 1000, 1296}, {"2020:001:12:00:00", -11, 1000, 1536},
		{"2017:001:12:00:00", -15, 1000, 433}, {"2020:001:12:00:00", -15, 1000, 500},
		{"2017:010:12:00:00", -13.55, 100, 207845}, {"2017:010:12:00:00", -13.55, 200, 79207},
		{"2017:010:12:00:00", -13.55, 1000, 635}, {"2017:010:12:00:00", -13.55, 2000, 86}, {"2017:010:12:00:00", -13.55, 3000, 26},
	} {
		if got := int(above(t, expect(t, c.date, c.temp), c.threshold)); got != c.want {
			t.Errorf("above %v e-/s on %s at %v C: %d, want %d", c.threshold, c.date, c.temp, got, c.want)
		}
	}
}

// The real calibrations from 2007 on: the model's count as tabulated beside
// them, and how far they are from it.
func TestRealCalibrations(t *testing.T) {
	compared, sum := 0, 0.0
	for _, row := range shared.Table(t, "real_darkcal_history_1999_2015.csv") {
		noon := date(t, row["day"]+":12:00:00")
		// A leap second, which Go's clock does not count, is 3.2e-8 years.
		if got, want := FractionalYear(noon), shared.Number(t, row["frac_year"]); math.Abs(got-want) > 3.8e-8 {
			t.Errorf("%s at noon is %.9f, want %v", row["day"], got, want)
		}
		if row["model_n100"] == "" {
			continue
		}
		d := expect(t, row["day"]+":12:00:00", chandra.Celsius(shared.Number(t, row["temp_degC"])))
		got, want := above(t, d, 100), shared.Number(t, row["model_n100"])
		if math.Abs(got-want) > 1 {
			t.Errorf("%s at %s C: %.2f pixels above 100 e-/s, want %v", row["day"], row["temp_degC"], got, want)
		}
		ratio := shared.Number(t, row["count"]) / got
		if ratio < 0.86 || ratio > 1.15 {
			t.Errorf("%s: %.3f times the model, want 0.864 to 1.147", row["day"], ratio)
		}
		sum += ratio
		compared++
	}
	if mean := sum / float64(compared); compared != 35 || math.Abs(mean-1.003) > 0.0006 {
		t.Errorf("%d calibrations at %.4f times the model on average, want 35 at 1.003", compared, mean)
	}
}

// A real patch of 10000 pixels, of the last calibration before 2024, scaled to
// -3 C. The model, fitted in 2017, is low by then (processing.md, section 9).
func TestRealPatchOf2024(t *testing.T) {
	var patch []float64
	for _, row := range shared.Table(t, "real_dark_patch_2024_scaled_m3C.csv") {
		for _, cell := range row {
			patch = append(patch, shared.Number(t, cell))
		}
	}
	if len(patch) != 10000 {
		t.Fatalf("%d pixels, want 10000", len(patch))
	}
	d := expect(t, "2024:001", -3)
	for _, threshold := range []float64{100, 200, 500, 1000} {
		n := 0
		for _, rate := range patch {
			if rate > threshold {
				n++
			}
		}
		expected := above(t, d, threshold) / Pixels
		if ratio := float64(n) / 10000 / expected; ratio < 1.15 || ratio > 1.41 {
			t.Errorf("%d of 10000 pixels above %v e-/s, %.3f times the model, want 1.15 to 1.4 times", n, threshold, ratio)
		}
	}
}

func TestFractionalYear(t *testing.T) {
	for at, want := range map[string]float64{
		"2011:001": 2011, "2012:184": 2012.5, "2011:183:12:00:00": 2011.5, "2016:366:12:00:00": 2016 + 365.5/366, "2015:365:12:00:00": 2015 + 364.5/365,
	} {
		if got := FractionalYear(date(t, at)); math.Abs(got-want) > 1e-12 {
			t.Errorf("%s is %.12f, want %.12f", at, got, want)
		}
	}
	at := date(t, "2011:365:12:00:00")
	if got, want := FractionalYear(at.In(time.FixedZone("", 14*3600))), FractionalYear(at); got != want {
		t.Errorf("the year turns with UTC: %v, want %v", got, want)
	}
}
