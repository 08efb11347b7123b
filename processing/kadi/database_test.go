package kadi

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"darksite/processing/sqlite"
	"darksite/processing/sqlite/sqlitetest"
)

// Flight rows come back as they are and print as kadi prints them.
func TestFlightRows(t *testing.T) {
	want := flight(t)
	d := openTest(t, makeDatabase(t, "events3.db3", newSchema, want, "2020:200:00:00:00.000"))
	got, err := d.Replicas(time.Time{}, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if s := got[0].String(); s != "<DarkCalReplica: start=2020:169:03:04:33.025 dur=328>" {
		t.Error(s)
	}
	if at, ok, err := d.Updated(ReplicaEvent); err != nil || !ok || !at.Equal(date(t, "2020:200")) {
		t.Errorf("%v %v %v", at, ok, err)
	}
	if _, ok, err := d.Updated("DarkCal"); ok || err != nil {
		t.Errorf("an event that kadi has not processed: %v %v", ok, err)
	}
}

// kadi's filter: stop > since and start <= until.
func TestBounds(t *testing.T) {
	d := openTest(t, makeDatabase(t, "events3.db3", newSchema, flight(t), ""))
	for _, c := range []struct {
		since, until string
		want         int
	}{
		{"", "", 6},
		{"2020:171:15:50:16.237", "", 5}, // a millisecond before the second one ends
		{"2020:171:15:50:16.238", "", 4}, // as it ends
		{"", "2020:171:15:44:48.238", 2}, // as it begins
		{"", "2020:171:15:44:48.237", 1},
		{"2020:171:15:46:00.000", "2020:171:15:47:00.000", 1}, // within it
		{"2020:186", "", 0},
		{"2020:180", "2020:170", 0},
	} {
		got, err := d.Replicas(date(t, c.since), date(t, c.until))
		if err != nil || len(got) != c.want {
			t.Errorf("%q to %q: %d replicas, want %d (%v)", c.since, c.until, len(got), c.want, err)
		}
	}
}

// The database of 2015 has no obsid, and an obsid of -999 is none.
func TestOldSchemaAndNoObsid(t *testing.T) {
	five := classicFive(t, "2015:355:17:36:47.000")
	for name, schema := range map[string][]string{"events.db3": oldSchema, "events3.db3": newSchema} {
		d := openTest(t, makeDatabase(t, name, schema, five, "2015:356:00:00:00.000"))
		got, err := d.Replicas(time.Time{}, time.Time{})
		if err != nil || len(got) != 5 {
			t.Fatalf("%s: %d replicas, %v", name, len(got), err)
		}
		for _, r := range got {
			if r.Obsid != nil {
				t.Errorf("%s: %v has obsid %d", name, r, *r.Obsid)
			}
		}
	}
}

func TestFind(t *testing.T) {
	dir, empty := t.TempDir(), t.TempDir()
	write := func(name string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	_, err := Find("", empty, filepath.Join(empty, "gone"))
	if err == nil || !strings.Contains(err.Error(), filepath.Join(empty, "events3.db3")) || !strings.Contains(err.Error(), "gone") {
		t.Errorf("%v: want where it looked", err)
	}
	if _, err := Find(""); err == nil {
		t.Error("found without a place")
	}
	old := write("events.db3")
	if got, err := Find("", empty, dir); got != old || err != nil {
		t.Errorf("%s, %v", got, err)
	}
	recent := write("events3.db3")
	if got, err := Find(dir, old); got != recent || err != nil {
		t.Errorf("%s, %v", got, err)
	}
	if got, err := Find(old, dir); got != old || err != nil {
		t.Errorf("%s, %v", got, err)
	}
}

func TestBadDatabases(t *testing.T) {
	row := func(values string) []string {
		return []string{newReplicas, updates, "INSERT INTO events_darkcalreplica VALUES (" + values + ")"}
	}
	for name, c := range map[string]struct {
		statements []string
		want       string
	}{
		"empty":         {[]string{"PRAGMA user_version=1"}, "no table events_darkcalreplica"},
		"no updates":    {[]string{newReplicas}, "no table events_update"},
		"no column":     {[]string{"CREATE TABLE events_darkcalreplica (start, stop, tstart, tstop)", updates}, "no column dur"},
		"number":        {row("7, '2020:169:03:10:01.025', 1, 2, 3, 4"), "want YYYY:DDD"}, // SQLite makes text of it
		"bytes":         {row("x'00', '2020:169:03:10:01.025', 1, 2, 3, 4"), "column start is 1 bytes that are no text: want text"},
		"day 367":       {row("'2020:367:03:04:33.025', '2020:169:03:10:01.025', 1, 2, 3, 4"), `column start is "2020:367:03:04:33.025": date`},
		"ends first":    {row("'2020:169:03:04:33.025', '2020:169:03:04:33.024', 1, 2, 3, 4"), "want a time after the start"},
		"text in tstop": {row("'2020:169:03:04:33.025', '2020:169:03:10:01.025', 1, 'x', 3, 4"), `column tstop is "x": want a number`},
		"no end":        {row("'2020:169:03:04:33.025', '2020:169:03:10:01.025', 1, 9e999, 3, 4"), "want a number"},
		"negative":      {row("'2020:169:03:04:33.025', '2020:169:03:10:01.025', 1, 2, -3, 4"), "column dur is -3: want 0 to 86400 seconds"},
		"obsid":         {row("'2020:169:03:04:33.025', '2020:169:03:10:01.025', 1, 2, 3, 'DC_T0'"), "column obsid"},
	} {
		path := sqlitetest.Make(t, "events3.db3", c.statements...)
		d, err := open(path, 0)
		if err == nil {
			_, err = d.Replicas(time.Time{}, time.Time{})
			d.Close()
		}
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v: want %q and the file", name, err, c.want)
		}
	}
	path := sqlitetest.Make(t, "events3.db3", newReplicas, updates, "INSERT INTO events_update VALUES ('DarkCalReplica', 'yesterday')")
	if _, _, err := openTest(t, path).Updated(ReplicaEvent); err == nil || !strings.Contains(err.Error(), "yesterday") {
		t.Errorf("%v", err)
	}
	text := filepath.Join(t.TempDir(), "events3.db3")
	if err := os.WriteFile(text, []byte(strings.Repeat("text", 200)), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(text); err == nil || !strings.Contains(err.Error(), "not an SQLite database") {
		t.Errorf("%v", err)
	}
}

// kadi's writer at work: its rows are seen once they are whole, and while it
// holds the file a reader waits and then says so.
func TestWriterAtWork(t *testing.T) {
	for _, mode := range []string{"DELETE", "WAL"} {
		path := makeDatabase(t, "events3.db3", append([]string{newReplicas, updates, obsids}, "PRAGMA journal_mode="+mode), flight(t)[:5], "")
		w := sqlitetest.Writer(t, path)
		w.Do("PRAGMA wal_autocheckpoint=0", "BEGIN IMMEDIATE")
		last := flight(t)[5]
		w.Insert("events_darkcalreplica", last.Start, last.Stop, last.TStart, last.TStop, last.DurS, *last.Obsid)
		count := func(want int) {
			t.Helper()
			if got, err := openTest(t, path).Replicas(time.Time{}, time.Time{}); err != nil || len(got) != want {
				t.Errorf("%s: %d replicas, want %d (%v)", mode, len(got), want, err)
			}
		}
		count(5)
		w.Do("COMMIT")
		count(6)
		if mode == "WAL" {
			continue // its readers are never shut out
		}
		w.Do("BEGIN EXCLUSIVE")
		if _, err := open(path, 20*time.Millisecond); !errors.Is(err, sqlite.ErrLocked) {
			t.Errorf("%v: want that it is locked", err)
		}
		w.Do("ROLLBACK")
	}
}
