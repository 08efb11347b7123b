package workspace

import (
	"fmt"
	"net/url"
	"path"
	"slices"

	"darksite/internal/ground/phrase"
	"darksite/internal/links"
	"darksite/internal/note"
	"darksite/internal/site"
)

// withoutDead are calibrations without the notes that have dead links, and a sentence
// for each such link. It is nil where a finding is about something else, which no
// note can be left out for.
func withoutDead(calibrations []site.Calibration, book site.Addresses, findings []links.Finding) (rest []site.Calibration, said []string) {
	rest = slices.Clone(calibrations)
	for _, f := range findings {
		i := slices.IndexFunc(calibrations, func(c site.Calibration) bool {
			dir, _ := book.Of(c.Artifact.ID)
			return f.Page == path.Join(site.Section, dir, "index.html")
		})
		if i < 0 || f.Address == "" {
			return nil, nil
		}
		line := note.LineOfLink(calibrations[i].Note, func(address string) bool { return sameAddress(address, f.Address) })
		if line == 0 {
			return nil, nil
		}
		rest[i].Note = ""
		why := f.Problem
		if f.Target != "" {
			why = f.Target + ": " + why
		}
		said = append(said, fmt.Sprintf("%s: line %d: the link to %s is dead (%s): the page of %s is made without this note until the link is mended",
			NoteFile(calibrations[i].Artifact.ID), line, phrase.Quoted(f.Address), why, calibrations[i].Artifact.ID))
	}
	return rest, said
}

// sameAddress tells whether two addresses are one, whatever of them is escaped.
func sameAddress(a, b string) bool {
	plain := func(s string) string {
		if u, err := url.PathUnescape(s); err == nil {
			return u
		}
		return s
	}
	return plain(a) == plain(b)
}
