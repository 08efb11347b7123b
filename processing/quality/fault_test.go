package quality

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"darksite/internal/shared"
	"darksite/processing/artifact"
	"darksite/processing/ccd"
	"darksite/processing/chandra"
	"darksite/processing/darkmap"
	"darksite/processing/pixels"
	"darksite/processing/synth"
	"darksite/processing/telemetry"
)

// clause finds one of a verdict.
func clause(t testing.TB, v Verdict, name string) Clause {
	t.Helper()
	i := slices.IndexFunc(v.Clauses, func(c Clause) bool { return c.Name == name })
	if i < 0 {
		t.Fatalf("no clause %q", name)
	}
	return v.Clauses[i]
}

// caught fails unless the clauses name the fault, one line gives its cause, and the
// verdict heeds it.
func caught(t testing.TB, v Verdict, names ...string) {
	t.Helper()
	if v.State == Good {
		t.Errorf("the verdict is %s", v.State)
	}
	for _, name := range names {
		c := clause(t, v, name)
		if c.State.rank() == 0 || c.Counts != c.State {
			t.Errorf("clause %s is %s (counts %s): %s", name, c.State, c.Counts, c.Sentence)
			continue
		}
		if c.State != Remarked && !strings.Contains(c.Sentence, "the limit of") || c.Measured == nil || c.Limit == nil || c.Source == "" {
			t.Errorf("clause %s does not tell all: %+v", name, c)
		}
	}
	for _, c := range v.Causes {
		if n := utf8.RuneCountInString(c.Text); n > 70 || c.Text == "" || c.Place == "" || (len(c.Do) == 0) != (c.State == Remarked) {
			t.Errorf("%+v: %d characters", c, n)
		}
	}
	if t.Failed() {
		t.Log(v.Reason)
	}
}

// rowsOf visits the rows of a quadrant.
func rowsOf(f *telemetry.File, q ccd.Quadrant, do func(r *telemetry.Row)) {
	for i := range f.Rows {
		if f.Rows[i].Quadrant() == q {
			do(&f.Rows[i])
		}
	}
}

// exchange puts the rows of two quadrants in each other's places.
func exchange(files []*telemetry.File, a, b ccd.Quadrant) {
	for _, f := range files {
		for i := range f.Rows {
			r := &f.Rows[i]
			from, to := a, b
			switch r.Quadrant() {
			case a:
			case b:
				from, to = b, a
			default:
				continue
			}
			first, _ := ccd.ACA.RowsOf(from)
			begin, _ := ccd.ACA.RowsOf(to)
			r.ColNeg, r.Row = to.ColNeg(), begin+(r.Row-first)
		}
	}
}

// random is a replica, an integration time and a quadrant.
type random struct{ *rand.Rand }

func (r random) quadrant() ccd.Quadrant { return ccd.Quadrant(r.IntN(4)) }
func (r random) replica() int           { return 1 + r.IntN(5) }

type fault struct {
	name  string
	names []string // of the clauses that are meant for it
	state State    // that it leads to, "" for either
	// Each part may be nil: before the exposure, of the files (nil is a lost
	// one), of what was made of them.
	scene  func(r random, s *sky)
	files  func(r random, files []*telemetry.File)
	result func(r random, o *observed)
}

func lose(files []*telemetry.File, n int, lost func(r *telemetry.Row) bool) {
	files[n-1].Rows = slices.DeleteFunc(files[n-1].Rows, func(r telemetry.Row) bool { return lost(&r) })
}

