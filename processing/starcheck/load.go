package starcheck

import (
	"cmp"
	"regexp"
	"strings"
	"time"

	"darksite/processing/chandra"
)

// Load is a week's command load: its week and its version.
type Load struct {
	// Week is the name of the week, the day on which it was to begin, for
	// example "DEC1115"; "" where nothing tells.
	Week string
	// Version is the letter of the version, "A" for ofls"a"; "" for one that
	// was never approved, or where nothing tells.
	Version string
}

// String is the load as a page calls itself, "DEC1115A".
func (l Load) String() string { return l.Week + l.Version }

var (
	weekForm  = regexp.MustCompile(`^[A-Z]{3}\d{4}$`)
	loadForm  = regexp.MustCompile(`^([A-Z]{3}\d{4})([A-Z]?)$`)
	oflsForm  = regexp.MustCompile(`^ofls([a-z]?)$`)
	yearForm  = regexp.MustCompile(`^(19|20)\d{2}$`)
	flatForm  = regexp.MustCompile(`^([A-Z]{3}\d{4})_ofls([a-z]?)([._-].*)?\.(txt|html?)$`)
	namedForm = regexp.MustCompile(`^([A-Z]{3}\d{4})([A-Z]?)([._-].*)?\.(txt|html?)$`)
)

// ParseLoad reads a load's name: "DEC1115A", "DEC1115/oflsa", or "DEC1115" for
// whichever version.
func ParseLoad(name string) (Load, bool) {
	name = strings.Trim(name, "/")
	if week, ofls, ok := strings.Cut(name, "/"); ok {
		m := oflsForm.FindStringSubmatch(ofls)
		if m == nil || !weekForm.MatchString(week) {
			return Load{}, false
		}
		return Load{week, strings.ToUpper(m[1])}, true
	}
	m := loadForm.FindStringSubmatch(name)
	if m == nil {
		return Load{}, false
	}
	return Load{m[1], m[2]}, true
}

// begins is the day of the week's name, zero where it is none.
func (l Load) begins() time.Time {
	if l.Week == "" {
		return time.Time{}
	}
	// time.Parse knows months in any case, and two digits from 69 as 1969.
	day, err := time.Parse("Jan0206", l.Week)
	if err != nil {
		return time.Time{}
	}
	return day
}

// How far from the first day of its week a calibration may lie. Loads last up to
// three weeks in all known pages; one begins at most hours before its name.
const (
	daysAfter  = 35
	daysBefore = 3
)

// mayHold tells whether a load can hold a calibration; one of unknown week may.
func (l Load) mayHold(id chandra.ID) bool {
	begins := l.begins()
	if id == "" || begins.IsZero() {
		return true
	}
	days := id.Date().Sub(begins).Hours() / 24
	return days >= -daysBefore && days <= daysAfter
}

// is tells whether a load is the one that was named; a name without a version is
// that of each.
func (l Load) is(named Load) bool {
	return l.Week == named.Week && (named.Version == "" || l.Version == named.Version)
}

// compare orders loads by which is rather to be believed: approved ones first,
// then later weeks, then later versions.
func compare(a, b Load) int {
	approved := func(l Load) int {
		if l.Version == "" {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(approved(a), approved(b)), b.begins().Compare(a.begins()), cmp.Compare(b.Version, a.Version))
}
