package workspace

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"darksite/internal/config"
	"darksite/internal/digest"
)

// siteDir is a site directory with files, each empty.
func siteDir(t *testing.T, names ...string) *Workspace {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	c := config.Default(dir)
	c.Pages.MainPage, c.Quality.Rules = "main/index.html", "rules.toml"
	return Open(&c, "a test")
}

// A change concerns the nodes that read what has changed, and all that are made of
// these; nothing else is looked at.
func TestDirty(t *testing.T) {
	w := siteDir(t, "data/2015355/info.csv", "data/2016125/info.csv")
	nodes, err := (&making{w: w}).graph()
	if err != nil {
		t.Fatal(err)
	}
	const after = "addresses calibration pictures pages main page"
	for _, c := range []struct{ path, want string }{
		{"data/2015355/info.csv", "archive 2015355 comparison " + after},
		{"data/2015355", "archive 2015355 comparison " + after},
		{"data", "archive 2015355 archive 2016125 comparison " + after},
		{".", "archive 2015355 archive 2016125 comparison " + after},
		{"data/2015355.old/info.csv", "comparison " + after},
		{"archive/aca_dark/2015355/image.fits", "archive 2015355 comparison " + after},
		{"archive/aca_dark/1999123/image.fits", "comparison " + after}, // imported
		{"rules.toml", "comparison " + after},
		{"content/signoff/2015355.toml", "comparison " + after},
		{"addresses.json", after},
		{"legacy/2003_may/index.html", after},
		{"content/notes/2015355.md", "calibration pictures pages main page"},
		{"published/2003123.json", "calibration pictures pages main page"},
		{"content/dark_cal/help.md", "pages main page"},
		{"layouts/page.html", "pages main page"},
		{"main/index.html", "main page"},
		{"public/dark_cal/index.html", ""},
		{".darksite/cache/digests", ""},
	} {
		var got []string
		for i, dirty := range w.dirty(nodes, []string{filepath.Join(w.Dir, filepath.FromSlash(c.path))}) {
			if dirty {
				got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s", nodes[i].kind, nodes[i].id)))
			}
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: %s, want %s", c.path, s, c.want)
		}
	}
}

