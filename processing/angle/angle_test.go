package angle

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"darksite/internal/shared"
	"darksite/processing/chandra"
)

func TestCoefficients(t *testing.T) {
	rows := shared.Table(t, "aca_pixel_angle_coefficients.csv")
	if len(rows) != terms {
		t.Fatalf("%d terms, want %d", len(rows), terms)
	}
	for i, row := range rows {
		for column, got := range map[string]float64{
			"ground_yag": Ground.yag[i], "ground_zag": Ground.zag[i], "flight_yag": Flight.yag[i], "flight_zag": Flight.zag[i],
			"ang2pix_row": startRow[i], "ang2pix_col": startCol[i],
		} {
			if want := shared.Number(t, row[column]); got != want {
				t.Errorf("%s of %s is %v, want %v", column, row["term"], got, want)
			}
		}
		// The term itself, at a place where no two terms are equal.
		const c, r, temp = 2.0, 3.0, 5.0
		want := 1.0
		for _, factor := range strings.TrimPrefix(row["term"], "1") {
			want *= map[rune]float64{'c': c, 'r': r, 't': temp}[factor]
		}
		var only [terms]float64
		only[i] = 1
		if got := evaluate(&only, c, r, temp); got != want {
			t.Errorf("term %s is %v, want %v", row["term"], got, want)
		}
	}
}

func TestAgainstReference(t *testing.T) {
	rows := shared.Table(t, "pixel_to_angle_golden.csv")
	if len(rows) < 12 {
		t.Errorf("%d reference values, want 12", len(rows))
	}
	for _, row := range rows {
		p := Pixel{Row: shared.Number(t, row["row"]), Col: shared.Number(t, row["col"])}
		aca := chandra.Celsius(shared.Number(t, row["t_aca"]))
		want := Angle{Y: shared.Number(t, row["yag_arcsec"]), Z: shared.Number(t, row["zag_arcsec"])}
		got, err := Ground.Angle(p, aca)
		if err != nil || math.Abs(got.Y-want.Y) > 0.51e-5 || math.Abs(got.Z-want.Z) > 0.51e-5 {
			t.Errorf("%+v at %v C: %+v, %v; want %+v", p, aca, got, err, want)
		}
		back, err := Ground.Pixel(want, aca)
		if err != nil || math.Abs(back.Row-p.Row) > 2e-6 || math.Abs(back.Col-p.Col) > 2e-6 {
			t.Errorf("%+v at %v C: %+v, %v; want %+v", want, aca, back, err, p)
		}
	}
}

// chandra_aca's own test of the flight set.
func TestFlightSet(t *testing.T) {
	for aca, want := range map[chandra.Celsius]Angle{24: {-467.7295724, 475.3100623}, 14: {-467.8793858, 475.4463912}} {
		got, err := Flight.Angle(Pixel{Row: 100, Col: 100}, aca)
		if err != nil || math.Abs(got.Y-want.Y) > 1e-7 || math.Abs(got.Z-want.Z) > 1e-7 {
			t.Errorf("(100, 100) at %v C: %+v, %v; want %+v", aca, got, err, want)
		}
	}
}

func TestInverse(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for _, set := range []Set{Ground, Flight} {
		places := []Pixel{{-512, -512}, {-512, 512}, {512, -512}, {512, 512}, {0, 0}, Centre(-512, 511), Centre(511, -512)}
		for range 5000 {
			places = append(places, Pixel{Row: 1024*r.Float64() - 512, Col: 1024*r.Float64() - 512})
		}
		for _, p := range places {
			aca := chandra.Celsius(10 + 30*r.Float64())
			a, err := set.Angle(p, aca)
			if err != nil {
				t.Fatal(err)
			}
			back, err := set.Pixel(a, aca)
			if err != nil {
				t.Fatalf("%s %+v at %v C looks at %+v: %v", set.Name(), p, aca, a, err)
			}
			if math.Hypot(back.Row-p.Row, back.Col-p.Col) > 2e-7 {
				t.Fatalf("%s %+v at %v C comes back as %+v", set.Name(), p, aca, back)
			}
			if _, err := set.Angle(back, aca); err != nil {
				t.Fatalf("%+v, an answer of the inverse, is refused: %v", back, err)
			}
		}
	}
}

// +row is -Y, +column is +Z, everywhere on the CCD, at about 5 arcsec a pixel.
func TestOrientation(t *testing.T) {
	for row := int16(-512); row < 511; row += 93 {
		for col := int16(-512); col < 511; col += 93 {
			var a [3]Angle
			for i, p := range []Pixel{Centre(row, col), Centre(row+1, col), Centre(row, col+1)} {
				var err error
				if a[i], err = Ground.Angle(p, UsualACATemp); err != nil {
					t.Fatal(err)
				}
			}
			down, right := a[0].Y-a[1].Y, a[2].Z-a[0].Z
			if math.Abs(down-4.93) > 0.1 || math.Abs(right-4.93) > 0.1 {
				t.Errorf("row %d column %d: a row on is %.4f arcsec of -Y, a column on %.4f of +Z", row, col, down, right)
			}
		}
	}
	if got, want := Centre(-1, 0), (Pixel{Row: -0.5, Col: 0.5}); got != want {
		t.Errorf("the centre of pixel (-1, 0) is %+v, want %+v", got, want)
	}
}

func TestNotOnTheCCD(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, p := range []Pixel{{512.1, 0}, {0, -513}, {nan, 0}, {0, nan}, {-inf, 0}} {
		if a, err := Ground.Angle(p, 20); err == nil || a != (Angle{}) {
			t.Errorf("%+v looks at %+v", p, a)
		}
	}
	for _, a := range []Angle{{2700, 0}, {0, -2700}, {1e6, 1e6}, {nan, 0}, {0, nan}, {inf, 0}, {-1e300, 1e300}} {
		if p, err := Ground.Pixel(a, 20); err == nil || p != (Pixel{}) {
			t.Errorf("%+v is seen at %+v", a, p)
		}
	}
	for _, aca := range []chandra.Celsius{chandra.Celsius(nan), -273.15, 99, chandra.Celsius(inf)} {
		if _, err := Ground.Angle(Pixel{}, aca); err == nil {
			t.Errorf("an angle at %v C", aca)
		}
		if _, err := Flight.Pixel(Angle{}, aca); err == nil {
			t.Errorf("a pixel at %v C", aca)
		}
	}
	if _, err := (Set{}).Angle(Pixel{}, 20); err == nil {
		t.Error("an angle without coefficients")
	}
	if _, err := (Set{}).Pixel(Angle{}, 20); err == nil {
		t.Error("a pixel without coefficients")
	}
}

func BenchmarkAngle(b *testing.B) {
	for b.Loop() {
		if _, err := Ground.Angle(Pixel{Row: -374.5, Col: 347.5}, UsualACATemp); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPixel(b *testing.B) {
	for b.Loop() {
		if _, err := Ground.Pixel(Angle{Y: 1888, Z: 1694}, UsualACATemp); err != nil {
			b.Fatal(err)
		}
	}
}
