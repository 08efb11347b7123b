package kadi

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"darksite/processing/chandra"
	"darksite/processing/era"
	"darksite/processing/sqlite/sqlitetest"
)

// run is a run of kadi's cron job: what it finds in the telemetry up to a time.
type run struct {
	at, reach string // when it ran, and how far telemetry reached then
	replicas  int    // so many of the calibration's were found
	want      State
	says      string
}

// play writes a database run after run, with every table of the real schema, and
// asks after each. The row of the latest recorded telemetry is there or not.
func play(t *testing.T, name string, schema []string, backorbit bool, id chandra.ID, replicas []Replica, story []run) {
	t.Helper()
	path := sqlitetest.Make(t, name, schema...)
	found := 0
	for i, r := range story {
		w := sqlitetest.Writer(t, path)
		for ; found < r.replicas; found++ {
			insert(w, schema[0] == newReplicas, replicas[found])
		}
		// kadi writes its own time to every row of events_update. Events of the
		// telemetry end as far as that reaches; dsn passes, planned ahead, are no
		// telemetry.
		w.Do("DELETE FROM events_update", "DELETE FROM events_obsid", "DELETE FROM events_dwell", "DELETE FROM events_manvr",
			"CREATE TABLE IF NOT EXISTS events_dsn_comm ("+eventColumns+")", "DELETE FROM events_dsn_comm")
		for _, model := range []string{"DarkCal", "DarkCalReplica", "Obsid", "Manvr", "DsnComm"} {
			w.Insert("events_update", model, r.at)
		}
		w.Insert("events_dsn_comm", r.at, "2031:001:00:00:00.000", 1.0, 2.0, 1.0)
		if backorbit {
			w.Insert("events_update", "maude_latest_backorbit", r.reach)
			w.Insert("events_obsid", "2000:001:00:00:00.000", r.at, 1.0, 2.0, 1.0, 47000)
		} else if r.reach != "" {
			w.Insert("events_obsid", "2000:001:00:00:00.000", "2000:002:00:00:00.000", 1.0, 2.0, 1.0, 47000)
			w.Insert("events_manvr", "2000:001:00:00:00.000", r.reach, 1.0, 2.0, 1.0, 1, "normal")
			w.Insert("events_dwell", "2000:002:00:00:00.000", "2000:003:00:00:00.000", 1.0, 2.0, 1.0, 0.0, "2000:001:00:00:00.000", 76.0, -25.6, 100.0)
		}
		w.Close()
		c, err := openTest(t, path).Calibration(id, date(t, r.at), era.Default())
		if err != nil {
			t.Fatalf("run %d: %v", i+1, err)
		}
		if c.State != r.want || !strings.Contains(c.Sentence(), r.says) {
			t.Errorf("run %d at %s, telemetry to %s, %d replicas: %s, want %s and %q: %s", i+1, r.at, r.reach, r.replicas, c.State, r.want, r.says, c.Sentence())
		}
		if strings.Contains(c.Sentence(), "6 of 5") {
			t.Error(c.Sentence())
		}
	}
}

