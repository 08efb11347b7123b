package temperature

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"darksite/processing/chandra"
)

var start = time.Date(2015, 12, 21, 17, 36, 47, 0, time.UTC)

// two replicas, 43 minutes apart.
var two = []Window{
	{Number: 1, Start: start, Stop: start.Add(590 * time.Second)},
	{Number: 2, Start: start.Add(43 * time.Minute), Stop: start.Add(43*time.Minute + 590*time.Second)},
}

// samples is a table with a sample every so many seconds, of the seconds since the
// first replica's start.
func samples(head string, from, to, step int, value func(s int) string) string {
	var b strings.Builder
	b.WriteString(head + "\n")
	for s := from; s <= to; s += step {
		fmt.Fprintf(&b, "%.3f,%s\n", chandra.Seconds(start.Add(time.Duration(s)*time.Second)), value(s))
	}
	return b.String()
}

func result(t *testing.T, tables ...string) ([]At, string) {
	t.Helper()
	s := NewSearch(two)
	for _, content := range tables {
		if err := s.Add([]byte(content), "x.csv"); err != nil {
			t.Fatal(err)
		}
	}
	all, warnings := s.Result()
	return all, strings.Join(warnings, "\n")
}

func constant(v string) func(int) string { return func(int) string { return v } }

func holds(t *testing.T, name string, got At, celsius float64, source string, taken, left int) {
	t.Helper()
	if got.Celsius == nil || math.Abs(*got.Celsius-celsius) > 1e-9 || got.Source != source || got.Samples != taken || got.LeftOut != left {
		t.Errorf("%s: %+v (%v), want %v of %d samples of %s, %d left out", name, got, got.Celsius, celsius, taken, source, left)
	}
}

// Samples from 600 s before to 600 s after count, both included, and no others.
func TestDownstream2Window(t *testing.T) {
	all, said := result(t, samples("time,hdr3_ccd_temp", -700, 1300, 100, func(s int) string {
		if s < -600 || s > 1190 {
			return "-20"
		}
		return fmt.Sprint(-14 - float64(s)/10000)
	}))
	// -600, -500 to 1100: 18 samples, the middle at 250 s.
	holds(t, "the window", all[0], -14.025, "HDR3", 18, 0)
	if all[1].Celsius != nil || all[1].Samples != 0 || said != "" {
		t.Errorf("replica 2: %+v, %q", all[1], said)
	}
}

func TestDownstream2Samples(t *testing.T) {
	at := []int{-500, -400, -300, 700, 800}
	five := func(head string, n int, values ...string) string {
		var b strings.Builder
		b.WriteString(head + "\n")
		for i, s := range at[:n] {
			v := "-15"
			if i < len(values) {
				v = values[i]
			}
			fmt.Fprintf(&b, "%s,%s\n", chandra.FormatDate(start.Add(time.Duration(s)*time.Second)), v)
		}
		return b.String()
	}
	all, _ := result(t, five("date,temp", 5))
	holds(t, "five", all[0], -15, "telemetry", 5, 0)
	if all, _ = result(t, five("date,temp", 4)); all[0].Celsius != nil {
		t.Errorf("four samples are enough: %+v", all[0])
	}
	// Fill values and cells without a value are left out, and counted.
	for _, bad := range []string{"nan", "--", "", "0.0", "-99", "21.5", "-25.01"} {
		if all, said := result(t, five("date,temp", 5, bad)); all[0].Celsius != nil || all[0].LeftOut != 1 || !strings.Contains(said, "replica 1: 1 of 1 samples are left out") {
			t.Errorf("%q counts: %+v, %q", bad, all[0], said)
		}
	}
	more := five("date,temp", 5, "nan") + chandra.FormatDate(start.Add(900*time.Second)) + ",-16\n"
	all, said := result(t, more)
	holds(t, "one without a value", all[0], -15.2, "telemetry", 5, 1)
	if !strings.Contains(said, "1 of 6 samples are left out, without a value or one that no CCD had") {
		t.Errorf("%q", said)
	}
	// The same samples in two tables count once; others at the same time are said.
	all, said = result(t, five("date,temp", 5), five("time,t_ccd (K)", 5, "258.15", "258.15", "258.15", "258.15", "258.15"))
	holds(t, "overlap", all[0], -15, "telemetry", 5, 0)
	if !strings.Contains(said, "is in kelvin and is converted") || strings.Contains(said, "differ") {
		t.Errorf("%q", said)
	}
	if _, said = result(t, five("date,temp", 5), five("date,temp", 5, "-14")); !strings.Contains(said, "replica 1: at 1 time two values of x.csv differ, by up to 1.00 C (telemetry)") {
		t.Errorf("%q", said)
	}
	if _, said = result(t, five("date,temp", 5, "-12")); !strings.Contains(said, "reach from -15.00 to -12.00 C") {
		t.Errorf("%q", said)
	}
}

// Since the cooler no longer holds -5 C a warmer one is a temperature.
func TestDownstream2WarmYears(t *testing.T) {
	for day, want := range map[time.Time]bool{time.Date(2015, 12, 21, 0, 0, 0, 0, time.UTC): false, time.Date(2024, 1, 2, 0, 0, 0, 0, time.UTC): true} {
		if valid(-3, day) != want || valid(6, day) || !valid(-20, day) {
			t.Errorf("%s", day)
		}
	}
}

