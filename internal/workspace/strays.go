package workspace

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"darksite/processing/chandra"
	"darksite/processing/inputs"
)

// Strays are sentences about directories and files that are named like no
// calibration although they seem to be of one.
func (w *Workspace) Strays() (found []string) {
	known := w.LocalIDs()
	for _, place := range []struct {
		dir  string
		look func(fs.DirEntry, string, []chandra.ID) string
	}{{w.DataDir(), strayData}, {w.ArchiveDir(), strayArchive}, {w.ComparisonsDir(), strayArchive}, {w.PublishedDir(), strayRecord}} {
		entries, err := os.ReadDir(place.dir)
		if err != nil {
			continue // reported where it is read
		}
		for _, entry := range entries {
			path := filepath.Join(place.dir, entry.Name())
			if strings.HasPrefix(entry.Name(), ".") || w.configured(path) {
				continue
			}
			if wrong := place.look(entry, path, known); wrong != "" {
				found = append(found, w.Rel(path)+": "+wrong)
			}
		}
	}
	return found
}

// configured tells whether a source of site.toml lies at a path or below it.
func (w *Workspace) configured(path string) bool {
	return slices.ContainsFunc([]string{w.Source.Kadi, w.Source.Starcheck, w.Source.Attitudes}, func(source string) bool {
		return source != "" && within(path, w.Beside(source)) != w.Beside(source)
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
		return "it is a broken link"
	case err != nil:
		return ""
	case wrong == nil && st.IsDir():
		return ""
	case wrong == nil:
		return "it is a file: telemetry belongs in a directory of this name"
	case st.IsDir():
		return notID(name, TelemetryOf(path), known)
	}
	// Files beside the directories are anybody's, but for those of a calibration.
	if vc2, err := inputs.ParseVC2Name(name); err == nil {
		return fmt.Sprintf("telemetry outside of the directory of its calibration: move it to %s/", vc2.ID())
	}
	if name == inputs.InfoFile || name == inputs.ReplicasFile {
		return "it belongs in the directory YYYYDOY of its calibration"
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

// TelemetryOf is the day of the first VC2 file in a directory, "" without one.
func TelemetryOf(dir string) (first chandra.ID) {
	entries, _ := os.ReadDir(dir)
	for _, entry := range entries {
		if vc2, err := inputs.ParseVC2Name(entry.Name()); err == nil && (first == "" || vc2.ID() < first) {
			first = vc2.ID()
		}
	}
	return first
}