// A calibration from before its first replica on, as kadi's cron job saw it, by
// each way to know how far telemetry reaches.
func TestDownstream1Story(t *testing.T) {
	five := classicFive(t, start2015)
	stories := map[string][]run{
		"as usual": {
			{"2015:354:12:00:00.000", "2015:354:08:00:00.000", 0, Wait, "no replica of 2015355"},
			{"2015:355:18:30:00.000", "2015:355:17:40:00.000", 0, Wait, "reaches to 2015:355:17:40:00.000"},
			{"2015:355:22:00:00.000", "2015:355:18:45:00.000", 2, Wait, "2 of 5 replicas"},
			{"2015:356:02:00:00.000", "2015:355:20:00:00.000", 4, Wait, "4 of 5 replicas"},
			{"2015:356:06:00:00.000", "2015:356:02:00:00.000", 5, Complete, "all 5 replicas"},
		},
		// Telemetry ends after replica 2, and cron runs all the same: nothing is
		// lost, four hours or four weeks later.
		"it stops and comes back": {
			{"2015:355:22:30:00.000", "2015:355:18:35:00.000", 2, Wait, "should be over by"},
			{"2015:365:22:30:00.000", "2015:355:18:35:00.000", 2, Wait, "reaches to 2015:355:18:35:00.000"},
			{"2016:020:00:00:00.000", "2015:355:18:35:00.000", 2, Wait, "2 of 5"},
			{"2016:020:04:00:00.000", "2016:019:00:00:00.000", 5, Complete, "all 5"},
		},
		"some never come": {
			{"2015:356:06:00:00.000", "2015:356:02:00:00.000", 2, Wait, "may find one until 2016:011:20:39:43.000"},
			{"2016:011:20:39:42.999", "2016:011:02:00:00.000", 2, Wait, "2 of 5"},
			{"2016:011:20:39:43.000", "2016:011:02:00:00.000", 2, Lost, "the others are lost"},
		},
		"none ever comes": {
			{"2015:357:00:00:00.000", "2015:356:22:00:00.000", 0, Wait, "no replica of 2015355"},
			{"2016:030:00:00:00.000", "2016:029:00:00:00.000", 0, Lost, "check the id"},
		},
		"late, and then all": {
			{"2015:356:06:00:00.000", "2015:356:02:00:00.000", 1, Wait, "1 of 5"},
			{"2016:010:06:00:00.000", "2016:010:02:00:00.000", 5, Complete, "all 5"},
		},
	}
	for name, story := range stories {
		for how, backorbit := range map[string]bool{"recorded telemetry": true, "telemetry events": false} {
			for file, schema := range map[string][]string{"events.db3": oldSchema, "events3.db3": newSchema} {
				t.Run(fmt.Sprintf("%s, %s, %s", name, how, file), func(t *testing.T) {
					play(t, file, schema, backorbit, "2015355", five, story)
				})
			}
		}
	}
}

// Nothing at all was ever ingested.
func TestDownstream1EmptyDatabase(t *testing.T) {
	d := openTest(t, sqlitetest.Make(t, "events3.db3", newSchema...))
	c, err := d.Calibration("2015355", date(t, "2026:001"), era.Default())
	if err != nil || c.State != Wait || !strings.Contains(c.Sentence(), "no telemetry yet") {
		t.Errorf("%s: %s, %v", c.State, c.Sentence(), err)
	}
	// Of tables that an older kadi has not, none is asked.
	d = openTest(t, sqlitetest.Make(t, "events.db3", oldReplicas, updates))
	if r, err := d.Reach(); err != nil || r != (Reach{}) {
		t.Errorf("%+v, %v", r, err)
	}
}

// A database that is no longer written can tell of no loss, however late it is.
func TestDownstream1StaleDatabase(t *testing.T) {
	two := classicFive(t, start2015)[:2]
	c := Judge("2015355", two, reached(t, "2015:356:02:00:00.000"), date(t, "2026:333"), era.Default())
	if c.State != Wait || !strings.Contains(c.Sentence(), "kadi last ran on 2015:356:02:00:00.000, so check whether it still does") {
		t.Errorf("%s: %s", c.State, c.Sentence())
	}
	// A run that the clock has not come to did not happen.
	early := Reach{Time: date(t, "2015:356:02:00:00.000"), Ran: date(t, "2027:001")}
	if c := Judge("2015355", two, early, date(t, "2015:357"), era.Default()); c.State != Wait {
		t.Errorf("%s: %s", c.State, c.Sentence())
	}
}

// Telemetry of a time to come is a fault of the database, and calls nothing lost.
func TestReachBeyondTheClockEndsNoWaiting(t *testing.T) {
	five := classicFive(t, start2015)
	beyond := reached(t, "2027:001:00:00:00.000")
	for _, replicas := range [][]Replica{five[:3], nil} {
		c := Judge("2015355", replicas, beyond, date(t, "2015:357"), era.Default())
		if c.State != Wait || !strings.Contains(strings.Join(c.Warnings, ";"), "events_obsid has telemetry reach to 2027:001:00:00:00.000, which is still to come") {
			t.Errorf("%d replicas: %s, %q", len(replicas), c.State, c.Warnings)
		}
	}
	if c := Judge("2015355", five[:3], beyond, date(t, "2016:020"), era.Default()); c.State != Lost {
		t.Errorf("%s: the 21 days have gone by whatever the database says", c.State)
	}
}

