package starcheck

import (
	"errors"
	"fmt"
	"html"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"darksite/internal/shared"
	"darksite/processing/chandra"
)

// pages are the pages of the reference data with a calibration, by load.
var pages = map[string]string{"MAR0507A": "MAR0507_oflsa.txt", "JAN3012A": "JAN3012_oflsa.txt", "DEC1115A": "DEC1115_oflsa.txt"}

func realPage(t testing.TB, load string) []byte {
	t.Helper()
	return shared.Read(t, "data", "starcheck", pages[load])
}

func parseTest(t testing.TB, content []byte) *Page {
	t.Helper()
	p, err := Parse(content, "starcheck.txt")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func calibrationOf(t testing.TB, content []byte, id chandra.ID) Calibration {
	t.Helper()
	c, err := parseTest(t, content).Calibration(id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func date(t testing.TB, s string) time.Time {
	t.Helper()
	when, err := chandra.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

// The facts of real pages, against those that were taken from another run of
// starcheck on the same loads. That one printed the ends of maneuvers, which
// these pages do not have, and predicted temperatures with another model.
func TestRealPages(t *testing.T) {
	rows := shared.Table(t, "starcheck_dark_attitudes.csv")
	if len(rows) != len(pages) {
		t.Fatalf("%d calibrations", len(rows))
	}
	number := func(s string) float64 { return shared.Number(t, s) }
	for _, row := range rows {
		c := calibrationOf(t, realPage(t, row["load"]), "")
		want := Centre{
			Obsid: int(number(row["center_obsid"])), Catalog: date(t, row["center_starcat_time"]),
			Attitude:   Attitude{number(row["center_ra_deg"]), number(row["center_dec_deg"]), number(row["center_roll_deg"])},
			PredictedC: c.Centre.PredictedC,
		}
		if diff := cmp.Diff(want, c.Centre); diff != "" {
			t.Errorf("%s: %s", row["load"], diff)
		}
		if string(c.ID) != row["dark_id_from_T0"] || c.Load != row["load"] || len(c.Warnings) != 0 {
			t.Errorf("%s: id %s, load %s, %q", row["load"], c.ID, c.Load, c.Warnings)
		}
		if warnings := c.Check(Against{}); len(warnings) != 0 {
			t.Errorf("%s: %q", row["load"], warnings)
		}
	}
	// What these pages themselves predict for the centre.
	for load, want := range map[string]chandra.Celsius{"MAR0507A": -19.6, "JAN3012A": -18.4, "DEC1115A": -15.4} {
		if c := calibrationOf(t, realPage(t, load), ""); c.Centre.PredictedC == nil || *c.Centre.PredictedC != want {
			t.Errorf("%s: %v, want %v", load, c.Centre.PredictedC, want)
		}
	}
}

func TestRealReplicas(t *testing.T) {
	got := map[string]map[string]string{}
	for load := range pages {
		c := calibrationOf(t, realPage(t, load), "")
		for _, r := range c.Replicas {
			row := map[string]string{
				"load": load, "dark_id_planned": string(c.ID), "replica_number": fmt.Sprint(r.Number), "target_label": fmt.Sprintf("DC_T%d", r.Number-1),
				"obsid": fmt.Sprint(r.Obsid), "targquat_time": chandra.FormatDate(r.Target), "manvr_end": strings.TrimSuffix(chandra.FormatDate(r.ManeuverEnd), ".000"),
				"ra_deg": fmt.Sprintf("%.6f", r.Attitude.RADeg), "dec_deg": fmt.Sprintf("%.6f", r.Attitude.DecDeg), "roll_deg": fmt.Sprintf("%.6f", r.Attitude.RollDeg),
			}
			for i, q := range r.Quaternion {
				row[fmt.Sprintf("q%d", i+1)] = fmt.Sprintf("%.8f", q)
			}
			got[row["load"]+row["target_label"]] = row
		}
	}
	rows := shared.Table(t, "starcheck_replica_targets.csv")
	if len(rows) != 15 || len(got) != 15 {
		t.Fatalf("%d of %d replicas", len(got), len(rows))
	}
	for _, want := range rows {
		if diff := cmp.Diff(want, got[want["load"]+want["target_label"]]); diff != "" {
			t.Errorf("%s %s: %s", want["load"], want["target_label"], diff)
		}
	}
}

// The angles of a quaternion are those that starcheck prints beside it.
func TestQuaternionAttitude(t *testing.T) {
	for _, row := range shared.Table(t, "starcheck_replica_targets.csv") {
		number := func(column string) float64 { return shared.Number(t, row[column]) }
		got := Quaternion{number("q1"), number("q2"), number("q3"), number("q4")}.Attitude()
		want := Attitude{number("ra_deg"), number("dec_deg"), number("roll_deg")}
		// Eight decimals of the quaternion are 0.004 arcsec of the angles.
		if got.Separation(want) > 0.01 || math.Abs(got.RollDeg-want.RollDeg)*3600 > 0.02 {
			t.Errorf("%s %s: %v, want %v", row["load"], row["target_label"], got, want)
		}
	}
}

func TestNoCalibration(t *testing.T) {
	p := parseTest(t, shared.Read(t, "data", "starcheck", "JUL2604_oflsa_no_dark_cal.txt"))
	_, err := p.Calibration("2004208")
	if !errors.Is(err, ErrNone) || !strings.Contains(err.Error(), "2004:208 to 2004:214") || !strings.Contains(err.Error(), "starcheck.txt") {
		t.Errorf("%v: want that there is none and which days it covers", err)
	}
	if p.Load != "JUL2604A" || len(p.Blocks) != 32 || p.Cut {
		t.Errorf("load %s, %d blocks, cut: %v", p.Load, len(p.Blocks), p.Cut)
	}
}

// A page of another week says what it holds, and a neighbouring day is taken
// with a warning.
func TestOtherIDs(t *testing.T) {
	p := parseTest(t, realPage(t, "DEC1115A"))
	_, err := p.Calibration("2015090")
	if !errors.Is(err, ErrNone) || !strings.Contains(err.Error(), "of 2015:090, but that of 2015:355") || !strings.Contains(err.Error(), "2015:344 to 2015:360") {
		t.Error(err)
	}
	for _, id := range []chandra.ID{"2015354", "2015356"} {
		c, err := p.Calibration(id)
		if err != nil || c.ID != "2015355" || len(c.Warnings) != 1 || !strings.Contains(c.Warnings[0], "begins on 2015:355, not on "+id.Colon()) {
			t.Errorf("%s: %s %q %v", id, c.ID, c.Warnings, err)
		}
	}
	if c, err := p.Calibration("2015355"); err != nil || len(c.Warnings) != 0 {
		t.Errorf("%q %v", c.Warnings, err)
	}
}

// asHTML dresses a page as starcheck's own HTML: links, colours, anchors, and a
// rule in place of each separator.
func asHTML(text []byte, escape func(string) string) []byte {
	var b strings.Builder
	b.WriteString("<!doctype html public \"-//w3c//dtd html 4.0 transitional//en\">\n<html>\n<head>\n<title>OBSID: 1</title><style>pre { color: red }</style></head>\n<body bgcolor=\"#FFFFFF\"><pre>\n")
	for line := range strings.Lines(string(text)) {
		body := strings.TrimSuffix(line, "\n")
		switch escaped := escape(body); {
		case separator.MatchString(body):
			b.WriteString("<br><hr WIDTH=\"100%\">\n")
		case strings.HasPrefix(body, "OBSID: "):
			name := strings.Fields(body)[1]
			fmt.Fprintf(&b, "<a NAME=\"obsid%s\"></a>\n<font size=+1><b>%s</b></font>\n", name, escaped)
		case strings.HasPrefix(body, "BACKSTOP"):
			b.WriteString("<A HREF=\"starcheck/x.backstop.html#51394\">BACKSTOP</A> <A HREF=\"x\">DOT</A> \n\n")
		case strings.HasPrefix(body, ">>"):
			fmt.Fprintf(&b, "<font color=\"#0000FF\">%s</font>\n", escaped)
		case strings.HasPrefix(body, "Short Term Schedule: "):
			fmt.Fprintf(&b, "Short Term Schedule: <a href=\"x\">%s</a>\n", body[len("Short Term Schedule: "):])
		case strings.HasPrefix(body, "[ 1]"):
			fmt.Fprintf(&b, "%s<A HREF=\"x\" ONMOUSEOVER=\"return overlib ('OBSID: 2 <BR />', WIDTH, 300);\">7</A>\n", escaped)
		default:
			b.WriteString(escaped + "\n")
		}
	}
	b.WriteString("</pre><script>\n====================================================\nOBSID: 99999\n</script></body>\n</html>\n")
	return []byte(b.String())
}

func TestHTML(t *testing.T) {
	for load := range pages {
		text := realPage(t, load)
		want, wantPage := calibrationOf(t, text, ""), parseTest(t, text)
		for name, escape := range map[string]func(string) string{"escaped": html.EscapeString, "raw": func(s string) string { return s }} {
			page := parseTest(t, asHTML(text, escape))
			if len(page.Blocks) != len(wantPage.Blocks) || page.Load != load || page.Cut || page.First != wantPage.First || page.Last != wantPage.Last {
				t.Errorf("%s %s: %d blocks of %d, load %s", load, name, len(page.Blocks), len(wantPage.Blocks), page.Load)
			}
			got, err := page.Calibration("")
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("%s %s: %v %s", load, name, err, diff)
			}
		}
	}
}

// Windows' line ends, and pages with one of the older layouts of the catalogue,
// say the same.
func TestLayouts(t *testing.T) {
	const header = " IDX SLOT        ID  TYPE   SZ   P_ACQ    MAG   MAXMAG   YANG   ZANG DIM RES HALFW PASS NOTES"
	text := string(realPage(t, "DEC1115A"))
	want := calibrationOf(t, []byte(text), "")
	for name, layout := range map[string]struct {
		header string
		width  int // of a row
	}{
		"13 columns": {" IDX SLOT        ID  TYPE   SZ  MINMAG    MAG   MAXMAG   YANG   ZANG DIM RES HALFW", 80},
		"with notes": {" IDX SLOT        ID  TYPE   SZ  MINMAG    MAG   MAXMAG   YANG   ZANG DIM RES HALFW NOTES", 86},
		"with pass":  {" IDX SLOT        ID  TYPE   SZ  MINMAG    MAG   MAXMAG   YANG   ZANG DIM RES HALFW PASS NOTES", 92},
		"as it is":   {header, 200},
	} {
		var b strings.Builder
		for line := range strings.Lines(strings.ReplaceAll(text, header, layout.header)) {
			if strings.HasPrefix(line, "[") && len(line) > layout.width {
				line = line[:layout.width] + "\n"
			}
			b.WriteString(line)
		}
		if n := strings.Count(b.String(), layout.header+"\n"); n < 50 || n != strings.Count(text, header+"\n") {
			t.Fatalf("%s: the headers were not replaced", name)
		}
		if diff := cmp.Diff(want, calibrationOf(t, []byte(b.String()), "")); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if diff := cmp.Diff(want, calibrationOf(t, []byte(strings.ReplaceAll(text, "\n", "\r\n")), "")); diff != "" {
		t.Errorf("line ends: %s", diff)
	}
}
