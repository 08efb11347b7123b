package table

import (
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"

	"darksite/internal/ground/phrase"
	"darksite/internal/ground/spelling"
	"darksite/internal/ground/text"
)

// Form is what a reader asks a table for.
type Form struct {
	// Example is a header as it could be, for messages.
	Example string
	Fields  []Field
	// Bytes and Rows are the most that a file may have.
	Bytes, Rows int
}

// Field is a column that a reader knows.
type Field struct {
	// Name is how it is called; Aliases are other names of it.
	Name    string
	Aliases []string
	// Units of its numbers, the first of which they are given in; nil for text,
	// and for numbers whose unit is never written.
	Units []Unit
	// Low and High bound its numbers, both included.
	Low, High float64
}

// maxColumns bounds a header.
const maxColumns = 256

// Table is a table whose header was read.
type Table struct {
	Name string // of the file, for messages
	// Warnings are sentences, each with the file's name.
	Warnings []string

	form    Form
	rows    *splitter
	line    int // of the header
	columns []column
	at      []int // for each field its column, -1 without
	only    []string
}

// column is one of the header.
type column struct {
	name  string
	field int // -1 when nobody asked for it
	unit  Unit
}

// Read reads the header of a table. Its rows are read by [Table.Rows]. The name
// is for messages.
func Read(content []byte, name string, form Form) (*Table, error) {
	if len(content) > form.Bytes {
		return nil, fmt.Errorf("%s: more than %d bytes: check that it is the right file", name, form.Bytes)
	}
	body, err := text.Parse(content, name, form.Bytes)
	if err != nil {
		return nil, err
	}
	t := &Table{Name: name, form: form, rows: &splitter{rest: body, line: 1}}
	if err := t.readHead(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return t, nil
}

// Of is the table of one row that another format holds, in columns with names
// and units. Line names the row's place.
func Of(name string, form Form, names, units, cells []string) (*Table, error) {
	t := &Table{Name: name, form: form, only: cells, rows: &splitter{}}
	described := make([]described, len(names))
	for i := range names {
		described[i].name, described[i].unit = names[i], units[i]
	}
	if err := t.assign(names, described); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return t, nil
}

// commented is a comment before the header.
type commented struct {
	text string
	line int
}

func (t *Table) readHead() error {
	t.rows.comma = '\n' // a whole line
	before := *t.rows
	var comments []commented
	t.rows.comment = func(text string, line int) { comments = append(comments, commented{text, line}) }
	head, _, err := t.rows.next()
	if err != nil {
		head = []string{""} // the quotation marks are looked at again below
	}
	if head == nil {
		return fmt.Errorf("no line with text: want a header such as %s", t.form.Example)
	}
	*t.rows = before
	var described []described
	if len(comments) > 0 && strings.HasPrefix(strings.TrimSpace(comments[0].text), ecsvMark) {
		var lines []string
		for _, c := range comments[1:] {
			lines = append(lines, c.text)
		}
		if t.rows.comma, described, err = ecsvHead(lines); err != nil {
			return err
		}
	} else {
		t.rows.comma = t.separator(head[0])
	}
	t.rows.comment = nil
	if head, t.line, err = t.rows.next(); err != nil {
		return err
	}
	for len(head) > 0 && head[len(head)-1] == "" { // as spreadsheets leave them
		head = head[:len(head)-1]
	}
	err = t.assign(head, described)
	var none *noColumn
	if errors.As(err, &none) {
		for _, c := range comments {
			if t.knows(c.text) {
				return fmt.Errorf("line %d: %w; line %d looks like one: remove its #", t.line, err, c.line)
			}
		}
	}
	if err != nil {
		return fmt.Errorf("line %d: %w", t.line, err)
	}
	return nil
}

// separator is what stands between the cells of a header.
func (t *Table) separator(head string) byte {
	for _, c := range []byte{',', '\t', ';'} {
		if strings.IndexByte(head, c) >= 0 {
			return c
		}
	}
	if field, _ := t.form.match(head); field < 0 && len(strings.Fields(head)) > 1 {
		return blank
	}
	return ','
}

// knows tells whether a line has names of fields for cells.
func (t *Table) knows(line string) bool {
	return slices.ContainsFunc(strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(",;\t ", r) }), func(cell string) bool {
		return t.form.Knows(cell)
	})
}

