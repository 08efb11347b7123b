package legacy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/google/renameio/v2"

	"darksite/processing/chandra"
)

// RecordSchema names the layout of a record.
const RecordSchema = "darksite/old-report/1"

// ManifestFile lists the SHA-256 of all files that are kept as `sha256sum -c`
// reads it.
const ManifestFile = "MANIFEST"

// staging is what is being copied, beside where it goes.
const staging = ".staging"

// maxRecord is far above what the bounds of a section let into one.
const maxRecord = 16 << 20 // bytes

// Record says what is kept of an old report and what was read from it:
// <name>.json beside the directory <name>.
type Record struct {
	Schema string     `json:"schema"`
	Name   string     `json:"name"`
	ID     chandra.ID `json:"id"`   // "" when it cannot be told
	Main   string     `json:"main"` // path of the page that people open; may be ""
	Title  string     `json:"title"`
	// Aliases are other names under which the report is known.
	Aliases []string `json:"aliases"`
	// Numbers counts the calibrations with statistics in its pages.
	Numbers int      `json:"numbers"`
	Files   []File   `json:"files"`
	Doubts  []string `json:"doubts"`
}

// RecordOf is the record of a report of a section.
func (s *Section) RecordOf(r *Report) *Record {
	k := &Record{Schema: RecordSchema, Name: r.Name, ID: r.ID, Main: r.Main, Title: r.Title,
		Aliases: []string{}, Files: append([]File{}, r.Files...), Doubts: []string{}}
	for _, a := range s.Aliases {
		if a.To == r.Name {
			k.Aliases = append(k.Aliases, a.Name)
		}
	}
	ids := map[chandra.ID]bool{}
	doubts := slices.Clone(r.Doubts)
	for _, p := range r.Pages {
		for _, row := range p.Table.Rows {
			ids[row.ID] = true
		}
		for _, d := range p.Doubts {
			doubts = append(doubts, p.Path+": "+d)
		}
	}
	k.Numbers = len(ids)
	for _, d := range fewer(doubts) {
		k.Doubts = append(k.Doubts, plain(d))
	}
	return k
}

// Keep copies a report from the directory that was scanned into the one where
// old reports are kept, byte by byte, all of it or nothing. One that is there
// already with the same files is a success, and what is known of it is written
// anew; one with other files is refused, for its addresses are public.
func Keep(dir, from string, k *Record) (added bool, err error) {
	if err := k.valid(); err != nil {
		return false, err
	}
	records, err := Load(dir)
	if err != nil {
		return false, err
	}
	for _, old := range records {
		switch {
		case old.Name == k.Name:
			if err := sameFiles(dir, &old, k.Files); err != nil {
				return false, err
			}
		case strings.EqualFold(old.Name, k.Name):
			return false, fmt.Errorf("%s: %s is kept already, and differs in case alone: on some systems and servers they are one", k.Name, old.Name)
		}
	}
	target := filepath.Join(dir, k.Name)
	if _, err := os.Lstat(target); errors.Is(err, fs.ErrNotExist) {
		if err := copyReport(dir, from, k); err != nil {
			return false, err
		}
	} else if err != nil {
		return false, err
	} else if err := onDisk(dir, k); err != nil { // copied, and stopped before its record
		return false, err
	}
	content, err := k.encode()
	if err != nil {
		return false, err
	}
	record := target + ".json"
	was, err := os.ReadFile(record)
	if err == nil && bytes.Equal(was, content) {
		return false, nil
	}
	if err := renameio.WriteFile(record, content, 0o666); err != nil {
		return false, err
	}
	return was == nil, writeManifest(dir)
}

// sameFiles compares what is kept with what is to be kept.
func sameFiles(dir string, old *Record, files []File) error {
	differ := func(name, how string) error {
		at := filepath.Join(dir, old.Name)
		return fmt.Errorf("%s: %s: its address shows what is kept; if the new files are right, remove %s and %s.json, and import again", name, how, at, at)
	}
	was := map[string]File{}
	for _, f := range old.Files {
		was[f.Path] = f
	}
	for _, f := range files {
		switch o, ok := was[f.Path]; {
		case !ok:
			return differ(f.Path, "is not among the files that are kept already")
		case o != f:
			return differ(f.Path, fmt.Sprintf("differs from the one that is kept already (%s, kept is %s)", f.SHA256[:12], o.SHA256[:12]))
		}
		delete(was, f.Path)
	}
	for name := range maps.Keys(was) {
		return differ(name, "is kept, and is not there any more")
	}
	return nil
}

// onDisk holds a directory without a record to what should be in it.
func onDisk(dir string, k *Record) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	w := &walker{root: root}
	files, _, err := w.files(k.Name)
	if err != nil {
		return err
	}
	return sameFiles(dir, &Record{Name: k.Name, Files: files}, k.Files)
}

// copyReport stages a directory and renames it into place.
func copyReport(dir, from string, k *Record) error {
	stage := filepath.Join(dir, staging)
	if err := os.RemoveAll(stage); err != nil {
		return err
	}
	defer os.RemoveAll(stage)
	if err := os.MkdirAll(filepath.Join(stage, k.Name), 0o777); err != nil {
		return err
	}
	for _, f := range k.Files {
		if err := copyInto(filepath.Join(stage, filepath.FromSlash(f.Path)), from, f); err != nil {
			return err
		}
	}
	return os.Rename(filepath.Join(stage, k.Name), filepath.Join(dir, k.Name))
}

