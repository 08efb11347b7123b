package workspace

import (
	"context"
	"path/filepath"
	"strings"

	"darksite/processing/chandra"
)

// Kind is what a node of the graph makes.
type Kind string

// The kinds of nodes, in the order in which they are made of each other.
const (
	Settings     Kind = "settings"    // on which everything depends; nobody makes them
	Archive      Kind = "archive"     // the map and the numbers of a calibration
	Comparison   Kind = "comparison"  // of each calibration with those before it
	Addresses    Kind = "addresses"   // which page belongs to which calibration
	Calibrations Kind = "calibration" // what pages need of the archive, in memory
	Pictures     Kind = "pictures"    // of each calibration
	Pages        Kind = "pages"       // the whole tree
	Page         Kind = "page"        // of a calibration, a part of the pages
	List         Kind = "main page"   // the list of calibrations on it
)

// Source is a file or a directory that something is made of.
type Source struct {
	Path string // absolute
	Of   Kind   // the first that is made of it
}

// Sources are all that a site is made of.
func (w *Workspace) Sources() []Source {
	list := []Source{
		{w.ConfigFile(), Settings},
		{w.DataDir(), Archive}, {w.ArchiveDir(), Archive}, // what went from the archive is made again
		{w.ComparisonsDir(), Comparison}, {w.beside(SignOffsDir), Comparison},
		{w.beside(AddressFile), Addresses}, {w.LegacyDir(), Addresses},
		{w.beside(NotesDir), Calibrations}, {w.PublishedDir(), Calibrations},
		{w.beside("content"), Pages}, {w.beside("layouts"), Pages}, {w.beside("static"), Pages},
	}
	if w.Quality.Rules != "" {
		list = append(list, Source{w.Beside(w.Quality.Rules), Comparison})
	}
	if w.Pages.MainPage != "" {
		list = append(list, Source{w.Beside(w.Pages.MainPage), List})
	}
	return list
}

// beside is a path in the site directory.
func (w *Workspace) beside(name string) string { return filepath.Join(w.Dir, filepath.FromSlash(name)) }

// Step is a part of the work that was done, or would be.
type Step struct {
	What Kind       `json:"what"`
	ID   chandra.ID `json:"id"` // of the calibration, "" for all of them
	Why  string     `json:"why"`
}

// node is something that is made in a site directory.
type node struct {
	kind Kind
	id   chandra.ID // "" for what is of all calibrations
	// held tells of what is made in memory, for the nodes after it.
	held bool
	// plan says what would be made and why, given what will be made before it.
	plan func(ctx context.Context, before []Step) ([]Step, error)
	// make makes what is out of date, and says what that was and why.
	make func(ctx context.Context) ([]Step, error)
}

// graph lists the nodes, each after those that it is made of.
func (m *making) graph() ([]node, error) {
	ids, err := IDsIn(m.w.DataDir())
	if err != nil {
		return nil, err
	}
	var nodes []node
	for _, id := range ids {
		nodes = append(nodes, node{Archive, id, false,
			func(context.Context, []Step) ([]Step, error) { return m.planArchive(id) },
			func(ctx context.Context) ([]Step, error) { return m.makeArchive(ctx, id) }})
	}
	nodes = append(nodes,
		node{Comparison, "", false, m.planComparisons, m.makeComparisons},
		node{Addresses, "", true, m.planAddresses, m.makeAddresses},
		node{Calibrations, "", true, nothing, m.readCalibrations},
		node{Pictures, "", true, m.planPictures, m.makePictures},
		node{Pages, "", false, m.planPages, m.makePages})
	if m.w.Pages.MainPage != "" {
		nodes = append(nodes, node{List, "", false, m.planList, m.makeList})
	}
	return nodes, nil
}

// nothing is the plan of what is read.
func nothing(context.Context, []Step) ([]Step, error) { return nil, nil }

// dirty tells of each node whether some changed files concern it: it reads one of them,
// or is made of a node that does.
func (w *Workspace) dirty(nodes []node, changed []string) []bool {
	reads, ids, all := w.readers(changed)
	dirty := make([]bool, len(nodes))
	after := reads[Archive] // also where nothing is left of a calibration
	for i, n := range nodes {
		if n.id != "" {
			dirty[i] = all || ids[n.id]
			continue
		}
		after = after || reads[n.kind]
		dirty[i] = after
	}
	return dirty
}

// readers are the kinds of nodes that read some changed files: below a source, or all of
// one that lies in a directory which came or went. Of the archive, they are those of
// some calibrations, or all.
func (w *Workspace) readers(changed []string) (kinds map[Kind]bool, ids map[chandra.ID]bool, all bool) {
	kinds, ids = map[Kind]bool{}, map[chandra.ID]bool{}
	for _, s := range w.Sources() {
		for _, path := range changed {
			below := inside(s.Path, path)
			if !below && !inside(path, s.Path) {
				continue
			}
			kinds[s.Of] = true
			if s.Of != Archive {
				continue
			}
			if !below || path == s.Path {
				all = true
				continue
			}
			first, _, _ := strings.Cut(path[len(s.Path)+1:], string(filepath.Separator))
			ids[chandra.ID(first)] = true
		}
	}
	return kinds, ids, all
}

// reads tells whether a kind of node reads one of some changed files.
func (w *Workspace) reads(kind Kind, changed []string) bool {
	kinds, _, _ := w.readers(changed)
	return kinds[kind]
}

// inside tells whether a path is a directory or lies below it; both are clean.
func inside(dir, path string) bool {
	return path == dir || dir == string(filepath.Separator) || strings.HasPrefix(path, dir+string(filepath.Separator))
}

// isIn tells whether a path is one of some directories, or lies below one.
func isIn(dirs map[string]bool, path string) bool {
	for ; !dirs[path]; path = filepath.Dir(path) {
		if path == filepath.Dir(path) {
			return false
		}
	}
	return true
}
