package mica

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"darksite/internal/shared"
	"darksite/processing/chandra"
)

// checked are the sentences about properties in a directory.
func checked(t *testing.T, dir chandra.ID, content []byte) (warnings, contradictions []string) {
	t.Helper()
	p, err := ParseProperties(content)
	if err != nil {
		t.Fatal(err)
	}
	c := &Calibration{ID: dir, Dir: string(dir), Properties: p}
	c.check()
	return c.Warnings, c.Contradictions
}

func TestContradictions(t *testing.T) {
	replicas := func(change func(i int, r object)) []any {
		list := classic2007()["replicas"].([]any)
		for i := range list {
			change(i, list[i].(object))
		}
		return list
	}
	own := replicas(func(i int, r object) {
		r["start"], r["stop"] = fmt.Sprintf("2007:006:%02d:00:00.000", i+2), fmt.Sprintf("2007:006:%02d:10:00.000", i+2)
	})
	for name, c := range map[string]struct {
		dir            chandra.ID
		change         object
		warnings       []string
		contradictions []string
	}{
		"as it should be": {"2007006", object{"replicas": own}, nil, nil},
		"one replica":     {"2007006", object{"replicas": classic2007()["replicas"].([]any)[2:3]}, nil, nil}, // whose times are those of all
		"directory": {"2007007", object{"replicas": own}, []string{"start " + start2007 + " is on the day before 2007:007"},
			[]string{`id is "2007006", the directory is of 2007007`, "date is 2007:006, the directory is of 2007:007"}},
		"crosses midnight": {"2007006", object{"replicas": own, "start": "2007:007:00:56:46.817", "stop": "2007:007:03:58:36.817"},
			[]string{"start 2007:007:00:56:46.817 is on the day after 2007:006: tools of the past"}, nil},
		"start of another week": {"2007006", object{"replicas": own, "start": "2007:016:01:56:46.817", "stop": "2007:016:04:58:36.817"}, nil, []string{"start is 2007:016:01:56:46.817, 10 days from 2007:006"}},
		"stop before start":     {"2007006", object{"replicas": own, "stop": "2007:006:01:00:00.000"}, nil, []string{"stop 2007:006:01:00:00.000 is before start"}},
		"duration":              {"2007006", object{"replicas": own, "dur": 10911}, nil, []string{"dur is 10911 s, from start to stop it is 10910.000 s"}},
		"two temperatures":      {"2007006", object{"replicas": own, "t_ccd": -19.9}, nil, []string{"ccd_temp is -19.852 C and t_ccd -19.9 C"}},
		"one temperature twice": {"2007006", object{"replicas": own, "t_ccd": -19.852}, nil, nil},
		"mean":                  {"2007006", object{"replicas": own, "ccd_temp": -19}, nil, []string{"ccd_temp is -19 C, the mean of its replicas -19.852 C"}},
		"mean of those received": {"2007006", object{"ccd_temp": -19.842, "replicas": replicas(func(i int, r object) { r["downlink"] = i >= 2; delete(r, "start"); delete(r, "stop") })},
			[]string{"ccd_temp -19.842 C is the mean of the 3 replicas that were received, not of all 5, which is -19.852 C"}, nil},
		"no temperature":     {"2007006", object{"replicas": nil, "ccd_temp": nil}, []string{"no CCD temperature"}, nil},
		"count twice":        {"2007006", object{"replicas": replicas(func(i int, r object) { r["count"] = max(1, i); delete(r, "start"); delete(r, "stop") })}, nil, []string{"two replicas have the count 1"}},
		"eb":                 {"2007006", object{"replicas": own, "eb": -24.6}, nil, []string{"eb is -24.6 degrees, from its day 2007:006 and attitude (154.997111, 36.895186) it is 24.60"}},
		"el across 360":      {"2007006", object{"replicas": own, "el": 0}, nil, []string{"el is 0 degrees"}},
		"sun_el, l_l0":       {"2007006", object{"replicas": own, "sun_el": 285.35, "l_l0": 142.5}, nil, []string{"sun_el is 285.35 degrees, from its day", "l_l0 is 142.5"}},
		"zodib in e-/s":      {"2007006", object{"replicas": own, "zodib": 1.36674}, nil, []string{"zodib is 1.36674 units of the table, from its day 2007:006 and attitude (154.997111, 36.895186) it is 126.55"}},
		"no attitude":        {"2007006", object{"replicas": own, "ra": nil, "zodib": 1}, nil, nil},
		"modern keys within": {"2007006", object{"replicas": own, "datestart": "2007:001:00:00:00.000", "datestop": "2007:008:00:00:00.000"}, nil, nil},
		"modern keys beyond": {"2007006", object{"replicas": own, "datestart": "2007:001:00:00:00.000", "datestop": "2007:004:00:00:00.000"}, nil, []string{"datestart is 2007:001:00:00:00.000, 5 days from 2007:006"}},
		"unknown keys":       {"2007006", object{"replicas": own, "a": 1, "b\u202e\x07": object{}}, []string{`stay behind in the file: "a", "b��"`}, nil},
		"no known key":       {"2007006", object{"replicas": nil, "id": nil, "start": nil, "stop": nil, "dur": nil, "zodib": nil}, []string{"no key of the classic or of the modern form"}, nil},
	} {
		warnings, contradictions := checked(t, c.dir, classic2007().with(c.change).encode(t))
		if !slices.EqualFunc(warnings, c.warnings, strings.Contains) || !slices.EqualFunc(contradictions, c.contradictions, strings.Contains) {
			t.Errorf("%s: warnings %q, want %q; contradictions %q, want %q", name, warnings, c.warnings, contradictions, c.contradictions)
		}
	}
}

// TestPublishedZodi: with the attitudes of starcheck, the published zodib is
// found to follow, but for the one calibration whose attitude was another.
func TestPublishedZodi(t *testing.T) {
	compared := 0
	for _, row := range shared.Table(t, "zodi_golden_vectors.csv") {
		day := row["day"]
		o := object{"date": day, "ccd_temp": -19, "t_ccd": -19, "ra": shared.Number(t, row["ra"]), "dec": shared.Number(t, row["dec"])}
		for key, column := range map[string]string{"el": "el", "eb": "eb", "sun_el": "sun_el", "l_l0": "l_l0", "zodib": "zodi_real"} {
			o[key] = shared.Number(t, row[column])
		}
		id := chandra.ID(day[:4] + day[5:])
		_, contradictions := checked(t, id, o.encode(t))
		if want := map[bool]int{false: 0, true: 1}[row["status"] != "match"]; len(contradictions) != want {
			t.Errorf("%s, %s: %q, want %d", day, row["status"], contradictions, want)
		}
		compared++
	}
	if compared < 15 {
		t.Errorf("%d calibrations compared", compared)
	}
}
