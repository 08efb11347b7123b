package site

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"

	"darksite/internal/ground/workers"
	"darksite/processing/chandra"
)

// Rendered is the page of a calibration with the files that go with it, as a build
// made them.
type Rendered struct {
	Product
	Warnings []string `json:"warnings"`
	// Prose is a hash of the section's prose, which its links were looked up in.
	Prose string `json:"prose"`
}

// tables are what a page is rendered of.
type tables struct {
	page   page
	charts map[string][]byte // files of them, by name
}

// indexFile is the page itself.
const indexFile = "index.html"

// apiFileOf is the file for programs of a calibration, as seen from its page.
func apiFileOf(id chandra.ID) string { return "../api/v1/" + string(id) + ".json" }

// pageSources are those of the pages of all calibrations, oldest first; nil
// where the hash of one is not known.
func (p *pages) pageSources(s *source, shared map[string]any) []map[string]string {
	all := make([]map[string]string, len(p.calibrations))
	if p.in.Program == "" {
		return all
	}
	templates := hashed(s.templates(), shared)
	rows := map[chandra.ID]int{}
	for i, r := range p.past.rows {
		rows[r.ID] = i
	}
	published := map[chandra.ID]any{}
	for _, record := range p.in.Published {
		published[record.ID] = record
	}
	_ = workers.Each(len(all), func(i int) error { // never an error
		c := p.calibrations[i]
		if c.Hashes.Calibration == "" || p.drawn[i].Sources == nil {
			return nil
		}
		id := c.Artifact.ID
		var files []any
		for _, d := range c.Downloads {
			files = append(files, d.Name, d.Size)
		}
		for _, name := range slices.Sorted(maps.Keys(p.drawn[i].Files)) {
			files = append(files, name, p.drawn[i].Files[name].Size)
		}
		var before, beside []any
		for k := max(0, i-earlier); k < i; k++ {
			before = append(before, p.calibrations[k].Hashes.Calibration, p.cards[k].Address)
		}
		for _, k := range []int{i - 1, i + 1} {
			if k >= 0 && k < len(p.cards) {
				beside = append(beside, p.cards[k].Address, p.cards[k].Short)
			} else {
				beside = append(beside, nil, nil)
			}
		}
		if next := rows[id] + 1; next < len(p.past.rows) {
			beside = append(beside, p.past.rows[next].ID)
		}
		all[i] = map[string]string{
			programSource:             p.in.Program,
			"templates and settings":  templates,
			"the calibration":         c.Hashes.Calibration,
			"the verdict":             hashed(c.Verdict, c.SignOff, c.Unread),
			"the comparison":          hashed(c.Hashes.Comparison, c.Hashes.Pixels),
			"the note":                hashed(c.Note, c.NoteWarnings),
			"its address":             p.cards[i].Address,
			"its files":               hashed(files...),
			"the history":             p.past.upTo[id],
			"its neighbours":          hashed(beside...),
			"the calibrations before": hashed(before...),
			"the published numbers":   hashed(published[id]),
		}
		if slices.Contains(slices.Collect(maps.Values(all[i])), unhashed) {
			all[i] = nil
		}
		return nil
	})
	return all
}

// unhashed is the hash of what JSON cannot tell, such as a number that is none.
const unhashed = ""

// hashed is a hash of values as JSON has them.
func hashed(values ...any) string {
	h := sha256.New()
	if err := json.NewEncoder(h).Encode(values); err != nil {
		return unhashed
	}
	return hex.EncodeToString(h.Sum(nil))
}

// prefixes are hashes of the history up to each calibration, [unhashed] where there
// is none.
func (past chronicle) prefixes() map[chandra.ID]string {
	upTo := map[chandra.ID]string{}
	last := hashed(past.at.CCDTemp, past.at.Law.Name())
	for _, r := range past.rows {
		if last != unhashed {
			last = hashed(last, r, past.pages[r.ID], past.states[r.ID], past.unusable[r.ID])
		}
		upTo[r.ID] = last
	}
	return upTo
}
