package workspace

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"darksite/internal/site"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
)

// Nearest is a hint at the known calibration that a name which matches none may
// mean, "" where none is near.
func Nearest(written string, known []chandra.ID) string {
	switch near, likely := chandra.Nearest(written, known); {
	case likely:
		return fmt.Sprintf("did you mean %s?", near)
	case near != "":
		return fmt.Sprintf("the nearest that is known is %s", near)
	}
	return ""
}

// LocalIDs are the calibrations that the site directory knows: of its data, its
// archive, its published numbers and its address book. What cannot be read has
// none; it is reported where it is used.
func (w *Workspace) LocalIDs() []chandra.ID {
	data, _ := IDsIn(w.DataDir())
	archived, _ := artifact.List(w.ArchiveDir())
	all := append(data, archived...)
	entries, _ := os.ReadDir(w.PublishedDir())
	for _, entry := range entries {
		if id, err := chandra.ParseID(strings.TrimSuffix(entry.Name(), ".json")); err == nil {
			all = append(all, id)
		}
	}
	if book, err := w.Addresses(); err == nil {
		all = append(all, book.IDs()...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Reports gives the directory of a calibration's report, "" for none.
func (w *Workspace) Reports() func(chandra.ID) string {
	book, err := w.Addresses()
	if err != nil {
		book = site.Addresses{}
	}
	return func(id chandra.ID) string {
		dir, _ := book.Of(id)
		return dir
	}
}

// IDsIn lists the directories of dir that are named after a calibration.
func IDsIn(dir string) ([]chandra.ID, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	var ids []chandra.ID
	for _, e := range entries {
		id, err := chandra.ParseID(e.Name())
		if err != nil {
			continue
		}
		if st, err := os.Stat(filepath.Join(dir, e.Name())); err == nil && st.IsDir() {
			ids = append(ids, id)
		}
	}
	return ids, err
}
