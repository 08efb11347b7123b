package main

import (
	"path"
	"path/filepath"
	"slices"

	"darksite/internal/legacy"
	"darksite/internal/publish"
	"darksite/internal/workspace"
)

// mainBlock is the list of the published calibrations as the main page of a target
// has it. Page is the file's path as seen from the directory that holds dark_cal/.
func mainBlock(c *workspace.Workspace, tree publish.Tree, file, page string) ([]byte, error) {
	all, err := c.Listing()
	if err != nil {
		return nil, err
	}
	built := map[string]bool{}
	for _, f := range tree.Files() {
		built[f.Path] = true
	}
	// The pages may be older than the archive.
	all = slices.DeleteFunc(all, func(l legacy.Link) bool { return !built[path.Join(publish.Section, l.Address)] })
	base, err := filepath.Rel(path.Dir(page), publish.Section)
	if err != nil {
		return nil, err
	}
	_, updated, err := workspace.NewList(file, all, filepath.ToSlash(base)+"/")
	if err != nil {
		return nil, err
	}
	return updated.Block, nil
}
