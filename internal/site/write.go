package site

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"darksite/internal/filename"
	"darksite/internal/ground/workers"
)

// Changes lists the paths that a write touched, each sorted.
type Changes struct {
	Added, Changed, Removed []string
	// Unchanged counts the files that were there already, byte for byte.
	Unchanged int
}

// stagingFile holds a file's new content until it is renamed into place.
const stagingFile = Section + "/.darksite-staging"

// place is what the disk holds where a file of the tree belongs.
type place int

const (
	vacant place = iota
	same
	differs
)

// Write makes the directory hold the tree. Files that are equal already are
// not rewritten, each other file is replaced in one step, and files that an
// earlier write made and the tree no longer has are removed. A file that is
// not ours is never touched: if one stands where a different file of ours
// belongs, Write fails before it changes anything.
//
// The manifest in the tree is extended before the first change and trimmed
// after the last one, so that an interrupted write leaves nothing unclaimed.
func (t *Tree) Write(dir string) (Changes, error) { return t.WriteKnowing(dir, nil) }

// Digests know the hashes of files on disk, by path, and are told of those that
// were written.
type Digests interface {
	Of(path string) (sha256 string, size int64, err error)
	Put(path, sha256 string) error
}

// WriteKnowing is Write that reads nothing whose hash is known.
func (t *Tree) WriteKnowing(dir string, known Digests) (Changes, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Changes{}, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Changes{}, err
	}
	defer root.Close()
	if err := checkSection(root, dir); err != nil {
		return Changes{}, err
	}

	recorded, err := root.ReadFile(ManifestFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Changes{}, err
	}
	old, err := parseManifest(recorded)
	if err != nil {
		return Changes{}, fmt.Errorf("%s: %w", dir, err)
	}
	next, places, err := t.compare(root, dir, known)
	if err != nil {
		return Changes{}, fmt.Errorf("%s: %w", dir, err)
	}

	var changes Changes
	var foreign []string
	// Where the disk does not tell case apart, a name of before in another case is
	// the file itself: an address changed, or an earlier darksite wrote both.
	before, isNext, folds := map[string]bool{}, map[string]bool{}, false
	for p := range next {
		isNext[filename.Key(p)] = true
	}
	for p := range old {
		before[filename.Key(p)] = true
		if _, kept := next[p]; !kept && !folds && isNext[filename.Key(p)] {
			if folds, err = foldsCase(root); err != nil {
				return Changes{}, fmt.Errorf("%s: %w", dir, err)
			}
		}
	}
	for _, p := range t.Paths() {
		_, ours := old[p]
		ours = ours || folds && before[filename.Key(p)]
		switch {
		case places[p] == same:
			changes.Unchanged++
		case places[p] == vacant:
			changes.Added = append(changes.Added, p)
		case ours:
			changes.Changed = append(changes.Changed, p)
		default:
			foreign = append(foreign, p)
		}
	}
	if len(foreign) > 0 {
		return Changes{}, fmt.Errorf("%s: %s: %d file(s) stand where ours belong but were not made by darksite; move them away or write elsewhere; nothing was changed",
			dir, strings.Join(foreign[:min(3, len(foreign))], ", "), len(foreign))
	}
	for p := range old {
		if _, kept := next[p]; !kept && !(folds && isNext[filename.Key(p)]) {
			changes.Removed = append(changes.Removed, p)
		}
	}
	slices.Sort(changes.Removed)

	final := next.marshal()
	if bytes.Equal(final, recorded) && len(changes.Added)+len(changes.Changed) == 0 {
		return changes, nil
	}
	claimed := maps.Clone(next)
	for _, p := range changes.Removed {
		claimed[p] = old[p]
	}
	if err := replace(root, ManifestFile, bytes.NewReader(claimed.marshal())); err != nil {
		return Changes{}, err
	}
	for _, p := range inWriteOrder(slices.Concat(changes.Added, changes.Changed)) {
		if err := t.copyTo(root, p, next[p]); err != nil {
			return Changes{}, fmt.Errorf("%s: %w", dir, err)
		}
		if known != nil {
			if err := known.Put(filepath.Join(dir, filepath.FromSlash(p)), next[p]); err != nil {
				return Changes{}, err
			}
		}
	}
	for _, p := range changes.Removed {
		if err := remove(root, p); err != nil {
			return Changes{}, fmt.Errorf("%s: %w", dir, err)
		}
	}
	return changes, replace(root, ManifestFile, bytes.NewReader(final))
}

// checkSection refuses a section that lies elsewhere.
func checkSection(root *os.Root, dir string) error {
	if info, err := root.Lstat(Section); err == nil && !info.IsDir() {
		return fmt.Errorf("%s: %s (%s) stands where the directory of the pages belongs: move it away, or set [paths] public to where it leads", dir, Section, info.Mode().Type())
	}
	return root.MkdirAll(Section, 0o755)
}

