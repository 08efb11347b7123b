package starcheck

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"darksite/processing/chandra"
)

// replaceOnce changes what stands once in a text.
func replaceOnce(t *testing.T, text, old, with string) string {
	t.Helper()
	if n := strings.Count(text, old); n != 1 {
		t.Fatalf("%q stands %d times", old, n)
	}
	return strings.Replace(text, old, with, 1)
}

// without drops the block of an observation.
func without(t *testing.T, text, obsid string) string {
	t.Helper()
	begin := strings.Index(text, "\nOBSID: "+obsid+" ")
	if begin < 0 {
		t.Fatalf("no block of %s", obsid)
	}
	end := begin + strings.Index(text[begin:], "\n=====")
	end += strings.Index(text[end+1:], "\n") + 1
	return text[:begin] + text[end:]
}

func TestBadPages(t *testing.T) {
	text := string(realPage(t, "DEC1115A"))
	cut := func(at string) string { return text[:strings.Index(text, at)] }
	for name, c := range map[string]struct {
		text string
		want string
	}{
		"empty":                       {"", "no observation in it"},
		"another file":                {"target,ra,dec\nDC_T0,1,2\n", "no observation in it"},
		"its summary alone":           {cut("\n====="), "it ends before the first of the 98 observations that it lists is complete: it is cut short"},
		"before the calibration":      {cut("OBSID: 51395"), "the page is cut short, and in what is there (2015:344 to 2015:355) no calibration begins: copy it again"},
		"within the first replica":    {cut("MP_TARGQUAT at 2015:355:17:30:34.357"), "cut short"},
		"without a centre":            {"====================================================\n" + text[strings.Index(text, "OBSID: 51394"):], "DC_T0 (observation 51394) has no observation with a star catalogue before it"},
		"declination of the centre":   {replaceOnce(t, text, "227.136341    16.976002    46.711704", "227.136341    96.976002    46.711704"), `observation 51395: "96.976002": want a number from -90 to 90, degrees`},
		"two angles":                  {replaceOnce(t, text, "227.136341    16.976002    46.711704", "227.136341    16.976002"), "want right ascension, declination and roll"},
		"time of the catalogue":       {replaceOnce(t, text, "MP_STARCAT at 2015:355:17:05:45.600", "MP_STARCAT at 2015:399:17:05:45.600"), "line 2256, observation 51395: date \"2015:399:17:05:45.600\""},
		"centre without angles":       {replaceOnce(t, text, "RA, Dec, Roll (deg):   227.136341    16.976002    46.711704\n", ""), "observation 51395, the centre before DC_T0, has no right ascension"},
		"replica without angles":      {replaceOnce(t, text, "RA, Dec, Roll (deg):   227.136341    16.976002    46.718420\n", ""), "observation 51394 (DC_T0) has no right ascension"},
		"quaternion":                  {replaceOnce(t, text, "0.03259655  -0.41362028", "0.03259655  -4.41362028"), "observation 51394: \"-4.41362028\": want a number from -1 to 1"},
		"infinite":                    {replaceOnce(t, text, "227.136341    16.976002    46.718420", "Inf    16.976002    46.718420"), `"Inf": want a number`},
		"temperature of the centre":   {cut("OBSID: 51395") + strings.Replace(text[strings.Index(text, "OBSID: 51395"):], "Predicted Max CCD temperature: -15.4 C", "Predicted Max CCD temperature: warm", 1), `N100 Warm Pix Frac 0.170": want a temperature and C`},
		"temperature that is damaged": {strings.ReplaceAll(text, "Predicted Max CCD temperature: -15.4 C", "Predicted Max CCD temperature: -154 C"), `"-154": want a number from -40 to 40, degrees Celsius`},
	} {
		p, err := Parse([]byte(c.text), "page.txt")
		if err == nil {
			_, err = p.Calibration("")
		}
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "page.txt") {
			t.Errorf("%s: %v: want %q and the name", name, err, c.want)
		}
	}
	if _, err := Parse(make([]byte, maxPage+1), "page.txt"); err == nil || !strings.Contains(err.Error(), "more than") {
		t.Errorf("%v", err)
	}
}

// What other observations say wrongly does not matter.
func TestDamageElsewhere(t *testing.T) {
	text := string(realPage(t, "DEC1115A"))
	want := calibrationOf(t, []byte(text), "")
	damaged := replaceOnce(t, text, "RA, Dec, Roll (deg):   227.390000    18.320000    46.031506", "RA, Dec, Roll (deg):   927.390000")
	if diff := cmp.Diff(want, calibrationOf(t, []byte(damaged), "")); diff != "" {
		t.Error(diff)
	}
}

