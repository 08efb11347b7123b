package chandra

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"darksite/internal/ground/phrase"
)

// Written is a calibration as a person names it: a day, a month, or the
// directory of its report, which both may be.
type Written struct {
	// Day is the UTC day, "" when only a month was named.
	Day ID
	// Month is the month as a report directory has it, "2015_dec"; "" when a day
	// was named.
	Month string
	// Report is the directory of a report beyond the first of its month, in lower
	// case, "2010_oct_2". Where no report is called so, Day holds.
	Report string
}

// maxWritten bounds the text of an id in bytes; a path may be longer.
const maxWritten = 60

var (
	// A year, then a day of the year in three digits.
	dayOfYearForm = regexp.MustCompile(`^([12]\d{3})[ :_/.-]?(\d{3})$`)
	// A year, a month and a day in digits, with one separator or none.
	calendarForm = regexp.MustCompile(`^([12]\d{3})(?:(\d{2})(\d{2})|([ :_/.-])(\d{1,2})([ :_/.-])(\d{1,2}))$`)
	// A year and a month in digits.
	yearMonthForm = regexp.MustCompile(`^([12]\d{3})[_/-](\d{2})$`)
	// A time of day behind either.
	clockForm = regexp.MustCompile(`^(.*?\d)(?:[T :](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?)(?:Z| ?UTC)?$`)
	// A day with the year last, as in 12/21/2015 or 21.12.2015.
	yearBehindForm = regexp.MustCompile(`^(\d{1,2})([/.-])(\d{1,2})([/.-])(\d{2}|\d{4})$`)
	// The name of a month, before or after the year, with or without a day.
	yearFirstForm = regexp.MustCompile(`^([12]\d{3})([ _./-]?)([a-z]{3,9})\.?(?:([ _./-]?)(\d{1,2}))?$`)
	yearLastForm  = regexp.MustCompile(`^(?:(\d{1,2})(?:st|nd|rd|th)?[ _./-]?)?([a-z]{3,9})\.?[ _./-]?(?:(\d{1,2})(?:st|nd|rd|th)?,? )?([12]\d{3})$`)
	// What is a date and no path, whatever is wrong with it.
	dateForm = regexp.MustCompile(`^\d{1,4}/\d{1,2}/\d{1,4}$`)
	// The digits of an id that was meant to be one.
	onlyDigits = regexp.MustCompile(`^\d{1,12}$`)
)

// ParseWritten reads a calibration as people name it: YYYYDOY, a day of the year
// or a calendar day with the usual separators, with or without a time, the name
// of a month, the directory of a report, or a path or address that ends in one
// of them. A day must exist. What may mean two days is an error.
func ParseWritten(text string) (Written, error) {
	s := strings.Join(strings.Fields(text), " ")
	whole := strings.TrimRight(s, "/")
	w, err := parseWritten(whole)
	if err == nil || !strings.ContainsRune(whole, '/') {
		return w, err
	}
	// The last element of a path, without what files of a calibration end in; a
	// page stands for its directory.
	whole = strings.TrimSuffix(whole, "/index.html")
	base := whole[strings.LastIndexByte(whole, '/')+1:]
	for _, suffix := range []string{".json", ".md", ".toml"} {
		base = strings.TrimSuffix(base, suffix)
	}
	if w, below := parseWritten(base); below == nil {
		return w, nil
	} else if onlyDigits.MatchString(base) && !dateForm.MatchString(whole) {
		return w, below
	}
	return w, err
}

func parseWritten(s string) (w Written, err error) {
	fail := func(format string, args ...any) (Written, error) {
		return Written{}, fmt.Errorf("calibration id %s: %s", phrase.Quoted(s), fmt.Sprintf(format, args...))
	}
	if len(s) > maxWritten {
		return fail("want YYYYDOY, seven digits such as 2015355, or a day such as 2015-12-21")
	}
	if m := clockForm.FindStringSubmatch(s); m != nil {
		if day, err := parseWritten(m[1]); err == nil && day.Day != "" && day.Month == "" {
			if m[2] > "23" || m[3] > "59" || m[4] > "60" {
				return fail("there is no such time of day")
			}
			return day, nil
		}
	}
	if m := dayOfYearForm.FindStringSubmatch(s); m != nil {
		w.Day, err = ParseID(m[1] + m[2])
		return w, err
	}
	if m := calendarForm.FindStringSubmatch(s); m != nil {
		month, day := m[2]+m[5], m[3]+m[7]
		if m[4] != m[6] {
			return fail("want one kind of separator, as in 2015-12-21")
		}
		if m[4] != "" && (len(month) != 2 || len(day) != 2) {
			return fail("want month and day in two digits, as in 2015-12-21, or a day of the year in three, as in 2015:355")
		}
		return calendarDay(s, m[1], month, day)
	}
	if m := yearBehindForm.FindStringSubmatch(s); m != nil {
		first, second := m[1], m[3]
		a, _ := strconv.Atoi(first)
		b, _ := strconv.Atoi(second)
		switch {
		case m[2] != m[4]:
			return fail("want one kind of separator, as in 2015-12-21")
		case len(m[5]) == 2:
			return fail("want the year first and in four digits, as in 2015-12-21")
		case a <= 12 && b <= 12 && a != b:
			return fail("may be %s-%02d-%02d or %s-%02d-%02d: write the one that is meant", m[5], a, b, m[5], b, a)
		case a > 12:
			first, second = second, first
		}
		return calendarDay(s, m[5], first, second)
	}
	if m := yearMonthForm.FindStringSubmatch(s); m != nil {
		n, _ := strconv.Atoi(m[2])
		if n < 1 || n > 12 {
			return fail("there is no month %s, and a day of the year has three digits, as in 2015:055", m[2])
		}
		return Written{Month: monthOf(m[1], n)}, nil
	}
	lower := strings.ToLower(s)
	if m := yearFirstForm.FindStringSubmatch(lower); m != nil {
		month, ok := monthNamed(m[3])
		switch {
		case !ok:
			return fail("%q is no month", m[3])
		case m[5] == "":
			return Written{Month: monthOf(m[1], month)}, nil
		}
		w, err = calendarDay(s, m[1], strconv.Itoa(month), m[5])
		if m[2] == "_" && m[4] == "_" && m[5][0] != '0' {
			// 2010_oct_2 is the second report of October before it is 2 October.
			w.Report, err = monthOf(m[1], month)+"_"+m[5], nil
		}
		return w, err
	}
	if m := yearLastForm.FindStringSubmatch(lower); m != nil && (m[1] == "" || m[3] == "") {
		month, ok := monthNamed(m[2])
		switch {
		case !ok:
			return fail("%q is no month", m[2])
		case m[1]+m[3] == "":
			return Written{Month: monthOf(m[4], month)}, nil
		}
		return calendarDay(s, m[4], strconv.Itoa(month), m[1]+m[3])
	}
	return fail("want YYYYDOY, seven digits such as 2015355, or a day such as 2015-12-21")
}

