package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"darksite/processing/sqlite/sqlitetest"
)

// Of locks that never go away nothing is to be waited for.
const patience = 50 * time.Millisecond

var sample = []string{
	"CREATE TABLE t (n integer, x real, s varchar(21), b)",
	"INSERT INTO t VALUES (1, 2.5, 'one', NULL), (2, 3, 'two', x'00ff')",
}

func open(t *testing.T, path string) *Database {
	t.Helper()
	d, err := Open(path, patience)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// beside lists the directory of a file.
func beside(t *testing.T, path string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// numbers reads column n.
func numbers(t *testing.T, d *Database) (out []int) {
	t.Helper()
	rows, err := d.Select("t", []string{"n"}, "ORDER BY n")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		n, err := r.Int("n")
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, n)
	}
	return out
}

func TestCells(t *testing.T) {
	d := open(t, sqlitetest.Make(t, "odd ?#%41 näme.db3", sample...))
	columns, err := d.Need("t", "n", "b")
	if err != nil || !slices.Equal(columns, []string{"n", "x", "s", "b"}) {
		t.Fatalf("%v, %v", columns, err)
	}
	rows, err := d.Select("t", columns, "WHERE n > ? ORDER BY n", 0)
	if err != nil || len(rows) != 2 {
		t.Fatalf("%v, %v", rows, err)
	}
	one, two := rows[0], rows[1]
	n, errN := one.Int("n")
	x, errX := one.Real("x")
	whole, errW := two.Real("n")
	s, errS := two.Text("s")
	if err := errors.Join(errN, errX, errW, errS); err != nil || n != 1 || x != 2.5 || whole != 2 || s != "two" {
		t.Errorf("%v %v %v %q, %v", n, x, whole, s, err)
	}
	if one.Has("b") || !two.Has("b") || one.Has("c") {
		t.Error("NULL and what was not asked for are not there, and bytes are")
	}
	for name, err := range map[string]error{
		"column s is \"one\": want a number":                          second(one.Real("s")),
		"column x is 2.5: want a whole number":                        second(one.Int("x")),
		"column n is 1: want text":                                    second(one.Text("n")),
		"column b is empty: want text":                                second(one.Text("b")),
		"row 2 of the answer: column b is 2 bytes that are no text":   second(two.Text("b")),
		"näme.db3: table t, row 1 of the answer: column nothing is e": second(one.Text("nothing")),
	} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%v: want %q in it", err, name)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestTablesThatAreNot(t *testing.T) {
	d := open(t, sqlitetest.Make(t, "a.db3", append(sample, "CREATE VIEW v AS SELECT * FROM t")...))
	for _, c := range []struct {
		err  error
		want string
	}{
		{second(d.Need("nothing")), "no table nothing"},
		{second(d.Need("v")), "no table v"},
		{second(d.Need("t", "n", "y")), "no column y, but n, x, s, b"},
		{second(d.Select("t", []string{"y"}, "WHERE")), "a.db3: "},
		{second(d.Select(`t"; DROP TABLE t; --"`, []string{"n"}, "")), "no such table"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("%v: want %q in it", c.err, c.want)
		}
	}
	if got := numbers(t, d); len(got) != 2 {
		t.Errorf("%v", got)
	}
}

// The file cannot be changed through a Database.
func TestOnlyReads(t *testing.T) {
	path := sqlitetest.Make(t, "a.db3", sample...)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	d := open(t, path)
	if _, err := d.conn.ExecContext(t.Context(), "INSERT INTO t (n) VALUES (3)"); err == nil {
		t.Error("wrote")
	}
	d.Close()
	if after, err := os.ReadFile(path); err != nil || !slices.Equal(before, after) {
		t.Errorf("the file changed (%v)", err)
	}
}