// noColumn is a header without a known column.
type noColumn struct {
	head    []string
	example string
}

func (e *noColumn) Error() string {
	return fmt.Sprintf("no known column among %s: want a header such as %s", list(e.head), e.example)
}

// assign finds the field of each column. ECSV describes all columns, nil for
// other tables.
func (t *Table) assign(head []string, ecsv []described) error {
	if len(head) > maxColumns {
		return fmt.Errorf("%d columns: want at most %d", len(head), maxColumns)
	}
	t.at = slices.Repeat([]int{-1}, len(t.form.Fields))
	var unknown []string
	known := false
	for i, name := range head {
		field, unit := t.form.match(name)
		t.columns = append(t.columns, column{name: name, field: field})
		if field < 0 {
			unknown = append(unknown, t.unknown(name))
			continue
		}
		known = true
		f := &t.form.Fields[field]
		if other := t.at[field]; other >= 0 {
			return fmt.Errorf("columns %q and %q both give the %s: keep one of them", phrase.Short(head[other]), phrase.Short(name), f.Name)
		}
		t.at[field] = i
		if ecsv != nil {
			at := slices.IndexFunc(ecsv, func(d described) bool { return d.name == name })
			if at < 0 {
				return fmt.Errorf("column %q is not described in the ECSV header, so its unit is not known", phrase.Short(name))
			}
			if ecsv[at].unit != "" {
				unit = ecsv[at].unit
			}
		}
		var err error
		if t.columns[i].unit, err = f.unit(unit); err != nil {
			return fmt.Errorf("column %q: %w", phrase.Short(name), err)
		}
		if u := t.columns[i].unit; u.converts() {
			t.warnf("column %q is in %s and is converted to %s", phrase.Short(name), u.Names[0], f.Units[0].Names[0])
		}
	}
	if !known {
		return &noColumn{head, t.form.Example}
	}
	if len(unknown) > 0 {
		t.warnf("%s", unread(unknown))
	}
	return nil
}

// match finds the field that the head of a column names, -1 for none, and the
// unit behind the name, "" without.
func (f *Form) match(head string) (field int, unit string) {
	parts := words(head)
	if field = f.field(strings.Join(parts, "")); field >= 0 {
		return field, ""
	}
	if name, unit, ok := bracketed(head); ok {
		if field = f.field(plain(name)); field >= 0 {
			return field, unit
		}
	}
	for n := len(parts) - 1; n > 0; n-- {
		unit = strings.Join(parts[n:], "")
		if field = f.field(strings.Join(parts[:n], "")); field >= 0 && f.Fields[field].Units != nil && isUnit(unit) {
			return field, unit
		}
	}
	return -1, ""
}

// Knows tells whether a column's name is one of the form's, with or without a
// unit.
func (f *Form) Knows(head string) bool {
	field, _ := f.match(head)
	return field >= 0
}

func (f *Form) field(name string) int {
	if name == "" {
		return -1
	}
	return slices.IndexFunc(f.Fields, func(one Field) bool {
		return plain(one.Name) == name || slices.ContainsFunc(one.Aliases, func(a string) bool { return plain(a) == name })
	})
}

// unit is the one of a name; the first for none.
func (f *Field) unit(name string) (Unit, error) {
	if f.Units == nil {
		return Unit{}, nil
	}
	letters := plain(name)
	if letters == "" {
		return f.Units[0], nil
	}
	var known []string
	for _, u := range f.Units {
		if slices.Contains(u.Names, letters) {
			return u, nil
		}
		known = append(known, u.Names[0])
	}
	return Unit{}, fmt.Errorf("its unit is %q: want %s", phrase.Short(name), strings.Join(known, " or "))
}

func (u Unit) converts() bool { return u.Scale != 0 || u.Offset != 0 }

// unknown names a column that nobody asked for, and the one that was probably
// meant, unless that is there too.
func (t *Table) unknown(name string) string {
	var names []string
	for _, f := range t.form.Fields {
		names = append(names, f.Name)
		names = append(names, f.Aliases...)
	}
	if near, ok := spelling.Nearest(name, names); ok {
		return fmt.Sprintf("%q (did you mean %s?)", phrase.Short(name), near)
	}
	return fmt.Sprintf("%q", phrase.Short(name))
}

