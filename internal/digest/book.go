package digest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/google/renameio/v2"
)

// Book remembers the hashes of files. It may be used by several goroutines.
type Book struct {
	file string
	// Verify makes it read every file, whatever it remembers.
	Verify bool

	mu      sync.Mutex
	entries map[string]entry
	used    map[string]bool
	opened  int64 // ns; time of the disk at which the book was opened
	peeks   bool
	Hashed  int // files that were read since
}

// entry is what was seen of a file. Its times are those of the disk, in ns.
type entry struct {
	Size    int64  `json:"size"`
	Time    int64  `json:"time"`
	Changed int64  `json:"changed,omitempty"` // of the inode, where the system tells
	SHA256  string `json:"sha256"`
}

// bookSchema names the layout of the file.
const bookSchema = "darksite/digests/1"

// Open reads a book; a file that is not there or damaged is an empty book. The
// directory is made, for the time of the disk is read there.
func Open(file string) (*Book, error) {
	b := &Book{file: file, entries: map[string]entry{}, used: map[string]bool{}}
	now, err := diskTime(filepath.Dir(file))
	if err != nil {
		return nil, err
	}
	b.opened = now
	return b, b.read()
}

func (b *Book) read() error {
	sealed, err := os.ReadFile(b.file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	content, err := Unseal(sealed)
	if err != nil {
		return nil // a damaged book is an empty one
	}
	var kept struct {
		Schema  string           `json:"schema"`
		Entries map[string]entry `json:"entries"`
	}
	if json.Unmarshal(content, &kept) == nil && kept.Schema == bookSchema && kept.Entries != nil {
		b.entries = kept.Entries
	}
	return nil
}

// Peek reads a book as [Open] does and writes nothing, not even when it is
// saved; it remembers no file anew.
func Peek(file string) (*Book, error) {
	b := &Book{file: file, entries: map[string]entry{}, used: map[string]bool{}, peeks: true}
	return b, b.read()
}

// diskTime is what a disk takes for now: the clock of another machine may be
// wrong, and build code does not look at any.
func diskTime(dir string) (int64, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return 0, err
	}
	f, err := os.CreateTemp(dir, ".now-")
	if err != nil {
		return 0, err
	}
	info, err := f.Stat()
	if err := errors.Join(err, f.Close(), os.Remove(f.Name())); err != nil {
		return 0, err
	}
	return info.ModTime().UnixNano(), nil
}

// tick is far above the steps in which disks tell time. A file that changed so
// shortly before it was read may change again with the same time.
const tick = int64(50e6) // ns

// Of is the hash of a file as hexadecimal, and its size.
func (b *Book) Of(path string) (sha string, size int64, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", 0, err
	}
	if !info.Mode().IsRegular() {
		return "", 0, fmt.Errorf("%s: not a regular file", path)
	}
	now := entryOf(info)
	b.mu.Lock()
	was, known := b.entries[path]
	b.used[path] = true
	b.mu.Unlock()
	if known && !b.Verify && was.Size == now.Size && was.Time == now.Time && was.Changed == now.Changed {
		return was.SHA256, was.Size, nil
	}
	if now.SHA256, now.Size, err = hashOf(path); err != nil {
		return "", 0, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.Hashed++
	if max(now.Time, now.Changed) < b.opened-tick {
		b.entries[path] = now
	} else {
		delete(b.entries, path)
	}
	return now.SHA256, now.Size, nil
}

// Put remembers a file that the caller has just written, or that is known for
// another reason to have this hash.
func (b *Book) Put(path, sha string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	e := entryOf(info)
	e.SHA256 = sha
	b.mu.Lock()
	defer b.mu.Unlock()
	b.entries[path], b.used[path] = e, true
	return nil
}

// Save keeps what was asked for since the book was opened.
func (b *Book) Save() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.peeks {
		return nil
	}
	entries := map[string]entry{}
	for path := range b.used {
		if e, ok := b.entries[path]; ok {
			entries[path] = e
		}
	}
	content, err := json.Marshal(struct {
		Schema  string           `json:"schema"`
		Entries map[string]entry `json:"entries"`
	}{bookSchema, entries})
	if err != nil {
		return err
	}
	return renameio.WriteFile(b.file, Seal(content), 0o644)
}

func entryOf(info fs.FileInfo) entry {
	return entry{Size: info.Size(), Time: info.ModTime().UnixNano(), Changed: inodeTime(info)}
}

func hashOf(path string) (sha string, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	h := sha256.New()
	if size, err = io.Copy(h, f); err != nil {
		return "", 0, err
	}
	return hex.EncodeToString(h.Sum(nil)), size, nil
}
