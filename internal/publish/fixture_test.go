package publish

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// memory is a tree in memory.
type memory map[string]string

func (m memory) Files() (files []File) {
	for _, p := range slices.Sorted(maps.Keys(m)) {
		files = append(files, fileOf(p, []byte(m[p])))
	}
	return files
}

func (m memory) Open(path string) (io.ReadCloser, error) {
	return io.NopCloser(strings.NewReader(m[path])), nil
}

// site makes a small site of calibrations: pages that lead to each other, to
// their files and to an asset. The text is in each file.
func site(text string, ids ...string) memory {
	m := memory{"dark_cal/assets/style.css": "/* " + text + " */"}
	list := ""
	for i, id := range ids {
		dir := "dark_cal/" + id + "/"
		links := `<a href="image.fits">f</a><a href="calibration.json">c</a><link href="../assets/style.css"><a href="../index.html">up</a>`
		if i > 0 {
			links += fmt.Sprintf(`<a href="../%s/index.html">before</a>`, ids[i-1])
		}
		if i+1 < len(ids) {
			links += fmt.Sprintf(`<a href="../%s/index.html">next</a>`, ids[i+1])
		}
		m[dir+"index.html"] = fmt.Sprintf("<html>%s<p class=\"verdict\">good</p>%s</html>\n", text, links)
		m[dir+"image.fits"] = "image of " + id
		m[dir+"calibration.json"] = fmt.Sprintf(`{"id": %q, "statistics": {"median": %d}, "text": %q}`, id, len(text), text)
		list += fmt.Sprintf(`<a href="%s/index.html">%s</a>`, id, id)
	}
	m["dark_cal/index.html"] = "<html>" + text + list + "</html>\n"
	return m
}

// random makes a site of some of ten calibrations, with one of three texts.
func random(rng *rand.Rand) memory {
	var ids []string
	for i := range 10 {
		if rng.IntN(2) == 0 {
			ids = append(ids, fmt.Sprintf("20%02d_jan", i))
		}
	}
	m := site([]string{"a", "bb", "ccc"}[rng.IntN(3)], ids...)
	for range rng.IntN(3) {
		m[fmt.Sprintf("dark_cal/x%d.txt", rng.IntN(4))] = fmt.Sprint(rng.IntN(3))
	}
	return m
}

// swift does not wait for the disk.
type swift struct{ disk }

type swiftOutput struct{ output }

func (swift) Sync(string) error { return nil }
func (swiftOutput) Sync() error { return nil }
func wrapSwift(d disk) disk     { return swift{d} }
func (s swift) Create(n string, p fs.FileMode) (output, error) {
	o, err := s.disk.Create(n, p)
	if err != nil {
		return nil, err
	}
	return swiftOutput{o}, nil
}

// scratch is a directory in memory where there is one: what these tests do with
// thousands of renames is no question of the disk.
func scratch(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "publish")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// target is a directory target for tests; its clock stands still.
func target(dir string) *Directory {
	d := NewDirectory(dir, ReadersAll)
	d.now = func() time.Time { return time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC) }
	d.wrap = wrapSwift
	return d
}

