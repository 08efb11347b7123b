package publish

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"

	"darksite/internal/filename"
)

// Section is the directory that holds all that is published. What lies beside
// it is not ours.
const Section = "dark_cal"

// ManifestFile names the published files with their SHA-256. It can be checked
// in its directory with sha256sum -c.
const ManifestFile = Section + "/MANIFEST"

// builtManifest is the manifest of a tree that was built and not published; its
// lines are the same.
const builtManifest = Section + "/.darksite-manifest"

// calibrationFile stands once in the directory of each calibration.
const calibrationFile = "calibration.json"

// File is one file of a tree.
type File struct {
	Path   string `json:"path"` // with slashes, under dark_cal/
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"` // in hexadecimal
}

// Tree is what is to be published.
type Tree interface {
	// Files are all files, by rising path.
	Files() []File
	// Open opens one of them. What is read is held against its SHA-256.
	Open(path string) (io.ReadCloser, error)
}

// Built is a tree on the disk as `darksite build` leaves it: the files that its
// manifest names.
type Built struct {
	root  *os.Root
	files []File
	apart *inMemory
}

// OpenBuilt opens the tree of a directory that holds dark_cal/. Symbolic links
// are not followed out of it.
func OpenBuilt(dir string) (*Built, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("%w: `darksite build` makes the tree", err)
	}
	b := &Built{root: root}
	if b.files, err = b.read(); err != nil {
		root.Close()
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	return b, nil
}

func (b *Built) read() ([]File, error) {
	content, err := b.root.ReadFile(builtManifest)
	if err != nil {
		return nil, fmt.Errorf("%w: `darksite build` makes the tree", err)
	}
	files, err := parseManifest(content)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: run `darksite build` again", builtManifest, err)
	}
	if files, err = b.takeAliases(files); err != nil {
		return nil, err
	}
	for i, f := range files {
		info, err := b.root.Lstat(f.Path)
		switch {
		case err != nil:
			return nil, fmt.Errorf("%w: the manifest names it: run `darksite build` again", err)
		case !info.Mode().IsRegular():
			return nil, fmt.Errorf("%s is not a plain file (%s): run `darksite build` again", f.Path, info.Mode().Type())
		}
		files[i].Size = info.Size()
	}
	return files, nil
}

// takeAliases reads the alias file of a tree, and leaves the others.
func (b *Built) takeAliases(files []File) (rest []File, err error) {
	var names filename.Set
	b.apart = nil
	for _, f := range files {
		if f.Path == aliasFile {
			content, err := b.root.ReadFile(aliasFile)
			if err == nil && fileOf("", content).SHA256 != f.SHA256 {
				err = errors.New("its SHA-256 is not that of the manifest")
			}
			if err == nil {
				b.apart, err = parseAliases(content)
			}
			if err != nil {
				return nil, fmt.Errorf("%s: %w: run `darksite build` again", aliasFile, err)
			}
			continue
		}
		if other := names.Clash(f.Path); other != "" {
			return nil, fmt.Errorf("%s and %s are one on many disks: an earlier darksite built the tree: run `darksite build` again", other, f.Path)
		}
		names.Add(f.Path)
		rest = append(rest, f)
	}
	if b.apart == nil {
		return nil, fmt.Errorf("%s is not in the manifest: an earlier darksite built the tree: run `darksite build` again", aliasFile)
	}
	return rest, nil
}

// Apart are the files for targets that tell upper from lower case.
func (b *Built) Apart() Tree { return b.apart }

// Files are the files of the manifest.
func (b *Built) Files() []File { return b.files }

// Open opens a file.
func (b *Built) Open(path string) (io.ReadCloser, error) { return b.root.Open(path) }

// Close lets go of the directory.
func (b *Built) Close() error { return b.root.Close() }

var manifestLine = regexp.MustCompile(`^([0-9a-f]{64})  (.+)$`)

// parseManifest reads a manifest, without sizes. Its paths decide what may be
// replaced and removed, so one that leads elsewhere is refused.
func parseManifest(content []byte) ([]File, error) {
	var files []File
	lines := bufio.NewScanner(bytes.NewReader(content))
	for n := 1; lines.Scan(); n++ {
		m := manifestLine.FindStringSubmatch(lines.Text())
		if m == nil {
			return nil, fmt.Errorf("line %d: want a SHA-256, two spaces and a path", n)
		}
		f := File{Path: Section + "/" + m[2], SHA256: m[1]}
		if err := checkPath(f.Path); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		files = append(files, f)
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	slices.SortFunc(files, byPath)
	for i := range files {
		if i > 0 && files[i].Path == files[i-1].Path {
			return nil, fmt.Errorf("%s stands there twice", files[i].Path)
		}
	}
	return files, nil
}

func byPath(a, b File) int { return strings.Compare(a.Path, b.Path) }

// checkPath refuses what cannot be a file of ours.
func checkPath(p string) error {
	switch {
	case !fs.ValidPath(p) || !strings.HasPrefix(p, Section+"/") || strings.ContainsAny(p, "\\\n\r\x00"):
		return fmt.Errorf("path %q does not lie under %s/", p, Section)
	case p == ManifestFile || strings.HasPrefix(path.Base(p), ".darksite") && p != aliasFile:
		return fmt.Errorf("path %q is the publisher's own", p)
	}
	return nil
}

// marshalManifest writes the lines of files that are sorted.
func marshalManifest(files []File) []byte {
	var b bytes.Buffer
	for _, f := range files {
		fmt.Fprintf(&b, "%s  %s\n", f.SHA256, strings.TrimPrefix(f.Path, Section+"/"))
	}
	return b.Bytes()
}

// withManifest adds MANIFEST to the files of a tree.
func withManifest(files []File) (all []File, manifest []byte) {
	manifest = marshalManifest(files)
	all = append(slices.Clone(files), fileOf(ManifestFile, manifest))
	slices.SortFunc(all, byPath)
	return all, manifest
}

func fileOf(path string, content []byte) File {
	sum := sha256.Sum256(content)
	return File{path, int64(len(content)), hex.EncodeToString(sum[:])}
}

// Digest names a tree: two trees with one digest hold the same files.
func Digest(files []File) string { return fileOf("", marshalManifest(files)).SHA256 }

// calibrations counts the calibrations among files.
func calibrations(files []File) (n int) {
	for _, f := range files {
		if path.Base(f.Path) == calibrationFile && strings.Count(f.Path, "/") == 2 {
			n++
		}
	}
	return n
}
