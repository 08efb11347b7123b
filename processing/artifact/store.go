package artifact

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"darksite/processing/chandra"
)

// Save writes a calibration's files to <archive>/<id> in one step: readers see
// the old directory or the new one, never a part. Files that are not ours in an
// existing directory are carried over; those that its MANIFEST lists and files
// lacks were made with what is replaced, and go with it. Nothing is written, and
// changed is false, when the files are there already with the same bytes.
func Save(archive string, id chandra.ID, files map[string][]byte) (changed bool, err error) {
	target := filepath.Join(archive, string(id))
	if err := sweep(archive, id); err != nil {
		return false, err
	}
	if same(target, files) {
		return false, nil
	}
	if err := os.MkdirAll(archive, 0o777); err != nil {
		return false, err
	}
	staged := filepath.Join(archive, fmt.Sprintf("%s%d", stagedPrefix(id), os.Getpid()))
	if err := os.Mkdir(staged, 0o777); err != nil {
		return false, err
	}
	defer os.RemoveAll(staged)
	if err := writeAll(staged, files); err != nil {
		return false, err
	}
	if err := carryOver(target, staged, files); err != nil {
		return false, err
	}
	if err := replaceDir(staged, target); err != nil {
		return false, err
	}
	return true, syncDir(archive)
}

// stagedPrefix begins the name of a directory that is to become <id>. One with a
// leading dot is invisible to the archive's readers.
func stagedPrefix(id chandra.ID) string { return ".staged-" + string(id) + "-" }

// The ends of the names of what is on its way out.
const (
	asideSuffix = "-old"   // what stood at the target, see replaceDir
	sweptSuffix = "-swept" // what a process that was killed had begun
)

// sweep removes what processes that were killed left of a calibration. What
// stood at the target goes back to it if it was not replaced yet.
func sweep(archive string, id chandra.ID) error {
	entries, err := os.ReadDir(archive)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	target := filepath.Join(archive, string(id))
	var left []string
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), stagedPrefix(id)) {
			continue
		}
		path := filepath.Join(archive, e.Name())
		_, err := os.Lstat(target)
		if strings.HasSuffix(path, asideSuffix) && errors.Is(err, fs.ErrNotExist) {
			if err := os.Rename(path, target); err != nil {
				return err
			}
			continue
		}
		left = append(left, path)
	}
	for _, path := range left {
		// Under another name first: a process that is still at work on it, from
		// another site, then fails and cannot put a part of it in place.
		swept := path
		if !strings.HasSuffix(path, sweptSuffix) {
			swept += sweptSuffix
			if err := errors.Join(os.RemoveAll(swept), os.Rename(path, swept)); err != nil {
				return err
			}
		}
		if err := os.RemoveAll(swept); err != nil {
			return err
		}
	}
	return nil
}

func same(dir string, files map[string][]byte) bool {
	for name, want := range files {
		path := filepath.Join(dir, name)
		if st, err := os.Stat(path); err != nil || st.Size() != int64(len(want)) {
			return false
		}
		if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
			return false
		}
	}
	return true
}

// writeAll writes and syncs the files side by side, because most of the time
// goes to waiting for the disk.
func writeAll(dir string, files map[string][]byte) error {
	var wg sync.WaitGroup
	var mu sync.Mutex
	var failed error
	for name, content := range files {
		wg.Go(func() {
			if err := writeSynced(filepath.Join(dir, name), content); err != nil {
				mu.Lock()
				defer mu.Unlock()
				failed = errors.Join(failed, err)
			}
		})
	}
	wg.Wait()
	if failed != nil {
		return failed
	}
	return syncDir(dir)
}

func writeSynced(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// carryOver links what others put into the directory into its successor: what
// is neither in files nor in the directory's MANIFEST.
func carryOver(from, to string, files map[string][]byte) error {
	entries, err := os.ReadDir(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	was := listed(from)
	for _, e := range entries {
		if _, ours := files[e.Name()]; ours || was[e.Name()] {
			continue
		}
		path := filepath.Join(from, e.Name())
		if !e.Type().IsRegular() {
			return fmt.Errorf("%s is not a file of darksite and cannot be kept when %s is replaced: move it elsewhere", path, from)
		}
		if err := os.Link(path, filepath.Join(to, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// listed are the files that the MANIFEST of a directory names.
func listed(dir string) map[string]bool {
	manifest, err := os.ReadFile(filepath.Join(dir, ManifestFile))
	if err != nil {
		return nil // then nothing in it is known to be ours
	}
	names := map[string]bool{}
	for line := range strings.Lines(string(manifest)) {
		if _, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  "); ok {
			names[name] = true
		}
	}
	return names
}
