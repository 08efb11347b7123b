package starcheck

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"darksite/processing/chandra"
	"darksite/processing/sqlite/sqlitetest"
)

// The tables of mica's database as far as they matter here (inputs-and-pages.md,
// section C4).
var micaTables = []string{
	"CREATE TABLE starcheck_id (id int not null, dir varchar(20) not null, mtime float not null, primary key (id))",
	"CREATE TABLE starcheck_obs (sc_id int not null, obsid int not null, obs_idx int not null, point_ra float, point_dec float, point_roll float, target_id varchar(30), dither_state varchar(4), mp_starcat_time varchar(25), mp_starcat_vcdu_cnt int)",
	"CREATE TABLE starcheck_manvr (sc_id int not null, obsid int not null, obs_idx int not null, instance int default 0 not null, duration_sec float, angle_deg float, slew_err_arcsec float, target_Q1 float, target_Q2 float, target_Q3 float, target_Q4 float, mp_targquat_time varchar(25), mp_targquat_vcdu_cnt int, end_date varchar(25))",
	"CREATE TABLE starcheck_warnings (sc_id int not null, obsid int not null, obs_idx int not null, warning varchar(100) not null, idx int, warning_type varchar(15))",
	"CREATE TABLE starcheck_pred_temp (sc_id int not null, obsid int not null, pred_ccd_temp float)",
}

// ingest puts a page into the database as mica does. Its parser takes maneuvers
// only before a catalogue; all tells to take those to replicas too.
func ingest(t testing.TB, w *sqlitetest.Connection, number int, dir string, content []byte, all bool) {
	t.Helper()
	w.Insert("starcheck_id", number, dir, 1.5)
	for i, b := range parseTest(t, content).Blocks {
		if b.Obsid == 0 {
			continue
		}
		var catalog any
		if !b.Catalog.IsZero() {
			catalog = chandra.FormatDate(b.Catalog)
		}
		var ra, dec, roll any
		if b.Attitude != nil {
			ra, dec, roll = b.Attitude.RADeg, b.Attitude.DecDeg, b.Attitude.RollDeg
		}
		w.Insert("starcheck_obs", number, b.Obsid, i, ra, dec, roll, nil, nil, catalog, 1)
		for n, m := range b.Maneuvers {
			if catalog == nil && !all {
				break
			}
			w.Insert("starcheck_manvr", number, b.Obsid, i, n, m.DurationS, 1.0, 1.0, m.Quaternion[0], m.Quaternion[1], m.Quaternion[2], m.Quaternion[3], chandra.FormatDate(m.Time), 1, nil)
		}
		if b.Replica > 0 {
			for _, text := range []string{"No Guide Star Summary for obsid %d (DC_T%d). OK for 'DC_T' ER. ", "No star catalog for obsid %d (DC_T%d). OK for 'DC_T' ER."} {
				w.Insert("starcheck_warnings", number, b.Obsid, i, fmt.Sprintf(text, b.Obsid, b.Replica-1), nil, nil)
			}
		}
		if b.PredictedC != nil {
			w.Insert("starcheck_pred_temp", number, b.Obsid, float64(*b.PredictedC))
		}
	}
}

func micaDatabase(t testing.TB, all bool) string {
	t.Helper()
	path := sqlitetest.Make(t, "starcheck.db3", micaTables...)
	w := sqlitetest.Writer(t, path)
	w.Do("BEGIN")
	ingest(t, w, 0, "/2007/MAR0507/oflsa/", realPage(t, "MAR0507A"), all)
	ingest(t, w, 7, "/2015/DEC1115/oflsa/", realPage(t, "DEC1115A"), all)
	ingest(t, w, 5, "/2012/JAN3012/oflsa/", realPage(t, "JAN3012A"), all)
	ingest(t, w, 8, "/2015/DEC1115/oflsb/", realPage(t, "DEC1115A"), all)
	w.Do("COMMIT")
	w.Close()
	return path
}

// The database says what the pages say that were put into it.
func TestDatabase(t *testing.T) {
	for _, all := range []bool{true, false} {
		path := micaDatabase(t, all)
		for load := range pages {
			want := calibrationOf(t, realPage(t, load), "")
			for i := range want.Replicas {
				if r := &want.Replicas[i]; !all {
					r.Target, r.Quaternion = r.Target.Truncate(0).AddDate(-3000, 0, 0), Quaternion{}
				}
			}
			got, err := FromDatabase(path, Want{ID: want.ID})
			if err != nil {
				t.Fatal(err)
			}
			for i := range got.Replicas {
				if r := &got.Replicas[i]; !all {
					if !r.Target.IsZero() || !r.Derived {
						t.Errorf("%+v", r)
					}
					r.Target = want.Replicas[i].Target
					// Without the maneuver its end is that before the next catalogue,
					// to a second.
					if d := r.ManeuverEnd.Sub(want.Replicas[i].ManeuverEnd).Seconds(); d < -1.5 || d > 1.5 {
						t.Errorf("%s: replica %d ends its maneuver %.3f s off", load, r.Number, d)
					}
					r.ManeuverEnd = want.Replicas[i].ManeuverEnd
				}
			}
			want.Load, want.Source, want.Warnings = got.Load, got.Source, got.Warnings
			if diff := cmp.Diff(want, got.Calibration); diff != "" {
				t.Errorf("%s: %s", load, diff)
			}
			if load != "DEC1115A" && (got.Load != load || len(got.Warnings) != 0 || !strings.HasPrefix(got.Source, path+": /20")) {
				t.Errorf("%s from %s: %q", got.Load, got.Source, got.Warnings)
			}
			if load == "DEC1115A" && (got.Load != "DEC1115B" || len(got.Others) != 1 || got.Others[0].Path != "/2015/DEC1115/oflsa/" || len(got.Warnings) != 1) {
				t.Errorf("%s, others %v: %q", got.Load, got.Others, got.Warnings)
			}
		}
	}
}

