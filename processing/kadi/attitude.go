package kadi

import (
	"slices"
	"time"

	"darksite/processing/chandra"
	"darksite/processing/sqlite"
)

// Attitude is where the spacecraft pointed, J2000, degrees.
type Attitude struct {
	RADeg, DecDeg float64
	RollDeg       *float64 // nil where kadi does not have it
}

// dwelled is a stretch of time at one attitude.
type dwelled struct {
	start, stop time.Time
	Attitude
}

// aroundS is how long before and after a replica its dwell is looked for where
// none overlaps it: the camera tracks no stars while its CCD is read.
const aroundS = 3600

// attitudes gives replicas the attitudes of their dwells. A database without
// dwells, or a dwell without an attitude, gives none; nor does a dwell that
// cannot be read, which is no reason to leave other calibrations without an answer.
func (d *Database) attitudes(replicas []Replica) error {
	columns, err := d.file.Columns(dwellTable)
	if err != nil || len(replicas) == 0 {
		return err
	}
	wanted := []string{"start", "stop", "ra", "dec"}
	for _, c := range wanted {
		if !slices.Contains(columns, c) {
			return nil
		}
	}
	if slices.Contains(columns, "roll") {
		wanted = append(wanted, "roll")
	}
	maneuvers, err := d.file.Columns(maneuverTable)
	if err != nil {
		return err
	}
	turns := slices.Contains(maneuvers, "start")
	for i := range replicas {
		r := &replicas[i]
		from, to := chandra.FormatDate(r.StartTime.Add(-aroundS*time.Second)), chandra.FormatDate(r.StopTime.Add(aroundS*time.Second))
		rows, err := d.file.Select(dwellTable, wanted, `WHERE "stop" > ? AND "start" < ? ORDER BY "start"`, from, to)
		if err != nil {
			return err
		}
		var dwells []dwelled
		for _, row := range rows {
			one, known, err := dwellOf(row)
			if err != nil {
				r.Unread = err
			}
			if known {
				dwells = append(dwells, one)
			}
		}
		var starts []time.Time
		if turns {
			if starts, err = d.maneuvers(from, to); err != nil {
				return err
			}
		}
		r.Attitude = attitudeOf(*r, dwells, starts)
	}
	return nil
}

// maneuvers are when the maneuvers between two dates began.
func (d *Database) maneuvers(from, to string) (starts []time.Time, err error) {
	rows, err := d.file.Select(maneuverTable, []string{"start"}, `WHERE "start" > ? AND "start" < ?`, from, to)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		start, err := dateOf(row, "start")
		if err != nil {
			return nil, err
		}
		starts = append(starts, start)
	}
	return starts, nil
}

// attitudeOf is that of the dwell that overlaps a replica most; else of the
// nearest one from which no maneuver leads away.
func attitudeOf(r Replica, dwells []dwelled, maneuvers []time.Time) *Attitude {
	var best *dwelled
	most := -time.Duration(aroundS) * time.Second
	for i := range dwells {
		w := &dwells[i]
		overlap := chandra.Earlier(r.StopTime, w.stop).Sub(chandra.Later(r.StartTime, w.start))
		if overlap <= most {
			continue
		}
		between := func(t time.Time) bool {
			return t.After(chandra.Earlier(r.StopTime, w.stop).Add(-chandra.TelemetrySample)) && t.Before(chandra.Later(r.StartTime, w.start).Add(chandra.TelemetrySample))
		}
		if overlap <= 0 && (maneuvers == nil || slices.ContainsFunc(maneuvers, between)) {
			continue
		}
		best, most = w, overlap
	}
	if best == nil {
		return nil
	}
	return &best.Attitude
}

// dwellOf reads a row; known is false for a dwell without an attitude.
func dwellOf(row sqlite.Row) (w dwelled, known bool, err error) {
	if w.start, err = dateOf(row, "start"); err != nil {
		return w, false, err
	}
	if w.stop, err = dateOf(row, "stop"); err != nil {
		return w, false, err
	}
	if !row.Has("ra") || !row.Has("dec") {
		return w, false, nil
	}
	angle := func(column string, low, high float64) float64 {
		v, bad := row.Real(column)
		if bad == nil && !(v >= low && v <= high) {
			bad = row.Errorf(column, "want %v to %v degrees", low, high)
		}
		if err == nil {
			err = bad
		}
		return v
	}
	w.RADeg, w.DecDeg = angle("ra", 0, 360), angle("dec", -90, 90)
	if row.Has("roll") {
		roll := angle("roll", -360, 360)
		w.RollDeg = &roll
	}
	return w, err == nil, err
}
