package publish

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
)

// Release is what was published at one time.
type Release struct {
	Format  int    `json:"format"`
	Number  int    `json:"number"`
	Time    string `json:"time"`    // UTC, RFC 3339, of its switch
	Version string `json:"version"` // of the program
	// RollbackTo is the release that it went back to, 0 when it was built.
	RollbackTo   int `json:"rollback_to,omitempty"`
	Calibrations int `json:"calibrations"`
	// Fewer is there when the release holds fewer calibrations than the one
	// before it, which somebody allowed.
	Fewer *Fewer `json:"allowed_fewer,omitempty"`
	// Adopted tells that files of others were allowed to be taken over.
	Adopted bool `json:"adopted,omitempty"`
	// Counts of files against the release before.
	Added   int `json:"added"`
	Changed int `json:"changed"`
	Removed int `json:"removed"`

	Files []entry `json:"files"`
	// Blocks are the blocks of pages that people keep by hand.
	Blocks []blockEntry `json:"blocks,omitempty"`
	// Claims are paths that a switch which was not finished may have left; the
	// switch to this release removes them.
	Claims []entry `json:"claims,omitempty"`
}

// Fewer is a count of calibrations that went down.
type Fewer struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// entry is a file of a release and its time on the disk in nanoseconds, by
// which a file that nobody touched is known without reading it.
type entry struct {
	File
	Modified int64 `json:"modified"`
}

// blockEntry is the block of darksite in a page that is not ours.
type blockEntry struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
	// Before is the block that stood there before darksite's first.
	Before string `json:"before,omitempty"`
}

const releaseFormat = 1

// maxRecord bounds what is read of a record; one of 150 calibrations has 0.5 MB.
const maxRecord = 64 << 20

var hashForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// parseRelease reads a record. Its paths decide what is replaced and removed.
func parseRelease(content []byte) (*Release, error) {
	var r Release
	if err := json.Unmarshal(content, &r); err != nil {
		return nil, err
	}
	if r.Format != releaseFormat {
		return nil, fmt.Errorf("format %d: this darksite knows %d", r.Format, releaseFormat)
	}
	if r.Number < 1 {
		return nil, fmt.Errorf("number %d: want one from 1 on", r.Number)
	}
	for _, e := range slices.Concat(r.Files, r.Claims) {
		if err := checkPath(e.Path); err != nil && e.Path != ManifestFile {
			return nil, err
		}
		if !hashForm.MatchString(e.SHA256) || e.Size < 0 {
			return nil, fmt.Errorf("%s: want a SHA-256 and a size", e.Path)
		}
	}
	for _, b := range r.Blocks {
		if err := checkPage(b.Path); err != nil {
			return nil, err
		}
		if !hashForm.MatchString(b.SHA256) || b.Before != "" && !hashForm.MatchString(b.Before) {
			return nil, fmt.Errorf("%s: want a SHA-256", b.Path)
		}
	}
	return &r, nil
}

func (r *Release) marshal() ([]byte, error) {
	content, err := json.MarshalIndent(r, "", " ")
	return append(content, '\n'), err
}

// files are those of the tree, without MANIFEST.
func (r *Release) files() (files []File) {
	for _, e := range r.Files {
		if e.Path != ManifestFile {
			files = append(files, e.File)
		}
	}
	return files
}

// Digest names the tree of the release.
func (r *Release) Digest() string { return Digest(r.files()) }

// recordName is a release's file in releases/.
func recordName(n int) string { return path.Join(recordDir, fmt.Sprintf("%06d", n)) }

var recordForm = regexp.MustCompile(`^[0-9]{6,9}$`)

var errDamaged = errors.New("damaged")
