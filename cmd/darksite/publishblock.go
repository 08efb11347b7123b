package main

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"

	"darksite/internal/legacy"
	"darksite/internal/publish"
)

// marks are the markers of package legacy.
type marks struct{}

func (marks) Find(page []byte) ([]byte, error) {
	m, err := legacy.Find(page)
	if err != nil {
		return nil, err
	}
	return page[m.From:m.To], nil
}

func (marks) Replace(page, block []byte) ([]byte, error) { return legacy.Replace(page, block) }

// mainBlock is the list of the published calibrations as the main page has it: in
// its style, with its links to what darksite does not know. Page is the file's path
// as seen from the directory that holds dark_cal/.
func mainBlock(e *env, tree publish.Tree, file, page string) ([]byte, error) {
	content, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil, withHint(err, "site.toml names it as main_page: make the page, and `darksite adopt` puts markers around its list")
	} else if err != nil {
		return nil, err
	}
	m, err := legacy.Find(content)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	all, err := siteListing(e)
	if err != nil {
		return nil, err
	}
	built := map[string]bool{}
	for _, f := range tree.Files() {
		built[f.Path] = true
	}
	// What was built may be older than the archive.
	all = slices.DeleteFunc(all, func(l legacy.Link) bool { return !built[path.Join(publish.Section, l.Address)] })
	base, err := filepath.Rel(path.Dir(page), publish.Section)
	if err != nil {
		return nil, err
	}
	block, err := m.Style.Block(legacy.Renew(m.Links, all, filepath.ToSlash(base)+"/"))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return block, nil
}
