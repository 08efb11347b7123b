package quality

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"darksite/internal/shared"
	"darksite/processing/artifact"
	"darksite/processing/ccd"
	"darksite/processing/chandra"
	"darksite/processing/comparison"
	"darksite/processing/pixels"
	"darksite/processing/telemetry"
	"darksite/processing/timeline"
	"darksite/processing/warm"
	"darksite/processing/zodi"
)

// The 56 published calibrations, as their table has them: what the domain knows
// of them is what the clauses say.
func TestPublishedHistory(t *testing.T) {
	lost := map[string]int{"2011234": 2, "2012198": 1}
	want := map[string]string{"2011234": "replicas", "2012198": "replicas", "2004084": "zodiacal-light", "2005191": "zodiacal-light", "1999223": "typed-temperature"}
	reasons := map[string]string{
		"2011234": "Degraded: 3 of 5 replicas (< 5); 9 of 17 not known",
		"2005191": "Degraded: zodiacal light 432 > 250 units; 9 of 16 not known",
		"1999223": "Good, with remarks: temperature not measured; 10 of 16 not known", // it is a guess
	}
	states := map[State]int{}
	for _, row := range shared.Table(t, "real_darkcal_history_1999_2015.csv") {
		id := chandra.ID(row["dark_id"])
		temp, count := shared.Number(t, row["temp_degC"]), shared.Number(t, row["count"])
		c := &artifact.Calibration{ID: id, Origin: artifact.FromMap}
		c.Facts = artifact.Facts{CCDTemp: &temp, CCDTempSource: row["temp_source"]}
		c.Zodi = &artifact.Zodi{Background: zodi.Background{ZodiB: shared.Number(t, row["zodi_table_units"]), EPerS: shared.Number(t, row["zodib_eps"])}}
		c.Warm = &warm.Counts{CCDTemp: chandra.Celsius(temp), Count: int(count)}
		if !id.Date().Before(warm.ModelFrom) {
			e, err := warm.Expect(id.Date(), chandra.Celsius(temp))
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range e.Above {
				if a.Threshold == warm.Threshold {
					e.Ratio = count / a.Count
				}
			}
			c.Warm.Expected = e
		}
		if id != "1999223" {
			for n := 1; n <= 5; n++ {
				c.Replicas = append(c.Replicas, artifact.Replica{Number: n, Received: n > lost[string(id)]})
			}
			c.Map.Replicas, c.Map.Planned = 5-lost[string(id)], 5
		}
		v := Judge(Subject{Calibration: c}, DefaultRules())
		name, faulty := want[string(id)]
		if !faulty && v.State != Good {
			t.Errorf("%s: %s", id, v.Reason)
		}
		if faulty && (v.Causes[0].Clause != name || v.State != map[bool]State{true: Remarked, false: Degraded}[id == "1999223"]) {
			t.Errorf("%s: %s", id, v.Reason)
		}
		if reason := reasons[string(id)]; reason != "" && v.Reason != reason {
			t.Errorf("%s: %s, want %s", id, v.Reason, reason)
		}
		m := clause(t, v, "model")
		if published := row["obs_over_model"]; published == "" {
			if m.State != NotApplicable {
				t.Errorf("%s: %s", id, m.Sentence)
			}
		} else if m.State != Pass || math.Abs(m.Measured.Value-shared.Number(t, published)) > 0.002 {
			t.Errorf("%s: %s, published %s", id, m.Sentence, published)
		}
		for _, name := range []string{"completeness", "missing-rows", "coverage", "replica-levels", "file-size"} {
			if got := clause(t, v, name); got.State != NotApplicable || got.Counts != Pass {
				t.Errorf("%s: %s is %s: an imported map has no telemetry", id, name, got.State)
			}
		}
		states[v.State]++
	}
	if diff := cmp.Diff(map[State]int{Good: 51, Remarked: 1, Degraded: 4}, states); diff != "" { // docs/rules.md has them
		t.Error(diff)
	}
	// 1999:223 has no replicas in the archive of then.
	c := &artifact.Calibration{ID: "1999223", Origin: artifact.FromMap}
	if got := clause(t, Judge(Subject{Calibration: c}, DefaultRules()), "replicas"); got.State != NotApplicable {
		t.Errorf("replicas of 1999:223: %s", got.Sentence)
	}
}

