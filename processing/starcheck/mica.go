package starcheck

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"darksite/processing/chandra"
	"darksite/processing/sqlite"
)

// Tables of mica's database of pages (sot/mica, starcheck.sql).
const (
	loadTable      = "starcheck_id"
	obsTable       = "starcheck_obs"
	maneuverTable  = "starcheck_manvr"
	warningTable   = "starcheck_warnings"
	predictedTable = "starcheck_pred_temp"
)

// patience is how long another program's lock is waited for.
const patience = 10 * time.Second

// FromDatabase looks for a calibration in mica's database of pages, which holds
// all loads. Which of several is taken, and what is said about it, is as for
// [Find].
//
// The database has no maneuver to a replica, because mica's parser takes one
// only before a catalogue; then the end of the maneuver follows from the
// catalogue after it.
func FromDatabase(path string, want Want) (Found, error) {
	if want.ID == "" {
		return Found{}, fmt.Errorf("%s: name the calibration to look for in it", path)
	}
	file, err := sqlite.Open(path, patience)
	if err != nil {
		return Found{}, err
	}
	defer file.Close()
	for table, columns := range map[string][]string{
		loadTable:    {"id", "dir"},
		obsTable:     {"sc_id", "obsid", "obs_idx", "point_ra", "point_dec", "point_roll", "mp_starcat_time"},
		warningTable: {"sc_id", "obsid", "warning"},
	} {
		if _, err := file.Need(table, columns...); err != nil {
			return Found{}, err
		}
	}
	sources, numbers, err := loadsOf(file, want.ID)
	if err != nil {
		return Found{}, err
	}
	return want.choose(sources, path, func(s Source) (Calibration, error) {
		blocks, err := blocksOf(file, numbers[s.Path])
		if err != nil {
			return Calibration{}, err
		}
		source := path + ": " + s.Path
		list, err := assemble(blocks, source, s.Load.String())
		if err != nil {
			return Calibration{}, err
		}
		if len(list) == 0 {
			return Calibration{}, fmt.Errorf("%s: %w begins in it", source, ErrNone)
		}
		c, err := pick(list, want.ID)
		if err != nil {
			return c, fmt.Errorf("%s: %w", source, err)
		}
		return c, want.check(c)
	})
}

// loadsOf lists the loads with a DC_T0 that may hold a calibration, and their
// numbers by directory.
func loadsOf(file *sqlite.Database, id chandra.ID) (list []Source, numbers map[string]int, err error) {
	rows, err := file.Select(loadTable, []string{"id", "dir"},
		`WHERE "id" IN (SELECT "sc_id" FROM `+warningTable+` WHERE instr("warning", '(DC_T0)') > 0) ORDER BY "id"`)
	if err != nil {
		return nil, nil, err
	}
	numbers = map[string]int{}
	for _, row := range rows {
		n, err := row.Int("id")
		if err != nil {
			return nil, nil, err
		}
		dir, err := row.Text("dir")
		if err != nil {
			return nil, nil, err
		}
		// As /2015/DEC1115/oflsa/.
		parts := strings.Split(strings.Trim(dir, "/"), "/")
		load, ok := ParseLoad(strings.Join(parts[min(1, len(parts)-1):], "/"))
		if !ok {
			return nil, nil, row.Errorf("dir", "want a directory such as /2015/DEC1115/oflsa/")
		}
		if load.mayHold(id) {
			list = append(list, Source{load, dir})
			numbers[dir] = n
		}
	}
	slices.SortStableFunc(list, func(a, b Source) int { return compare(a.Load, b.Load) })
	return list, numbers, nil
}
