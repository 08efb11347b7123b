package site

import (
	"fmt"
	"maps"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"darksite/internal/filename"
	"darksite/internal/hugo"
)

// isPage tells pages of prose from the files beside them.
func isPage(name string) bool { return strings.EqualFold(path.Ext(name), ".md") }

// contentKey is what two files in content/ that want one address have in common:
// Hugo does not tell "memo.md", "Memo.md", "memo/index.md" and "memo.en.md" apart,
// nor a blank and a hyphen.
func contentKey(name string) string {
	key := strings.ReplaceAll(filename.Key(name), " ", "-")
	if !isPage(name) {
		return key
	}
	stem := strings.TrimSuffix(strings.TrimSuffix(key, ".md"), ".en")
	if base := path.Base(stem); base == "index" || base == "_index" {
		stem = path.Dir(stem)
	}
	return stem
}

// collision is an error that names two files in content/ of which Hugo would lose
// one. put are the files that the user has where pages are made from the archive.
func (s *source) collision() error {
	names := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(s.pages)) {
		if !strings.HasPrefix(name, "content/") {
			continue
		}
		key := contentKey(name)
		if other, taken := names[key]; taken {
			return oneAddress(s.called(other), s.called(name), strings.TrimPrefix(key, "content/"))
		}
		if s.made[name] && s.own[name] {
			return oneAddress(shownName(name), "the page of a calibration", strings.TrimPrefix(key, "content/"))
		}
		names[key] = name
	}
	return nil
}

func oneAddress(one, other, address string) error {
	return fmt.Errorf("site: %s and %s want one address, %s: rename one of them", one, other, address)
}

// called is how a file in content/ is named to its user.
func (s *source) called(name string) string {
	switch {
	case s.made[name]:
		return "the page of a calibration"
	case !s.own[name]:
		return shownName(name) + ", which is built in,"
	}
	return shownName(name)
}

// shownName spells out what looks alike.
func shownName(name string) string {
	if strings.ContainsFunc(name, func(r rune) bool { return r > '~' }) {
		return strconv.QuoteToASCII(name)
	}
	return name
}

// generatedDirs hold files of ours that no page may be among.
var generatedDirs = []string{Section + "/assets/", Section + "/api/v1/"}

// origins says which file in content/ each page in the tree is of, by the addresses
// that Hugo gave. It is an error that two have one address, or that one lies where
// generated files do; what is not published is a warning.
func (s *source) origins(rendered *hugo.Output) (map[string]string, error) {
	addresses, published := rendered.Addresses, rendered.Files
	from, folded := map[string]string{}, map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(addresses)) {
		p := publishedPath(addresses[name])
		if other, taken := folded[filename.Key(p)]; taken {
			return nil, oneAddress(s.called(other), s.called(name), p)
		}
		folded[filename.Key(p)], from[p] = name, name
		for _, dir := range generatedDirs {
			if s.own[name] && strings.HasPrefix(filename.Key(p), dir) {
				return nil, fmt.Errorf("site: %s wants the address %s, and only generated files lie in %s: rename it", s.called(name), p, dir)
			}
		}
	}
	if rendered.Twice != "" {
		return nil, fmt.Errorf("site: more than one page wants the same address: %s; change the url or the file name of one", rendered.Twice)
	}
	bases := map[string]bool{}
	for p := range published {
		bases[filename.Key(path.Base(p))] = true
	}
	for _, name := range slices.Sorted(maps.Keys(s.pages)) {
		if !s.own[name] || !strings.HasPrefix(name, "content/") {
			continue
		}
		if !isPage(name) {
			if !bases[strings.ReplaceAll(filename.Key(path.Base(name)), " ", "-")] && !bases[filename.Key(path.Base(name))] {
				s.warn("%s is not published: files stand beside a page of prose, or in static/%s/", shownName(name), Section)
			}
			continue
		}
		address, made := addresses[name]
		if !made {
			s.warn("%s is not published: it lies in the directory of a page with an index.md and is no page of its own", shownName(name))
		} else if _, there := published[publishedPath(address)]; !there {
			s.warn("%s is not published: its front matter keeps it from being rendered", shownName(name))
		}
	}
	return from, nil
}

// publishedPath is the path in the tree of a page with an address of Hugo's.
func publishedPath(address string) string {
	if plain, err := url.PathUnescape(address); err == nil {
		address = plain
	}
	if strings.HasSuffix(address, "/") {
		address += "index.html"
	}
	return strings.TrimPrefix(address, "/")
}

// clash is an error that names two files of which some disks would lose one. Other
// is in the tree, a directory with a slash at its end; path is of the user's file
// from, "" for a generated one.
func (t *Tree) clash(other, path, from string) error {
	called := path
	if from != "" {
		called = shownName(from)
	}
	dir, isDir := strings.CutSuffix(other, "/")
	same := filename.Key(dir) == filename.Key(path)
	within := func(file, inner string) error {
		return fmt.Errorf("site: %s is a file, and %s would lie in a directory of that name: rename one of them", file, inner)
	}
	switch {
	case same && !isDir:
		return oneAddress(t.called(other), called, path)
	case !isDir:
		return within(t.called(other), called)
	}
	paths := t.Paths()
	inner := paths[slices.IndexFunc(paths, func(p string) bool { return strings.HasPrefix(p, other) })]
	if same {
		return within(called, t.called(inner))
	}
	return fmt.Errorf("site: %s and %s lie in directories that some disks take for one: rename one of them", t.called(inner), called)
}

// called is how a file of the tree is named to a user.
func (t *Tree) called(p string) string {
	if from := t.files[p].from; from != "" {
		return shownName(from) + " (" + p + ")"
	}
	return p
}
