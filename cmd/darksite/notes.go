package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"darksite/internal/config"
	"darksite/internal/ground/text"
	"darksite/internal/legacy"
	"darksite/internal/note"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
)

// What people write of a calibration, a file for each, named by its id.
const (
	notesDir    = "content/notes"
	signOffsDir = "content/signoff"
)

// noteFile and signOffFile are slash-separated and relative to the site directory.
func noteFile(id chandra.ID) string    { return path.Join(notesDir, string(id)+".md") }
func signOffFile(id chandra.ID) string { return path.Join(signOffsDir, string(id)+".toml") }

// noteOf reads what an analyst wrote; nothing when nobody did.
func noteOf(c *config.Config, id chandra.ID) (note.Written, error) {
	// Symbolic links must not lead out of the site directory.
	root, err := os.OpenRoot(c.Dir)
	if err != nil {
		return note.Written{}, err
	}
	defer root.Close()
	name := noteFile(id)
	content, err := text.ReadFile(root.FS(), name, note.MaxBytes)
	var bad *text.Error
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return note.Written{}, nil
	case errors.As(err, &bad):
		return note.Written{}, err
	case err != nil:
		return note.Written{}, fmt.Errorf("%s: %w: a note is a file within the site directory", name, err)
	}
	w, err := note.Read(content)
	if err != nil {
		return w, fmt.Errorf("%s: %w", name, err)
	}
	return w, nil
}

// noteWarnings are sentences about what of a note is not shown as its author may
// expect, for those who do not make its page.
func noteWarnings(id chandra.ID, w note.Written) (list []string) {
	for _, warning := range slices.Concat(w.Warnings, note.Warnings(note.Tree(w.Markdown))) {
		list = append(list, noteFile(id)+": "+warning)
	}
	return list
}

// unmatched are sentences about notes and sign-offs that belong to no calibration,
// sorted by file.
func unmatched(c *config.Config) (list []string, err error) {
	archived, err := artifact.List(c.ArchiveDir())
	if err != nil {
		return nil, err
	}
	data, err := idsIn(c.DataDir())
	if err != nil {
		return nil, err
	}
	pages := slices.Concat(archived, data) // those of data are still to come
	numbers := withoutMap(c)
	for _, k := range []struct{ dir, suffix, what string }{{notesDir, ".md", "note"}, {signOffsDir, ".toml", "sign-off"}} {
		entries, err := os.ReadDir(filepath.Join(c.Dir, filepath.FromSlash(k.dir)))
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
			info, err := os.Stat(filepath.Join(c.Dir, filepath.FromSlash(file)))
			switch {
			case errors.Is(err, fs.ErrNotExist):
				list = append(list, fmt.Sprintf("%s is a symbolic link that leads nowhere", file))
			case err != nil:
				list = append(list, fmt.Sprintf("%s is not read: %v", file, err))
			case !info.Mode().IsRegular():
				list = append(list, fmt.Sprintf("%s is not read: a %s is a file called YYYYDOY%s%s", file, k.what, k.suffix, meant(c, name, k.suffix, pages)))
			case !wellNamed:
				list = append(list, fmt.Sprintf("%s is not read: a %s is called YYYYDOY%s, after its calibration%s", file, k.what, k.suffix, meant(c, name, k.suffix, pages)))
			case slices.Contains(pages, id) && k.dir == signOffsDir:
				if _, unread := signOffOf(c, id); unread != nil {
					list = append(list, unread.Error())
				}
			case slices.Contains(pages, id):
			case slices.Contains(numbers, id):
				list = append(list, fmt.Sprintf("%s is shown nowhere: of %s only published numbers or an old report are at hand, and it has no page", file, id))
			default:
				hint := ""
				if near := nearest(string(id), pages); near != "" {
					hint = "; " + near
				}
				list = append(list, fmt.Sprintf("%s belongs to no calibration: %s has neither a map nor published numbers%s", file, id, hint))
			}
		}
	}
	old, err := unmatchedReports(c)
	return append(list, old...), err
}

// warnUnmatched tells of them.
func warnUnmatched(e *env, c *config.Config) error {
	list, err := unmatched(c)
	for _, w := range list {
		e.Warnf("%s", w)
	}
	return err
}

// withoutMap are the calibrations of published numbers and old reports. What
// cannot be read of them is reported where it is used.
func withoutMap(c *config.Config) (ids []chandra.ID) {
	entries, _ := os.ReadDir(c.PublishedDir())
	for _, entry := range entries {
		if id, err := chandra.ParseID(strings.TrimSuffix(entry.Name(), ".json")); err == nil {
			ids = append(ids, id)
		}
	}
	old, _ := legacy.Load(legacyPath(c))
	for _, r := range old {
		if r.ID != "" {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// meant is a hint at the name that a file should have, "" where nothing is near.
func meant(c *config.Config, name, suffix string, known []chandra.ID) string {
	stem := name
	for slices.Contains(textSuffixes, strings.ToLower(path.Ext(stem))) {
		stem = strings.TrimSuffix(stem, path.Ext(stem))
	}
	if w, err := chandra.ParseWritten(stem); err == nil {
		if id, err := w.Resolve(known, reports(c)); err == nil && slices.Contains(known, id) {
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
