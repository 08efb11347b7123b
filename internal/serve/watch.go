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
	refused bool // a directory could not be watched, and that was said
}

func newWatcher(say Printer) (*watcher, error) {
	// A buffer, because many files may change while one event is looked at.
	files, err := fsnotify.NewBufferedWatcher(4096)
	if err != nil {
		return nil, fmt.Errorf("watching for changes: %w", err)
	}
	return &watcher{say: say, files: files, reset: make(chan []Root), due: make(chan changes), ended: make(chan struct{})}, nil
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
			if path, settle, ok := w.relevant(e); ok {
				note(path, settle)
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

// relevant tells whether an event is of a root, and watches new directories.
func (w *watcher) relevant(e fsnotify.Event) (path string, settle time.Duration, ok bool) {
	if e.Op == fsnotify.Chmod || temporary(filepath.Base(e.Name)) && !w.isRoot(e.Name) {
		return "", 0, false
	}
	for _, r := range w.roots {
		if e.Has(fsnotify.Create) && below(r.Path, e.Name) { // a directory that the root is in, or will be
			w.addRoot(r)
			return r.Path, r.Settle, true
		}
		if e.Name != r.Path && !below(e.Name, r.Path) {
			continue
		}
		if e.Has(fsnotify.Create) {
			w.add(e.Name)
		}
		return e.Name, r.Settle, true
	}
	return "", 0, false
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

// add watches a directory and those in it. Links in it are not followed.
func (w *watcher) add(dir string) {
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
		if entry.IsDir() && !temporary(entry.Name()) {
			w.add(filepath.Join(dir, entry.Name()))
		}
	}
}

func (w *watcher) addOne(dir string) {
	err := w.files.Add(dir)
	if err == nil || errors.Is(err, fs.ErrNotExist) || w.refused {
		return
	}
	w.refused = true
	w.say.Warnf("%s is not watched: %v; what changes there is seen when something else does", dir, err)
}
