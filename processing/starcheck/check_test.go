package starcheck

import (
	"slices"
	"strings"
	"testing"

	"darksite/internal/shared"
	"darksite/processing/chandra"
)

// list is the beginning of the real list of candidates, with an entry that real
// calibrations point at.
const list = `      eq_ra       eq_dec       gal_l       gal_b       ec_el       ec_eb n9_0  n10_3  n11_5
-----------  -----------  ---------- ----------- ----------- ----------- ----  -----  -----
145.0561589   18.9970035  212.922538   45.533353  141.056596    4.774274   3     31     46
227.1363407   16.9760023   21.0         55.0       219.0102     33.1433    3     29     48

 17.2274845  -43.9664679  292.250272  -72.797593  353.314833  -46.198509   3     29     48
`

func TestReadAttitudes(t *testing.T) {
	got, err := ReadAttitudes([]byte(list), "attitudes.dat")
	if err != nil || !slices.Equal(got, []Attitude{{145.0561589, 18.9970035, 0}, {227.1363407, 16.9760023, 0}, {17.2274845, -43.9664679, 0}}) {
		t.Fatalf("%v, %v", got, err)
	}
	for name, other := range map[string]string{"byte order mark": "\ufeff" + list, "CRLF": strings.ReplaceAll(list, "\n", "\r\n"), "an empty line": list + "\n  \n"} {
		if again, err := ReadAttitudes([]byte(other), "attitudes.dat"); err != nil || !slices.Equal(again, got) {
			t.Errorf("%s: %v, %v", name, again, err)
		}
	}
	for name, c := range map[string]struct{ text, want string }{
		"empty":       {"", "no line with text"},
		"header only": {"eq_ra eq_dec\n--- ---\n", "no attitude in it"},
		"no header":   {"145.0 18.9\n", "line 1: no known column among"},
		"no Dec":      {"eq_ra x\n1 2\n", "no columns eq_ra and eq_dec"},
		"empty cells": {"eq_ra,eq_dec\n1,\n", "line 2"},
		"short":       {"x eq_ra eq_dec\n1 2 3\n1 2\n", "line 3: 2 values"},
		"no number":   {"eq_ra eq_dec\nhere there\n", `line 2: column "eq_ra": "here": want a number`},
		"beyond":      {"eq_ra eq_dec\n12 -91\n", `"-91": want a number from -90 to 90`},
		"many":        {"eq_ra eq_dec\n" + strings.Repeat("1 2\n", maxAttitudes+1), "at most 10000 rows"},
	} {
		if _, err := ReadAttitudes([]byte(c.text), "attitudes.dat"); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "attitudes.dat") {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func FuzzReadAttitudes(f *testing.F) {
	f.Add([]byte(list))
	f.Add([]byte("eq_dec eq_ra\n1 2"))
	f.Fuzz(func(t *testing.T, content []byte) {
		got, err := ReadAttitudes(content, "list")
		if (err == nil) != (len(got) > 0) {
			t.Fatalf("%d attitudes, %v", len(got), err)
		}
		for _, a := range got {
			if !(a.RADeg >= 0 && a.RADeg <= 360 && a.DecDeg >= -90 && a.DecDeg <= 90) {
				t.Fatal(a)
			}
		}
	})
}

func warned(t *testing.T, name string, got []string, want ...string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %q, want %q", name, got, want)
		return
	}
	for i := range want {
		if !strings.Contains(got[i], want[i]) {
			t.Errorf("%s: %q, want %q", name, got[i], want[i])
		}
	}
}

func TestChecks(t *testing.T) {
	candidates, err := ReadAttitudes([]byte(list), "list")
	if err != nil {
		t.Fatal(err)
	}
	good := func() Calibration { return calibrationOf(t, realPage(t, "DEC1115A"), "") }
	c := good()
	warned(t, "as planned", c.Check(Against{Candidates: candidates, Temperatures: []Temperature{{-14.5, "2015:090"}, {-16.3, "info.csv"}}}))
	warned(t, "temperatures", c.Check(Against{Temperatures: []Temperature{{-13.7, "2015:090"}, {-19, "info.csv"}}}),
		"predicted, -15.4 C, and that of 2015:090, -13.70 C, differ by 1.7 C", "that of info.csv, -19.00 C, differ by 3.6 C")
	warned(t, "no candidate", c.Check(Against{Candidates: candidates[:1]}), "none of the 1 candidates for calibrations: the closest is 77.3 degrees away")

	moved := good()
	moved.Centre.Attitude.DecDeg += 1.5 / 3600
	warned(t, "1.5 arcsec off", moved.Check(Against{Candidates: candidates}), "the closest is 1.5 arcsec away")
	moved.Centre.Attitude.DecDeg += 0.9 / 3600
	if got := moved.Check(Against{}); len(got) != 5 || !strings.Contains(got[0], "replica 1 lies 2.4 arcsec from the centre, not 0 within 2") {
		t.Errorf("2.4 arcsec off: %q", got)
	}

	swapped := good()
	swapped.Replicas[1].Attitude, swapped.Replicas[3].Attitude = swapped.Replicas[3].Attitude, swapped.Replicas[1].Attitude
	swapped.Replicas[1].Quaternion, swapped.Replicas[3].Quaternion = swapped.Replicas[3].Quaternion, swapped.Replicas[1].Quaternion
	warned(t, "two swapped", swapped.Check(Against{}), "replica 2 lies 120 arcsec from the centre as usual, but in another direction", "replica 4")

	damaged := good()
	damaged.Replicas[2].Quaternion[0] += 0.001
	warned(t, "quaternion", damaged.Check(Against{}), "replica 3: its quaternion points")

	// In the ecliptic 40 degrees from the Sun.
	bright := Calibration{ID: "2015355", Centre: Centre{Attitude: Attitude{226, -17, 0}}}
	warned(t, "bright", bright.Check(Against{}), "above the usual limit of 250: it adds")
	// No temperature was predicted: none is compared.
	warned(t, "none predicted", Calibration{ID: "2015355", Centre: Centre{Attitude: c.Centre.Attitude}}.Check(Against{Temperatures: []Temperature{{-1, "x"}}}))
}

// 2005:070 went ten times as far from its centre: attitudes of its replicas as
// starcheck has them for load MAR0705B (sot/starcheck, test_regress/test/2005).
func TestLargeCircle(t *testing.T) {
	c := Calibration{ID: "2005070", Centre: Centre{Attitude: Attitude{182.521459, 7.492821, 107.910000}}}
	for i, a := range []Attitude{
		{182.521459, 7.492821, 107.940516}, {182.765766, 7.263890, 106.607350}, {182.293629, 7.247752, 107.339450},
		{182.265326, 7.708818, 109.626390}, {182.741727, 7.744705, 109.067962},
	} {
		c.Replicas = append(c.Replicas, Replica{Number: i + 1, Attitude: a})
	}
	const says = "lies 1200 arcsec from the centre, ten times the usual 120"
	warned(t, "2005:070", c.Check(Against{}), "replica 2 "+says, "replica 3 "+says, "replica 4 "+says, "replica 5 "+says)
}

// The published background of this attitude is 194.16 (zodi_golden_vectors.csv),
// within the limit; the brightest of the data is 2005:191 with 432.
func TestBackgroundOfRealAttitudes(t *testing.T) {
	over := 0
	for _, row := range shared.Table(t, "zodi_golden_vectors.csv") {
		day := strings.ReplaceAll(row["day"], ":", "")
		if len(day) != 7 {
			continue
		}
		c := Calibration{ID: chandra.ID(day), Centre: Centre{Attitude: Attitude{shared.Number(t, row["ra"]), shared.Number(t, row["dec"]), 0}}}
		warns := len(c.Check(Against{})) > 0
		if warns != (shared.Number(t, row["zodi_calc"]) > 250) {
			t.Errorf("%s: %q", row["day"], c.Check(Against{}))
		}
		over++
	}
	if over < 18 {
		t.Errorf("%d attitudes", over)
	}
}
