package view

import (
	"encoding/csv"
	"strings"
	"testing"

	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/zodi"

	"github.com/google/go-cmp/cmp"
)

// One field of a calibration is one line, fields of its replicas are one each, and
// published numbers come without angles; table and file have the same.
func TestZodiOfAllCalibrations(t *testing.T) {
	s := siteOf(t)
	field := func(id chandra.ID, ra, dec float64) (*float64, *float64, *artifact.Zodi) {
		b, err := zodi.At(id.Date(), ra, dec)
		if err != nil {
			t.Fatal(err)
		}
		return &ra, &dec, &artifact.Zodi{Background: b.Published()}
	}
	one, several := s.Calibrations[0].Artifact, s.Calibrations[2].Artifact
	one.Facts.RA, one.Facts.Dec, one.Zodi = field(one.ID, 154.997111, 36.895186)
	several.Replicas = several.Replicas[:2]
	for i := range several.Replicas {
		r := &several.Replicas[i]
		r.RA, r.Dec, r.Zodi = field(several.ID, 100+float64(20*i), 30)
	}
	s.History.Rows[0].Numbers["zodi_e_per_s"] = one.Zodi.EPerS
	s.History.Rows[3].Numbers["zodi_e_per_s"] = 1.25
	sheet, err := s.Sheet(zodiSheet, 1)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range sheet.Rows {
		got = append(got, r.Short+" "+r.Address+" "+strings.Join(r.Cells[:3], " "))
		if len(r.Cells) != len(sheet.Head) {
			t.Errorf("%s has %d cells below %d heads", r.Short, len(r.Cells), len(sheet.Head))
		}
	}
	if d := cmp.Diff([]string{"2016 Nov 5  – – –", "2016 Aug 7 2016_aug 1 100.0000 30.0000", "2016 Aug 7 2016_aug 2 120.0000 30.0000", "2016 May 4 2016_may – 227.1363 16.9760", "2015 Dec 21 2015_dec – 154.9971 36.8952"}, got); d != "" {
		t.Error(d)
	}
	data, err := s.ZodiCSV()
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(strings.NewReader(string(data))).ReadAll()
	if err != nil || len(lines) != 6 {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	last := sheet.Rows[4].Cells
	if first := lines[1]; first[0] != "2015355" || first[4] != "154.997111" || !strings.HasPrefix(first[9], last[6][:len(last[6])-1]) || !strings.HasPrefix(lines[5][12], "1.25") {
		t.Errorf("%q, the table has %q", lines, last)
	}
	if _, err := s.Sheet("nothing", 1); err == nil {
		t.Error("there is a table of nothing")
	}
}

func TestPartsHaveAllRowsOnce(t *testing.T) {
	for _, rows := range []int{0, 1, 499, 500, 501, 1000, 1001} {
		pages := partOf(rows, 1, "list").Pages
		next := 1
		for n := range pages {
			p := partOf(rows, n+1, "list")
			if rows > 0 && p.From != next || p.To < p.From || p.To-p.From >= rowsPerPage {
				t.Errorf("%d rows, page %d: %d to %d", rows, n+1, p.From, p.To)
			}
			next = p.To + 1
		}
		if next != rows+1 {
			t.Errorf("%d rows: the last page ends at %d", rows, next-1)
		}
	}
	if got := partOf(501, 1, "list").Pages[1]; got != (Link{"list/2/index.html", "501 to 501"}) {
		t.Errorf("%+v", got)
	}
}

// Limits follow the rules of the day, and what lies beyond the scale stands at its end.
func TestBand(t *testing.T) {
	s := siteOf(t)
	r := s.History.Rows[0]
	for ratio, at := range map[float64]string{1: "24.0", 0.1: "0.0", 7: "48.0"} {
		r.Numbers["model_ratio_100"] = ratio
		if b := s.History.bandOf(r); b == nil || b.At != at || b.Low != "14.4" {
			t.Errorf("%v: %+v", ratio, b)
		}
	}
	r.ID = "2000326" // the model does not hold yet
	if b := s.History.bandOf(r); b != nil {
		t.Errorf("%+v", b)
	}
}
