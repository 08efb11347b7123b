package artifact

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
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

// List gives the ids of the calibrations in an archive that darksite described,
// rising. An archive that does not exist has none.
func List(archive string) ([]chandra.ID, error) {
	entries, err := os.ReadDir(archive)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var ids []chandra.ID
	for _, e := range entries {
		id, err := chandra.ParseID(e.Name())
		if err != nil || !e.IsDir() {
			continue
		}
		if _, err := os.Stat(filepath.Join(archive, e.Name(), CalibrationFile)); err == nil {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids, nil
}

// Load reads the calibration.json of one calibration.
func Load(archive string, id chandra.ID) (*Calibration, error) {
	path := filepath.Join(archive, string(id), CalibrationFile)
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	c, err := Parse(content)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if c.ID != id {
		return nil, fmt.Errorf("%s: describes calibration %q; each directory holds the calibration it is named after", path, c.ID)
	}
	return c, nil
}

// Parse reads and checks a calibration.json.
func Parse(content []byte) (*Calibration, error) {
	var head struct {
		Schema string `json:"schema"`
	}
	if err := json.Unmarshal(content, &head); err != nil {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	if head.Schema != Schema {
		return nil, fmt.Errorf("schema %q: this darksite reads %q; build with the darksite that wrote it, or process the calibration again", head.Schema, Schema)
	}
	c := new(Calibration)
	if err := json.Unmarshal(content, c); err != nil {
		return nil, err
	}
	return c, c.check()
}

// check refuses what later steps could not rely on.
func (c *Calibration) check() error {
	if _, err := chandra.ParseID(string(c.ID)); err != nil {
		return err
	}
	h := c.Histogram
	if len(h.Values) != len(h.Counts) {
		return fmt.Errorf("histogram: %d values and %d counts, want as many of each", len(h.Values), len(h.Counts))
	}
	for i := range h.Values {
		if h.Counts[i] < 1 || i > 0 && h.Values[i] <= h.Values[i-1] {
			return fmt.Errorf("histogram: entry %d is %v with count %d, want rising values and positive counts", i, h.Values[i], h.Counts[i])
		}
	}
	if n := h.Pixels(); n != c.Statistics.Pixels {
		return fmt.Errorf("histogram holds %d pixels and the statistics say %d", n, c.Statistics.Pixels)
	}
	return nil
}
