package workspace

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"darksite/internal/ground/spelling"
	"darksite/internal/legacy"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
)

// Unmatched are sentences about notes and sign-offs that belong to no calibration,
// sorted by file.
func (w *Workspace) Unmatched() (list []string, err error) {
	archived, err := artifact.List(w.ArchiveDir())
	if err != nil {
		return nil, err
	}
	data, err := IDsIn(w.DataDir())
	if err != nil {
		return nil, err
	}
	pages := slices.Concat(archived, data) // those of data are still to come
	numbers := w.withoutMap()
	for _, k := range []struct{ dir, suffix, what string }{{NotesDir, ".md", "note"}, {SignOffsDir, ".toml", "sign-off"}} {
		entries, err := os.ReadDir(filepath.Join(w.Dir, filepath.FromSlash(k.dir)))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		for _, entry := range entries {
			name := entry.Name()
			if editors(name) {
				continue
			}
			file := path.Join(k.dir, name)
			id, wrong := chandra.ParseID(strings.TrimSuffix(name, k.suffix))
			wellNamed := wrong == nil && strings.HasSuffix(name, k.suffix)
			info, err := os.Stat(filepath.Join(w.Dir, filepath.FromSlash(file)))
			switch {
			case errors.Is(err, fs.ErrNotExist):
				list = append(list, fmt.Sprintf("%s is a broken symbolic link", file))
			case err != nil:
				list = append(list, fmt.Sprintf("%s is not read: %v", file, err))
			case !info.Mode().IsRegular():
				list = append(list, fmt.Sprintf("%s is not read: a %s is a file named YYYYDOY%s%s", file, k.what, k.suffix, w.meant(name, k.suffix, pages)))
			case !wellNamed:
				list = append(list, fmt.Sprintf("%s is not read: a %s is named YYYYDOY%s, after its calibration%s", file, k.what, k.suffix, w.meant(name, k.suffix, pages)))
			case slices.Contains(pages, id) && k.dir == SignOffsDir:
				if _, unread := w.SignOff(id); unread != nil {
					list = append(list, unread.Error())
				}
			case slices.Contains(pages, id):
			case slices.Contains(numbers, id):
				list = append(list, fmt.Sprintf("%s is not shown: %s has only published numbers or an old report, and no page", file, id))
			default:
				hint := ""
				if near := Nearest(string(id), pages); near != "" {
					hint = "; " + near
				}
				list = append(list, fmt.Sprintf("%s belongs to no calibration: %s has neither a map nor published numbers%s", file, id, hint))
			}
		}
	}
	old, err := w.unmatchedReports()
	return append(list, old...), err
}

// withoutMap are the calibrations of published numbers and old reports. What
// cannot be read of them is reported where it is used.
func (w *Workspace) withoutMap() (ids []chandra.ID) {
	entries, _ := os.ReadDir(w.PublishedDir())
	for _, entry := range entries {
		if id, err := chandra.ParseID(strings.TrimSuffix(entry.Name(), ".json")); err == nil {
			ids = append(ids, id)
		}
	}
	old, _ := legacy.Load(w.LegacyDir())
	for _, r := range old {
		if r.ID != "" {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// meant is a hint at the name that a file should have, "" where nothing is near.
func (w *Workspace) meant(name, suffix string, known []chandra.ID) string {
	stem := name
	for slices.Contains(textSuffixes, strings.ToLower(path.Ext(stem))) {
		stem = strings.TrimSuffix(stem, path.Ext(stem))
	}
	if written, err := chandra.ParseWritten(stem); err == nil {
		if id, err := written.Resolve(known, w.Reports()); err == nil && slices.Contains(known, id) {
			return fmt.Sprintf("; did you mean %s%s?", id, suffix)
		}
	}
	switch near, likely := chandra.Nearest(stem, known); {
	case likely:
		return fmt.Sprintf("; did you mean %s%s?", near, suffix)
	case near != "":
		return fmt.Sprintf("; the nearest calibration is %s", near)
	}
	return ""
}

// textSuffixes are how people and their editors end the names of texts.
var textSuffixes = []string{".md", ".markdown", ".mdown", ".mkd", ".txt", ".text", ".toml", ".tml", ".rst", ".yaml", ".yml", ".json", ".bak", ".orig", ".old"}

// editors tells of files that editors and systems make for themselves.
func editors(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") || strings.HasPrefix(name, "#") && strings.HasSuffix(name, "#")
}

// unmatchedReports are sentences about what lies in legacy/ and is shown nowhere.
func (w *Workspace) unmatchedReports() (list []string, err error) {
	entries, err := os.ReadDir(w.LegacyDir())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	records, err := legacy.Load(w.LegacyDir())
	if err != nil {
		return nil, err
	}
	var names, kept []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	for _, k := range records {
		kept = append(kept, k.Name)
	}
	for _, u := range legacy.Strangers(records, names) {
		hint := ""
		if near, ok := spelling.Nearest(cmp.Or(u.Meant, u.Name), kept); ok {
			hint = fmt.Sprintf("; the nearest that is kept is %s", near)
		} else if u.Meant != "" && !strings.EqualFold(u.Meant, u.Name) {
			hint = fmt.Sprintf("; did you mean %s?", u.Meant)
		}
		list = append(list, fmt.Sprintf("%s is shown nowhere: `darksite import --pages` makes the record of an old report%s", path.Join(LegacyName, u.Name), hint))
	}
	return list, nil
}
