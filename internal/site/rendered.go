package site

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"

	"darksite/internal/ground/workers"
	"darksite/internal/view"
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

// indexFile is the page itself.
const indexFile = "index.html"

// apiFileOf is the file for programs of a calibration, as seen from its page.
func apiFileOf(id chandra.ID) string { return "../api/v1/" + string(id) + ".json" }

// pageSources are those of the pages of all calibrations, oldest first; nil
// where the hash of one is not known.
func (p *pages) pageSources(s *source) []map[string]string {
	all := make([]map[string]string, len(p.calibrations))
	if p.in.Program == "" {
		return all
	}
	past, upTo := p.site.History, prefixes(p.site.History)
	templates := hashed(s.templates(), p.site.Settings.Title, p.site.Settings.HomeTitle, p.site.Settings.HomeURL, p.site.Settings.BaseURL, p.site.Settings.Contact, p.site.Assets, p.site.OldReports)
	rows := map[chandra.ID]int{}
	for i, r := range past.Rows {
		rows[r.ID] = i
	}
	published := map[chandra.ID]any{}
	for _, record := range p.in.Published {
		published[record.ID] = record
	}
	_ = workers.Each(len(all), func(i int) error { // never an error
		c := p.calibrations[i]
		drawn := p.in.Pictures[c.Artifact.ID]
		if c.Hashes.Calibration == "" || drawn.Sources == nil {
			return nil
		}
		id := c.Artifact.ID
		var files []any
		for _, d := range c.Downloads {
			files = append(files, d.Name, d.Size)
		}
		for _, name := range slices.Sorted(maps.Keys(drawn.Files)) {
			files = append(files, name, drawn.Files[name].Size)
		}
		var before, beside []any
		for k := max(0, i-view.Earlier); k < i; k++ {
			before = append(before, p.calibrations[k].Hashes.Calibration, p.calibrations[k].Address)
		}
		for _, k := range []int{i - 1, i + 1} {
			if k >= 0 && k < len(p.calibrations) {
				beside = append(beside, p.calibrations[k].Address, p.calibrations[k].Artifact.ID)
			} else {
				beside = append(beside, nil, nil)
			}
		}
		if next := rows[id] + 1; next < len(past.Rows) {
			beside = append(beside, past.Rows[next].ID)
		}
		all[i] = map[string]string{
			programSource:             p.in.Program,
			"templates and settings":  templates,
			"the calibration":         c.Hashes.Calibration,
			"the verdict":             hashed(c.Verdict, c.SignOff, c.Unread),
			"the comparison":          hashed(c.Hashes.Comparison, c.Hashes.Pixels),
			"the note":                hashed(c.Note, c.NoteWarnings),
			"its address":             c.Address,
			"its files":               hashed(files...),
			"the history":             upTo[id],
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
func prefixes(past *view.History) map[chandra.ID]string {
	upTo := map[chandra.ID]string{}
	last := hashed(past.At.CCDTemp, past.At.Law.Name())
	for _, r := range past.Rows {
		if last != unhashed {
			last = hashed(last, r, past.Pages[r.ID], past.States[r.ID], past.Unusable[r.ID])
		}
		upTo[r.ID] = last
	}
	return upTo
}
