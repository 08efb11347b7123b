package fetch

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"darksite/processing/chandra"
)

// partialPrefix is put before the name of a file under way.
const partialPrefix = ".fetch-"

// target is data/<id>/.
type target struct {
	dir  string // absolute
	root *os.Root
	made bool // by us
}

// openTarget makes the directory if it is not there.
func openTarget(data string, id chandra.ID) (*target, error) {
	dir, err := filepath.Abs(filepath.Join(data, string(id)))
	if err != nil {
		return nil, err
	}
	err = os.MkdirAll(filepath.Dir(dir), 0o777)
	if err == nil {
		err = os.Mkdir(dir, 0o777)
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%w: see that the data directory can be written to, and run the same command again", err)
	}
	flush(filepath.Dir(dir))
	made := err == nil
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &target{dir, root, made}, nil
}

// close leaves no empty directory of ours behind, which would look like a
// calibration.
func (t *target) close() {
	t.root.Close()
	if t.made {
		os.Remove(t.dir) // fails when there is something in it
	}
}

// path is where a file lies.
func (t *target) path(name string) string { return filepath.Join(t.dir, name) }

// present is the size of a delivered file that is there already.
func (t *target) present(name string) (bytes int64, there bool, err error) {
	info, err := os.Stat(t.path(name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Lstat(t.path(name)); err == nil {
			return 0, true, fmt.Errorf("%w: %s is a link that leads nowhere: remove it, and run the same command again", ErrRefused, t.path(name))
		}
		return 0, false, nil
	case err != nil:
		return 0, true, err
	case !info.Mode().IsRegular():
		return 0, true, fmt.Errorf("%w: %s is not a plain file (%s): move it away, and run the same command again", ErrRefused, t.path(name), info.Mode().Type())
	}
	return info.Size(), true, nil
}

// arrived is how much there is of a file, at most so many bytes.
func (t *target) arrived(name string, most int64) int64 {
	info, err := t.root.Lstat(partialPrefix + name)
	if err != nil || !info.Mode().IsRegular() {
		return 0
	}
	return min(info.Size(), most)
}

// partial is a file under way. Its process holds it alone.
type partial struct {
	t    *target
	name string // of the file when it is whole
	file *os.File
}

// partial opens what there is of a file, or an empty one.
func (t *target) partial(name string) (*partial, error) {
	p := &partial{t: t, name: name}
	at := p.base()
	switch info, err := t.root.Lstat(at); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%w: %s is not a plain file (%s): remove it, and run the same command again", ErrRefused, p.path(), info.Mode().Type())
	case links(info) > 1:
		// It got its name, or somebody's copy is the same file: what is
		// written to it would be written there.
		if err := t.root.Remove(at); err != nil {
			return nil, err
		}
	}
	f, err := t.root.OpenFile(at, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, err
	}
	p.file = f
	err = holdAlone(f.Fd())
	if err == nil {
		// Who held it before may have put it in its place meanwhile.
		var opened, named fs.FileInfo
		if opened, err = f.Stat(); err == nil {
			if named, err = t.root.Lstat(at); err != nil || !os.SameFile(opened, named) {
				err = ErrBusy
			}
		}
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w: wait until it has finished, and run the same command again", p.path(), err)
	}
	return p, nil
}

// links is the number of names a file has.
func links(info fs.FileInfo) uint64 {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(s.Nlink)
	}
	return 1
}

func (p *partial) base() string { return partialPrefix + p.name }

// path is where it lies.
func (p *partial) path() string { return p.t.path(p.base()) }

func (p *partial) size() (int64, error) {
	info, err := p.file.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// close lets go of the file; what there is of it stays, unless that is nothing.
func (p *partial) close() {
	if n, err := p.size(); err == nil && n == 0 {
		p.discard()
	}
	p.file.Close()
}

// discard takes the file away.
func (p *partial) discard() { p.t.root.Remove(p.base()) }

// place gives the file its name, once its bytes are on the disk, unless there
// is one of that name.
func (p *partial) place(modified time.Time) error {
	// The time of the delivery is a kindness; a file system may not take it.
	p.t.root.Chtimes(p.base(), modified, modified)
	if err := p.file.Sync(); err != nil {
		return err
	}
	err := p.t.root.Link(p.base(), p.name)
	if err == nil {
		p.discard()
	} else if noLinks(err) {
		if _, err = p.t.root.Lstat(p.name); errors.Is(err, fs.ErrNotExist) {
			err = p.t.root.Rename(p.base(), p.name)
		} else if err == nil {
			err = fs.ErrExist
		}
	}
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%w: %s came to be meanwhile: run the same command again, and the two are compared", ErrRefused, p.t.path(p.name))
	} else if err != nil {
		return err
	}
	flush(p.t.dir)
	return nil
}

// flush puts the names in a directory on the disk. Some file systems do not
// know how.
func flush(dir string) {
	if d, err := os.Open(dir); err == nil {
		d.Sync()
		d.Close()
	}
}
