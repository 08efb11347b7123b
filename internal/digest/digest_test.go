package digest

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

func write(t *testing.T, path, content string, age time.Duration) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
	if age > 0 {
		then := time.Now().Add(-age)
		if err := os.Chtimes(path, then, then); err != nil {
			t.Fatal(err)
		}
	}
}

func open(t *testing.T, file string) *Book {
	t.Helper()
	b, err := Open(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func of(t *testing.T, b *Book, path string) string {
	t.Helper()
	sha, _, err := b.Of(path)
	if err != nil {
		t.Fatal(err)
	}
	return sha
}

// later opens a book as if the clock of the disk had gone on, so that files that
// were written just now count as old.
func later(t *testing.T, file string) *Book {
	b := open(t, file)
	b.opened += int64(time.Hour)
	return b
}

func TestBookReadsWhatChanged(t *testing.T) {
	dir := t.TempDir()
	file, path := filepath.Join(dir, "cache", "book"), filepath.Join(dir, "a")
	write(t, path, "one", 0)
	b := later(t, file)
	first := of(t, b, path)
	if first != sum([]byte("one")) || b.Hashed != 1 {
		t.Fatalf("%s, %d read", first, b.Hashed)
	}
	if of(t, b, path); b.Hashed != 1 {
		t.Error("the same file is read twice")
	}
	if err := b.Save(); err != nil {
		t.Fatal(err)
	}
	if b = open(t, file); of(t, b, path) != first || b.Hashed != 0 {
		t.Error("what was kept is not known")
	}
	b.Verify = true
	if of(t, b, path); b.Hashed != 1 {
		t.Error("to verify is to read")
	}
	// The same size, and a time that somebody set back.
	info, _ := os.Stat(path)
	write(t, path, "two", 0)
	if err := os.Chtimes(path, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
	if b = open(t, file); of(t, b, path) != sum([]byte("two")) {
		t.Error("a change of the same size and time is not seen")
	}
	if _, _, err := b.Of(filepath.Join(dir, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	if _, _, err := b.Of(dir); err == nil {
		t.Error("a directory has a hash")
	}
}

// A file that changed just before it was read may change again within the step
// of the disk's time.
func TestBookDoesNotRememberWhatIsNew(t *testing.T) {
	dir := t.TempDir()
	file, path := filepath.Join(dir, "book"), filepath.Join(dir, "a")
	write(t, path, "one", 0)
	b := open(t, file)
	of(t, b, path)
	if of(t, b, path); b.Hashed != 2 {
		t.Error("a new file is remembered")
	}
	if err := b.Put(path, "known"); err != nil || of(t, b, path) != "known" {
		t.Errorf("what was put is not known: %v", err)
	}
}

func TestBookKeepsWhatWasAskedFor(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "book")
	write(t, filepath.Join(dir, "a"), "a", 0)
	write(t, filepath.Join(dir, "b"), "b", 0)
	b := later(t, file)
	of(t, b, filepath.Join(dir, "a"))
	of(t, b, filepath.Join(dir, "b"))
	b.Save()
	b = later(t, file)
	of(t, b, filepath.Join(dir, "a"))
	b.Save()
	if b = open(t, file); len(b.entries) != 1 {
		t.Errorf("%d files are kept, want 1", len(b.entries))
	}
}

// Any byte that is wrong makes a book an empty one.
func TestDamagedBookIsEmpty(t *testing.T) {
	dir := t.TempDir()
	file, path := filepath.Join(dir, "book"), filepath.Join(dir, "a")
	write(t, path, "one", 0)
	b := later(t, file)
	of(t, b, path)
	b.Save()
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 1 << r.IntN(8)
		if err := os.WriteFile(file, bad, 0o666); err != nil {
			t.Fatal(err)
		}
		if b := open(t, file); len(b.entries) != 0 {
			t.Fatalf("byte %d is wrong, and the book is believed", i)
		}
	}
	for _, bad := range [][]byte{nil, good[:len(good)/2], []byte("\n"), Seal(nil), Seal([]byte("{}")), Seal([]byte(`{"schema":"darksite/digests/9","entries":{"a":{}}}`))} {
		if err := os.WriteFile(file, bad, 0o666); err != nil {
			t.Fatal(err)
		}
		if b := open(t, file); len(b.entries) != 0 {
			t.Errorf("%q is believed", bad)
		}
	}
}

func TestSeal(t *testing.T) {
	for _, content := range []string{"", "a", "a\nb\n"} {
		if got, err := Unseal(Seal([]byte(content))); err != nil || string(got) != content {
			t.Errorf("%q: %q, %v", content, got, err)
		}
	}
}

func TestBookByMany(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	write(t, path, "one", 0)
	b := later(t, filepath.Join(dir, "book"))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if sha, _, err := b.Of(path); err != nil || sha != sum([]byte("one")) {
					t.Error(sha, err)
				}
			}
		})
	}
	wg.Wait()
}

func FuzzUnseal(f *testing.F) {
	f.Add([]byte("x"))
	f.Add(Seal([]byte("a\nb")))
	f.Fuzz(func(t *testing.T, sealed []byte) {
		if content, err := Unseal(sealed); err == nil && !bytes.Equal(Seal(content), sealed) {
			t.Errorf("%q is taken for a seal of %q", sealed, content)
		}
	})
}

func TestDifferences(t *testing.T) {
	got := Differences(map[string]string{"a": "1", "b": "1", "c": "1"}, map[string]string{"d": "1", "b": "2", "a": "1"})
	if want := "[b changed d is new c is gone]"; fmt.Sprint(got) != want {
		t.Errorf("%v, want %s", got, want)
	}
}
