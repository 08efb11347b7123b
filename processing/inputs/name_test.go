package inputs

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestParseVC2Name(t *testing.T) {
	for name, want := range map[string]VC2Name{
		// The one real name that is public (inputs-and-pages.md, section D).
		"2016_125_VC2_Replica2_SFDU_31088":        {2016, 125, 2, 31088, false},
		"2015_355_VC2_Replica1_SFDU_31087.gz":     {2015, 355, 1, 31087, true},
		"2016_366_VC2_Replica5_SFDU_00007":        {2016, 366, 5, 7, false},
		"2024_001_VC2_Replica10_SFDU_1000000.gz":  {2024, 1, 10, 1000000, true},
		"1999_223_VC2_Replica3_SFDU_999999999.gz": {1999, 223, 3, 999999999, true},
	} {
		got, err := ParseVC2Name(name)
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v; want %+v", name, got, err, want)
		}
		if got.String() != name {
			t.Errorf("%s comes back as %s", name, got)
		}
	}
}

func TestParseVC2NameRefuses(t *testing.T) {
	for _, name := range []string{
		"", "info.csv",
		"2015_355_VC2_Replica0_SFDU_31087.gz",
		"2015_355_VC2_Replica01_SFDU_31087.gz",
		"2015_355_VC2_Replica100_SFDU_31087.gz",
		"2015_000_VC2_Replica1_SFDU_31087.gz",
		"2015_366_VC2_Replica1_SFDU_31087.gz", // 2015 has 365 days
		"2015_355_VC2_Replica1_SFDU_3108.gz",
		"2015_355_VC2_Replica1_SFDU_031087.gz", // would come back as 31087
		"2015_355_VC2_Replica1_SFDU_31087.gz.part",
		"2015_355_VC2_Replica1_SFDU_31087.GZ",
		"2015_355_VC2_Replica1_SFDU_31087.gz\n",
		"2015_355_VC2_Replica1_SFDU_31087\n.gz",
		"../2015_355_VC2_Replica1_SFDU_31087.gz",
		"2015_355_VC2_Replica1_SFDU_٣١٠٨٧.gz", // digits, but not ASCII ones
		"x2015_355_VC2_Replica1_SFDU_31087.gz",
	} {
		if got, err := ParseVC2Name(name); err == nil {
			t.Errorf("%q was read as %+v", name, got)
		}
	}
}

func FuzzParseVC2Name(f *testing.F) {
	for _, s := range []string{
		"2016_125_VC2_Replica2_SFDU_31088", "2015_355_VC2_Replica1_SFDU_31087.gz",
		"2015_366_VC2_Replica1_SFDU_31087.gz", "../../etc/passwd", "2015_355_VC2_Replica1_SFDU_99999\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		got, err := ParseVC2Name(name)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\r\x1b") {
				t.Errorf("the message lets control characters through: %q", err)
			}
			return
		}
		if got.String() != name {
			t.Errorf("%q comes back as %q", name, got)
		}
		if filepath.Base(name) != name {
			t.Errorf("%q is not a base name", name)
		}
		if id := got.ID(); id.Year() != got.Year || id.DayOfYear() != got.DOY {
			t.Errorf("%q: id %s", name, id)
		}
	})
}
