package artifact

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"darksite/processing/chandra"
)

// Save writes a calibration's files to <archive>/<id> in one step: readers see
// the old directory or the new one, never a part. Files that are not ours in an
// existing directory are carried over. Nothing is written, and changed is
// false, when the files are there already with the same bytes.
func Save(archive string, id chandra.ID, files map[string][]byte) (changed bool, err error) {
	target := filepath.Join(archive, string(id))
	if same(target, files) {
		return false, nil
	}
	if err := os.MkdirAll(archive, 0o777); err != nil {
		return false, err
	}
	// A name with a leading dot is invisible to the archive's readers. What a
	// process of this number left when it was killed is in nobody's use.
	staged := filepath.Join(archive, fmt.Sprintf(".staged-%s-%d", id, os.Getpid()))
	if err := os.RemoveAll(staged); err != nil {
		return false, err
	}
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

// carryOver links what others put into the directory into its successor.
func carryOver(from, to string, files map[string][]byte) error {
	entries, err := os.ReadDir(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		if _, ours := files[e.Name()]; ours {
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
