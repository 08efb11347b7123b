package chandra

import (
	"errors"
	"strings"
	"testing"
)

// Cases.md, 29: ids as people write them.
func TestCase29DaysAsWritten(t *testing.T) {
	for _, s := range []string{
		"2015355", "2015-12-21", "2015:355", "2015_355", "2015/355", "2015-355", "2015 355", "2015.355", "20151221", "2015/12/21",
		"2015_12_21", "21 Dec 2015", "2015 Dec 21", "21-Dec-2015", "21dec2015", "Dec 21 2015", "December 21, 2015", "21st December 2015", " 2015  dec\t21 ",
		"2015:355:17:05:45.600", "2015:355:17:05", "2015-12-21T17:05:45Z", "2015-12-21 17:05:45.600", "2015355/", "data/2015355/", "./data/2015_355",
		"/srv/archive/aca_dark/2015355", "content/notes/2015355.md", "published/2015355.json", "content/signoff/2015355.toml",
	} {
		w, err := ParseWritten(s)
		if err != nil || w != (Written{Day: "2015355"}) {
			t.Errorf("%q is %+v, %v, want 2015355", s, w, err)
		}
	}
	for s, want := range map[string]ID{"2016-02-29": "2016060", "2000:001": "2000001", "1 Sept 2009": "2009244", "2020-12-31": "2020366", "2016 Mar 1": "2016061"} {
		if w, err := ParseWritten(s); err != nil || w.Day != want {
			t.Errorf("%q is %+v, %v, want %s", s, w, err, want)
		}
	}
}

func TestCase29MonthsAsWritten(t *testing.T) {
	known := []ID{"2009279", "2010288", "2010301", "2015355"}
	reports := map[ID]string{"2009279": "2009_OCT", "2010288": "2010_oct", "2010301": "2010_oct_2"}
	report := func(id ID) string { return reports[id] }
	for s, want := range map[string]ID{
		"2015_dec": "2015355", "2015_DEC": "2015355", "Dec 2015": "2015355", "2015 December": "2015355", "2015-12": "2015355", "2015dec": "2015355",
		"dark_cal/2015_dec/": "2015355", "https://example.org/ASPECT/dark_cal/2015_dec/index.html": "2015355",
		"2010_oct_2": "2010301", "2010_OCT_2": "2010301", "dark_cal/2010_oct_2/index.html": "2010301", "2009_oct": "2009279",
		// Underscores may also join a day, where no report has the address.
		"2010_oct_15": "2010288", "2015_dec_21": "2015355",
	} {
		w, err := ParseWritten(s)
		if err != nil {
			t.Errorf("%q: %v", s, err)
			continue
		}
		if id, err := w.Resolve(known, report); err != nil || id != want {
			t.Errorf("%q is %q, %v, want %s", s, id, err, want)
		}
	}
	for s, want := range map[string]string{
		"2010_oct": "more than one calibration may be meant by 2010_oct: 2010288 (2010_oct), 2010301 (2010_oct_2)",
		"Oct 2010": "2010288 (2010_oct), 2010301 (2010_oct_2)",
		"2011_oct": "no calibration of 2011_oct is known", "2010_oct_7": "no report has the address 2010_oct_7", "2015_dec_77": "no report has the address 2015_dec_77",
	} {
		w, err := ParseWritten(s)
		if err != nil {
			t.Errorf("%q: %v", s, err)
			continue
		}
		id, err := w.Resolve(known, report)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is %q, %v, want an error with %q", s, id, err, want)
		}
		if strings.HasPrefix(want, "more than one") != errors.Is(err, ErrAmbiguous) && !strings.Contains(s, " ") {
			t.Errorf("%q: %v is ErrAmbiguous: %v", s, err, errors.Is(err, ErrAmbiguous))
		}
	}
}

func TestCase29ImpossibleDays(t *testing.T) {
	for _, s := range []string{
		"", "2015", "2015366", "2015-02-29", "2015-13-01", "2015-13", "2015:55", "2015-1-5", "2015-12_21", "02/01/2015", "21/13/2015", "31/02/2015", "12/21-2015", "12/21/15", "2015/13/45", "21.12.15", "15-12-21", "32 Dec 2015",
		"2015_foo", "foo 2015", "2015-12-21 25:00:00", "2015_dec_", "2015_dec_02_3", "3015001", "２０１５３５５", "data", "/", "data/x", strings.Repeat("2015355", 10), "2015355\x00", "21 Dec 2015 21",
	} {
		if w, err := ParseWritten(s); err == nil {
			t.Errorf("%q is %+v, want an error", s, w)
		}
	}
}

func TestDatesWithSlashesAreUnderstoodOrRefusedAsAWhole(t *testing.T) {
	for _, s := range []string{"12/21/2015", "21/12/2015", "21.12.2015", "12-21-2015", "12/21/2015 17:05"} {
		if w, err := ParseWritten(s); err != nil || w.Day != "2015355" {
			t.Errorf("%q is %+v, %v", s, w, err)
		}
	}
	if w, err := ParseWritten("5/5/2016"); err != nil || w.Day != "2016126" {
		t.Errorf("5/5/2016 is %+v, %v", w, err)
	}
	for s, want := range map[string]string{
		"02/01/2015": "may be 2015-02-01 or 2015-01-02: write the one that is meant",
		"21/13/2015": "there is no such day",
		"12/21/15":   "the year first and in four digits",
		"2015/13/45": "there is no such day",
	} {
		if _, err := ParseWritten(s); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), `"`+s+`"`) {
			t.Errorf("%q: %v, want %q", s, err, want)
		}
	}
}

func TestNearest(t *testing.T) {
	known := []ID{"2009279", "2015355", "2016125", "2016200"}
	for name, want := range map[string]struct {
		id     ID
		likely bool
	}{
		"2016126": {"2016125", true}, "2051355": {"2015355", true}, "2015366": {"2015355", false}, "201612": {"2016125", true},
		"20161255": {"2016125", true}, "2016128": {"2016125", true}, "2016129": {"2016125", true}, "2016150": {"2016125", false}, "2016_jul": {"2016200", true},
		"2015_325": {"2015355", true}, "2010-02-30": {"2009279", false}, "2016_may_2": {"2016125", true}, "latest": {"", false}, "": {"", false},
	} {
		if id, likely := Nearest(name, known); id != want.id || likely != want.likely {
			t.Errorf("nearest to %q is %q, %v, want %q, %v", name, id, likely, want.id, want.likely)
		}
	}
	if id, _ := Nearest("2016126", nil); id != "" {
		t.Errorf("of no calibrations %q is the nearest", id)
	}
}

func FuzzWritten(f *testing.F) {
	for _, s := range []string{"2015355", "21 Dec 2015", "2010_oct_2", "data/2015355/", "2015:355:17:05:45.600", "2015_12_21", "1000_jan_1", "2_a"} {
		f.Add(s)
	}
	known := []ID{"2010288", "2010301", "2015355"}
	f.Fuzz(func(t *testing.T, s string) {
		Nearest(s, known)
		w, err := ParseWritten(s)
		if err != nil {
			return
		}
		id, err := w.Resolve(known, func(ID) string { return "" })
		if err != nil {
			return
		}
		if _, err := ParseID(string(id)); err != nil {
			t.Errorf("%q is %q: %v", s, id, err)
		}
	})
}
