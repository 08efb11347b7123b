package serve

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// maxSettles bounds how long changes that do not end are waited for, in times
// of their settling.
const maxSettles = 30

// changes is a batch of paths at which something has changed.
type changes struct {
	paths map[string]bool
	// everything may have changed: the system lost count.
	everything bool
}

func (c *changes) merge(d changes) {
	c.everything = c.everything || d.everything
	if c.paths == nil {
		c.paths = map[string]bool{}
	}
	maps.Copy(c.paths, d.paths)
}

func (c *changes) empty() bool { return !c.everything && len(c.paths) == 0 }

// list is what a build is told: the paths, sorted, or nil for everything.
func (c *changes) list() []string {
	if c.everything {
		return nil
	}
	return slices.Sorted(maps.Keys(c.paths))
}

// watcher tells of changes below its roots.
type watcher struct {
	say     Printer
	files   *fsnotify.Watcher
	roots   []Root
	reset   chan []Root
	due     chan changes
	ended   chan struct{}
	links   map[string][]string // what symbolic links lead to, to the links
	refused bool                // a directory could not be watched, and that was said
}

func newWatcher(say Printer) (*watcher, error) {
	// A buffer, because many files may change while one event is looked at.
	files, err := fsnotify.NewBufferedWatcher(4096)
	if err != nil {
		return nil, fmt.Errorf("watching for changes: %w", err)
	}
	return &watcher{say: say, files: files, reset: make(chan []Root), due: make(chan changes), ended: make(chan struct{}), links: map[string][]string{}}, nil
}

// unsettled are changes that are still going on, of roots that settle alike.
type unsettled struct {
	changes
	settle     time.Duration
	first, due time.Time
}

// run gathers changes and gives them to due when they have settled. What
// changes while nobody takes them is added to them.
func (w *watcher) run(ctx context.Context) {
	defer close(w.ended)
	defer w.files.Close()
	var batch changes
	groups := map[time.Duration]*unsettled{}
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	note := func(path string, settle time.Duration) {
		g, now := groups[settle], time.Now()
		if g == nil {
			g = &unsettled{settle: settle, first: now}
			groups[settle] = g
		}
		g.merge(changes{paths: map[string]bool{path: true}})
		g.due = now.Add(settle)
		if last := g.first.Add(maxSettles * settle); g.due.After(last) {
			g.due = last
		}
	}
	for {
		next, now := time.Hour, time.Now()
		for settle, g := range groups {
			if wait := g.due.Sub(now); wait <= 0 {
				batch.merge(g.changes)
				delete(groups, settle)
			} else {
				next = min(next, wait)
			}
		}
		timer.Reset(next)
		var out chan changes
		if !batch.empty() {
			out = w.due
		}
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case out <- batch:
			batch = changes{}
		case roots := <-w.reset:
			if !slices.Equal(roots, w.roots) {
				w.roots = roots
				w.addAll()
			}
		case e, ok := <-w.files.Events:
			if !ok {
				return
			}
			for _, name := range w.names(e.Name) {
				if path, settle, ok := w.relevant(fsnotify.Event{Name: name, Op: e.Op}); ok {
					note(path, settle)
				}
			}
		case err, ok := <-w.files.Errors:
			switch {
			case !ok:
				return
			case errors.Is(err, fsnotify.ErrEventOverflow):
				w.addAll()
				batch.merge(changes{everything: true})
			default:
				w.say.Warnf("watching for changes: %v", err)
			}
		}
	}
}

// watch replaces the roots.
func (w *watcher) watch(ctx context.Context, roots []Root) {
	select {
	case w.reset <- roots:
	case <-w.ended:
	case <-ctx.Done():
	}
}

// names are all names of a file: its own, and those that links to it, or to a
// directory that it lies in, give it.
func (w *watcher) names(path string) []string {
	names := []string{path}
	for at := path; at != filepath.Dir(at); at = filepath.Dir(at) {
		for _, link := range w.links[at] {
			names = append(names, link+strings.TrimPrefix(path, at))
			if at == path {
				w.add(link) // it may lead elsewhere now
			}
		}
	}
	return names
}

// relevant tells whether an event is of a root, and watches new directories.
func (w *watcher) relevant(e fsnotify.Event) (path string, settle time.Duration, ok bool) {
	if e.Op == fsnotify.Chmod || temporary(filepath.Base(e.Name)) && !w.isRoot(e.Name) {
		return "", 0, false
	}
	for _, r := range w.roots {
		switch {
		case e.Name == r.Path || below(e.Name, r.Path):
			if e.Has(fsnotify.Create) {
				w.add(e.Name)
			}
		case e.Has(fsnotify.Create) && below(r.Path, e.Name): // a directory that the root is in, or will be
			w.addRoot(r)
		default:
			continue
		}
		if settle = max(settle, r.Settle); !ok {
			path, ok = e.Name, true
		}
	}
	return path, settle, ok
}

func (w *watcher) isRoot(path string) bool {
	return slices.ContainsFunc(w.roots, func(r Root) bool { return r.Path == path })
}

func below(path, dir string) bool { return strings.HasPrefix(path, dir+string(filepath.Separator)) }

func (w *watcher) addAll() {
	for _, r := range w.roots {
		w.addRoot(r)
	}
}

// addRoot watches a root and the directory it is in, since it may be replaced.
// Of one that is not there yet, the nearest directory that is.
func (w *watcher) addRoot(r Root) {
	for dir := filepath.Dir(r.Path); ; dir = filepath.Dir(dir) {
		if info, err := os.Stat(dir); err == nil && info.IsDir() || dir == filepath.Dir(dir) {
			w.addOne(dir)
			break
		}
	}
	w.add(r.Path)
}

// add watches a directory and those in it, and what links lead to.
func (w *watcher) add(dir string) {
	dir = w.follow(dir)
	info, err := os.Stat(dir)
	if err != nil || !info.IsDir() {
		return
	}
	// First watch, then look: nothing that is made between is missed.
	w.addOne(dir)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return // gone again
	}
	for _, entry := range entries {
		path := filepath.Join(dir, entry.Name())
		link := entry.Type()&fs.ModeSymlink != 0
		if (entry.IsDir() || link && !leadsUp(path)) && !temporary(entry.Name()) {
			w.add(path)
		}
	}
}

// leadsUp tells whether a link leads to a directory that it lies in itself.
func leadsUp(link string) bool {
	target, err := filepath.EvalSymlinks(link)
	if err != nil {
		return true // it leads nowhere, or round and round
	}
	dir, err := filepath.EvalSymlinks(filepath.Dir(link))
	return err != nil || dir == target || below(dir, target)
}

// mostHops bounds how many links lead to each other, as systems do.
const mostHops = 40

// follow watches what a symbolic link leads to, and every link on the way. It
// returns what is at the end, which is watched by no other name: the system knows
// one of each directory.
func (w *watcher) follow(link string) (end string) {
	at := link
	for range mostHops {
		next, err := os.Readlink(at)
		if err != nil {
			break // no link, or gone
		}
		if !filepath.IsAbs(next) {
			next = filepath.Join(filepath.Dir(at), next)
		}
		if !slices.Contains(w.links[next], link) {
			w.links[next] = append(w.links[next], link)
		}
		w.addOne(filepath.Dir(next))
		at = next
	}
	return at
}

func (w *watcher) addOne(dir string) {
	err := w.files.Add(dir)
	if err == nil || errors.Is(err, fs.ErrNotExist) || w.refused {
		return
	}
	w.refused = true
	w.say.Warnf("%s is not watched: %v; what changes there is seen when something else does", dir, err)
}