var faults = []fault{
	{name: "one row lost", names: []string{"missing-rows", "completeness"}, state: Remarked, files: func(r random, files []*telemetry.File) {
		n := r.replica()
		at := r.IntN(len(files[n-1].Rows))
		files[n-1].Rows = slices.Delete(files[n-1].Rows, at, at+1)
	}},
	{name: "rows lost", names: []string{"missing-rows", "completeness"}, state: Degraded, files: func(r random, files []*telemetry.File) {
		first, q := int16(r.IntN(900)-500), r.quadrant()
		begin, end := ccd.ACA.RowsOf(q)
		first = min(max(first, begin), end-30)
		lose(files, r.replica(), func(row *telemetry.Row) bool {
			return row.Quadrant() == q && first <= row.Row && row.Row <= first+30
		})
	}},
	{name: "a replica lost", names: []string{"replicas", "completeness"}, state: Degraded, files: func(r random, files []*telemetry.File) {
		files[r.IntN(5)] = nil
	}},
	{name: "three replicas lost", names: []string{"replicas", "completeness", "coverage"}, state: Bad, files: func(r random, files []*telemetry.File) {
		for _, n := range r.Perm(5)[:3] {
			files[n] = nil
		}
	}},
	{name: "the same rows lost in three replicas", names: []string{"coverage"}, files: func(r random, files []*telemetry.File) {
		for _, n := range r.Perm(5)[:3] {
			lose(files, n+1, func(row *telemetry.Row) bool { return row.ColNeg == 1 && row.Row > 480 })
		}
	}},
	{name: "the same rows lost everywhere", names: []string{"missing-pixels", "coverage"}, files: func(r random, files []*telemetry.File) {
		for n := range files {
			lose(files, n+1, func(row *telemetry.Row) bool { return row.ColNeg == 0 && row.Row == -40 })
		}
	}},
	{name: "a file cut", names: []string{"file-size", "completeness"}, state: Degraded, files: func(r random, files []*telemetry.File) {
		f := files[r.IntN(5)]
		f.Rows, f.Bytes = f.Rows[:len(f.Rows)/2], f.Bytes/2
	}},
	{name: "a file twice under two numbers", names: []string{"distinct-replicas"}, state: Degraded, files: func(r random, files []*telemetry.File) {
		p := r.Perm(5)
		files[p[0]] = files[p[1]]
	}},
	{name: "a star left in", names: []string{"stars"}, state: Degraded, scene: func(r random, s *sky) {
		y, x := 20+r.Float64()*984, 20+r.Float64()*984
		s.rates = func(_ int, rates []float32) { shine(rates, y, x, 5263*6) } // 8.4 mag
	}},
	{name: "a faint star left in", names: []string{"risen-places"}, state: Degraded, scene: func(r random, s *sky) {
		y, x := 20+r.Float64()*984, 20+r.Float64()*984
		s.rates = func(_ int, rates []float32) { shine(rates, y, x, 5263) } // 10.3 mag
	}},
	{name: "the spacecraft did not move", names: []string{"stars", "risen-places"}, state: Bad, scene: func(r random, s *sky) {
		s.rates = func(_ int, rates []float32) {
			star := rand.New(rand.NewPCG(s.noise, 9))
			for range 60 {
				shine(rates, star.Float64()*1024, star.Float64()*1024, 5263*6)
			}
		}
	}},
	{name: "another integration time", names: []string{"integration-times"}, state: Degraded, files: func(r random, files []*telemetry.File) {
		f := files[r.IntN(5)]
		for i := range f.Rows {
			if f.Rows[i].IntegUnits == 625 {
				f.Rows[i].IntegUnits = 500
			}
		}
	}},
	{name: "an exposure of 8 s that says 10 s", names: []string{"replica-levels"}, state: Degraded, files: func(r random, files []*telemetry.File) {
		signal(files[r.IntN(5)], 625, 12./14)
	}},
	{name: "all exposures of 5 s that say 10 s", names: []string{"long-to-short"}, state: Bad, files: func(r random, files []*telemetry.File) {
		for _, f := range files {
			signal(f, 625, 9./14)
		}
	}},
	{name: "short and long exchanged", names: []string{"long-to-short"}, state: Bad, files: func(r random, files []*telemetry.File) {
		for _, f := range files {
			for i := range f.Rows {
				f.Rows[i].IntegUnits = 312 + 625 - f.Rows[i].IntegUnits
			}
		}
	}},
	{name: "a bit stuck in one replica", names: []string{"stuck-bits"}, files: func(r random, files []*telemetry.File) {
		stick(r, files[r.IntN(5)], ccd.Quadrants())
	}},
	{name: "a bit stuck in one quadrant of all", names: []string{"stuck-bits"}, state: Bad, files: func(r random, files []*telemetry.File) {
		seed, q := r.Uint64(), r.quadrant()
		for _, f := range files {
			stick(random{rand.New(rand.NewPCG(seed, 1))}, f, []ccd.Quadrant{q})
		}
	}},
	{name: "the bias of a quadrant 150 DN off", names: []string{"long-to-short"}, files: func(r random, files []*telemetry.File) {
		q := r.quadrant()
		for _, f := range files {
			rowsOf(f, q, func(row *telemetry.Row) { row.Bias -= 150 })
		}
	}},
	{name: "quadrants exchanged", names: []string{"hot-pixels-kept", "warm-pixels-kept"}, state: Bad, files: func(r random, files []*telemetry.File) {
		p := r.Perm(4)
		exchange(files, ccd.Quadrant(p[0]), ccd.Quadrant(p[1]))
	}},
	{name: "quadrant A exchanged", names: []string{"bad-column", "hot-pixels-kept"}, state: Bad, files: func(r random, files []*telemetry.File) {
		exchange(files, ccd.QuadrantA, ccd.Quadrant(1+r.IntN(3)))
	}},
	{name: "a map reversed or transposed", names: []string{"orientation", "hot-pixels-kept", "bad-column"}, state: Bad, result: func(r random, o *observed) {
		lie := pixels.Symmetries(ccd.ACA)[1+r.IntN(7)]
		turned := make([]float32, size)
		for i, v := range o.image.Image {
			p := lie.Of(ccd.ACA, pixels.Place{Row: int16(i/1024 - 512), Col: int16(i%1024 - 512)})
			turned[(int(p.Row)+512)*1024+int(p.Col)+512] = v
		}
		o.image.Image = turned
	}},
	{name: "a typed temperature 4 C too cold", names: []string{"typed-temperature", "model"}, scene: func(r random, s *sky) { s.told -= 4 }, result: typed},
	{name: "a typed temperature 4 C too warm", names: []string{"typed-temperature", "change"}, scene: func(r random, s *sky) { s.told += 4 }, result: typed},
	{name: "a typed temperature", names: []string{"typed-temperature"}, state: Remarked, result: typed},
	{name: "a measured temperature 3 C too cold", names: []string{"change"}, scene: func(r random, s *sky) { s.told -= 3 }},
	{name: "a measured temperature 3 C too warm", names: []string{"change"}, scene: func(r random, s *sky) { s.told += 3 }},
	{name: "an impossible temperature", names: []string{"temperature"}, scene: func(r random, s *sky) { s.told = 13.6 }},
	{name: "replicas at other temperatures", names: []string{"replica-temperatures"}, state: Degraded, scene: func(r random, s *sky) {
		s.temps = []float64{s.temp, s.temp, s.temp, s.temp, s.temp}
		s.temps[r.IntN(5)] += 1.5
	}},
	{name: "a replica that was 1.5 C warmer", names: []string{"replica-levels"}, state: Degraded, scene: func(r random, s *sky) {
		warm := r.replica()
		s.rates = func(n int, rates []float32) {
			for i := range rates {
				if n == warm {
					rates[i] *= 1.17
				}
			}
		}
	}},
	{name: "a field in the zodiacal light", names: []string{"zodiacal-light"}, state: Degraded, scene: func(r random, s *sky) {
		s.ra, s.dec = 227.136341, 16.976002
		for s.ra = 0; ; s.ra += 5 { // somewhere on the ecliptic, not too near the Sun
			if b, err := zodiAt(s.id, s.ra, 0); err == nil && b > 300 && b < 1000 {
				s.dec = 0
				return
			}
		}
	}},
	{name: "sources that differ", names: []string{"contradictions"}, state: Degraded, result: func(r random, o *observed) {
		o.calibration.Contradictions = []string{"info.csv has the declination 16.976 and info.fits -16.976."}
	}},
	{name: "a clipped map", names: []string{"negative-pixels"}, state: Degraded, result: func(r random, o *observed) {
		for i, v := range o.image.Image {
			o.image.Image[i] = max(v, 0)
		}
		facts := o.calibration.Facts
		o.calibration, _ = artifact.FromImage(ccd.ACA, o.calibration.ID, o.image.Image, nil)
		o.calibration.Facts = facts
	}},
	{name: "noise", names: []string{"noise"}, state: Degraded, files: func(r random, files []*telemetry.File) {
		for _, f := range files {
			for i := range f.Rows {
				for j, v := range f.Rows[i].DN {
					f.Rows[i].DN[j] = uint16(int(v) + r.IntN(41) - 20)
				}
			}
		}
	}},
}

