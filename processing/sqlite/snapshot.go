package sqlite

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// snapshotName is the name of a copy in a directory of its own.
const snapshotName = "copy.db3"

// snapshot copies a database and its write-ahead log to a new directory for
// temporary files, and returns that. It is for a log without an index: SQLite
// would have to make the index beside it even to read. No program has such a
// log open, for then there would be an index; one that comes meanwhile is seen
// by sizes and times, and the copy is made again.
func snapshot(real string) (dir string, err error) {
	if dir, err = os.MkdirTemp("", "darksite-database-"); err != nil {
		return "", err
	}
	const tries = 3
	for range tries {
		before, errBefore := stampOf(real)
		errFile := copyFile(real, filepath.Join(dir, snapshotName))
		errLog := copyFile(real+logEnd, filepath.Join(dir, snapshotName+logEnd))
		if errors.Is(errLog, fs.ErrNotExist) {
			errLog = os.RemoveAll(filepath.Join(dir, snapshotName+logEnd)) // its writer brought it in
		}
		after, errAfter := stampOf(real)
		if err = errors.Join(errBefore, errFile, errLog, errAfter); err != nil {
			break
		}
		if before == after {
			return dir, nil
		}
		err = fmt.Errorf("%w: it changed while it was copied; try again in a minute", ErrLocked)
	}
	os.RemoveAll(dir)
	return "", err
}

// stamp tells two states of a database and its log apart.
type stamp struct {
	file, log [2]int64 // size, and time of change in ns
	index     bool
}

func stampOf(real string) (s stamp, err error) {
	for end, to := range map[string]*[2]int64{"": &s.file, logEnd: &s.log} {
		st, err := os.Stat(real + end)
		if end != "" && errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return s, err
		}
		*to = [2]int64{st.Size(), st.ModTime().UnixNano()}
	}
	_, err = os.Stat(real + indexEnd)
	s.index = err == nil
	return s, nil
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
