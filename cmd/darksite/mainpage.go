package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/renameio/v2"

	"darksite/internal/config"
	"darksite/internal/legacy"
	"darksite/internal/site"
)

// maxMainPage is a little more than package legacy takes.
const maxMainPage = 5 << 20 // bytes

// readPage reads a page that is kept by hand. The path that is returned is that
// of the file itself where the given one is a link.
func readPage(path string) (content []byte, at string, err error) {
	if at, err = filepath.EvalSymlinks(path); err != nil {
		return nil, "", err
	}
	st, err := os.Stat(at)
	switch {
	case err != nil:
		return nil, "", err
	case !st.Mode().IsRegular():
		return nil, "", fmt.Errorf("%s: not a file: name the page itself, such as index.html", path)
	}
	f, err := os.Open(at)
	if err != nil {
		return nil, "", err
	}
	defer f.Close()
	content, err = io.ReadAll(io.LimitReader(f, maxMainPage))
	return content, at, err
}

// rewritePage puts new content in the place of a page in one step; its mode
// stays. A page that somebody changed since it was read is left alone.
func rewritePage(at string, was, content []byte) error {
	now, err := os.ReadFile(at)
	switch {
	case err != nil:
		return err
	case !bytes.Equal(now, was):
		return fmt.Errorf("%s: somebody changed the page just now: run the same command again", at)
	}
	st, err := os.Stat(at)
	if err != nil {
		return err
	}
	if st.Mode().Perm()&0o200 == 0 {
		return fmt.Errorf("%s: the page must not be written to: chmod u+w it first", at)
	}
	return renameio.WriteFile(at, content, st.Mode().Perm(), renameio.IgnoreUmask())
}

// baseOf is where dark_cal/ is as seen from a page whose list does not tell.
func baseOf(path string) string {
	if abs, err := filepath.Abs(path); err == nil && strings.EqualFold(filepath.Base(filepath.Dir(abs)), site.Section) {
		return ""
	}
	return site.Section + "/"
}

// mainPage is the JSON document about the page of others that was kept.
type mainPage struct {
	File    string   `json:"file"`
	Changed bool     `json:"changed"`
	Kept    []string `json:"kept"` // addresses that only the page knows
}

// keepMainPage writes the block of the main page of site.toml anew; nil when it
// names none.
func keepMainPage(e *env, c *config.Config, in site.Inputs) (*mainPage, error) {
	if c.Pages.MainPage == "" {
		return nil, nil
	}
	links, err := site.Listing(in)
	if err != nil {
		return nil, err
	}
	path := c.Beside(c.Pages.MainPage)
	was, at, err := readPage(path)
	if err != nil {
		return nil, fmt.Errorf("[pages] main_page: %w", err)
	}
	updated, block, err := legacy.Update(was, links, baseOf(at))
	if errors.Is(err, legacy.ErrNoMarkers) {
		return nil, fmt.Errorf("%s: the list of calibrations has no markers yet: `darksite adopt %s` shows where they would go, and --write puts them in", path, path)
	} else if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	m := &mainPage{File: path, Changed: !bytes.Equal(was, updated), Kept: []string{}}
	for _, l := range legacy.Missing(block.Links, links) {
		m.Kept = append(m.Kept, l.Address)
	}
	if n := len(m.Kept); n > 0 {
		e.Verbosef("%s: %d %s stay that only the page knows, %s first", within(c.Dir, path), n, plural(n, "link", "links"), m.Kept[0])
	}
	if m.Changed {
		if err := rewritePage(at, was, updated); err != nil {
			return nil, err
		}
		e.Printf("%s: the list of calibrations is new, every other byte as it was", within(c.Dir, path))
	}
	return m, nil
}
