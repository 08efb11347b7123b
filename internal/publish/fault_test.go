package publish

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// dead are the links that lead nowhere, of all pages that a reader comes to from
// the index or the main page.
func dead(m memory) (found []string) {
	seen := map[string]bool{}
	queue := []string{"index.html", Section + "/index.html"}
	for len(queue) > 0 {
		p := queue[0]
		queue = queue[1:]
		if seen[p] || !strings.HasSuffix(p, ".html") {
			continue
		}
		seen[p] = true
		for _, link := range linkForm.FindAllStringSubmatch(m[p], -1) {
			to := path.Join(path.Dir(p), link[1])
			if m[to] == "" {
				found = append(found, p+" -> "+to)
			}
			queue = append(queue, to)
		}
	}
	return found
}

var linkForm = regexp.MustCompile(`href="([^"]*)"`)

// whole tells whether each file is as one of the trees has it.
func whole(m memory, trees ...memory) string {
	for p, content := range m {
		known := false
		for _, t := range trees {
			known = known || t[p] == content
		}
		if !known {
			return fmt.Sprintf("%s is %.60q", p, content)
		}
	}
	return ""
}

// At every call in turn the disk fails, or the process is killed. What readers
// see is whole files with links that lead somewhere; the next run finishes, or
// a rollback undoes it; and what is not ours stays.
func TestFaults(t *testing.T) {
	if testing.Short() {
		t.Skip("some seconds")
	}
	block := func(ids ...string) Options {
		o := Options{Marks: plainMarks{}, AllowFewer: true}
		text := ""
		for _, id := range ids {
			text += `<a href="dark_cal/` + id + `/index.html">x</a>`
		}
		o.Blocks = []Block{{"index.html", []byte(text)}}
		return o
	}
	page := func(o Options) string { return "theirs <!-- begin -->" + string(o.Blocks[0].Content) + "<!-- end -->" }
	type state struct {
		tree memory
		o    Options
	}
	tree := func(s state) memory {
		m := published(s.tree)
		m["index.html"], m["dark_cal/theirs.txt"], m["theirs/a"] = page(s.o), "t", "t"
		return m
	}
	old := state{site("one", "2015_dec", "2016_jan"), block("2015_dec", "2016_jan")}
	next := state{site("two", "2015_dec", "2016_may", "2016_jul"), block("2015_dec", "2016_may")}
	third := state{site("three", "2016_may"), block("2016_may")}

	for name, links := range map[string]bool{"links": true, "no links": false} {
		faults := [][]error{{syscall.ENOSPC, syscall.EIO, syscall.EACCES}, nil}
		if rounds(0, 1) == 1 { // at night each call fails with each
			faults = [][]error{{syscall.ENOSPC}, {syscall.EIO}, {syscall.EACCES}, nil}
		}
		for _, how := range faults {
			cut := how == nil
			what := "killed"
			if !cut {
				what = how[0].Error()
			}
			t.Run(name+"/"+what, func(t *testing.T) {
				t.Parallel()
				for at := 1; ; at++ {
					dir := scratch(t)
					put(t, dir, "index.html", page(old.o))
					put(t, dir, "dark_cal/theirs.txt", "t")
					put(t, dir, "theirs/a", "t")
					layer := func(d disk) disk {
						if !links {
							return linkless{swift{d}}
						}
						return swift{d}
					}
					d := target(dir)
					d.wrap = layer
					o := old.o
					o.Adopt = true
					publish(t, d, old.tree, o)
					var f *fault
					d.wrap = func(under disk) disk {
						f = &fault{disk: layer(under), at: at, cut: cut}
						if !cut {
							f.err = how[at/3%len(how)] // with each of the ways on below
						}
						return f
					}
					_, err := d.Publish(background, next.tree, next.o)
					d.wrap = layer
					if f.calls < at {
						if err != nil {
							t.Fatalf("without a fault: %v", err)
						}
						wantTree(t, dir, tree(next))
						t.Logf("%d calls", f.calls)
						return
					}
					now := contents(t, dir)
					where := fmt.Sprintf("call %d (%v)", at, err)
					if bad := whole(now, tree(old), tree(next)); bad != "" {
						t.Errorf("%s: %s", where, bad)
					}
					if links := dead(now); links != nil {
						t.Errorf("%s: dead links %q", where, links)
					}
					if err == nil && !same(now, tree(next)) {
						t.Errorf("%s: success, but %s", where, difference(now, tree(next)))
					}
					if err != nil && !errors.Is(err, ErrBegun) && !cut && !same(now, tree(old)) && !same(now, tree(next)) {
						t.Errorf("%s: %s", where, difference(now, tree(old)))
					}
					// Three ways on: the same again, another, or back.
					var want memory
					switch at % 3 {
					case 0:
						_, err = d.Publish(background, next.tree, next.o)
						want = tree(next)
					case 1:
						_, err = d.Publish(background, third.tree, third.o)
						want = tree(third)
					default:
						n := 1
						_, err = d.Rollback(background, n, old.o)
						want = tree(old)
					}
					if err != nil {
						t.Fatalf("%s: the next run: %v", where, err)
					}
					if diff := difference(contents(t, dir), want); diff != "" {
						t.Fatalf("%s: after the next run: %s", where, diff)
					}
					if v, err := d.Verify(background); err != nil || len(v.Problems) > 0 {
						t.Fatalf("%s: %+v, %v", where, v, err)
					}
				}
			})
		}
	}
}

