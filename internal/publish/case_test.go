package publish

import (
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"darksite/internal/filename"
	"darksite/internal/filename/filenametest"
)

// folding is a disk that does not tell upper from lower case, as exFAT: a name that is
// there in any case is the one that was given first.
type folding struct{ disk }

// name is a path as the disk has it.
func (f folding) name(p string) string {
	at := "."
	for part := range strings.SplitSeq(path.Clean(p), "/") {
		if entries, err := f.disk.ReadDir(at); err == nil {
			for _, e := range entries {
				if filename.Key(e.Name()) == filename.Key(part) {
					part = e.Name()
				}
			}
		}
		at = path.Join(at, part)
	}
	return at
}

func (f folding) Lstat(n string) (fs.FileInfo, error)     { return f.disk.Lstat(f.name(n)) }
func (f folding) Open(n string) (io.ReadCloser, error)    { return f.disk.Open(f.name(n)) }
func (f folding) ReadDir(n string) ([]fs.DirEntry, error) { return f.disk.ReadDir(f.name(n)) }
func (f folding) Mkdir(n string, p fs.FileMode) error     { return f.disk.Mkdir(f.name(n), p) }
func (f folding) Create(n string, p fs.FileMode) (output, error) {
	return f.disk.Create(f.name(n), p)
}
func (f folding) Link(a, b string) error              { return f.disk.Link(f.name(a), f.name(b)) }
func (f folding) Rename(a, b string) error            { return f.disk.Rename(f.name(a), f.name(b)) }
func (f folding) Remove(n string) error               { return f.disk.Remove(f.name(n)) }
func (f folding) SetTime(n string, t time.Time) error { return f.disk.SetTime(f.name(n), t) }
func (f folding) Touch(n string) error                { return f.disk.Touch(f.name(n)) }
func (f folding) Chmod(n string, p fs.FileMode) error { return f.disk.Chmod(f.name(n), p) }
func (f folding) Chgrp(n, like string) error          { return f.disk.Chgrp(f.name(n), f.name(like)) }
func (f folding) Inherits(n string) bool              { return f.disk.Inherits(f.name(n)) }
func (f folding) Sync(n string) error                 { return f.disk.Sync(f.name(n)) }
func (f folding) Lock(n string) (func(), error)       { return f.disk.Lock(f.name(n)) }

// aliases are pages at the other case of the addresses of a site.
func aliases(m memory) memory {
	apart := memory{}
	for p := range m {
		if path.Base(p) == "index.html" && path.Dir(p) != Section {
			dir := path.Base(path.Dir(p))
			apart[Section+"/"+otherCase(dir)+"/index.html"] = `<meta http-equiv="refresh" content="0; url=../` + dir + `/index.html"><a href="../` + dir + `/index.html">`
		}
	}
	return apart
}

// with is a tree with others.
func with(trees ...memory) memory {
	all := memory{}
	for _, m := range trees {
		maps.Copy(all, m)
	}
	return all
}

// wantFolded compares what is under the paths of a tree, whatever the disk calls them,
// and that nothing else is there.
func wantFolded(t *testing.T, dir string, want memory) {
	t.Helper()
	got := map[string]string{}
	for p, content := range contents(t, dir) {
		got[filename.Key(p)] = content
	}
	for p, content := range want {
		if got[filename.Key(p)] != content {
			t.Errorf("%s is %.60q, want %.60q", p, got[filename.Key(p)], content)
		}
		delete(got, filename.Key(p))
	}
	for p := range got {
		t.Errorf("%s is too much", p)
	}
}