// Which table tells, and what is wrong with one.
func TestReach(t *testing.T) {
	path := sqlitetest.Make(t, "events3.db3", newSchema...)
	w := sqlitetest.Writer(t, path)
	w.Insert("events_update", "DarkCalReplica", "2024:100:06:00:00.000")
	w.Insert("events_obsid", "2024:099:00:00:00.000", "2024:100:01:00:00.000", 1.0, 2.0, 3.0, 47129)
	check := func(want, from string) {
		t.Helper()
		r, err := openTest(t, path).Reach()
		if err != nil || chandra.FormatDate(r.Time) != want || r.From != from || chandra.FormatDate(r.Ran) != "2024:100:06:00:00.000" {
			t.Errorf("%+v, %v: want %s from %s", r, err, want, from)
		}
	}
	check("2024:100:01:00:00.000", "events_obsid")
	w.Insert("events_dwell", "2024:100:00:30:00.000", "2024:100:01:30:00.000", 1.0, 2.0, 3.0, 0.0, "2024:100:00:00:00.000", nil, nil, nil)
	check("2024:100:01:30:00.000", "events_dwell")
	w.Insert("events_update", "maude_latest_backorbit", "2024:100:01:20:00.000")
	check("2024:100:01:20:00.000", "maude_latest_backorbit")
	w.Do("UPDATE events_update SET date = 'soon' WHERE name = 'maude_latest_backorbit'")
	if _, err := openTest(t, path).Reach(); err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), `"soon"`) {
		t.Errorf("%v: want the file and the value", err)
	}
	w.Do("DELETE FROM events_update WHERE name = 'maude_latest_backorbit'", "UPDATE events_dwell SET stop = '2024:400:00:00:00.000'")
	if _, err := openTest(t, path).Reach(); err == nil || !strings.Contains(err.Error(), "events_dwell") {
		t.Errorf("%v: want the table", err)
	}
}

// at moves replicas to another time.
func at(replicas []Replica, by time.Duration) (out []Replica) {
	for _, r := range replicas {
		out = append(out, replica(r.StartTime.Add(by), r.DurS))
	}
	return out
}

