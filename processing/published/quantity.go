package published

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"darksite/internal/ground/phrase"
	"darksite/internal/ground/table"
	"darksite/processing/chandra"
)

// Quantity is a statistic of a calibration.
type Quantity struct {
	// Name says what and in which unit.
	Name, Unit string
	// Count tells whole numbers, of pixels.
	Count     bool
	low, high float64
	aliases   []string // of columns
	// units of a column; none is converted, since the printed digits are kept.
	units []table.Unit
}

const pixels = chandra.CCDSize * chandra.CCDSize

// Quantities are those that were published, in the order of the tables. Names
// and meaning: inputs-and-pages.md, section 0, and processing.md, section 7.
var Quantities = []Quantity{
	{Name: "t_ccd_c", Unit: "degC", low: -40, high: 40, units: table.Celsius[:1], aliases: []string{"tccdc", "tccd", "ccdtemp", "temp", "tempdegc", "temperature"}},
	rate("mean_e_s", "mean", "meanes", "meaneps"),
	rate("median_e_s", "median", "medianes", "medianeps"),
	rate("peak_e_s", "peak", "peakes", "peakeps"),
	rate("mean_near_peak_e_s", "meannearpeak", "meannearpeakes", "meannearpeakeps"),
	count("n_gt_100", "ngt100", "n100", "n100es", "count"),
	count("n_gt_200", "ngt200", "n200", "n200es"),
	count("n_gt_2000", "ngt2000", "n2000", "n2000es"),
	count("n_gt_3000", "ngt3000", "n3000", "n3000es"),
	// The zodiacal background, and 100 e-/s plus it brought from -19 C to t_ccd_c.
	{Name: "zodi_e_s", Unit: "e-/s", low: 0, high: 1000, units: rates, aliases: []string{"zodies", "zodieps", "zodibeps"}},
	{Name: "limit_z_e_s", Unit: "e-/s", low: 0, high: 1e5, units: rates, aliases: []string{"limitz", "limitzes", "limitzeps"}},
	// Pixels above 100 e-/s brought from -19 C to t_ccd_c, above 100 e-/s plus
	// the background, and above limit_z_e_s.
	count("n_gt_100_tadj", "ngt100tadj", "countadj"),
	count("n_gt_100_plus_zodi", "ngt100pluszodi", "countz"),
	count("n_gt_100z_tadj", "ngt100ztadj", "countadjz"),
}

// rates are how the unit of dark currents is written.
var rates = []table.Unit{{Names: []string{"e-/s", "es", "eps", "epers", "esec", "epersec", "electrons", "electronss", "electronsec", "electronssec", "electronspersecond", "electronpersecond"}}}

func rate(name string, aliases ...string) Quantity {
	return Quantity{Name: name, Unit: "e-/s", low: -1e4, high: 1e6, units: rates, aliases: aliases}
}

func count(name string, aliases ...string) Quantity {
	return Quantity{Name: name, Unit: "pixels", Count: true, low: 0, high: pixels, aliases: aliases}
}

// quantityAt is the place of a quantity in Quantities, -1 when there is none.
func quantityAt(name string) int {
	for i := range Quantities {
		if Quantities[i].Name == name {
			return i
		}
	}
	return -1
}

// spoken are more names that people ask for quantities by: those of the index and
// of the history, as letters and digits.
var spoken = map[string]string{
	"t": "t_ccd_c", "ccdtempc": "t_ccd_c", "zodi": "zodi_e_s", "zodiacalbackground": "zodi_e_s", "background": "zodi_e_s", "limitz": "limit_z_e_s",
	"adj": "n_gt_100_tadj", "adjz": "n_gt_100z_tadj", "z": "n_gt_100_plus_zodi", "n100tadj": "n_gt_100_tadj", "n100pluszodi": "n_gt_100_plus_zodi",
}

// Named finds a quantity by what people call it: the name of a column in a table,
// or as the index and the history show it.
func Named(text string) (Quantity, bool) {
	fold := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r < '0' || r > '9' && r < 'a' || r > 'z' {
				return -1
			}
			return r
		}, strings.ToLower(s))
	}
	name := fold(text)
	for _, short := range []string{name, strings.TrimSuffix(name, "epers")} {
		for _, q := range Quantities {
			if fold(q.Name) == short || slices.Contains(q.aliases, short) && short != "count" || spoken[short] == q.Name {
				return q, true
			}
		}
	}
	return Quantity{}, false
}

var decimal = regexp.MustCompile(`^[+-]?\d{1,20}(\.\d{0,20})?([eE][+-]?\d{1,2})?$`)

// Parse reads a number as it was printed.
func (q *Quantity) Parse(printed string) (float64, error) {
	v, err := strconv.ParseFloat(printed, 64)
	if err != nil || !decimal.MatchString(printed) || v < q.low || v > q.high || q.Count && v != math.Trunc(v) {
		kind := "a number"
		if q.Count {
			kind = "a whole number"
		}
		return 0, fmt.Errorf("%q: want %s from %v to %v, %s, or nothing when it was not published", phrase.Short(printed), kind, q.low, q.high, q.Unit)
	}
	return v, nil
}

// half is half of the last digit that was printed.
func half(printed string) float64 {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(printed), "e")
	_, fraction, _ := strings.Cut(mantissa, ".")
	e, _ := strconv.Atoi(exponent) // nothing is 0
	return 0.5 * math.Pow10(e-len(fraction))
}

// agree tells whether two reports are one number, the one rounded to the digits
// of the other.
func (q *Quantity) agree(a, b Report) bool {
	if q.Count {
		return a.Value == b.Value
	}
	const unsharp = 1e-9 // of decimal fractions in binary
	return math.Abs(a.Value-b.Value) <= max(half(a.Printed), half(b.Printed))*(1+unsharp)
}
