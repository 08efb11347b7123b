package pixels

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"darksite/processing/ccd"
	"darksite/processing/chandra"
	"darksite/processing/scaling"
	"darksite/processing/stats"
	"darksite/processing/synth"

	"github.com/google/go-cmp/cmp"
)

// What one pixel can be, at equal temperatures. The limits are strict.
func TestClasses(t *testing.T) {
	for _, c := range []struct {
		name        string
		now, before float32
		want        Class
	}{
		{"at the threshold of warm", 100, 100, 0},
		{"just over it", 101, 100, NewWarm | Warm},
		{"just under it again", 100, 101, GoneWarm},
		{"warm and the same", 300, 300, Warm},
		{"at the threshold of hot", 3000, 2900, Warm},
		{"new hot", 3001, 2999, Warm | Hot | NewHot},
		{"just over it from it", 3001, 3000, Warm | Hot | NewHot},
		{"gone hot", 3000, 3001, Warm | GoneHot},
		{"new at once", 5000, 5, Warm | Hot | NewWarm | NewHot | Brighter | BeyondNoise},
		{"gone at once", 5, 5000, GoneWarm | GoneHot | Fainter | BeyondNoise},
		{"doubled, not more", 400, 200, Warm | BeyondNoise},
		{"more than doubled", 401, 200, Warm | Brighter | BeyondNoise},
		{"more than halved", 200, 401, Warm | Fainter | BeyondNoise},
		{"by 50 e-/s, not more", 60, 10, 0},
		{"by 51 e-/s", 61, 10, Brighter | BeyondNoise},
		// The noise of these differences is 8.5 e-/s, five times which are 42.3.
		{"new by noise", 138, 97, Warm | NewWarm},
		{"new beyond noise", 140, 97, Warm | NewWarm | BeyondNoise},
		{"gone by noise", 97, 138, GoneWarm},
		{"gone beyond noise", 97, 140, GoneWarm | BeyondNoise},
		{"from a negative rate, counted from 0", 45, -40, 0},
		{"just enough, were it not counted from 0", 50, -10, 0},
		{"far below zero", 0, -500, 0},
		{"missing now", nan, 5000, 0},
		{"missing before", 5000, nan, Warm | Hot},
		{"not finite before", 120, float32(math.Inf(1)), Warm},
	} {
		at := Place{-3, 17}
		s := DefaultSettings()
		s.List = AllClasses
		r := compare(t, flat("2016125", celsius(-14), 10, map[Place]float32{at: c.now}),
			flat("2015355", celsius(-14), 10, map[Place]float32{at: c.before}), s)
		var got Class
		if len(r.Pixels) == 1 && r.Pixels[0].Row == at.Row && r.Pixels[0].Col == at.Col {
			got = r.Pixels[0].Class
		} else if len(r.Pixels) != 0 {
			t.Errorf("%s: listed %v", c.name, r.Pixels)
		}
		if got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
		missing := 0
		if !known(c.now) || !known(c.before) {
			missing = 1
		}
		if r.Since.NotComparable != missing || r.Since.Compared != ccd.ACA.Pixels()-missing {
			t.Errorf("%s: %d not comparable, %d compared", c.name, r.Since.NotComparable, r.Since.Compared)
		}
	}
}

