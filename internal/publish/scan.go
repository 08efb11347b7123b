package publish

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
)

// live is what the target holds at a path.
type live struct {
	info fs.FileInfo // nil when there is nothing
	// sum is the SHA-256 where it is known, ours whether it is one that was
	// published at this path.
	sum  string
	ours bool
}

// is tells whether it is a file.
func (l live) is(f File) bool { return l.info != nil && l.sum == f.SHA256 }

// claims are the files that may be ours, by path: those of the live release and
// of one that was not finished.
type claims map[string][]entry

func (c claims) add(entries []entry) {
	for _, e := range entries {
		c[e.Path] = append(c[e.Path], e)
	}
}

// look finds out what is at a path. A file that has the size and the time of a
// claim is not read; want is what should come there.
func (s *store) look(ctx context.Context, p string, c claims, want string, size int64) (l live, err error) {
	l.info, err = s.Lstat(p)
	if errors.Is(err, fs.ErrNotExist) {
		return live{}, nil
	} else if err != nil {
		return l, err
	}
	if !l.info.Mode().IsRegular() {
		return l, fmt.Errorf("%w: %s stands where a file of ours belongs (%s): move it away", ErrObstructed, p, l.info.Mode().Type())
	}
	// Where times are coarse, two versions of a file may have one.
	known := map[string]bool{}
	for _, e := range c[p] {
		if e.Modified != 0 && e.Modified == l.info.ModTime().UnixNano() && e.Size == l.info.Size() {
			known[e.SHA256] = true
		}
	}
	if len(known) == 1 {
		for sum := range known {
			l.sum, l.ours = sum, true
		}
		return l, nil
	}
	sizes := []int64{size}
	for _, e := range c[p] {
		sizes = append(sizes, e.Size)
	}
	if !slices.Contains(sizes, l.info.Size()) {
		return l, nil // none of those that matter
	}
	if l.sum, err = s.sum(ctx, p); err != nil {
		return l, err
	}
	l.ours = l.sum == want || slices.ContainsFunc(c[p], func(e entry) bool { return e.SHA256 == l.sum })
	return l, nil
}

// scan looks at the places of files and of all that is claimed.
func (s *store) scan(ctx context.Context, files []File, c claims) (map[string]live, error) {
	if err := s.checkDirs(files); err != nil {
		return nil, err
	}
	found := map[string]live{}
	for _, f := range files {
		l, err := s.look(ctx, f.Path, c, f.SHA256, f.Size)
		if err != nil {
			return nil, err
		}
		found[f.Path] = l
	}
	for p := range c {
		if _, done := found[p]; done {
			continue
		}
		l, err := s.look(ctx, p, c, "", -1)
		if errors.Is(err, ErrForeign) {
			l, err = live{}, nil // whatever took its place is not ours to remove
		}
		if err != nil {
			return nil, err
		}
		found[p] = l
	}
	return found, ctx.Err()
}

// checkDirs refuses directories that are links or something else.
func (s *store) checkDirs(files []File) error {
	seen := map[string]bool{".": true}
	for _, f := range files {
		for d := path.Dir(f.Path); !seen[d]; d = path.Dir(d) {
			seen[d] = true
			info, err := s.Lstat(d)
			if errors.Is(err, fs.ErrNotExist) {
				continue
			} else if err != nil {
				return err
			}
			if !info.IsDir() {
				return fmt.Errorf("%w: %s stands where a directory of ours belongs (%s): move it away, or publish to where it leads", ErrObstructed, d, info.Mode().Type())
			}
		}
	}
	return nil
}
