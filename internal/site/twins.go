package site

import (
	"darksite/internal/view"
	"encoding/json"
	"maps"
	"path"
	"slices"
	"strings"
)

// The report directories had their months in capitals at one time and in small
// letters at another (2015_DEC, 2015_dec). Whichever an address has, the other
// leads to it: on a disk that does not tell them apart by itself, elsewhere by a
// page at the other address, a twin. Twins are not files of the tree, which can be
// copied anywhere: they are listed in a file of it, for whoever publishes to a
// place that is known to tell upper from lower case.

// TwinsFile holds the twins of a tree, as package publish reads them.
const TwinsFile = Section + "/.darksite-aliases"

// twinsFormat is that of the file.
const twinsFormat = 1

// putTwins lists the twins in the tree.
func (t *Tree) putTwins() error {
	type twin struct {
		Path    string `json:"path"`
		Content []byte `json:"content"` // base64
	}
	list := struct {
		Format int    `json:"format"`
		Files  []twin `json:"files"`
	}{twinsFormat, []twin{}}
	all := t.WithTwins()
	for _, p := range slices.Sorted(maps.Keys(t.twins)) {
		content, err := all.ReadFile(p)
		if err != nil {
			return err
		}
		list.Files = append(list.Files, twin{p, content})
	}
	content, err := json.Marshal(list)
	if err != nil {
		return err
	}
	return t.addBytes(TwinsFile, append(content, '\n'))
}

// addTwins remembers a redirect page for each address in the other case.
func addTwins(tree *Tree, in *Inputs, settings view.Settings) {
	taken := map[string]bool{}
	for p := range tree.files {
		taken[path.Dir(p)] = true
	}
	add := func(dir, to, title string) {
		other := otherCase(dir)
		if p := path.Join(Section, other, "index.html"); other != dir && !taken[path.Dir(p)] {
			page := redirectPage(other, to, title, settings)
			tree.twins[p] = file{data: page, size: int64(len(page)), redirect: true}
		}
	}
	for _, r := range in.Legacy {
		if r.Main != "" {
			add(r.Name, r.Main, view.Plain(r.Title))
		}
	}
	for _, c := range in.Calibrations {
		id := c.Artifact.ID
		if dir, ok := in.Addresses.Of(id); ok {
			add(dir, dir+"/index.html", id.Date().Format("2006 January 2"))
		}
	}
}

// otherCase is a report directory with its month in the other case.
func otherCase(dir string) string {
	if len(dir) < 8 {
		return dir
	}
	month := strings.ToUpper(dir[5:8])
	if month == dir[5:8] {
		month = strings.ToLower(month)
	}
	return dir[:5] + month + dir[8:]
}

// WithTwins is the tree with all files that differ from others in case alone: for
// places that tell upper from lower case, such as most web servers.
func (t *Tree) WithTwins() *Tree {
	w := *t
	w.files = maps.Clone(t.files)
	maps.Copy(w.files, t.twins)
	return &w
}
