package kadi

import (
	"slices"
	"strings"
	"testing"
	"time"

	"darksite/processing/chandra"
	"darksite/processing/era"
)

func without(replicas []Replica, numbers ...int) (out []Replica) {
	for i, r := range replicas {
		if !slices.Contains(numbers, i+1) {
			out = append(out, r)
		}
	}
	return out
}

func plan(replicas []Replica) (out []time.Time) {
	for _, r := range replicas {
		out = append(out, r.StartTime.Add(9*time.Second))
	}
	return out
}

// The start of 2007:006 is what mica's test has (inputs-and-pages.md, section
// B); that of 2015:355 follows from its commands.
const (
	start2007 = "2007:006:01:56:46.817"
	start2015 = "2015:355:17:36:47.000"
)

func TestStates(t *testing.T) {
	five := classicFive(t, start2015)
	late := "2016:020:00:00:00.000"
	for name, c := range map[string]struct {
		id       chandra.ID
		replicas []Replica
		updated  string
		plan     []time.Time
		state    State
		numbers  []int
		missing  []int
		says     string // in the sentence
		warns    string // in the warnings, "" for none
	}{
		"all": {"2015355", five, late, nil, Complete, []int{1, 2, 3, 4, 5}, nil, "all 5 replicas of 2015355, 2015:355:17:36:47.000 to 2015:355:20:38:", ""},
		// Complete is complete, however far the update date says kadi has got.
		"all, not updated": {"2015355", five, "", nil, Complete, []int{1, 2, 3, 4, 5}, nil, "all 5", ""},
		"last not ingested": {"2015355", without(five, 5), "2015:355:20:30:00.000", nil, Wait, []int{0, 0, 0, 0}, nil,
			"4 of 5 replicas of 2015355, 2015:355:17:36:47.000 to 2015:355:19:55:", ""},
		"just before the last is due": {"2015355", without(five, 5), "2015:355:20:39:42.999", nil, Wait, []int{0, 0, 0, 0}, nil, "over by 2015:355:20:39:43.000: wait", ""},
		"just after it":               {"2015355", without(five, 5), "2015:355:20:39:43.000", nil, Wait, []int{0, 0, 0, 0}, nil, "may find one until 2016:011:20:39:43.000: wait", ""},
		"just before 21 days":         {"2015355", without(five, 5), "2016:011:20:39:42.999", nil, Wait, []int{0, 0, 0, 0}, nil, "searches the last 21 days again in each run", ""},
		"21 days":                     {"2015355", without(five, 5), "2016:011:20:39:43.000", nil, Lost, []int{0, 0, 0, 0}, nil, "the others are lost", ""},
		"last lost, with the plan":    {"2015355", without(five, 5), late, plan(five), Lost, []int{1, 2, 3, 4}, []int{5}, "missing: 5", ""},
		"third lost":                  {"2015355", without(five, 3), late, nil, Lost, []int{1, 2, 4, 5}, []int{3}, "missing: 3", "replica 4 (2015:355:19:45:15.000) began 5150 s after the one before it: room for 1 between them"},
		"third lost, with the plan":   {"2015355", without(five, 3), late, plan(five), Lost, []int{1, 2, 4, 5}, []int{3}, "missing: 3", "room for 1"},
		"second and fourth lost":      {"2015355", without(five, 2, 4), late, nil, Lost, []int{1, 3, 5}, []int{2, 4}, "missing: 2, 4", "room for 1"},
		// 2012198 lost its first replica: without a plan nothing tells.
		"first lost":                {"2015355", without(five, 1), late, nil, Lost, []int{0, 0, 0, 0}, nil, "4 of 5", ""},
		"first lost, with the plan": {"2015355", without(five, 1), late, plan(five), Lost, []int{2, 3, 4, 5}, []int{1}, "missing: 1", ""},
		"not told":                  {"2015355", without(five, 5), "", nil, Wait, []int{0, 0, 0, 0}, nil, "it has no telemetry yet", ""},
		"none yet":                  {"2015355", nil, "2015:355:22:00:00.000", nil, Wait, []int{}, nil, "no replica of 2015355", ""},
		"none ever":                 {"2015355", nil, late, nil, Lost, []int{}, nil, "check the id", ""},
		"none yet, with the plan":   {"2015355", nil, "2015:355:20:00:00.000", plan(five), Wait, []int{}, nil, "over by 2015:355:20:39:", ""},
		"day before":                {"2015354", five, late, nil, Complete, []int{1, 2, 3, 4, 5}, nil, "2015355", "began on 2015:355, not on 2015:354"},
		"day after":                 {"2015356", five, late, nil, Complete, []int{1, 2, 3, 4, 5}, nil, "2015355", "began on 2015:355, not on 2015:356"},
		"of another plan":           {"2015355", without(five, 3), late, plan(five)[:3], Lost, []int{1, 2, 4, 5}, []int{3}, "missing: 3", "room for 1"},
	} {
		t.Run(name, func(t *testing.T) {
			got := Judge(c.id, c.replicas, reached(t, c.updated), time.Time{}, era.Default(), c.plan...)
			if got.State != c.state || !slices.Equal(got.Missing, c.missing) || !slices.Equal(got.Numbers, c.numbers) {
				t.Errorf("%s %v missing %v, want %s %v %v", got.State, got.Numbers, got.Missing, c.state, c.numbers, c.missing)
			}
			if s := got.Sentence(); !strings.Contains(s, c.says) || !strings.Contains(s, string(got.ID)) {
				t.Errorf("%s: want %q in it", s, c.says)
			}
			if all := strings.Join(got.Warnings, "; "); (all == "") != (c.warns == "") || !strings.Contains(all, c.warns) {
				t.Errorf("warnings %q, want %q", all, c.warns)
			}
		})
	}
}

