package site

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"darksite/internal/feeds"
	"darksite/internal/view"
)

// addDerived puts what other programs and pages read in the tree: lists,
// numbers and feeds, all of the same calibrations as the pages.
func addDerived(tree *Tree, in *Inputs, site *view.Site) error {
	if err := addLegacy(tree, in, site.Settings); err != nil {
		return err
	}
	links, err := Listing(*in)
	if err != nil {
		return err
	}
	block, err := blockOf(links, site.Settings.Base())
	if err := tree.addMade(BlockFile, block, err); err != nil {
		return err
	}
	for _, f := range site.History.Figures {
		numbers, err := site.History.CSV(f)
		if err := tree.addMade(path.Join(Section, f.ID+".csv"), numbers, err); err != nil {
			return err
		}
	}
	zodi, err := site.ZodiCSV()
	if err := tree.addMade(path.Join(Section, view.ZodiFile), zodi, err); err != nil {
		return err
	}
	if overlay, _, err := site.DrawOverlay(); err != nil || overlay != nil {
		if err := tree.addMade(path.Join(Section, view.OverlayFile), overlay, err); err != nil {
			return err
		}
	}
	if err := addAPI(tree, in, site); err != nil {
		return err
	}
	feed, err := feeds.Atom(site)
	return tree.addMade(FeedFile, feed, err)
}

// addMade puts a file in the tree, unless it could not be made.
func (t *Tree) addMade(path string, data []byte, err error) error {
	if err != nil {
		return fmt.Errorf("site: %s: %w", path, err)
	}
	return t.addBytes(path, data)
}

// Files for programs, beside the pages.
const (
	APIDir   = Section + "/api/v1"
	FeedFile = Section + "/feed.xml" // Atom
	// SearchIndexFile is what the search page looks in.
	SearchIndexFile = Section + "/assets/search-index.js"
	// SitemapFile is there when it is known where the pages are published.
	SitemapFile = Section + "/sitemap.xml"
)

// addAPI puts the numbers of the pages in the tree. Those of known pages are there
// already.
func addAPI(tree *Tree, in *Inputs, site *view.Site) error {
	var schemas []string
	for _, name := range feeds.SchemaFiles {
		data, err := fs.ReadFile(in.Defaults, path.Join("docs/schema", name))
		if err != nil {
			continue // defaults of a test, or of somebody's own
		}
		schemas = append(schemas, name)
		if err := tree.addBytes(path.Join(APIDir, "schema", name), data); err != nil {
			return err
		}
	}
	beside := tree.beside()
	files, err := feeds.API(site, func(address string) []feeds.File { return beside[path.Join(Section, address)] }, schemas,
		func(name string) bool { _, made := tree.files[path.Join(APIDir, name)]; return made })
	if err != nil {
		return fmt.Errorf("site: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := tree.addBytes(path.Join(APIDir, name), files[name]); err != nil {
			return err
		}
	}
	return nil
}

// addOfPages puts what is made of all pages in the tree, which has them by then.
func addOfPages(tree *Tree, in *Inputs, site *view.Site) error {
	index, err := feeds.Search(site, tree.prose(site))
	if err := tree.addMade(SearchIndexFile, index, err); err != nil {
		return err
	}
	addTwins(tree, in, site.Settings)
	if err := tree.putTwins(); err != nil {
		return err
	}
	base := site.Settings.Base()
	if base == "" {
		return nil
	}
	var pages []string
	for _, p := range tree.Paths() {
		if strings.HasSuffix(strings.ToLower(p), ".html") && p != Section+"/404.html" && !tree.files[p].redirect {
			pages = append(pages, view.EscapePath(p))
		}
	}
	sitemap, err := feeds.Sitemap(base, pages)
	return tree.addMade(SitemapFile, sitemap, err)
}

// prose are the pages that are about no calibration.
func (t *Tree) prose(site *view.Site) (pages []feeds.Page) {
	generated := map[string]bool{Section: true, Section + "/search": true, Section + "/" + view.ListPage: true, Section + "/" + view.HistoryPage: true}
	for _, g := range site.Generated() {
		generated[path.Join(Section, g.Address)] = true
	}
	for _, c := range site.Calibrations {
		generated[path.Join(Section, c.Address)] = true
	}
	for _, p := range t.Paths() {
		if f := t.files[p]; path.Ext(p) == ".html" && !f.kept && !f.redirect && !generated[path.Dir(p)] {
			pages = append(pages, feeds.Page{Path: strings.TrimPrefix(p, Section+"/"), HTML: f.data})
		}
	}
	return pages
}

// remarks are sentences about what a person should know.
func (in *Inputs) remarks() (list []string) {
	for _, id := range in.Moved {
		now, _ := in.Addresses.Of(id)
		list = append(list, fmt.Sprintf("%s is at %s/%s/ from now on: an old report has the address that it had", id, Section, now))
	}
	return list
}