func TestDatabaseWants(t *testing.T) {
	path := micaDatabase(t, true)
	if got, err := FromDatabase(path, Want{ID: "2015355", Load: Load{"DEC1115", "A"}, Obsid: 51386}); err != nil || got.Load != "DEC1115A" || len(got.Warnings) != 0 {
		t.Errorf("%s %q %v", got.Load, got.Warnings, err)
	}
	if got, err := FromDatabase(path, Want{ID: "2015356"}); err != nil || got.ID != "2015355" || len(got.Warnings) != 2 {
		t.Errorf("a day off: %s %q %v", got.ID, got.Warnings, err)
	}
	for _, w := range []Want{{ID: "2015090"}, {ID: "2015345"}, {ID: "2015355", Obsid: 1}, {ID: "2015355", Load: Load{"DEC1115", "C"}}} {
		if _, err := FromDatabase(path, w); !errors.Is(err, ErrNone) || !strings.Contains(err.Error(), path) {
			t.Errorf("%v: %v", w, err)
		}
	}
	if _, err := FromDatabase(path, Want{}); err == nil || !strings.Contains(err.Error(), "name the calibration") {
		t.Error(err)
	}
	if _, err := FromDatabase(filepath.Join(t.TempDir(), "none"), Want{ID: "2015355"}); err == nil {
		t.Error("no file")
	}
}

// Databases of mica's first years lack what was added later.
func TestOldDatabase(t *testing.T) {
	path := micaDatabase(t, true)
	w := sqlitetest.Writer(t, path)
	w.Do("DROP TABLE starcheck_pred_temp", "ALTER TABLE starcheck_manvr DROP COLUMN end_date", "ALTER TABLE starcheck_id DROP COLUMN mtime")
	w.Close()
	got, err := FromDatabase(path, Want{ID: "2012033"})
	if err != nil || got.Centre.PredictedC != nil || len(got.Replicas) != 5 {
		t.Errorf("%+v, %v", got, err)
	}
	w = sqlitetest.Writer(t, path)
	w.Do("DROP TABLE starcheck_manvr")
	w.Close()
	if got, err := FromDatabase(path, Want{ID: "2012033"}); err != nil || !got.Replicas[0].Derived {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestBadDatabases(t *testing.T) {
	for change, want := range map[string]string{
		"DROP TABLE starcheck_obs":                                                              "no table starcheck_obs",
		"ALTER TABLE starcheck_obs DROP COLUMN point_ra":                                        "no column point_ra",
		"UPDATE starcheck_id SET dir = '/elsewhere/'":                                           "want a directory such as /2015/DEC1115/oflsa/",
		"UPDATE starcheck_obs SET point_dec = 91 WHERE obsid = 54895":                           "column point_dec is 91: want -90 to 90",
		"UPDATE starcheck_obs SET point_ra = 'east' WHERE obsid = 54895":                        `column point_ra is "east": want a number`,
		"UPDATE starcheck_obs SET mp_starcat_time = '2012:333:25:00:00' WHERE obsid = 54895":    "column mp_starcat_time",
		"UPDATE starcheck_obs SET obsid = 'NONE1' WHERE obsid = 54895":                          "column obsid",
		"UPDATE starcheck_manvr SET mp_targquat_time = 5 WHERE obsid = 54894":                   "mp_targquat_time",
		"UPDATE starcheck_manvr SET target_Q3 = 2 WHERE obsid = 54894":                          "target_Q3 is 2: want -1 to 1",
		"UPDATE starcheck_pred_temp SET pred_ccd_temp = 'cold'":                                 `"cold": want a number`,
		"UPDATE starcheck_obs SET mp_starcat_time = NULL":                                       "no observation with a star catalogue before it",
		"UPDATE starcheck_obs SET point_ra = NULL WHERE obsid = 54894":                          "(DC_T0) has no right ascension",
		"UPDATE starcheck_manvr SET end_date = 'soon' WHERE obsid = 54894":                      "end_date",
		"UPDATE starcheck_warnings SET warning = replace(warning, '(DC_T0)', '(DC_T7)')":        "no dark current calibration of 2012:033 in 0 loads",
		"UPDATE starcheck_warnings SET sc_id = 99 WHERE sc_id = 5; DELETE FROM starcheck_manvr": "no dark current calibration of 2012:033 in 0 loads",
	} {
		path := micaDatabase(t, true)
		w := sqlitetest.Writer(t, path)
		w.Do(change)
		w.Close()
		if _, err := FromDatabase(path, Want{ID: "2012033"}); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v: want %q and the file", change, err, want)
		}
	}
}
