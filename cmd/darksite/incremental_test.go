package main

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"darksite/internal/shared"
	"darksite/processing/artifact"
	"darksite/processing/ccd"
	"darksite/processing/chandra"
)

// quietly runs the program in a site directory, in a process of its own.
func quietly(t *testing.T, dir string, args ...string) {
	t.Helper()
	if out, err := program(t, append([]string{"-C", dir, "-q"}, args...)...).CombinedOutput(); err != nil {
		t.Fatalf("darksite %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// treeOf has the contents of all files below a directory.
func treeOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(p)
		files[strings.TrimPrefix(p, dir)] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// smallMap puts a calibration in an archive whose pixels follow from the seed.
func smallMap(t *testing.T, archive string, id chandra.ID, seed uint64) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 3))
	image := make([]float32, ccd.ACA.Pixels())
	for i := range image {
		image[i] = float32(5 + i%7)
	}
	for range 2000 {
		image[r.IntN(len(image))] = float32(r.IntN(5000))
	}
	c, images := artifact.FromImage(ccd.ACA, id, image, nil)
	temp := -10 - float64(seed%7)
	c.Facts.CCDTemp, c.Facts.CCDTempSource = &temp, "info.csv"
	c.Provenance = artifact.Provenance{Tool: "test", Version: "1", Settings: map[string]string{}, Inputs: []artifact.Input{}}
	if err := c.Correct(); err != nil {
		t.Fatal(err)
	}
	files, err := artifact.Encode(c, images)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := artifact.Save(archive, id, files); err != nil {
		t.Fatal(err)
	}
}

// TestIncrementalIsClean: whatever is edited in whatever order, and whichever
// byte of the cache is wrong, a build comes to what a first build comes to.
func TestIncrementalIsClean(t *testing.T) {
	edits := 12
	if os.Getenv("DARKSITE_NIGHTLY") != "" {
		edits = 1000
	}
	if testing.Short() {
		edits = 6
	}
	seed := shared.Seed(t)
	r := rand.New(rand.NewPCG(seed, 1))
	dir := t.TempDir()
	archive := filepath.Join(dir, "archive", "aca_dark")
	ids := []chandra.ID{"2010288", "2010301", "2015355", "2016125"}
	for i, id := range ids[:2] {
		smallMap(t, archive, id, uint64(i))
	}
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
		return name
	}
	drop := func(name string) string {
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		return name + " gone"
	}
	id := func() chandra.ID { return ids[r.IntN(len(ids))] }
	toggle := func(name, content string) string {
		if r.IntN(3) == 0 {
			return drop(name)
		}
		return write(name, content)
	}
	actions := []func() string{
		func() string { // add or change
			i := id()
			smallMap(t, archive, i, r.Uint64N(3))
			return "map of " + string(i)
		},
		func() string {
			if kept, err := artifact.List(archive); err != nil || len(kept) < 2 {
				return "nothing"
			}
			drop("content/dark_cal/more.md") // its link would be dead
			return drop(filepath.Join("archive", "aca_dark", string(id())))
		},
		func() string {
			return toggle(fmt.Sprintf("content/notes/%s.md", id()), fmt.Sprintf("# Note %d\n\n$x^%d$\n", r.IntN(3), r.IntN(3)))
		},
		func() string {
			return toggle(fmt.Sprintf("content/signoff/%s.toml", id()), fmt.Sprintf("by = \"A%d\"\ndate = 2016-05-0%d\ndecision = \"accept\"\nreason = \"r\"\nverdict = \"good\"\nrules = 2026-11-22\n", r.IntN(2), 1+r.IntN(3)))
		},
		func() string {
			return toggle("layouts/_partials/footer.html", fmt.Sprintf("<footer class=\"bottom\"><p>foot %d</p></footer>\n", r.IntN(3)))
		},
		func() string {
			return toggle("content/dark_cal/glossary.md", fmt.Sprintf("---\ntitle: Words %d\nweight: 30\n---\n\nNone.\n", r.IntN(2)))
		},
		func() string {
			return toggle("static/dark_cal/assets/extra.css", fmt.Sprintf("p { top: %dpx }\n", r.IntN(3)))
		},
		func() string {
			return write("site.toml", fmt.Sprintf("[site]\ntitle = \"T%d\"\n[pages]\ncommon_temp_c = -1%d\n", r.IntN(2), r.IntN(3)))
		},
		func() string { // pages and files of a user's own, which lean on those of calibrations
			for _, i := range ids {
				// The second calibration of a month has another address.
				if _, err := os.Stat(filepath.Join(archive, string(i))); err == nil && i != ids[1] {
					return toggle("content/dark_cal/more.md", fmt.Sprintf("---\ntitle: More\n---\n\n[it](/dark_cal/%s/)\n", i.Month()))
				}
			}
			return "nothing"
		},
		func() string { return toggle("content/dark_cal/2015_dec/extra.txt", "beside a page") },
		func() string { return drop("comparison") },
		func() string { // what a person does to public/
			var files []string
			for p := range treeOf(t, filepath.Join(dir, "public")) {
				if !strings.HasSuffix(p, "manifest") {
					files = append(files, p)
				}
			}
			slices.Sort(files)
			return drop(filepath.Join("public", files[r.IntN(len(files))]))
		},
		func() string { // a bit of the cache turns
			files, err := filepath.Glob(filepath.Join(dir, ".darksite", "cache", "*"))
			if err != nil || len(files) == 0 {
				return "no cache"
			}
			p := files[r.IntN(len(files))]
			content, err := os.ReadFile(p)
			if err != nil || len(content) == 0 {
				return "no cache"
			}
			at := r.IntN(len(content))
			content[at] ^= 1 << r.IntN(8)
			if err := os.WriteFile(p, content, 0o666); err != nil {
				t.Fatal(err)
			}
			return fmt.Sprintf("byte %d of %s", at, filepath.Base(p))
		},
		func() string { return "no change" },
	}
	quietly(t, dir, "build")
	var done []string
	for n := range edits {
		if n%50 == 49 {
			t.Logf("edit %d of %d", n+1, edits)
		}
		for range 1 + r.IntN(3) {
			done = append(done, actions[r.IntN(len(actions))]())
		}
		quietly(t, dir, "build")
		clean := filepath.Join(t.TempDir(), "clean")
		if err := os.CopyFS(clean, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		for _, gone := range []string{"public", "comparison", ".darksite"} {
			if err := os.RemoveAll(filepath.Join(clean, gone)); err != nil {
				t.Fatal(err)
			}
		}
		quietly(t, clean, "build")
		want, got := treeOf(t, filepath.Join(clean, "public")), treeOf(t, filepath.Join(dir, "public"))
		for p, content := range want {
			if got[p] != content {
				t.Errorf("%s differs from that of a clean build", p)
			}
		}
		for p := range got {
			if _, ok := want[p]; !ok {
				t.Errorf("%s is not in a clean build", p)
			}
		}
		if t.Failed() {
			t.Fatalf("after %s", strings.Join(done, "; "))
		}
		if err := os.RemoveAll(clean); err != nil {
			t.Fatal(err)
		}
	}
}
