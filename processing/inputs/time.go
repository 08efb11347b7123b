package inputs

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"darksite/processing/chandra"
)

// launch of Chandra on STS-93, to the day.
var launch = time.Date(1999, time.July, 23, 0, 0, 0, 0, time.UTC)

// ParseTime reads a time in Chandra's form, in the ISO form as UTC, or as CXC
// seconds.
func ParseTime(s string) (time.Time, error) {
	var warnings []string // of single cells: a table has the same in every row
	return parseTime(s, &warnings)
}

// parseTime reads a time in Chandra's form, in the ISO form as UTC, or as CXC
// seconds. Forms that other programs take for something else are a warning.
func parseTime(s string, warnings *[]string) (time.Time, error) {
	t, err := chandra.ParseDate(s)
	if err != nil {
		if iso, ok := parseISO(s); ok {
			t = iso
			*warnings = append(*warnings, fmt.Sprintf("time %q is read as UTC; older Chandra tools read this form as TT", s))
		} else if cxc, ok := parseSeconds(s); ok {
			t = cxc
			*warnings = append(*warnings, fmt.Sprintf("time %q is read as CXC seconds, %s", s, chandra.FormatDate(t)))
		} else {
			return t, err
		}
	}
	if t.Before(launch) {
		return t, fmt.Errorf("%q is before Chandra's launch: correct it", s)
	}
	return t, nil
}

// parseSeconds reads CXC seconds from launch to 2100. That leaves out years,
// days and Julian dates, which are smaller.
func parseSeconds(s string) (time.Time, bool) {
	v, err := strconv.ParseFloat(s, 64)
	end := time.Date(2100, time.January, 1, 0, 0, 0, 0, time.UTC)
	if err != nil || strings.Trim(s, ".0123456789") != "" || !(v >= chandra.Seconds(launch) && v < chandra.Seconds(end)) {
		return time.Time{}, false
	}
	return chandra.FromSeconds(v), true
}

// parseISO reads YYYY-MM-DD, with or without Thh:mm:ss[.s] and Z.
func parseISO(s string) (time.Time, bool) {
	s = strings.TrimSuffix(s, "Z")
	if len(s) < len(time.DateOnly) {
		return time.Time{}, false
	}
	day, clock := s[:len(time.DateOnly)], s[len(time.DateOnly):]
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return time.Time{}, false
	}
	date := fmt.Sprintf("%04d:%03d", t.Year(), t.YearDay())
	if clock != "" {
		if clock[0] != 'T' && clock[0] != ' ' {
			return time.Time{}, false
		}
		date += ":" + clock[1:]
	}
	t, err = chandra.ParseDate(date)
	return t, err == nil
}