// The same for the very first publish and for a rollback.
func TestFaultsFirstAndBack(t *testing.T) {
	if testing.Short() {
		t.Skip("some seconds")
	}
	old, next := site("one", "2015_dec"), site("two", "2016_may", "2016_jul")
	for name, c := range map[string]struct {
		before func(*Directory)
		do     func(*Directory) error
		from   memory
		to     memory
	}{
		"first": {func(*Directory) {}, func(d *Directory) error {
			_, err := d.Publish(background, next, Options{})
			return err
		}, memory{}, published(next)},
		"copied": {func(d *Directory) {
			for p, content := range published(old) {
				put(t, d.path, p, content)
			}
		}, func(d *Directory) error {
			_, err := d.Publish(background, next, Options{})
			return err
		}, published(old), published(next)},
		"back": {func(d *Directory) {
			publish(t, d, next, Options{})
			publish(t, d, old, Options{AllowFewer: true})
		}, func(d *Directory) error {
			_, err := d.Rollback(background, 1, Options{})
			return err
		}, published(old), published(next)},
	} {
		t.Run(name, func(t *testing.T) {
			for at := 1; ; at++ {
				dir := filepath.Join(scratch(t), "www")
				if err := os.Mkdir(dir, 0o755); err != nil {
					t.Fatal(err)
				}
				d := target(dir)
				c.before(d)
				var f *fault
				d.wrap = func(under disk) disk {
					f = &fault{disk: swift{under}, at: at, cut: at%2 == 0, err: syscall.ENOSPC}
					return f
				}
				err := c.do(d)
				d.wrap = wrapSwift
				if f.calls < at {
					if err != nil {
						t.Fatal(err)
					}
					return
				}
				now := contents(t, dir)
				if bad := whole(now, c.from, c.to); bad != "" {
					t.Errorf("call %d (%v): %s", at, err, bad)
				}
				if links := dead(now); links != nil {
					t.Errorf("call %d (%v): dead links %q", at, err, links)
				}
				if err := c.do(d); err != nil {
					t.Fatalf("call %d: again: %v", at, err)
				}
				if diff := difference(contents(t, dir), maps.Clone(c.to)); diff != "" {
					t.Fatalf("call %d: again: %s", at, diff)
				}
			}
		})
	}
}