// 2011234 has its last three replicas alone; the plan puts them in their places
// even where they lie on the next day.
func TestFirstReplicasLostOverMidnight(t *testing.T) {
	five := classicFive(t, "2011:234:23:10:00.000")
	got := Judge("2011234", without(five, 1, 2), reached(t, "2011:270"), time.Time{}, era.Default(), plan(five)...)
	if got.State != Lost || !slices.Equal(got.Missing, []int{1, 2}) || !slices.Equal(got.Numbers, []int{3, 4, 5}) {
		t.Errorf("%s %v missing %v", got.State, got.Numbers, got.Missing)
	}
	if len(got.Warnings) != 1 || !strings.Contains(got.Warnings[0], "2011:235") {
		t.Errorf("%q", got.Warnings)
	}
}

// A calibration is one however midnight lies, and does not swallow another of
// the month.
func TestFromADatabase(t *testing.T) {
	var rows []Replica
	for _, first := range []string{start2007, "2010:189:23:51:46.000", "2010:288:04:00:00.000", "2010:301:04:00:00.000", start2015} {
		rows = append(rows, classicFive(t, first)...)
	}
	rows = append(rows, flight(t)...)
	d := openTest(t, makeDatabase(t, "events3.db3", newSchema, rows, "2020:230:00:00:00.000"))
	all, err := d.Calibrations(time.Time{}, time.Time{}, time.Time{}, era.Default())
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, c := range all {
		ids = append(ids, string(c.ID))
		if c.State != Complete {
			t.Errorf("%s: %s", c.Sentence(), c.State)
		}
	}
	if got := strings.Join(ids, " "); got != "2007006 2010189 2010288 2010301 2015355 2020169" {
		t.Error(got)
	}
	if got := all[5]; len(got.Warnings) != 0 || !strings.Contains(got.Sentence(), "kadi has 6 replicas of 2020169, 2020:169:03:04:33.025 to 2020:185:04:15:25.909; 5 make a calibration complete") {
		t.Errorf("the six of 2020: %s %q", got.Sentence(), got.Warnings)
	}
	// Bounds never cut one in two.
	some, err := d.Calibrations(date(t, "2010:190:01:00:00.000"), date(t, "2010:290"), time.Time{}, era.Default())
	if err != nil || len(some) != 2 || some[0].ID != "2010189" || len(some[0].Replicas) != 5 || some[1].ID != "2010288" {
		t.Errorf("%v, %v", some, err)
	}
	c, err := d.Calibration("2010189", time.Time{}, era.Default())
	if err != nil || c.State != Complete || len(c.Warnings) != 0 || !strings.HasPrefix(c.Replicas[4].Start, "2010:190:02") {
		t.Errorf("%s %q, %v", c.Sentence(), c.Warnings, err)
	}
	c, err = d.Calibration("2020174", time.Time{}, era.Default())
	if err != nil || c.ID != "2020169" || !strings.Contains(c.Warnings[0], "2020:174 lies within the calibration that began on 2020:169") {
		t.Errorf("%s %q, %v", c.Sentence(), c.Warnings, err)
	}
	c, err = d.Calibration("2013011", time.Time{}, era.Default())
	if err != nil || c.State != Lost || !strings.Contains(c.Sentence(), "the nearest that it knows: 2010301 and 2015355") {
		t.Errorf("%s, %v", c.Sentence(), err)
	}
	if !slices.Equal(c.Near, []chandra.ID{"2010301", "2015355"}) {
		t.Error(c.Near)
	}
}

// Single replicas: the next may come as long as the era says.
func TestModernReplicasToCome(t *testing.T) {
	rows := flight(t)[:3] // the third on 2020:174:12:20
	for updated, want := range map[string]State{"2020:175": Wait, "2020:184:12:31:35": Wait, "2020:184:12:31:36": Wait, "2020:205:12:31:35": Wait, "2020:205:12:31:36": Lost} {
		if c := Judge("2020169", rows, reached(t, updated), time.Time{}, era.Default()); c.State != want || c.Expected != 5 || len(c.Warnings) != 0 {
			t.Errorf("%s: %s, want %s; %q", updated, c.State, want, c.Warnings)
		}
	}
}

