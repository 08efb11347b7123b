package serve

import (
	"context"
	"slices"
	"sync"
	"time"
)

// browserPatience is how long a build stands still for a browser that loads the
// page that went ahead. Both would need all processors.
const browserPatience = 300 * time.Millisecond

// part is what makes a tree that is shown one that is not whole.
type part struct {
	pages []string
	whole Site          // the last whole one
	over  chan struct{} // closed when something else is shown
	// goOn has the build go on: a page was loaded, or somebody waits for what is
	// still to be made.
	goOn  func()
	going chan struct{}
}

// ahead lets a build show the pages that browsers have open.
func (s *server) ahead(shown func()) Ahead {
	now := s.now.Load()
	pages := s.streams.pages(func(name string) bool {
		if now.site.Tree == nil || name == now.site.Missing {
			return false
		}
		_, ok := now.site.Tree.Size(name)
		return ok
	})
	return Ahead{pages, func(tree Tree) {
		p := s.showPart(pages, tree)
		if p == nil {
			return
		}
		shown()
		select {
		case <-p.going:
		case <-s.closing:
		case <-time.After(browserPatience):
		}
	}}
}

// showPart shows pages of the next tree if they look different, else nil.
func (s *server) showPart(pages []string, tree Tree) *part {
	old := s.now.Load()
	if old.site.Tree == nil || old.part != nil || samePages(old.site.Tree, tree, pages) {
		return nil
	}
	p := &part{pages: pages, whole: old.site, over: make(chan struct{}), going: make(chan struct{})}
	p.goOn = sync.OnceFunc(func() { close(p.going) })
	site := old.site
	site.Tree = tree
	s.show(&shown{site: site, generation: old.generation + 1, styles: old.styles, problems: old.problems, part: p})
	return p
}

// samePages tells whether all pages of a tree that is not whole are as another
// one has them.
func samePages(whole, part Tree, pages []string) bool {
	return !slices.ContainsFunc(pages, func(name string) bool {
		if _, ok := part.Size(name); !ok {
			return false
		}
		same, err := equal(whole, part, name)
		return err != nil || !same
	})
}

// compare tells how a new site looks beside what is shown.
func (s *shown) compare(next Site) (difference, error) {
	switch {
	case s.part == nil:
		return compare(s.site, next)
	case s.site.Base == next.Base && s.site.Index == next.Index && samePages(next.Tree, s.site.Tree, s.part.pages):
		return nothing, nil // all others were waited for
	}
	return all, nil
}

// back shows the last whole tree again.
func (s *shown) back() *shown {
	if s.part == nil {
		return &shown{site: s.site, generation: s.generation, styles: s.styles}
	}
	return &shown{site: s.part.whole, generation: s.generation + 1, styles: s.styles}
}

// at is what an address shows, as soon as it is there. It is not ready when nobody
// will wait for it any longer.
func (s *server) at(ctx context.Context, path string) (now *shown, file, redirect string, found, ready bool) {
	for {
		now = s.now.Load()
		file, redirect, found = now.at(path)
		if found || now.part == nil {
			return now, file, redirect, found, now.site.Tree != nil
		}
		now.part.goOn()
		select {
		case <-now.part.over:
		case <-s.closing:
			return now, "", "", false, false
		case <-ctx.Done():
			return now, "", "", false, false
		}
	}
}
