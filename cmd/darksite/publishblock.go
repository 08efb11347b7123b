package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"darksite/internal/legacy"
	"darksite/internal/publish"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
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
// its style, with its links to what darksite does not know.
func mainBlock(tree publish.Tree, file, page string) ([]byte, error) {
	content, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil, withHint(err, "site.toml names it as main_page: make the page, with <!-- darksite:begin --> and <!-- darksite:end --> where the list belongs")
	} else if err != nil {
		return nil, err
	}
	m, err := legacy.Find(content)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	links, err := listing(tree, page)
	if err != nil {
		return nil, err
	}
	block, err := m.Style.Block(append(links, legacy.Missing(m.Links, links)...))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return block, nil
}

// listing are the calibrations of a tree, with addresses as seen from a page.
func listing(tree publish.Tree, page string) (links []legacy.Link, err error) {
	for _, f := range tree.Files() {
		if path.Base(f.Path) != artifact.CalibrationFile || strings.Count(f.Path, "/") != 2 {
			continue
		}
		id, err := idIn(tree, f.Path)
		if err != nil {
			return nil, err
		}
		address, err := filepath.Rel(path.Dir(page), path.Join(path.Dir(f.Path), "index.html"))
		if err != nil {
			return nil, err
		}
		links = append(links, legacy.Link{ID: id, Address: filepath.ToSlash(address), Text: id.Date().Format("2006 Jan 2"), Title: id.Colon()})
	}
	return links, nil
}

// idIn is the id that a calibration.json gives.
func idIn(tree publish.Tree, name string) (chandra.ID, error) {
	f, err := tree.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	var doc struct {
		ID string `json:"id"`
	}
	if err := json.NewDecoder(io.LimitReader(f, 64<<20)).Decode(&doc); err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	id, err := chandra.ParseID(doc.ID)
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	return id, nil
}
