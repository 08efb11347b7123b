package chandra

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// ID names a calibration by the UTC day of its first replica, YYYYDOY, for
// example "2015355". It is also the name of its directory in data and archive.
type ID string

// idForm is what the archive's readers accept as a directory name (mica
// aca_dark: `[12]\d{6}$`).
var idForm = regexp.MustCompile(`^[12]\d{6}$`)

// ParseID checks that s is YYYYDOY with a day of year that exists.
func ParseID(s string) (ID, error) {
	if !idForm.MatchString(s) {
		return "", fmt.Errorf("calibration id %q: want YYYYDOY, seven digits such as 2015355", s)
	}
	id := ID(s)
	if d := id.DayOfYear(); d < 1 || d > daysIn(id.Year()) {
		return "", fmt.Errorf("calibration id %q: %d has days 001 to %03d", s, id.Year(), daysIn(id.Year()))
	}
	return id, nil
}

// IDOf is the id of the UTC day that holds t.
func IDOf(t time.Time) ID {
	t = t.UTC()
	return ID(fmt.Sprintf("%04d%03d", t.Year(), t.YearDay()))
}

func (id ID) number(from, to int) int {
	n := 0
	for _, c := range string(id)[from:to] {
		n = n*10 + int(c-'0')
	}
	return n
}

// Year is the calendar year, 1000 to 2999.
func (id ID) Year() int { return id.number(0, 4) }

// DayOfYear counts from 1.
func (id ID) DayOfYear() int { return id.number(4, 7) }

// Date is 00:00 UTC of the day.
func (id ID) Date() time.Time {
	return time.Date(id.Year(), time.January, id.DayOfYear(), 0, 0, 0, 0, time.UTC)
}

// Colon is the day as "YYYY:DOY", the form of the archive and the reports.
func (id ID) Colon() string { return string(id)[:4] + ":" + string(id)[4:] }

// Month is the report directory of the day, "2015_dec". Two calibrations of
// one month share it; the site builder tells them apart.
func (id ID) Month() string { return strings.ToLower(id.Date().Format("2006_Jan")) }

func daysIn(year int) int {
	return time.Date(year, time.December, 31, 0, 0, 0, 0, time.UTC).YearDay()
}