// A file counts once, wherever sources lie in each other, and directories that lead
// into themselves end.
func TestWalk(t *testing.T) {
	w := siteDir(t, "content/notes/2015355.md", "content/dark_cal/help.md", "elsewhere/a/b")
	if err := os.Symlink("..", filepath.Join(w.Dir, "content", "notes", "up")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(w.Dir, "elsewhere"), filepath.Join(w.Dir, "layouts")); err != nil {
		t.Fatal(err)
	}
	var read []string
	walked := walk{ctx: context.Background(), found: map[string]string{}, seen: map[string]bool{}, of: func(path string) (string, error) {
		read = append(read, w.Rel(path))
		return "a hash", nil
	}}
	for _, s := range w.Sources() {
		if err := walked.tree(s.Path); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(read)
	if want := []string{"content/dark_cal/help.md", "content/notes/2015355.md", "elsewhere/a/b"}; !slices.Equal(read, want) {
		t.Errorf("read %q, want %q", read, want)
	}
	if to := walked.found[filepath.Join(w.Dir, "layouts")+" ->"]; to != filepath.Join(w.Dir, "elsewhere") {
		t.Errorf("layouts leads to %q", to)
	}
	if what := walked.found[filepath.Join(w.Dir, "elsewhere", "a")]; what != directory {
		t.Errorf("a directory is %q: one that is empty counts", what)
	}
}

// What a link leads to is read under another name, of which the path says nothing:
// anything may be concerned.
func TestChangedBehindLinks(t *testing.T) {
	w := siteDir(t, "data/2015355/info.csv", "data/2016125.v2/info.csv", "content/rules/strict.toml", "public/dark_cal/.darksite-manifest")
	at := func(name string) string { return filepath.Join(w.Dir, filepath.FromSlash(name)) }
	for name, to := range map[string]string{"data/2016125": "2016125.v2", "rules.toml": "content/rules/strict.toml"} {
		if err := os.Symlink(to, at(name)); err != nil {
			t.Fatal(err)
		}
	}
	book, err := digest.Peek(at(".darksite/cache/digests"))
	if err != nil {
		t.Fatal(err)
	}
	r := &record{Book: book, program: "a test"}
	inputs := func() map[string]string {
		walked := walk{ctx: context.Background(), found: map[string]string{}, seen: map[string]bool{}, of: func(path string) (string, error) {
			content, err := os.ReadFile(path)
			return string(content), err
		}}
		for _, s := range w.Sources() {
			if err := walked.tree(s.Path); err != nil {
				t.Fatal(err)
			}
		}
		return walked.found
	}
	outputs, err := r.outputs(w)
	if err != nil {
		t.Fatal(err)
	}
	r.last = lastBuild{Schema: lastBuildSchema, Program: r.program, Inputs: inputs(), Outputs: outputs}
	for name, everything := range map[string]bool{"data/2015355/info.csv": false, "data/2016125.v2/info.csv": true, "content/rules/strict.toml": true} {
		if err := os.WriteFile(at(name), []byte("changed"), 0o666); err != nil {
			t.Fatal(err)
		}
		why, paths := r.changed(w, inputs(), nil)
		if why != filepath.FromSlash(name)+" changed" || everything != (paths == nil) {
			t.Errorf("%s: %q, %q", name, why, paths)
		}
		if err := os.WriteFile(at(name), nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// What others change in the archive while a build runs is for the next one.
func TestWrittenIsOfThisBuild(t *testing.T) {
	w := siteDir(t, "elsewhere/2016125/image.fits")
	if err := os.MkdirAll(filepath.Dir(w.ArchiveDir()), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(w.Dir, "elsewhere"), w.ArchiveDir()); err != nil {
		t.Fatal(err)
	}
	at := func(name string) string { return filepath.Join(w.Dir, filepath.FromSlash(name)) }
	const made, gone, theirs = "elsewhere/2016125/image.fits", "comparison/2016125/old", "elsewhere/2015355/image.fits"
	m := &making{w: w, own: map[string]string{at(gone): "before", at(theirs): "before"}}
	m.built.Steps = []Step{{Archive, "2016125", ""}, {Comparison, "2016125", ""}, {Addresses, "2016125", ""}}
	m.written(map[string]string{at(made): "now", at("addresses.json"): "now", at("elsewhere/2017001/image.fits"): "theirs"})
	want := map[string]string{at(made): "now", at("addresses.json"): "now", at(theirs): "before"}
	if !maps.Equal(m.own, want) {
		t.Errorf("%v, want %v", m.own, want)
	}
}

// A hash that is asked for of what may not be read, or has gone, is no error: whoever
// needs the file says so.
func TestWalkPassesByWhatCannotBeRead(t *testing.T) {
	w := siteDir(t, "data/1/a", "data/1/b", "data/1/c")
	walked := walk{ctx: context.Background(), found: map[string]string{}, seen: map[string]bool{}, of: func(path string) (string, error) {
		switch filepath.Base(path) {
		case "a":
			return "", os.ErrPermission
		case "b":
			return "", os.ErrNotExist
		}
		return "a hash", nil
	}}
	if err := walked.tree(w.DataDir()); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for path, sum := range walked.found {
		got[filepath.Base(path)] = sum
	}
	delete(got, "1")
	if len(got) != 2 || got["a"] != "unreadable" || got["c"] != "a hash" {
		t.Errorf("found %v", got)
	}
}

// A preview sees what changes behind a symbolic link in place, and a directory where a
// file may be.
func TestSignatureOf(t *testing.T) {
	w := siteDir(t, "elsewhere/2003123.json", "elsewhere/more/a")
	dir := filepath.Join(w.Dir, "elsewhere")
	if err := os.Symlink(dir, w.PublishedDir()); err != nil {
		t.Fatal(err)
	}
	last := signatureOf(w.PublishedDir())
	for _, do := range []func() error{
		func() error { return os.WriteFile(filepath.Join(dir, "2003123.json"), []byte("changed"), 0o666) },
		func() error { return os.WriteFile(filepath.Join(dir, "more", "a"), []byte("changed"), 0o666) },
		func() error { return os.Mkdir(filepath.Join(dir, "2003124.json"), 0o777) },
	} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
		now := signatureOf(w.PublishedDir())
		if now == last {
			t.Errorf("a change is not seen: %s", now)
		}
		last = now
	}
}

// A directory in the place of a sign-off is none that is missing.
func TestSignatureOfDirectory(t *testing.T) {
	w := siteDir(t, "content/signoff/2016125.toml")
	if err := os.Mkdir(w.beside(SignOffFile("2015355")), 0o777); err != nil {
		t.Fatal(err)
	}
	if signatureOf(w.beside(SignOffFile("2015355"))) == signatureOf(w.beside(SignOffFile("2016355"))) {
		t.Error("a directory is as if nothing was there")
	}
}
