package kadi

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"darksite/processing/chandra"
	"darksite/processing/sqlite"
)

// Names of the database's file: since 2019-12-07, and before.
var fileNames = []string{"events3.db3", "events.db3"}

// Tables, as Django names them after kadi's classes.
const (
	replicaTable = "events_darkcalreplica"
	obsidTable   = "events_obsid"
	updateTable  = "events_update"

	dwellTable    = "events_dwell"
	maneuverTable = "events_manvr"
)

// ReplicaEvent is the name under which kadi keeps when it last looked for
// replicas: the time of its own run, not how far telemetry reaches.
const ReplicaEvent = "DarkCalReplica"

// patience is how long another program's lock is waited for. kadi's own writer
// waits 5, 10 and 60 s.
const patience = 10 * time.Second

// Database is an open event database.
type Database struct {
	file     *sqlite.Database
	hasObsid bool
}

// Find gives the event database among places, the first that is there: a file,
// or a directory with one under kadi's names. Empty places are passed over.
func Find(places ...string) (string, error) {
	var looked []string
	for _, p := range places {
		if p == "" {
			continue
		}
		st, err := os.Stat(p)
		if err == nil && !st.IsDir() {
			return p, nil
		}
		if err != nil {
			looked = append(looked, p)
			continue
		}
		for _, name := range fileNames {
			file := filepath.Join(p, name)
			if st, err := os.Stat(file); err == nil && !st.IsDir() {
				return file, nil
			}
			looked = append(looked, file)
		}
	}
	if len(looked) == 0 {
		return "", errors.New("kadi's event database: no place to look for it was named: want the file " + fileNames[0] + " or its directory")
	}
	return "", fmt.Errorf("kadi's event database: not at %s: name the file or its directory", strings.Join(looked, ", "))
}

// Open opens an event database, of any age of kadi, to read.
func Open(path string) (*Database, error) { return open(path, patience) }

func open(path string, wait time.Duration) (*Database, error) {
	file, err := sqlite.Open(path, wait)
	if err != nil {
		return nil, err
	}
	columns, err := file.Need(replicaTable, "start", "stop", "tstart", "tstop", "dur")
	if err == nil {
		_, err = file.Need(updateTable, "name", "date")
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return &Database{file, slices.Contains(columns, "obsid")}, nil
}

// Close closes the file.
func (d *Database) Close() error { return d.file.Close() }

// Replicas are those that end after since and begin at until or earlier, by
// their start, as kadi's own filter means it: one that is under way at a bound
// counts. A zero time is no bound.
func (d *Database) Replicas(since, until time.Time) ([]Replica, error) {
	columns := []string{"start", "stop", "tstart", "tstop", "dur"}
	if d.hasObsid {
		columns = append(columns, "obsid")
	}
	// The dates are text of one form, whose order is that of time.
	var where []string
	var bounds []any
	if !since.IsZero() {
		where, bounds = append(where, `"stop" > ?`), append(bounds, chandra.FormatDate(since))
	}
	if !until.IsZero() {
		where, bounds = append(where, `"start" <= ?`), append(bounds, chandra.FormatDate(until))
	}
	rest := `ORDER BY "start"`
	if len(where) > 0 {
		rest = "WHERE " + strings.Join(where, " AND ") + " " + rest
	}
	rows, err := d.file.Select(replicaTable, columns, rest, bounds...)
	if err != nil {
		return nil, err
	}
	replicas := make([]Replica, len(rows))
	for i, row := range rows {
		if replicas[i], err = fromRow(row); err != nil {
			return nil, err
		}
	}
	return replicas, nil
}

// Updated is the date that kadi keeps under a name, for example [ReplicaEvent].
// It is false where the database does not know the name.
func (d *Database) Updated(event string) (until time.Time, known bool, err error) {
	rows, err := d.file.Select(updateTable, []string{"date"}, `WHERE "name" = ?`, event)
	if err != nil || len(rows) == 0 {
		return time.Time{}, false, err
	}
	until, err = dateOf(rows[0], "date")
	return until, err == nil, err
}
