package publish

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"darksite/internal/filename"
)

// Verified is what [Directory.Verify] found.
type Verified struct {
	Files   int `json:"files"`   // that MANIFEST names
	Foreign int `json:"foreign"` // in dark_cal/, of others
	Release int `json:"release"` // 0 where the target has no releases
	// Problems are sentences, each about one file; none when all holds.
	Problems []string `json:"problems"`
}

// Verify reads every published file and holds it against MANIFEST, MANIFEST
// against the release, and what rollbacks need against its hash. A plain copy of
// a published tree can be verified too.
func (d *Directory) Verify(ctx context.Context) (*Verified, error) {
	s, closeRoot, err := d.open(false)
	if err != nil {
		return nil, err
	}
	defer closeRoot()
	v := &Verified{Problems: []string{}}
	content, err := s.read(ManifestFile, maxRecord)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: nothing was published to %s: `darksite publish` does", err, d.path)
	} else if err != nil {
		return nil, err
	}
	files, err := parseManifest(content)
	if err != nil {
		v.problem("%s: %v", ManifestFile, err)
		files = nil
	}
	v.Files = len(files)
	ours := map[string]bool{ManifestFile: true}
	for _, f := range files {
		ours[f.Path] = true
		if err := s.verifyFile(ctx, v, f); err != nil {
			return nil, err
		}
	}
	if err := s.verifyStore(ctx, v, fileOf(ManifestFile, content), files, ours); err != nil {
		return nil, err
	}
	unread, err := s.unread(append(files, fileOf(ManifestFile, content)))
	if err != nil {
		return nil, err
	}
	v.Problems = append(v.Problems, unread...)
	slices.Sort(v.Problems)
	return v, nil
}

func (v *Verified) problem(format string, args ...any) {
	v.Problems = append(v.Problems, fmt.Sprintf(format, args...))
}

func (s *store) verifyFile(ctx context.Context, v *Verified, f File) error {
	info, err := s.Lstat(f.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		v.problem("%s: missing", f.Path)
		return nil
	case err != nil:
		v.problem("%s: cannot be read: %v", f.Path, err)
		return nil
	case !info.Mode().IsRegular():
		v.problem("%s: not a plain file (%s)", f.Path, info.Mode().Type())
		return nil
	}
	sum, err := s.sum(ctx, f.Path)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		v.problem("%s: cannot be read: %v", f.Path, err)
	case sum != f.SHA256:
		v.problem("%s: differs: its SHA-256 is %s, published was %s", f.Path, sum, f.SHA256)
	}
	return nil
}

// verifyStore looks at the releases, and for files of theirs that are left.
func (s *store) verifyStore(ctx context.Context, v *Verified, manifest File, files []File, ours map[string]bool) error {
	all, err := s.releases()
	if err != nil {
		v.problem("%v", err)
	}
	if pending, err := s.journal(); err != nil {
		v.problem("%v", err)
	} else if pending != nil {
		v.problem("%s: the switch to release %d is not finished: `darksite publish` goes on with it, --rollback takes it back", journalFile, pending.Number)
	}
	if len(all) > 0 {
		live := all[len(all)-1]
		v.Release = live.Number
		for _, e := range live.Files {
			if e.Path == ManifestFile && e.SHA256 != manifest.SHA256 {
				v.problem("%s: differs from that of release %d", ManifestFile, live.Number)
				for _, e := range live.files() { // a damaged one may not name all
					if !slices.Contains(files, File{Path: e.Path, SHA256: e.SHA256}) {
						if err := s.verifyFile(ctx, v, e); err != nil {
							return err
						}
						ours[e.Path] = true
					}
				}
			}
		}
	}
	once := map[string]bool{}
	former := map[string]bool{}
	for _, r := range all {
		for _, e := range r.Files {
			former[e.Path] = true
			if once[e.SHA256] {
				continue
			}
			once[e.SHA256] = true
			if err := s.verifyObject(ctx, v, e.File, r.Number, ours[e.Path]); err != nil {
				return err
			}
		}
	}
	tells, err := s.tellsCase()
	if err != nil {
		return err
	}
	keys := map[string]bool{}
	for p := range ours {
		keys[filename.Key(p)] = !tells
	}
	return s.walk(Section, func(p string) error {
		switch {
		case ours[p] || keys[filename.Key(p)]:
		case former[p]:
			v.problem("%s: left over from an earlier release", p)
		default:
			v.Foreign++
		}
		return ctx.Err()
	})
}

// verifyObject reads what a rollback needs, unless it is the very file that is
// published and was read.
func (s *store) verifyObject(ctx context.Context, v *Verified, f File, release int, live bool) error {
	name := objectName(f.SHA256)
	info, err := s.Lstat(name)
	if err != nil {
		v.problem("%s: release %d needs it for %s: %v", name, release, f.Path, err)
		return nil
	}
	if other, err := s.Lstat(f.Path); live && err == nil && os.SameFile(info, other) {
		return nil
	}
	sum, err := s.sum(ctx, name)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		v.problem("%s: cannot be read: %v", name, err)
	case sum != f.SHA256:
		v.problem("%s: differs: release %d cannot restore %s from it", name, release, f.Path)
	}
	return nil
}

// walk calls f for every file below a directory.
func (s *store) walk(dir string, f func(string) error) error {
	entries, err := s.ReadDir(dir)
	if err != nil {
		return err
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	for _, e := range entries {
		p := path.Join(dir, e.Name())
		if e.IsDir() {
			err = s.walk(p, f)
		} else {
			err = f(p)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
