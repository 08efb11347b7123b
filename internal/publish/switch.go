package publish

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"syscall"
)

// switcher makes the target hold the release of a journal. It may be stopped
// at any call and begun again.
type switcher struct {
	*store
	to     *Release
	claims claims
	marks  Marks
	// Warnings are sentences about what was found odd on the way.
	warnings []string
	dirs     map[string]bool // whose names changed
}

// run does all steps and makes the journal the record.
func (w *switcher) run(ctx context.Context) error {
	w.dirs = map[string]bool{}
	tells, err := w.tellsCase()
	if err == nil && !tells {
		w.to.Files, err = w.singly(w.to.Files)
	}
	if err != nil {
		return err
	}
	wanted := map[string]entry{}
	var files []File
	for _, e := range w.to.Files {
		wanted[e.Path] = e
		files = append(files, e.File)
		// What is there already has the time of the new record.
		w.claims[e.Path] = append(w.claims[e.Path], e)
	}
	if !tells {
		w.claims.fold(files)
	}
	found, err := w.scan(ctx, files, w.claims)
	if err != nil {
		return err
	}
	var todo, gone []string
	for p, l := range found {
		if e, ours := wanted[p]; !ours {
			gone = append(gone, p)
		} else if !l.is(e.File) {
			todo = append(todo, p)
		}
	}
	isNew := func(p string) bool { return found[p].info == nil }
	inOrder(todo, isNew)
	step := rank(-1)
	for _, p := range todo {
		if r := rankOf(p, isNew(p)); r != step {
			step = r
			if err := w.flush(); err != nil {
				return err
			}
		}
		if err := w.place(p, wanted[p], found[p]); err != nil {
			return err
		}
	}
	if err := w.flush(); err != nil {
		return err
	}
	for _, b := range w.to.Blocks {
		if err := w.rewrite(b); err != nil {
			return err
		}
	}
	// A page goes before what it leads to.
	slices.SortFunc(gone, func(a, b string) int {
		return cmp.Or(cmp.Compare(rankOf(b, false), rankOf(a, false)), strings.Compare(a, b))
	})
	for _, p := range gone {
		if err := w.drop(p, found[p]); err != nil {
			return err
		}
	}
	if err := w.flush(); err != nil {
		return err
	}
	if err := w.Rename(journalFile, recordName(w.to.Number)); err != nil {
		return err
	}
	return cmp.Or(w.Sync(recordDir), w.Sync(storeDir))
}

// flush puts the names on the disk before the next step.
func (w *switcher) flush() error {
	for dir := range w.dirs {
		if err := w.Sync(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		delete(w.dirs, dir)
	}
	return nil
}

// place puts an object at its path.
func (w *switcher) place(p string, e entry, l live) error {
	dir := path.Dir(p)
	if err := w.publicDir(dir); err != nil {
		return err
	}
	if l.info != nil && !l.ours {
		if err := w.displace(p); err != nil {
			return err
		}
	}
	name, err := w.checkout(e)
	if err != nil {
		return fmt.Errorf("%s: %w", p, err)
	}
	if info, err := w.Lstat(dir); err == nil && info.Mode()&fs.ModeSetgid != 0 {
		// As a file that is made there; who may not keeps the group of the store.
		if err := w.Chgrp(name, dir); err != nil && !errors.Is(err, fs.ErrPermission) {
			return err
		}
	}
	w.dirs[dir] = true
	for d := dir; l.info == nil && d != "."; d = path.Dir(d) {
		w.dirs[path.Dir(d)] = true // it may have been made just now
	}
	if err := w.Rename(name, p); err != nil {
		w.Remove(name)
		return err
	}
	return nil
}

// checkout gives an object a name in tmp/.
func (w *switcher) checkout(e entry) (string, error) {
	object := objectName(e.SHA256)
	info, err := w.Lstat(object)
	if err != nil {
		return "", err
	}
	if info.Size() != e.Size || info.ModTime().UnixNano() != e.Modified {
		// Somebody wrote through a name that it shares, or put it back.
		if sum, err := w.sum(context.Background(), object); err != nil || sum != e.SHA256 {
			return "", cmp.Or(err, fmt.Errorf("%w: %s", errDamaged, object))
		}
	}
	name := w.temp()
	perm, _ := w.readers.perms()
	if err := w.makeReadable(object, perm&0o444); err != nil {
		return "", err
	}
	err = w.Link(object, name)
	if err == nil || !noLinks(err) {
		return name, err
	}
	f, err := w.Open(object)
	if err != nil {
		return "", err
	}
	defer f.Close()
	name, sum, _, err := w.write(f, filePerm)
	if err == nil && sum != e.SHA256 {
		err = fmt.Errorf("%w: %s", errDamaged, object)
	}
	if err == nil {
		err = w.makeReadable(name, perm)
	}
	if err == nil {
		err = w.SetTime(name, at(e.Modified))
	}
	return name, err
}

// displace copies a file that is not ours to where it is kept for good.
func (w *switcher) displace(p string) error {
	to := path.Join(displacedDir, fmt.Sprintf("%06d", w.to.Number), p)
	if err := w.mkdirAll(path.Dir(to), storePerm); err != nil {
		return err
	}
	f, err := w.Open(p)
	if err != nil {
		return err
	}
	defer f.Close()
	name, _, _, err := w.write(f, 0o660)
	if err != nil {
		return err
	}
	if err := w.Rename(name, to); err != nil {
		w.Remove(name)
		return err
	}
	w.warnings = append(w.warnings, fmt.Sprintf("%s was not as darksite made it; it is kept as %s", p, to))
	return w.Sync(path.Dir(to))
}

// drop removes a file of ours, and its directories as far as they are empty.
func (w *switcher) drop(p string, l live) error {
	switch {
	case l.info == nil:
	case !l.ours:
		w.warnings = append(w.warnings, fmt.Sprintf("%s is no longer published, but somebody changed it: it is left as it is", p))
		return nil
	default:
		if err := w.Remove(p); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		w.dirs[path.Dir(p)] = true
	}
	for d := path.Dir(p); d != Section && d != "."; d = path.Dir(d) {
		left, err := w.ReadDir(d)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil || len(left) > 0 {
			return err
		}
		if err := w.Remove(d); err != nil && !errors.Is(err, fs.ErrNotExist) {
			if errors.Is(err, syscall.ENOTEMPTY) || errors.Is(err, syscall.EEXIST) {
				return nil // somebody put a file there meanwhile
			}
			return err
		}
		w.dirs[path.Dir(d)] = true
	}
	return nil
}

// noLinks tells whether a hard link failed because there are none here.
func noLinks(err error) bool {
	for _, e := range []error{syscall.EPERM, syscall.ENOTSUP, syscall.EMLINK, syscall.EXDEV, syscall.ENOSYS, errors.ErrUnsupported} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
