//go:build unix

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"darksite/internal/term"
)

// reasonOf is an error of the system without the path.
func reasonOf(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// notLocked says what to do about a site directory that may not be written to.
func notLocked(dir string, err error) error {
	if !errors.Is(err, fs.ErrPermission) && !errors.Is(err, unix.EROFS) {
		return err
	}
	return &term.ExitError{Code: term.Failure, Err: fmt.Errorf("%s may not be written to: %s: %w", dir, lockFile, reasonOf(err)),
		Hint: "ask its owner for the right to write there, or copy the site directory and work in the copy; `darksite status` and all that only reads need no such right"}
}

// lockFile is held while a site directory is written to.
const lockFile = ".darksite.lock"

// lock makes sure that no other darksite writes to the site directory. The
// system lets go of the lock when the process ends, however it ends.
func lock(dir string) (unlock func(), err error) {
	path := filepath.Join(dir, lockFile)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, notLocked(dir, err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); errors.Is(err, unix.EWOULDBLOCK) {
		holder := make([]byte, 200)
		n, _ := f.Read(holder)
		f.Close()
		return nil, &term.ExitError{Code: term.Locked,
			Err:  fmt.Errorf("another darksite (%s) is at work in %s", holder[:n], dir),
			Hint: "wait until it has finished, and run the command again"}
	} else if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if err := f.Truncate(0); err == nil {
		host, _ := os.Hostname() // a machine without a name has none to tell
		fmt.Fprintf(f, "process %d on %s since %s UTC", os.Getpid(), host, time.Now().UTC().Format(time.DateTime))
	}
	return func() { f.Close() }, nil
}
