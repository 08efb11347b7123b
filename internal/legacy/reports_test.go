package legacy

import (
	"fmt"
	"testing"
)

func TestReportLinks(t *testing.T) {
	page := `<ul><li><a href="2009_OCT/">x</a><LI><A HREF="2009_oct/index.html">y</a><li><a href=dark_cal/2000_nov/report.html>z</a>
<a href="other/2001_jan/">no</a><a href="https://example.org/x/dark_cal/2002_dec/">w</a></ul><table><tr><td><a href=" 2010_oct_2 ">v</a></table>`
	got, err := ReportLinks([]byte(page))
	if err != nil || fmt.Sprint(got) != "[2000_nov 2002_dec 2009_OCT 2010_oct_2]" {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := ReportLinks([]byte("\xff\xfex")); err == nil {
		t.Error("UTF-16 was read")
	}
}

func TestStrangers(t *testing.T) {
	records := []Record{{Name: "2009_oct"}}
	got := fmt.Sprint(Strangers(records, []string{"2009_oct", "2009_oct.json", "MANIFEST", ".staging", "2010_october", "2010-11", "oct2011.json", "readme.txt", "2012_jan"}))
	if want := "[{2010_october 2010_oct} {2010-11 2010_nov} {oct2011.json 2011_oct} {readme.txt } {2012_jan 2012_jan}]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
