package kadi

import (
	"errors"
	"fmt"
	"time"

	"darksite/processing/chandra"
	"darksite/processing/sqlite"
)

// Replica is one readout of the CCD as telemetry shows it, from one major frame
// to another: its edges lie on a grid of 32.8 s.
type Replica struct {
	// Start and Stop are as the database has them, YYYY:DDD:HH:MM:SS.sss, UTC.
	Start, Stop string
	// StartTime and StopTime are the same, as times.
	StartTime, StopTime time.Time
	TStart, TStop       float64 // CXC seconds
	DurS                float64 // seconds
	// Obsid is nil where kadi does not know it: before 2019-12, or when
	// telemetry did not have it.
	Obsid *int
	// Attitude of the dwell in which it was taken, nil where kadi does not tell.
	Attitude *Attitude
	// Unread is why the attitude of a dwell around it could not be read, nil
	// where all could.
	Unread error
}

// noObsid stands for an obsid that telemetry did not have.
const noObsid = -999

// maxReplicaS is a day: no replica lasts as long.
const maxReplicaS = 86400

// String is the replica as kadi prints it.
func (r Replica) String() string {
	return fmt.Sprintf("<DarkCalReplica: start=%s dur=%.0f>", r.Start, r.DurS)
}

// fromRow makes a replica of a row.
func fromRow(row sqlite.Row) (Replica, error) {
	start, errStart := row.Text("start")
	stop, errStop := row.Text("stop")
	tstart, errTStart := row.Real("tstart")
	tstop, errTStop := row.Real("tstop")
	dur, errDur := row.Real("dur")
	for _, err := range []error{errStart, errStop, errTStart, errTStop, errDur} {
		if err != nil {
			return Replica{}, err
		}
	}
	var obsid *int
	if row.Has("obsid") {
		n, err := row.Int("obsid")
		if err != nil {
			return Replica{}, err
		}
		obsid = &n
	}
	r, column, err := convert(start, stop, tstart, tstop, dur, obsid)
	if err != nil {
		return Replica{}, row.Errorf(column, "%w", err)
	}
	return r, nil
}

// convert checks the values of a row; the column is the one at fault.
func convert(start, stop string, tstart, tstop, dur float64, obsid *int) (r Replica, column string, err error) {
	r = Replica{Start: start, Stop: stop, TStart: tstart, TStop: tstop, DurS: dur, Obsid: obsid}
	if r.StartTime, err = chandra.ParseDate(start); err != nil {
		return Replica{}, "start", err
	}
	if r.StopTime, err = chandra.ParseDate(stop); err != nil {
		return Replica{}, "stop", err
	}
	if r.StopTime.Before(r.StartTime) {
		return Replica{}, "stop", fmt.Errorf("want a time after the start, %s", start)
	}
	if !(dur >= 0 && dur <= maxReplicaS) {
		return Replica{}, "dur", errors.New("want 0 to 86400 seconds")
	}
	if obsid != nil && *obsid == noObsid {
		r.Obsid = nil
	}
	return r, "", nil
}

// dateOf reads a cell with a date.
func dateOf(row sqlite.Row, column string) (time.Time, error) {
	s, err := row.Text(column)
	if err != nil {
		return time.Time{}, err
	}
	when, err := chandra.ParseDate(s)
	if err != nil {
		return time.Time{}, row.Errorf(column, "%w", err)
	}
	return when, nil
}
