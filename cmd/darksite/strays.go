package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"darksite/internal/config"
	"darksite/internal/term"
	"darksite/processing/chandra"
	"darksite/processing/inputs"
)

// warnStrays warns of what lies where calibrations are looked for and has not the
// name of one, so that nothing is passed over in silence.
func (e *env) warnStrays(c *config.Config) []string {
	found := strays(c)
	for _, s := range found {
		e.Warnf("%s", s)
	}
	return found
}

// strays are sentences about directories and files that are named like no
// calibration although they seem to be of one.
func strays(c *config.Config) (found []string) {
	known := localIDs(c)
	for _, place := range []struct {
		dir  string
		look func(fs.DirEntry, string, []chandra.ID) string
	}{{c.DataDir(), strayData}, {c.ArchiveDir(), strayArchive}, {c.ComparisonsDir(), strayArchive}, {c.PublishedDir(), strayRecord}} {
		entries, err := os.ReadDir(place.dir)
		if err != nil {
			continue // reported where it is read
		}
		for _, entry := range entries {
			path := filepath.Join(place.dir, entry.Name())
			if strings.HasPrefix(entry.Name(), ".") || configured(c, path) {
				continue
			}
			if wrong := place.look(entry, path, known); wrong != "" {
				found = append(found, within(c.Dir, path)+": "+wrong)
			}
		}
	}
	return found
}

// configured tells whether a source of site.toml lies at a path or below it.
func configured(c *config.Config, path string) bool {
	return slices.ContainsFunc([]string{c.Source.Kadi, c.Source.Starcheck, c.Source.Attitudes}, func(source string) bool {
		return source != "" && within(path, c.Beside(source)) != c.Beside(source)
	})
}

// strayData is what is wrong with an entry of the data directory, "" for
// nothing.
func strayData(entry fs.DirEntry, path string, known []chandra.ID) string {
	name := entry.Name()
	st, err := os.Stat(path)
	_, wrong := chandra.ParseID(name)
	switch {
	case err != nil && wrong == nil:
		return "it is a link that leads nowhere"
	case err != nil:
		return ""
	case wrong == nil && st.IsDir():
		return ""
	case wrong == nil:
		return "it is a file: the telemetry of a calibration lies in a directory of this name"
	case st.IsDir():
		return notID(name, telemetryOf(path), known)
	}
	// Files beside the directories are anybody's, but for those of a calibration.
	if vc2, err := inputs.ParseVC2Name(name); err == nil {
		return fmt.Sprintf("telemetry outside of the directory of its calibration: move it to %s/", vc2.ID())
	}
	if name == inputs.InfoFile || name == inputs.ReplicasFile {
		return "it belongs into the directory YYYYDOY of its calibration"
	}
	return ""
}

// strayArchive is what is wrong with an entry of the archive, where others may
// keep what they like.
func strayArchive(entry fs.DirEntry, path string, known []chandra.ID) string {
	if _, err := chandra.ParseID(entry.Name()); err == nil {
		return ""
	}
	if w, err := chandra.ParseWritten(entry.Name()); err != nil || w.Day == "" {
		return ""
	}
	if st, err := os.Stat(path); err != nil || !st.IsDir() {
		return ""
	}
	return notID(entry.Name(), "", known)
}

// strayRecord is what is wrong with an entry of the published numbers.
func strayRecord(entry fs.DirEntry, _ string, known []chandra.ID) string {
	ext := filepath.Ext(entry.Name())
	name := strings.TrimSuffix(entry.Name(), ext)
	if !strings.EqualFold(ext, ".json") {
		return ""
	}
	if _, err := chandra.ParseID(name); err == nil && ext == ".json" {
		return ""
	} else if err == nil {
		return fmt.Sprintf("not YYYYDOY.json; did you mean %s.json?", name)
	}
	return strings.NewReplacer("YYYYDOY", "YYYYDOY.json", "?", ".json?").Replace(notID(name, "", known))
}

// notID says that a name is no id, and which one may be meant: the day that is
// written, that of the telemetry in it, or the nearest that is known.
func notID(name string, telemetry chandra.ID, known []chandra.ID) string {
	text := "not YYYYDOY"
	w, err := chandra.ParseWritten(name)
	switch near, likely := chandra.Nearest(name, known); {
	case err == nil && w.Day != "" && w.Report == "":
		return fmt.Sprintf("%s; did you mean %s?", text, w.Day)
	case telemetry != "":
		return fmt.Sprintf("%s; its telemetry is of %s: did you mean that?", text, telemetry)
	case likely:
		return fmt.Sprintf("%s; did you mean %s?", text, near)
	case near != "":
		return fmt.Sprintf("%s; the nearest that is known is %s", text, near)
	}
	return text + ": the directory of a calibration is named after its UTC day, for example 2015355"
}

// telemetryOf is the day of the first VC2 file in a directory, "" without one.
func telemetryOf(dir string) (first chandra.ID) {
	entries, _ := os.ReadDir(dir)
	for _, entry := range entries {
		if vc2, err := inputs.ParseVC2Name(entry.Name()); err == nil && (first == "" || vc2.ID() < first) {
			first = vc2.ID()
		}
	}
	return first
}

// noTelemetry is the error of a calibration that has no data directory.
func noTelemetry(c *config.Config, id chandra.ID) error {
	failed := &term.ExitError{Code: term.Usage, Err: fmt.Errorf("there is no data directory %s in %s", within(c.Dir, filepath.Join(c.DataDir(), string(id))), c.Dir)}
	entries, _ := os.ReadDir(c.DataDir())
	for _, entry := range entries {
		if w, err := chandra.ParseWritten(entry.Name()); err == nil && w.Day == id || telemetryOf(filepath.Join(c.DataDir(), entry.Name())) == id {
			failed.Hint = fmt.Sprintf("%s holds it under another name: rename it to %s", within(c.Dir, filepath.Join(c.DataDir(), entry.Name())), id)
			return failed
		}
	}
	ids, _ := idsIn(c.DataDir())
	switch near := nearest(string(id), ids); {
	case c.Source.Telemetry != "":
		failed.Hint = fmt.Sprintf("`darksite fetch %s` brings its telemetry", id)
	case near != "":
		failed.Hint = near
	default:
		failed.Hint = "put the telemetry there, or name another site directory with -C DIR"
	}
	return failed
}

// nowhere is the error of processing in a directory that is no site's.
func (e *env) nowhere(c *config.Config, ids []chandra.ID) error {
	_, err := e.site()
	if len(ids) == 0 {
		return err
	}
	return &term.ExitError{Code: term.Configuration, Err: fmt.Errorf("there is no data directory %s in %s, which is no site directory", within(c.Dir, filepath.Join(c.DataDir(), string(ids[0]))), c.Dir),
		Hint: term.HintOf(err)}
}

// faults are the sources of site.toml that are not there, as one error; nil when
// all are.
func faults(c *config.Config) error {
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

// warnFaults warns of them where the work may do without.
func (e *env) warnFaults(c *config.Config) {
	var wrong *config.Error
	if errors.As(c.Absent(), &wrong) {
		e.Warnf("%v", wrong)
	}
}
