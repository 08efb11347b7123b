package publish

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"darksite/internal/shared"
)

// modes are those of what lies in the section of a target.
func modes(t *testing.T, dir string) (files, dirs map[fs.FileMode]int) {
	t.Helper()
	files, dirs = map[fs.FileMode]int{}, map[fs.FileMode]int{}
	err := filepath.WalkDir(filepath.Join(dir, Section), func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		if e.IsDir() {
			dirs[info.Mode()&^fs.ModeDir]++
		} else {
			files[info.Mode()]++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files, dirs
}

func wantModes(t *testing.T, dir string, file, directory fs.FileMode) {
	t.Helper()
	files, dirs := modes(t, dir)
	if len(files) != 1 || files[file] == 0 || len(dirs) != 1 || dirs[directory] == 0 {
		t.Errorf("files %v, directories %v, want %v and %v", files, dirs, file, directory)
	}
}

// umask sets the process's until the test ends; these tests do not run in parallel.
func umask(t *testing.T, mask int) {
	old := syscall.Umask(mask)
	t.Cleanup(func() { syscall.Umask(old) })
}

// What is published can be read by all, whatever the umask of who publishes.
func TestCase33WhatIsPublishedCanBeRead(t *testing.T) {
	one, two := site("one", "2015_dec"), site("two", "2015_dec", "2016_may")
	for _, mask := range []int{0o022, 0o077, 0o027, 0o002, 0o777 &^ 0o700, 0} {
		t.Run(fmt.Sprintf("%03o", mask), func(t *testing.T) {
			umask(t, mask)
			dir := filepath.Join(scratch(t), "www")
			d := target(dir)
			publish(t, d, one, Options{})
			wantModes(t, dir, 0o644, 0o755)
			if info, _ := os.Stat(dir); info.Mode().Perm()&0o055 != 0o055 {
				t.Errorf("the target itself: %v", info.Mode())
			}
			if info, _ := os.Stat(filepath.Join(dir, storeDir)); info.Mode().Perm()&0o007 != 0 {
				t.Errorf("the store can be read by all: %v", info.Mode())
			}
			publish(t, d, two, Options{})
			if _, err := d.Rollback(background, 0, Options{}); err != nil {
				t.Fatal(err)
			}
			wantModes(t, dir, 0o644, 0o755)
		})
	}
}

// A publish mends what an earlier one left unread, also when nothing else is to do.
func TestCase33IsMended(t *testing.T) {
	one := site("one", "2015_dec")
	dir := scratch(t)
	d := target(dir)
	publish(t, d, one, Options{})
	spoil := func() {
		t.Helper()
		for p := range published(one) {
			if err := os.Chmod(filepath.Join(dir, p), 0o400); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(filepath.Dir(filepath.Join(dir, p)), 0o700); err != nil {
				t.Fatal(err)
			}
		}
	}
	spoil()
	v, err := d.Verify(background)
	if err != nil || len(v.Problems) != len(one)+4 || !strings.Contains(strings.Join(v.Problems, "\n"), "dark_cal/2015_dec/index.html: mode 0400: readers cannot read it") {
		t.Errorf("%+v, %v", v, err)
	}
	c, err := d.Plan(background, one, Options{})
	if err != nil || len(c.Mended) != len(one)+4 {
		t.Errorf("%+v, %v", c, err)
	}
	if files, _ := modes(t, dir); files[0o400] == 0 {
		t.Error("the plan changed something")
	}
	c = publish(t, d, one, Options{})
	if len(c.Mended) != len(one)+4 || !c.Nothing() {
		t.Errorf("%+v", c)
	}
	wantModes(t, dir, 0o644, 0o755)
	page := filepath.Join(dir, "dark_cal/2015_dec/index.html")
	if err := os.Chmod(page, 0); err != nil { // also what nobody at all can read
		t.Fatal(err)
	}
	publish(t, d, one, Options{})
	wantModes(t, dir, 0o644, 0o755)
	spoil()
	publish(t, d, site("two", "2015_dec"), Options{}) // new files beside mended ones
	if files, dirs := modes(t, dir); files[0o400] != 0 || dirs[0o700] != 0 {
		t.Errorf("%v %v", files, dirs)
	}
	if c := publish(t, d, site("two", "2015_dec"), Options{}); len(c.Mended) > 0 {
		t.Errorf("mended again: %v", c.Mended)
	}
}

// Directories that share their group with what is made in them keep doing so.
func TestCase33SharedGroups(t *testing.T) {
	umask(t, 0o077)
	for _, c := range []struct{ parent, want fs.FileMode }{
		{fs.ModeSetgid | 0o775, fs.ModeSetgid | 0o775}, {fs.ModeSetgid | 0o755, fs.ModeSetgid | 0o755}, {0o775, 0o755}, {0o1777, 0o755},
	} {
		dir := scratch(t)
		if err := os.Chmod(dir, c.parent); err != nil {
			t.Fatal(err)
		}
		if c.parent&fs.ModeSetgid != 0 && os.Getuid() == 0 {
			if err := os.Chown(dir, 0, 12345); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(dir, c.parent); err != nil {
				t.Fatal(err)
			}
		}
		d := target(dir)
		publish(t, d, site("one", "2015_dec"), Options{})
		wantModes(t, dir, 0o644, c.want)
		info, err := os.Stat(filepath.Join(dir, "dark_cal/2015_dec/image.fits"))
		if err != nil {
			t.Fatal(err)
		}
		if gid := info.Sys().(*syscall.Stat_t).Gid; c.parent&fs.ModeSetgid != 0 && os.Getuid() == 0 && gid != 12345 {
			t.Errorf("group %d", gid)
		}
		// What is there with more rights keeps them.
		if err := os.Chmod(filepath.Join(dir, Section), fs.ModeSetgid|0o775); err != nil {
			t.Fatal(err)
		}
		publish(t, d, site("two", "2015_dec", "2016_may"), Options{})
		if info, _ := os.Stat(filepath.Join(dir, Section)); info.Mode()&^fs.ModeDir != fs.ModeSetgid|0o775 {
			t.Errorf("rights were taken away: %v", info.Mode())
		}
		if info, _ := os.Stat(filepath.Join(dir, Section, "2016_may")); info.Mode()&^fs.ModeDir != fs.ModeSetgid|0o775 {
			t.Errorf("the group is not shared: %v", info.Mode())
		}
	}
}

// A setting says who reads.
func TestCase33Readers(t *testing.T) {
	umask(t, 0o022)
	for readers, want := range map[Readers][2]fs.FileMode{ReadersAll: {0o644, 0o755}, ReadersGroup: {0o640, 0o750}, ReadersUmask: {0o644, 0o755}} {
		dir := filepath.Join(scratch(t), "www")
		d := target(dir)
		d.readers = readers
		publish(t, d, site("one", "2015_dec"), Options{})
		publish(t, d, site("two", "2015_dec"), Options{})
		wantModes(t, dir, want[0], want[1])
	}
	syscall.Umask(0o077)
	dir := filepath.Join(scratch(t), "www")
	d := target(dir)
	d.readers = ReadersUmask
	publish(t, d, site("one", "2015_dec"), Options{})
	if c := publish(t, d, site("one", "2015_dec"), Options{}); len(c.Mended) > 0 {
		t.Errorf("%v", c.Mended)
	}
	wantModes(t, dir, 0o600, 0o700)
}

// Archives say the same of what is in them, and can be read themselves.
func TestCase33Archives(t *testing.T) {
	umask(t, 0o077)
	one := site("one", "2015_dec")
	for _, name := range []string{"x.zip", "x.tar.gz"} {
		file := filepath.Join(t.TempDir(), name)
		must(must(NewArchive(file)).Publish(background, one, Options{}))
		info, err := os.Stat(file)
		if err != nil || info.Mode() != 0o644 {
			t.Errorf("%v %v", info.Mode(), err)
		}
		got := map[string]fs.FileMode{}
		if name == "x.zip" {
			z, err := zip.OpenReader(file)
			if err != nil {
				t.Fatal(err)
			}
			defer z.Close()
			for _, f := range z.File {
				got[f.Name] = f.Mode()
			}
		} else {
			f, err := os.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			z, err := gzip.NewReader(f)
			if err != nil {
				t.Fatal(err)
			}
			for r := tar.NewReader(z); ; {
				h, err := r.Next()
				if errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					t.Fatal(err)
				}
				got[h.Name] = h.FileInfo().Mode()
			}
		}
		for p, mode := range got {
			if want := map[bool]fs.FileMode{true: fs.ModeDir | 0o755, false: 0o644}[strings.HasSuffix(p, "/")]; mode != want {
				t.Errorf("%s: %s has %v, want %v", name, p, mode, want)
			}
		}
		if len(got) != len(one)+1+3 {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// A daemon gets them too, and keeps what its directories have.
func TestCase33Rsync(t *testing.T) {
	shared.Slow(t)
	umask(t, 0o077)
	dir := t.TempDir()
	os.Chmod(dir, fs.ModeSetgid|0o775)
	address, _ := daemon(t, dir)
	r := must(NewRsync(address, ""))
	one, two := site("one", "2015_dec"), site("two", "2015_dec", "2016_may")
	must(r.Publish(background, one, Options{}))
	must(r.Publish(background, two, Options{}))
	wantModes(t, dir, 0o644, fs.ModeSetgid|0o775)
	for p := range published(two) {
		os.Chmod(filepath.Join(dir, p), 0o600)
		os.Chmod(filepath.Dir(filepath.Join(dir, p)), 0o700)
	}
	if c := must(r.Publish(background, two, Options{})); !c.Nothing() || len(c.Mended) == 0 {
		t.Errorf("%+v", c)
	}
	wantModes(t, dir, 0o644, 0o755)
	if c := must(r.Publish(background, two, Options{})); len(c.Mended) > 0 {
		t.Errorf("mended again: %v", c.Mended)
	}
}
