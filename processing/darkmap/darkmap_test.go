package darkmap

import (
	"errors"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"darksite/processing/ccd"
	"darksite/processing/telemetry"
)

const (
	samples    = telemetry.RecordPixels
	shortUnits = 312
	longUnits  = 625
)

// replica makes a file of the given half rows in both integrations; the signal
// of sample j is value(j) in the long and 0 in the short one.
func replica(bias uint16, halfRows []int, value func(j int) int) *telemetry.File {
	f := &telemetry.File{}
	for _, h := range halfRows {
		colneg, row := ccd.ACA.OfHalfRow(h)
		for _, units := range []uint16{shortUnits, longUnits} {
			r := telemetry.Row{Bias: bias, IntegUnits: units, ColNeg: colneg, Row: row, DN: make([]uint16, samples)}
			for j := range r.DN {
				r.DN[j] = bias
				if units == longUnits {
					r.DN[j] = uint16(int(bias) + value(j))
				}
			}
			f.Rows = append(f.Rows, r)
		}
	}
	return f
}

func constant(v int) func(int) int { return func(int) int { return v } }

func combine(t *testing.T, s Settings, files ...*telemetry.File) *Map {
	t.Helper()
	stack, err := NewStack(ccd.ACA, files, s)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Combine(stack)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestMiddlesAgreeWithSorting(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	c := newCombiner(samples)
	for n := range 9 {
		for range 20 {
			rows := make([]*telemetry.Row, n)
			for k := range rows {
				rows[k] = &telemetry.Row{Bias: uint16(r.UintN(65536)), DN: make([]uint16, samples)}
				for j := range rows[k].DN {
					rows[k].DN[j] = uint16(r.UintN(1 << (1 + r.UintN(16))))
				}
			}
			padded := slices.Insert(slices.Clone(rows), r.IntN(n+1), nil) // one replica lacks the row
			if got := middles(padded, c.lower[0], c.upper[0], &c.scratch); got != n {
				t.Fatalf("%d rows counted as %d", n, got)
			}
			for j := range samples {
				var v []int32
				for _, row := range rows {
					v = append(v, int32(row.DN[j])-int32(row.Bias))
				}
				slices.Sort(v)
				if n > 0 && (c.lower[0][j] != v[(n-1)/2] || c.upper[0][j] != v[n/2]) {
					t.Fatalf("%v: middles %d %d", v, c.lower[0][j], c.upper[0][j])
				}
			}
		}
	}
}

// An even number of samples: classic takes the upper middle, measured the mean.
func TestEvenCounts(t *testing.T) {
	h := []int{700}
	files := []*telemetry.File{replica(9, h, constant(10)), replica(9, h, constant(13)), replica(9, h, constant(99)), replica(9, h, constant(1))}
	place := ccd.ACA.PlaceOf(ccd.ACA.OfHalfRow(700))
	at := place.Y*ccd.ACA.Columns + place.X0
	classic := combine(t, DefaultSettings(), files...)
	if got := classic.Image[at]; got != 13 {
		t.Errorf("classic: %v e-/s, want 13, the upper middle of 1 10 13 99", got)
	}
	s := DefaultSettings()
	s.Method = Measured
	measured := combine(t, s, files...)
	if want := float32(11.5 * 5 / ((longUnits - shortUnits) * telemetry.IntegUnit)); math.Abs(float64(measured.Image[at]-want)) > 1e-5 {
		t.Errorf("measured: %v e-/s, want %v", measured.Image[at], want)
	}
	if got := measured.Seconds; math.Abs(got[0]-4.992) > 1e-12 || math.Abs(got[1]-10) > 1e-12 {
		t.Errorf("measured times %v, want 4.992 and 10", got)
	}
}

func TestOrientation(t *testing.T) {
	for _, c := range []struct {
		colneg uint8
		row    int16
		sample int
		y, x   int
	}{
		{0, -512, 0, 0, 1023}, {0, -512, 511, 0, 512}, {1, -512, 0, 0, 0}, {1, -1, 511, 511, 511}, {0, 511, 511, 1023, 512},
	} {
		m := combine(t, DefaultSettings(), replica(100, []int{ccd.ACA.HalfRow(c.colneg, c.row)}, func(j int) int {
			if j == c.sample {
				return 77
			}
			return 0
		}))
		if got := m.Image[c.y*ccd.ACA.Columns+c.x]; got != 77 {
			t.Errorf("column sign %d row %d sample %d: image[%d][%d] = %v, want 77", c.colneg, c.row, c.sample, c.y, c.x, got)
		}
	}
}

// missing counts the pixels without a value.
func missing(m *Map) (n int) {
	for _, v := range m.Image {
		if v != v {
			n++
		}
	}
	return n
}

func TestMissingPixelsAreNaNAndCounted(t *testing.T) {
	f := replica(100, []int{5, 6}, constant(3))
	f.Rows = f.Rows[:3] // the long row of half row 6 is lost
	m := combine(t, DefaultSettings(), f)
	if got, want := missing(m), len(m.Image)-samples; got != want {
		t.Errorf("%d missing, want %d", got, want)
	}
	if got := m.Samples(Short); got[1] != 2*samples || got[0] != len(m.Image)-2*samples {
		t.Errorf("short samples %v", got)
	}
	if got := m.Samples(Long); got[1] != samples {
		t.Errorf("long samples %v", got)
	}
}

func TestNothingIsNoMap(t *testing.T) {
	rows := func(n int, units ...uint16) *telemetry.File {
		f := replica(100, []int{5}, constant(3))
		f.Rows = f.Rows[:n]
		for i, u := range units {
			f.Rows[i].IntegUnits = u
		}
		return f
	}
	for name, c := range map[string]struct {
		files []*telemetry.File
		err   error
		says  string
	}{
		"no replica": {nil, ErrNoRows, "no calibration row"},
		"no rows":    {[]*telemetry.File{{}}, ErrNoRows, "no calibration row"},
		"short only": {[]*telemetry.File{rows(1), rows(1)}, ErrIntegrations, "2 rows of 5 s, 0 of another time and none of 10 s"},
		"long only":  {[]*telemetry.File{rows(2, 625, 625)}, ErrIntegrations, "1 rows of 10 s, 0 of another time and none of 5 s"},
		"other only": {[]*telemetry.File{rows(2, 100, 1000)}, ErrIntegrations, "2 rows of another time, none of 5 s and none of 10 s"},
		"one other":  {[]*telemetry.File{rows(2, 312, 1000)}, ErrIntegrations, "1 rows of 5 s, 1 of another time and none of 10 s"},
	} {
		stack, err := NewStack(ccd.ACA, c.files, DefaultSettings())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Combine(stack); !errors.Is(err, c.err) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
	}
}

func TestOtherIntegrationsAndRepeatsAreLeftOut(t *testing.T) {
	f := replica(100, []int{5}, constant(3))
	odd, again := f.Rows[1], f.Rows[1]
	odd.IntegUnits = 500
	again.Repeat, again.DN = true, make([]uint16, samples)
	f.Rows = append(f.Rows, odd, again)
	stack, err := NewStack(ccd.ACA, []*telemetry.File{f}, DefaultSettings())
	if err != nil {
		t.Fatal(err)
	}
	if stack.OtherIntegration[0] != 1 {
		t.Errorf("%d rows of another integration, want 1", stack.OtherIntegration[0])
	}
	if got, _, ok := stack.Median(Long, 5, 0); got != 3 || !ok || stack.Row(0, Long, 6) != nil {
		t.Errorf("signal %v %t, want 3; row 6 is %v", got, ok, stack.Row(0, Long, 6))
	}
}

func TestMapDoesNotDependOnOrderOrProcessors(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 9))
	all := make([]int, ccd.ACA.HalfRows())
	for h := range all {
		all[h] = h
	}
	var files []*telemetry.File
	for range 5 {
		files = append(files, replica(1000, all, func(int) int { return r.IntN(500) }))
	}
	want := floatCRC(combine(t, DefaultSettings(), files...).Image)
	for _, procs := range []int{1, 2, 7} {
		r.Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
		old := runtime.GOMAXPROCS(procs)
		got := floatCRC(combine(t, DefaultSettings(), files...).Image)
		runtime.GOMAXPROCS(old)
		if got != want {
			t.Errorf("map with %d processors and another order differs", procs)
		}
	}
}

func TestSettingsAreChecked(t *testing.T) {
	for name, change := range map[string]func(*Settings){
		"method": func(s *Settings) { s.Method = "mean" },
		"gain":   func(s *Settings) { s.GainEPerDN = math.NaN() },
		"times":  func(s *Settings) { s.LongS = s.ShortS },
		"count":  func(s *Settings) { s.Replicas = 0 },
	} {
		s := DefaultSettings()
		change(&s)
		if _, err := NewStack(ccd.ACA, nil, s); err == nil {
			t.Errorf("impossible %s was accepted", name)
		}
	}
}
