package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"

	"darksite/internal/config"
	"darksite/internal/ground/phrase"
	"darksite/internal/legacy"
	"darksite/internal/publish"
	"darksite/internal/site"
)

// marks are the markers in pages that people keep by hand.
type marks = legacy.Marks

// mainPage is the JSON document about the page of others that was kept.
type mainPage struct {
	File    string   `json:"file"`
	Changed bool     `json:"changed"`
	Kept    []string `json:"kept"` // addresses that only the page knows
}

// renewList reads a page that is kept by hand, with its list as it should be; build
// saves the page, publish hands the list on. Base is where dark_cal/ is as seen from
// the page, if that is known.
func renewList(file string, links []legacy.Link, base string) (*legacy.HandPage, *legacy.Updated, error) {
	page, err := legacy.OpenHandPage(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil, withHint(err, "site.toml names it as main_page: make the page, and `darksite adopt` puts markers around its list")
	} else if err != nil {
		return nil, nil, fmt.Errorf("main_page: %w", err)
	}
	if base == "" {
		base = page.Base()
	}
	updated, err := page.Update(links, base)
	if errors.Is(err, legacy.ErrNoMarkers) {
		return nil, nil, fmt.Errorf("%s: the list of calibrations has no markers yet: `darksite adopt %s` shows where they would go, and --write puts them in", file, phrase.Shell(file))
	}
	return page, updated, err
}

// keepMainPage writes the list of the main page of site.toml anew; nil when it
// names none.
func keepMainPage(e *env, c *config.Config, in site.Inputs) (*mainPage, error) {
	if c.Pages.MainPage == "" {
		return nil, nil
	}
	links, err := site.Listing(in)
	if err != nil {
		return nil, err
	}
	page, updated, err := renewList(c.Beside(c.Pages.MainPage), links, "")
	if err != nil {
		return nil, err
	}
	m := &mainPage{File: page.Path, Changed: !bytes.Equal(page.Content, updated.Page), Kept: []string{}}
	for _, l := range updated.Kept {
		m.Kept = append(m.Kept, l.Address)
	}
	if n := len(m.Kept); n > 0 {
		e.Verbosef("%s: %d %s stay that only the page knows, %s first", within(c.Dir, page.Path), n, plural(n, "link", "links"), m.Kept[0])
	}
	if m.Changed {
		if err := page.Save(updated.Page); err != nil {
			return nil, err
		}
		e.Printf("%s: the list of calibrations is new, every other byte as it was", within(c.Dir, page.Path))
	}
	return m, nil
}

// mainBlock is the list of the published calibrations as the main page of a target
// has it. Page is the file's path as seen from the directory that holds dark_cal/.
func mainBlock(e *env, tree publish.Tree, file, page string) ([]byte, error) {
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
	_, updated, err := renewList(file, all, filepath.ToSlash(base)+"/")
	if err != nil {
		return nil, err
	}
	return updated.Block, nil
}
