//go:build unix

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"darksite/internal/term"
)

// lockFile is held while a site directory is written to.
const lockFile = ".darksite.lock"

// lock makes sure that no other darksite writes to the site directory. The
// system lets go of the lock when the process ends, however it ends.
func lock(dir string) (unlock func(), err error) {
	path := filepath.Join(dir, lockFile)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, err
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