func TestListHasBothRatesAtBothTemperatures(t *testing.T) {
	law, err := scaling.PerPixel.Between(-12, -16)
	if err != nil {
		t.Fatal(err)
	}
	here := map[Place]float32{{511, 511}: 4000, {-512, -512}: 140, {0, 0}: 5000, {0, -1}: 3100}
	then := map[Place]float32{{511, 511}: 4000, {-512, -512}: 80, {0, 0}: nan, {0, -1}: 800}
	r := compare(t, flat("2016125", celsius(-12), 10, here), flat("2015355", celsius(-16), 5, then), DefaultSettings())
	at := func(v float32) float32 { return float32(law.Rate(float64(v))) }
	want := []Pixel{
		// 140 e-/s are no longer warm 4 C colder, so it is not new.
		{0, -1, 3100, 800, at(3100), 800, Warm | Hot | Brighter | BeyondNoise},
		{0, 0, 5000, nan, nan, nan, Warm | Hot},
		{511, 511, 4000, 4000, at(4000), 4000, Warm | Hot | GoneHot | BeyondNoise},
	}
	if diff := cmp.Diff(want, r.Pixels, nanEqual); diff != "" {
		t.Errorf("list (-want +got):\n%s", diff)
	}
	d := r.Since
	if *d.CommonTemp != -16 || d.Law != "per-pixel" || d.Note != "" {
		t.Errorf("compared at %v C by %q, %q", *d.CommonTemp, d.Law, d.Note)
	}
	if got := at(3100); math.Abs(float64(got)-3100/1.437) > 6 {
		t.Errorf("3100 e-/s became %v at 4 C less, want about 2157", got) // processing.md, section 6
	}
	// Quadrants are A to D: row < 0 and col >= 0, both < 0, both >= 0, row >= 0 and col < 0.
	if diff := cmp.Diff(Count{3, [4]int{0, 0, 2, 1}}, r.Hot); diff != "" {
		t.Errorf("hot (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(Count{4, [4]int{0, 1, 2, 1}}, r.Warm); diff != "" {
		t.Errorf("warm (-want +got):\n%s", diff)
	}
}

// A pixel that is warm as measured but cool at a far colder common temperature
// has all its rates where it is listed.
func TestListedPixelsHaveAllRates(t *testing.T) {
	s := DefaultSettings()
	s.List = AllClasses
	r := compare(t, flat("2016125", celsius(-4), 10, map[Place]float32{{5, 5}: 105}), flat("2015355", celsius(-20), 1, nil), s)
	if len(r.Pixels) != 1 {
		t.Fatalf("%d pixels listed", len(r.Pixels))
	}
	law, err := scaling.PerPixel.Between(-4, -20)
	if err != nil {
		t.Fatal(err)
	}
	want := Pixel{5, 5, 105, 1, float32(law.Rate(105)), 1, Warm}
	if p := r.Pixels[0]; p != want || !(p.NowCommon < 25) {
		t.Errorf("%+v, want %+v", p, want)
	}
}

func TestRatesPerDay(t *testing.T) {
	now := map[Place]float32{{1, 1}: 200, {1, 2}: 200, {1, 3}: 200, {1, 4}: 4000}
	before := map[Place]float32{{1, 3}: 200, {2, 1}: 200, {2, 2}: 3500}
	a, b := flat("2016125", celsius(-14), 10, now), flat("2015355", celsius(-14), 10, before)
	a.Time = b.Time.Add(36 * time.Hour)
	w := compare(t, a, b, DefaultSettings()).Since
	if w.Days != 1.5 || w.Warm.CreatedPerDay != 2 || w.Warm.RecoveredPerDay != 2/1.5 || w.Warm.NetPerDay != 1/1.5 {
		t.Errorf("warm: %+v in %v days", w.Warm, w.Days)
	}
	if w.Warm.Created != w.Warm.New || w.Warm.Recovered != w.Warm.Gone {
		t.Errorf("warm: %+v, want all of it beyond noise", w.Warm)
	}
	if w.Hot.CreatedPerDay != 1/1.5 || w.Hot.RecoveredPerDay != 1/1.5 || w.Hot.NetPerDay != 0 || w.Warm.Stayed.Total != 1 {
		t.Errorf("hot: %+v", w.Hot)
	}
}

// The counts of a list are those of the exact histogram, in the map and at the
// common temperature.
func TestCountsAgreeWithHistograms(t *testing.T) {
	now, before := simulated(t, "2017185", -13.55), simulated(t, "2017092", -14.9)
	r0 := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		before.Image[r0.IntN(ccd.ACA.Pixels())] *= 3
		now.Image[r0.IntN(ccd.ACA.Pixels())] *= 3
	}
	before.Image[ccd.ACA.Index(7, 7)], before.Image[ccd.ACA.Index(-7, -7)] = 6000, 4500
	s := DefaultSettings()
	s.CommonTemp = celsius(-17)
	s.List = AllClasses
	r := compare(t, now, before, s)
	raw := stats.NewHistogram(now.Image)
	if r.Warm.Total != raw.Above(100) || r.Hot.Total != raw.Above(3000) || r.Missing != ccd.ACA.Pixels()-raw.Pixels() {
		t.Errorf("warm %d, hot %d, missing %d; the histogram has %d, %d, %d", r.Warm.Total, r.Hot.Total, r.Missing, raw.Above(100), raw.Above(3000), ccd.ACA.Pixels()-raw.Pixels())
	}
	for i, q := range stats.Quadrants(ccd.ACA, now.Image) {
		if r.Warm.Quadrants[i] != q.Above(100) || r.Hot.Quadrants[i] != q.Above(3000) {
			t.Errorf("quadrant %d: warm %d, hot %d; the histogram has %d, %d", i, r.Warm.Quadrants[i], r.Hot.Quadrants[i], q.Above(100), q.Above(3000))
		}
	}
	// Scaled maps of the pixels that both have.
	both := [2][]float32{}
	for k, m := range []Map{now, before} {
		law, err := s.Law.Between(*m.Temp, *s.CommonTemp)
		if err != nil {
			t.Fatal(err)
		}
		both[k] = make([]float32, ccd.ACA.Pixels())
		if err := law.Image(both[k], m.Image); err != nil {
			t.Fatal(err)
		}
	}
	for i := range ccd.ACA.Pixels() {
		if !known(both[0][i]) || !known(both[1][i]) {
			both[0][i], both[1][i] = nan, nan
		}
	}
	at, was := stats.NewHistogram(both[0]), stats.NewHistogram(both[1])
	for _, c := range []struct {
		threshold float64
		x         Crossing
	}{{100, r.Since.Warm}, {3000, r.Since.Hot}} {
		if got, want := c.x.New.Total+c.x.Stayed.Total, at.Above(c.threshold); got != want {
			t.Errorf("above %v now: %d new or stayed, the scaled map has %d", c.threshold, got, want)
		}
		if got, want := c.x.Gone.Total+c.x.Stayed.Total, was.Above(c.threshold); got != want {
			t.Errorf("above %v before: %d gone or stayed, the scaled map has %d", c.threshold, got, want)
		}
	}
	if r.Since.Compared != at.Pixels() || r.Since.Compared+r.Since.NotComparable != ccd.ACA.Pixels() {
		t.Errorf("%d compared, %d not; want %d", r.Since.Compared, r.Since.NotComparable, at.Pixels())
	}
	// The list says what the counts say.
	counts := map[Class]int{}
	var created, recovered int
	for i, p := range r.Pixels {
		for bit := Warm; bit <= Fainter; bit <<= 1 {
			if p.Class&bit != 0 {
				counts[bit]++
			}
		}
		if p.Class&BeyondNoise != 0 && p.Class&NewWarm != 0 {
			created++
		}
		if p.Class&BeyondNoise != 0 && p.Class&GoneWarm != 0 {
			recovered++
		}
		k := ccd.ACA.Index(int(p.Row), int(p.Col))
		if i > 0 && k <= ccd.ACA.Index(int(r.Pixels[i-1].Row), int(r.Pixels[i-1].Col)) {
			t.Fatalf("entry %d: (%d, %d) is out of order", i, p.Row, p.Col)
		}
		if p.Now != now.Image[k] || known(p.Before) && (p.NowCommon != both[0][k] || p.BeforeCommon != both[1][k]) {
			t.Fatalf("entry %d, %+v: the maps have %v, scaled %v and %v", i, p, now.Image[k], both[0][k], both[1][k])
		}
	}
	d := r.Since
	want := map[Class]int{Warm: r.Warm.Total, Hot: r.Hot.Total, NewWarm: d.Warm.New.Total, GoneWarm: d.Warm.Gone.Total,
		NewHot: d.Hot.New.Total, GoneHot: d.Hot.Gone.Total, Brighter: d.Brighter.Total, Fainter: d.Fainter.Total}
	if diff := cmp.Diff(want, counts); diff != "" {
		t.Errorf("classes in the list (-counted +listed):\n%s", diff)
	}
	for c, n := range want {
		if n == 0 {
			t.Errorf("no pixel is %v, so nothing was tried", c)
		}
	}
	if w := d.Warm; created != w.Created.Total || recovered != w.Recovered.Total || created == 0 || recovered == 0 {
		t.Errorf("%d and %d beyond noise, counted %+v", created, recovered, w)
	}
	// The default list is the same without what is only warm.
	s.List = AllClasses &^ (Warm | BeyondNoise)
	if s.List != DefaultSettings().List {
		t.Errorf("by default %v are listed, want %v", DefaultSettings().List, s.List)
	}
	if diff := difference(Pick(r.Pixels, s.List), compare(t, now, before, s).Pixels); diff != "" {
		t.Errorf("default list: %s", diff)
	}
}

