package published

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"darksite/internal/ground/phrase"
	"darksite/internal/ground/table"
	"darksite/processing/quantity"
)

// Quantity is a statistic of a calibration that was published.
type Quantity struct {
	*quantity.Quantity
	// units of a column; none is converted, since the printed digits are kept.
	units []table.Unit
}

// Quantities are those that were published, in the order of package quantity.
var Quantities = func() (list []Quantity) {
	units := map[quantity.Unit][]table.Unit{quantity.EPerS: rates, quantity.Celsius: table.Celsius[:1]}
	for _, q := range quantity.All() {
		if q.Read != nil {
			list = append(list, Quantity{q, units[q.Unit]})
		}
	}
	return list
}()

// rates are how the unit of dark currents is written.
var rates = []table.Unit{{Names: []string{"e-/s", "es", "eps", "epers", "esec", "epersec", "electrons", "electronss", "electronsec", "electronssec", "electronspersecond", "electronpersecond"}}}

// quantityAt is the place of a quantity in Quantities, -1 when there is none.
func quantityAt(key quantity.Key) int {
	for i := range Quantities {
		if Quantities[i].Key == key {
			return i
		}
	}
	return -1
}

// whole tells numbers of pixels.
func (q *Quantity) whole() bool { return q.Unit == quantity.Pixels }

var decimal = regexp.MustCompile(`^[+-]?\d{1,20}(\.\d{0,20})?([eE][+-]?\d{1,2})?$`)

// Parse reads a number as it was printed.
func (q *Quantity) Parse(printed string) (float64, error) {
	v, err := strconv.ParseFloat(printed, 64)
	if err != nil || !decimal.MatchString(printed) || v < q.Read.Low || v > q.Read.High || q.whole() && v != math.Trunc(v) {
		kind := "a number"
		if q.whole() {
			kind = "a whole number"
		}
		return 0, fmt.Errorf("%q: want %s from %v to %v, %s, or nothing when it was not published", phrase.Short(printed), kind, q.Read.Low, q.Read.High, q.Unit)
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
	if q.whole() {
		return a.Value == b.Value
	}
	const unsharp = 1e-9 // of decimal fractions in binary
	return math.Abs(a.Value-b.Value) <= max(half(a.Printed), half(b.Printed))*(1+unsharp)
}
