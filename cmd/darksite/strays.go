package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"darksite/internal/config"
	"darksite/internal/term"
	"darksite/internal/workspace"
	"darksite/processing/chandra"
)

// warnStrays warns of entries beside the calibrations that are not named like one,
// so that nothing is skipped silently.
func (e *env) warnStrays(c *workspace.Workspace) []string {
	found := c.Strays()
	for _, s := range found {
		e.Warnf("%s", s)
	}
	return found
}

// noTelemetry is the error of a calibration that has no data directory.
func noTelemetry(c *workspace.Workspace, id chandra.ID) error {
	failed := &term.ExitError{Code: term.Usage, Err: fmt.Errorf("there is no data directory %s in %s", c.Rel(filepath.Join(c.DataDir(), string(id))), c.Dir)}
	entries, _ := os.ReadDir(c.DataDir())
	for _, entry := range entries {
		if w, err := chandra.ParseWritten(entry.Name()); err == nil && w.Day == id || workspace.TelemetryOf(filepath.Join(c.DataDir(), entry.Name())) == id {
			failed.Hint = fmt.Sprintf("%s holds it under another name: rename it to %s", c.Rel(filepath.Join(c.DataDir(), entry.Name())), id)
			return failed
		}
	}
	ids, _ := workspace.IDsIn(c.DataDir())
	switch near := workspace.Nearest(string(id), ids); {
	case c.Source.Telemetry != "":
		failed.Hint = fmt.Sprintf("`darksite fetch %s` copies its telemetry", id)
	case near != "":
		failed.Hint = near
	default:
		failed.Hint = "put the telemetry there, or name another site directory with -C DIR"
	}
	return failed
}

// nowhere is the error of processing outside a site directory.
func (e *env) nowhere(c *workspace.Workspace, ids []chandra.ID) error {
	_, err := e.site()
	if len(ids) == 0 {
		return err
	}
	return &term.ExitError{Code: term.Configuration, Err: fmt.Errorf("there is no data directory %s in %s, which is not a site directory", c.Rel(filepath.Join(c.DataDir(), string(ids[0]))), c.Dir),
		Hint: term.HintOf(err)}
}

// faults are the missing sources of site.toml, as one error; nil for none.
func faults(c *workspace.Workspace) error {
	if err := c.Absent(); err != nil {
		return err
	}
	if c.Source.Kadi == "" {
		return nil
	}
	db, err := openKadi(c)
	if err != nil {
		return err
	}
	return db.Close()
}

// warnFaults warns of them if they are not needed.
func (e *env) warnFaults(c *workspace.Workspace) {
	var wrong *config.Error
	if errors.As(c.Absent(), &wrong) {
		e.Warnf("%v", wrong)
	}
}
