package published

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"darksite/processing/chandra"
)

// Bounds of a file and of a text in it.
const (
	maxBytes   = 4 << 20
	maxColumns = 256
	maxLines   = 100     // on one calibration
	maxText    = 1 << 10 // bytes
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

// Read reads a CSV file of statistics, with commas or tabs: '#' before comments,
// then a header, then a line for each calibration and source. Columns are known
// by name, in any order; the names of the report tables and of the warm pixel
// history are understood. Lines without a source column have the file as theirs.
// The name is for messages. A value that is there and wrong is an error.
func Read(r io.Reader, name string) (*Table, error) {
	content, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(content) > maxBytes {
		return nil, fmt.Errorf("%s: more than %d bytes: check that it is the right file", name, maxBytes)
	}
	if !utf8.Valid(content) {
		return nil, fmt.Errorf("%s: not UTF-8: save it as such", name)
	}
	t := &Table{File: File{filepath.Base(name), int64(len(content)), fmt.Sprintf("%x", sha256.Sum256(content))}}
	if err := t.read(content); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for i, w := range t.Warnings {
		t.Warnings[i] = name + ": " + w
	}
	return t, nil
}

func (t *Table) read(content []byte) error {
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	r := csv.NewReader(bytes.NewReader(content))
	r.Comment = '#'
	r.FieldsPerRecord = -1
	r.TrimLeadingSpace = true
	if tabbed(content) {
		// Space before a cell could be the tab of an empty one.
		r.Comma, r.TrimLeadingSpace = '\t', false
	}
	var columns *layout
	lines := map[chandra.ID]int{}
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("not a table of comma-separated values: %w", err)
		}
		line, _ := r.FieldPos(0)
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		switch {
		case strings.Join(cells, "") == "":
		case columns == nil:
			if columns, err = assign(cells); err != nil {
				return fmt.Errorf("line %d: %w", line, err)
			}
			t.warnUnknown(columns.unknown)
		case len(cells) != columns.width:
			return fmt.Errorf("line %d: %d values for the %d columns of the header: correct the line", line, len(cells), columns.width)
		default:
			row, err := t.add(columns, cells, line)
			if err != nil {
				return fmt.Errorf("line %d: %w", line, err)
			}
			if lines[row.ID]++; lines[row.ID] > maxLines {
				return fmt.Errorf("line %d: more than %d lines on %s: check that it is the right file", line, maxLines, row.ID)
			}
		}
	}
	if len(t.Rows) == 0 {
		return errors.New("no calibration in it: want a header such as dark_id,mean_e_s,n_gt_100,source and a line for each")
	}
	return nil
}

// tabbed tells whether the header is separated by tabs.
func tabbed(content []byte) bool {
	for line := range bytes.Lines(content) {
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			return bytes.ContainsRune(line, '\t') && !bytes.ContainsRune(line, ',')
		}
	}
	return false
}

// layout says where columns are, -1 for those that are not.
type layout struct {
	width      int
	text       [columnsOfText]int
	quantities []int
	unknown    []string
}

func assign(header []string) (*layout, error) {
	if len(header) > maxColumns {
		return nil, fmt.Errorf("%d columns: want at most %d", len(header), maxColumns)
	}
	l := &layout{width: len(header), quantities: make([]int, len(Quantities))}
	places := map[string]*int{}
	for i := range l.text {
		l.text[i] = -1
		for _, a := range textAliases[i] {
			places[a] = &l.text[i]
		}
	}
	for i := range l.quantities {
		l.quantities[i] = -1
		for _, a := range Quantities[i].aliases {
			places[a] = &l.quantities[i]
		}
	}
	known := 0
	for at, name := range header {
		place, ok := places[normal(name)]
		if !ok {
			l.unknown = append(l.unknown, name)
			continue
		}
		if *place >= 0 {
			return nil, fmt.Errorf("columns %q and %q are the same: keep one of them", short(header[*place]), short(name))
		}
		*place = at
	}
	for _, at := range l.quantities {
		if at >= 0 {
			known++
		}
	}
	if known == 0 || l.text[columnID] < 0 && l.text[columnLabel] < 0 {
		return nil, errors.New("want a header with dark_id or day and at least one statistic, for example dark_id,mean_e_s,n_gt_100,source")
	}
	return l, nil
}

func (t *Table) warnUnknown(unknown []string) {
	const most = 8
	var names []string
	for i, u := range unknown {
		if i == most {
			names = append(names, fmt.Sprintf("%d more", len(unknown)-most))
			break
		}
		names = append(names, fmt.Sprintf("%q", short(u)))
	}
	if len(names) > 0 {
		t.Warnings = append(t.Warnings, "these columns are not known and are not read: "+strings.Join(names, ", "))
	}
}

// add takes one line.
func (t *Table) add(l *layout, cells []string, line int) (row Row, err error) {
	var text [columnsOfText]string
	for i, at := range l.text {
		if at < 0 {
			continue
		}
		if text[i] = cells[at]; !printable(text[i]) {
			return row, fmt.Errorf("column %d: %q: want at most %d bytes of printable text", at+1, short(text[i]), maxText)
		}
	}
	row = Row{Line: line, Label: text[columnLabel], Source: text[columnSource], Note: text[columnNote], Reports: make([]*Report, len(Quantities))}
	if row.Source == "" {
		row.Source = t.File.Name
	}
	if row.ID, err = idOf(text[columnID], row.Label); err != nil {
		return row, err
	}
	found := false
	for i, at := range l.quantities {
		if at < 0 || cells[at] == "" {
			continue
		}
		q := &Quantities[i]
		v, err := q.parse(cells[at])
		if err != nil {
			return row, fmt.Errorf("%s: %w", q.Name, err)
		}
		found = true
		row.Reports[i] = &Report{Value: v, Printed: cells[at], Source: row.Source}
		if q.Name == "t_ccd_c" {
			row.Reports[i].Method = text[columnMethod]
		}
	}
	if !found {
		t.Warnings = append(t.Warnings, fmt.Sprintf("line %d: %s has no numbers and is passed over", line, row.ID))
		return row, nil
	}
	t.Rows = append(t.Rows, row)
	return row, nil
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

func printable(s string) bool { return len(s) <= maxText && printableRunes(s) }

func printableRunes(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}

// short is a text from outside as far as it fits a message.
func short(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "..."
	}
	return s
}