// The golden files of the telemetry, whose truth other hands wrote down.
func TestGoldenTelemetry(t *testing.T) {
	shared.Slow(t)
	for _, c := range []struct {
		elem  []string
		id    chandra.ID
		state State // without a temperature nothing is better than degraded
		names []string
	}{
		// The CCD of these files has no bad column.
		{[]string{"golden", "full", "2015355"}, "2015355", Degraded, []string{"bad-column"}},
		{[]string{"golden", "full", "2016125"}, "2016125", Degraded, []string{"replicas", "completeness", "missing-rows"}},
		{[]string{"golden", "cal5"}, "2016125", Bad, []string{"completeness", "coverage", "file-size"}},
	} {
		paths, err := filepath.Glob(filepath.Join(shared.Path(t, c.elem...), "*_VC2_*.gz"))
		if err != nil || len(paths) == 0 {
			t.Fatalf("no telemetry in %v: %v", c.elem, err)
		}
		var files []*telemetry.File
		for _, p := range paths {
			f, err := telemetry.DecodeFile(t.Context(), p, telemetry.DefaultOptions)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, f)
		}
		s := sky{id: c.id}
		o := s.archive(t, files)
		o.calibration.Facts, o.calibration.Warm, o.calibration.Zodi = artifact.Facts{}, nil, nil
		o.image.Temp = nil
		v := Judge(subject(t, o, nil), DefaultRules())
		if v.State != c.state {
			t.Errorf("%v: %s", c.elem, v.Reason)
		}
		caught(t, v, c.names...)
		if temp := clause(t, v, "temperature"); temp.State != Unknown || temp.Counts != Degraded {
			t.Errorf("%v: temperature: %s counts %s", c.elem, temp.State, temp.Counts)
		}
		// Counted by whoever made the files; those of cal5 are not in this form.
		var truth struct {
			Recovered []int `json:"rows_recovered"`
		}
		if err := json.Unmarshal(shared.Read(t, append(c.elem, "expect.json")...), &truth); err != nil {
			t.Fatal(err)
		}
		lost := 0
		for _, n := range truth.Recovered {
			lost += 2*ccd.ACA.HalfRows() - n
		}
		if n := clause(t, v, "missing-rows"); len(truth.Recovered) > 0 && n.Measured.Value != float64(lost) {
			t.Errorf("%v: %s, want %d rows", c.elem, n.Sentence, lost)
		}
		if c.id != "2015355" {
			continue
		}
		for _, l := range v.Clauses {
			if l.Name != "temperature" && l.Name != "bad-column" && l.Counts != Pass {
				t.Errorf("%v: %s: %s", c.elem, l.Name, l.Sentence)
			}
		}
		for name, want := range map[string]float64{"completeness": 100, "missing-rows": 0, "replicas": 5, "coverage": 0, "integration-times": 0, "stuck-bits": 0, "distinct-replicas": 0} {
			if got := clause(t, v, name); got.State != Pass || got.Measured.Value != want {
				t.Errorf("%v: %s, want %v", c.elem, got.Sentence, want)
			}
		}
	}
}

// stored is a subject as it comes back from the disk.
func stored(t testing.TB, s Subject) Subject {
	t.Helper()
	var back Subject
	c, err := json.Marshal(s.Calibration)
	if err != nil {
		t.Fatal(err)
	}
	if back.Calibration, err = artifact.Parse(c); err != nil {
		t.Fatal(err)
	}
	m, err := json.Marshal(s.Comparison)
	if err != nil {
		t.Fatal(err)
	}
	if back.Comparison, err = comparison.Parse(m); err != nil {
		t.Fatal(err)
	}
	return back
}

