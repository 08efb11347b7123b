package synth

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"darksite/processing/chandra"
)

func TestReadSeries(t *testing.T) {
	start := Tiny()
	start.Seed, start.TCCD = 9, -14
	got, warnings, err := ReadSeries(strings.NewReader(`# a CCD over the years
id,temp,ra,dec,damage
2015355,,,,
2016125,-13.4,152.376,46.886,star left in
2016200,,,,
2018100,-11.2,227.136,16.976,rows -400 to -371 of replica 3 lost; drop 4 frames
`), "series.csv", start)
	if err != nil || len(warnings) != 0 {
		t.Fatalf("%v, warnings %q", err, warnings)
	}
	want := []struct {
		id       chandra.ID
		temp, ra float64
		light    float64 // units of the table of package zodi
		damage   string
	}{
		{"2015355", -14, start.RA, start.Zodi / 0.0108, ""},
		{"2016125", -13.4, 152.376, 127, "star left in"},
		{"2016200", -13.4, 152.376, 0, ""},
		{"2018100", -11.2, 227.136, 122, "rows -400 to -371 of replica 3 lost; drop 4 frames"},
	}
	if len(got) != len(want) {
		t.Fatalf("%d sessions, want %d", len(got), len(want))
	}
	for i, w := range want {
		g := got[i]
		if g.ID != w.id || g.Options.Seed != 9 || g.Options.RowsPerQuadrant != start.RowsPerQuadrant || g.Options.TCCD != w.temp || g.Options.RA != w.ra || g.Damage.String() != w.damage {
			t.Errorf("session %d is %+v, want %+v", i, g, w)
		}
		if units := g.Options.Zodi / 0.0108; w.light != 0 && (units < w.light-1 || units > w.light+1) {
			t.Errorf("%s: zodiacal light of %.1f units, want %.0f", g.ID, units, w.light)
		}
	}
	if got[1].Options.Zodi == got[2].Options.Zodi {
		t.Error("the zodiacal light of a field does not follow the day")
	}
}

func TestReadSeriesRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                                       "no line with text",
		"id\n":                                   "no calibration in it",
		"temp\n-13\n":                            "no column of ids",
		"id,ra\n2016125,1\n":                     "RA and Dec go together",
		"id,ra,dec\n2016125,1,\n":                "series.csv: line 2: RA and Dec go together",
		"id\n2016125\n2015355\n":                 `series.csv: line 3: column "id": not after 2016125`,
		"id\n2016125\n2016125\n":                 "not after 2016125",
		"id,temp_source\n2016125,\"a,b\"\n":      `column "temp_source"`,
		"id\n2016400\n":                          `series.csv: line 2: column "id"`,
		"id,temp\n2016125,-300\n":                `column "temp": "-300": want a number from -40 to 30`,
		"id,damage\n2016125,rows of corn lost\n": "series.csv: line 2: damage",
		strings.Repeat("#", maxSeriesBytes+1):    "more than 1048576 bytes",
	} {
		_, _, err := ReadSeries(strings.NewReader(text), "series.csv", Tiny())
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, want %q", text, err, want)
		}
	}
}

func FuzzReadSeries(f *testing.F) {
	f.Add("id,temp,ra,dec,damage\n2015355,-13.6,227.136,16.976,star left in\n2016125,,,,\n")
	f.Add("date\tt_ccd (K)\n2016125\t260\n")
	f.Fuzz(func(t *testing.T, text string) {
		sessions, _, err := ReadSeries(strings.NewReader(text), "fuzz.csv", Tiny())
		if err != nil {
			if len(sessions) > 0 {
				t.Errorf("%d sessions and %v", len(sessions), err)
			}
			return
		}
		for i, s := range sessions {
			if _, err := s.Options.complete(s.ID); err != nil {
				t.Errorf("%s cannot be simulated: %v", s.ID, err)
			}
			if i > 0 && s.ID <= sessions[i-1].ID {
				t.Errorf("%s after %s", s.ID, sessions[i-1].ID)
			}
		}
		again, _, err := ReadSeries(strings.NewReader(text), "fuzz.csv", Tiny())
		if diff := cmp.Diff(sessions, again); err != nil || diff != "" {
			t.Errorf("%v %s", err, diff)
		}
	})
}