// typed is a temperature that nobody measured.
func typed(r random, o *observed) { o.calibration.Facts.CCDTempSource = "info.csv" }

// signal scales what is above the bias in the rows of an integration.
func signal(f *telemetry.File, units uint16, by float64) {
	for i := range f.Rows {
		if r := &f.Rows[i]; r.IntegUnits == units {
			for j, v := range r.DN {
				r.DN[j] = uint16(float64(r.Bias) + (float64(v)-float64(r.Bias))*by + 0.5)
			}
		}
	}
}

// stick makes one of the ten lowest bits of quadrants stay set or clear.
func stick(r random, f *telemetry.File, quadrants []ccd.Quadrant) {
	bit, set := uint16(1)<<r.IntN(10), r.IntN(2) == 0
	for _, q := range quadrants {
		rowsOf(f, q, func(row *telemetry.Row) {
			for j := range row.DN {
				if set {
					row.DN[j] |= bit
				} else {
					row.DN[j] &^= bit
				}
			}
		})
	}
}

func zodiAt(id chandra.ID, ra, dec float64) (float64, error) {
	c := artifact.Calibration{ID: id, Facts: artifact.Facts{RA: &ra, Dec: &dec}}
	if err := c.Correct(); err != nil {
		return 0, err
	}
	return c.Zodi.ZodiB, nil
}

