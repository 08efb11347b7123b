package sqlite

import (
	"errors"
	"fmt"

	driver "modernc.org/sqlite"
)

// Kinds of trouble that a caller may want to tell apart.
var (
	// ErrLocked: another program held the file for longer than the wait.
	ErrLocked = errors.New("another program is writing it")
	// ErrDamaged: the content is not what SQLite wrote.
	ErrDamaged = errors.New("the file is damaged")
)

// Primary result codes (sqlite.org/rescode).
const (
	codeBusy     = 5
	codeLocked   = 6
	codeReadOnly = 8
	codeIOError  = 10
	codeCorrupt  = 11
	codeCantOpen = 14
	codeTooBig   = 18
	codeNotADB   = 26
)

// explain says what SQLite's code means for the one who reads.
func explain(path string, err error) error {
	var from *driver.Error
	if !errors.As(err, &from) {
		return fmt.Errorf("%s: %w", path, err)
	}
	switch from.Code() & 0xff { // the rest is detail
	case codeBusy, codeLocked:
		return fmt.Errorf("%s: %w: try again in a minute, or find out which program holds it (%w)", path, ErrLocked, err)
	case codeCorrupt, codeNotADB:
		return fmt.Errorf("%s: %w: copy it again from where it is written, or check it with sqlite3's PRAGMA integrity_check (%w)", path, ErrDamaged, err)
	case codeReadOnly, codeCantOpen:
		return fmt.Errorf("%s: its last writer was stopped in the middle, or files beside it cannot be read: open it once with sqlite3 where it may be written, or read a copy (%w)", path, err)
	case codeIOError:
		return fmt.Errorf("%s: it cannot be read, or is shorter than it says: copy it again from where it is written (%w)", path, err)
	case codeTooBig:
		return fmt.Errorf("%s: a cell has more than %d bytes: check that it is the right database (%w)", path, maxCell, err)
	}
	return fmt.Errorf("%s: %w", path, err)
}
