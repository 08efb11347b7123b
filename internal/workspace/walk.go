package workspace

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// walk goes through directories as those that read them do: it follows symbolic
// links, and passes by what it may not read.
type walk struct {
	ctx   context.Context
	of    func(path string) (sha256 string, err error)
	found map[string]string
	seen  map[string]bool // directories, by where they really are
}

// leadsTo stands behind the path of a symbolic link whose target is found.
const leadsTo = " ->"

// directory stands for the hash of a directory.
const directory = "directory"

// tree goes through a directory, or looks at a file.
func (w *walk) tree(dir string) error {
	real, err := filepath.EvalSymlinks(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	if real != filepath.Clean(dir) {
		w.found[dir+leadsTo] = real
	}
	if w.seen[real] {
		return nil
	}
	w.seen[real] = true
	return filepath.WalkDir(real, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case errors.Is(err, fs.ErrPermission):
			// Whoever needs it will say so.
			w.found[path] = "unreadable"
			return nil
		case err != nil:
			return err
		case w.ctx.Err() != nil:
			return w.ctx.Err()
		case entry.IsDir() && path != real && w.seen[path]:
			return fs.SkipDir
		case entry.IsDir():
			w.seen[path] = true
			if path != real { // an empty one counts too, such as that of a calibration
				w.found[path] = directory
			}
		case entry.Type().IsRegular():
			return w.file(path)
		case entry.Type()&fs.ModeSymlink != 0:
			return w.link(path)
		}
		return nil
	})
}

// file is the hash of a file; one that is gone meanwhile has none.
func (w *walk) file(path string) error {
	sum, err := w.of(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case errors.Is(err, fs.ErrPermission):
		sum = "unreadable"
	case err != nil:
		return err
	}
	w.found[path] = sum
	return nil
}

// link is where a symbolic link leads, and what is there.
func (w *walk) link(path string) error {
	to, err := filepath.EvalSymlinks(path)
	if err != nil { // it leads nowhere
		if to, err = os.Readlink(path); err != nil {
			return err
		}
	}
	w.found[path+leadsTo] = to
	st, err := os.Stat(path)
	switch {
	case err != nil: // it leads nowhere
		return nil
	case st.IsDir():
		return w.tree(path)
	case st.Mode().IsRegular():
		return w.file(path)
	}
	return nil
}
