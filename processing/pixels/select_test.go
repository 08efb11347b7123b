package pixels

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"

	"darksite/internal/shared"
	"darksite/processing/chandra"
	"darksite/processing/model"
	"darksite/processing/scaling"

	"github.com/google/go-cmp/cmp"
)

func selectPixels(t testing.TB, maps []Map, rule Rule) *Selection {
	t.Helper()
	s, err := Select(maps, rule)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// One pixel in up to three maps, and whether it is listed for each way to
// combine them: max, median, any two.
func TestCombine(t *testing.T) {
	for _, c := range []struct {
		rates []float32 // oldest first, at equal temperatures
		want  [3]bool
	}{
		{[]float32{2001, 2001, 2001}, [3]bool{true, true, true}},
		{[]float32{2000, 2000, 2000}, [3]bool{}},
		{[]float32{2001, 10, 10}, [3]bool{true, false, false}},
		{[]float32{10, 10, 2001}, [3]bool{true, false, false}},
		{[]float32{10, 2500, 2001}, [3]bool{true, true, true}},
		{[]float32{2500, 10, 2001}, [3]bool{true, true, true}},
		{[]float32{nan, 2500, 10}, [3]bool{true, false, false}},
		{[]float32{nan, 4000, 10}, [3]bool{true, true, false}}, // the mean of two
		{[]float32{nan, nan, 2500}, [3]bool{true, true, true}},
		{[]float32{nan, nan, nan}, [3]bool{}},
		{[]float32{2500, 10}, [3]bool{true, false, false}},
		{[]float32{4000, 10}, [3]bool{true, true, false}},
		{[]float32{2500, 2500}, [3]bool{true, true, true}},
		{[]float32{2500}, [3]bool{true, true, true}},
		{[]float32{2000}, [3]bool{}},
	} {
		var maps []Map
		for i, v := range c.rates {
			id := []chandra.ID{"2015014", "2015355", "2016125"}[i]
			maps = append(maps, flat(id, celsius(-14), 10, map[Place]float32{{-9, 300}: v}))
		}
		for i, how := range []Combine{Max, Median, AnyTwo} {
			rule := DefaultRule()
			rule.Combine = how
			s := selectPixels(t, maps, rule)
			if got := slices.Contains(s.List.Singles(), Place{-9, 300}); got != c.want[i] || s.Selected != len(s.List.Singles()) {
				t.Errorf("%v by %s: listed %v of %d, want %v", c.rates, how, got, s.Selected, c.want[i])
			}
			missing := 0
			if !slices.ContainsFunc(c.rates, known) {
				missing = 1
			}
			if s.Missing != missing {
				t.Errorf("%v: %d missing", c.rates, s.Missing)
			}
		}
	}
}

func TestTemperatureOfARule(t *testing.T) {
	// Above 2000 e-/s at one temperature only: the per-pixel law has a factor of
	// 1.466 for 4 C at 2000 e-/s (processing.md, section 6).
	old := flat("2015355", celsius(-16), 10, map[Place]float32{{1, 1}: 1500, {2, 2}: 1300, {3, 3}: 2100})
	now := flat("2016125", celsius(-12), 10, map[Place]float32{{4, 4}: 2100, {5, 5}: 1900})
	for _, c := range []struct {
		at   Temperature
		temp *chandra.Celsius
		want []Place
	}{
		{Current, nil, []Place{{1, 1}, {3, 3}, {4, 4}}},
		{Own, nil, []Place{{3, 3}, {4, 4}}},
		{Fixed, celsius(-16), []Place{{3, 3}}},
		{Fixed, celsius(-10), []Place{{1, 1}, {2, 2}, {3, 3}, {4, 4}, {5, 5}}},
	} {
		rule := DefaultRule()
		rule.At, rule.Temp = c.at, c.temp
		s := selectPixels(t, []Map{now, old}, rule)
		if diff := cmp.Diff(c.want, s.List.Singles()); diff != "" {
			t.Errorf("%s %v (-want +got):\n%s", c.at, c.temp, diff)
		}
		want := map[Temperature]*chandra.Celsius{Current: celsius(-12), Fixed: c.temp}[c.at]
		if diff := cmp.Diff(want, s.CommonTemp); diff != "" || s.Note != "" || (s.Law == "per-pixel") != (want != nil) {
			t.Errorf("%s: at %v by %q, %q", c.at, s.CommonTemp, s.Law, s.Note)
		}
	}
	old.Temp = nil
	s := selectPixels(t, []Map{old, now}, DefaultRule())
	if diff := cmp.Diff([]Place{{3, 3}, {4, 4}}, s.List.Singles()); diff != "" || s.CommonTemp != nil || !strings.Contains(s.Note, "2015355 is not known") {
		t.Errorf("without a temperature, %q (-want +got):\n%s", s.Note, diff)
	}
}

// With fewer maps the list is made too, and its first line says of what.
func TestFirstLine(t *testing.T) {
	var maps []Map
	hot := map[Place]float32{{-1, 0}: 9000, {-7, 454}: 9000, {-512, 511}: 9000}
	for _, id := range []chandra.ID{"2016125", "2015014", "2015355"} {
		maps = append(maps, flat(id, celsius(-14), 10, hot))
		var b bytes.Buffer
		if err := selectPixels(t, maps, DefaultRule()).List.Encode(&b); err != nil {
			t.Fatal(err)
		}
		first, rest, _ := strings.Cut(b.String(), "\n")
		want := map[int]string{1: "2016125", 2: "2015014 2016125", 3: "2015014 2015355 2016125"}[len(maps)]
		if first != "Bad Pixel List from  "+want+" Dark Currents" {
			t.Errorf("%d maps: %q", len(maps), first)
		}
		// A pixel inside a fixed region is listed, as (422, -1) was in 2018.
		const body = "\nStar.Body.Pixels.BadPixels = [ ...\n -512,  511,   -1,    0; ...\n   -1,    0, -512,  511; ...\n -245,    0,  454,  454; ...\n" +
			" -512, -512,  511,  511; ...\n   -7,   -7,  454,  454; ...\n   -1,   -1,    0,    0; ...\n];\n"
		if diff := cmp.Diff(body, rest); diff != "" {
			t.Errorf("%d maps (-want +got):\n%s", len(maps), diff)
		}
	}
	real := realLists(t)
	if !slices.Contains(real[len(real)-1].list.Singles(), Place{422, -1}) {
		t.Error("the real list of 2018 has no pixel in the centre columns")
	}
}

func TestSelectErrors(t *testing.T) {
	m := flat("2016125", celsius(-14), 10, nil)
	rule := func(change func(*Rule)) Rule { r := DefaultRule(); change(&r); return r }
	short := m
	short.Image = m.Image[1:]
	for _, c := range []struct {
		name string
		maps []Map
		rule Rule
		says string
	}{
		{"no map", nil, DefaultRule(), "no map given"},
		{"twice", []Map{m, m}, DefaultRule(), "2016125 is given twice"},
		{"short map", []Map{short}, DefaultRule(), "1048575 pixels"},
		{"no threshold", []Map{m}, rule(func(r *Rule) { r.Threshold = 0 }), "threshold 0"},
		{"threshold without a number", []Map{m}, rule(func(r *Rule) { r.Threshold = math.NaN() }), "threshold NaN"},
		{"unknown way", []Map{m}, rule(func(r *Rule) { r.Combine = "mean" }), `combine "mean": want "max", "median" or "any-two"`},
		{"unknown temperature", []Map{m}, rule(func(r *Rule) { r.At = "" }), `temperature "": want "current", "own" or "fixed"`},
		{"fixed at none", []Map{m}, rule(func(r *Rule) { r.At = Fixed }), "wanted for \"fixed\""},
		{"own at some", []Map{m}, rule(func(r *Rule) { r.At, r.Temp = Own, celsius(1) }), "wanted for \"fixed\""},
		{"too far", []Map{m}, rule(func(r *Rule) { r.At, r.Temp = Fixed, celsius(99) }), "map 2016125: temperature law"},
		{"no law", []Map{m}, rule(func(r *Rule) { r.Law = scaling.Law{} }), "none chosen"},
	} {
		if _, err := Select(c.maps, c.rule); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", c.name, err, c.says)
		}
	}
}