// Pages at the other case of an address come to a directory that tells case apart,
// and live there through everything that becomes of it.
func TestCase07AliasesLive(t *testing.T) {
	dir := scratch(t)
	d := target(dir)
	one, two := site("one", "2015_dec"), site("two", "2015_dec", "2016_may")
	for range 2 {
		publish(t, d, one, Options{Apart: aliases(one)})
		wantTree(t, dir, published(with(one, aliases(one))))
	}
	publish(t, d, two, Options{Apart: aliases(two)})
	wantTree(t, dir, published(with(two, aliases(two))))
	if c := publish(t, d, two, Options{Apart: aliases(two)}); !c.Nothing() {
		t.Errorf("the same again: %+v", c)
	}
	if _, err := d.Rollback(background, 0, Options{}); err != nil {
		t.Fatal(err)
	}
	wantTree(t, dir, published(with(one, aliases(one))))
	v, err := d.Verify(background)
	if err != nil || len(v.Problems) > 0 || v.Foreign != 0 {
		t.Errorf("%+v, %v", v, err)
	}
	live, _, err := d.Live()
	if err != nil || !Holds(live, one.Files()) || Holds(live, two.Files()) || Holds(live, site("on", "2015_dec").Files()) {
		t.Errorf("%v: what is published is not recognized", err)
	}
	// What somebody put at such an address stays, be it a link that leads on already.
	other := scratch(t)
	put(t, other, "index.html", "theirs")
	if err := os.MkdirAll(filepath.Join(other, Section), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("2015_dec", filepath.Join(other, Section, "2015_DEC")); err != nil {
		t.Fatal(err)
	}
	d = target(other)
	publish(t, d, two, Options{Apart: aliases(two), Adopt: true})
	if to, err := os.Readlink(filepath.Join(other, Section, "2015_DEC")); err != nil || to != "2015_dec" {
		t.Errorf("the link of somebody else: %q, %v", to, err)
	}
	if _, err := os.Stat(filepath.Join(other, Section, "2016_MAY/index.html")); err != nil {
		t.Error(err)
	}
}

// disks are those that do not tell case apart: one that is made up, with and without
// hard links, and a real one.
func disks(t *testing.T, test func(*testing.T, string, *Directory)) {
	for name, wrap := range map[string]func(disk) disk{
		"made up":          func(d disk) disk { return folding{swift{d}} },
		"made up, no link": func(d disk) disk { return linkless{folding{swift{d}}} },
		"exFAT":            nil,
	} {
		t.Run(name, func(t *testing.T) {
			dir := scratch(t)
			if wrap == nil {
				dir = filenametest.Folding(t)
			}
			d := target(dir)
			d.wrap = wrap
			test(t, dir, d)
		})
	}
}

// On a disk that ignores case no page is ever overwritten by one that leads to it, or
// removed for one.
func TestCase07DisksThatIgnoreCase(t *testing.T) {
	one, two := site("one", "2015_dec"), site("second", "2015_dec", "2016_may")
	disks(t, func(t *testing.T, dir string, d *Directory) {
		publish(t, d, one, Options{Apart: aliases(one)})
		wantFolded(t, dir, published(one))
		publish(t, d, two, Options{Apart: aliases(two)})
		wantFolded(t, dir, published(two))
		if c := publish(t, d, two, Options{Apart: aliases(two)}); !c.Nothing() {
			t.Errorf("the same again: %+v", c)
		}
		if _, err := d.Rollback(background, 0, Options{}); err != nil {
			t.Fatal(err)
		}
		wantFolded(t, dir, published(one))
		// An address that changes in case alone.
		upper := memory{}
		for p, content := range two {
			p = strings.ReplaceAll(p, "2016_may", "2016_MAY")
			// Of another size: the caches of FUSE take one size and time for one content.
			upper[p] = strings.ReplaceAll(content, "2016_may", "2016_MAY") + " "
		}
		for _, m := range []memory{two, upper, two, upper, one, upper} {
			publish(t, d, m, Options{AllowFewer: true})
			v, err := d.Verify(background)
			if err != nil || len(v.Problems) > 0 || v.Foreign != 0 {
				t.Errorf("%+v, %v", v, err)
			}
		}
	})
}

// A tree that an earlier darksite published had both names in its MANIFEST and in its
// releases. However it came to a disk that ignores case, nothing is lost.
func TestCase08TreesOfBefore(t *testing.T) {
	one, two := site("one", "2015_dec"), site("second", "2015_dec", "2016_may")
	disks(t, func(t *testing.T, dir string, d *Directory) {
		before := scratch(t)
		was := target(before)
		publish(t, was, with(one, aliases(one)), Options{}) // as before: both are in the tree
		publish(t, was, with(two, aliases(two)), Options{})
		for _, last := range []string{"page", "alias"} { // which of two a copy leaves
			if err := os.RemoveAll(filepath.Join(dir, Section)); err != nil {
				t.Fatal(err)
			}
			if err := os.RemoveAll(filepath.Join(dir, storeDir)); err != nil {
				t.Fatal(err)
			}
			copyFolded(t, before, dir, d, last == "alias")
			publish(t, d, two, Options{Apart: aliases(two)})
			wantFolded(t, dir, published(two))
			if _, err := d.Rollback(background, 1, Options{}); err != nil {
				t.Fatal(err)
			}
			got := contents(t, dir)
			delete(got, ManifestFile) // that of before names both
			for p, content := range one {
				found := false
				for q, c := range got {
					found = found || filename.Key(p) == filename.Key(q) && c == content
				}
				if !found {
					t.Errorf("after going back: %s is not as it was", p)
				}
			}
			publish(t, d, two, Options{Apart: aliases(two)})
			wantFolded(t, dir, published(two))
		}
	})
	// Where case is told apart they are kept, and belong to the target from then on.
	dir := scratch(t)
	d := target(dir)
	publish(t, d, with(two, aliases(two)), Options{})
	if c := publish(t, d, two, Options{Apart: aliases(two)}); !c.Nothing() {
		t.Errorf("%+v", c)
	}
	wantTree(t, dir, published(with(two, aliases(two))))
}

// copyFolded copies a target to a disk that ignores case, as cp does: of two names
// that are one there the later one overwrites the other.
func copyFolded(t *testing.T, from, to string, d *Directory, aliasLast bool) {
	t.Helper()
	s, done, err := d.open(true)
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	var names []string
	err = filepath.WalkDir(from, func(p string, e fs.DirEntry, err error) error {
		if rel, _ := filepath.Rel(from, p); err == nil && !e.IsDir() {
			names = append(names, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, pass := range []bool{false, true} {
		for _, name := range names {
			alias := strings.Contains(name, "_DEC/") || strings.Contains(name, "_MAY/")
			if alias != (pass == aliasLast) {
				continue
			}
			content, err := os.ReadFile(filepath.Join(from, name))
			if err != nil {
				t.Fatal(err)
			}
			if err := s.mkdirAll(path.Dir(name), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := s.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
				t.Fatal(err)
			}
			f, err := s.Create(name, 0o644)
			if err == nil {
				_, err = f.Write(content)
			}
			if err == nil {
				err = f.Close()
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

// Places whose case is not known get no such pages, and lose none that they show to be
// files of their own.
func TestCase08OtherTargets(t *testing.T) {
	two := site("two", "2015_dec", "2016_may")
	a := must(NewArchive(filepath.Join(t.TempDir(), "x.zip")))
	must(a.Publish(background, with(two, aliases(two)), Options{}))
	must(a.Publish(background, two, Options{Apart: aliases(two)}))
	content, err := a.read(background, []string{ManifestFile})
	if err != nil || string(content[ManifestFile]) != string(marshalManifest(two.Files())) {
		t.Errorf("%v: %s", err, content[ManifestFile])
	}

	dir := t.TempDir()
	address, _ := daemon(t, dir)
	r := must(NewRsync(address, ""))
	must(r.Publish(background, two, Options{Apart: aliases(two)}))
	wantTree(t, dir, published(two))
	os.RemoveAll(filepath.Join(dir, Section))
	// As an earlier darksite left it.
	must(r.Publish(background, with(two, aliases(two)), Options{}))
	must(r.Publish(background, two, Options{Apart: aliases(two)}))
	wantTree(t, dir, published(with(two, aliases(two))))
	// The same on a disk that ignores case: one of the two is all that there is.
	os.RemoveAll(filepath.Join(dir, Section, "2016_MAY"))
	os.RemoveAll(filepath.Join(dir, Section, "2015_DEC"))
	put(t, dir, "dark_cal/2016_may/index.html", aliases(two)["dark_cal/2016_MAY/index.html"])
	must(r.Publish(background, two, Options{Apart: aliases(two)}))
	wantTree(t, dir, published(two))
}

func TestAliasFileIsChecked(t *testing.T) {
	for _, text := range []string{"", "{}", `{"format": 2, "files": []}`, `{"format": 1, "files": [{"path": "../x", "content": ""}]}`,
		`{"format": 1, "files": [{"path": "dark_cal/x", "content": "*"}]}`, `{"format": 1, "files": [{"path": "dark_cal/x"}, {"path": "dark_cal/x"}]}`} {
		if _, err := parseAliases([]byte(text)); err == nil {
			t.Errorf("%s was taken", text)
		}
	}
}

func FuzzParseAliases(f *testing.F) {
	f.Add([]byte(`{"format": 1, "files": [{"path": "dark_cal/x", "content": "eA=="}]}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		m, err := parseAliases(content)
		if err != nil {
			return
		}
		for _, file := range m.Files() {
			if checkPath(file.Path) != nil {
				t.Errorf("%q", file.Path)
			}
			if err := checkContent(background, m, file); err != nil {
				t.Error(err)
			}
		}
	})
}
