package lock

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/gofrs/flock"

	"darksite/internal/term"
)

// File is held while a site directory is written to.
const File = ".darksite.lock"

// errReadOnly is about a site directory that may not be written to.
var errReadOnly = errors.New("may not be written to")

// Write makes sure that no other darksite writes to the site directory. The
// system lets go of the lock when the process ends, however it ends.
func Write(dir string) (unlock func(), err error) {
	l := flock.New(filepath.Join(dir, File), flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o666))
	held, err := l.TryLock()
	switch {
	case Refused(err):
		return nil, &term.ExitError{Code: term.Failure, Err: fmt.Errorf("%s %w: %s: %w", dir, errReadOnly, File, reasonOf(err)),
			Hint: "ask its owner for write permission, or work in a copy of the site directory; `darksite status` and other verbs that only read do not need it"}
	case err != nil:
		return nil, err
	case !held:
		return nil, atWork(dir)
	}
	host, _ := os.Hostname() // a machine without a name has none to tell
	who := fmt.Sprintf("process %d on %s since %s UTC", os.Getpid(), host, time.Now().UTC().Format(time.DateTime))
	_ = os.WriteFile(l.Path(), []byte(who), 0o666) // on a full disk the lock holds without a name
	return func() { l.Close() }, nil
}

// WriteOrRead is [Write] for what writes only where something is stale. A site directory
// that may not be written to it keeps as it is for others who may write there.
func WriteOrRead(dir string) (unlock func(), err error) {
	unlock, err = Write(dir)
	if !errors.Is(err, errReadOnly) {
		return unlock, err
	}
	l := flock.New(filepath.Join(dir, File), flock.SetFlag(os.O_RDONLY))
	held, err := l.TryRLock()
	switch {
	case errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission):
		return func() {}, nil // nobody has ever written there, or they keep it from us
	case err != nil:
		return nil, err
	case !held:
		return nil, atWork(dir)
	}
	return func() { l.Close() }, nil
}

// atWork names who holds the lock.
func atWork(dir string) error {
	holder, _ := os.ReadFile(filepath.Join(dir, File)) // who has not yet said who it is has no name
	return &term.ExitError{Code: term.Locked,
		Err:  fmt.Errorf("another darksite (%s) is running in %s", holder[:min(len(holder), 200)], dir),
		Hint: "wait until it has finished, and run the command again"}
}

// Refused tells of an error that means: this may only be read.
func Refused(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS)
}

// reasonOf is an error of the system without the path.
func reasonOf(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
