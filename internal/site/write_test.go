package site

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// treeOf makes a tree from path, content pairs.
func treeOf(t *testing.T, pairs ...string) *Tree {
	t.Helper()
	tree := newTree()
	for i := 0; i < len(pairs); i += 2 {
		if err := tree.addBytes(pairs[i], []byte(pairs[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	return tree
}

// onDisk reads all files below a directory.
func onDisk(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		files[filepath.ToSlash(name)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func put(t *testing.T, dir, name, content string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, tree *Tree, dir string) Changes {
	t.Helper()
	changes, err := tree.Write(dir)
	if err != nil {
		t.Fatal(err)
	}
	return changes
}

func TestWriteAddsChangesAndRemovesOnlyItsOwn(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "index.html", "the main page")
	put(t, dir, "dark_cal/2000_nov/report.html", "an old report")
	put(t, dir, "dark_cal/2015_dec/notes.txt", "somebody's notes")

	first := write(t, treeOf(t, "dark_cal/index.html", "one", "dark_cal/2015_dec/index.html", "dec", "dark_cal/2016_may/map.png", "map"), dir)
	if d := cmp.Diff(Changes{Added: []string{"dark_cal/2015_dec/index.html", "dark_cal/2016_may/map.png", "dark_cal/index.html"}}, first); d != "" {
		t.Error(d)
	}
	second := write(t, treeOf(t, "dark_cal/index.html", "two", "dark_cal/2017_jan/index.html", "jan"), dir)
	want := Changes{
		Added:   []string{"dark_cal/2017_jan/index.html"},
		Changed: []string{"dark_cal/index.html"},
		Removed: []string{"dark_cal/2015_dec/index.html", "dark_cal/2016_may/map.png"},
	}
	if d := cmp.Diff(want, second); d != "" {
		t.Error(d)
	}
	files := onDisk(t, dir)
	delete(files, ManifestFile)
	if d := cmp.Diff(map[string]string{
		"index.html":                    "the main page",
		"dark_cal/2000_nov/report.html": "an old report",
		"dark_cal/2015_dec/notes.txt":   "somebody's notes",
		"dark_cal/index.html":           "two",
		"dark_cal/2017_jan/index.html":  "jan",
	}, files); d != "" {
		t.Error(d)
	}
	if _, err := os.Stat(filepath.Join(dir, "dark_cal", "2016_may")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the empty directory 2016_may is still there: %v", err)
	}
}

func TestWriteWithoutChangeRewritesNothing(t *testing.T) {
	dir := t.TempDir()
	tree := treeOf(t, "dark_cal/index.html", "one", "dark_cal/assets/a.css", "a")
	write(t, tree, dir)
	before := stamps(t, dir)
	if got := write(t, tree, dir); got.Unchanged != 2 || len(got.Added)+len(got.Changed)+len(got.Removed) != 0 {
		t.Errorf("a second write changed something: %+v", got)
	}
	if d := cmp.Diff(before, stamps(t, dir)); d != "" {
		t.Errorf("files were rewritten:\n%s", d)
	}
}

// stamps tell rewritten files apart by their inode.
func stamps(t *testing.T, dir string) map[string]bool {
	t.Helper()
	seen := map[string]bool{}
	for name := range onDisk(t, dir) {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		seen[name+info.ModTime().Format("15:04:05.000000000")] = true
	}
	return seen
}

func TestWriteRefusesToReplaceWhatIsNotOurs(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "dark_cal/index.html", "written by hand")
	before := onDisk(t, dir)
	_, err := treeOf(t, "dark_cal/index.html", "ours", "dark_cal/assets/a.css", "a").Write(dir)
	if err == nil || !strings.Contains(err.Error(), "dark_cal/index.html") {
		t.Fatalf("got %v, want an error that names the file", err)
	}
	if d := cmp.Diff(before, onDisk(t, dir)); d != "" {
		t.Errorf("something was changed:\n%s", d)
	}
	// A file with just the bytes we want is taken over.
	put(t, dir, "dark_cal/index.html", "ours")
	if got := write(t, treeOf(t, "dark_cal/index.html", "ours"), dir); got.Unchanged != 1 {
		t.Errorf("an equal file was not taken over: %+v", got)
	}
	if got := write(t, newTree(), dir); len(got.Removed) != 1 {
		t.Errorf("a file that was taken over is not removed: %+v", got)
	}
}

func TestWriteRepairsDamage(t *testing.T) {
	dir := t.TempDir()
	tree := treeOf(t, "dark_cal/index.html", "right", "dark_cal/2015_dec/index.html", "dec")
	write(t, tree, dir)
	put(t, dir, "dark_cal/index.html", "wrong") // as long as before
	os.RemoveAll(filepath.Join(dir, "dark_cal", "2015_dec"))
	got := write(t, tree, dir)
	if d := cmp.Diff(Changes{Added: []string{"dark_cal/2015_dec/index.html"}, Changed: []string{"dark_cal/index.html"}}, got); d != "" {
		t.Error(d)
	}
}

// A write that stops half-way must leave nothing that the next write takes for
// somebody else's.
func TestInterruptedWriteIsContinued(t *testing.T) {
	dir := t.TempDir()
	write(t, treeOf(t, "dark_cal/index.html", "old", "dark_cal/gone.html", "gone"), dir)
	broken := treeOf(t, "dark_cal/index.html", "new", "dark_cal/assets/a.css", "a")
	opened := 0
	broken.add("dark_cal/image.fits", file{size: 3, open: func() (io.ReadCloser, error) {
		if opened++; opened > 1 {
			return nil, errors.New("the disk went away")
		}
		return io.NopCloser(strings.NewReader("abc")), nil
	}})
	if _, err := broken.Write(dir); err == nil || !strings.Contains(err.Error(), "the disk went away") {
		t.Fatalf("got %v", err)
	}
	write(t, treeOf(t, "dark_cal/index.html", "newer", "dark_cal/assets/a.css", "changed", "dark_cal/image.fits", "abc"), dir)
	files := onDisk(t, dir)
	delete(files, ManifestFile)
	if d := cmp.Diff(map[string]string{"dark_cal/index.html": "newer", "dark_cal/assets/a.css": "changed", "dark_cal/image.fits": "abc"}, files); d != "" {
		t.Error(d)
	}
}

func TestWriteNoticesAChangedSource(t *testing.T) {
	dir := t.TempDir()
	tree := newTree()
	content := "first"
	tree.add("dark_cal/image.fits", file{size: 5, open: func() (io.ReadCloser, error) {
		r := io.NopCloser(strings.NewReader(content))
		content = "later"
		return r, nil
	}})
	if _, err := tree.Write(dir); err == nil || !strings.Contains(err.Error(), "changed") {
		t.Errorf("got %v", err)
	}
	if files := onDisk(t, dir); files["dark_cal/image.fits"] != "" {
		t.Errorf("a file of two halves was published: %q", files["dark_cal/image.fits"])
	}
}

func TestWriteStaysInside(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	put(t, outside, "precious.html", "precious")
	if err := os.Mkdir(filepath.Join(dir, "dark_cal"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "dark_cal", "2015_dec")); err != nil {
		t.Fatal(err)
	}
	if _, err := treeOf(t, "dark_cal/2015_dec/precious.html", "ours").Write(dir); err == nil {
		t.Error("a symbolic link led the write outside")
	}
	if got := onDisk(t, outside)["precious.html"]; got != "precious" {
		t.Errorf("the file outside is now %q", got)
	}
}

func TestManifestRefusals(t *testing.T) {
	sum := strings.Repeat("0", 64)
	for name, text := range map[string]string{
		"no hash":    "index.html\n",
		"short hash": "00  index.html\n",
		"leads away": sum + "  ../index.html\n",
		"absolute":   sum + "  /etc/passwd\n",
		"itself":     sum + "  .darksite-manifest\n",
	} {
		dir := t.TempDir()
		put(t, dir, ManifestFile, text)
		if _, err := treeOf(t, "dark_cal/index.html", "x").Write(dir); err == nil || !strings.Contains(err.Error(), "line 1") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func FuzzParseManifest(f *testing.F) {
	f.Add([]byte(strings.Repeat("a", 64) + "  2015_dec/index.html\n"))
	f.Add([]byte(strings.Repeat("0", 64) + "  ../../etc/passwd\n"))
	f.Add([]byte("\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := parseManifest(data)
		if err != nil {
			return
		}
		for path := range m {
			if !fs.ValidPath(path) || !strings.HasPrefix(path, Section+"/") {
				t.Errorf("%q leads away", path)
			}
		}
		again, err := parseManifest(m.marshal())
		if err != nil || !bytes.Equal(m.marshal(), again.marshal()) {
			t.Errorf("what was written reads differently: %v", err)
		}
	})
}

func TestTreeRefusesPathsThatCollide(t *testing.T) {
	tree := treeOf(t, "dark_cal/2015_dec/index.html", "x")
	for _, path := range []string{"dark_cal/2015_dec/index.html", "dark_cal/2015_DEC/index.html", "index.html", "dark_cal/../x", "/dark_cal/x", "dark_cal"} {
		if err := tree.addBytes(path, nil); err == nil {
			t.Errorf("%q was accepted", path)
		}
	}
}