func unread(names []string) string {
	const most = 8
	if more := len(names) - most; more > 0 {
		names = append(names[:most:most], fmt.Sprintf("%d more", more))
	}
	if len(names) == 1 {
		return "column " + names[0] + " is not known and is not read"
	}
	return "these columns are not known and are not read: " + strings.Join(names, ", ")
}

func (t *Table) warnf(format string, args ...any) {
	t.Warnings = append(t.Warnings, t.Name+": "+fmt.Sprintf(format, args...))
}

// Has tells whether the table has a column for a field.
func (t *Table) Has(field int) bool { return t.at[field] >= 0 }

// Rows are the rows of the table, in its order. It ends with the first error.
func (t *Table) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		if t.only != nil {
			yield(Row{table: t, cells: t.only}, nil)
			return
		}
		for n := 0; ; n++ {
			cells, line, err := t.rows.next()
			switch {
			case err != nil:
				yield(Row{}, fmt.Errorf("%s: %w", t.Name, err))
				return
			case cells == nil:
				return
			case n == t.form.Rows:
				yield(Row{}, fmt.Errorf("%s: line %d: want at most %s below the header: check that it is the right file", t.Name, line, rows(t.form.Rows)))
				return
			}
			for len(cells) > len(t.columns) && cells[len(cells)-1] == "" {
				cells = cells[:len(cells)-1]
			}
			if len(cells) != len(t.columns) {
				yield(Row{}, fmt.Errorf("%s: line %d: %d values for the %d columns of the header: correct the row", t.Name, line, len(cells), len(t.columns)))
				return
			}
			if !yield(Row{table: t, Line: line, cells: cells}, nil) {
				return
			}
		}
	}
}

func rows(n int) string {
	if n == 1 {
		return "one row"
	}
	return fmt.Sprintf("%d rows", n)
}

// Row is one row of a table.
type Row struct {
	Line  int // of the file, from 1; 0 in other formats
	table *Table
	cells []string
}

// Text is the cell of a field, trimmed; "" when it is empty or there is no such
// column.
func (r Row) Text(field int) string {
	if at := r.table.at[field]; at >= 0 {
		return r.cells[at]
	}
	return ""
}

// Number is the cell of a field as a plain decimal number in the field's first
// unit; nil when it is empty or there is no such column.
func (r Row) Number(field int) (*float64, error) {
	s := r.Text(field)
	if s == "" {
		return nil, nil
	}
	f, u := &r.table.form.Fields[field], r.table.columns[r.table.at[field]].unit
	v, err := strconv.ParseFloat(s, 64)
	if u.converts() {
		scale := u.Scale
		if scale == 0 {
			scale = 1
		}
		const digits = 1e9 // of what a conversion leaves
		v = math.Round((v*scale+u.Offset)*digits) / digits
	}
	// Only plain decimals: ParseFloat also knows "inf", "nan" and hexadecimal.
	if err != nil || strings.Trim(s, "+-.0123456789eE") != "" || !(v >= f.Low && v <= f.High) {
		want := fmt.Sprintf("a number from %g to %g", f.Low, f.High)
		if f.Units != nil {
			want += ", " + f.Units[0].Names[0]
		}
		if u.converts() {
			want += " (the column is in " + u.Names[0] + ")"
		}
		return nil, r.Errorf(field, "%q: want %s, or nothing when it is not known", phrase.Short(s), want)
	}
	return &v, nil
}

// Errorf is an error about a cell, with file, line and column.
func (r Row) Errorf(field int, format string, args ...any) error {
	at := r.table.at[field]
	if at < 0 {
		return fmt.Errorf("%s: "+format, append([]any{r.Where()}, args...)...)
	}
	return fmt.Errorf("%s: column %q: "+format, append([]any{r.Where(), phrase.Short(r.table.columns[at].name)}, args...)...)
}

// Where is the place of the row, for messages.
func (r Row) Where() string {
	if r.Line == 0 {
		return r.table.Name + ": its only row"
	}
	return fmt.Sprintf("%s: line %d", r.table.Name, r.Line)
}

// list names the columns of a header, as far as they fit a message.
func list(names []string) string {
	const most = 8
	var quoted []string
	for i, n := range names {
		if i == most {
			quoted = append(quoted, fmt.Sprintf("%d more", len(names)-most))
			break
		}
		quoted = append(quoted, fmt.Sprintf("%q", phrase.Short(n)))
	}
	return strings.Join(quoted, ", ")
}
