package site

import (
	"bytes"
	"encoding/json"
	"path"
	"slices"
	"strings"

	"darksite/internal/legacy"
	"darksite/internal/view"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
)

// pagePolicy stands in every page that darksite made, redirects among them, since
// its first version.
const pagePolicy = `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'`

// maxHead is where the policy stands at the latest.
const maxHead = 4 << 10

// Generated says which files of a report directory darksite made, by their names in
// it; content gives one of them. They are known by what is in them, so that a
// published tree is known again without its manifest, in parts, and after an older
// version.
func Generated(names []string, content func(name string) []byte) map[string]bool {
	ours := map[string]bool{}
	calibration := false
	for _, name := range names {
		switch {
		case path.Base(name) != name:
		case isHTML(name):
			head := content(name)
			ours[name] = bytes.Contains(head[:min(len(head), maxHead)], []byte(pagePolicy))
			calibration = calibration || ours[name] && !bytes.Contains(head, []byte(`http-equiv="refresh"`))
		case name == artifact.CalibrationFile:
			var c struct{ Schema string }
			known := json.Unmarshal(content(name), &c) == nil && strings.HasPrefix(c.Schema, "darksite/")
			ours[name] = known
			calibration = calibration || known
		}
	}
	if calibration { // its page may be of templates of the site's own
		for _, name := range slices.Concat(pageNames(), []string{view.ShardFile}) {
			if slices.Contains(names, name) {
				ours[name] = true
			}
		}
	}
	return ours
}

func isHTML(name string) bool {
	ext := strings.ToLower(path.Ext(name))
	return ext == ".html" || ext == ".htm"
}

// Claim is an address that a calibration has and that an old report needs for its
// page.
type Claim struct {
	ID      chandra.ID
	Address string
	Report  legacy.Record
}

// Claims are the addresses of the book that old reports need, too. A calibration can
// share the directory of its own report where that has no index page.
func (a *Addresses) Claims(old []legacy.Record) (claims []Claim) {
	for id, dir := range a.byID {
		for i, k := range old {
			if strings.EqualFold(k.Name, dir) && !shares(&old[i], id) {
				claims = append(claims, Claim{id, dir, k})
			}
		}
	}
	slices.SortFunc(claims, func(a, b Claim) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return claims
}

// Free is the next address of the same month that neither a calibration nor an old
// report has.
func (a *Addresses) Free(id chandra.ID, old []legacy.Record) string {
	taken := map[string]bool{}
	for _, k := range old {
		for _, name := range append([]string{k.Name}, k.Aliases...) {
			taken[strings.ToLower(name)] = true
		}
	}
	book := Addresses{byID: map[chandra.ID]string{}}
	for other, dir := range a.byID {
		if taken[strings.ToLower(dir)] = true; other != id {
			book.byID[other] = dir
		}
	}
	book.assign([]chandra.ID{id}, false, taken)
	return book.byID[id]
}
