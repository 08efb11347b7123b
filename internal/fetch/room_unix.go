//go:build unix

package fetch

import (
	"errors"

	"golang.org/x/sys/unix"
)

// room is how many bytes the disk of a directory can take.
func room(dir string) (int64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, err
	}
	return int64(s.Bavail) * int64(s.Bsize), nil
}

// full tells whether an error says that the disk takes no more.
func full(err error) bool { return errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT) }

// holdAlone locks an open file against other processes. The lock lives as long
// as any process has the file open that it was handed to. Where the file
// system knows no locks, there is none.
func holdAlone(fd uintptr) error {
	if err := unix.Flock(int(fd), unix.LOCK_EX|unix.LOCK_NB); errors.Is(err, unix.EWOULDBLOCK) {
		return ErrBusy
	}
	return nil
}

// noLinks tells whether an error says that the file system has no hard links.
func noLinks(err error) bool {
	return errors.Is(err, unix.EPERM) || errors.Is(err, unix.ENOTSUP) || errors.Is(err, unix.EOPNOTSUPP) ||
		errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EMLINK)
}
