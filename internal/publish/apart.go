package publish

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode"

	"darksite/internal/filename"
)

// Some addresses differ from others in letter case alone: 2015_DEC/ leads to
// 2015_dec/. The files at them are no part of a tree, which can be copied to any
// disk. A target gets them when it is known to tell case apart: a directory that
// was tried, object storage, or a place that lists two such names.

// aliasFile lists those files in a tree that was built.
const aliasFile = Section + "/.darksite-aliases"

const aliasFormat = 1

// inMemory is a tree of small files.
type inMemory struct {
	files   []File
	content map[string][]byte
}

func (m *inMemory) Files() []File { return m.files }

func (m *inMemory) Open(p string) (io.ReadCloser, error) {
	content, ok := m.content[p]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: p, Err: fs.ErrNotExist}
	}
	return io.NopCloser(bytes.NewReader(content)), nil
}

// parseAliases reads an alias file.
func parseAliases(content []byte) (*inMemory, error) {
	var list struct {
		Format int
		Files  []struct {
			Path    string
			Content []byte
		}
	}
	if err := json.Unmarshal(content, &list); err != nil {
		return nil, err
	}
	if list.Format != aliasFormat {
		return nil, fmt.Errorf("format %d: this darksite knows %d", list.Format, aliasFormat)
	}
	m := &inMemory{content: map[string][]byte{}}
	for _, f := range list.Files {
		if err := checkPath(f.Path); err != nil {
			return nil, err
		}
		if _, twice := m.content[f.Path]; twice {
			return nil, fmt.Errorf("%s stands there twice", f.Path)
		}
		sum := sha256.Sum256(f.Content)
		m.files = append(m.files, File{f.Path, int64(len(f.Content)), hex.EncodeToString(sum[:])})
		m.content[f.Path] = f.Content
	}
	slices.SortFunc(m.files, byPath)
	return m, nil
}

// joined is a tree with some files of another.
type joined struct {
	Tree
	files []File
	apart Tree
	in    map[string]bool
}

func (j *joined) Files() []File { return j.files }

func (j *joined) Open(p string) (io.ReadCloser, error) {
	if j.in[p] {
		return j.apart.Open(p)
	}
	return j.Tree.Open(p)
}

// join adds those files of another tree that pass.
func join(tree, apart Tree, passes func(File) bool) Tree {
	j := &joined{Tree: tree, files: slices.Clone(tree.Files()), apart: apart, in: map[string]bool{}}
	for _, f := range apart.Files() {
		if passes(f) {
			j.files = append(j.files, f)
			j.in[f.Path] = true
		}
	}
	slices.SortFunc(j.files, byPath)
	return j
}

// Holds tells whether what is published is a tree: all its files, and no others but
// those that differ from them in letter case.
func Holds(published, tree []File) bool {
	want, keys, dirs := map[string]string{}, map[string]bool{}, map[string]bool{}
	for _, f := range tree {
		want[f.Path] = f.SHA256
		keys[filename.Key(f.Path)], keys[filename.Key(path.Dir(f.Path))] = true, true
		dirs[path.Dir(f.Path)] = true
	}
	n := 0
	for _, f := range published {
		sum, ok := want[f.Path]
		switch {
		case ok && sum == f.SHA256:
			n++
		case ok:
			return false
		case !keys[filename.Key(f.Path)] && (dirs[path.Dir(f.Path)] || !keys[filename.Key(path.Dir(f.Path))]):
			return false
		}
	}
	return n == len(want)
}

// otherCase is a name with the case of its letters turned around, the same name
// when it has none.
func otherCase(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsUpper(r) {
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, name)
}

// tellsCase tries whether the target takes two names that differ in case for two.
// It looks for a name that is there in its other case; a listing says whether that
// is a file of its own.
func (s *store) tellsCase() (bool, error) {
	for _, dir := range []string{Section, "."} {
		entries, err := s.ReadDir(dir)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		} else if err != nil {
			return false, err
		}
		names := map[string]bool{}
		for _, e := range entries {
			names[e.Name()] = true
		}
		for name := range names {
			other := otherCase(name)
			if other == name || filename.Key(other) != filename.Key(name) {
				continue
			}
			if names[other] {
				return true, nil
			}
			_, err := s.Lstat(path.Join(dir, other))
			if errors.Is(err, fs.ErrNotExist) {
				return true, nil
			}
			return false, err
		}
		if dir == Section && s.locked {
			return s.probeCase(path.Join(dir, ".darksite-case"))
		}
	}
	return s.around == nil || s.around(), nil
}

// probeCase makes a directory to see whether it is there in the other case too.
func (s *store) probeCase(name string) (bool, error) {
	if err := s.Mkdir(name, storePerm); err != nil && !errors.Is(err, fs.ErrExist) {
		return false, err
	}
	_, err := s.Lstat(path.Join(path.Dir(name), otherCase(path.Base(name))))
	tells := errors.Is(err, fs.ErrNotExist)
	if tells {
		err = nil
	}
	return tells, errors.Join(err, s.Remove(name))
}

// withApart is the tree with the files that belong to a target that tells case
// apart. Where somebody else has something at such an address it stays.
func (s *store) withApart(ctx context.Context, tree Tree, o Options, c claims) (Tree, error) {
	if o.Apart == nil {
		return tree, nil
	}
	var failed error
	all := join(tree, o.Apart, func(f File) bool {
		for d := path.Dir(f.Path); d != "."; d = path.Dir(d) {
			if info, err := s.Lstat(d); err == nil && !info.IsDir() {
				return false
			}
		}
		l, err := s.look(ctx, f.Path, c, f.SHA256, f.Size)
		switch {
		case errors.Is(err, ErrForeign):
			return false
		case err != nil:
			failed = err
			return false
		}
		return l.info == nil || l.ours || l.is(f) || len(c[f.Path]) > 0
	})
	return all, failed
}

// fold is for a target that does not tell case apart: what is claimed at the other
// case of a path is the file at the path, and is not removed as another one.
func (c claims) fold(files []File) {
	paths := map[string]string{}
	for _, f := range files {
		paths[filename.Key(f.Path)] = f.Path
	}
	for p, entries := range c {
		if to, ok := paths[filename.Key(p)]; ok && to != p {
			c[to] = append(c[to], entries...)
			delete(c, p)
		}
	}
}

// singly are the files of a release for a target that does not tell case apart: of
// two that are one there, the page, and not the one that leads to it.
func (s *store) singly(files []entry) ([]entry, error) {
	byKey := map[string][]entry{}
	for _, e := range files {
		key := filename.Key(e.Path)
		byKey[key] = append(byKey[key], e)
	}
	var kept []entry
	for _, e := range files {
		group := byKey[filename.Key(e.Path)]
		if len(group) > 1 {
			best := group[0]
			for _, g := range group {
				leads, err := s.redirects(g.File)
				if err != nil {
					return nil, err
				}
				if !leads {
					best = g
					break
				}
			}
			if e.Path != best.Path {
				continue
			}
		}
		kept = append(kept, e)
	}
	return kept, nil
}

// maxRedirect is more than a page has that only leads to another.
const maxRedirect = 16 << 10

// redirects tells whether a file is a page that only leads to another.
func (s *store) redirects(f File) (bool, error) {
	if !isPage(f.Path) || f.Size > maxRedirect {
		return false, nil
	}
	content, err := s.read(objectName(f.SHA256), maxRedirect)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return bytes.Contains(content, []byte(`http-equiv="refresh"`)), err
}
