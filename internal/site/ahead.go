package site

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

// Ahead asks a build for some pages before it makes all others.
type Ahead struct {
	Pages []string // paths in the tree
	// Show is given the pages with what was there by then, within [Build] and at
	// most once: never for pages with an error or a dead link, of which the build
	// itself tells. What the tree holds is in the whole one too, byte for byte,
	// unless a user's templates take from one page's tables what they put in
	// another.
	Show func(*Tree)
}

// pages are those that may go ahead: Hugo is told of pages by their places in
// content/, in patterns, and the place of a page with a directory follows from its
// path in the tree.
func (a *Ahead) pages() (list []string) {
	if a == nil {
		return nil
	}
	for _, name := range a.Pages {
		if path.Base(name) == indexFile && !strings.ContainsAny(name, `*?[]{}\!`) {
			list = append(list, name)
		}
	}
	return list
}

// showAhead renders the pages that are asked for, unless all of them are known.
func (b *builder) showAhead() {
	if len(b.asked) == 0 {
		return
	}
	wanted := b.pages.due(b.asked)
	if len(wanted) > 0 {
		tree, err := b.some(wanted)
		if err == nil {
			err = checkLinks(tree.over(b.in.Last), b.settings, b.source.static, func(name string) bool { return !slices.Contains(wanted, name) })
		}
		if err == nil { // else the whole build will tell
			b.in.Ahead.Show(tree)
		}
	}
	if b.hugo.end(); b.hugo.err == nil { // else another one would not start either
		b.startHugo(nil)
	}
}

// some makes a tree with some of the pages.
func (b *builder) some(names []string) (*Tree, error) {
	source := b.source.clone()
	tree, err := b.unrendered(source, names)
	if err != nil {
		return nil, err
	}
	rendered, _, err := b.hugo.render(source.pages)
	if err != nil {
		return nil, err
	}
	if _, err := source.origins(b.hugo, rendered); err != nil {
		return nil, err
	}
	for _, name := range names {
		page, ok := rendered[name]
		if !ok {
			return nil, fmt.Errorf("site: %s is not where its address says", name)
		}
		if err := tree.addBytes(name, page); err != nil {
			return nil, err
		}
	}
	return tree, nil
}

// clone is a source to which generated files can be added apart.
func (s *source) clone() *source {
	c := *s
	c.pages, c.made, c.warnings = maps.Clone(s.pages), maps.Clone(s.made), slices.Clone(s.warnings)
	return &c
}

// over is the tree with what it lacks from another one; nil is an empty one.
func (t *Tree) over(other *Tree) *Tree {
	if other == nil {
		return t
	}
	both := *t
	both.files = maps.Clone(other.files)
	maps.Copy(both.files, t.files)
	return &both
}

// segment is a part of the pages that Hugo renders while it knows all of them.
const segment = "ahead"

// segmentOf are the places in content/ of pages in the tree.
func segmentOf(names []string) map[string]any {
	var paths []string
	for _, name := range names {
		paths = append(paths, "/"+strings.ToLower(path.Dir(name)))
	}
	return map[string]any{segment: map[string]any{"includes": []any{map[string]any{"path": paths}}}}
}
