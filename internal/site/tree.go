package site

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"darksite/internal/feeds"
	"darksite/internal/filename"
	"darksite/processing/chandra"
)

// Tree is a site in memory: slash-separated paths, all under dark_cal/, with
// their content. Large downloads are opened only when they are needed.
type Tree struct {
	// Warnings are sentences about what the build left out or found odd, in
	// a stable order.
	Warnings []string
	// Remarks are sentences about what is new in this build and will not be said
	// again.
	Remarks []string
	// Rendered are the pages of each calibration, by its id: what [Inputs.Rendered] may
	// give in the next build. Rerendered says of those that were rendered, why.
	Rendered   map[chandra.ID]Rendered
	Rerendered map[chandra.ID]string

	files map[string]file
	names filename.Set
	twins map[string]file // see [Tree.WithTwins]
	apart []string        // sentences about old files that are among the twins
}

type file struct {
	kept     bool   // of an old report, published as it is
	redirect bool   // a page that only leads to another
	from     string // the user's file that it is made of, "" for what is generated
	data     []byte // nil for a download
	open     func() (io.ReadCloser, error)
	size     int64
	sha256   string // "" where it is not known
}

func newTree() *Tree {
	return &Tree{Rendered: map[chandra.ID]Rendered{}, files: map[string]file{}, twins: map[string]file{}}
}

// add puts a file in the tree. Every file system must be able to have it beside
// the others: no two files share a path, nor differ only in case or in Unicode
// normal form, and neither do their directories.
func (t *Tree) add(path string, f file) error {
	if !fs.ValidPath(path) || !strings.HasPrefix(path, Section+"/") {
		return fmt.Errorf("site: %q does not lie under %s/", path, Section)
	}
	if why := filename.PathProblem(path); why != "" {
		return fmt.Errorf("site: the path %q is %s; rename the file", path, why)
	}
	if other := t.names.Clash(path); other != "" {
		return t.clash(other, path, f.from)
	}
	t.names.Add(path)
	t.files[path] = f
	return nil
}

// addKept puts a file of an old report in the tree. Of these, two may differ
// only in case: they have done so for years. The second is among the twins.
func (t *Tree) addKept(p string, f file) error {
	f.kept = true
	other := strings.TrimSuffix(t.names.Clash(p), "/")
	report := func(p string) string { return strings.Join(strings.SplitN(p, "/", 3)[:2], "/") }
	if generated, file := t.files[other]; other == "" || other == p || file && !generated.kept || report(other) != report(p) || other == report(p) {
		return t.add(p, f)
	}
	t.twins[p] = f
	t.apart = append(t.apart, fmt.Sprintf("%s and %s are one where letter case does not count: only places that tell upper from lower case get the second", other, p))
	return nil
}

// Kept tells whether a file is of an old report: it is as it was, whatever
// pages of today are held to.
func (t *Tree) Kept(path string) bool { return t.files[path].kept || t.twins[path].kept }

func (t *Tree) addBytes(path string, data []byte) error {
	return t.addFrom(path, data, "")
}

// addFrom is addBytes of what a file of the user's says.
func (t *Tree) addFrom(path string, data []byte, from string) error {
	return t.add(path, file{data: data, size: int64(len(data)), from: from})
}

// Paths are the paths of all files, sorted.
func (t *Tree) Paths() []string { return slices.Sorted(maps.Keys(t.files)) }

// beside lists the files of ours by their directory, each sorted.
func (t *Tree) beside() map[string][]feeds.File {
	m := map[string][]feeds.File{}
	for _, p := range t.Paths() {
		// Pages are not in the tree yet but for those that an earlier build made.
		if f := t.files[p]; !f.kept && path.Ext(p) != ".html" {
			m[path.Dir(p)] = append(m[path.Dir(p)], feeds.File{Name: path.Base(p), Bytes: f.size})
		}
	}
	return m
}

// Size is the length of a file in bytes; false when there is no such file.
func (t *Tree) Size(path string) (int64, bool) {
	f, ok := t.files[path]
	return f.size, ok
}

// memoryFile is an open file of the tree that is in memory. It can be sought,
// so that a part of it can be sent without a copy.
type memoryFile struct{ *bytes.Reader }

func (memoryFile) Close() error { return nil }

// Open opens a file for reading. The error is an [fs.PathError] with
// [fs.ErrNotExist] when there is no such file.
func (t *Tree) Open(path string) (io.ReadCloser, error) {
	f, ok := t.files[path]
	switch {
	case !ok:
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	case f.open != nil:
		return f.open()
	}
	return memoryFile{bytes.NewReader(f.data)}, nil
}

// ReadFile gives the whole content of a file.
func (t *Tree) ReadFile(path string) ([]byte, error) {
	r, err := t.Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}
