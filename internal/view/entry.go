package view

import (
	"path"

	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/history"
)

// Entry is a calibration in files for programs, of which a map is at hand or only
// published numbers are.
type Entry struct {
	history.Row
	Calibration *Calibration // nil without a map
	Card        *Card        // so too
}

// Entries are all calibrations that are known, the oldest first, with texts that are
// fit to be shown.
func (s *Site) Entries() []Entry {
	known := map[chandra.ID]*Calibration{}
	for i, c := range s.Calibrations {
		known[c.Artifact.ID] = &s.Calibrations[i]
	}
	entries := make([]Entry, len(s.History.Rows))
	for i, r := range s.History.Rows {
		r.CCDTempSource, r.Origin, r.State = Plain(r.CCDTempSource), artifact.Origin(Plain(string(r.Origin))), Plain(r.State)
		e := Entry{Row: r, Calibration: known[r.ID], Card: s.History.Cards[r.ID]}
		if e.Calibration != nil && e.Calibration.SignOff != nil {
			e.SignOff = Plain(string(e.Calibration.SignOff.Decision))
		}
		if e.Card != nil {
			e.Page = path.Join("..", "..", e.Card.Address, "index.html")
		}
		entries[i] = e
	}
	return entries
}
