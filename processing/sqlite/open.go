package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	driver "modernc.org/sqlite"
)

// Database is an open file.
type Database struct {
	path string
	db   *sql.DB
	conn *sql.Conn
	copy string // directory of a copy that was made to read, "" without
}

// Limits of what a file from outside may make us hold.
const (
	maxCell  = 1 << 20 // bytes of one cell
	maxRows  = 1 << 20 // rows of one answer
	maxTable = 1 << 10 // columns of one table
)

// limitLength is SQLITE_LIMIT_LENGTH, the largest cell (sqlite.org/c3ref).
const limitLength = 0

// Open opens a file to read. Where another program holds it, it waits as long
// as is told, and each question after it does.
func Open(path string, wait time.Duration) (*Database, error) {
	// A log lies beside the file itself, not beside a link to it.
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, fmt.Errorf("database %s: %w", path, err)
	}
	how, err := examine(path, real)
	if err != nil {
		return nil, err
	}
	d := &Database{path: path}
	if how == orphaned {
		if d.copy, err = snapshot(real); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		real = filepath.Join(d.copy, snapshotName)
	}
	name, err := address(real, wait, how == still)
	if err == nil {
		d.db, err = sql.Open("sqlite", name)
	}
	if err != nil {
		d.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	ctx := context.Background()
	if d.conn, err = d.db.Conn(ctx); err == nil {
		_, err = driver.Limit(d.conn, limitLength, maxCell)
	}
	if err == nil {
		var version int64
		err = d.conn.QueryRowContext(ctx, "PRAGMA schema_version").Scan(&version)
	}
	if err != nil {
		d.Close()
		return nil, explain(path, err)
	}
	return d, nil
}

// Close closes the file.
func (d *Database) Close() error {
	var errs []error
	if d.conn != nil {
		d.conn.Close()
	}
	if d.db != nil {
		errs = append(errs, d.db.Close())
	}
	if d.copy != "" {
		errs = append(errs, os.RemoveAll(d.copy))
	}
	return errors.Join(errs...)
}

// address is the file as a URI of SQLite, which a path with ? or % needs.
func address(path string, wait time.Duration, immutable bool) (string, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	slashed := filepath.ToSlash(absolute)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // a drive letter
	}
	q := url.Values{"mode": {"ro"}, "_pragma": {
		fmt.Sprintf("busy_timeout(%d)", wait.Milliseconds()),
		"query_only(1)",
		// A view or trigger of the file may not call what reaches further.
		"trusted_schema(0)",
	}}
	if immutable {
		q.Set("immutable", "1")
	}
	return (&url.URL{Scheme: "file", Path: slashed, RawQuery: q.Encode()}).String(), nil
}

// The header of an SQLite file (sqlite.org/fileformat, section 1.3).
const (
	magic       = "SQLite format 3\x00"
	headerBytes = 100
	// versionAt is the byte of the version that a reader must know, walVersion
	// its value where changes go to a log beside the file.
	versionAt, walVersion = 19, 2
	// logEnd and indexEnd are what SQLite adds to a name for the write-ahead log
	// and the log's index.
	logEnd, indexEnd = "-wal", "-shm"
)

// manner is how a file must be opened so that nothing is made beside it.
type manner int

const (
	// shared: other programs may change it meanwhile; SQLite's locks tell.
	shared manner = iota
	// still: nobody changes it, and all changes are in the file itself.
	still
	// orphaned: changes lie in a log, and no program has the log open.
	orphaned
)

// examine looks at a file before SQLite does. Path is the file as it was named,
// real the one that symbolic links lead to.
//
// SQLite makes two files beside one with a write-ahead log even to read it, and
// cannot where it may not. Without a log all changes are in the file itself, so
// then it is read as it is; with one whose index is there, nothing is made. A
// log without its index is read in a copy, see [snapshot].
func examine(path, real string) (manner, error) {
	st, err := os.Stat(real)
	if err != nil {
		return 0, fmt.Errorf("database %s: %w", path, err)
	}
	if !st.Mode().IsRegular() {
		return 0, fmt.Errorf("database %s is not a plain file (%s): name the file itself", path, st.Mode().Type())
	}
	f, err := os.Open(real)
	if err != nil {
		return 0, fmt.Errorf("database %s: %w", path, err)
	}
	defer f.Close()
	header := make([]byte, headerBytes)
	n, err := io.ReadFull(f, header)
	if n < headerBytes || !bytes.HasPrefix(header, []byte(magic)) {
		if err != nil && st.Size() >= headerBytes {
			return 0, fmt.Errorf("%s: %w", path, err)
		}
		return 0, fmt.Errorf("%s: not an SQLite database (%d bytes, without %q at byte 0): check that it is the right file and was copied whole", path, st.Size(), magic[:len(magic)-1])
	}
	if header[versionAt] != walVersion {
		return shared, nil
	}
	log, err := os.Stat(real + logEnd)
	switch {
	case errors.Is(err, fs.ErrNotExist) || err == nil && log.Size() == 0:
		return still, nil
	case err != nil:
		return 0, fmt.Errorf("%s: its write-ahead log cannot be read: %w", path, err)
	}
	if _, err := os.Stat(real + indexEnd); err != nil {
		return orphaned, nil
	}
	return shared, nil
}
