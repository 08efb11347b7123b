package chart

import (
	"encoding/xml"
	"math"
	"strings"
	"testing"
)

type sparkOf struct {
	Label string `xml:"aria-label,attr"`
	Paths []struct {
		Class string `xml:"class,attr"`
		D     string `xml:"d,attr"`
	} `xml:"g>path"`
}

func TestSpark(t *testing.T) {
	v := func(x float64) *float64 { return &x }
	for _, c := range []struct {
		name   string
		values []*float64
		label  string
		line   [][][2]int // tenths of px
		point  [2]int
	}{
		{"rises", []*float64{v(100), v(150), v(200)}, "N > 100 of 3 calibrations: 100 to 200, last 200 pixels", [][][2]int{{{40, 240}, {800, 140}, {1560, 40}}}, [2]int{1560, 40}},
		{"gap", []*float64{v(0), v(1), nil, v(1), v(4)}, "N > 100 of 5 calibrations: 0 to 4, last 4 pixels, 1 not known", [][][2]int{{{40, 240}, {420, 190}}, {{1180, 190}, {1560, 40}}}, [2]int{1560, 40}},
		{"ends early", []*float64{v(-2), v(-1), nil}, "N > 100 of 3 calibrations: −2 to −1, last known −1 pixels, 1 not known", [][][2]int{{{40, 240}, {800, 40}}}, [2]int{800, 40}},
		{"flat", []*float64{v(7), v(7)}, "N > 100 of 2 calibrations, last 7 pixels", [][][2]int{{{40, 140}, {1560, 140}}}, [2]int{1560, 140}},
		{"one", []*float64{v(7)}, "N > 100 of 1 calibration, last 7 pixels", nil, [2]int{800, 140}},
	} {
		html, err := Spark(c.values, SparkOptions{Name: "N > 100", Unit: "pixels"})
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		var s sparkOf
		if err := xml.Unmarshal([]byte(html), &s); err != nil {
			t.Fatal(err)
		}
		if s.Label != c.label {
			t.Errorf("%s: label %q, want %q", c.name, s.Label, c.label)
		}
		var line [][][2]int
		for _, p := range s.Paths {
			corners := cornersOf(t, p.D)
			if p.Class == accent.class() {
				if len(corners) != 1 || corners[0][0] != c.point {
					t.Errorf("%s: the last point is at %v, want %v", c.name, corners, c.point)
				}
				continue
			}
			line = append(line, corners...)
		}
		if len(line) != len(c.line) {
			t.Fatalf("%s: lines %v, want %v", c.name, line, c.line)
		}
		for i := range line {
			for k := range line[i] {
				if line[i][k] != c.line[i][k] {
					t.Errorf("%s: lines %v, want %v", c.name, line, c.line)
				}
			}
		}
	}
	if html, err := Spark([]*float64{nil, nil}, SparkOptions{Name: "N"}); err != nil || html != "" {
		t.Errorf("nothing known: %q, %v", html, err)
	}
	if _, err := Spark([]*float64{v(math.NaN())}, SparkOptions{Name: "N"}); err == nil {
		t.Error("a NaN is no number")
	}
	if _, err := Spark(nil, SparkOptions{}); err == nil {
		t.Error("a sparkline without a name")
	}
}

func TestSparkIsHarmless(t *testing.T) {
	v := 1.0
	for _, name := range hostileNames {
		html, err := Spark([]*float64{&v, &v}, SparkOptions{Name: "x" + name, Unit: name})
		if err != nil {
			t.Fatal(err)
		}
		if got := shape(t, string(html)); strings.Count(got, "\n") != strings.Count(shape(t, mustSpark(t)), "\n") || strings.Contains(string(html), "style") {
			t.Errorf("%q gives %s", name, got)
		}
	}
}

func mustSpark(t *testing.T) string {
	t.Helper()
	v := 1.0
	html, err := Spark([]*float64{&v, &v}, SparkOptions{Name: "x"})
	if err != nil {
		t.Fatal(err)
	}
	return string(html)
}
