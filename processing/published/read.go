package published

import (
	"crypto/sha256"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"darksite/internal/ground/phrase"
	"darksite/internal/ground/table"
	"darksite/processing/chandra"
	"darksite/processing/quantity"
)

// Bounds of a file and of a text in it.
const (
	maxBytes = 4 << 20
	maxLines = 100     // on one calibration
	maxText  = 1 << 10 // bytes
)

// Table is one CSV file.
type Table struct {
	File     File
	Rows     []Row
	Warnings []string // sentences about what is not read
}

// File is a file that numbers were read from.
type File struct {
	Name   string `json:"name"` // base name
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // hexadecimal
}

// Row is what one source has on one calibration.
type Row struct {
	ID     chandra.ID
	Line   int    // of the file, from 1
	Label  string // the date as it was printed, may be ""
	Source string
	Note   string
	// Reports are by the place in [Quantities]; nil for what was not published.
	Reports []*Report
}

// Report is a number as one source has it.
type Report struct {
	Value   float64 `json:"value"`
	Printed string  `json:"printed"`
	Source  string  `json:"source"`
	// File is the base name of the file that the number was read from, and Line
	// where in it, from 1; "" and 0 in records of versions up to 0.2.
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
	// Method tells how a temperature was found: HDR3, AACCCDPT or GUESS.
	Method string `json:"method,omitempty"`
}

// The columns that are no quantities.
const (
	columnID = iota
	columnLabel
	columnSource
	columnNote
	columnMethod
	columnsOfText
)

var textAliases = [columnsOfText][]string{
	columnID:     {"darkid", "id"},
	columnLabel:  {"datelabel", "day", "date", "dateyeardoy", "calendardate"},
	columnSource: {"source"},
	columnNote:   {"note"},
	columnMethod: {"tsource", "tempsource"},
}

// form is what a table is asked for: the texts, then [Quantities].
var form = func() table.Form {
	f := table.Form{Example: "dark_id,mean_e_per_s,n_gt_100,source", Bytes: maxBytes, Rows: maxBytes}
	for i, name := range [columnsOfText]string{"dark_id", "date_label", "source", "note", "t_source"} {
		f.Fields = append(f.Fields, table.Field{Name: name, Aliases: textAliases[i]})
	}
	for _, q := range Quantities {
		field := table.Field{Name: string(q.Key), Aliases: q.Read.Columns, Units: q.units}
		f.Fields = append(f.Fields, field)
	}
	return f
}()

// Read reads a CSV file of statistics: a header, then a line for each calibration
// and source, in any form that package table takes. Columns are known by name, in
// any order; the names of the report tables and of the warm pixel history are
// understood. Lines without a source column have the file as theirs. The name is
// for messages. A value that is there and wrong is an error.
func Read(r io.Reader, name string) (*Table, error) {
	content, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	columns, err := table.Read(content, name, form)
	if err != nil {
		return nil, err
	}
	if known := slices.IndexFunc(Quantities, func(q Quantity) bool { return columns.Has(columnsOfText + quantityAt(q.Key)) }); known < 0 ||
		!columns.Has(columnID) && !columns.Has(columnLabel) {
		return nil, fmt.Errorf("%s: want a header with dark_id or day and at least one statistic, for example %s", name, form.Example)
	}
	t := &Table{File: File{filepath.Base(name), int64(len(content)), fmt.Sprintf("%x", sha256.Sum256(content))}, Warnings: columns.Warnings}
	lines := map[chandra.ID]int{}
	for line, err := range columns.Rows() {
		if err != nil {
			return nil, err
		}
		row, err := t.add(line)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", line.Where(), err)
		}
		if lines[row.ID]++; lines[row.ID] > maxLines {
			return nil, fmt.Errorf("%s: more than %d lines on %s: check that it is the right file", line.Where(), maxLines, row.ID)
		}
		if row.found() {
			t.Rows = append(t.Rows, row)
		} else {
			t.Warnings = append(t.Warnings, fmt.Sprintf("%s: %s has no numbers and is passed over", line.Where(), row.ID))
		}
	}
	if len(t.Rows) == 0 {
		return nil, fmt.Errorf("%s: no calibration in it: want a header such as %s and a line for each", name, form.Example)
	}
	return t, nil
}

// add makes a row of one line.
func (t *Table) add(line table.Row) (row Row, err error) {
	var text [columnsOfText]string
	for i := range text {
		if text[i] = line.Text(i); !printable(text[i]) {
			return row, fmt.Errorf("%s: %q: want at most %d bytes of printable text", form.Fields[i].Name, phrase.Short(text[i]), maxText)
		}
	}
	row = Row{Line: line.Line, Label: text[columnLabel], Source: text[columnSource], Note: text[columnNote], Reports: make([]*Report, len(Quantities))}
	if row.Source == "" {
		row.Source = t.File.Name
	}
	if row.ID, err = idOf(text[columnID], row.Label); err != nil {
		return row, err
	}
	for i := range Quantities {
		q, printed := &Quantities[i], line.Text(columnsOfText+i)
		if printed == "" {
			continue
		}
		v, err := q.Parse(printed)
		if err != nil {
			return row, fmt.Errorf("%s: %w", q.Key, err)
		}
		row.Reports[i] = &Report{Value: v, Printed: printed, Source: row.Source}
		if q.Key == quantity.CCDTemp {
			row.Reports[i].Method = text[columnMethod]
		}
	}
	return row, nil
}

// found tells whether a row has any number.
func (r *Row) found() bool {
	return slices.ContainsFunc(r.Reports, func(r *Report) bool { return r != nil })
}

// idOf is the id of a line, which may be told by its day alone.
func idOf(id, label string) (chandra.ID, error) {
	if id != "" {
		return chandra.ParseID(id)
	}
	day, err := chandra.ParseDate(label)
	if err != nil {
		return "", fmt.Errorf("no dark_id, and the day %w", err)
	}
	return chandra.ParseID(string(chandra.IDOf(day))) // years beyond 2999 have none
}

func printable(s string) bool { return len(s) <= maxText && phrase.Printable(s) }