// Each class of fault is caught by the clause that is meant for it, on a cold
// CCD and on a warm one, and never comes out good.
func TestFaults(t *testing.T) {
	shared.Slow(t)
	for _, e := range []struct {
		before, now chandra.ID
		temp        float64
	}{{"2013096", "2013191", -16}, {"2016001", "2016125", -13.6}} {
		first := newSky(t, 11, e.before, e.temp)
		before := first.observe(t)
		for i, f := range faults {
			if raced && i%8 != 0 {
				continue
			}
			t.Run(fmt.Sprintf("%s/%s", e.now, f.name), func(t *testing.T) {
				for try := range tries {
					r := random{rand.New(rand.NewPCG(uint64(i), uint64(try)))}
					s := newSky(t, 11, e.now, e.temp)
					s.noise += uint64(i*1000 + try)
					if f.scene != nil {
						f.scene(r, &s)
					}
					files := s.files()
					if f.files != nil {
						f.files(r, files)
					}
					now := s.archive(t, files)
					if f.result != nil {
						f.result(r, &now)
					}
					v := Judge(subject(t, now, &before), DefaultRules())
					caught(t, v, f.names...)
					if f.state != "" && v.State != f.state {
						t.Errorf("the verdict is %s, want %s: %s", v.State, f.state, v.Reason)
					}
				}
			})
		}
	}
}

// Stars stand out less the warmer the CCD is. The previous map finds them to 10.3
// mag at -3 C, where half of the pixels are warm; the shape alone finds 7.8 mag.
func TestStarsAmongWarmPixels(t *testing.T) {
	if raced {
		t.Skip("nothing here is concurrent that other tests are not")
	}
	first := newSky(t, 11, "2024100", -3)
	before := first.observe(t)
	for i, c := range []struct {
		rate   float64
		clause string
	}{{5263, "risen-places"}, {5263 * 10, "stars"}} {
		const stars = 40
		s := newSky(t, 11, "2024133", -3)
		s.noise += uint64(i)
		rng := rand.New(rand.NewPCG(4, uint64(i)))
		var at [stars][2]float64
		for k := range at {
			at[k] = [2]float64{20 + rng.Float64()*984, 20 + rng.Float64()*984}
		}
		s.rates = func(_ int, rates []float32) {
			for _, p := range at {
				shine(rates, p[0], p[1], c.rate)
			}
		}
		v := Judge(subject(t, s.observe(t), &before), DefaultRules())
		caught(t, v, c.clause)
		if found := int(clause(t, v, c.clause).Measured.Value); found < stars*9/10 || found > stars {
			t.Errorf("%d of %d stars of %.0f e-/s found: %s", found, stars, c.rate, clause(t, v, c.clause).Sentence)
		}
	}
}

