package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"darksite/internal/shared"
	"darksite/processing/chandra"
	"darksite/processing/sqlite/sqlitetest"
)

// setClock makes the clock stand at the time in the variable CLOCK, for stories
// of other years.
func setClock() {
	if at, err := chandra.ParseDate(os.Getenv("CLOCK")); err == nil {
		clock = func() time.Time { return at }
	}
}

// The tables of kadi's event database as Django makes them (sot/kadi,
// events/models.py).
const (
	kadiEvent = "start varchar(21) NOT NULL PRIMARY KEY, stop varchar(21) NOT NULL, tstart real NOT NULL, tstop real NOT NULL, dur real NOT NULL"
	kadiObsid = ", obsid integer NOT NULL"
)

// kadiDatabase FILE FIRST REPLICAS RAN [OPTION...] writes kadi's event database
// with the tables that are documented: so many replicas every 43 minutes from
// FIRST on, and when kadi last ran. FIRST is "flight" for the six of 2020. The
// options are
//
//	reach=DATE   telemetry reaches to DATE, not to RAN
//	from=NAME    and maude, obsid (the default), dwell or manvr tells so
//	again=DATE,N a second attempt of N replicas
//	old          no obsid in the tables, as before 2019-12
//	wal          the last replica is in a write-ahead log
func kadiDatabase(t *testing.T, ts *testscript.TestScript, args []string) {
	if len(args) < 4 {
		ts.Fatalf("usage: kadi FILE FIRST REPLICAS RAN [OPTION...]")
	}
	options := map[string]string{"reach": args[3], "from": "obsid"}
	for _, o := range args[4:] {
		key, value, _ := strings.Cut(o, "=")
		options[key] = value
	}
	_, old := options["old"]
	_, wal := options["wal"]
	obsid := kadiObsid
	if old {
		obsid = ""
	}
	made := sqlitetest.Make(t, "events3.db3",
		"CREATE TABLE events_darkcalreplica ("+kadiEvent+obsid+")", "CREATE TABLE events_darkcal ("+kadiEvent+obsid+")",
		"CREATE TABLE events_obsid ("+kadiEvent+kadiObsid+")",
		"CREATE TABLE events_manvr ("+kadiEvent+", n_dwell integer NOT NULL, template varchar(16) NOT NULL)",
		"CREATE TABLE events_dwell ("+kadiEvent+", rel_tstart real NOT NULL, manvr_id varchar(21) NOT NULL, ra real, dec real, roll real)",
		"CREATE TABLE events_update (name varchar(30) NOT NULL PRIMARY KEY, date varchar(21) NOT NULL)")
	w := sqlitetest.Writer(t, made)
	event := func(start, stop time.Time) []any {
		return []any{chandra.FormatDate(start), chandra.FormatDate(stop), chandra.Seconds(start), chandra.Seconds(stop), stop.Sub(start).Seconds()}
	}
	var rows [][]any
	add := func(start time.Time, durS float64, obsid int) {
		row := event(start, start.Add(time.Duration(durS*float64(time.Second))))
		if !old {
			row = append(row, obsid)
		}
		rows = append(rows, row)
	}
	sequence := func(first string, n string, obsid int) {
		start, err := chandra.ParseDate(first)
		ts.Check(err)
		replicas, err := strconv.Atoi(n)
		ts.Check(err)
		for i := range replicas {
			add(start.Add(time.Duration(i)*43*time.Minute), 590.4, obsid-2*i) // eighteen major frames of 32.8 s
		}
	}
	if args[1] == "flight" {
		n, err := strconv.Atoi(args[2])
		ts.Check(err)
		for i, row := range shared.Table(t, "real_kadi_replicas_2020.csv")[:n] {
			start, err := chandra.ParseDate(row["start"])
			ts.Check(err)
			add(start, shared.Number(t, row["dur"]), int(shared.Number(t, row["obsid"])))
			a := flightAttitudes[i]
			dwell := append(event(start.Add(-20*time.Minute), start.Add(12*time.Minute)), 0.0, row["start"], a[0], a[1], 10.0*float64(i))
			w.Insert("events_dwell", dwell...)
		}
	} else {
		sequence(args[1], args[2], 51394)
	}
	if again, ok := options["again"]; ok {
		first, n, _ := strings.Cut(again, ",")
		sequence(first, n, 51380)
	}
	w.Insert("events_update", "DarkCalReplica", args[3])
	w.Insert("events_update", "Obsid", args[3])
	reach, err := chandra.ParseDate(options["reach"])
	ts.Check(err)
	span := event(reach.Add(-time.Hour), reach)
	switch options["from"] {
	case "maude":
		w.Insert("events_update", "maude_latest_backorbit", options["reach"])
	case "obsid":
		w.Insert("events_obsid", append(span, 51000)...)
	case "manvr":
		w.Insert("events_manvr", append(span, 1, "normal")...)
	case "dwell":
		w.Insert("events_dwell", append(span, 0.0, span[0], 10.0, 10.0, 10.0)...)
	default:
		ts.Fatalf("from=%s", options["from"])
	}
	ends := []string{""}
	for i, row := range rows {
		if wal && i == len(rows)-1 {
			w.Do("PRAGMA journal_mode=WAL", "PRAGMA wal_autocheckpoint=0")
			ends = append(ends, "-wal")
		}
		w.Insert("events_darkcalreplica", row...)
	}
	// The writer of a log is still connected, as kadi's was when it was killed.
	for _, end := range ends {
		content, err := os.ReadFile(made + end)
		ts.Check(err)
		ts.Check(os.WriteFile(ts.MkAbs(filepath.FromSlash(args[0]))+end, content, 0o666))
	}
	w.Close()
}

// flightAttitudes are RA and Dec of the six replicas of 2020, degrees (kadi's
// dwells).
var flightAttitudes = [][2]float64{{76, -25.6}, {294, -31}, {39, 23}, {264, -33}, {46.7, 14.1}, {296.7, -42.9}}