func copyInto(target, from string, f File) (err error) {
	if err := os.MkdirAll(filepath.Dir(target), 0o777); err != nil {
		return err
	}
	to, err := os.OpenFile(target, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	if err := Copy(to, from, f); err != nil {
		return err
	}
	return to.Sync()
}

// Load reads the records of the directory where old reports are kept, by name.
// A directory that does not exist has none.
func Load(dir string) ([]Record, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	var records []Record
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".json")
		if !ok || !directoryName.MatchString(name) {
			continue
		}
		at := filepath.Join(dir, e.Name())
		content, err := os.ReadFile(at)
		if err != nil {
			return nil, err
		}
		k, err := ParseRecord(content)
		if err == nil && k.Name != name {
			err = fmt.Errorf("it is the record of %s", short(k.Name))
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w: remove it, and import the old pages again", at, err)
		}
		records = append(records, *k)
	}
	return records, nil
}

// ParseRecord reads a record back.
func ParseRecord(content []byte) (*Record, error) {
	if len(content) > maxRecord {
		return nil, fmt.Errorf("%d bytes, want at most %d", len(content), maxRecord)
	}
	k := new(Record)
	d := json.NewDecoder(bytes.NewReader(content))
	d.DisallowUnknownFields()
	if err := d.Decode(k); err != nil {
		return nil, fmt.Errorf("byte %d: %w", d.InputOffset(), err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("byte %d: more text after the end", d.InputOffset())
	}
	return k, k.valid()
}

func (k *Record) encode() ([]byte, error) {
	content, err := json.MarshalIndent(k, "", " ")
	if err == nil && len(content) >= maxRecord {
		err = fmt.Errorf("%s: its record has more than %d bytes", k.Name, maxRecord)
	}
	return append(content, '\n'), err
}

var hexSum = regexp.MustCompile(`^[0-9a-f]{64}$`)

// valid holds a record to what its types do not say: its paths become those of
// the site.
func (k *Record) valid() error {
	if k.Schema != RecordSchema {
		return fmt.Errorf("schema %s, want %q", short(k.Schema), RecordSchema)
	}
	if !directoryName.MatchString(k.Name) {
		return fmt.Errorf("%s is no report directory: want YYYY_mon, such as 2009_oct", short(k.Name))
	}
	if k.ID != "" {
		if _, err := chandra.ParseID(string(k.ID)); err != nil {
			return err
		}
	}
	for _, a := range k.Aliases {
		if !directoryName.MatchString(a) {
			return fmt.Errorf("%s is no report directory: want YYYY_mon, such as 2009_oct", short(a))
		}
	}
	main := k.Main == ""
	for i, f := range k.Files {
		inside, ok := strings.CutPrefix(f.Path, k.Name+"/")
		if !ok || !fs.ValidPath(f.Path) || f.Bytes < 0 || f.Bytes > maxFileBytes || !hexSum.MatchString(f.SHA256) {
			return fmt.Errorf("file %s: want a path below %s/, a size and a SHA-256", short(f.Path), k.Name)
		}
		for part := range strings.SplitSeq(inside, "/") {
			if why := badName(part); why != "" {
				return fmt.Errorf("file %s is %s", short(f.Path), why)
			}
		}
		if i > 0 && k.Files[i-1].Path >= f.Path {
			return fmt.Errorf("file %s is not in its place", short(f.Path))
		}
		main = main || f.Path == k.Main
	}
	if !main {
		return fmt.Errorf("the main page %s is not among the files", short(k.Main))
	}
	return nil
}

// writeManifest lists all that is kept.
func writeManifest(dir string) error {
	records, err := Load(dir)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	for _, k := range records {
		for _, f := range k.Files {
			fmt.Fprintf(&b, "%s  %s\n", f.SHA256, f.Path)
		}
	}
	return renameio.WriteFile(filepath.Join(dir, ManifestFile), b.Bytes(), 0o666)
}

// Open reads a file that is kept. One that is not what its record says is an
// error where it ends, so that it is never taken for the old one.
func Open(dir string, f File) (io.ReadCloser, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	r, err := openChecked(root, f, filepath.Join(dir, filepath.FromSlash(f.Path))+": the file is not the one that was imported: "+
		"bring it back, or remove its directory and its record, and import the old pages again")
	if err != nil {
		return nil, err
	}
	return r, nil
}

// Verify reads all that is kept and returns a sentence for each thing that is
// not as it was.
func Verify(dir string) (reports int, problems []string, err error) {
	records, err := Load(dir)
	if err != nil {
		return 0, nil, err
	}
	for _, k := range records {
		for _, f := range k.Files {
			r, err := Open(dir, f)
			if err == nil {
				_, err = io.Copy(io.Discard, r)
				r.Close()
			}
			if err != nil {
				problems = append(problems, err.Error())
			}
		}
	}
	return len(records), problems, nil
}

// Has tells whether a report has a file of its own in its directory, whatever
// the case of the letters.
func (k *Record) Has(name string) bool {
	return slices.ContainsFunc(k.Files, func(f File) bool { return strings.EqualFold(f.Path, path.Join(k.Name, name)) })
}
