package publish

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

var background = context.Background()

func TestPublish(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "index.html", "the main page")
	put(t, dir, "other/a.html", "of somebody else")
	d := target(dir)
	one, two := site("one", "2015_dec"), site("two", "2015_dec", "2016_may")
	foreign := memory{"index.html": "the main page", "other/a.html": "of somebody else"}
	with := func(m memory) memory {
		all := published(m)
		maps.Copy(all, foreign)
		return all
	}
	c := publish(t, d, one, Options{})
	wantTree(t, dir, with(one))
	if c.Release != 1 || len(c.Added) != len(one)+1 || c.Calibrations != 1 || c.Before != 0 {
		t.Errorf("%+v", c)
	}
	c = publish(t, d, two, Options{})
	wantTree(t, dir, with(two))
	if c.Release != 2 || len(c.Added) != 3 || c.Unchanged != 1 || c.Calibrations != 2 || c.Before != 1 {
		t.Errorf("%+v", c)
	}
	if c = publish(t, d, two, Options{}); c.Release != 0 || !c.Nothing() {
		t.Errorf("the same again: %+v", c)
	}
	if _, err := d.Publish(background, one, Options{}); !errors.Is(err, ErrFewer) {
		t.Errorf("fewer calibrations: %v", err)
	}
	wantTree(t, dir, with(two))
	c = publish(t, d, one, Options{AllowFewer: true})
	wantTree(t, dir, with(one))
	if _, err := os.Stat(filepath.Join(dir, "dark_cal/2016_may")); err == nil || len(c.Removed) != 3 {
		t.Errorf("the removed calibration's directory is there; removed %q", c.Removed)
	}
	list, err := d.List()
	if err != nil || len(list) != 3 || list[0].State != "live" || list[0].Fewer == nil || *list[0].Fewer != (Fewer{2, 1}) {
		t.Errorf("%+v, %v", list, err)
	}
	if v, err := d.Verify(background); err != nil || len(v.Problems) > 0 || v.Files != len(one) || v.Release != 3 {
		t.Errorf("%+v, %v", v, err)
	}
}

