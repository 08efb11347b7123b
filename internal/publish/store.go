package publish

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"time"
)

// Where things lie in a target; see the package comment.
const (
	storeDir     = ".darksite-releases"
	objectDir    = storeDir + "/objects"
	recordDir    = storeDir + "/releases"
	displacedDir = storeDir + "/displaced"
	tmpDir       = storeDir + "/tmp"
	journalFile  = storeDir + "/journal"
	lockFile     = storeDir + "/lock"
	holderFile   = storeDir + "/holder"
)

// Rights. What is published has them whatever the umask says, see [Readers]; the
// store is for the publishers alone.
const (
	filePerm  = 0o644
	dirPerm   = 0o755
	storePerm = 0o770
)

// store is the part of a target that is darksite's own.
type store struct {
	disk
	temps  int    // names given in tmp/
	buffer []byte // for hashing

	readers Readers
	locked  bool        // by this process
	around  func() bool // whether the disk tells case apart, from outside; may be nil
}

func objectName(sum string) string { return path.Join(objectDir, sum[:2], sum) }

// prepare makes the store and empties tmp/. It is for who holds the lock.
func (s *store) prepare() error {
	for _, dir := range []string{storeDir, objectDir, recordDir, tmpDir} {
		if err := s.mkdir(dir, storePerm); err != nil {
			return err
		}
	}
	left, err := s.ReadDir(tmpDir)
	if err != nil {
		return err
	}
	for _, e := range left {
		if err := s.Remove(path.Join(tmpDir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// mkdir makes a directory that may be there.
func (s *store) mkdir(dir string, perm fs.FileMode) error {
	if info, err := s.Lstat(dir); err == nil && info.IsDir() {
		return nil
	}
	if err := s.Mkdir(dir, perm); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

func (s *store) mkdirAll(dir string, perm fs.FileMode) error {
	if dir == "." {
		return nil
	}
	if info, err := s.Lstat(dir); err == nil && info.IsDir() {
		return nil
	}
	if err := s.mkdirAll(path.Dir(dir), perm); err != nil {
		return err
	}
	return s.mkdir(dir, perm)
}

// temp is a new name in tmp/.
func (s *store) temp() string {
	s.temps++
	return path.Join(tmpDir, strconv.Itoa(s.temps))
}

// write makes a file in tmp/ and puts its bytes on the disk.
func (s *store) write(content io.Reader, perm fs.FileMode) (name, sum string, size int64, err error) {
	name = s.temp()
	f, err := s.Create(name, perm)
	if err != nil {
		return "", "", 0, err
	}
	digest := sha256.New()
	size, err = io.Copy(f, io.TeeReader(content, digest))
	if err == nil {
		err = f.Sync()
	}
	if err = cmp.Or(err, f.Close()); err != nil {
		s.Remove(name) // the next run empties tmp/ too
		return "", "", 0, err
	}
	return name, hex.EncodeToString(digest.Sum(nil)), size, nil
}

// replace gives a file of the store new content in one step.
func (s *store) replace(file string, content []byte) error {
	name, _, _, err := s.write(bytes.NewReader(content), 0o660)
	if err != nil {
		return err
	}
	if err := s.Rename(name, file); err != nil {
		s.Remove(name)
		return err
	}
	return s.Sync(path.Dir(file))
}

// put stores content that must have a hash, unless it is there.
func (s *store) put(ctx context.Context, f File, open func() (io.ReadCloser, error)) error {
	if there, err := s.has(ctx, f); there || err != nil {
		return err
	}
	r, err := open()
	if err != nil {
		return err
	}
	defer r.Close()
	name, got, _, err := s.write(r, filePerm)
	if err == nil {
		perm, _ := s.readers.perms()
		err = s.makeReadable(name, perm)
	}
	if err != nil {
		return err
	}
	if got != f.SHA256 {
		s.Remove(name)
		return fmt.Errorf("%s: its SHA-256 is %.12s..., not %.12s... as the manifest has it: run `darksite build` again", f.Path, got, f.SHA256)
	}
	return s.intern(name, f.SHA256)
}

// intern moves a file of tmp/ to where its hash leads.
func (s *store) intern(name, sum string) error {
	err := s.mkdir(path.Dir(objectName(sum)), storePerm)
	if err == nil {
		err = s.Rename(name, objectName(sum))
	}
	if err != nil {
		s.Remove(name)
	}
	return err
}

// has tells whether an object is there and whole. One that is not, because
// somebody wrote through a name that it shares, is thrown away.
func (s *store) has(ctx context.Context, f File) (bool, error) {
	name := objectName(f.SHA256)
	info, err := s.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, err
	case info.Mode().IsRegular() && info.Size() == f.Size:
		got, err := s.sum(ctx, name)
		if err != nil {
			return false, err
		}
		if got == f.SHA256 {
			return true, nil
		}
	}
	return false, s.Remove(name)
}

// keep stores a live file whose content is known, as a hard link where there
// are such.
func (s *store) keep(ctx context.Context, f File) error {
	name := objectName(f.SHA256)
	if info, err := s.Lstat(name); err == nil && info.Mode().IsRegular() && info.Size() == f.Size {
		return nil
	}
	if err := s.mkdir(path.Dir(name), storePerm); err != nil {
		return err
	}
	err := s.Link(f.Path, name)
	if err != nil && noLinks(err) {
		return s.put(ctx, f, func() (io.ReadCloser, error) { return s.Open(f.Path) })
	}
	return err
}

// syncObjects puts the names of objects on the disk.
func (s *store) syncObjects(sums []string) error {
	dirs := map[string]bool{}
	for _, sum := range sums {
		dirs[path.Dir(objectName(sum))] = true
	}
	for dir := range dirs {
		if err := s.Sync(dir); err != nil {
			return err
		}
	}
	return s.Sync(objectDir)
}

// object reads a small object and holds it against its hash.
func (s *store) object(sum string) ([]byte, error) {
	content, err := s.read(objectName(sum), maxRecord)
	if err == nil && fileOf("", content).SHA256 != sum {
		err = fmt.Errorf("%s: %w: its SHA-256 is another", objectName(sum), errDamaged)
	}
	return content, err
}

func (s *store) read(name string, most int64) ([]byte, error) {
	f, err := s.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(content)) > most {
		err = fmt.Errorf("%s: more than %d bytes", name, most)
	}
	return content, err
}

// sum hashes a file of the target.
func (s *store) sum(ctx context.Context, name string) (string, error) {
	f, err := s.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	digest := sha256.New()
	if s.buffer == nil {
		s.buffer = make([]byte, 1<<18)
	}
	for {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		n, err := f.Read(s.buffer)
		digest.Write(s.buffer[:n])
		if errors.Is(err, io.EOF) {
			return hex.EncodeToString(digest.Sum(nil)), nil
		} else if err != nil {
			return "", fmt.Errorf("%s: %w", name, err)
		}
	}
}

// recorded are the numbers of all releases, rising.
func (s *store) recorded() (numbers []int, err error) {
	names, err := s.ReadDir(recordDir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, e := range names {
		if n, err := strconv.Atoi(e.Name()); err == nil && recordForm.MatchString(e.Name()) {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	return numbers, err
}

// latest reads the record of the live release, nil when there is none.
func (s *store) latest() (*Release, error) {
	numbers, err := s.recorded()
	if err != nil || len(numbers) == 0 {
		return nil, err
	}
	return s.release(recordName(numbers[len(numbers)-1]))
}

// releases reads all records, oldest first.
func (s *store) releases() (all []*Release, err error) {
	numbers, err := s.recorded()
	if err != nil {
		return nil, err
	}
	for _, n := range numbers {
		r, err := s.release(recordName(n))
		if err != nil {
			return nil, err
		}
		if r.Number != n {
			return nil, fmt.Errorf("%s: %w: it is the record of release %d", recordName(n), errDamaged, r.Number)
		}
		all = append(all, r)
	}
	return all, nil
}

func (s *store) release(name string) (*Release, error) {
	content, err := s.read(name, maxRecord)
	if err != nil {
		return nil, err
	}
	r, err := parseRelease(content)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: what is published stays as it is; put the file back from a backup, or move it away", name, err)
	}
	return r, nil
}

// journal is the release that is being switched to, nil when none is.
func (s *store) journal() (*Release, error) {
	r, err := s.release(journalFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return r, err
}

// prune forgets releases beyond the last so many, and then all objects that no
// release names.
func (s *store) prune(all []*Release, keep int) error {
	for len(all) > keep {
		if err := s.Remove(recordName(all[0].Number)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		all = all[1:]
	}
	used := map[string]bool{}
	for _, r := range all {
		for _, e := range r.Files {
			used[e.SHA256] = true
		}
		for _, b := range r.Blocks {
			used[b.SHA256], used[b.Before] = true, true
		}
	}
	dirs, err := s.ReadDir(objectDir)
	if err != nil {
		return err
	}
	for _, d := range dirs {
		dir := path.Join(objectDir, d.Name())
		names, err := s.ReadDir(dir)
		if err != nil {
			return err
		}
		left := len(names)
		for _, n := range names {
			if used[n.Name()] {
				continue
			}
			if err := s.Remove(path.Join(dir, n.Name())); err != nil {
				return err
			}
			left--
		}
		if left == 0 {
			if err := s.Remove(dir); err != nil {
				return err
			}
		}
	}
	return nil
}

func at(ns int64) time.Time { return time.Unix(0, ns) }