// An attempt that was broken off is no part of its repetition, however few hours
// lie between them.
func TestDownstream6Attempts(t *testing.T) {
	five := classicFive(t, start2015)
	third := five[2].StartTime
	again := func(gap time.Duration, n int) []Replica { return at(five, third.Sub(five[0].StartTime)+gap)[:n] }
	both := func(first int, gap time.Duration, n int) []Replica {
		return append(slices.Clone(five[:first]), again(gap-third.Sub(five[first-1].StartTime), n)...)
	}
	reach := reached(t, "2015:357:00:00:00.000")
	for name, c := range map[string]struct {
		replicas []Replica
		id       chandra.ID
		state    State
		n        int    // replicas of the attempt
		start    string // of its first
		repeated chandra.ID
	}{
		"20 h later, two so far, the first day": {both(3, 20*time.Hour, 2), "2015355", Wait, 3, start2015, "2015356"},
		"20 h later, two so far, the next day":  {both(3, 20*time.Hour, 2), "2015356", Wait, 2, "2015:356:15:02:36.600", ""},
		"20 h later, all":                       {both(3, 20*time.Hour, 5), "2015356", Complete, 5, "2015:356:15:02:36.600", ""},
		"20 h later, all, the first day":        {both(3, 20*time.Hour, 5), "2015355", Wait, 3, start2015, "2015356"},
		"2 h later":                             {both(3, 2*time.Hour, 2), "2015355", Wait, 2, "2015:355:21:02:36.600", ""},
		"3 h later, all":                        {both(3, 3*time.Hour, 5), "2015355", Complete, 5, "2015:355:22:02:36.600", ""},
		"after one replica, 2 h later":          {both(1, 2*time.Hour, 4), "2015355", Wait, 4, "2015:355:19:36:47.000", ""},
		"after one replica, three pitches":      {both(1, 3*43*time.Minute, 5), "2015355", Complete, 5, "2015:355:19:45:47.000", ""},
		"after four, 5 h later, one":            {both(4, 5*time.Hour, 1), "2015356", Wait, 1, "2015:356:00:45:15.000", ""},
		"complete, and then another":            {append(slices.Clone(five), at(five, 4*time.Hour+30*time.Minute)[:2]...), "2015355", Complete, 5, start2015, ""},
	} {
		got := Judge(c.id, c.replicas, reach, time.Time{}, era.Default())
		if got.State != c.state || len(got.Replicas) != c.n || got.RepeatedAs != c.repeated || got.ID != c.id {
			t.Errorf("%s: %s of %s, %d replicas, repeated as %q; want %s, %d, %q: %s", name, got.State, got.ID, len(got.Replicas), got.RepeatedAs, c.state, c.n, c.repeated, got.Sentence())
			continue
		}
		if got.Replicas[0].Start != c.start {
			t.Errorf("%s: begins %s, want %s", name, got.Replicas[0].Start, c.start)
		}
		if s := got.Sentence() + strings.Join(got.Warnings, "; "); !strings.Contains(s, "to another attempt") || strings.Contains(s, "of 5 replicas") != (c.n < 5) {
			t.Errorf("%s: %s", name, s)
		}
	}
	// The plan of the repetition tells which of two attempts of a day is meant.
	same := append(slices.Clone(five), again(2*time.Hour+43*2*time.Minute, 2)...)
	if got := Judge("2015355", same, reach, time.Time{}, era.Default(), plan(again(2*time.Hour+43*2*time.Minute, 5))...); got.State != Wait || len(got.Replicas) != 2 || got.Missing == nil {
		t.Errorf("with a plan: %s %v", got.Sentence(), got.Missing)
	}
	// Each attempt is listed under its own id, and a day once.
	d := openTest(t, makeDatabase(t, "events3.db3", newSchema, both(3, 20*time.Hour, 5), "2015:358:00:00:00.000"))
	all, err := d.Calibrations(time.Time{}, time.Time{}, time.Time{}, era.Default())
	if err != nil || len(all) != 2 || all[0].ID != "2015355" || all[0].RepeatedAs != "2015356" || all[1].State != Complete {
		t.Errorf("%+v, %v", all, err)
	}
	d = openTest(t, makeDatabase(t, "events3.db3", newSchema, both(3, 2*time.Hour, 2), ""))
	if all, err = d.Calibrations(time.Time{}, time.Time{}, time.Time{}, era.Default()); err != nil || len(all) != 1 || len(all[0].Replicas) != 2 {
		t.Errorf("%+v, %v", all, err)
	}
}

// An event that moved by a sample when its telemetry came from another archive is
// the same replica.
func TestMovedEvents(t *testing.T) {
	five := classicFive(t, start2015)
	for _, by := range []time.Duration{256 * time.Millisecond, 32800 * time.Millisecond, -32800 * time.Millisecond} {
		twice := append(slices.Clone(five), at(five[1:4], by)...)
		c := Judge("2015355", twice, Reach{}, time.Time{}, era.Default())
		if c.State != Complete || len(c.Replicas) != 5 || len(c.Warnings) != 3 || !strings.Contains(c.Warnings[0], "it counts once") {
			t.Errorf("%v: %s %q", by, c.Sentence(), c.Warnings)
		}
	}
	// All of them, each by its own sample, are a calibration as before.
	var moved []Replica
	for i, r := range five {
		moved = append(moved, replica(r.StartTime.Add(time.Duration(i%3-1)*32800*time.Millisecond), r.DurS))
	}
	if c := Judge("2015355", moved, Reach{}, time.Time{}, era.Default()); c.State != Complete || len(c.Replicas) != 5 {
		t.Errorf("%s %q", c.Sentence(), c.Warnings)
	}
	if !chandra.SameEvent(five[0].StartTime, five[0].StartTime.Add(-32800*time.Millisecond)) || chandra.SameEvent(five[0].StartTime, five[0].StartTime.Add(34*time.Second)) {
		t.Error("a sample is a major frame")
	}
}

