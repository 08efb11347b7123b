package site

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"darksite/internal/filename"
	"darksite/internal/filename/filenametest"
	"darksite/internal/legacy"
	"darksite/internal/view"
	"darksite/processing/chandra"
)

// A tree can be copied to any disk: no two names are one anywhere.
func TestCase07NoTwoNamesDifferByCaseAlone(t *testing.T) {
	in := inputs(sample("2015355", 3, 1), sample("2010301", 2, 0.7))
	in.Addresses = Addresses{byID: map[chandra.ID]string{"2015355": "2015_dec", "2010301": "2010_OCT_2"}}
	in.Legacy = []OldReport{oldReportOf("2000_NOV", "2000326", "report.html", "Report.html", "a/x.gif", "A/y.gif")}
	tree, err := drawAndBuild(in)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write(t, tree, dir)
	keys := map[string]string{}
	err = filepath.WalkDir(dir, func(p string, _ os.DirEntry, err error) error {
		if other, taken := keys[filename.Key(p)]; taken {
			t.Errorf("%s and %s differ in case alone", p, other)
		}
		keys[filename.Key(p)] = p
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(tree.Warnings, "\n"); !strings.Contains(got, "2000_NOV/Report.html") || !strings.Contains(got, "2000_NOV/A/y.gif") {
		t.Errorf("what is left out was not said: %s", got)
	}
	for _, p := range []string{"dark_cal/2000_NOV/Report.html", "dark_cal/2000_NOV/A/y.gif", "dark_cal/2015_DEC/index.html"} {
		if _, err := tree.WithTwins().ReadFile(p); err != nil {
			t.Errorf("places that tell case apart do not get %s", p)
		}
	}
	for _, pair := range [][2]string{
		{"dark_cal/memo/index.html", "dark_cal/Memo/index.html"}, {"dark_cal/a/x.txt", "dark_cal/A/y.txt"},
		{"dark_cal/caf\u00e9.html", "dark_cal/cafe\u0301.html"}, {"dark_cal/x", "dark_cal/X/y"}, {"dark_cal/x/y", "dark_cal/X"},
	} {
		tree := treeOf(t, pair[0], "1")
		if err := tree.addBytes(pair[1], []byte("2")); err == nil || !strings.Contains(err.Error(), "rename") {
			t.Errorf("%q: %v", pair, err)
		}
	}
	for _, name := range []string{"a.", "a ", "con.html", "NUL", "a:b.txt", "what?.html", "a|b", "<x>", `a"b`, "a\tb", strings.Repeat("x", 256)} {
		if err := newTree().addBytes("dark_cal/"+name, nil); err == nil {
			t.Errorf("%q was taken", name)
		}
	}
}

// What an earlier darksite wrote with both names is put right, and on a disk that
// ignores case the page itself is never removed.
func TestCase08TreesOfBefore(t *testing.T) {
	old := treeOf(t, "dark_cal/index.html", "i", "dark_cal/2016_may/index.html", "page", "dark_cal/2016_may/image.fits", "map")
	old.files["dark_cal/2016_MAY/index.html"] = file{data: []byte("leads on"), size: 8}
	next := treeOf(t, "dark_cal/index.html", "i", "dark_cal/2016_may/index.html", "page", "dark_cal/2016_may/image.fits", "map")
	upper := treeOf(t, "dark_cal/index.html", "i", "dark_cal/2016_MAY/index.html", "page, new", "dark_cal/2016_MAY/image.fits", "map")
	check := func(t *testing.T, dir string, tree *Tree) {
		t.Helper()
		for range 2 {
			write(t, tree, dir)
			for _, p := range tree.Paths() {
				got, err := os.ReadFile(filepath.Join(dir, p))
				want, _ := tree.ReadFile(p)
				if err != nil || string(got) != string(want) {
					t.Errorf("%s: %q, %v", p, got, err)
				}
			}
		}
	}
	for _, disk := range []string{"tells case apart", "ignores case"} {
		t.Run(disk, func(t *testing.T) {
			dir := t.TempDir()
			if disk == "ignores case" {
				dir = filenametest.Folding(t)
			}
			if _, err := old.Write(dir); err != nil {
				t.Fatal(err)
			}
			check(t, dir, next)
			entries, _ := os.ReadDir(filepath.Join(dir, "dark_cal"))
			if n := len(entries); n != 3 {
				t.Errorf("%d entries: %v", n, entries)
			}
			check(t, dir, upper) // month_case = "upper"
			check(t, dir, next)
		})
	}
}

// No redirect of a tree leads to itself, by whatever way.
func TestCase06NoRedirectLeadsToItself(t *testing.T) {
	for i, c := range []struct {
		pages map[string]string
		want  string
	}{
		{map[string]string{"a/index.html": "../a/index.html"}, "a/index.html"},
		{map[string]string{"a/index.html": "../b/index.html", "b/index.html": "../a/index.html"}, "never arrives"},
		{map[string]string{"a/index.html": "../b/index.html", "b/index.html": "../c/index.html", "c/index.html": "../b/index.html"}, "never arrives"},
		{map[string]string{"a/index.html": "https://example.org/x/dark_cal/a/"}, "never arrives"},
		{map[string]string{"a/index.html": "../b/index.html", "b/index.html": ""}, ""},
	} {
		tree := newTree()
		for p, to := range c.pages {
			page := []byte("<p>arrived")
			if to != "" {
				page = fmt.Appendf(nil, `<meta http-equiv="Refresh" content='0;URL="%s"'>`, to)
			}
			if err := tree.addBytes("dark_cal/"+p, page); err != nil {
				t.Fatal(err)
			}
		}
		err := checkLinks(tree, view.Settings{BaseURL: "https://example.org/x/"}, nil, nil)
		if (err != nil) != (c.want != "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%d: %v, want %q", i, err, c.want)
		}
	}
	// An old report may lead nowhere: that is said.
	in := inputs()
	in.Legacy = []OldReport{oldReportOf("2009_oct", "2009279", "index.html")}
	in.Legacy[0].Open = openText(`<META HTTP-EQUIV=refresh CONTENT="0 url=../2009_OCT/">`)
	in.Legacy[0].Files[0].Bytes = int64(len(`<META HTTP-EQUIV=refresh CONTENT="0 url=../2009_OCT/">`))
	if tree, err := drawAndBuild(in); err == nil && !strings.Contains(strings.Join(tree.Warnings, "\n"), "never arrives") {
		t.Errorf("warnings: %q", tree.Warnings)
	} else if err != nil && !strings.Contains(err.Error(), "never arrives") {
		t.Error(err)
	}
}

// openText gives one text for every file of an old report.
func openText(text string) func(legacy.File) (io.ReadCloser, error) {
	return func(legacy.File) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }
}
