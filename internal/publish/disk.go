package publish

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// disk is what publishing does to a directory. Tests put one in its place that
// fails, or stops, at any call.
type disk interface {
	Lstat(name string) (fs.FileInfo, error)
	Readlink(name string) (string, error)
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
	// Chgrp gives a file the group of another.
	Chgrp(name, like string) error
	// Inherits tells whether a directory gives its access control list to those
	// made in it.
	Inherits(name string) bool
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

func (r rooted) Lstat(name string) (fs.FileInfo, error) {
	info, err := r.Root.Lstat(name)
	return info, r.led(name, err)
}

func (r rooted) Open(name string) (io.ReadCloser, error) {
	f, err := r.Root.Open(name)
	if err != nil {
		return nil, r.led(name, err)
	}
	return f, nil
}

func (r rooted) ReadDir(name string) ([]fs.DirEntry, error) {
	f, err := r.Root.Open(name)
	if err != nil {
		return nil, r.led(name, err)
	}
	defer f.Close()
	return f.ReadDir(-1)
}

func (r rooted) Mkdir(name string, perm fs.FileMode) error {
	return r.led(name, r.Root.Mkdir(name, perm))
}

func (r rooted) Create(name string, perm fs.FileMode) (output, error) {
	f, err := r.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return nil, r.led(name, err)
	}
	return f, nil
}

func (r rooted) Link(from, to string) error {
	return r.led(from, r.led(to, r.Root.Link(from, to)))
}

func (r rooted) Rename(from, to string) error {
	return r.led(from, r.led(to, r.Root.Rename(from, to)))
}

func (r rooted) Remove(name string) error { return r.led(name, r.Root.Remove(name)) }

func (r rooted) Chmod(name string, perm fs.FileMode) error {
	return r.led(name, r.Root.Chmod(name, perm))
}

func (r rooted) Chgrp(name, like string) error {
	to, err := r.Root.Stat(like)
	if err != nil {
		return r.led(like, err)
	}
	now, err := r.Root.Lstat(name)
	if err != nil {
		return r.led(name, err)
	}
	want, ok := to.Sys().(*syscall.Stat_t)
	have, also := now.Sys().(*syscall.Stat_t)
	if !ok || !also || want.Gid == have.Gid {
		return nil
	}
	return r.led(name, r.Root.Lchown(name, -1, int(want.Gid)))
}

func (r rooted) SetTime(name string, t time.Time) error { return r.led(name, r.Chtimes(name, t, t)) }

func (r rooted) Inherits(name string) bool {
	f, err := r.Root.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	return hasDefaultACL(int(f.Fd()))
}

// hasDefaultACL tells whether a directory has an access control list for what is made
// in it.
func hasDefaultACL(fd int) bool {
	n, err := unix.Fgetxattr(fd, "system.posix_acl_default", nil)
	return err == nil && n > 0
}

// inherits is hasDefaultACL of a path.
func inherits(dir string) bool {
	f, err := os.Open(dir)
	if err != nil {
		return false
	}
	defer f.Close()
	return hasDefaultACL(int(f.Fd()))
}

func (r rooted) Touch(name string) error {
	f, err := r.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return r.led(name, err)
	}
	_, err = f.WriteAt([]byte("{"), 0) // as it begins
	return errors.Join(err, f.Close())
}

func (r rooted) Sync(name string) error {
	d, err := r.Root.Open(name)
	if err != nil {
		return r.led(name, err)
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
		return nil, r.led(name, err)
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