// The attitudes of the six replicas of 2020, from dwells with the real columns.
func TestDownstream5Attitudes(t *testing.T) {
	six := flight(t)
	want := []Attitude{{76, -25.6, nil}, {294, -31, nil}, {39, 23, nil}, {264, -33, nil}, {46.7, 14.1, nil}, {296.7, -42.9, nil}}
	path := makeDatabase(t, "events3.db3", newSchema, six, "2020:186:00:00:00.000")
	w := sqlitetest.Writer(t, path)
	dwell := func(start, stop time.Time, ra, dec, roll any) {
		w.Insert("events_dwell", chandra.FormatDate(start), chandra.FormatDate(stop), chandra.Seconds(start), chandra.Seconds(stop), stop.Sub(start).Seconds(),
			0.0, chandra.FormatDate(start), ra, dec, roll)
	}
	for i, r := range six {
		// The dwell before ends as the maneuver begins; with the fifth the camera
		// lost its stars before the replica, and with the sixth a sample too soon.
		dwell(r.StartTime.Add(-2*time.Hour), r.StartTime.Add(-40*time.Minute), 10.0, 10.0, 0.0)
		from, to := r.StartTime.Add(-25*time.Minute), r.StopTime.Add(10*time.Minute)
		switch i {
		case 4:
			to = r.StartTime.Add(-2 * time.Minute)
		case 5:
			from = r.StartTime.Add(20 * time.Second)
		}
		dwell(from, to, want[i].RADeg, want[i].DecDeg, 100.0+float64(i))
		for _, m := range []time.Time{r.StartTime.Add(-39 * time.Minute), r.StopTime.Add(11 * time.Minute)} {
			w.Insert("events_manvr", chandra.FormatDate(m), chandra.FormatDate(m.Add(10*time.Minute)), 1.0, 2.0, 1.0, 1, "normal")
		}
	}
	w.Close()
	c, err := openTest(t, path).Calibration("2020169", time.Time{}, era.Default())
	if err != nil || len(c.Replicas) != 6 {
		t.Fatalf("%+v, %v", c, err)
	}
	for i, r := range c.Replicas {
		a := r.Attitude
		if a == nil || a.RADeg != want[i].RADeg || a.DecDeg != want[i].DecDeg || a.RollDeg == nil || *a.RollDeg != 100+float64(i) {
			t.Errorf("replica %d: %+v, want %+v", i+1, a, want[i])
		}
	}
	// A maneuver between the dwell and the replica leads elsewhere.
	w = sqlitetest.Writer(t, path)
	turn := six[4].StartTime.Add(-time.Minute)
	w.Insert("events_manvr", chandra.FormatDate(turn), chandra.FormatDate(turn.Add(10*time.Second)), 1.0, 2.0, 1.0, 1, "normal")
	w.Do("UPDATE events_dwell SET ra = NULL WHERE dec = -25.6")
	w.Close()
	if c, err = openTest(t, path).Calibration("2020169", time.Time{}, era.Default()); err != nil || c.Replicas[4].Attitude != nil || c.Replicas[0].Attitude != nil || c.Replicas[1].Attitude == nil {
		t.Errorf("%+v, %v", c.Replicas, err)
	}
}

