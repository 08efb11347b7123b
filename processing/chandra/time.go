package chandra

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// dateLayout is Chandra's UTC text form, YYYY:DDD:HH:MM:SS.sss.
const dateLayout = "2006:002:15:04:05.000"

// ParseDate reads YYYY:DDD, YYYY:DDD:HH:MM:SS or YYYY:DDD:HH:MM:SS.sss as UTC.
// A date without a time is 00:00 (the rule since Chandra.Time 4.0). A leap
// second (:60) is accepted and is the same instant as the second after it,
// because Go's clock has none.
func ParseDate(s string) (time.Time, error) {
	fail := func() (time.Time, error) {
		return time.Time{}, fmt.Errorf("date %q: want YYYY:DDD:HH:MM:SS.sss in UTC, for example 2015:355:17:05:45.600", s)
	}
	var year, doy, hour, minute, second int
	day, clock, timed := s, "", false
	if len(s) > 8 {
		if s[8] != ':' {
			return fail()
		}
		day, clock, timed = s[:8], s[9:], true
	}
	if len(day) != 8 || day[4] != ':' || !digits(day[:4]+day[5:], &year, &doy, 4) {
		return fail()
	}
	if doy < 1 || doy > daysIn(year) || year < 1 {
		return fail()
	}
	t := time.Date(year, time.January, doy, 0, 0, 0, 0, time.UTC)
	if !timed {
		return t, nil
	}
	whole, fraction, _ := strings.Cut(clock, ".")
	if len(whole) != 8 || whole[2] != ':' || whole[5] != ':' ||
		!digits(whole[:2]+whole[3:5], &hour, &minute, 2) || !digits(whole[6:], &second, nil, 2) {
		return fail()
	}
	if hour > 23 || minute > 59 || second > 60 || (second == 60 && (hour != 23 || minute != 59)) {
		return fail()
	}
	nanos, scale := 0, 100_000_000
	for _, c := range fraction {
		if c < '0' || c > '9' || scale == 0 {
			return fail()
		}
		nanos += int(c-'0') * scale
		scale /= 10
	}
	return t.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute +
		time.Duration(second)*time.Second + time.Duration(nanos)), nil
}

// digits splits s after n digits into two numbers; b may be nil when s has
// just one.
func digits(s string, a, b *int, n int) bool {
	for i, c := range s {
		if c < '0' || c > '9' {
			return false
		}
		to := a
		if i >= n {
			to = b
		}
		*to = *to*10 + int(c-'0')
	}
	return true
}

// FormatDate writes t as YYYY:DDD:HH:MM:SS.sss in UTC, rounded to the
// millisecond.
func FormatDate(t time.Time) string {
	return t.UTC().Round(time.Millisecond).Format(dateLayout)
}

// leapSeconds holds TAI-UTC from each date on (IERS Bulletin C; none since
// 2017, IANA list valid to 2026-12-28).
var leapSeconds = []struct {
	from    time.Time
	seconds int
}{
	{time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC), 37},
	{time.Date(2015, 7, 1, 0, 0, 0, 0, time.UTC), 36},
	{time.Date(2012, 7, 1, 0, 0, 0, 0, time.UTC), 35},
	{time.Date(2009, 1, 1, 0, 0, 0, 0, time.UTC), 34},
	{time.Date(2006, 1, 1, 0, 0, 0, 0, time.UTC), 33},
	{time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC), 32},
}

// TAIMinusUTC is the leap second count at t; 31 before 1999.
func TAIMinusUTC(t time.Time) int {
	for _, l := range leapSeconds {
		if !t.Before(l.from) {
			return l.seconds
		}
	}
	return 31
}

// missionEpoch is the calendar origin of CXC seconds; the second itself is
// TT, so second 0 is 1997:365:23:58:56.816 UTC.
var missionEpoch = time.Date(1998, 1, 1, 0, 0, 0, 0, time.UTC)

// ttMinusTAI is TT - TAI in seconds, by definition.
const ttMinusTAI = 32.184

// Seconds is t as CXC seconds: TT seconds since 1998-01-01T00:00:00 TT.
func Seconds(t time.Time) float64 {
	utc := t.Sub(missionEpoch)
	return float64(utc/time.Second) + float64(utc%time.Second)/1e9 + float64(TAIMinusUTC(t)) + ttMinusTAI
}

// FromSeconds is the instant at CXC seconds, to the microsecond. A leap second
// is the instant after it, because Go's clock has none.
func FromSeconds(seconds float64) time.Time {
	at := func(offset int) time.Time {
		utc := seconds - ttMinusTAI - float64(offset)
		return missionEpoch.Add(time.Duration(math.Round(utc*1e6)) * time.Microsecond)
	}
	for _, l := range leapSeconds {
		switch begin := Seconds(l.from); {
		case seconds >= begin:
			return at(l.seconds)
		case seconds >= begin-1:
			return l.from
		}
	}
	return at(31)
}

// MJDEpoch is 1998-01-01 as a Modified Julian Date, the MJDREF of the
// project's files.
const MJDEpoch = 50814

// ERT is an Earth-received time as the SFDU header holds it: days since
// 1958-01-01 UTC, milliseconds of that day, and what follows them.
type ERT struct {
	Day   uint16
	Milli uint32
	// Micro is the doubtful word after the milliseconds, as sent.
	Micro uint16
}

// Time is the instant in UTC. The last word counts as microseconds only below
// 1000; other JPL missions hold status bits there (telemetry.md, section 2).
func (e ERT) Time() time.Time {
	t := time.Date(1958, 1, 1+int(e.Day), 0, 0, 0, 0, time.UTC).Add(time.Duration(e.Milli) * time.Millisecond)
	if e.Micro < 1000 {
		t = t.Add(time.Duration(e.Micro) * time.Microsecond)
	}
	return t
}

// Earlier is the earlier of two times.
func Earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// Later is the later of two times.
func Later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