// calendarDay is a day of digits, if it exists.
func calendarDay(s, year, month, day string) (Written, error) {
	y, _ := strconv.Atoi(year)
	m, _ := strconv.Atoi(month)
	d, _ := strconv.Atoi(day)
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if m < 1 || m > 12 || t.Day() != d || int(t.Month()) != m {
		return Written{}, fmt.Errorf("calibration id %s: there is no such day", phrase.Quoted(s))
	}
	return Written{Day: IDOf(t)}, nil
}

// monthOf is a month as [ID.Month] writes it.
func monthOf(year string, month int) string {
	return year + "_" + strings.ToLower(time.Month(month).String()[:3])
}

// monthNamed knows a month by its English name or its first letters.
func monthNamed(name string) (month int, ok bool) {
	for m := time.January; m <= time.December; m++ {
		full := strings.ToLower(m.String())
		if name == full || name == full[:3] || name == "sept" && m == time.September {
			return int(m), true
		}
	}
	return 0, false
}

// ErrAmbiguous says that more than one calibration may be meant.
var ErrAmbiguous = errors.New("more than one calibration may be meant")

// Resolve chooses the calibration that was meant. Known are the calibrations
// that may be, and reports gives the directory of a report of one of them, in
// any letter case, "" for none. A day needs no calibration to be known.
func (w Written) Resolve(known []ID, report func(ID) string) (ID, error) {
	if w.Report != "" {
		for _, id := range known {
			if strings.EqualFold(report(id), w.Report) {
				return id, nil
			}
		}
		if w.Day == "" || !slices.Contains(known, w.Day) {
			return "", fmt.Errorf("no report has the address %s", w.Report)
		}
	}
	if w.Month == "" {
		return w.Day, nil
	}
	var all []ID
	var names []string
	for _, id := range known {
		if id.Month() == w.Month && !slices.Contains(all, id) {
			all = append(all, id)
			names = append(names, string(id))
			if r := report(id); r != "" {
				names[len(names)-1] += " (" + r + ")"
			}
		}
	}
	switch len(all) {
	case 0:
		return "", fmt.Errorf("no calibration of %s is known", w.Month)
	case 1:
		return all[0], nil
	}
	return "", fmt.Errorf("%w by %s: %s", ErrAmbiguous, w.Month, strings.Join(names, ", "))
}

// Nearest is the known calibration that a name which matches none is nearest to:
// one with a single wrong digit first, else the nearest in time. Likely tells
// whether it was probably meant. Where nothing is known, or nothing in the name
// tells a time, it is "".
func Nearest(name string, known []ID) (near ID, likely bool) {
	digits, when, dated := whenOf(name)
	likely = slices.ContainsFunc(known, func(id ID) bool { return oneSlip(digits, string(id)) })
	if !likely && !dated {
		return "", false
	}
	var least time.Duration
	for _, id := range known {
		away := id.Date().Sub(when).Abs()
		if (!likely || oneSlip(digits, string(id))) && (near == "" || away < least) {
			near, least = id, away
		}
	}
	const days = 3 // one sequence of replicas
	return near, near != "" && (likely || least <= days*24*time.Hour)
}

// whenOf is about when a name may mean, and its digits as an id has them.
func whenOf(name string) (digits string, when time.Time, dated bool) {
	w, err := ParseWritten(name)
	if err == nil && w.Day != "" {
		return string(w.Day), w.Day.Date(), true
	}
	digits = strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, name)
	if err == nil {
		when, _ = time.Parse("2006_Jan", (w.Month + w.Report)[:len("2006_jan")])
		return digits, when.AddDate(0, 0, 14), true
	}
	if idForm.MatchString(digits) {
		// A day that the year does not have counts on into the next.
		return digits, ID(digits).Date(), true
	}
	if len(digits) >= 4 && idForm.MatchString(digits[:4]+"182") {
		return digits, ID(digits[:4] + "182").Date(), true // the year alone tells
	}
	return digits, time.Time{}, false
}

// oneSlip tells whether two strings of digits differ by one digit changed, added
// or left out, or by two neighbours exchanged.
func oneSlip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	switch {
	case len(b)-len(a) > 1:
		return false
	case len(b) > len(a):
		return a[i:] == b[i+1:]
	case i == len(a):
		return true
	case a[i+1:] == b[i+1:]:
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}