// Files with a write-ahead log are read as they are when all is in them, with
// the log when its writer is at work, and in a copy when the log alone is
// there. Nothing is ever made beside them.
func TestWriteAheadLog(t *testing.T) {
	path := sqlitetest.Make(t, "a.db3", append([]string{"PRAGMA journal_mode=WAL"}, sample...)...)
	if got := beside(t, path); !slices.Equal(got, []string{"a.db3"}) {
		t.Fatalf("%v", got)
	}
	d := open(t, path)
	if got := numbers(t, d); !reflect.DeepEqual(got, []int{1, 2}) {
		t.Errorf("%v", got)
	}
	d.Close()
	if got := beside(t, path); !slices.Equal(got, []string{"a.db3"}) {
		t.Errorf("reading left %v", got)
	}

	// A log that its writer has emptied.
	if err := os.WriteFile(path+"-wal", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	d = open(t, path)
	if got := numbers(t, d); !reflect.DeepEqual(got, []int{1, 2}) {
		t.Errorf("with an empty log: %v", got)
	}
	d.Close()
	if got := beside(t, path); !slices.Equal(got, []string{"a.db3", "a.db3-wal"}) {
		t.Errorf("reading left %v", got)
	}

	w := sqlitetest.Writer(t, path)
	w.Do("PRAGMA wal_autocheckpoint=0", "INSERT INTO t (n) VALUES (3)")
	files := beside(t, path)
	d = open(t, path)
	if got := numbers(t, d); !reflect.DeepEqual(got, []int{1, 2, 3}) {
		t.Errorf("beside its writer: %v", got)
	}
	d.Close()
	if got := beside(t, path); !slices.Equal(got, files) {
		t.Errorf("%v became %v", files, got)
	}

	// A copy of the file and its log without the index.
	copied := filepath.Join(t.TempDir(), "a.db3")
	for _, end := range []string{"", "-wal"} {
		content, err := os.ReadFile(path + end)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(copied+end, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	d = open(t, copied)
	if got := numbers(t, d); !reflect.DeepEqual(got, []int{1, 2, 3}) {
		t.Errorf("a log without its index: %v", got)
	}
	made := d.copy
	d.Close()
	if got := beside(t, copied); len(got) != 2 {
		t.Errorf("reading left %v", got)
	}
	if _, err := os.Stat(made); made == "" || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the copy in %q is still there (%v)", made, err)
	}
}

// Case 19: the changes of a database in WAL mode lie beside the file itself,
// whatever links lead to it.
func TestCase19LinkedDatabase(t *testing.T) {
	link := func(to, name string) string {
		t.Helper()
		if err := os.Symlink(to, name); err != nil {
			t.Skip(err)
		}
		return name
	}
	for name, c := range map[string]struct {
		live       bool // its writer is connected
		checkpoint bool
		readOnly   bool
	}{
		"a writer at work":         {live: true},
		"no index":                 {},
		"no index, read only":      {readOnly: true},
		"brought in, a writer":     {live: true, checkpoint: true},
		"brought in, without one":  {checkpoint: true},
		"a writer, read only":      {live: true, readOnly: true},
		"brought in and read only": {checkpoint: true, readOnly: true},
	} {
		t.Run(name, func(t *testing.T) {
			made := sqlitetest.Make(t, "events3.db3", append([]string{"PRAGMA journal_mode=WAL"}, sample...)...)
			w := sqlitetest.Writer(t, made)
			w.Do("PRAGMA wal_autocheckpoint=0", "INSERT INTO t (n) VALUES (3), (4), (5)")
			if c.checkpoint {
				w.Do("PRAGMA wal_checkpoint(PASSIVE)")
			}
			path := made
			if !c.live {
				path = filepath.Join(t.TempDir(), "events3.db3")
				for _, end := range []string{"", logEnd} {
					if err := copyFile(made+end, path+end); err != nil {
						t.Fatal(err)
					}
				}
			}
			there := beside(t, path)
			if c.readOnly {
				for _, p := range []string{path, path + logEnd, filepath.Dir(path)} {
					if err := os.Chmod(p, 0o555); err != nil {
						t.Fatal(err)
					}
				}
				t.Cleanup(func() { os.Chmod(filepath.Dir(path), 0o755) })
			}
			links := t.TempDir()
			direct := link(path, filepath.Join(links, "direct.db3"))
			relative, err := filepath.Rel(links, path)
			if err != nil {
				t.Fatal(err)
			}
			chain := link("direct.db3", filepath.Join(links, "chain.db3"))
			link(filepath.Dir(path), filepath.Join(links, "kadi"))
			for _, p := range []string{
				path, direct, chain, link(relative, filepath.Join(links, "relative.db3")), link("chain.db3", filepath.Join(links, "longer.db3")),
				filepath.Join(links, "kadi", "events3.db3"), link(filepath.Join("kadi", "events3.db3"), filepath.Join(links, "both.db3")),
			} {
				d := open(t, p)
				if got := numbers(t, d); !reflect.DeepEqual(got, []int{1, 2, 3, 4, 5}) {
					t.Errorf("%s: %v", p, got)
				}
				d.Close()
			}
			if got := beside(t, path); !slices.Equal(got, there) {
				t.Errorf("%v became %v", there, got)
			}
			if got := beside(t, direct); len(got) != 6 {
				t.Errorf("beside the links: %v", got)
			}
		})
	}
	dangling := link("gone.db3", filepath.Join(t.TempDir(), "dangling.db3"))
	loop := filepath.Join(t.TempDir(), "loop.db3")
	link("loop.db3", loop)
	for _, p := range []string{dangling, loop} {
		if _, err := Open(p, patience); err == nil || !strings.Contains(err.Error(), p) {
			t.Errorf("%v: want an error that names %s", err, p)
		}
	}
}

func TestReadOnlyDirectory(t *testing.T) {
	for _, mode := range []string{"DELETE", "WAL"} {
		path := sqlitetest.Make(t, "a.db3", append([]string{"PRAGMA journal_mode=" + mode}, sample...)...)
		for _, p := range []string{path, filepath.Dir(path)} {
			if err := os.Chmod(p, 0o555); err != nil {
				t.Fatal(err)
			}
		}
		t.Cleanup(func() { os.Chmod(filepath.Dir(path), 0o755) })
		if got := numbers(t, open(t, path)); len(got) != 2 {
			t.Errorf("%s: %v", mode, got)
		}
	}
}

func TestLocked(t *testing.T) {
	path := sqlitetest.Make(t, "a.db3", sample...)
	w := sqlitetest.Writer(t, path)
	w.Do("BEGIN EXCLUSIVE")
	_, err := Open(path, patience)
	if !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "try again") {
		t.Errorf("%v: want that it is locked", err)
	}
	w.Do("COMMIT")
	d := open(t, path)
	if got := numbers(t, d); len(got) != 2 {
		t.Errorf("%v", got)
	}
	w.Do("BEGIN EXCLUSIVE")
	if _, err := d.Select("t", []string{"n"}, ""); !errors.Is(err, ErrLocked) {
		t.Errorf("%v: want that it is locked", err)
	}
	// One that lets go in time is waited for.
	go func() {
		time.Sleep(2 * patience)
		w.Do("COMMIT")
	}()
	patient, err := Open(path, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	patient.Close()
}

func TestNoDatabases(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good, err := os.ReadFile(sqlitetest.Make(t, "a.db3", sample...))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ path, want string }{
		"nothing there": {filepath.Join(dir, "none.db3"), "no such file"},
		"a directory":   {dir, "not a plain file"},
		"empty":         {write("empty.db3", nil), "0 bytes"},
		"text":          {write("text.db3", []byte(strings.Repeat("no database\n", 20))), "not an SQLite database"},
		"cut":           {write("cut.db3", good[:60]), "copied whole"},
	} {
		if _, err := Open(c.path, patience); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), c.path) {
			t.Errorf("%s: %v: want %q and the file's name", name, err, c.want)
		}
	}
}

