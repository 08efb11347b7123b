package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"darksite/internal/config"
	"darksite/internal/site"
	"darksite/internal/term"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
)

// ids reads calibrations as people name them. A name with blanks in it may come
// as several arguments.
func (e *env) ids(args []string, verb string) ([]chandra.ID, error) {
	var ids []chandra.ID
	for len(args) > 0 {
		id, rest, err := e.firstID(args, verb)
		if err != nil {
			return nil, err
		}
		ids, args = append(ids, id), rest
	}
	return ids, nil
}

// firstID reads the calibration that the first arguments name.
func (e *env) firstID(args []string, verb string) (chandra.ID, []string, error) {
	const most = 3 // 21 Dec 2015
	w, err := chandra.ParseWritten(args[0])
	taken := 1
	for n := 2; err != nil && n <= min(most, len(args)); n++ {
		// The longest that can be read: 2015 Dec 21 is no month.
		if one, wrong := chandra.ParseWritten(strings.Join(args[:n], " ")); wrong == nil {
			w, taken = one, n
		}
	}
	if taken > 1 {
		err = nil
	}
	written := strings.Join(args[:taken], " ")
	if err == nil && w.Month == "" && w.Report == "" {
		return w.Day, args[taken:], nil
	}
	// What is known is asked for only where it matters: simulate needs no site.
	c, broken := e.config()
	if err == nil && broken != nil {
		return "", nil, broken
	}
	var known []chandra.ID
	if broken == nil {
		known = localIDs(&c)
	}
	if err == nil {
		var id chandra.ID
		if id, err = w.Resolve(known, reports(&c)); err == nil {
			return id, args[taken:], nil
		}
	}
	hint := fmt.Sprintf("`darksite help %s` tells how", verb)
	switch near := nearest(written, known); {
	case errors.Is(err, chandra.ErrAmbiguous):
		hint = "name one of them by its id"
	case near != "":
		hint = near
	}
	return "", nil, &term.ExitError{Code: term.Usage, Err: err, Hint: hint}
}

// nearest is a hint at the known calibration that a name which matches none may
// mean, "" where none is near.
func nearest(written string, known []chandra.ID) string {
	switch near, likely := chandra.Nearest(written, known); {
	case likely:
		return fmt.Sprintf("did you mean %s?", near)
	case near != "":
		return fmt.Sprintf("the nearest that is known is %s", near)
	}
	return ""
}

// localIDs are the calibrations that the site directory knows: of its data, its
// archive, its published numbers and its address book. What cannot be read has
// none; it is reported where it is used.
func localIDs(c *config.Config) []chandra.ID {
	data, _ := idsIn(c.DataDir())
	archived, _ := artifact.List(c.ArchiveDir())
	all := append(data, archived...)
	entries, _ := os.ReadDir(c.PublishedDir())
	for _, entry := range entries {
		if id, err := chandra.ParseID(strings.TrimSuffix(entry.Name(), ".json")); err == nil {
			all = append(all, id)
		}
	}
	if book, err := readAddresses(filepath.Join(c.Dir, addressFile)); err == nil {
		all = append(all, book.IDs()...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// reports gives the directory of a calibration's report, "" for none.
func reports(c *config.Config) func(chandra.ID) string {
	book, err := readAddresses(filepath.Join(c.Dir, addressFile))
	if err != nil {
		book = site.Addresses{}
	}
	return func(id chandra.ID) string {
		dir, _ := book.Of(id)
		return dir
	}
}

// idsIn lists the directories of dir that are named after a calibration.
func idsIn(dir string) ([]chandra.ID, error) {
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
