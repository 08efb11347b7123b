package publish

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
)

// Readers says who can read what is published.
type Readers string

// Who can read.
const (
	// ReadersAll is everybody, whatever the umask says.
	ReadersAll Readers = "all"
	// ReadersGroup are the owner and the group.
	ReadersGroup Readers = "group"
	// ReadersUmask leaves it to the umask, and what is there as it is.
	ReadersUmask Readers = "umask"
)

// perms are the rights that files and directories of a target have at least; 0 when
// they are left to the umask.
func (r Readers) perms() (file, dir fs.FileMode) {
	switch r {
	case ReadersGroup:
		return 0o640, 0o750
	case ReadersUmask:
		return 0, 0
	}
	return filePerm, dirPerm
}

// sharedBits are of a directory's mode and go to those made in it: its group is
// theirs, and may write there when it may write in it.
func sharedBits(parent fs.FileMode, inherits bool) fs.FileMode {
	bits := parent & fs.ModeSetgid
	if bits != 0 || inherits {
		bits |= parent & 0o020
	}
	return bits
}

// mend gives the files and directories of a tree the rights that readers need. It
// adds rights and takes none away, but those of others when only the group is to
// read. Without touch it tells what it would do.
func (s *store) mend(files []File, touch bool) (mended, warnings []string, err error) {
	file, dir := s.readers.perms()
	if file == 0 {
		return nil, nil, nil
	}
	seen := map[string]bool{".": true}
	set := func(p string, want fs.FileMode) error {
		info, err := s.Lstat(p)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		} else if err != nil {
			return err
		}
		mode := info.Mode()
		// Who may read counts; that releases of before are read-only does not.
		next := mode | want
		if s.readers == ReadersGroup {
			next &^= 0o007
		}
		const reads = 0o555 | fs.ModeSetgid | fs.ModeSticky | fs.ModeSetuid
		if next&(reads|0o007) == mode&(reads|0o007) {
			return nil
		}
		if touch {
			if err := s.Chmod(p, next&(fs.ModePerm|fs.ModeSetgid|fs.ModeSticky|fs.ModeSetuid)); err != nil {
				warnings = append(warnings, fmt.Sprintf("%s: readers may not be able to read it (mode %04o): %v", p, mode.Perm(), err))
				return nil
			}
		}
		mended = append(mended, p)
		return nil
	}
	for _, f := range files {
		for d := path.Dir(f.Path); !seen[d]; d = path.Dir(d) {
			seen[d] = true
			if err := set(d, dir); err != nil {
				return nil, nil, err
			}
		}
		if err := set(f.Path, file); err != nil {
			return nil, nil, err
		}
	}
	slices.Sort(mended)
	return mended, warnings, nil
}

// unread are the files of a tree that readers cannot read, with their modes.
func (s *store) unread(files []File) (problems []string, err error) {
	paths, _, err := s.mend(files, false)
	for _, p := range paths {
		if info, err := s.Lstat(p); err == nil {
			problems = append(problems, fmt.Sprintf("%s: mode %04o: readers cannot read it", p, info.Mode().Perm()))
		}
	}
	return problems, err
}

// makeReadable gives a file or directory that was made just now its rights.
func (s *store) makeReadable(p string, want fs.FileMode) error {
	if want == 0 {
		return nil
	}
	info, err := s.Lstat(p)
	if err != nil {
		return err
	}
	mode := info.Mode()
	if mode&want == want {
		return nil
	}
	err = s.Chmod(p, mode&(fs.ModePerm|fs.ModeSetgid|fs.ModeSticky)|want)
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, errors.ErrUnsupported) {
		return nil // a disk without rights; [store.mend] says so where it matters
	}
	return err
}

// publicDir makes a directory that readers come to, and those above it.
func (s *store) publicDir(dir string) error {
	if dir == "." {
		return nil
	}
	if info, err := s.Lstat(dir); err == nil && info.IsDir() {
		return nil
	}
	parent := path.Dir(dir)
	if err := s.publicDir(parent); err != nil {
		return err
	}
	if err := s.mkdir(dir, dirPerm); err != nil {
		return err
	}
	_, want := s.readers.perms()
	if want == 0 {
		return nil
	}
	above, err := s.Lstat(parent)
	if err != nil {
		return err
	}
	return s.makeReadable(dir, want|sharedBits(above.Mode(), s.Inherits(parent)))
}
