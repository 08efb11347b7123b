package table

import (
	"math"
	"slices"
	"strings"
	"unicode"
)

// Unit is one in which a number may be given.
type Unit struct {
	// Names as letters and digits in lower case. The first is for messages.
	Names []string
	// A number in this unit is Scale x it + Offset in the first unit of its field.
	// A Scale of 0 stands for 1.
	Scale, Offset float64
}

// zeroCelsius is 0 C in kelvin, by the definition of the degree Celsius.
const zeroCelsius = 273.15

// Units of fields; the first is the one that numbers come in.
var (
	Celsius = []Unit{
		{Names: []string{"degrees Celsius", "c", "degc", "celsius", "degreescelsius", "degreesc", "degcelsius"}},
		{Names: []string{"kelvin", "k", "degk", "kelvins"}, Offset: -zeroCelsius},
	}
	Degrees = []Unit{
		{Names: []string{"degrees", "deg", "degree", "j2000", "icrs", "fk5"}},
		{Names: []string{"radians", "rad", "radian"}, Scale: 180 / math.Pi},
		{Names: []string{"hours", "h", "hr", "hour", "hourangle"}, Scale: 15},
	}
	// Time has no scale to convert: a date and CXC seconds are told apart by how
	// they look. Dates are UTC.
	Time = []Unit{
		{Names: []string{"dates in UTC or CXC seconds", "utc", "date", "yyyyddd", "yyyydoy", "yeardoy", "yyyydddhhmmss", "yyyydddhhmmsssss", "iso", "gmt",
			"s", "sec", "secs", "second", "seconds", "cxc", "cxcsec", "cxcsecs", "cxcseconds"}},
	}
)

// otherUnits are those that people write behind a name and that no field has.
var otherUnits = []string{"f", "degf", "fahrenheit", "mk", "tt", "tai", "tdb", "jd", "mjd", "hms", "dms", "arcsec"}

// isUnit tells whether the last words of a column's name are a unit.
func isUnit(name string) bool {
	if slices.Contains(otherUnits, name) {
		return true
	}
	for _, units := range [][]Unit{Celsius, Degrees, Time} {
		for _, u := range units {
			if slices.Contains(u.Names, name) {
				return true
			}
		}
	}
	return false
}

// words are the runs of letters and digits of a name, in lower case. A capital
// behind a small letter begins another: tempC is two.
func words(name string) (list []string) {
	var word strings.Builder
	end := func() {
		if word.Len() > 0 {
			list = append(list, word.String())
			word.Reset()
		}
	}
	small := false
	for _, r := range name {
		letter := unicode.IsLetter(r) || unicode.IsDigit(r)
		if !letter || small && unicode.IsUpper(r) {
			end()
		}
		if letter {
			word.WriteRune(unicode.ToLower(r))
		}
		small = unicode.IsLower(r)
	}
	end()
	return list
}

// plain is a name as its letters and digits in lower case.
func plain(name string) string { return strings.Join(words(name), "") }

// bracketed splits "name (unit)" and "name [unit]".
func bracketed(head string) (name, unit string, ok bool) {
	for _, pair := range []string{"()", "[]"} {
		inner, closed := strings.CutSuffix(strings.TrimSpace(head), pair[1:])
		if at := strings.LastIndex(inner, pair[:1]); closed && at > 0 {
			return inner[:at], inner[at+1:], true
		}
	}
	return "", "", false
}
