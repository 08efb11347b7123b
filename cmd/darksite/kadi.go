package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"darksite/internal/term"
	"darksite/internal/workspace"
	"darksite/processing/chandra"
	"darksite/processing/kadi"
)

// clock is the time of the command. Tests set it.
var clock = time.Now

// askKadi is what the event database knows of a calibration, and what a person
// said of replicas that it does not have. Plan is when its replicas were to
// begin, where the load is known.
func askKadi(c *workspace.Workspace, id chandra.ID, plan ...time.Time) (kadi.Calibration, error) {
	db, err := openKadi(c)
	if err != nil {
		return kadi.Calibration{}, err
	}
	defer db.Close()
	k, err := db.Calibration(id, clock(), c.Calibrations.Eras, plan...)
	if err != nil {
		return k, err
	}
	told, err := readTold(c, id)
	k.Take(told)
	return k, err
}

func openKadi(c *workspace.Workspace) (*kadi.Database, error) {
	path, err := kadi.Find(c.Beside(c.Source.Kadi))
	if err != nil {
		return nil, &term.ExitError{Code: term.Configuration, Err: err, Hint: "set [source] kadi in site.toml, or leave it empty to rely on the telemetry"}
	}
	return kadi.Open(path)
}

// kadiAnswer is what kadi knows, as JSON.
type kadiAnswer struct {
	State    kadi.State `json:"state"`
	Expected int        `json:"expected"`
	Missing  []int      `json:"missing"`
	// Reach is the end of its telemetry and ReachFrom the source of that; Due is when
	// the last replica should have ended, Final the time until which kadi may find
	// one. All are "" if unknown.
	Reach     string `json:"reach"`
	ReachFrom string `json:"reach_from"`
	Due       string `json:"due"`
	Final     string `json:"final"`
	// RepeatedAs is the attempt after this one where this one is not complete.
	RepeatedAs chandra.ID `json:"repeated_as,omitempty"`
	Sentence   string     `json:"sentence"`
	Warnings   []string   `json:"warnings"`
	Replicas   []replica  `json:"replicas"`
}

type replica struct {
	Start string   `json:"start"`
	Stop  string   `json:"stop"`
	DurS  float64  `json:"dur"`
	Obsid *int     `json:"obsid"`
	RA    *float64 `json:"ra"` // degrees, null where kadi does not tell
	Dec   *float64 `json:"dec"`
	Roll  *float64 `json:"roll"`
}

func kadiAnswerOf(k *kadi.Calibration) *kadiAnswer {
	date := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return chandra.FormatDate(t)
	}
	a := &kadiAnswer{State: k.State, Expected: k.Expected, Missing: append([]int{}, k.Missing...),
		Reach: date(k.Reach.Time), ReachFrom: k.Reach.From, Due: date(k.Due), Final: date(k.Final), RepeatedAs: k.RepeatedAs,
		Sentence: k.Sentence(), Warnings: append([]string{}, k.Warnings...), Replicas: []replica{}}
	for _, r := range k.Replicas {
		one := replica{Start: r.Start, Stop: r.Stop, DurS: r.DurS, Obsid: r.Obsid}
		if r.Attitude != nil {
			one.RA, one.Dec, one.Roll = &r.Attitude.RADeg, &r.Attitude.DecDeg, r.Attitude.RollDeg
		}
		a.Replicas = append(a.Replicas, one)
	}
	return a
}

// unheardOf is a calibration that kadi should know by now, and does not.
func unheardOf(k *kadi.Calibration) bool { return k.State == kadi.Lost && len(k.Replicas) == 0 }

func toldPath(c *workspace.Workspace, id chandra.ID) string {
	return filepath.Join(c.DataDir(), string(id), kadi.LostFile)
}

// readTold is a person's declaration that replicas are lost, nil for none.
func readTold(c *workspace.Workspace, id chandra.ID) (*kadi.Told, error) {
	path := toldPath(c, id)
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	told, err := kadi.ParseTold(content, c.Rel(path))
	if err != nil {
		return nil, err
	}
	return &told, nil
}

// writeTold records the declaration, for later runs and other people.
func writeTold(e *env, c *workspace.Workspace, id chandra.ID, by, reason string) error {
	now := clock().UTC()
	told := kadi.Told{By: by, Reason: reason, Date: time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)}
	path := toldPath(c, id)
	content := told.Encode()
	if _, err := kadi.ParseTold(content, c.Rel(path)); err != nil {
		return err
	}
	if there, err := readTold(c, id); err != nil {
		return err
	} else if there != nil {
		e.Warnf("%s already exists, by %s, and is kept: remove it to write a new one", c.Rel(path), there.By)
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	if err := writeFile(path, func(w io.Writer) error { _, err := w.Write(content); return err }); err != nil {
		return err
	}
	e.Printf("%s written: the missing replicas are lost, according to %s", c.Rel(path), by)
	return nil
}

// recentDays is how far before the reach of kadi's telemetry its calibrations
// are listed: a calibration not asked for within two months never will be.
const recentDays = 60

// recent are the latest calibrations in kadi.
func recent(c *workspace.Workspace) (list []kadi.Calibration, err error) {
	if c.Source.Kadi == "" {
		return nil, nil
	}
	db, err := openKadi(c)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	all, err := db.Calibrations(time.Time{}, time.Time{}, clock(), c.Calibrations.Eras)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	last := all[len(all)-1].ID.Date()
	if reach := all[len(all)-1].Reach.Time; reach.After(last) {
		last = reach
	}
	for _, k := range all {
		if k.ID.Date().After(last.AddDate(0, 0, -recentDays)) {
			list = append(list, k)
		}
	}
	return list, nil
}