func TestOddSequences(t *testing.T) {
	text := string(realPage(t, "DEC1115A"))
	for name, c := range map[string]struct {
		text     string
		replicas int
		centre   int
		warns    string
	}{
		"one not planned":      {without(t, text, "51390"), 4, 51395, "DC_T2, replica 3, is not in the load"},
		"the centre elsewhere": {without(t, text, "51395"), 5, 51396, ""},
		"a block between": {replaceOnce(t, text, "MP_STARCAT at 2015:355:17:05:45.600 (VCDU count = 13854858)\n", ""), 5, 51396,
			"the observation just before DC_T0 has no star catalogue; that of 51396, 2 before it, is taken"},
		"one twice":          {strings.Replace(text, "51388 (DC_T3)", "51388 (DC_T2)", 2), 4, 51395, "DC_T2 stands twice, again as observation 51388: the first is taken"},
		"one two days later": {replaceOnce(t, text, "MP_TARGQUAT at 2015:355:20:22:34.357", "MP_TARGQUAT at 2015:357:20:22:34.357"), 4, 51395, "DC_T4, replica 5, is not in the load"},
		"cut after":          {text[:strings.Index(text, "OBSID: 51384")], 5, 51395, "the page is cut short: it has 77 of its observations"},
	} {
		got := calibrationOf(t, []byte(c.text), "2015355")
		if len(got.Replicas) != c.replicas || got.Centre.Obsid != c.centre {
			t.Errorf("%s: %d replicas about %d", name, len(got.Replicas), got.Centre.Obsid)
		}
		if all := strings.Join(got.Warnings, "; "); !strings.Contains(all, c.warns) {
			t.Errorf("%s: %q, want %q", name, all, c.warns)
		}
		if (got.Plan() == nil) != (c.replicas != 5) {
			t.Errorf("%s: plan %v", name, got.Plan())
		}
	}
}

// Newer pages print the end of a maneuver and more digits of the temperature.
func TestNewerPages(t *testing.T) {
	text := string(realPage(t, "DEC1115A"))
	text = replaceOnce(t, text, "(VCDU count = 13860668)\n  Q1,Q2,Q3,Q4: 0.03259655  -0.41362028  -0.80884236  0.41668905\n  MANVR: Angle=   0.01 deg  Duration= 240 sec  Slew err= 20.3 arcsec",
		"(VCDU count = 13860668)\n  Q1,Q2,Q3,Q4: 0.03259655  -0.41362028  -0.80884236  0.41668905\n  MANVR: Angle=   0.01 deg  Duration= 240 sec  End= 2015:355:17:34:31\n  MANVR: Calculated angle from NMM time =   9.00 deg")
	text = strings.Replace(text, "Predicted Max CCD temperature: -15.4 C \t", "Predicted Max CCD temperature: -15.4 C (-15.412 C)\t", 3)
	c := calibrationOf(t, []byte(text), "")
	if r := c.Replicas[0]; r.Derived || !r.ManeuverEnd.Equal(date(t, "2015:355:17:34:31")) || *c.Centre.PredictedC != -15.4 {
		t.Errorf("%+v", r)
	}
	if r := c.Replicas[1]; !r.Derived {
		t.Errorf("%+v", r)
	}
}

// The planned beginning of 2007:006 is the one that telemetry had, 01:56:46.817,
// from the end of its maneuver at 01:54:30 (inputs-and-pages.md, section B).
func TestBegins(t *testing.T) {
	r := Replica{ManeuverEnd: date(t, "2007:006:01:54:30")}
	if d := r.Begins().Sub(date(t, "2007:006:01:56:46.817")).Seconds(); d < -1 || d > 1 {
		t.Errorf("%v, %.1f s off", r.Begins(), d)
	}
	if got := chandra.FormatDate(r.Ends()); got != "2007:006:02:06:37.000" {
		t.Error(got)
	}
	plan := calibrationOf(t, realPage(t, "DEC1115A"), "").Plan()
	for i, at := range plan {
		// 43 minutes apart, the first at 17:36:47.
		if want := date(t, "2015:355:17:36:47").Add(time.Duration(i) * 2580 * time.Second); !at.Equal(want) {
			t.Errorf("replica %d is planned for %v, want %v", i+1, at, want)
		}
	}
	if len(plan) != 5 {
		t.Errorf("%d replicas are planned", len(plan))
	}
}

// 2007:345 had its catalogue on 2007:344; here the page of 2007:069 is moved by
// 69 minutes, which takes its first replica over midnight.
func TestCatalogueOfTheDayBefore(t *testing.T) {
	text := string(realPage(t, "MAR0507A"))
	text = replaceOnce(t, text, "MP_TARGQUAT at 2007:069:22:46:15.642", "MP_TARGQUAT at 2007:069:23:55:15.642")
	c := calibrationOf(t, []byte(text), "")
	if c.ID != "2007070" || chandra.IDOf(c.Centre.Catalog) != "2007069" || c.Replicas[0].Target.Hour() != 23 {
		t.Errorf("%s: catalogue %v, replica %v", c.ID, c.Centre.Catalog, c.Replicas[0].Begins())
	}
}