// With the common temperature held, the maps may change places.
func TestSwappedMapsSwapNewAndGone(t *testing.T) {
	a, b := simulated(t, "2017185", -13.55), simulated(t, "2017092", -14.9)
	s := DefaultSettings()
	s.CommonTemp = celsius(-15)
	s.List = AllClasses &^ (Warm | Hot | BeyondNoise)
	forth := compare(t, a, b, s)
	a.Time, b.Time = b.Time, a.Time
	back := compare(t, b, a, s)
	swap := func(c Class) Class {
		for _, pair := range [][2]Class{{NewWarm, GoneWarm}, {NewHot, GoneHot}, {Brighter, Fainter}} {
			if x := c & (pair[0] | pair[1]); x == pair[0] || x == pair[1] {
				c ^= pair[0] | pair[1]
			}
		}
		return c &^ (Warm | Hot)
	}
	if len(forth.Pixels) != len(back.Pixels) || len(forth.Pixels) < 1000 {
		t.Fatalf("%d and %d pixels listed", len(forth.Pixels), len(back.Pixels))
	}
	for i, p := range forth.Pixels {
		q := back.Pixels[i]
		if p.Row != q.Row || p.Col != q.Col || p.Now != q.Before || p.NowCommon != q.BeforeCommon || p.Class&^(Warm|Hot) != swap(q.Class) {
			t.Fatalf("%+v became %+v", p, q)
		}
	}
	f, k := forth.Since, back.Since
	if f.Warm.New != k.Warm.Gone || f.Hot.Gone != k.Hot.New || f.Brighter != k.Fainter || f.Warm.Stayed != k.Warm.Stayed || f.Compared != k.Compared {
		t.Errorf("%+v became %+v", f, k)
	}
	if f.Warm.NetPerDay != -k.Warm.NetPerDay || f.Warm.CreatedPerDay != k.Warm.RecoveredPerDay {
		t.Errorf("rates %+v became %+v", f.Warm, k.Warm)
	}
}