// A file with any page overwritten is read, or refused with a reason; none is
// taken for another.
func TestDamage(t *testing.T) {
	statements := append([]string{"PRAGMA page_size=512"}, sample...)
	for i := range 200 {
		statements = append(statements, fmt.Sprintf("INSERT INTO t VALUES (%d, 0, 'row', NULL)", i+10))
	}
	good, err := os.ReadFile(sqlitetest.Make(t, "a.db3", statements...))
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for at := 0; at < len(good); at += 128 {
		bad := slices.Clone(good)
		for i := max(at, len(magic)+10); i < at+128 && i < len(bad); i++ {
			bad[i] ^= 0xa5
		}
		path := filepath.Join(t.TempDir(), "bad.db3")
		if err := os.WriteFile(path, bad, 0o644); err != nil {
			t.Fatal(err)
		}
		d, err := Open(path, patience)
		if err == nil {
			_, err = d.Select("t", []string{"n", "s"}, "ORDER BY n")
			d.Close()
		}
		if err == nil {
			continue
		}
		refused++
		if !strings.Contains(err.Error(), path) {
			t.Errorf("bytes %d on: %v does not name the file", at, err)
		}
	}
	if refused < 3 {
		t.Errorf("%d of the damaged files were refused", refused)
	}
	path := filepath.Join(t.TempDir(), "short.db3")
	if err := os.WriteFile(path, good[:1024], 0o644); err != nil {
		t.Fatal(err)
	}
	d, err := Open(path, patience)
	if err == nil {
		_, err = d.Select("t", []string{"n"}, "")
		d.Close()
	}
	if !errors.Is(err, ErrDamaged) {
		t.Errorf("a file cut short: %v", err)
	}
}

// A cell of any size does not fill the memory.
func TestLargeCells(t *testing.T) {
	path := sqlitetest.Make(t, "a.db3", "CREATE TABLE t (s)", fmt.Sprintf("INSERT INTO t VALUES (zeroblob(%d))", maxCell+1))
	if _, err := open(t, path).Select("t", []string{"s"}, ""); err == nil || !strings.Contains(err.Error(), "more than 1048576 bytes") {
		t.Errorf("%v", err)
	}
}
