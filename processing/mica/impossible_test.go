package mica

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"darksite/processing/fits"
	"darksite/processing/fits/fitstest"
)

// Fill values and impossible ones are no dark currents: their pixels have no
// value, and the warning names value, number and place.
func TestCase18FillValues(t *testing.T) {
	rows := func(m []float64, from, to int, v float64) {
		for i := from * 1024; i < to*1024; i++ {
			m[i] = v
		}
	}
	every := func(m []float64, row int, v float64) { // second pixel of it
		for i := row * 1024; i < (row+1)*1024; i += 2 {
			m[i] = v
		}
	}
	for name, c := range map[string]struct {
		change func(m []float64)
		want   []Impossible
	}{
		"none":        {func([]float64) {}, nil},
		"nine rows":   {func(m []float64) { rows(m, 100, 109, -9999) }, []Impossible{{"-9999", 9216, "rows -412 to -404"}}},
		"16 bits":     {func(m []float64) { rows(m, 0, 1, -32768) }, []Impossible{{"-32768", 1024, "row -512"}}},
		"a huge one":  {func(m []float64) { m[5] = 1e30 }, []Impossible{{"1e+30", 1, "row -512, column -507"}}},
		"not float32": {func(m []float64) { m[1] = -1e39 }, []Impossible{{"-1e+39", 1, "row -512, column -511"}}},
		"infinite":    {func(m []float64) { m[1024*3+5], m[1024*3+7] = math.Inf(1), math.Inf(1) }, []Impossible{{"+Inf", 2, "row -509, columns -507 to -505"}}},
		"both":        {func(m []float64) { rows(m, 1023, 1024, math.Inf(-1)); m[0] = math.Inf(1) }, []Impossible{{"-Inf", 1024, "row 511"}, {"+Inf", 1, "row -512, column -512"}}},
		"within":      {func(m []float64) { rows(m, 3, 5, -999) }, []Impossible{{"-999", 2048, "rows -509 to -508"}}},
		"small":       {func(m []float64) { rows(m, 3, 5, -99) }, []Impossible{{"-99", 2048, "rows -509 to -508"}}},
		"two within":  {func(m []float64) { rows(m, 3, 4, -999); rows(m, 9, 10, -99) }, []Impossible{{"-99", 1024, "row -503"}, {"-999", 1024, "row -509"}}},
		"high":        {func(m []float64) { rows(m, 3, 4, 32767) }, []Impossible{{"32767", 1024, "row -509"}}},
		"a column": {func(m []float64) {
			for r := range 1024 {
				m[r*1024+7] = -9999
			}
		}, []Impossible{{"-9999", 1024, "rows -512 to 511, column -505"}}},
		"real and low": {func(m []float64) { m[17], m[18] = -150, -151 }, nil},
		"real and hot": {func(m []float64) { every(m, 3, 50000); m[9] = 9999 }, nil},
		"zeros":        {func(m []float64) { rows(m, 100, 109, 0) }, []Impossible{{"0", 9216, "rows -412 to -404"}}},
		"minus one":    {func(m []float64) { rows(m, 7, 8, -1) }, []Impossible{{"-1", 1024, "row -505"}}},
		"two alike":    {func(m []float64) { rows(m, 7, 8, -999); rows(m, 9, 11, -998) }, []Impossible{{"-998", 2048, "rows -503 to -502"}, {"-999", 1024, "row -505"}}},
		"17 bits":      {func(m []float64) { every(m, 3, 65536) }, []Impossible{{"65536", 512, "row -509, columns -512 to 510"}}},
		"hot row":      {func(m []float64) { rows(m, 3, 4, 50000) }, []Impossible{{"50000", 1024, "row -509"}}},
		"clipped": {func(m []float64) {
			for i := range m {
				m[i] = max(float64(i*389%977-20), 400)
			}
		}, nil},
		"half a column": {func(m []float64) {
			for r := range 512 {
				m[r*1024+7] = 0
			}
		}, []Impossible{{"0", 512, "rows -512 to -1, column -505"}}},
		"saturated": {func(m []float64) {
			for i := range m {
				m[i] = min(float64(i*389%977-20), 700)
			}
		}, nil},
		"no NaN": {func(m []float64) { rows(m, 3, 4, math.NaN()) }, nil},
		"many": {func(m []float64) {
			for i := range 20 {
				m[i] = -2000 - float64(i)
			}
		}, []Impossible{
			{"-2000", 1, "row -512, column -512"}, {"-2001", 1, "row -512, column -511"}, {"-2002", 1, "row -512, column -510"}, {"-2003", 1, "row -512, column -509"},
			{"-2004", 1, "row -512, column -508"}, {"-2005", 1, "row -512, column -507"}, {"-2006", 1, "row -512, column -506"}, {"-2007", 1, "row -512, column -505"},
			{"others", 12, "row -512, columns -504 to -493"}}},
	} {
		t.Run(name, func(t *testing.T) {
			m := make([]float64, 1024*1024)
			for i, v := range imageOf() {
				m[i] = float64(v)
			}
			c.change(m)
			got, err := Read(fill(t, "2015014", map[string][]byte{OldImageFile: encodeImage(t, m)}))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got.Impossible); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			missing := 0
			for _, v := range m {
				if v != v {
					missing++
				}
			}
			for _, v := range c.want {
				missing += v.Pixels
				if !slices.ContainsFunc(got.Warnings, func(w string) bool {
					return strings.Contains(w, v.what()+" is no dark current") && strings.Contains(w, fmt.Sprintf("%d pixels, %s,", v.Pixels, v.Where))
				}) {
					t.Errorf("no warning of %+v in %q", v, got.Warnings)
				}
			}
			if got.Missing != missing {
				t.Errorf("%d pixels without a value, want %d", got.Missing, missing)
			}
			for i, v := range got.Image {
				if v == v && float64(v) != m[i] {
					t.Fatalf("pixel %d is %v, was %v", i, v, m[i])
				}
			}
		})
	}
}