// Without enough of the camera's own temperature, a parabola through AACCCDPT gives
// it in the middle of the replica, as mica's archiver did.
func TestDownstream2Coarse(t *testing.T) {
	coarse := samples("time,aacccdpt", -15000, 15000, 200, func(s int) string {
		x := float64(s-295) / 10000
		return fmt.Sprintf("%.9f", -15+0.5*x-0.25*x*x)
	})
	all, said := result(t, coarse)
	if said != "" || all[0].Source != "AACCCDPT" || all[0].Samples != 151 || math.Abs(*all[0].Celsius+15) > 1e-7 {
		t.Errorf("%+v, %v, %q", all[0], all[0].Celsius, said)
	}
	x := float64(43*60) / 10000
	if want := -15 + 0.5*x - 0.25*x*x; math.Abs(*all[1].Celsius-want) > 1e-7 {
		t.Errorf("replica 2: %v, want %v", *all[1].Celsius, want)
	}
	// The camera's own goes before it, replica by replica.
	all, _ = result(t, coarse, samples("time,hdr3", -600, 700, 100, constant("-14.8")))
	holds(t, "replica 1", all[0], -14.8, "HDR3", 14, 0)
	if all[1].Source != "AACCCDPT" {
		t.Errorf("%+v", all[1])
	}
	if all, _ = result(t, samples("time,aacccdpt", 0, 500, 100, constant("-15"))); all[0].Source != "AACCCDPT" || all[0].Samples != 6 {
		t.Errorf("few of the engineering telemetry: %+v", all[0])
	}
}

func TestTablesRefused(t *testing.T) {
	for content, want := range map[string]string{
		"":                                        "no line with text",
		"time,roll\n1,2\n":                        "want a column of times and one of temperatures",
		"ccd_temp\n-15\n":                         "want a column of times",
		"time,ccd_temp (F)\n1,5\n":                `its unit is "F"`,
		"time,ccd_temp\n57377.7,-15\n":            "line 2: column \"time\"",
		"time,ccd_temp\n,-15\n":                   "line 2: column \"time\"",
		"time,temp,vals\n1,2,3\n":                 "both give the ccd_temp",
		"time,ccd_temp\n567106675.184,258\n":      `line 2: column "ccd_temp": "258": want a number from -100 to 100, degrees Celsius`,
		"time,ccd_temp\n2015:355:17:40:00,cold\n": `"cold"`,
	} {
		if err := NewSearch(two).Add([]byte(content), "x.csv"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", content, err, want)
		}
	}
	s := NewSearch(two)
	if err := s.Add([]byte("time,ccd_temp\n2015:001,-15\n2015:002,-15\n"), "x.csv"); err != nil || s.Covers() != "the tables cover 2015:001:00:00:00.000 to 2015:002:00:00:00.000" {
		t.Errorf("%v, %s", err, s.Covers())
	}
}

// FuzzAdd: whatever the table holds, a temperature is one that a CCD had.
func FuzzAdd(f *testing.F) {
	f.Add(samples("time,hdr3_ccd_temp", -600, 700, 100, constant("-14.8")))
	f.Add("date,temp (K)\n2015:355:17:36:47,258\n")
	f.Add("# %ECSV 1.0\n# datatype:\n# - {name: time, unit: s}\n# - {name: ccd_temp, unit: K}\ntime ccd_temp\n567106675.184 259\n")
	f.Fuzz(func(t *testing.T, content string) {
		s := NewSearch(two)
		if s.Add([]byte(content), "x.csv") != nil {
			return
		}
		all, _ := s.Result()
		for _, at := range all {
			if at.Celsius != nil && (!(*at.Celsius >= validFrom && *at.Celsius <= validToSince2019) || at.Samples <= meanAbove) {
				t.Errorf("%v of %d samples", *at.Celsius, at.Samples)
			}
		}
	})
}

// Two tables that say something else of one time are both named, with how far they
// are apart; too far, and neither is taken.
func TestTablesThatDisagreeAreNamed(t *testing.T) {
	find := func(second string, more ...string) (At, string) {
		s := NewSearch(two[:1])
		first := samples("time,hdr3_ccd_temp", 0, 500, 50, constant("-13.5"))
		for i, content := range append([]string{first, samples("time,hdr3_ccd_temp", 0, 500, 100, constant(second))}, more...) {
			if err := s.Add([]byte(content), []string{"a.csv", "b.csv", "c.csv"}[i]); err != nil {
				t.Fatal(err)
			}
		}
		all, warnings := s.Result()
		return all[0], strings.Join(warnings, "\n")
	}
	at, said := find("-13.2")
	holds(t, "near", at, -13.5, chandra.HDR3, 11, 0)
	if want := "replica 1: at 6 times a.csv and b.csv differ, by up to 0.30 C (HDR3); the value of a.csv is taken, which was read first"; said != want {
		t.Errorf("%q, want %q", said, want)
	}
	at, said = find("-8.5")
	if want := "at 6 times a.csv and b.csv differ, by up to 5.00 C (HDR3), so neither is taken"; at.Celsius != nil || !strings.Contains(said, want) {
		t.Errorf("%+v, %q, want %q", at, said, want)
	}
	// Another sensor is taken in their place, and the doubt is still said.
	at, said = find("-8.5", samples("time,ccd_temp", 0, 500, 50, constant("-13.4")))
	holds(t, "another sensor", at, -13.4, chandra.TelemetryTemp, 11, 0)
	if !strings.Contains(said, "a.csv and b.csv differ") {
		t.Errorf("%q", said)
	}
}
