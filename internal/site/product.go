package site

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"

	"darksite/internal/digest"
)

// Product is what a build made for a calibration. The same sources give the same
// product.
type Product struct {
	// Sources are the hashes of what it was made of, by what it is; nil where one
	// is not known, and then it is made every time.
	Sources map[string]string `json:"sources"`
	Files   map[string]File   `json:"files"` // by name, beside the page
}

// File is one of a product.
type File struct {
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
	// Open gives the content.
	Open func() (io.ReadCloser, error) `json:"-"`
}

func newFile(data []byte) File {
	sha := sha256.Sum256(data)
	return File{
		SHA256: hex.EncodeToString(sha[:]), Size: int64(len(data)),
		Open: func() (io.ReadCloser, error) { return memoryFile{bytes.NewReader(data)}, nil },
	}
}

// inTree is the file as the tree has it.
func (f File) inTree() file { return file{open: f.Open, size: f.Size, sha256: f.SHA256} }

// programSource is the source that is the program itself.
const programSource = "the program"

// due says why a product must be made of these sources, "" when one that was
// found will do.
func (p *Product) due(found bool, sources map[string]string) string {
	if !found || sources == nil {
		return "not at hand"
	}
	if differ := digest.Differences(p.Sources, sources); len(differ) > 0 {
		return differ[0]
	}
	return ""
}
