package chandra

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

func TestID(t *testing.T) {
	id, err := ParseID("2015355")
	if err != nil {
		t.Fatal(err)
	}
	if id.Colon() != "2015:355" || id.Month() != "2015_dec" || !id.Date().Equal(time.Date(2015, 12, 21, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("%s: %s %s %v", id, id.Colon(), id.Month(), id.Date())
	}
	if got := IDOf(time.Date(2020, 12, 31, 23, 59, 59, 999, time.UTC)); got != "2020366" {
		t.Errorf("the last day of 2020 is %s, want 2020366", got)
	}
	if got := IDOf(time.Date(2021, 1, 1, 1, 0, 0, 0, time.FixedZone("", 7200))); got != "2020366" {
		t.Errorf("an id is of the UTC day: %s, want 2020366", got)
	}
}

func TestImpossibleIDs(t *testing.T) {
	for _, s := range []string{"", "2015", "2015000", "2015366", "3015001", "2015-355", "20153550", "2015355\n", "../2015355", "２０１５３５５"} {
		if id, err := ParseID(s); err == nil {
			t.Errorf("ParseID(%q) = %q, want an error", s, id)
		}
	}
	if _, err := ParseID("2020366"); err != nil {
		t.Errorf("day 366 of a leap year: %v", err)
	}
}

// inputs-and-pages.md, section F: kadi's own examples.
func TestCXCSeconds(t *testing.T) {
	for date, want := range map[string]float64{
		"1997:365:23:58:56.816": 0,
		"1999:229:20:17:50.616": 51308334.8,
		"2015:355:17:05:45.600": 567104813.784,
		"2007:006:01:56:46.817": 284435872.001,
		"2020:169:03:04:33.025": 708750342.209,
		"2020:169:03:10:01.025": 708750670.209,
	} {
		when, err := ParseDate(date)
		if err != nil {
			t.Fatal(err)
		}
		if got := Seconds(when); math.Abs(got-want) > 1e-6 {
			t.Errorf("%s is %.6f CXC seconds, want %.6f", date, got, want)
		}
		if got := FormatDate(when); got != date {
			t.Errorf("%s comes back as %s", date, got)
		}
		if got := FromSeconds(want); got.Sub(when).Abs() > time.Microsecond {
			t.Errorf("%.6f CXC seconds are %v, want %s", want, got, date)
		}
	}
}

// Every instant comes back, to the microsecond, but for leap seconds, which are
// the instant after them.
func TestFromSeconds(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	for range 20000 {
		when := time.Date(1998, 1, 1, 0, 0, rng.IntN(30*365*86400), 1000*rng.IntN(1e6), time.UTC)
		if got := FromSeconds(Seconds(when)); got.Sub(when).Abs() > time.Microsecond {
			t.Fatalf("%v comes back as %v", when, got)
		}
	}
	for _, l := range leapSeconds {
		begin := Seconds(l.from)
		for _, c := range []struct {
			seconds float64
			want    time.Time
		}{
			{begin, l.from}, {begin + 0.25, l.from.Add(250 * time.Millisecond)},
			{begin - 0.5, l.from}, {begin - 1, l.from}, {begin - 1.25, l.from.Add(-250 * time.Millisecond)},
		} {
			if got := FromSeconds(c.seconds); got.Sub(c.want).Abs() > time.Microsecond {
				t.Errorf("%v CXC seconds are %v, want %v", c.seconds, got, c.want)
			}
		}
	}
}

func TestLeapSecondsStepOnTheirDay(t *testing.T) {
	for _, c := range []struct {
		date string
		want int
	}{
		{"1998:365:23:59:59.999", 31}, {"1999:001", 32}, {"2005:365", 32}, {"2006:001", 33}, {"2009:001", 34},
		{"2012:182", 34}, {"2012:183", 35}, {"2015:182", 36}, {"2016:366", 36}, {"2017:001", 37}, {"2026:001", 37},
	} {
		when, err := ParseDate(c.date)
		if err != nil {
			t.Fatal(err)
		}
		if got := TAIMinusUTC(when); got != c.want {
			t.Errorf("TAI-UTC on %s is %d, want %d", c.date, got, c.want)
		}
	}
}

func TestParseDate(t *testing.T) {
	for s, want := range map[string]string{
		"2015:355":              "2015:355:00:00:00.000",
		"2015:355:17:05:45":     "2015:355:17:05:45.000",
		"2015:355:17:05:45.6":   "2015:355:17:05:45.600",
		"2016:366:23:59:60":     "2017:001:00:00:00.000", // a leap second
		"2016:366:23:59:59.999": "2016:366:23:59:59.999",
	} {
		when, err := ParseDate(s)
		if err != nil {
			t.Errorf("%s: %v", s, err)
		} else if got := FormatDate(when); got != want {
			t.Errorf("%s is %s, want %s", s, got, want)
		}
	}
	for _, s := range []string{
		"", "2015", "2015:366", "2015:000", "2015:1", "2015:35a", "2015:355:", "2015:355:24:00:00", "2015:355:12:60:00",
		"2015:355:12:00:60", "2015:355:12:00:00.0123456789", "2015:355:12:00", "2015:355 12:00:00", "2015-355:12:00:00", "0000:001",
	} {
		if when, err := ParseDate(s); err == nil {
			t.Errorf("ParseDate(%q) = %v, want an error", s, when)
		} else if !strings.Contains(err.Error(), "YYYY:DDD") {
			t.Errorf("ParseDate(%q): %v does not say what is wanted", s, err)
		}
	}
}

func FuzzParseDate(f *testing.F) {
	f.Add("2015:355:17:05:45.600")
	f.Add("2016:366:23:59:60")
	f.Add("2015:355")
	f.Fuzz(func(t *testing.T, s string) {
		when, err := ParseDate(s)
		if err != nil {
			return
		}
		again, err := ParseDate(FormatDate(when))
		if err != nil || again.Sub(when).Abs() > time.Millisecond/2 {
			t.Errorf("%q is %v, and its text %v", s, when, again)
		}
	})
}

func TestERT(t *testing.T) {
	// Day 14610 is 1998-01-01 (telemetry.md, section 2).
	if got := (ERT{Day: 14610}).Time(); !got.Equal(missionEpoch) {
		t.Errorf("day 14610 is %v, want %v", got, missionEpoch)
	}
	if got := (ERT{Day: 14610, Milli: 1500, Micro: 250}).Time().Sub(missionEpoch); got != 1500250*time.Microsecond {
		t.Errorf("1500 ms and 250 us are %v", got)
	}
	if got := (ERT{Day: 14610, Micro: 1000}).Time(); !got.Equal(missionEpoch) {
		t.Errorf("a last word of 1000 is no microseconds, got %v", got)
	}
}
