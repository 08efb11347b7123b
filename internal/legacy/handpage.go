package legacy

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/renameio/v2"
)

// HandPage is a page that people keep by hand.
type HandPage struct {
	Path    string // as it was named
	Content []byte
	file    string // the file itself, where the path is a link
}

// OpenHandPage reads a page that is kept by hand.
func OpenHandPage(path string) (*HandPage, error) {
	p := &HandPage{Path: path}
	var err error
	if p.file, err = filepath.EvalSymlinks(path); err != nil {
		return nil, err
	}
	if info, err := os.Stat(p.file); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: not a file: name the page itself, such as index.html", path)
	}
	f, err := os.Open(p.file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	p.Content, err = io.ReadAll(io.LimitReader(f, MaxPage+1))
	return p, err
}

// Base is where dark_cal/ is as seen from the page, if its list does not tell:
// beside it, unless the page lies in it.
func (p *HandPage) Base() string {
	if abs, err := filepath.Abs(p.file); err == nil && strings.EqualFold(filepath.Base(filepath.Dir(abs)), "dark_cal") {
		return ""
	}
	return "dark_cal/"
}

// Adopt is [Adopt], with errors that name the page.
func (p *HandPage) Adopt() (*Proposal, error) {
	proposal, err := Adopt(p.Content)
	return proposal, p.named(err)
}

// Update is [Update], with errors that name the page.
func (p *HandPage) Update(has []Link, base string) (*Updated, error) {
	u, err := Update(p.Content, has, base)
	return u, p.named(err)
}

func (p *HandPage) named(err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", p.Path, err)
	}
	return nil
}

// Save puts new content in the place of the page in one step; its mode stays. A
// page that somebody changed since it was read is left alone.
func (p *HandPage) Save(content []byte) error {
	now, err := os.ReadFile(p.file)
	if err == nil && !bytes.Equal(now, p.Content) {
		err = fmt.Errorf("%s: somebody changed the page just now: run the same command again", p.Path)
	}
	if err != nil {
		return err
	}
	info, err := os.Stat(p.file)
	if err == nil && info.Mode().Perm()&0o200 == 0 {
		err = fmt.Errorf("%s: the page must not be written to: chmod u+w it first", p.Path)
	}
	if err != nil {
		return err
	}
	return renameio.WriteFile(p.file, content, info.Mode().Perm(), renameio.IgnoreUmask())
}
