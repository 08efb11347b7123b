package starcheck

import (
	"slices"
	"strconv"
	"time"

	"darksite/processing/chandra"
	"darksite/processing/sqlite"
)

// blocksOf makes the blocks of a load, in their order in the page.
func blocksOf(file *sqlite.Database, load int) ([]Block, error) {
	rows, err := file.Select(obsTable, []string{"obsid", "obs_idx", "point_ra", "point_dec", "point_roll", "mp_starcat_time"},
		`WHERE "sc_id" = ? ORDER BY "obs_idx"`, load)
	if err != nil {
		return nil, err
	}
	blocks := make([]Block, len(rows))
	at := map[int]*Block{} // by obsid, which a load has once
	for i, row := range rows {
		if blocks[i], err = blockOf(row); err != nil {
			return nil, err
		}
		at[blocks[i].Obsid] = &blocks[i]
	}
	for _, add := range []func(*sqlite.Database, int, map[int]*Block) error{addManeuvers, addMarkers, addPredicted} {
		if err := add(file, load, at); err != nil {
			return nil, err
		}
	}
	return blocks, nil
}

func blockOf(row sqlite.Row) (b Block, err error) {
	if b.Obsid, err = row.Int("obsid"); err != nil {
		return b, err
	}
	if b.Line, err = row.Int("obs_idx"); err != nil {
		return b, err
	}
	b.Name = strconv.Itoa(b.Obsid)
	if row.Has("mp_starcat_time") {
		if b.Catalog, err = timeOf(row, "mp_starcat_time"); err != nil {
			return b, err
		}
	}
	if !row.Has("point_ra") || !row.Has("point_dec") || !row.Has("point_roll") {
		return b, nil
	}
	a := &Attitude{}
	for _, part := range []struct {
		column    string
		to        *float64
		low, high float64
	}{{"point_ra", &a.RADeg, 0, 360}, {"point_dec", &a.DecDeg, -90, 90}, {"point_roll", &a.RollDeg, -360, 360}} {
		if *part.to, err = realWithin(row, part.column, part.low, part.high); err != nil {
			return b, err
		}
	}
	b.Attitude = a
	return b, nil
}

// addManeuvers adds those that the database has.
func addManeuvers(file *sqlite.Database, load int, at map[int]*Block) error {
	have, err := file.Columns(maneuverTable)
	if err != nil || !slices.Contains(have, "mp_targquat_time") {
		return err
	}
	columns := slices.DeleteFunc([]string{"obsid", "mp_targquat_time", "target_Q1", "target_Q2", "target_Q3", "target_Q4", "duration_sec", "end_date"},
		func(c string) bool { return !slices.Contains(have, c) })
	rows, err := file.Select(maneuverTable, columns, `WHERE "sc_id" = ? ORDER BY "mp_targquat_time"`, load)
	if err != nil {
		return err
	}
	for _, row := range rows {
		obsid, err := row.Int("obsid")
		if err != nil {
			return err
		}
		b := at[obsid]
		if b == nil || !row.Has("mp_targquat_time") {
			continue
		}
		var m Maneuver
		if m.Time, err = timeOf(row, "mp_targquat_time"); err != nil {
			return err
		}
		for i := range m.Quaternion {
			column := "target_Q" + strconv.Itoa(i+1)
			if !row.Has(column) {
				m.Quaternion = Quaternion{}
				break
			}
			if m.Quaternion[i], err = realWithin(row, column, -1, 1); err != nil {
				return err
			}
		}
		switch {
		case row.Has("end_date"):
			if m.End, err = timeOf(row, "end_date"); err != nil {
				return err
			}
		case row.Has("duration_sec"):
			if m.DurationS, err = realWithin(row, "duration_sec", 0, 86400); err != nil {
				return err
			}
			m.derive()
		}
		b.Maneuvers = append(b.Maneuvers, m)
	}
	return nil
}

// addMarkers finds the replicas by their remarks.
func addMarkers(file *sqlite.Database, load int, at map[int]*Block) error {
	rows, err := file.Select(warningTable, []string{"obsid", "warning"}, `WHERE "sc_id" = ? AND instr("warning", '(DC_T') > 0 ORDER BY "obsid"`, load)
	if err != nil {
		return err
	}
	for _, row := range rows {
		obsid, err := row.Int("obsid")
		if err != nil {
			return err
		}
		text, err := row.Text("warning")
		if err != nil {
			return err
		}
		if m := marker.FindStringSubmatch(text); m != nil && at[obsid] != nil {
			at[obsid].Replica = int(m[1][0]-'0') + 1
		}
	}
	return nil
}

// addPredicted adds the temperatures; older databases have none.
func addPredicted(file *sqlite.Database, load int, at map[int]*Block) error {
	have, err := file.Columns(predictedTable)
	if err != nil || !slices.Contains(have, "pred_ccd_temp") {
		return err
	}
	rows, err := file.Select(predictedTable, []string{"obsid", "pred_ccd_temp"}, `WHERE "sc_id" = ?`, load)
	if err != nil {
		return err
	}
	for _, row := range rows {
		obsid, err := row.Int("obsid")
		if err != nil {
			return err
		}
		if at[obsid] == nil || !row.Has("pred_ccd_temp") {
			continue
		}
		v, err := realWithin(row, "pred_ccd_temp", -40, 40)
		if err != nil {
			return err
		}
		c := chandra.Celsius(v)
		at[obsid].PredictedC = &c
	}
	return nil
}

func timeOf(row sqlite.Row, column string) (time.Time, error) {
	s, err := row.Text(column)
	if err != nil {
		return time.Time{}, err
	}
	t, err := chandra.ParseDate(s)
	if err != nil {
		return time.Time{}, row.Errorf(column, "%w", err)
	}
	return t, nil
}

func realWithin(row sqlite.Row, column string, low, high float64) (float64, error) {
	v, err := row.Real(column)
	if err == nil && !(v >= low && v <= high) {
		err = row.Errorf(column, "want %g to %g", low, high)
	}
	return v, err
}
