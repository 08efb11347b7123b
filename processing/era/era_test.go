package era

import (
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"darksite/internal/shared"
	"darksite/processing/chandra"
)

func at(t testing.TB, dates ...string) (out []time.Time) {
	t.Helper()
	for _, d := range dates {
		when, err := chandra.ParseDate(d)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, when)
	}
	return out
}

// The six replicas of 2020 are one calibration over 16 days, or six when the
// configuration says so.
func TestModernReplicas(t *testing.T) {
	var starts []time.Time
	for _, row := range shared.Table(t, "real_kadi_replicas_2020.csv") {
		starts = append(starts, at(t, row["start"])...)
		// The file has the time in seconds too.
		if got, want := chandra.Seconds(starts[len(starts)-1]), shared.Number(t, row["tstart"]); got-want > 1e-6 || want-got > 1e-6 {
			t.Errorf("%s is %.6f, want %.6f", row["start"], got, want)
		}
	}
	if got, want := Default().Group(starts), []Calibration{{"2020169", []int{0, 1, 2, 3, 4, 5}}}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if last := Default().Of("2020169").LastDay("2020169"); last < "2020185" {
		t.Errorf("the last day of 2020169 is %s, and a replica came on 2020185", last)
	}
	single := Eras{{From: "1999001", Replicas: 1}}
	if got := single.Group(starts); len(got) != 6 || got[5].ID != "2020185" {
		t.Errorf("single replicas: %v, want six calibrations", got)
	}
	// The next calibrations were a month apart.
	months := Default().Group(at(t, "2022:069:10:00:00", "2022:104:10:00:00", "2022:133:10:00:00"))
	if len(months) != 3 {
		t.Errorf("calibrations of 2022: %v, want three", months)
	}
}

// classic is the five starts of a calibration, 43 minutes apart.
func classic(first time.Time) (starts []time.Time) {
	for n := range 5 {
		starts = append(starts, first.Add(time.Duration(n)*43*time.Minute))
	}
	return starts
}

func TestClassicCalibrations(t *testing.T) {
	for name, c := range map[string]struct {
		first string
		id    chandra.ID
	}{
		"crosses midnight":             {"2010:189:23:51:46.000", "2010189"},
		"crosses midnight, too":        {"2007:069:22:52:27.816", "2007069"},
		"over the end of a leap year":  {"2012:366:23:00:00.000", "2012366"},
		"over the end of another":      {"2015:365:23:00:00.000", "2015365"},
		"across a leap second":         {"2016:366:22:30:00.000", "2016366"},
		"ends just before midnight":    {"2015:355:20:50:00.000", "2015355"},
		"begins with the day":          {"2007:006:00:00:00.000", "2007006"},
		"begins a millisecond earlier": {"2007:005:23:59:59.999", "2007005"},
	} {
		got := Default().Group(classic(at(t, c.first)[0]))
		if len(got) != 1 || got[0].ID != c.id || len(got[0].Replicas) != 5 {
			t.Errorf("%s: %v, want %s with five replicas", name, got, c.id)
			continue
		}
		last := chandra.IDOf(classic(at(t, c.first)[0])[4])
		if Default().Of(c.id).LastDay(c.id) < last {
			t.Errorf("%s: the last replica came on %s", name, last)
		}
	}
	// Two in a month are two: 2010:288 and 2010:301, the second with a gap of
	// 2.5 hours; and replicas of 1999 are seven.
	starts := append(classic(at(t, "2010:288:01:00:00")[0]), classic(at(t, "2010:301:01:00:00")[0])...)
	for i := 8; i < 10; i++ {
		starts[i] = starts[i].Add(150 * time.Minute)
	}
	if got := Default().Group(starts); len(got) != 2 || got[0].ID != "2010288" || got[1].ID != "2010301" || len(got[1].Replicas) != 5 {
		t.Errorf("%v, want 2010288 and 2010301", got)
	}
	if n := Default().Of("1999223").Replicas; n != 7 {
		t.Errorf("%d replicas in 1999, want 7 for 14 readouts", n)
	}
}

// The order in which replicas are given does not matter, and none is lost.
func TestGroupingIsOfTimes(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	for range 500 {
		starts := make([]time.Time, rng.IntN(40))
		for i := range starts {
			starts[i] = time.Date(2000+rng.IntN(26), 1, 1, 0, rng.IntN(60*24*60), 0, 0, time.UTC)
		}
		groups := Default().Group(starts)
		seen := 0
		var last time.Time
		for _, g := range groups {
			for _, i := range g.Replicas {
				if starts[i].Before(last) {
					t.Fatalf("replica %d of %v out of order in %v", i, starts, groups)
				}
				last = starts[i]
				seen++
			}
			if g.ID != chandra.IDOf(starts[g.Replicas[0]]) {
				t.Fatalf("%v is not of the day of its first replica", g)
			}
		}
		if seen != len(starts) {
			t.Fatalf("%d of %d replicas in %v", seen, len(starts), groups)
		}
		if len(starts) == 0 {
			continue
		}
		shuffled := append([]time.Time{}, starts...)
		rng.Shuffle(len(shuffled), func(a, b int) { shuffled[a], shuffled[b] = shuffled[b], shuffled[a] })
		again := Default().Group(shuffled)
		for i := range groups {
			if again[i].ID != groups[i].ID || len(again[i].Replicas) != len(groups[i].Replicas) {
				t.Fatalf("shuffled: %v, want %v", again, groups)
			}
		}
	}
}

func TestCheck(t *testing.T) {
	if err := Default().Check(); err != nil {
		t.Error(err)
	}
	for name, e := range map[string]Eras{
		"none":      {},
		"no day":    {{From: "2015366", Replicas: 5, ApartDays: 1}},
		"backwards": {{From: "2015001", Replicas: 5, ApartDays: 1}, {From: "2014001", Replicas: 5, ApartDays: 1}},
		"empty":     {{From: "2015001", ApartDays: 1}},
		"crowd":     {{From: "2015001", Replicas: 100, ApartDays: 1}},
		"negative":  {{From: "2015001", Replicas: 5, ApartDays: -1}},
	} {
		if e.Check() == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
