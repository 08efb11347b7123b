package kadi

import (
	"testing"
	"time"

	"darksite/internal/shared"
	"darksite/processing/chandra"
	"darksite/processing/sqlite/sqlitetest"
)

// The tables as Django makes them of kadi's classes (sot/kadi, events/models.py),
// since 2019-12 and, without an obsid in the first, before.
const (
	eventColumns = "start varchar(21) NOT NULL PRIMARY KEY, stop varchar(21) NOT NULL, tstart real NOT NULL, tstop real NOT NULL, dur real NOT NULL"
	obsidColumn  = ", obsid integer NOT NULL"
	newReplicas  = "CREATE TABLE events_darkcalreplica (" + eventColumns + obsidColumn + ")"
	oldReplicas  = "CREATE TABLE events_darkcalreplica (" + eventColumns + ")"
	newDarkCals  = "CREATE TABLE events_darkcal (" + eventColumns + obsidColumn + ")"
	oldDarkCals  = "CREATE TABLE events_darkcal (" + eventColumns + ")"
	obsids       = "CREATE TABLE events_obsid (" + eventColumns + obsidColumn + ")"
	dwells       = "CREATE TABLE events_dwell (" + eventColumns + ", rel_tstart real NOT NULL, manvr_id varchar(21) NOT NULL, ra real, dec real, roll real)"
	maneuvers    = "CREATE TABLE events_manvr (" + eventColumns + ", n_dwell integer NOT NULL, template varchar(16) NOT NULL)"
	updates      = "CREATE TABLE events_update (name varchar(30) NOT NULL PRIMARY KEY, date varchar(21) NOT NULL)"
	index        = "CREATE INDEX events_darkcalreplica_tstart_5f1b9c2a ON events_darkcalreplica (tstart)"
)

var (
	newSchema = []string{newReplicas, newDarkCals, obsids, dwells, maneuvers, updates, index}
	oldSchema = []string{oldReplicas, oldDarkCals, "CREATE TABLE events_obsid (" + eventColumns + obsidColumn + ")", dwells, maneuvers, updates, index}
)

// makeDatabase writes a database with replicas, and when kadi last ran.
func makeDatabase(t testing.TB, name string, schema []string, replicas []Replica, ran string) string {
	t.Helper()
	path := sqlitetest.Make(t, name, schema...)
	w := sqlitetest.Writer(t, path)
	defer w.Close()
	for _, r := range replicas {
		insert(w, schema[0] == newReplicas, r)
	}
	if ran != "" {
		w.Insert("events_update", "DarkCalReplica", ran)
		w.Insert("events_update", "Obsid", "2027:001:00:00:00.000")
	}
	return path
}

// insert adds a replica.
func insert(w *sqlitetest.Connection, withObsid bool, r Replica) {
	values := []any{r.Start, r.Stop, r.TStart, r.TStop, r.DurS}
	if withObsid {
		obsid := noObsid
		if r.Obsid != nil {
			obsid = *r.Obsid
		}
		values = append(values, obsid)
	}
	w.Insert("events_darkcalreplica", values...)
}

// reached is telemetry up to a date, with a run of kadi at the same time.
func reached(t testing.TB, s string) Reach {
	return Reach{Time: date(t, s), From: obsidTable, Ran: date(t, s)}
}

func openTest(t testing.TB, path string) *Database {
	t.Helper()
	d, err := open(path, 50*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func date(t testing.TB, s string) time.Time {
	t.Helper()
	if s == "" {
		return time.Time{}
	}
	when, err := chandra.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

// replica is one as kadi would find it.
func replica(start time.Time, durS float64) Replica {
	stop := start.Add(time.Duration(durS * float64(time.Second)))
	return Replica{
		Start: chandra.FormatDate(start), Stop: chandra.FormatDate(stop), StartTime: start, StopTime: stop,
		TStart: chandra.Seconds(start), TStop: chandra.Seconds(stop), DurS: durS,
	}
}

// commanded is when the flag of each replica was switched on and off, in
// seconds from the first on, in the commands of the loads.
func commanded(t testing.TB) (on, off []float64) {
	t.Helper()
	for _, row := range shared.Table(t, "dark_replica_timeline.csv") {
		if row["mnemonic"] != "CIMODESL" {
			continue
		}
		at := shared.Number(t, row["rel_seconds_from_first_aca_command"])
		if len(on) == len(off) {
			on = append(on, at)
		} else {
			off = append(off, at)
		}
	}
	for i := range on {
		off[i] -= on[0]
	}
	for i := len(on) - 1; i >= 0; i-- {
		on[i] -= on[0]
	}
	return on, off
}

// classicFive is a calibration as telemetry shows it: the commanded times on a
// grid of major frames of 32.8 s.
func classicFive(t testing.TB, first string) (replicas []Replica) {
	t.Helper()
	const majorFrameS = 32.8
	on, off := commanded(t)
	if len(on) != 5 {
		t.Fatalf("%d replicas are commanded, want 5", len(on))
	}
	grid := func(s float64) float64 { return majorFrameS * float64(int(s/majorFrameS)) }
	for i := range on {
		start := grid(on[i])
		replicas = append(replicas, replica(date(t, first).Add(time.Duration(start*float64(time.Second))), grid(off[i])-start))
	}
	return replicas
}

// flight is the six replicas of 2020, as kadi had them.
func flight(t testing.TB) (replicas []Replica) {
	t.Helper()
	for _, row := range shared.Table(t, "real_kadi_replicas_2020.csv") {
		obsid := int(shared.Number(t, row["obsid"]))
		replicas = append(replicas, Replica{
			Start: row["start"], Stop: row["stop"], StartTime: date(t, row["start"]), StopTime: date(t, row["stop"]),
			TStart: shared.Number(t, row["tstart"]), TStop: shared.Number(t, row["tstop"]), DurS: shared.Number(t, row["dur"]), Obsid: &obsid,
		})
	}
	return replicas
}