func TestRuleInWords(t *testing.T) {
	r := DefaultRule()
	if got, want := r.String(), "above 2000 e-/s in the maximum of the maps at the temperature of the latest"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	r.Combine, r.At, r.Temp = AnyTwo, Fixed, celsius(-10.5)
	if got, want := r.String(), "above 2000 e-/s in the second highest of the maps at -10.5 C"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	r.Combine, r.At, r.Temp = Median, Own, nil
	if got, want := r.String(), "above 2000 e-/s in the median of the maps at their own temperatures"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// What the default threshold rests on: the size of the real lists whose
// calibrations have a known temperature, against the degradation model.
func TestDefaultThresholdFitsTheRealLists(t *testing.T) {
	temps := map[chandra.ID]chandra.Celsius{}
	for _, row := range shared.Table(t, "real_darkcal_history_1999_2015.csv") {
		temps[chandra.ID(row["dark_id"])] = chandra.Celsius(shared.Number(t, row["temp_degC"]))
	}
	// At the -13.55 C of 2017185 the lists of 2017 fit no threshold that those
	// before do; at this temperature they fit the same.
	for _, id := range []chandra.ID{"2017092", "2017185"} {
		temps[id] = -10.5
	}
	tried := 0
	for _, l := range realLists(t) {
		if slices.Contains(l.list.From, "2017272") {
			continue
		}
		ratio := map[float64]float64{}
		for _, threshold := range []float64{DefaultRule().Threshold, DefaultSettings().Hot, 1000} {
			most := 0.0
			for _, id := range l.list.From {
				temp, ok := temps[id]
				if !ok {
					continue
				}
				d, err := model.Expect(id.Date(), temp)
				if err != nil {
					t.Fatal(err)
				}
				n, _ := d.Above(threshold)
				most = max(most, n)
			}
			if most > 0 {
				ratio[threshold] = float64(len(l.list.Singles())) / most
			}
		}
		if len(ratio) == 0 {
			continue
		}
		tried++
		// The union of three maps is larger than the largest of them, not twice.
		if r := ratio[2000]; r < 1.15 || r > 1.35 {
			t.Errorf("%s: %.2f times as many as the model has above 2000 e-/s, want 1.15 to 1.35", l.from, r)
		}
		if ratio[3000] < 2.5 || ratio[1000] > 0.4 {
			t.Errorf("%s: %.2f and %.2f times as many as above 3000 and 1000 e-/s; those might fit too", l.from, ratio[3000], ratio[1000])
		}
	}
	if tried != 6 {
		t.Errorf("%d lists tried, want 6", tried)
	}
}

// Lists of a simulated CCD persist as the real ones do.
func TestPersistenceOfSimulatedLists(t *testing.T) {
	if testing.Short() {
		t.Skip("four maps")
	}
	var maps []Map
	for _, id := range []chandra.ID{"2016278", "2017010", "2017092", "2017185"} {
		maps = append(maps, simulated(t, id, -13.5))
	}
	first, second := selectPixels(t, maps[:3], DefaultRule()), selectPixels(t, maps[1:], DefaultRule())
	p := Persist(first.List, second.List)
	if p.Share() < 0.9 || p.Pixels < 80 || p.Pixels > 160 {
		t.Errorf("%+v: %.3f kept, want more than 0.9 of about 100", p, p.Share())
	}
}

func BenchmarkSelect(b *testing.B) {
	maps := []Map{simulated(b, "2017010", -13.5), simulated(b, "2017092", -13.6), simulated(b, "2017185", -13.55)}
	for b.Loop() {
		if s, err := Select(maps, DefaultRule()); err != nil || s.Selected == 0 {
			b.Fatal(err)
		}
	}
}