// The damage that the simulator does to telemetry, through the decoder.
func TestDamagedTelemetry(t *testing.T) {
	shared.Slow(t)
	options := synth.Defaults()
	options.TCCD, options.RA, options.Dec = -16, 270, 66.56
	const id = "2013191"
	for _, c := range []struct {
		damage string
		state  State
		names  []string
	}{
		{"", Good, nil},
		{"repeat 20 frames; swap 5 frames; 40 other channels; leading 500 bytes; trailing 300 bytes", Good, nil},
		{"rows 100 to 130 of replica 3 lost", Degraded, []string{"missing-rows", "completeness"}},
		{"drop 2 frames of replica 1", Remarked, []string{"missing-rows", "completeness"}},
		{"delete 1000000 bytes of replica 5 at 12000000; flip 200 counters of replica 1", Degraded, []string{"missing-rows", "completeness"}},
		{"replica 2 missing", Degraded, []string{"replicas", "completeness"}},
		{"truncate replica 4 at 20000000 bytes", Degraded, []string{"file-size", "missing-rows", "completeness"}},
		{"replica 1 missing; replica 2 missing; replica 3 missing", Bad, []string{"replicas", "coverage"}},
		{"star left in", Degraded, []string{"stars"}},
		{"wrong integration in replica 2", Degraded, []string{"integration-times"}},
	} {
		if raced && c.damage != "" {
			continue
		}
		t.Run(c.damage, func(t *testing.T) {
			damage, err := synth.ParseDamage(c.damage)
			if err != nil {
				t.Fatal(err)
			}
			sent, err := synth.Calibrate(t.Context(), id, options, damage, nil)
			if err != nil {
				t.Fatal(err)
			}
			files := make([]*telemetry.File, len(sent.Files))
			for i, f := range sent.Files {
				if f.Missing {
					continue
				}
				path := filepath.Join(t.TempDir(), f.Name)
				if err := os.WriteFile(path, f.Gzip, 0o600); err != nil {
					t.Fatal(err)
				}
				if files[i], err = telemetry.DecodeFile(t.Context(), path, telemetry.DefaultOptions); err != nil {
					t.Fatal(err)
				}
			}
			s := sky{id: id, told: options.TCCD, ra: options.RA, dec: options.Dec}
			v := Judge(subject(t, s.archive(t, files), nil), DefaultRules())
			if v.State != c.state {
				t.Errorf("the verdict is %s, want %s: %s", v.State, c.state, v.Reason)
			}
			if c.state != Good {
				caught(t, v, c.names...)
			}
		})
	}
}

// A map with less than all rows is not good under any rules.
func TestLessThanWholeIsNeverGood(t *testing.T) {
	off := string(defaultRules)
	for _, name := range []string{"replicas", "completeness", "missing-rows"} {
		off = switchOff(t, off, name)
	}
	r, err := ParseRules([]byte(off), "off.toml")
	if err != nil {
		t.Fatal(err)
	}
	c := &artifact.Calibration{ID: "2012198", Origin: artifact.FromTelemetry}
	c.Map = artifact.Map{Replicas: 4, Planned: darkmap.DefaultSettings().Replicas, Degraded: true, Reasons: []string{"4 of 5 replicas were received"}}
	temp := -19.0
	c.Facts.CCDTemp = &temp
	v := Judge(Subject{Calibration: c}, r)
	if v.State != Degraded || clause(t, v, "whole-map").State != Degraded || !strings.Contains(v.Reason, "4 of 5 replicas") {
		t.Errorf("%s: %s", v.State, v.Reason)
	}
	for _, name := range []string{"replicas", "completeness", "missing-rows"} {
		if got := clause(t, v, name); got.State != Off || !strings.Contains(got.Sentence, "switch this clause off: Not here.") {
			t.Errorf("%s is %s: %s", name, got.State, got.Sentence)
		}
	}
}

// switchOff replaces a clause of a rules file.
func switchOff(t testing.TB, file, name string) string {
	t.Helper()
	head := "[[clause]]\nname = \"" + name + "\"\n"
	at := strings.Index(file, head)
	if at < 0 {
		t.Fatalf("no clause %s", name)
	}
	rest := file[at+len(head):]
	end := strings.Index(rest, "\n\n")
	if end < 0 {
		end = len(rest)
	}
	return file[:at+len(head)] + "off = true\nevidence = [\"Not here.\"]\n" + rest[end:]
}