// The same artifacts and rules give the same bytes, also after the artifacts
// went through their files, and the subject is not changed.
func TestPure(t *testing.T) {
	first := newSky(t, 11, "2013096", -16)
	before := first.observe(t)
	next := newSky(t, 11, "2013191", -16)
	files := next.files()
	lose(files, 2, func(r *telemetry.Row) bool { return r.Row == 7 })
	s := subject(t, next.archive(t, files), &before)
	encode := func(s Subject) string {
		b, err := json.Marshal(Judge(s, DefaultRules()))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	one := encode(s)
	if two := encode(s); one != two {
		t.Error("judged twice, two verdicts")
	}
	if back := encode(stored(t, s)); one != back {
		t.Errorf("another verdict after the artifacts were stored:\n%s", cmp.Diff(one, back))
	}
	var v Verdict
	if err := json.Unmarshal([]byte(one), &v); err != nil || !reflect.DeepEqual(v, Judge(s, DefaultRules())) {
		t.Errorf("the verdict does not come back from JSON: %v", err)
	}
	var names []string
	for _, c := range v.Clauses {
		names = append(names, c.Name)
		if !strings.HasSuffix(c.Sentence, ".") || strings.Contains(c.Sentence, "..") || strings.Contains(c.Sentence, "%!") || c.Title == "" {
			t.Errorf("%s: %q", c.Name, c.Sentence)
		}
	}
	if want := append(clauseNames(), "whole-map", "times"); !reflect.DeepEqual(names, want) {
		t.Errorf("clauses %v, want %v", names, want)
	}
	// Lost rows by name.
	if c := clause(t, v, "missing-rows"); c.Measured.Value != 4 || !strings.Contains(c.Sentence, "replica 2 short quadrant C rows 7; replica 2 short quadrant D rows 7; replica 2 long quadrant C rows 7") {
		t.Errorf("%s", c.Sentence)
	}
}

// Calibrations that are as empty or as wrong as JSON allows are judged, too.
func TestOddCalibrations(t *testing.T) {
	zero, nan := 0.0, math.NaN()
	many := make([]artifact.Replica, 300)
	for i := range many {
		many[i] = artifact.Replica{Number: -i, Received: true, Readouts: []artifact.Readout{{Integration: "odd", Quadrant: "Z", Rows: -4, MedianDN: &zero, MeanDN: &nan}, {}}}
	}
	for name, s := range map[string]Subject{
		"empty":        {Calibration: &artifact.Calibration{ID: "2016125"}},
		"imported":     {Calibration: &artifact.Calibration{ID: "2016125", Origin: artifact.FromMap}},
		"zero levels":  {Calibration: &artifact.Calibration{ID: "2016125", Replicas: many, Noise: &artifact.Noise{ReplicaEPerS: nan}}},
		"not a number": {Calibration: &artifact.Calibration{ID: "2016125", Facts: artifact.Facts{CCDTemp: &nan}}},
		"nothing compared": {Calibration: &artifact.Calibration{ID: "2016125"}, Comparison: &comparison.Comparison{
			Orientation: &pixels.Orientation{}, Pixels: pixels.Report{Since: &pixels.Difference{}}}},
	} {
		v := Judge(s, DefaultRules())
		if v.State == Good {
			t.Errorf("%s: good", name)
		}
		if _, err := json.Marshal(v); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// BenchmarkJudge is 150 calibrations, from memory and from calibration.json and
// comparison.json on disk; the target is 1 s for all on two cores.
func BenchmarkJudge(b *testing.B) {
	sky := newSky(b, 11, "2016125", -13.6)
	before := newSky(b, 11, "2016001", -13.6)
	earlier := before.observe(b)
	s := subject(b, sky.observe(b), &earlier)
	const all = 150
	b.Run("memory", func(b *testing.B) {
		for b.Loop() {
			for range all {
				Judge(s, DefaultRules())
			}
		}
	})
	b.Run("disk", func(b *testing.B) {
		dir := b.TempDir()
		c, err1 := json.Marshal(s.Calibration)
		m, err2 := json.Marshal(s.Comparison)
		if err1 != nil || err2 != nil {
			b.Fatal(err1, err2)
		}
		write := func(name string, content []byte) {
			if err := os.WriteFile(name, content, 0o600); err != nil {
				b.Fatal(err)
			}
		}
		if err := os.Mkdir(filepath.Join(dir, "2016125"), 0o700); err != nil {
			b.Fatal(err)
		}
		write(filepath.Join(dir, "2016125", artifact.CalibrationFile), c)
		write(filepath.Join(dir, "comparison.json"), m)
		b.ReportMetric(float64(len(c)), "calibration-bytes")
		for b.Loop() {
			done := make(chan Verdict)
			for worker := range 2 {
				go func() {
					for i := worker; i < all; i += 2 {
						loaded, err := artifact.Load(dir, "2016125")
						if err != nil {
							panic(err)
						}
						text, err := os.ReadFile(filepath.Join(dir, "comparison.json"))
						if err != nil {
							panic(err)
						}
						compared, err := comparison.Parse(text)
						if err != nil {
							panic(err)
						}
						done <- Judge(Subject{loaded, compared}, DefaultRules())
					}
				}()
			}
			for range all {
				if v := <-done; v.State == "" {
					b.Fatal("no verdict")
				}
			}
		}
	})
}

// Hot pixels that are gone do not turn a map: only where they are found again in
// one other way does it lie wrong.
func TestOrientationIsToldByMostHotPixels(t *testing.T) {
	for name, x := range map[string]struct {
		upright, reversed float64
		want              State
	}{
		"as before":            {0.97, 0.01, Pass},
		"reversed":             {0.01, 0.97, Bad},
		"none found again":     {0.002, 0.012, Unknown},
		"half in a warm CCD":   {0.3, 0.35, Unknown},
		"found in either":      {0.6, 0.62, Unknown},
		"the fewest, reversed": {0, 1, Bad},
	} {
		c := &comparison.Comparison{ID: "2016125", Orientation: &pixels.Orientation{Above: 500}}
		for i := range c.Orientation.Pixels {
			c.Orientation.Pixels[i] = enoughHot
		}
		c.Orientation.Hot[pixels.Upright], c.Orientation.Hot[pixels.RowsReversed] = x.upright, x.reversed
		v := Judge(Subject{&artifact.Calibration{ID: "2016125"}, c}, DefaultRules())
		if got := clause(t, v, "orientation"); got.State != x.want {
			t.Errorf("%s: %s, want %s: %s", name, got.State, x.want, got.Sentence)
		}
		if got := clause(t, v, "hot-pixels-kept"); (got.State == Pass) != (x.upright > 0.9) {
			t.Errorf("%s: hot pixels kept: %s", name, got.State)
		}
	}
}

// Every clause has its place in the order of causes, once.
func TestOrderOfCauses(t *testing.T) {
	names := slices.Sorted(slices.Values(slices.Concat(order...)))
	if want := slices.Sorted(slices.Values(append(clauseNames(), wholeMapClause, timesClause))); !slices.Equal(names, want) {
		t.Errorf("%v, want %v", names, want)
	}
}

// The line of a verdict is its worst cause, one cause is one line, and what to do
// is said once.
func TestCauses(t *testing.T) {
	temp := chandra.Celsius(-13.6)
	told := -13.5
	c := &artifact.Calibration{ID: "2016125", Origin: artifact.FromTelemetry}
	c.Facts = artifact.Facts{CCDTemp: &told, CCDTempSource: "info.csv"}
	c.Map = artifact.Map{Replicas: 4, Planned: 5, Degraded: true, Reasons: []string{"4 of 5 replicas were received"}, SamplesShort: []int{0, 0, 0, 0, 1 << 20}, SamplesLong: []int{0, 0, 200_000, 0, 1<<20 - 200_000}}
	c.Zodi = &artifact.Zodi{Background: zodi.Background{ZodiB: 354.24, EPerS: 3.83}}
	m := &comparison.Comparison{ID: "2016125", Pixels: pixels.Report{Since: &pixels.Difference{Before: pixels.Source{ID: "2016001", Temp: &temp}, Days: 124, CommonTemp: &temp}}}
	v := Judge(Subject{c, m}, DefaultRules())
	want := []Cause{
		{Bad, "19.1 % of pixels rest on fewer than 3 samples (> 10)", "coverage", []string{"replicas", "whole-map"}, Telemetry, "",
			[]string{"coverage.fits shows which pixels; do not use their dark current for star selection.", askAgain}},
		{Degraded, "zodiacal light 354 > 250 units", "zodiacal-light", []string{}, Background, "",
			[]string{"Compare numbers corrected for the background, and check the attitude."}},
		{Remarked, "unmeasured temperature 0.1 C from that of 2016001", "typed-temperature", []string{}, Temperature, "2016001", []string{}},
	}
	if diff := cmp.Diff(want, v.Causes); diff != "" {
		t.Error(diff)
	}
	if want := "Bad: 19.1 % of pixels rest on fewer than 3 samples (> 10); and 2 more; 17 of 29 not known"; v.Reason != want {
		t.Errorf("%s, want %s", v.Reason, want)
	}
	if got := v.Actions(); !slices.Equal(got, append(slices.Clone(want[0].Do), want[1].Do...)) {
		t.Errorf("%q", got)
	}
}

// What cannot be true together comes first, also before what is as bad.
func TestTimesComeFirst(t *testing.T) {
	c := &artifact.Calibration{ID: "2016125", Map: artifact.Map{Planned: 5}}
	for n := 1; n <= 2; n++ {
		c.Claim(timeline.Claim{Source: "replica", Event: timeline.Received, Replica: n, Start: chandra.FormatDate(c.ID.Date().AddDate(0, 0, 75*n))})
	}
	v := Judge(Subject{Calibration: c}, DefaultRules())
	want := Cause{Bad, "2 replicas are telemetry of another time", "times", []string{}, Sources, "", []string{"Move the telemetry of another time away, fetch the right files and process again."}}
	if diff := cmp.Diff(want, v.Causes[0]); diff != "" || v.Causes[1].State != Bad {
		t.Errorf("%s, then %+v", diff, v.Causes[1])
	}
}

// Three digits tell a number, and more where it is near its limit.
func TestFigure(t *testing.T) {
	for _, c := range []struct {
		v, limit float64
		want     string
	}{{354.24, 250, "354"}, {250.04, 250, "250.04"}, {99.8999, 99.9, "99.8999"}, {1.3124, 1.25, "1.31"}, {0.0488, 0, "0.0488"}, {2048, 20, "2,048"}, {-13.67, -25, "-13.7"}, {123456.7, 9, "123,000"}} {
		if got := figure(c.v, c.limit); got != c.want {
			t.Errorf("%v beside %v: %s, want %s", c.v, c.limit, got, c.want)
		}
	}
}