// Files by other writers: what surrounds the map does no harm, and its blanks
// are blanks. Names in capitals and compressed files are found.
func TestCase16And17MapsOfOthers(t *testing.T) {
	for name, c := range map[string]struct {
		file, script, after, want string
		missing                   int
	}{
		"tape":         {"imd.fits", `hdus.append(fits.PrimaryHDU(m.astype("f4")))`, strings.Repeat("\x00", 28800-2880), "25920 zero bytes", 0},
		"blanks":       {"Image.fits", `m[3] = -32768; p = fits.PrimaryHDU(m.astype("i2")); p.header["BLANK"] = -32768; hdus.append(p)`, "", "1024 of 1048576 pixels have no value", 1024},
		"and no BLANK": {"imd.fits", `m[3] = -32768; hdus.append(fits.PrimaryHDU(m.astype("i2")))`, "", "-32768 e-/s is no dark current", 1024},
		"scaled fill":  {"imd.fits", `m[3] = -19998; p = fits.PrimaryHDU(m.astype("f8")); p.scale("int16", bscale=2); hdus.append(p)`, "", "-19998 e-/s is no dark current", 1024},
	} {
		t.Run(name, func(t *testing.T) {
			script := "m = (np.arange(1024 * 1024) % 977 - 20).reshape(1024, 1024)\n"
			dir := fill(t, "2015014", map[string][]byte{c.file: append(fitstest.Make(t, script+c.script), c.after...), PropertiesFile: classic2007().with(object{"id": "2015014"}).encode(t)})
			got, err := Read(dir)
			if err != nil {
				t.Fatal(err)
			}
			if said := strings.Join(got.Warnings, "; "); got.Missing != c.missing || !strings.Contains(said, c.want) {
				t.Errorf("%d pixels without a value, warnings %q", got.Missing, said)
			}
		})
	}
}

// Cards that nobody needs may hold anything, and checksums that nobody worked
// out say nothing.
func TestCase17CardsOfAMap(t *testing.T) {
	m := imageOf()
	for _, card := range []string{"EPS     = 1.0e-05", "OBSERVER= N. N.", "DATE    = 2015-01-14", "eps     = 1", "DATASUM = ''", "CHECKSUM="} {
		file := encodeImage(t, m, fits.Card{Key: "EPS", Value: 1.5})
		for key := range strings.FieldsSeq("DATASUM CHECKSUM") { // which are of the file before
			copy(file[bytes.Index(file, []byte(key+strings.Repeat(" ", 8-len(key))+"=")):], fmt.Sprintf("%-80s", "COMMENT"))
		}
		copy(file[bytes.Index(file, []byte("EPS     =")):], fmt.Sprintf("%-80s", card))
		got, err := Read(fill(t, "2015014", map[string][]byte{"IMD.FITS": file}))
		if err != nil || len(got.Warnings) != 0 || !slices.Equal(got.Image, m) {
			t.Errorf("%q: %v", card, err)
		}
	}
}
