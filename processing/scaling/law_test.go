package scaling

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"darksite/internal/shared"
	"darksite/processing/chandra"
)

func between(t testing.TB, l Law, from, to chandra.Celsius) Scaling {
	t.Helper()
	s, err := l.Between(from, to)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func near(got, want, tolerance float64) bool { return math.Abs(got-want) <= tolerance }

func TestAgainstReference(t *testing.T) {
	rows := shared.Table(t, "dark_temp_scaling_golden.csv")
	if len(rows) < 40 {
		t.Errorf("%d reference values, want 43", len(rows))
	}
	for _, row := range rows {
		rate := shared.Number(t, row["img_eps"])
		from, to := chandra.Celsius(shared.Number(t, row["t_from"])), chandra.Celsius(shared.Number(t, row["t_to"]))
		// The reference is rounded to five decimals, the slope to nine.
		for column, law := range map[string]Law{"img_scaled_per_pixel": PerPixel, "img_scaled_uniform_0p70": Uniform} {
			if got, want := between(t, law, from, to).Rate(rate), shared.Number(t, row[column]); !near(got, want, 0.51e-5) {
				t.Errorf("%s: %v e-/s from %v to %v C is %.7f, want %v", law.Name(), rate, from, to, got, want)
			}
		}
		if got, want := slopeAt(rate), shared.Number(t, row["per_pixel_rate_per_degC"]); !near(got, want, 0.51e-9) {
			t.Errorf("slope at %v e-/s: %.12f, want %v", rate, got, want)
		}
	}
}

// chandra_aca's own tests, and its table of slopes (processing.md, section 6).
func TestPerPixelPublished(t *testing.T) {
	for _, c := range []struct {
		from, to   chandra.Celsius
		rate, want float64
	}{
		{-10, -5, 100, 171.47}, {-10, -5, 1000, 1668.62}, {-10, -5, 500, 852.79},
		{-10, -15, 100, 58.31}, {-10, -15, 1000, 599.29}, {-10, -15, 500, 293.15},
		{-6, 2, 200, 478.16}, {-6, 2, 2000, 4299.02}, {-6, 2, 600, 1399.40},
	} {
		if got := between(t, PerPixel, c.from, c.to).Rate(c.rate); !near(got, c.want, 0.011) {
			t.Errorf("%v e-/s from %v to %v C: %.4f, want %v", c.rate, c.from, c.to, got, c.want)
		}
	}
	for rate, want := range map[float64][2]float64{
		-50: {.096197, 1.469}, 20: {.096197, 1.469}, 50: {.104394, 1.518}, 100: {.107855, 1.539}, 200: {.108954, 1.546}, 500: {.106783, 1.533},
		1000: {.102400, 1.506}, 2000: {.095655, 1.466}, 3000: {.090615, 1.437}, 10000: {.070889, 1.328}, 700000: {.070889, 1.328},
	} {
		if got := slopeAt(rate); !near(got, want[0], 0.6e-6) {
			t.Errorf("slope at %v e-/s: %.7f per C, want %v", rate, got, want[0])
		}
		if got := between(t, PerPixel, -19, -15).Rate(rate) / rate; !near(got, want[1], 0.6e-3) {
			t.Errorf("factor at %v e-/s: %.5f per 4 C, want %v", rate, got, want[1])
		}
	}
}

// mica's tests of dark_temp_scale, exact where it is exact.
func TestUniformPublished(t *testing.T) {
	twice, err := UniformPer4C(2)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		law       Law
		from, to  chandra.Celsius
		want, tol float64
	}{
		{Uniform, -10, -14, 0.70, 1e-15}, {twice, -10, -14, 0.5, 0}, {twice, -18, -10, 4, 0}, {Uniform, -19, -15, 1.4286, 5e-5}, {Uniform, -7, -7, 1, 0},
	} {
		if got := between(t, c.law, c.from, c.to).Rate(1); !near(got, c.want, c.tol) {
			t.Errorf("%s from %v to %v C: %v, want %v", c.law.Name(), c.from, c.to, got, c.want)
		}
	}
}

// The threshold that is 100 e-/s at -19 C (processing.md, section 6).
func TestHistoricThreshold(t *testing.T) {
	for temp, want := range map[chandra.Celsius]float64{-19: 100, -15: 155.05, -14: 173.02, -10: 268.27} {
		if got := between(t, Historic, ReferenceTemp, temp).Rate(100); !near(got, want, 0.005) {
			t.Errorf("100 e-/s at -19 C is %.4f at %v C, want %v", got, temp, want)
		}
		if got := between(t, Historic, temp, ReferenceTemp).Source(100); !near(got, want, 0.005) {
			t.Errorf("what is 100 e-/s at -19 C was %.4f at %v C, want %v", got, temp, want)
		}
	}
}

