package history

import (
	"cmp"
	"fmt"
	"slices"

	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/model"
	"darksite/processing/scaling"
	"darksite/processing/stats"
	"darksite/processing/warm"
)

// Row is one calibration in the history. What is not known is nil. The names
// of the counts are those of the published history (package warm).
type Row struct {
	ID chandra.ID `json:"id"`
	// Published tells that no map is at hand: the numbers are those of reports.
	Published bool `json:"published"`
	// Year is the fractional year of 00:00 UTC of the calibration's day.
	Year          float64  `json:"year"`
	CCDTemp       *float64 `json:"ccd_temp_c"`
	CCDTempSource string   `json:"ccd_temp_source,omitempty"`
	ZodiEPerS     *float64 `json:"zodi_e_per_s"`
	Mean          *float64 `json:"mean"`   // e-/s
	Median        *float64 `json:"median"` // e-/s
	// Peaks of published numbers are the two that reports have.
	stats.Peaks
	// Above are the raw counts at the thresholds of package stats.
	Above     []stats.Above `json:"above"`
	Limit     *float64      `json:"limit"` // e-/s
	LimitZ    *float64      `json:"limit_z"`
	CountAdj  *int          `json:"count_adj"`
	CountZ    *int          `json:"count_z"`
	CountAdjZ *int          `json:"count_adj_z"`
	// Common are the counts as they would be at the temperature that was asked
	// for, by the law that was; none where that is further away than the law
	// reaches. Expected is what the model has there.
	Common   []stats.Above        `json:"common"`
	Expected []warm.ExpectedAbove `json:"expected"`
	// ModelRatio is the raw N>100 over the model's at the calibration's own
	// temperature; nil before 2007.
	ModelRatio *float64 `json:"model_ratio_100"`
}

// At says how a history is made comparable.
type At struct {
	CCDTemp chandra.Celsius
	Law     scaling.Law
}

// Of is the row of a calibration.
func Of(c *artifact.Calibration, at At) (Row, error) {
	s := c.Statistics
	r := Row{
		ID: c.ID, Year: model.FractionalYear(c.ID.Date()),
		CCDTemp: c.Facts.CCDTemp, CCDTempSource: c.Facts.CCDTempSource,
		Mean: s.Mean, Median: s.Median, Peaks: s.Peaks, Above: s.Above,
		Common: []stats.Above{}, Expected: []warm.ExpectedAbove{},
	}
	if c.Zodi != nil {
		r.ZodiEPerS = &c.Zodi.EPerS
	}
	if c.Facts.CCDTemp == nil {
		return r, nil
	}
	own := chandra.Celsius(*c.Facts.CCDTemp)
	counts, err := warm.Count(c.Histogram, c.ID.Date(), own, r.ZodiEPerS)
	if err != nil {
		return r, fmt.Errorf("history: %s: %w", c.ID, err)
	}
	r.Limit, r.CountAdj = &counts.Limit, &counts.CountAdj
	if z := counts.WithZodi; z != nil {
		r.LimitZ, r.CountZ, r.CountAdjZ = &z.LimitZ, &z.CountZ, &z.CountAdjZ
	}
	if law, err := at.Law.Between(own, at.CCDTemp); err == nil { // else out of its reach
		for _, threshold := range stats.Thresholds {
			r.Common = append(r.Common, stats.Above{Threshold: threshold, Count: law.Above(c.Histogram, float64(threshold))})
		}
	}
	if counts.Expected == nil {
		return r, nil
	}
	if _, ok := counts.Expected.At(warm.Threshold); ok {
		r.ModelRatio = &counts.Expected.Ratio
	}
	expected, err := warm.Expect(c.ID.Date(), at.CCDTemp)
	if err != nil {
		return r, fmt.Errorf("history: %s: %w", c.ID, err)
	}
	r.Expected = expected.Above
	return r, nil
}

// Over is the raw count above one of the thresholds; ok is false where it is
// not known.
func (r Row) Over(threshold int) (n int, ok bool) {
	for _, a := range r.Above {
		if a.Threshold == threshold {
			return a.Count, true
		}
	}
	return 0, false
}

// Join puts the rows of maps and of published numbers together by rising id. A
// calibration that has a map is shown by it.
func Join(maps, published []Row) []Row {
	all := slices.Clone(maps)
	known := map[chandra.ID]bool{}
	for _, r := range maps {
		known[r.ID] = true
	}
	for _, r := range published {
		if !known[r.ID] {
			all = append(all, r)
		}
	}
	slices.SortFunc(all, func(a, b Row) int { return cmp.Compare(a.ID, b.ID) })
	return all
}