// Two maps of the same CCD on the same day differ by noise alone, also when one
// is warmer: at the common temperature hardly a pixel counts as changed.
func TestNoiseAndTemperatureAreNoChange(t *testing.T) {
	const id = "2017185"
	quiet, err := synth.DarkMap(5, chandra.ID(id).Date(), -15)
	if err != nil {
		t.Fatal(err)
	}
	warmer, err := scaling.PerPixel.Between(-15, -11)
	if err != nil {
		t.Fatal(err)
	}
	maps := [2]Map{{Geometry: ccd.ACA, ID: "2017184", Temp: celsius(-15)}, {Geometry: ccd.ACA, ID: id, Temp: celsius(-11)}}
	for k := range maps {
		maps[k].Time, maps[k].Image = maps[k].ID.Date(), make([]float32, ccd.ACA.Pixels())
		if k == 0 {
			copy(maps[k].Image, quiet)
		} else if err := warmer.Image(maps[k].Image, quiet); err != nil {
			t.Fatal(err)
		}
		r := rand.New(rand.NewPCG(9, uint64(k)))
		for i, v := range maps[k].Image {
			maps[k].Image[i] = float32(math.Round(float64(v) + math.Sqrt(16+0.172*float64(v))*r.NormFloat64()))
		}
	}
	d := compare(t, maps[1], maps[0], DefaultSettings()).Since
	if n := d.Brighter.Total + d.Fainter.Total; n > 2 {
		t.Errorf("%d pixels changed by noise, want none", n)
	}
	// Thousands cross the threshold of warm by noise; hardly one of them counts
	// in the rates.
	if w := d.Warm; w.New.Total < 1000 || w.Gone.Total < 1000 || w.Created.Total+w.Recovered.Total > 2 || math.Abs(w.NetPerDay) > 400 {
		t.Errorf("over the threshold of warm: %+v", w)
	}
	if r := *d.MedianRatio; math.Abs(r-1) > 0.005 {
		t.Errorf("the median ratio is %v, want 1", r)
	}
	// As measured, the 4 C show.
	maps[0].Temp = nil
	d = compare(t, maps[1], maps[0], DefaultSettings()).Since
	if d.CommonTemp != nil || d.Law != "" || !strings.Contains(d.Note, "2017184") || strings.Contains(d.Note, id) {
		t.Errorf("compared at %v by %q: %q", d.CommonTemp, d.Law, d.Note)
	}
	if r := *d.MedianRatio; math.Abs(r-1.54) > 0.02 {
		t.Errorf("the median ratio as measured is %v, want 1.54 (processing.md, section 6)", r)
	}
}