// A dwell that cannot be read costs its replica the attitude, and no other
// calibration an answer.
func TestUnreadDwellIsNamedAndLeftOut(t *testing.T) {
	six := flight(t)
	path := makeDatabase(t, "events3.db3", newSchema, append(classicFive(t, start2015), six...), "2020:186:00:00:00.000")
	w := sqlitetest.Writer(t, path)
	for i, r := range six {
		w.Insert("events_dwell", r.Start, r.Stop, r.TStart, r.TStop, r.DurS, 0.0, r.Start, []any{10.0, 361.0, "x", 10.0, 10.0, 10.0}[i], 20.0, 30.0)
	}
	w.Close()
	c, err := openTest(t, path).Calibration("2020169", time.Time{}, era.Default())
	if err != nil || len(c.Replicas) != 6 || len(c.Warnings) != 2 {
		t.Fatalf("%q, %v: want two warnings", c.Warnings, err)
	}
	for i, r := range c.Replicas {
		if (r.Attitude == nil) != (i == 1 || i == 2) {
			t.Errorf("replica %d: %+v", i+1, r.Attitude)
		}
	}
	if w := c.Warnings[0]; !strings.Contains(w, "replica 2") || !strings.Contains(w, path) || !strings.Contains(w, "events_dwell") || !strings.Contains(w, "0 to 360 degrees") {
		t.Errorf("%s: want the replica, the file, the table and the bounds", w)
	}
	if c, err := openTest(t, path).Calibration("2015355", time.Time{}, era.Default()); err != nil || c.State != Complete || len(c.Warnings) > 0 {
		t.Errorf("%s, %q, %v: want no word of another calibration's dwells", c.State, c.Warnings, err)
	}
}

// What a person says ends the waiting, and is not heard where all are there.
func TestTold(t *testing.T) {
	five := classicFive(t, start2015)
	told, err := ParseTold([]byte("by = \"N. \\\"N\\\" N.\"\ndate = 2015-12-23\nreason = \"The recorder was overwritten.\"\n"), "lost.toml")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := ParseTold(told.Encode(), "lost.toml"); err != nil || again.By != told.By || again.Reason != told.Reason || !again.Date.Equal(told.Date) {
		t.Errorf("%+v, %v", again, err)
	}
	c := Judge("2015355", without(five, 3), reached(t, "2015:356:00:00:00.000"), time.Time{}, era.Default())
	c.Take(&told)
	if c.State != Lost || !strings.Contains(c.Sentence(), `(missing: 3); N. "N" N. declared the others lost on 2015-12-23 (The recorder was overwritten)`) {
		t.Errorf("%s: %s", c.State, c.Sentence())
	}
	c = Judge("2015355", five, Reach{}, time.Time{}, era.Default())
	c.Take(&told)
	if c.State != Complete || !strings.Contains(strings.Join(c.Warnings, ""), "none is missing: remove lost.toml") {
		t.Errorf("%s: %q", c.State, c.Warnings)
	}
	for content, want := range map[string]string{
		"": "no by", "by = 7": "line 1: by = 7: want text in double quotes", "by = \"N\"": "no date", "by = \"N\"\ndate = 2015-12-23\nwho = 1": `unknown key "who"`,
		"by = \"N\"\ndate = \"soon\"": "lost.toml", "by = \"a\\nb\"\ndate = 2015-12-23": "one line", "by = \"\"": "the text is empty", "by = \"\xe4\"\ndate = 2015-12-23": "lost.toml",
	} {
		if _, err := ParseTold([]byte(content), "lost.toml"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v: want %q", content, err, want)
		}
	}
}

func FuzzTold(f *testing.F) {
	f.Add([]byte("by = \"N. N.\"\ndate = 2026-11-29\nreason = \"none\"\n"))
	f.Add([]byte("by = 1979-05-27T07:32:00Z"))
	f.Fuzz(func(t *testing.T, content []byte) {
		told, err := ParseTold(content, "lost.toml")
		if err != nil {
			return
		}
		again, err := ParseTold(told.Encode(), "lost.toml")
		if err != nil || again.By != told.By || again.Reason != told.Reason || again.Date.Format(time.DateOnly) != told.Date.Format(time.DateOnly) {
			t.Errorf("%+v became %+v, %v", told, again, err)
		}
	})
}
