// Package sqlitetest turns statements into SQLite files for tests.
package sqlitetest

import (
	"context"
	"database/sql"
	"net/url"
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// Make writes a database with these statements to a new file of the test and
// returns its path.
func Make(t testing.TB, name string, statements ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	w := Writer(t, path)
	w.Do(statements...)
	w.Close()
	return path
}

// Connection writes to a database.
type Connection struct {
	t    testing.TB
	db   *sql.DB
	conn *sql.Conn
}

// Writer opens a database to write; the test closes it when it ends.
func Writer(t testing.TB, path string) *Connection {
	t.Helper()
	absolute, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: filepath.ToSlash(absolute)}).String())
	if err != nil {
		t.Fatal(err)
	}
	conn, err := db.Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	w := &Connection{t, db, conn}
	t.Cleanup(w.Close)
	w.Do("PRAGMA synchronous=OFF") // a test needs no disk that outlives it
	return w
}

// Do runs statements one after the other.
func (w *Connection) Do(statements ...string) {
	w.t.Helper()
	for _, s := range statements {
		if _, err := w.conn.ExecContext(context.Background(), s); err != nil {
			w.t.Fatalf("%s: %v", s, err)
		}
	}
}

// Insert adds a row to a table.
func (w *Connection) Insert(table string, values ...any) {
	w.t.Helper()
	marks := "?"
	for range len(values) - 1 {
		marks += ", ?"
	}
	if _, err := w.conn.ExecContext(context.Background(), "INSERT INTO "+table+" VALUES ("+marks+")", values...); err != nil {
		w.t.Fatalf("%s %v: %v", table, values, err)
	}
}

// Close ends the connection.
func (w *Connection) Close() {
	w.conn.Close()
	w.db.Close()
}