func publish(t *testing.T, d *Directory, tree Tree, o Options) *Changes {
	t.Helper()
	c, err := d.Publish(context.Background(), tree, o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// contents are the files below a directory, without darksite's own.
func contents(t *testing.T, dir string) memory {
	t.Helper()
	m := memory{}
	err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, p)
		if e.IsDir() {
			if rel == storeDir {
				return fs.SkipDir
			}
			return nil
		}
		content, err := os.ReadFile(p)
		m[filepath.ToSlash(rel)] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// published is a tree as it should be in the target.
func published(m memory) memory {
	all := maps.Clone(m)
	all[ManifestFile] = string(marshalManifest(m.Files()))
	return all
}

func same(a, b memory) bool { return maps.Equal(a, b) }

// difference names the paths in which two trees differ.
func difference(got, want memory) string {
	var b strings.Builder
	for _, p := range slices.Sorted(maps.Keys(got)) {
		if w, ok := want[p]; !ok {
			fmt.Fprintf(&b, "%s is too much; ", p)
		} else if w != got[p] {
			fmt.Fprintf(&b, "%s is %.40q, want %.40q; ", p, got[p], w)
		}
	}
	for _, p := range slices.Sorted(maps.Keys(want)) {
		if _, ok := got[p]; !ok {
			fmt.Fprintf(&b, "%s is missing; ", p)
		}
	}
	return b.String()
}

func wantTree(t *testing.T, dir string, want memory) {
	t.Helper()
	if d := difference(contents(t, dir), want); d != "" {
		t.Errorf("%s", d)
	}
}

// put writes a file of somebody else.
func put(t *testing.T, dir, name, content string) {
	t.Helper()
	p := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(p, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// fault fails or stops at a call that would change something.
type fault struct {
	disk
	at    int   // the call, from 1; 0 for none
	err   error // what it fails with
	cut   bool  // nothing works from then on, as when the process is killed
	calls int
}

var errCut = errors.New("killed")

// fails counts a call.
func (f *fault) fails() error {
	f.calls++
	switch {
	case f.at == 0 || f.calls < f.at:
		return nil
	case f.cut:
		return errCut
	case f.calls == f.at:
		return f.err
	}
	return nil
}

func (f *fault) Mkdir(n string, p fs.FileMode) error {
	if err := f.fails(); err != nil {
		return &fs.PathError{Op: "mkdir", Path: n, Err: err}
	}
	return f.disk.Mkdir(n, p)
}

func (f *fault) Create(n string, p fs.FileMode) (output, error) {
	if err := f.fails(); err != nil {
		return nil, &fs.PathError{Op: "open", Path: n, Err: err}
	}
	o, err := f.disk.Create(n, p)
	if err != nil {
		return nil, err
	}
	return &faultOutput{o, f, n}, nil
}

func (f *fault) Link(a, b string) error {
	if err := f.fails(); err != nil {
		return &os.LinkError{Op: "link", Old: a, New: b, Err: err}
	}
	return f.disk.Link(a, b)
}

func (f *fault) Rename(a, b string) error {
	if err := f.fails(); err != nil {
		return &os.LinkError{Op: "rename", Old: a, New: b, Err: err}
	}
	return f.disk.Rename(a, b)
}

func (f *fault) Remove(n string) error {
	if err := f.fails(); err != nil {
		return &fs.PathError{Op: "remove", Path: n, Err: err}
	}
	return f.disk.Remove(n)
}

func (f *fault) SetTime(n string, t time.Time) error {
	if err := f.fails(); err != nil {
		return &fs.PathError{Op: "chtimes", Path: n, Err: err}
	}
	return f.disk.SetTime(n, t)
}

func (f *fault) Chmod(n string, p fs.FileMode) error {
	if err := f.fails(); err != nil {
		return &fs.PathError{Op: "chmod", Path: n, Err: err}
	}
	return f.disk.Chmod(n, p)
}

func (f *fault) Sync(n string) error {
	if err := f.fails(); err != nil {
		return &fs.PathError{Op: "sync", Path: n, Err: err}
	}
	return f.disk.Sync(n)
}

type faultOutput struct {
	output
	f    *fault
	name string
}

// Write leaves half of what it should write when it fails.
func (o *faultOutput) Write(b []byte) (int, error) {
	if err := o.f.fails(); err != nil {
		n := 0
		if o.f.calls == o.f.at {
			n, _ = o.output.Write(b[:len(b)/2])
		}
		return n, &fs.PathError{Op: "write", Path: o.name, Err: err}
	}
	return o.output.Write(b)
}

func (o *faultOutput) Sync() error {
	if err := o.f.fails(); err != nil {
		return &fs.PathError{Op: "sync", Path: o.name, Err: err}
	}
	return o.output.Sync()
}

// linkless has no hard links.
type linkless struct{ disk }

func (linkless) Link(a, b string) error {
	return &os.LinkError{Op: "link", Old: a, New: b, Err: errors.ErrUnsupported}
}

// plainMarks are markers of one line each.
type plainMarks struct{}

var begin, end = []byte("<!-- begin -->"), []byte("<!-- end -->")

func (plainMarks) cut(page []byte) (from, to int, err error) {
	from, to = bytes.Index(page, begin), bytes.Index(page, end)
	if from < 0 || to < from {
		return 0, 0, errors.New("no markers")
	}
	return from + len(begin), to, nil
}

func (m plainMarks) Find(page []byte) ([]byte, error) {
	from, to, err := m.cut(page)
	if err != nil {
		return nil, err
	}
	return page[from:to], nil
}

func (m plainMarks) Replace(page, block []byte) ([]byte, error) {
	from, to, err := m.cut(page)
	if err != nil {
		return nil, err
	}
	return slices.Concat(page[:from], block, page[to:]), nil
}
