package site

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"darksite/processing/chandra"
)

// Rendered is the page of a calibration with the files of its charts, as a build
// rendered them.
type Rendered struct {
	Product
	Warnings []string `json:"warnings"`
}

// indexFile is the page itself.
const indexFile = "index.html"

// pageSources are those of the pages of all calibrations, oldest first; nil
// where the hash of one is not known.
//
// The built-in templates take nothing of a calibration's page from other pages.
// Those of a user may, so with them every page is rendered every time.
func (in *Inputs) pageSources(calibrations []Calibration, cards []card, drawn []Pictures, past chronicle, s *source, shared map[string]any) []map[string]string {
	all := make([]map[string]string, len(calibrations))
	if in.Program == "" || s.ownTemplates {
		return all
	}
	common := hashed(s.pages, shared)
	upTo := past.prefixes()
	for i, c := range calibrations {
		if c.Hashes.Calibration == "" || drawn[i].Sources == nil {
			continue
		}
		var files []any
		for _, d := range c.Downloads {
			files = append(files, d.Name, d.Size)
		}
		for _, name := range slices.Sorted(maps.Keys(drawn[i].Files)) {
			files = append(files, name, drawn[i].Files[name].Size)
		}
		var before, beside []any
		for k := max(0, i-earlier); k < i; k++ {
			before = append(before, calibrations[k].Hashes.Calibration, cards[k].Address)
		}
		for _, k := range []int{i - 1, i + 1} {
			if k >= 0 && k < len(cards) {
				beside = append(beside, cards[k].Address, cards[k].Short)
			} else {
				beside = append(beside, nil, nil)
			}
		}
		all[i] = map[string]string{
			programSource:             in.Program,
			"templates and settings":  common,
			"the calibration":         c.Hashes.Calibration,
			"the verdict":             hashed(c.Verdict, c.SignOff),
			"the comparison":          hashed(c.Hashes.Comparison, c.Hashes.Pixels),
			"the note":                hashed(c.Note),
			"its address":             cards[i].Address,
			"its files":               hashed(files...),
			"the history":             upTo[c.Artifact.ID],
			"its neighbours":          hashed(beside...),
			"the calibrations before": hashed(before...),
		}
	}
	return all
}

// hashed is a hash of values as JSON has them.
func hashed(values ...any) string {
	h := sha256.New()
	if err := json.NewEncoder(h).Encode(values); err != nil {
		return fmt.Sprintf("%p", h) // what cannot be told is always new
	}
	return hex.EncodeToString(h.Sum(nil))
}

// prefixes are hashes of the history up to each calibration.
func (past chronicle) prefixes() map[chandra.ID]string {
	upTo := map[chandra.ID]string{}
	last := hashed(past.at.CCDTemp, past.at.Law.Name())
	for _, r := range past.rows {
		last = hashed(last, r, past.pages[r.ID], past.states[r.ID])
		upTo[r.ID] = last
	}
	return upTo
}
