package publish

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// make makes the directory of a target; the one above must be there.
func (d *Directory) make() error {
	if err := os.Mkdir(d.path, dirPerm); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	_, want := d.readers.perms()
	info, err := os.Stat(d.path)
	if err != nil || want == 0 || info.Mode()&want == want {
		return err
	}
	bits := want
	if above, err := os.Stat(filepath.Dir(d.path)); err == nil {
		bits |= sharedBits(above.Mode(), inherits(filepath.Dir(d.path)))
	}
	if err := os.Chmod(d.path, info.Mode()&(fs.ModePerm|fs.ModeSetgid|fs.ModeSticky)|bits); err != nil && !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return nil
}

// misled tells of a target whose name is a link that leads nowhere.
func (d *Directory) misled() error {
	for p := filepath.Clean(d.path); ; p = filepath.Dir(p) {
		info, err := os.Lstat(p)
		if err == nil && info.Mode().Type() == fs.ModeSymlink {
			to, _ := os.Readlink(p)
			return fmt.Errorf("%w: %s is a symbolic link to %s, which is not there: make that, or remove the link", ErrObstructed, p, to)
		}
		if err == nil || p == filepath.Dir(p) {
			return nil
		}
	}
}

// notThere says more of a target that cannot be opened.
func (d *Directory) notThere(err error) error {
	info, statErr := os.Stat(d.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w: make the directory above it first", err)
	case statErr == nil && !info.IsDir(), errors.Is(err, syscall.ENOTDIR):
		return fmt.Errorf("%w: %s is a file, and a target is a directory: move the file away, or name another target", ErrObstructed, d.file())
	case errors.Is(err, syscall.ELOOP):
		return fmt.Errorf("%w: %s is a symbolic link that leads back to itself: remove the link, or name another target", ErrObstructed, d.path)
	}
	return err
}

// file is what of the target's path is no directory.
func (d *Directory) file() string {
	for p := filepath.Clean(d.path); p != filepath.Dir(p); p = filepath.Dir(p) {
		if info, err := os.Stat(p); err == nil && !info.IsDir() {
			return p
		}
	}
	return d.path
}

// tellsCaseAround tries the directories above a target that is not there yet.
func (d *Directory) tellsCaseAround() bool {
	p, err := filepath.Abs(d.path)
	if err != nil {
		return true
	}
	for ; p != filepath.Dir(p); p = filepath.Dir(p) {
		name := filepath.Base(p)
		other := otherCase(name)
		if _, err := os.Lstat(p); err != nil || other == name {
			continue
		}
		if _, err := os.Lstat(filepath.Join(filepath.Dir(p), other)); err != nil {
			return true
		}
		entries, err := os.ReadDir(filepath.Dir(p))
		return err == nil && slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == other })
	}
	return true
}

// checkSection refuses a target in which the place of ours is something else.
func (s *store) checkSection() error {
	for _, dir := range []string{Section, storeDir} {
		info, err := s.Lstat(dir)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return err
		case info.Mode().Type() == fs.ModeSymlink && dir == storeDir:
		case info.Mode().Type() == fs.ModeSymlink:
			to, err := s.Readlink(dir)
			if err != nil {
				return err
			}
			return fmt.Errorf("%w: %s is a symbolic link to %s: publish to the directory that holds what it leads to (it must be called %s there), "+
				"or put a directory in the place of the link", ErrObstructed, dir, to, dir)
		case !info.IsDir():
			return fmt.Errorf("%w: %s is no directory (%s): move it away", ErrObstructed, dir, info.Mode().Type())
		}
	}
	return nil
}

// led says which link leads out of a target where the system says only that one does.
func (r rooted) led(name string, err error) error {
	if err == nil || !strings.Contains(err.Error(), "escapes from parent") {
		return err
	}
	at := ""
	for part := range strings.SplitSeq(path.Clean(name), "/") {
		at = path.Join(at, part)
		info, statErr := r.Root.Lstat(at)
		if statErr == nil && info.Mode().Type() == fs.ModeSymlink {
			to, _ := r.Root.Readlink(at)
			return fmt.Errorf("%w: %s is a symbolic link to %s, out of the target: put a file or directory in its place, or publish to where it leads", ErrObstructed, at, to)
		}
	}
	return fmt.Errorf("%w: %s: a symbolic link leads out of the target", ErrObstructed, name)
}
