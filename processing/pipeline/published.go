package pipeline

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/published"
	"darksite/processing/quantity"

	"github.com/google/renameio/v2"
)

// ImportedStatistics is what became of one calibration of a published table.
type ImportedStatistics struct {
	Record  *published.Calibration
	Path    string
	Changed bool
	// Differences are sentences about what is not the same in the archive's map.
	Differences []string
	Err         error
}

// ImportPublished keeps published statistics, one file for each calibration
// that the tables name, in the directory that is for them. What an earlier
// import kept is replaced by something else only when replace says so.
func ImportPublished(tables []*published.Table, dir string, o Options, replace bool) ([]ImportedStatistics, error) {
	return importPublished(tables, dir, o, func(record *published.Calibration, path string) (string, bool, error) {
		return keep(record, path, replace)
	})
}

// AddPublished puts statistics of old report pages beside what is kept, and
// before it: what was shown still is.
func AddPublished(tables []*published.Table, dir string, o Options) ([]ImportedStatistics, error) {
	return importPublished(tables, dir, o, func(record *published.Calibration, path string) (string, bool, error) {
		switch content, err := os.ReadFile(path); {
		case err == nil:
			was, err := published.Parse(content, path)
			if err != nil {
				return "", false, err
			}
			*record = *published.Join(record, was)
		case !errors.Is(err, fs.ErrNotExist):
			return "", false, err
		}
		return keep(record, path, true)
	})
}

func importPublished(tables []*published.Table, dir string, o Options, keep func(*published.Calibration, string) (string, bool, error)) ([]ImportedStatistics, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	sums, err := publishedSums(dir)
	if err != nil {
		return nil, err
	}
	var out []ImportedStatistics
	for _, record := range published.Collect(tables...) {
		one := ImportedStatistics{Record: record, Path: filepath.Join(dir, string(record.ID)+".json")}
		var sum string
		if sum, one.Changed, one.Err = keep(record, one.Path); one.Err == nil {
			sums[filepath.Base(one.Path)] = sum
		}
		if c, err := artifact.Load(o.Archive, record.ID); err == nil {
			own, err := c.Numbers(quantity.At{})
			if err != nil {
				return nil, fmt.Errorf("%s: %w", record.ID, err)
			}
			one.Differences = record.Against(own)
		}
		out = append(out, one)
	}
	var manifest bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		fmt.Fprintf(&manifest, "%s  %s\n", sums[name], name)
	}
	return out, renameio.WriteFile(filepath.Join(dir, artifact.ManifestFile), manifest.Bytes(), 0o666)
}

// keep writes a record and returns the SHA-256 of its file.
func keep(record *published.Calibration, path string, replace bool) (sum string, changed bool, err error) {
	content, err := record.Encode()
	if err != nil {
		return "", false, err
	}
	sum = fmt.Sprintf("%x", sha256.Sum256(content))
	was, err := os.ReadFile(path)
	switch {
	case err == nil && bytes.Equal(was, content):
		return sum, false, nil
	case err == nil && placesAside(was, record, path):
		// The same but for the lines of the table, which an earlier version did not
		// keep.
	case err == nil && !replace && holds(was, record, path):
		return fmt.Sprintf("%x", sha256.Sum256(was)), false, nil
	case err == nil && !replace:
		return "", false, fmt.Errorf("%s: %w, from other tables", path, ErrKept)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return "", false, err
	}
	return sum, true, renameio.WriteFile(path, content, 0o666)
}

// holds tells whether a record that is kept says all of another, and shows the
// same.
func holds(was []byte, record *published.Calibration, path string) bool {
	old, err := published.Parse(was, path)
	if err != nil {
		return false
	}
	old, record = old.Unplaced(), record.Unplaced()
	for _, v := range record.Values {
		if o := old.Value(v.Quantity); o == nil || o.Shown != v.Shown {
			return false
		}
	}
	both, err := published.Join(record, old).Encode()
	if err != nil {
		return false
	}
	bare, err := old.Encode()
	return err == nil && len(both) == len(bare)
}

// placesAside tells whether a record that is kept says what another does, but for
// where in the tables it stands.
func placesAside(was []byte, record *published.Calibration, path string) bool {
	old, err := published.Parse(was, path)
	if err != nil {
		return false
	}
	one, err := old.Unplaced().Encode()
	if err != nil {
		return false
	}
	two, err := record.Unplaced().Encode()
	return err == nil && bytes.Equal(one, two)
}

// publishedSums are the SHA-256 of the records that are there, by file name: as
// the MANIFEST has them, so that damage since does not become right.
func publishedSums(dir string) (map[string]string, error) {
	manifest, err := os.ReadFile(filepath.Join(dir, artifact.ManifestFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	sums := map[string]string{}
	for line := range strings.Lines(string(manifest)) {
		sum, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if _, err := os.Stat(filepath.Join(dir, filepath.Base(name))); err == nil && isRecord(name) {
			sums[name] = sum
		}
	}
	return sums, nil
}

// isRecord tells whether a file is named after a calibration.
func isRecord(name string) bool {
	id, ok := strings.CutSuffix(name, ".json")
	_, err := chandra.ParseID(id)
	return ok && err == nil
}

// VerifyPublished reads the statistics that were imported and compares them with
// their MANIFEST. It returns a sentence for each thing that does not hold.
func VerifyPublished(dir string) (records int, problems []string, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil, nil
	} else if err != nil {
		return 0, nil, err
	}
	files := map[string][]byte{}
	for _, e := range entries {
		if !isRecord(e.Name()) {
			continue
		}
		content, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return 0, nil, err
		}
		files[e.Name()] = content
		if _, err := published.Parse(content, e.Name()); err != nil {
			problems = append(problems, err.Error())
		}
	}
	manifest, err := os.ReadFile(filepath.Join(dir, artifact.ManifestFile))
	if err != nil && (len(files) > 0 || !errors.Is(err, fs.ErrNotExist)) {
		return len(files), append(problems, fmt.Sprintf("%s: %v; import the tables again", artifact.ManifestFile, err)), nil
	}
	return len(files), append(artifact.CheckManifest(manifest, files), problems...), nil
}

// Published reads the statistics that were imported, by rising id. A directory
// that does not exist has none.
func Published(dir string) (records []*published.Calibration, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if !isRecord(e.Name()) {
			continue
		}
		id := chandra.ID(strings.TrimSuffix(e.Name(), ".json"))
		path := filepath.Join(dir, e.Name())
		content, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		record, err := published.Parse(content, path)
		if err != nil {
			return nil, err
		}
		if record.ID != id {
			return nil, fmt.Errorf("%s: describes calibration %s; each file is named after its calibration", path, record.ID)
		}
		records = append(records, record)
	}
	slices.SortFunc(records, func(a, b *published.Calibration) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return records, nil
}
