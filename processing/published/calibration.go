package published

import (
	"maps"
	"slices"

	"darksite/processing/chandra"
	"darksite/processing/quantity"
)

// Schema names the layout of the JSON files.
//
// Version 1 had other keys for the same numbers; [Parse] reads it too.
const (
	Schema  = "darksite/published/2"
	schema1 = "darksite/published/1"
)

// Rule is how the number that is shown was chosen; it stands in every file.
const Rule = "shown is the report that stands last, by the order of the files and of their lines"

// Calibration is all that was published on one calibration.
type Calibration struct {
	Schema string     `json:"schema"`
	ID     chandra.ID `json:"id"`
	Date   string     `json:"date"` // YYYY:DOY
	Rule   string     `json:"rule"`
	// Values are in the order of [Quantities], those that were published.
	Values []Value `json:"values"`
	// Labels are the dates that sources print, Notes their remarks.
	Labels []Remark `json:"labels"`
	Notes  []Remark `json:"notes"`
	// Contradictions are sentences about what cannot be true together.
	Contradictions []string `json:"contradictions"`
	Files          []File   `json:"files"`
}

// Value is one quantity with all that was published on it.
type Value struct {
	Quantity quantity.Key  `json:"quantity"`
	Unit     quantity.Unit `json:"unit"`
	Shown    Report        `json:"shown"`   // by the rule
	Reports  []Report      `json:"reports"` // in reading order, each source and number once
}

// Remark is a text of a source.
type Remark struct {
	Text   string `json:"text"`
	Source string `json:"source"`
}

// Numbers are those that are shown.
func (c *Calibration) Numbers() quantity.Numbers {
	n := quantity.Numbers{}
	for _, v := range c.Values {
		n[v.Quantity] = v.Shown.Value
	}
	return n
}

// Value finds a quantity by its key; nil when it was not published.
func (c *Calibration) Value(key quantity.Key) *Value {
	for i := range c.Values {
		if c.Values[i].Quantity == key {
			return &c.Values[i]
		}
	}
	return nil
}

// Collect joins the lines of all tables into one record for each calibration,
// by rising id. The order of the tables decides which numbers are shown.
func Collect(tables ...*Table) []*Calibration {
	rows := map[chandra.ID][]Row{}
	files := map[chandra.ID][]File{}
	for _, t := range tables {
		for _, r := range t.Rows {
			r.Reports = placed(r, t.File.Name)
			rows[r.ID] = append(rows[r.ID], r)
			if !slices.Contains(files[r.ID], t.File) {
				files[r.ID] = append(files[r.ID], t.File)
			}
		}
	}
	var list []*Calibration
	for _, id := range slices.Sorted(maps.Keys(rows)) {
		list = append(list, join(id, rows[id], files[id]))
	}
	return list
}

func join(id chandra.ID, rows []Row, files []File) *Calibration {
	c := &Calibration{
		Schema: Schema, ID: id, Date: id.Colon(), Rule: Rule, Files: files,
		Values: []Value{}, Labels: []Remark{}, Notes: []Remark{}, Contradictions: []string{},
	}
	for i := range Quantities {
		var reports []Report
		for _, r := range rows {
			if r.Reports[i] != nil && !slices.ContainsFunc(reports, r.Reports[i].same) {
				reports = append(reports, *r.Reports[i])
			}
		}
		if len(reports) > 0 {
			c.Values = append(c.Values, Value{Quantities[i].Key, Quantities[i].Unit, reports[len(reports)-1], reports})
		}
	}
	for _, r := range rows {
		if r.Label != "" {
			c.Labels = appendOnce(c.Labels, Remark{r.Label, r.Source})
		}
		if r.Note != "" {
			c.Notes = appendOnce(c.Notes, Remark{r.Note, r.Source})
		}
	}
	c.check(rows)
	return c
}

// placed are the reports of a row with the file and the line that they stand in.
func placed(r Row, file string) []*Report {
	reports := make([]*Report, len(r.Reports))
	for i, one := range r.Reports {
		if one != nil {
			there := *one
			there.File, there.Line = file, r.Line
			reports[i] = &there
		}
	}
	return reports
}

// same tells whether two reports say the same, wherever they stand: a source that
// is copied into a second file says nothing new.
func (r *Report) same(other Report) bool {
	return r.Value == other.Value && r.Printed == other.Printed && r.Source == other.Source && r.Method == other.Method
}

// Unplaced is the record without the places of its reports, as versions up to 0.2
// wrote it.
func (c *Calibration) Unplaced() *Calibration {
	bare := *c
	bare.Values = slices.Clone(c.Values)
	for i := range bare.Values {
		v := &bare.Values[i]
		v.Reports = slices.Clone(v.Reports)
		v.Shown.File, v.Shown.Line = "", 0
		for k := range v.Reports {
			v.Reports[k].File, v.Reports[k].Line = "", 0
		}
	}
	return &bare
}

// appendOnce adds what is not there yet: a source that is copied into a second
// file says nothing new.
func appendOnce[T comparable](list []T, v T) []T {
	if slices.Contains(list, v) {
		return list
	}
	return append(list, v)
}
