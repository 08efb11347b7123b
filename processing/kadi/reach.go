package kadi

import (
	"fmt"
	"slices"
	"time"

	"darksite/processing/chandra"
)

// Reach is how far kadi knows the telemetry.
type Reach struct {
	// Time up to which telemetry was there, zero when nothing tells; From is the
	// row or the table that tells.
	Time time.Time
	From string
	// Ran is when kadi last looked for replicas, zero when it does not tell. It
	// is the time of its own run and says nothing about the telemetry.
	Ran time.Time
}

// backorbit is the row of the update table that has the time of the latest
// recorded telemetry (sot/kadi, update_events.py, since 2024).
const backorbit = "maude_latest_backorbit"

// telemetryTables are those whose events follow each other without a pause in
// the telemetry, so that their ends show how far it reaches.
var telemetryTables = []string{obsidTable, dwellTable, maneuverTable}

// Reach is how far the telemetry reaches: to the time of kadi's latest recorded
// telemetry where it keeps that, else to the end of the latest observation,
// dwell or maneuver that was found in it.
func (d *Database) Reach() (r Reach, err error) {
	if r.Ran, _, err = d.Updated(ReplicaEvent); err != nil {
		return Reach{}, err
	}
	at, known, err := d.Updated(backorbit)
	if err != nil {
		return Reach{}, err
	}
	if known {
		r.Time, r.From = at, backorbit
		return r, nil
	}
	for _, table := range telemetryTables {
		columns, err := d.file.Columns(table)
		if err != nil {
			return Reach{}, err
		}
		if !slices.Contains(columns, "stop") {
			continue
		}
		rows, err := d.file.Select(table, []string{"stop"}, `ORDER BY "stop" DESC LIMIT 1`)
		if err != nil {
			return Reach{}, err
		}
		if len(rows) == 0 {
			continue
		}
		stop, err := dateOf(rows[0], "stop")
		if err != nil {
			return Reach{}, err
		}
		if stop.After(r.Time) {
			r.Time, r.From = stop, table
		}
	}
	return r, nil
}

// by is the reach as far as the clock has come, and what to say of the rest, ""
// where there is none: no telemetry is of a time to come, and what claims to be
// ends no waiting.
func (r Reach) by(now time.Time) (Reach, string) {
	if now.IsZero() || !r.Time.After(now) {
		return r, ""
	}
	said := fmt.Sprintf("%s has telemetry reach to %s, which is still to come: only what lies before %s, when this was asked, counts",
		r.From, chandra.FormatDate(r.Time), chandra.FormatDate(now))
	r.Time = now
	return r, said
}
