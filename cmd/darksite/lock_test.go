package main

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"darksite/internal/term"
)

func TestALockInADirectoryOfSomebodyElseSaysWhatToDo(t *testing.T) {
	for _, why := range []error{unix.EACCES, unix.EPERM, unix.EROFS} {
		err := notLocked("/site", &fs.PathError{Op: "open", Path: "/site/" + lockFile, Err: why})
		var failed *term.ExitError
		if !errors.As(err, &failed) || failed.Code != term.Failure || !strings.Contains(failed.Hint, "copy the site directory") ||
			err.Error() != "/site may not be written to: .darksite.lock: "+why.Error() {
			t.Errorf("%v: %v", why, err)
		}
	}
	if err := notLocked("/site", unix.ENOSPC); err != unix.ENOSPC {
		t.Errorf("a full disk: %v", err)
	}
}