// What is odd in the times of a calibration.
func TestChecks(t *testing.T) {
	shifted := func(n int, by time.Duration) []Replica {
		five := classicFive(t, start2007)
		for i := n - 1; i < 5; i++ {
			five[i] = replica(five[i].StartTime.Add(by), five[i].DurS)
		}
		return five
	}
	short := classicFive(t, start2007)
	short[1] = replica(short[1].StartTime, 328)
	seconds := classicFive(t, start2007)
	seconds[0].TStart += 64.184 // as if it were UTC and not TT
	six := append(classicFive(t, start2007), replica(date(t, start2007).Add(5*43*time.Minute), 590.4))
	for name, c := range map[string]struct {
		replicas []Replica
		warns    []string
	}{
		"as commanded":        {classicFive(t, start2007), nil},
		"within the grid":     {shifted(3, 50*time.Second), nil},
		"beyond it":           {shifted(3, 80*time.Second), []string{"replica 3 (2007:006:03:23:56.417) began 2671.2 s after the one before it, not 2580 within 66 s"}},
		"part of one missing": {short, []string{"replica 2 (2007:006:02:39:25.217) lasted 328.0 s, not 590 within 66 s: part of it may be missing"}},
		"seconds of another":  {seconds, []string{"the dates are used", "s from start to stop and a duration of"}},
		"one too many":        {six, []string{"the replica of 2007:006:05:31:46.817 after it belongs to another attempt on the same day; 2007006 means the one that is complete, else the later one"}},
	} {
		got := Judge("2007006", c.replicas, reached(t, "2007:010"), time.Time{}, era.Default())
		if got.State != Complete || len(got.Warnings) != len(c.warns) {
			t.Errorf("%s: %s %q, want %q", name, got.State, got.Warnings, c.warns)
			continue
		}
		for i, w := range c.warns {
			if !strings.Contains(got.Warnings[i], w) {
				t.Errorf("%s: %q, want %q", name, got.Warnings[i], w)
			}
		}
	}
	// Replicas that the plan has not.
	got := Judge("2007006", shifted(4, 40*time.Minute), reached(t, "2007:010"), time.Time{}, era.Default(), plan(classicFive(t, start2007))...)
	if got.State != Wait || !slices.Equal(got.Missing, []int{4, 5}) || !strings.Contains(strings.Join(got.Warnings, ";"), "belong to another attempt") {
		t.Errorf("%s missing %v: %q", got.State, got.Missing, got.Warnings)
	}
}

// The five of 2005:070 had longer maneuvers between them: the ends of those of
// load MAR0705B (sot/starcheck, test_regress/test/2005). One that is missing is
// still known by its place.
func TestSlowSequence(t *testing.T) {
	var five []Replica
	for _, end := range []string{"2005:070:02:19:30", "2005:070:03:03:04", "2005:070:03:46:37", "2005:070:04:30:39", "2005:070:05:15:08"} {
		five = append(five, replica(date(t, end).Add(137*time.Second), 590.4))
	}
	c := Judge("2005070", five, reached(t, "2005:080"), time.Time{}, era.Default())
	if c.State != Complete || len(c.Warnings) != 1 || !strings.Contains(c.Warnings[0], "replica 5 (2005:070:05:17:25.000) began 2669.0 s after") {
		t.Errorf("%s %q", c.State, c.Warnings)
	}
	if c := Judge("2005070", without(five, 3), reached(t, "2005:080"), time.Time{}, era.Default()); !slices.Equal(c.Missing, []int{3}) {
		t.Errorf("missing %v: %q", c.Missing, c.Warnings)
	}
}

// The order in which rows come does not matter.
func TestJudgeSorts(t *testing.T) {
	five := classicFive(t, start2015)
	slices.Reverse(five)
	if c := Judge("2015355", five, Reach{}, time.Time{}, era.Default()); c.State != Complete || len(c.Warnings) != 0 || c.Replicas[0].Start != start2015 {
		t.Errorf("%s %q", c.Sentence(), c.Warnings)
	}
}

func FuzzConvert(f *testing.F) {
	f.Add("2020:169:03:04:33.025", "2020:169:03:10:01.025", 708750342.209, 708750670.209, 328.0, 47129)
	f.Add("2016:366:23:59:60.500", "2017:001:00:09:50.500", 1.0, 2.0, 590.4, -999)
	f.Add("2020:366:00:00:00.000", "2020:001", -1.0, 1e300, 0.0, 0)
	f.Fuzz(func(t *testing.T, start, stop string, tstart, tstop, dur float64, obsid int) {
		r, column, err := convert(start, stop, tstart, tstop, dur, &obsid)
		if err != nil {
			if column == "" {
				t.Errorf("%v names no column", err)
			}
			return
		}
		if r.StopTime.Before(r.StartTime) || r.DurS < 0 || r.Start != start || (r.Obsid == nil) != (obsid == noObsid) {
			t.Errorf("%+v", r)
		}
		if !strings.HasPrefix(r.String(), "<DarkCalReplica: start="+start+" dur=") {
			t.Error(r)
		}
		for _, updated := range []time.Time{{}, r.StopTime, r.StopTime.AddDate(1, 0, 0)} {
			if c := Judge(chandra.IDOf(r.StartTime), []Replica{r, r}, Reach{Time: updated}, updated, era.Default(), r.StartTime); c.Sentence() == "" {
				t.Error("no sentence")
			}
		}
	})
}