// The published tree can be checked without darksite.
func TestManifest(t *testing.T) {
	sha256sum, err := exec.LookPath("sha256sum")
	if err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	publish(t, target(dir), site("one", "2015_dec", "2016_may"), Options{})
	elsewhere := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(elsewhere, os.DirFS(filepath.Join(dir, Section))); err != nil {
		t.Fatal(err)
	}
	check := exec.Command(sha256sum, "-c", "--strict", "MANIFEST")
	check.Dir = elsewhere
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestRollback(t *testing.T) {
	for name, wrap := range map[string]func(disk) disk{
		"links":    wrapSwift,
		"no links": func(d disk) disk { return linkless{swift{d}} },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			d := target(dir)
			d.wrap = wrap
			if _, err := d.Rollback(background, 0, Options{}); !errors.Is(err, ErrNoRelease) {
				t.Errorf("there was something to go back to: %v", err)
			}
			if _, err := os.Stat(filepath.Join(dir, storeDir)); err == nil {
				t.Error("a rollback that cannot be has made something in the directory")
			}
			var trees []memory
			rng := rand.New(rand.NewPCG(1, 2))
			for i := range 13 {
				m := random(rng)
				m["dark_cal/n.txt"] = fmt.Sprint(i)
				trees = append(trees, m)
				publish(t, d, m, Options{AllowFewer: true})
			}
			list, err := d.List()
			if err != nil || len(list) != kept || list[0].Number != 13 || list[kept-1].Number != 4 {
				t.Fatalf("%+v, %v", list, err)
			}
			if _, err := d.Rollback(background, 3, Options{}); !errors.Is(err, ErrNoRelease) {
				t.Errorf("a release that is too old: %v", err)
			}
			for i, back := range []int{0, 6, 13, 8, 9, 10} {
				c, err := d.Rollback(background, back, Options{})
				if err != nil {
					t.Fatal(err)
				}
				want := trees[11]
				if back > 0 {
					want = trees[back-1]
				}
				wantTree(t, dir, published(want))
				if c.Release != 14+i {
					t.Errorf("release %d, want %d", c.Release, 14+i)
				}
			}
			if v, err := d.Verify(background); err != nil || len(v.Problems) > 0 {
				t.Errorf("%+v, %v", v, err)
			}
			// What no release names is gone.
			used := map[string]bool{}
			s := &store{disk: rooted{must(os.OpenRoot(dir))}}
			all, _ := s.releases()
			for _, r := range all {
				for _, e := range r.Files {
					used[objectName(e.SHA256)] = true
				}
			}
			s.walk(objectDir, func(p string) error {
				if !used[p] {
					t.Errorf("%s is left", p)
				}
				delete(used, p)
				return nil
			})
			if len(used) > 0 {
				t.Errorf("%d objects are missing", len(used))
			}
		})
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// What is not ours is refused, left, or kept.
func TestForeign(t *testing.T) {
	tree := site("one", "2015_dec")
	for name, c := range map[string]struct {
		there   memory
		refused bool
		kept    memory // after --adopt, below displaced/
	}{
		"nothing":               {memory{}, false, memory{}},
		"beside":                {memory{"dark_cal2/a": "x", "index.html": "y"}, false, memory{}},
		"an unknown dark_cal":   {memory{"dark_cal/2009_oct/report.html": "old"}, true, memory{}},
		"in the way":            {memory{"dark_cal/index.html": "old"}, true, memory{"dark_cal/index.html": "old"}},
		"the same, no manifest": {tree, true, memory{}},
		"published by copying":  {published(tree), false, memory{}},
		"a manifest of others":  {memory{"dark_cal/MANIFEST": "read me"}, true, memory{"dark_cal/MANIFEST": "read me"}},
		"ours and in the way": {func() memory {
			m := published(memory{"dark_cal/a.txt": "a"})
			m["dark_cal/index.html"] = "theirs"
			return m
		}(), true, memory{"dark_cal/index.html": "theirs"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for p, content := range c.there {
				put(t, dir, p, content)
			}
			d := target(dir)
			before := snapshot(t, dir)
			_, err := d.Publish(background, tree, Options{})
			if c.refused != errors.Is(err, ErrForeign) || !c.refused && err != nil {
				t.Fatalf("%v", err)
			}
			if c.refused {
				if after := snapshot(t, dir); !reflect.DeepEqual(before, after) {
					t.Errorf("refused, and changed: %v, was %v", after, before)
				}
				publish(t, d, tree, Options{Adopt: true})
			}
			want := published(tree)
			for p, content := range c.there {
				if _, ours := want[p]; !ours && p != "dark_cal/a.txt" {
					want[p] = content
				}
			}
			wantTree(t, dir, want)
			got := memory{}
			if _, err := os.Stat(filepath.Join(dir, displacedDir)); err == nil {
				got = contents(t, filepath.Join(dir, displacedDir, "000001"))
			}
			if d := difference(got, c.kept); d != "" {
				t.Errorf("displaced: %s", d)
			}
		})
	}
}

func TestLinksInTheWay(t *testing.T) {
	for _, link := range []string{"dark_cal", "dark_cal/2015_dec", "dark_cal/index.html"} {
		dir, outside := t.TempDir(), t.TempDir()
		put(t, outside, "index.html", "outside")
		os.MkdirAll(filepath.Dir(filepath.Join(dir, link)), 0o755)
		to := outside
		if strings.HasSuffix(link, ".html") {
			to = filepath.Join(outside, "index.html")
		}
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
		if _, err := target(dir).Publish(background, site("one", "2015_dec"), Options{Adopt: true}); err == nil {
			t.Errorf("%s: a link was followed", link)
		}
		if got := contents(t, outside); !same(got, memory{"index.html": "outside"}) {
			t.Errorf("%s: outside is now %v", link, got)
		}
	}
}

// A file of ours that somebody changed is kept before it is replaced, and left
// where it would be removed; also when its size, or even its time, is the same.
func TestChangedByOthers(t *testing.T) {
	dir := t.TempDir()
	d := target(dir)
	publish(t, d, site("one", "2015_dec", "2016_may"), Options{})
	edit := func(name, content string) {
		p := filepath.Join(dir, name)
		os.Chmod(p, 0o644)
		put(t, dir, name, content)
	}
	edit("dark_cal/2015_dec/image.fits", "IMAGE OF 2015_dec") // the same size, through the shared inode
	edit("dark_cal/2016_may/image.fits", "mine now")
	next := site("one", "2015_dec")
	c := publish(t, d, next, Options{AllowFewer: true})
	want := published(next)
	want["dark_cal/2016_may/image.fits"] = "mine now"
	wantTree(t, dir, want)
	if !slices.Equal(c.Displaced, []string{"dark_cal/2015_dec/image.fits"}) || len(c.Warnings) == 0 {
		t.Errorf("%+v", c)
	}
	if got := contents(t, filepath.Join(dir, displacedDir, "000002")); !same(got, memory{"dark_cal/2015_dec/image.fits": "IMAGE OF 2015_dec"}) {
		t.Errorf("kept is %v", got)
	}
	// The first release shared the inode that was written through.
	if _, err := d.Rollback(background, 1, Options{}); err == nil || !strings.Contains(err.Error(), "2016_may/image.fits") {
		t.Errorf("a damaged object was taken: %v", err)
	}
	wantTree(t, dir, want)
}

// snapshot is all of a directory, with times.
func snapshot(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err == nil {
			found[p] = fmt.Sprint(info.Mode(), info.Size(), info.ModTime().UnixNano())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// The list of a dry run is what then happens, and it writes nothing.
func TestPlanIsWhatHappens(t *testing.T) {
	pairs := rounds(200, 1000)
	rng := rand.New(rand.NewPCG(3, 4))
	dir := scratch(t)
	d := target(dir)
	before := memory{}
	for i := range pairs {
		next := random(rng)
		was := snapshot(t, dir)
		o := Options{AllowFewer: true}
		plan, err := d.Plan(background, next, o)
		if err != nil {
			t.Fatal(err)
		}
		if now := snapshot(t, dir); !reflect.DeepEqual(was, now) {
			t.Fatalf("pair %d: the plan changed the target", i)
		}
		done := publish(t, d, next, o)
		plan.Numbers = done.Numbers
		if !reflect.DeepEqual(plan, done) {
			t.Fatalf("pair %d:\nplanned %+v\n   done %+v", i, plan, done)
		}
		now := contents(t, dir)
		if d := difference(now, published(next)); d != "" {
			t.Fatalf("pair %d: %s", i, d)
		}
		var added, changed, removed []string
		for p := range now {
			if old, ok := before[p]; !ok {
				added = append(added, p)
			} else if old != now[p] {
				changed = append(changed, p)
			}
		}
		for p := range before {
			if _, ok := now[p]; !ok {
				removed = append(removed, p)
			}
		}
		for _, l := range []struct{ got, want []string }{{plan.Added, added}, {plan.Changed, changed}, {plan.Removed, removed}} {
			slices.Sort(l.want)
			if !slices.Equal(l.got, l.want) {
				t.Fatalf("pair %d: planned %q, happened %q", i, l.got, l.want)
			}
		}
		before = now
	}
}

func TestPlanNowhere(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	c, err := target(dir).Plan(background, site("one", "2015_dec"), Options{})
	if err != nil || len(c.Added) != 6 {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("the plan made the target")
	}
	publish(t, target(dir), site("one", "2015_dec"), Options{})
}

// The plan names what becomes of numbers and verdicts.
func TestNumbers(t *testing.T) {
	dir := t.TempDir()
	d := target(dir)
	one := site("one", "2015_dec")
	publish(t, d, one, Options{})
	two := maps.Clone(one)
	two["dark_cal/2015_dec/calibration.json"] = `{"id": "2015_dec", "statistics": {"median": 4.50}, "text": "x", "provenance": {"a": 5}}`
	two["dark_cal/2015_dec/index.html"] = strings.Replace(one["dark_cal/2015_dec/index.html"], "good", "<b>bad</b> &amp; old", 1)
	c, err := d.Plan(background, two, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []Number{
		{"dark_cal/2015_dec/index.html", "verdict", "good", "bad & old"},
		{"dark_cal/2015_dec/calibration.json", "statistics.median", "3", "4.50"},
	}
	if !slices.Equal(c.Numbers, want) {
		t.Errorf("%+v, want %+v", c.Numbers, want)
	}
}

// Only the block of a page that others keep changes, and it comes back.
func TestBlocks(t *testing.T) {
	dir := t.TempDir()
	page := func(block string) string { return "\xff odd bytes\r\n<!-- begin -->" + block + "<!-- end -->\ntheirs" }
	put(t, dir, "index.html", page("by hand"))
	os.Chmod(filepath.Join(dir, "index.html"), 0o664)
	d := target(dir)
	o := func(text string) Options {
		return Options{Marks: plainMarks{}, Blocks: []Block{{"index.html", []byte(text)}}}
	}
	is := func(want string) {
		t.Helper()
		if got := contents(t, dir)["index.html"]; got != want {
			t.Errorf("the page is %q, want %q", got, want)
		}
	}
	tree := site("one", "2015_dec")
	publish(t, d, tree, Options{})
	is(page("by hand"))
	if c := publish(t, d, tree, o("first")); !slices.Equal(c.Pages, []string{"index.html"}) || c.Release != 2 {
		t.Errorf("%+v", c)
	}
	is(page("first"))
	if info, _ := os.Stat(filepath.Join(dir, "index.html")); info.Mode().Perm() != 0o664 {
		t.Errorf("its rights are %v", info.Mode())
	}
	publish(t, d, tree, o("second"))
	is(page("second"))
	if c := publish(t, d, tree, o("second")); !c.Nothing() {
		t.Errorf("the same block: %+v", c)
	}
	// What people wrote since stays when the block goes back.
	put(t, dir, "index.html", page("second")+" and more")
	for n, want := range map[int]string{2: "first", 1: "by hand"} {
		if _, err := d.Rollback(background, n, o("")); err != nil {
			t.Fatal(err)
		}
		is(page(want) + " and more")
	}
	put(t, dir, "index.html", "no marks")
	if _, err := d.Publish(background, site("two", "2015_dec"), o("third")); err == nil {
		t.Error("a page without markers was taken")
	}
	wantTree(t, dir, func() memory { m := published(tree); m["index.html"] = "no marks"; return m }())
	if _, err := d.Publish(background, tree, Options{Marks: plainMarks{}, Blocks: []Block{{"../index.html", nil}}}); err == nil {
		t.Error("a page outside was taken")
	}
}

// Every flipped bit is found and the file is named.
func TestVerifyFindsBits(t *testing.T) {
	dir := t.TempDir()
	d := target(dir)
	publish(t, d, site("one", "2015_dec"), Options{})
	publish(t, d, site("two", "2015_dec", "2016_may"), Options{})
	elsewhere := t.TempDir()
	if err := os.CopyFS(elsewhere, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{dir, elsewhere} {
		d := target(dir)
		if v, err := d.Verify(background); err != nil || len(v.Problems) > 0 {
			t.Fatalf("%+v, %v", v, err)
		}
		rng := rand.New(rand.NewPCG(5, 6))
		var files []string
		for p := range contents(t, dir) {
			files = append(files, p)
		}
		filepath.WalkDir(filepath.Join(dir, objectDir), func(p string, e fs.DirEntry, _ error) error {
			if rel, _ := filepath.Rel(dir, p); e.Type().IsRegular() {
				files = append(files, rel)
			}
			return nil
		})
		slices.Sort(files)
		for range 300 {
			name := files[rng.IntN(len(files))]
			p := filepath.Join(dir, name)
			os.Chmod(p, 0o644)
			f := must(os.OpenFile(p, os.O_RDWR, 0))
			info, _ := f.Stat()
			at, bit := rng.Int64N(info.Size()), byte(1)<<rng.IntN(8)
			var b [1]byte
			f.ReadAt(b[:], at)
			flip := func() { b[0] ^= bit; f.WriteAt(b[:], at) }
			flip()
			v, err := d.Verify(background)
			named := err == nil && slices.ContainsFunc(v.Problems, func(p string) bool {
				file, _, _ := strings.Cut(p, ":")
				other, err := os.Stat(filepath.Join(dir, file)) // a live file and its object are one
				return file == name || err == nil && os.SameFile(info, other)
			})
			if !named {
				t.Errorf("bit %d of byte %d of %s: %+v, %v", bit, at, name, v, err)
			}
			flip()
			f.Close()
		}
	}
	os.Remove(filepath.Join(dir, "dark_cal/2016_may/image.fits"))
	put(t, dir, "dark_cal/theirs.txt", "x")
	if v, err := d.Verify(background); err != nil || len(v.Problems) != 1 || v.Problems[0] != "dark_cal/2016_may/image.fits: missing" || v.Foreign != 1 {
		t.Errorf("%+v, %v", v, err)
	}
}

// A journal that cannot be read stops a publish, and a rollback helps.
func TestDamagedJournal(t *testing.T) {
	dir := t.TempDir()
	d := target(dir)
	one := site("one", "2015_dec")
	publish(t, d, one, Options{})
	put(t, dir, journalFile, `{"format": 1, "number": 2, "files": [{"path": "../../etc/passwd"}]}`)
	if _, err := d.Publish(background, site("two", "2015_dec"), Options{}); err == nil || !strings.Contains(err.Error(), journalFile) {
		t.Errorf("%v", err)
	}
	wantTree(t, dir, published(one))
	put(t, dir, "dark_cal/assets/style.css.new", "theirs")
	if _, err := d.Rollback(background, 1, Options{}); err != nil {
		t.Fatal(err)
	}
	publish(t, d, one, Options{})
	want := published(one)
	want["dark_cal/assets/style.css.new"] = "theirs"
	wantTree(t, dir, want)
}
