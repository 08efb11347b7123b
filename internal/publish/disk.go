package publish

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// disk is what publishing does to a directory. Tests put one in its place that
// fails, or stops, at any call.
type disk interface {
	Lstat(name string) (fs.FileInfo, error)
	Open(name string) (io.ReadCloser, error)
	ReadDir(name string) ([]fs.DirEntry, error)

	Mkdir(name string, perm fs.FileMode) error
	// Create makes a file that must not be there.
	Create(name string, perm fs.FileMode) (output, error)
	Link(from, to string) error
	Rename(from, to string) error
	Remove(name string) error
	SetTime(name string, t time.Time) error
	// Touch gives a file the present time of the file system.
	Touch(name string) error
	Chmod(name string, perm fs.FileMode) error
	// Sync puts the names in a directory on the disk.
	Sync(name string) error

	// Lock takes a lock that the system lets go of when the process ends. It
	// gives errHeld, or errNoLocks where the file system knows none.
	Lock(name string) (unlock func(), err error)
}

// output is a file being written.
type output interface {
	io.WriteCloser
	Sync() error
}

var (
	errHeld    = errors.New("held")
	errNoLocks = errors.New("the file system has no locks")
)

// rooted is a directory that nothing leads out of.
type rooted struct{ *os.Root }

func (r rooted) Open(name string) (io.ReadCloser, error) { return r.Root.Open(name) }

func (r rooted) ReadDir(name string) ([]fs.DirEntry, error) {
	f, err := r.Root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.ReadDir(-1)
}

func (r rooted) Create(name string, perm fs.FileMode) (output, error) {
	return r.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
}

func (r rooted) SetTime(name string, t time.Time) error { return r.Chtimes(name, t, t) }

func (r rooted) Touch(name string) error {
	f, err := r.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteAt([]byte("{"), 0) // as it begins
	return errors.Join(err, f.Close())
}

func (r rooted) Sync(name string) error {
	d, err := r.Root.Open(name)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, unix.EINVAL) && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil // some file systems do not know how
}

func (r rooted) Lock(name string) (func(), error) {
	f, err := r.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o660)
	if err != nil {
		return nil, err
	}
	err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	switch {
	case err == nil:
		return func() { f.Close() }, nil
	case errors.Is(err, unix.EWOULDBLOCK):
		err = errHeld
	case errors.Is(err, unix.ENOLCK), errors.Is(err, errors.ErrUnsupported):
		err = errNoLocks
	}
	f.Close()
	return nil, err
}