// Two calibrations of one page are two.
func TestTwoCalibrations(t *testing.T) {
	text := string(realPage(t, "JAN3012A")) + string(realPage(t, "DEC1115A"))
	list, err := parseTest(t, []byte(text)).Calibrations()
	if err != nil || len(list) != 2 || list[0].ID != "2012033" || list[1].ID != "2015355" || len(list[0].Replicas) != 5 || len(list[1].Replicas) != 5 {
		t.Errorf("%v %v", list, err)
	}
}

// Wherever a page ends, the answer is right or an error.
func TestEveryCut(t *testing.T) {
	text := realPage(t, "JAN3012A")
	want := calibrationOf(t, text, "")
	whole, refused := 0, 0
	for at := 0; at < len(text); at += 101 {
		p, err := Parse(text[:at], "page.txt")
		var c Calibration
		if err == nil {
			c, err = p.Calibration("2012033")
		}
		if err != nil {
			refused++
			if errors.Is(err, ErrNone) {
				t.Errorf("cut at %d: %v: a cut page does not tell that there is none", at, err)
			}
			continue
		}
		if diff := cmp.Diff(want.Centre, c.Centre); diff != "" || c.ID != want.ID {
			t.Errorf("cut at %d: %s", at, diff)
		}
		if len(c.Replicas) < 5 && len(c.Warnings) == 0 {
			t.Errorf("cut at %d: %d replicas without a word", at, len(c.Replicas))
		}
		for i, r := range c.Replicas {
			if r != want.Replicas[i] {
				t.Errorf("cut at %d: replica %+v", at, r)
			}
		}
		whole++
	}
	if whole < 100 || refused < 100 {
		t.Errorf("%d pages read, %d refused", whole, refused)
	}
}

// An observation whose end is missing is not there: its last number may have
// lost digits.
func TestCutNumber(t *testing.T) {
	text := realPage(t, "DEC1115A")
	at := bytes.Index(text, []byte("227.136341    16.976002    46.711704"))
	whole := bytes.Count(text[:at], []byte("\nOBSID: ")) - 1
	p := parseTest(t, text[:at+len("227.136341    16.976002    46.7")])
	if !p.Cut || len(p.Blocks) != whole {
		t.Errorf("%d blocks, want %d; cut: %v", len(p.Blocks), whole, p.Cut)
	}
}

func FuzzParse(f *testing.F) {
	const block = "==================== \nOBSID: 51395  \nRA, Dec, Roll (deg):   227.136341    16.976002    46.711704\nMP_STARCAT at 2015:355:17:05:45.600 (VCDU count = 1)\nPredicted Max CCD temperature: -15.4 C \t N100\n" +
		"==================== \nOBSID: 51394  \nRA, Dec, Roll (deg):   227.136341    16.976002    46.718420\nMP_TARGQUAT at 2015:355:17:30:34.357 (VCDU count = 1)\n  Q1,Q2,Q3,Q4: 0.03259655  -0.41362028  -0.80884236  0.41668905\n" +
		"  MANVR: Angle=   0.01 deg  Duration= 240 sec  Slew err= 20.3 arcsec\n\n>> INFO   : No star catalog for obsid 51394 (DC_T0). OK for 'DC_T' ER.\n==================== \n"
	f.Add([]byte(block))
	f.Add(asHTML([]byte(block), func(s string) string { return s }))
	f.Add([]byte(strings.Replace(block, "Slew err= 20.3 arcsec", "End= 2015:355:17:34:30", 1)))
	f.Add([]byte("Short Term Schedule: DEC1115A\nOBSID = 51395 at 2015:355:17:05:45.600\n====================\nOBSID: 51395\nRA, Dec"))
	f.Add([]byte("<pre>&#0;&lt;hr>" + block))
	f.Fuzz(func(t *testing.T, content []byte) {
		p, err := Parse(content, "page")
		if err != nil {
			return
		}
		list, err := p.Calibrations()
		if (err == nil) != (len(list) > 0) {
			t.Fatalf("%d calibrations, %v", len(list), err)
		}
		for _, c := range list {
			if c.Centre.Catalog.IsZero() || len(c.Replicas) == 0 || c.Replicas[0].ManeuverEnd.IsZero() || c.ID != chandra.IDOf(c.Replicas[0].Begins()) {
				t.Fatalf("%+v", c)
			}
			c.Check(Against{Candidates: []Attitude{{}}, Temperatures: []Temperature{{0, "x"}}})
		}
		if again, err := Parse(bytes.Clone(content), "page"); err != nil || len(again.Blocks) != len(p.Blocks) {
			t.Fatal("not the same again")
		}
	})
}
