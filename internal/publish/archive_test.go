package publish

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Archives are what tar and unzip take them for, and the same tree gives the
// same bytes.
func TestArchive(t *testing.T) {
	one, two := site("one", "2015_dec"), site("two", "2015_dec", "2016_may")
	for name, unpack := range map[string][]string{
		"x.tar.gz": {"tar", "-xzf"},
		"x.zip":    {"python3", "-m", "zipfile", "-e"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, name)
			a := must(NewArchive(file))
			if c, err := a.Plan(background, one, Options{}); err != nil || len(c.Added) != len(one)+1 {
				t.Errorf("%+v, %v", c, err)
			}
			if _, err := os.Stat(file); err == nil {
				t.Error("the plan wrote the file")
			}
			if _, err := a.Publish(background, one, Options{}); err != nil {
				t.Fatal(err)
			}
			first := must(os.ReadFile(file))
			os.Remove(file)
			if _, err := a.Publish(background, one, Options{}); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(first, must(os.ReadFile(file))) {
				t.Error("the same tree gives other bytes")
			}
			if c, err := a.Publish(background, one, Options{}); err != nil || !c.Nothing() {
				t.Errorf("the same again: %+v, %v", c, err)
			}
			c, err := a.Plan(background, two, Options{})
			if err != nil || len(c.Added) != 3 || len(c.Changed) != 5 || c.Unchanged != 1 || len(c.Numbers) != 0 {
				t.Errorf("%+v, %v", c, err)
			}
			longer := site("longer", "2015_dec")
			if c, err = a.Plan(background, longer, Options{}); err != nil || len(c.Numbers) != 1 || c.Numbers[0].Name != "statistics.median" {
				t.Errorf("%+v, %v", c, err)
			}
			if _, err := a.Publish(background, two, Options{}); err != nil {
				t.Fatal(err)
			}
			if _, err := a.Publish(background, one, Options{}); !errors.Is(err, ErrFewer) {
				t.Errorf("fewer: %v", err)
			}
			if left, _ := filepath.Glob(filepath.Join(dir, ".*")); left != nil {
				t.Errorf("left are %q", left)
			}
			out := t.TempDir()
			program, err := exec.LookPath(unpack[0])
			if err != nil {
				t.Skip(err)
			}
			cmd := exec.Command(program, append(unpack[1:], file)...)
			if strings.HasSuffix(name, ".zip") {
				cmd.Args = append(cmd.Args, out)
			}
			cmd.Dir = out
			if said, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, said)
			}
			wantTree(t, out, published(two))
			// What is not ours stays.
			for _, theirs := range []string{"no archive", ""} {
				put(t, dir, name, theirs)
				if _, err := a.Publish(background, one, Options{}); !errors.Is(err, ErrForeign) {
					t.Errorf("%q was replaced: %v", theirs, err)
				}
				if got := string(must(os.ReadFile(file))); got != theirs {
					t.Errorf("now it is %q", got)
				}
			}
			if _, err := a.Publish(background, one, Options{Adopt: true}); err != nil {
				t.Error(err)
			}
		})
	}
}

// A source that changes under way leaves the archive as it was.
func TestArchiveOfChangedSource(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.zip")
	a := must(NewArchive(file))
	if _, err := a.Publish(background, site("one", "2015_dec"), Options{}); err != nil {
		t.Fatal(err)
	}
	before := must(os.ReadFile(file))
	if _, err := a.Publish(background, lying{site("two", "2015_dec")}, Options{}); err == nil {
		t.Error("it was published")
	}
	if !bytes.Equal(before, must(os.ReadFile(file))) {
		t.Error("the archive changed")
	}
}

// lying is a tree whose last file is not what it says.
type lying struct{ memory }

func (l lying) Files() []File {
	files := l.memory.Files()
	files[len(files)-1].SHA256 = strings.Repeat("0", 64)
	return files
}

func TestDirectoryOfChangedSource(t *testing.T) {
	dir := t.TempDir()
	one := site("one", "2015_dec")
	publish(t, target(dir), one, Options{})
	if _, err := target(dir).Publish(background, lying{site("two", "2015_dec")}, Options{}); err == nil {
		t.Error("it was published")
	}
	wantTree(t, dir, published(one))
}
