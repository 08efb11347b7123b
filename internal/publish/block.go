package publish

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"darksite/internal/legacy"
)

// Block is what should stand between darksite's markers in a page that people
// keep by hand. The page's path is relative to the target.
type Block struct {
	Path    string
	Content []byte
}

// Marks knows the markers in pages.
type Marks interface {
	// Find gives what stands between the markers of a page.
	Find(page []byte) ([]byte, error)
	// Replace puts something else there; all other bytes stay.
	Replace(page, block []byte) ([]byte, error)
}

// checkPage refuses what cannot be a page beside ours.
func checkPage(p string) error {
	if !fs.ValidPath(p) || p == "." || p == Section || strings.HasPrefix(p, Section+"/") || strings.HasPrefix(p, storeDir+"/") {
		return fmt.Errorf("page %q: want a path in the target, beside %s/", p, Section)
	}
	return nil
}

// block reads a page and the block in it.
func (s *store) block(p string, marks Marks) (page, block []byte, info fs.FileInfo, err error) {
	if info, err = s.Lstat(p); err != nil {
		return nil, nil, nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, nil, nil, fmt.Errorf("%w: %s is not a plain file (%s): name the file itself", ErrObstructed, p, info.Mode().Type())
	}
	if page, err = s.read(p, legacy.MaxPage); err != nil {
		return nil, nil, nil, err
	}
	if marks == nil {
		return nil, nil, nil, fmt.Errorf("%s: its markers are not known here", p)
	}
	if block, err = marks.Find(page); err != nil {
		return nil, nil, nil, fmt.Errorf("%s: %w", p, err)
	}
	return page, block, info, nil
}

// rewrite brings the block of a page up to date.
func (w *switcher) rewrite(b blockEntry) error {
	want, err := w.object(b.SHA256)
	if err != nil {
		return fmt.Errorf("block of %s: %w", b.Path, err)
	}
	page, now, before, err := w.block(b.Path, w.marks)
	if err != nil || bytes.Equal(now, want) {
		return err
	}
	next, err := w.marks.Replace(page, want)
	if err != nil {
		return fmt.Errorf("%s: %w", b.Path, err)
	}
	name, _, _, err := w.write(bytes.NewReader(next), before.Mode().Perm())
	if err != nil {
		return err
	}
	if err := w.Chmod(name, before.Mode().Perm()); err != nil {
		w.Remove(name)
		return err
	}
	// A person may have saved the page since it was read.
	after, err := w.Lstat(b.Path)
	if err == nil && (after.Size() != before.Size() || !after.ModTime().Equal(before.ModTime())) {
		err = errors.New("somebody is writing it just now: run the same command again")
	}
	if err == nil {
		err = w.Rename(name, b.Path)
	}
	if err != nil {
		w.Remove(name)
		return fmt.Errorf("%s: %w", b.Path, err)
	}
	w.dirs[path.Dir(b.Path)] = true
	return nil
}