func TestFind(t *testing.T) {
	m := flat("2015355", nil, 10, map[Place]float32{{5, 6}: 3500, {5, 7}: 500, {6, 7}: nan})
	r, err := Find(m, DefaultSettings())
	if err != nil {
		t.Fatal(err)
	}
	want := &Report{Geometry: ccd.ACA, WarmAbove: 100, HotAbove: 3000, Now: Source{ID: "2015355", File: "2015355/image.fits", Time: "2015:355:00:00:00.000"},
		Warm: Count{2, [4]int{0, 0, 2, 0}}, Hot: Count{1, [4]int{0, 0, 1, 0}}, Missing: 1, Listed: 1,
		Pixels: []Pixel{{5, 6, 3500, nan, nan, nan, Warm | Hot}}}
	if diff := cmp.Diff(want, r, nanEqual); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}

func TestWhatCannotBeCompared(t *testing.T) {
	good := func() (now, before Map, s Settings) {
		return flat("2016125", celsius(-14), 1, nil), flat("2015355", celsius(-15), 1, nil), DefaultSettings()
	}
	for _, c := range []struct {
		name  string
		spoil func(now, before *Map, s *Settings)
		says  string
	}{
		{"same time", func(n, b *Map, s *Settings) { n.Time = b.Time }, "want an earlier one"},
		{"later map first", func(n, b *Map, s *Settings) { n.Time = b.Time.Add(-time.Second) }, "want an earlier one"},
		{"no time", func(n, b *Map, s *Settings) { n.Time = time.Time{} }, "map 2016125: its time is not known"},
		{"short map", func(n, b *Map, s *Settings) { b.Image = b.Image[1:] }, "map 2015355: 1048575 pixels"},
		{"no image", func(n, b *Map, s *Settings) { n.Image = nil }, "map 2016125: 0 pixels"},
		{"no id", func(n, b *Map, s *Settings) { n.ID = "" }, "calibration id"},
		{"temperature that is none", func(n, b *Map, s *Settings) { n.Temp = celsius(math.NaN()) }, "temperature NaN"},
		{"temperatures too far apart", func(n, b *Map, s *Settings) { n.Temp = celsius(60) }, "map 2016125: temperature law"},
		{"no law", func(n, b *Map, s *Settings) { s.Law = scaling.Law{} }, "none chosen"},
		{"hot below warm", func(n, b *Map, s *Settings) { s.Hot = 99 }, "second higher"},
		{"warm without a number", func(n, b *Map, s *Settings) { s.Warm = math.NaN() }, "positive thresholds"},
		{"no amount", func(n, b *Map, s *Settings) { s.Change.EPerS = 0 }, "positive amount"},
		{"noise without a number", func(n, b *Map, s *Settings) { s.Noise.Shot = math.NaN() }, "noise of 4 and NaN"},
		{"negative noise", func(n, b *Map, s *Settings) { s.Noise.Readout = -1 }, "want none negative"},
		{"factor below 1", func(n, b *Map, s *Settings) { s.Change.Factor = 0.5 }, "at least 1"},
	} {
		now, before, s := good()
		c.spoil(&now, &before, &s)
		if _, err := Compare(now, before, s); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", c.name, err, c.says)
		}
	}
	now, before, s := good()
	if _, err := Compare(now, before, s); err != nil {
		t.Error(err)
	}
}