// limit_z of the published history: (100 + zodi) e-/s at -19 C brought to each
// calibration's temperature. Two calibrations used the temperature of those
// replicas that had been received (processing.md, section 14).
func TestHistoricLimitsOfAllCalibrations(t *testing.T) {
	received := map[string]chandra.Celsius{"2011:234": -18.020, "2012:198": -18.960}
	rows := shared.Table(t, "real_darkcal_history_1999_2015.csv")
	if len(rows) != 56 {
		t.Errorf("%d calibrations, want 56", len(rows))
	}
	for _, row := range rows {
		temp, tolerance := chandra.Celsius(shared.Number(t, row["temp_degC"])), 1e-9
		if used, ok := received[row["day"]]; ok {
			temp, tolerance = used, 1e-5 // known to three decimals
		}
		want := shared.Number(t, row["limit_z"])
		got := between(t, Historic, ReferenceTemp, temp).Rate(100 + shared.Number(t, row["zodib_eps"]))
		if !near(got, want, tolerance*want) {
			t.Errorf("%s at %v C: %.9f e-/s, published %.9f", row["day"], temp, got, want)
		}
	}
}

var laws = []Law{Historic, Uniform, PerPixel}

// Between any two temperatures, every law keeps the order of pixels, the sign
// and what is missing, and its inverse brings them back.
func TestOrderAndInverse(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, law := range laws {
		for range 2000 {
			from := chandra.Celsius(-50 * r.Float64())
			to := from + MaxDifference*chandra.Celsius(2*r.Float64()-1)
			s := between(t, law, from, to)
			before := math.Inf(-1)
			for _, rate := range rates {
				got := s.Rate(rate)
				if !(got > before) {
					t.Fatalf("%s from %v to %v C: %v e-/s becomes %v, not above the pixel before it, %v", law.Name(), from, to, rate, got, before)
				}
				before = got
				if back := s.Source(got); !near(back, rate, 1e-9*math.Abs(rate)) {
					t.Fatalf("%s from %v to %v C: %v e-/s becomes %v and comes back as %v", law.Name(), from, to, rate, got, back)
				}
				if math.Signbit(got) != math.Signbit(rate) || rate > 0 && to > from && got <= rate {
					t.Fatalf("%s from %v to %v C: %v e-/s becomes %v", law.Name(), from, to, rate, got)
				}
			}
			if nan := math.NaN(); !math.IsNaN(s.Rate(nan)) || !math.IsNaN(s.Source(nan)) {
				t.Fatalf("%s: a missing pixel got a value", law.Name())
			}
		}
	}
}

// The inverse of the per-pixel law is a quadratic, and each way to write its
// root loses all digits somewhere: at small differences of temperature, and
// where the slopes cancel.
func TestInverseWhereItCancels(t *testing.T) {
	for _, rate := range []float64{21, 100, 1000, 9000} {
		cancels := -1 / (slope1 + slope2*(math.Log(rate)-origin))
		for _, degrees := range []float64{1e-12, 1e-9, 1e-6, -1e-7, cancels, cancels * (1 + 1e-12)} {
			s := between(t, PerPixel, -20, -20+chandra.Celsius(degrees))
			if got := s.Source(s.Rate(rate)); !near(got, rate, 1e-11*rate) {
				t.Errorf("%v e-/s, %v C warmer and back: %v", rate, degrees, got)
			}
		}
	}
}

// rates rise from negative ones over both ends of the per-pixel law's range.
var rates = func() []float64 {
	list := []float64{-1000, -3, 0, 0.5, 5, 19.99, 20, 20.01}
	for v := 21.0; v < 9500; v *= 1.07 {
		list = append(list, v)
	}
	return append(list, 9999, 10000, 10001, 30000, 700000)
}()

func TestNoDifferenceChangesNothing(t *testing.T) {
	for _, law := range laws {
		s := between(t, law, -13.55, -13.55)
		for _, rate := range rates {
			if got := s.Rate(rate); got != rate {
				t.Errorf("%s: %v e-/s at its own temperature is %v", law.Name(), rate, got)
			}
		}
	}
}

func TestImpossibleLaws(t *testing.T) {
	for _, factor := range []float64{1, 0.7, 0, -2, 11, math.NaN(), math.Inf(1)} {
		if l, err := UniformPer4C(factor); err == nil || !strings.Contains(err.Error(), "above 1") {
			t.Errorf("factor %v: %v, %v", factor, l, err)
		}
	}
	nan := chandra.Celsius(math.NaN())
	for _, c := range []struct{ from, to chandra.Celsius }{{nan, -10}, {-10, nan}, {-60, -9}, {-10, 41}, {-10, chandra.Celsius(math.Inf(1))}} {
		for _, law := range laws {
			if s, err := law.Between(c.from, c.to); err == nil || !strings.Contains(err.Error(), law.Name()) || s != (Scaling{}) {
				t.Errorf("%s from %v to %v C: %v, %v", law.Name(), c.from, c.to, s, err)
			}
		}
	}
	if _, err := (Law{}).Between(-10, -12); err == nil {
		t.Error("no law was applied")
	}
}

// slopeAt is the slope of the per-pixel law at a dark current in e-/s, per C.
func slopeAt(ePerS float64) float64 { return slope(math.Log(max(lowest, min(highest, ePerS)))) }
