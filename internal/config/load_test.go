package config

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	c, err := Load(dir, "", "")
	if err != nil || !reflect.DeepEqual(c, Default(dir)) {
		t.Errorf("no file: %+v, %v", c, err)
	}
	write(t, filepath.Join(dir, "site.toml"), "[site]\ntitle = 'one'\n")
	write(t, filepath.Join(dir, "other.toml"), "[site]\ntitle = 'two'\n")
	for _, file := range []string{"", "other.toml", filepath.Join(dir, "other.toml")} {
		c, err := Load(dir, file, "")
		want := "two"
		if file == "" {
			want = "one"
		}
		if err != nil || c.Site.Title != want {
			t.Errorf("%q: title %q, %v; want %q", file, c.Site.Title, err, want)
		}
		if c.File == "" || c.DataDir() != filepath.Join(dir, "data") {
			t.Errorf("%q: file %q, data %q", file, c.File, c.DataDir())
		}
	}
	t.Chdir(dir)
	if c, err := Load(".", "", ""); err != nil || !filepath.IsAbs(c.PublicDir()) || c.File != "site.toml" {
		t.Errorf("in the directory: %+v, %v", c, err)
	}
}

func TestLoadRefuses(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "long.toml"), strings.Repeat("#\n", sizeLimit/2+1))
	write(t, filepath.Join(dir, "wrong.toml"), "[site]\ntitel = 'x'\n")
	for _, c := range []struct{ name, dir, file, want string }{
		{"no directory", filepath.Join(dir, "nowhere"), "", "nowhere: no such directory"},
		{"a file for it", filepath.Join(dir, "long.toml"), "", "long.toml: no such directory"},
		{"no file", dir, "absent.toml", "absent.toml: no such file"},
		{"a directory", dir, ".", "is a directory"},
		{"too long", dir, "long.toml", "more than 16384 bytes"},
		{"wrong", dir, "wrong.toml", "wrong.toml: line 2: unknown key titel"},
	} {
		_, err := Load(c.dir, c.file, "")
		var e *Error
		if !errors.As(err, &e) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want an *Error with %q", c.name, err, c.want)
		}
	}
}
