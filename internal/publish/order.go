package publish

import (
	"cmp"
	"path"
	"slices"
	"strings"
)

// rank is the step of a switch in which a file appears.
type rank int

const (
	newAsset rank = iota
	newPage
	changedAsset
	changedPage
	index
	manifestLast
)

// rankOf puts each file behind those that it may lead to. A new page comes
// before all that changes: what changes may lead to it, and nothing else does.
func rankOf(p string, isNew bool) rank {
	page := isPage(p)
	switch {
	case p == ManifestFile:
		return manifestLast
	case p == Section+"/index.html":
		return index
	case page && isNew:
		return newPage
	case page && path.Dir(p) == Section:
		return index
	case page:
		return changedPage
	case isNew:
		return newAsset
	}
	return changedAsset
}

// isPage tells whether a file leads to others; old reports have all these names.
func isPage(p string) bool {
	switch strings.ToLower(path.Ext(p)) {
	case ".html", ".htm", ".shtml":
		return true
	}
	return false
}

// inOrder sorts paths for a switch.
func inOrder(paths []string, isNew func(string) bool) {
	slices.SortFunc(paths, func(a, b string) int {
		return cmp.Or(cmp.Compare(rankOf(a, isNew(a)), rankOf(b, isNew(b))), strings.Compare(a, b))
	})
}
