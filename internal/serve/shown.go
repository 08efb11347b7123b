package serve

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// shown is a tree as it is being served. Only the caches in it change.
type shown struct {
	site Site
	// generation counts the trees that look different, styles those that
	// differ in their style sheets alone.
	generation, styles int
	problems           []problem

	pages sync.Map // pageKey to *page
	tags  sync.Map // path to tag
}

// back is the same tree, of which nothing is known to be wrong.
func (s *shown) back() *shown {
	return &shown{site: s.site, generation: s.generation, styles: s.styles}
}

// pageKey: a page is allowed to connect to the host that it was asked of.
type pageKey struct{ path, host string }

// page is HTML as it is sent.
type page struct {
	content []byte
	tag     string
}

// tag is the ETag of a file that had this size and time when it was read.
type tag struct {
	value string
	size  int64
	time  time.Time
}

// at is the file that an address shows. A directory shows its index.html; one
// that was asked for without the slash at its end gives the address with it.
func (s *shown) at(path string) (file, redirect string, found bool) {
	if s.site.Tree == nil {
		return "", "", false
	}
	start := s.site.Base + s.site.Index
	if path != start && strings.HasPrefix(start, strings.TrimSuffix(path, "/")+"/") {
		return "", start, true
	}
	name, below := strings.CutPrefix(path, s.site.Base)
	if !below {
		return "", "", false
	}
	if name == "" || strings.HasSuffix(name, "/") {
		name += "index.html"
	}
	if _, ok := s.site.Tree.Size(name); ok {
		return name, "", true
	}
	if _, ok := s.site.Tree.Size(name + "/index.html"); ok {
		return "", path + "/", true
	}
	return "", "", false
}

// read gives a whole file.
func (s *shown) read(path string) ([]byte, error) {
	r, err := s.site.Tree.Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// tagOf is the ETag of an open file, which it leaves at its start.
func (s *shown) tagOf(path string, f io.ReadSeeker) (string, error) {
	now := tag{}
	if onDisk, ok := f.(interface{ Stat() (os.FileInfo, error) }); ok {
		info, err := onDisk.Stat()
		if err != nil {
			return "", err
		}
		now.size, now.time = info.Size(), info.ModTime()
	}
	if known, ok := s.tags.Load(path); ok && known.(tag).size == now.size && known.(tag).time.Equal(now.time) {
		return known.(tag).value, nil
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, f); err != nil {
		return "", err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	now.value = quotedTag(hash.Sum(nil))
	s.tags.Store(path, now)
	return now.value, nil
}

func quotedTag(sum []byte) string { return `"` + hex.EncodeToString(sum[:16]) + `"` }
