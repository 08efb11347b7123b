package inputs

import (
	"strings"
	"testing"
)

func TestDifferences(t *testing.T) {
	known, err := ReadInfo(strings.NewReader("datestart,temp,ra,dec\n2015:355:17:05:45.600,-15.40,227.136341,16.976002\n"), "known")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ csv, want string }{
		"other columns, fewer digits": {"DEC,T_CCD,RA,DATE\n16.976,-15.4,227.136,2015:355:17:05:45.6\n", ""},
		"another temperature":         {"datestart,temp,ra,dec\n2015:355:17:05:45.600,-13.6,227.136,16.976\n", "the temperature is -13.6 in info.csv, and -15.4 here"},
		"another time":                {"datestart,temp,ra,dec\n2015:355:17:05:46.600,-15.4,227.136,16.976\n", "the time is 2015:355:17:05:46.600 in info.csv, and 2015:355:17:05:45.600 here"},
		"no attitude":                 {"datestart,temp\n2015:355:17:05:45.6,-15.4\n", "info.csv has no RA, which is 227.136341; info.csv has no Dec, which is 16.976002"},
	} {
		file, err := ReadInfo(strings.NewReader(c.csv), "info.csv")
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(file.Differences(&known, "info.csv"), "; "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		// What is not known contradicts nothing.
		if got := file.Differences(&Info{}, "info.csv"); got != nil {
			t.Errorf("%s: %q", name, got)
		}
	}
}
