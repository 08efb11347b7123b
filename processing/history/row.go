package history

import (
	"cmp"
	"fmt"
	"slices"

	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/model"
	"darksite/processing/published"
	"darksite/processing/quantity"
)

// FromPublished is the origin of a calibration of which no map is at hand: its numbers
// are those of reports.
const FromPublished artifact.Origin = "published"

// Row is one calibration in the history, with its numbers by their keys.
type Row struct {
	ID chandra.ID
	// Origin says where the map is from, or [FromPublished].
	Origin artifact.Origin
	// Simulated tells that the map rests on simulated telemetry.
	Simulated bool
	// Year is the fractional year of 00:00 UTC of the calibration's day.
	Year          float64
	CCDTempSource string
	// Incomplete tells of a map that rests on less than all rows of all planned
	// replicas.
	Incomplete bool
	// State is the verdict, SignOff what a person decided beside it, and Page the
	// address of the calibration's page; "" where they are not known.
	State, SignOff, Page string
	quantity.Numbers
}

// At says how a history is made comparable.
type At = quantity.At

// Of is the row of a calibration.
func Of(c *artifact.Calibration, at At) (Row, error) {
	n, err := c.Numbers(at)
	if err != nil {
		return Row{}, fmt.Errorf("history: %s: %w", c.ID, err)
	}
	return Row{
		ID: c.ID, Origin: cmp.Or(c.Origin, artifact.FromMap), Simulated: c.Simulated, Year: model.FractionalYear(c.ID.Date()),
		CCDTempSource: c.Facts.CCDTempSource, Incomplete: c.Map.Degraded, Numbers: n,
	}, nil
}

// OfPublished is the row of a calibration of which only published numbers are
// at hand, as they were published.
func OfPublished(p *published.Calibration, at At) (Row, error) {
	n, err := quantity.Derive(quantity.Subject{ID: p.ID, At: at, Numbers: p.Numbers(), CCDTemp: p.Numbers().Value(quantity.CCDTemp)})
	if err != nil {
		return Row{}, fmt.Errorf("history: %s: %w", p.ID, err)
	}
	r := Row{ID: p.ID, Origin: FromPublished, Year: model.FractionalYear(p.ID.Date()), Numbers: n}
	if v := p.Value(quantity.CCDTemp); v != nil {
		r.CCDTempSource = v.Shown.Method
	}
	return r, nil
}

// Published tells that no map is at hand.
func (r Row) Published() bool { return r.Origin == FromPublished }

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