// foldsCase tries whether the disk takes two names that differ in case for one. Hard
// links, and file systems without inodes of their own, tell nothing.
func foldsCase(root *os.Root) (bool, error) {
	f, err := root.OpenFile(stagingFile, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o644)
	if err != nil {
		return false, err
	}
	_, err = root.Lstat(path.Join(Section, strings.ToUpper(path.Base(stagingFile))))
	folds := err == nil
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return folds, errors.Join(err, f.Close(), root.Remove(stagingFile))
}

// inWriteOrder puts what pages refer to before the pages, and the index last,
// so that a reader meets no link to a file that is still to come.
func inWriteOrder(paths []string) []string {
	rank := func(p string) int {
		switch {
		case p == Section+"/index.html":
			return 2
		case strings.HasSuffix(p, ".html"):
			return 1
		}
		return 0
	}
	slices.SortFunc(paths, func(a, b string) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), strings.Compare(a, b))
	})
	return paths
}

// compare finds the hash of every file of the tree and what the disk holds in
// its place.
func (t *Tree) compare(root *os.Root, dir string, known Digests) (manifest, map[string]place, error) {
	paths := t.Paths()
	sums, found := make([]string, len(paths)), make([]place, len(paths))
	err := workers.Each(len(paths), func(i int) (err error) {
		if sums[i], err = t.sum(paths[i]); err == nil {
			found[i], err = t.placeOf(root, dir, paths[i], sums[i], known)
		}
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	m, places := manifest{}, map[string]place{}
	for i, p := range paths {
		m[p], places[p] = sums[i], found[i]
	}
	return m, places, nil
}

// sum is the hash of a file of the tree.
func (t *Tree) sum(p string) (string, error) {
	f := t.files[p]
	if f.sha256 != "" {
		return f.sha256, nil
	}
	r, err := t.Open(p)
	if err != nil {
		return "", fmt.Errorf("%s: %w", p, err)
	}
	defer r.Close()
	digest := sha256.New()
	size, err := io.Copy(digest, r)
	if err != nil {
		return "", fmt.Errorf("%s: %w", p, err)
	}
	if size != f.size {
		return "", fmt.Errorf("%s: the source has %d bytes, want %d; it changed since the build, so build again", p, size, f.size)
	}
	return hex.EncodeToString(digest.Sum(nil)), nil
}

// placeOf tells what the disk holds where a file with a hash belongs.
func (t *Tree) placeOf(root *os.Root, dir, p, sum string, known Digests) (place, error) {
	info, err := root.Lstat(p)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return vacant, nil
	case err != nil:
		return 0, err
	case info.IsDir():
		return 0, fmt.Errorf("%s is a directory; move it away", p)
	case !info.Mode().IsRegular() || info.Size() != t.files[p].size:
		return differs, nil
	}
	there, err := hashOf(root, dir, p, known)
	if err != nil {
		return 0, err
	}
	if there == sum {
		return same, nil
	}
	return differs, nil
}

// hashOf is the hash of a file on disk.
func hashOf(root *os.Root, dir, p string, known Digests) (string, error) {
	if known != nil {
		sum, _, err := known.Of(filepath.Join(dir, filepath.FromSlash(p)))
		return sum, err
	}
	f, err := root.Open(p)
	if err != nil {
		return "", err
	}
	defer f.Close()
	digest := sha256.New()
	if _, err := io.Copy(digest, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(digest.Sum(nil)), nil
}

// copyTo writes one file of the tree, which must still have the given hash.
func (t *Tree) copyTo(root *os.Root, p, sum string) error {
	r, err := t.Open(p)
	if err != nil {
		return fmt.Errorf("%s: %w", p, err)
	}
	defer r.Close()
	digest := sha256.New()
	return replaceIf(root, p, io.TeeReader(r, digest), func() error {
		if hex.EncodeToString(digest.Sum(nil)) != sum {
			return fmt.Errorf("%s: the source changed while it was copied; build again", p)
		}
		return nil
	})
}

func replace(root *os.Root, p string, content io.Reader) error {
	return replaceIf(root, p, content, func() error { return nil })
}

// replaceIf stages the content and renames it into place when it is good.
func replaceIf(root *os.Root, p string, content io.Reader, good func() error) error {
	if err := root.MkdirAll(path.Dir(p), 0o755); err != nil {
		return err
	}
	f, err := root.OpenFile(stagingFile, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, content)
	err = cmp.Or(err, f.Close())
	if err == nil {
		err = good()
	}
	if err == nil {
		err = root.Rename(stagingFile, p)
	}
	if err != nil {
		return errors.Join(err, root.Remove(stagingFile))
	}
	return nil
}

// remove deletes a file of ours, and then its directories as far as they are
// empty.
func remove(root *os.Root, p string) error {
	if err := root.Remove(p); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for d := path.Dir(p); d != Section; d = path.Dir(d) {
		if err := root.Remove(d); err != nil {
			return nil // not empty: it holds files that are not ours, or of ours still
		}
	}
	return nil
}
