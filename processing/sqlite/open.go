package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
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
	immutable, err := examine(path)
	if err != nil {
		return nil, err
	}
	name, err := address(path, wait, immutable)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	d := &Database{path: path, db: db}
	ctx := context.Background()
	if d.conn, err = db.Conn(ctx); err == nil {
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
	if d.conn != nil {
		d.conn.Close()
	}
	return d.db.Close()
}

// Path is the file as it was given to Open.
func (d *Database) Path() string { return d.path }

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
)

// examine looks at a file before SQLite does, and tells whether it must be
// opened as one that nobody changes.
//
// SQLite makes two files beside one with a write-ahead log even to read it, and
// cannot where it may not. Without a log all changes are in the file itself, so
// then it is read as it is; with one whose index is there, nothing is made. A
// log without its index holds changes that only a writer can bring in.
func examine(path string) (immutable bool, err error) {
	st, err := os.Stat(path)
	if err != nil {
		return false, fmt.Errorf("database: %w", err)
	}
	if !st.Mode().IsRegular() {
		return false, fmt.Errorf("database %s is not a plain file (%s): name the file itself", path, st.Mode().Type())
	}
	f, err := os.Open(path)
	if err != nil {
		return false, fmt.Errorf("database: %w", err)
	}
	defer f.Close()
	header := make([]byte, headerBytes)
	n, err := io.ReadFull(f, header)
	if n < headerBytes || !bytes.HasPrefix(header, []byte(magic)) {
		if err != nil && st.Size() >= headerBytes {
			return false, fmt.Errorf("%s: %w", path, err)
		}
		return false, fmt.Errorf("%s: not an SQLite database (%d bytes, without %q at byte 0): check that it is the right file and was copied whole", path, st.Size(), magic[:len(magic)-1])
	}
	if header[versionAt] != walVersion {
		return false, nil
	}
	log, err := os.Stat(path + "-wal")
	if err != nil || log.Size() == 0 {
		return true, nil
	}
	if _, err := os.Stat(path + "-shm"); err != nil {
		return false, fmt.Errorf("%s: %d bytes of changes lie in %s-wal and are not in the file yet: let the program that writes it finish, or make a whole copy with sqlite3 %s \".backup copy.db3\" and read that",
			path, log.Size(), filepath.Base(path), path)
	}
	return false, nil
}
