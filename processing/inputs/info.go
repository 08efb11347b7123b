package inputs

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"darksite/processing/chandra"
)

// infoLimit bounds info.csv and info.fits, which have a header and one row.
const infoLimit = 64 << 10

// Info is what info.csv or info.fits tells of a calibration. Facts that it does
// not give are nil, or zero for the time.
type Info struct {
	// DateStart is Time in Chandra's form, YYYY:DDD:HH:MM:SS.sss, "" when
	// the file does not give it.
	DateStart string
	Time      time.Time // UTC
	CCDTemp   *float64  // degrees Celsius, -40 to 40
	RA        *float64  // degrees, 0 to 360
	Dec       *float64  // degrees, -90 to 90
	// TempSource says how the temperature was found, "" when the file does not:
	// it has no place in the old form.
	TempSource string
	Warnings   []string
}

// The facts and the column names under which they are known. The form that was
// written is probably "datestart,temp,ra,dec" (inputs-and-pages.md, section D);
// the first alias is that one.
var infoColumns = []infoColumn{
	{fact: "time", aliases: []string{"datestart", "date", "time"}},
	{fact: "temperature", aliases: []string{"temp", "temperature", "t_ccd", "ccd_temp"},
		number: func(i *Info) **float64 { return &i.CCDTemp }, lowest: -40, highest: 40, unit: "degrees Celsius", rounding: 0.005},
	{fact: "RA", aliases: []string{"ra"},
		number: func(i *Info) **float64 { return &i.RA }, lowest: 0, highest: 360, unit: "degrees", rounding: 0.0005},
	{fact: "Dec", aliases: []string{"dec"},
		number: func(i *Info) **float64 { return &i.Dec }, lowest: -90, highest: 90, unit: "degrees", rounding: 0.0005},
}

type infoColumn struct {
	fact    string
	aliases []string
	// number is where the fact is kept; nil for the time.
	number          func(*Info) **float64
	lowest, highest float64
	unit            string
	// rounding is half of the last digit that info.csv was written with
	// (%.2f and %.3f; inputs-and-pages.md, section D).
	rounding float64
}

func (c *infoColumn) set(i *Info, s string) error {
	if c.number == nil {
		return i.setTime(s)
	}
	return setNumber(c.number(i), s, c.lowest, c.highest, c.unit)
}

// text is the fact as it is said in a message, "" when it is not known.
func (c *infoColumn) text(i *Info) string {
	switch {
	case c.number == nil:
		return i.DateStart
	case *c.number(i) == nil:
		return ""
	}
	return strconv.FormatFloat(**c.number(i), 'f', -1, 64)
}

// same tells whether two known values are one, written with more digits and
// with fewer.
func (c *infoColumn) same(a, b *Info) bool {
	if c.number == nil {
		return a.DateStart == b.DateStart
	}
	const unsharp = 1e-9 // of decimal fractions in binary
	return math.Abs(**c.number(a)-**c.number(b)) <= c.rounding+unsharp
}

// ReadInfo reads info.csv, or info.fits, which it knows by its content: a header
// and exactly one row, in any column order and letter case. The name is for
// messages. A column that is not there or has no value leaves its fact unknown,
// with a warning; a value that is there and wrong is an error, as is anything
// above 64 KiB.
func ReadInfo(r io.Reader, name string) (Info, error) {
	content, err := io.ReadAll(io.LimitReader(r, infoLimit+1))
	if err != nil {
		return Info{}, fmt.Errorf("%s: %w", name, err)
	}
	if len(content) > infoLimit {
		return Info{}, fmt.Errorf("%s: more than %d bytes, want a header and one row: check that it is the right file", name, infoLimit)
	}
	var table infoTable
	if bytes.HasPrefix(content, []byte(fitsMagic)) {
		table, err = fitsInfo(content, name)
	} else {
		table, err = csvInfo(content, name)
	}
	if err != nil {
		return Info{}, err
	}
	return table.info(name)
}

// infoTable is the header and the row of a file of facts, as text.
type infoTable struct {
	// header and row say where they stand, with the file's name, for messages.
	header, row   string
	names, values []string
}

// csvInfo splits info.csv.
func csvInfo(content []byte, name string) (infoTable, error) {
	records, err := infoRecords(content)
	if err != nil {
		return infoTable{}, fmt.Errorf("%s: %w", name, err)
	}
	if len(records) != 2 {
		return infoTable{}, fmt.Errorf("%s: %d lines with text, want two: a header such as datestart,temp,ra,dec and one row of values", name, len(records))
	}
	header, row := records[0], records[1]
	if len(row.fields) != len(header.fields) {
		return infoTable{}, fmt.Errorf("%s: line %d: %d values for the %d columns of the header: correct the row", name, row.line, len(row.fields), len(header.fields))
	}
	return infoTable{
		header: fmt.Sprintf("%s: line %d", name, header.line), names: header.fields,
		row: fmt.Sprintf("%s: line %d", name, row.line), values: row.fields,
	}, nil
}

// info makes facts of the row.
func (t *infoTable) info(name string) (Info, error) {
	columns, unknown, err := assignColumns(t.names)
	if err != nil {
		return Info{}, fmt.Errorf("%s: %w", t.header, err)
	}
	var info Info
	for _, u := range unknown {
		if strings.EqualFold(u, tempSourceColumn) {
			info.TempSource = sourceText(t.values[slices.Index(t.names, u)])
			continue
		}
		info.Warnings = append(info.Warnings, fmt.Sprintf("column %q is not known and is ignored", u))
	}
	for i, c := range infoColumns {
		value := ""
		if columns[i] >= 0 {
			value = t.values[columns[i]]
		}
		if value == "" {
			info.Warnings = append(info.Warnings, fmt.Sprintf("no %s given (column %s)", c.fact, c.aliases[0]))
			continue
		}
		if err := c.set(&info, value); err != nil {
			return Info{}, fmt.Errorf("%s: column %q: %w", t.row, t.names[columns[i]], err)
		}
	}
	for i, w := range info.Warnings {
		info.Warnings[i] = name + ": " + w
	}
	return info, nil
}

// infoRecord is one line of values, trimmed.
type infoRecord struct {
	line   int
	fields []string
}

// infoRecords splits the file into its first lines with text, at most three:
// a third one is enough to know that there are too many.
func infoRecords(content []byte) ([]infoRecord, error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(content, []byte("\ufeff"))))
	r.FieldsPerRecord = -1
	r.LazyQuotes = true
	r.TrimLeadingSpace = true
	var records []infoRecord
	for len(records) < 3 {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			return records, nil
		}
		if err != nil {
			return nil, fmt.Errorf("not a table of comma-separated values: %w", err)
		}
		line, _ := r.FieldPos(0)
		blank := true
		for i, f := range fields {
			fields[i] = strings.TrimSpace(f)
			blank = blank && fields[i] == ""
		}
		if !blank {
			records = append(records, infoRecord{line, fields})
		}
	}
	return records, nil
}

// assignColumns gives, for each of infoColumns, its place in the header or -1,
// and the names that belong to none.
func assignColumns(header []string) (columns []int, unknown []string, err error) {
	columns = make([]int, len(infoColumns))
	for i := range columns {
		columns[i] = -1
	}
	known := 0
	for at, name := range header {
		fact := factOf(name)
		switch {
		case fact < 0:
			unknown = append(unknown, name)
		case columns[fact] >= 0:
			return nil, nil, fmt.Errorf("columns %q and %q both give the %s: keep one of them", header[columns[fact]], name, infoColumns[fact].fact)
		default:
			columns[fact] = at
			known++
		}
	}
	if known == 0 {
		return nil, nil, fmt.Errorf("no known column among %q: want a header such as datestart,temp,ra,dec", header)
	}
	return columns, unknown, nil
}

// factOf is the place in infoColumns of a column name, -1 when unknown.
func factOf(name string) int {
	for i, c := range infoColumns {
		for _, alias := range c.aliases {
			if strings.EqualFold(name, alias) {
				return i
			}
		}
	}
	return -1
}

// setNumber reads a decimal number within an inclusive range.
func setNumber(to **float64, s string, lowest, highest float64, unit string) error {
	v, err := strconv.ParseFloat(s, 64)
	// Only plain decimals: ParseFloat also knows "inf", "nan" and hexadecimal.
	if err != nil || math.IsNaN(v) || v < lowest || v > highest || strings.Trim(s, "+-.0123456789eE") != "" {
		return fmt.Errorf("%q: want a number from %g to %g, %s, or nothing when it is not known", s, lowest, highest, unit)
	}
	*to = &v
	return nil
}

// launch of Chandra on STS-93, to the day.
var launch = time.Date(1999, time.July, 23, 0, 0, 0, 0, time.UTC)

// setTime reads Chandra's form, the ISO form as UTC, or CXC seconds.
func (i *Info) setTime(s string) error {
	t, err := chandra.ParseDate(s)
	if err != nil {
		if iso, ok := parseISO(s); ok {
			t = iso
			i.Warnings = append(i.Warnings, fmt.Sprintf("time %q is read as UTC; older Chandra tools read this form as TT", s))
		} else if cxc, ok := parseSeconds(s); ok {
			t = cxc
			i.Warnings = append(i.Warnings, fmt.Sprintf("time %q is read as CXC seconds, %s", s, chandra.FormatDate(t)))
		} else {
			return fmt.Errorf("%w, or nothing when it is not known", err)
		}
	}
	if t.Before(launch) {
		return fmt.Errorf("%q is before Chandra's launch: correct it, or nothing when it is not known", s)
	}
	i.Time, i.DateStart = t, chandra.FormatDate(t)
	return nil
}

// parseSeconds reads CXC seconds from launch to 2100. That leaves out years,
// days and Julian dates, which are smaller.
func parseSeconds(s string) (time.Time, bool) {
	v, err := strconv.ParseFloat(s, 64)
	end := time.Date(2100, time.January, 1, 0, 0, 0, 0, time.UTC)
	if err != nil || strings.Trim(s, ".0123456789") != "" || !(v >= chandra.Seconds(launch) && v < chandra.Seconds(end)) {
		return time.Time{}, false
	}
	return chandra.FromSeconds(v), true
}

// parseISO reads YYYY-MM-DD, with or without Thh:mm:ss[.s] and Z.
func parseISO(s string) (time.Time, bool) {
	s = strings.TrimSuffix(s, "Z")
	if len(s) < len(time.DateOnly) {
		return time.Time{}, false
	}
	day, clock := s[:len(time.DateOnly)], s[len(time.DateOnly):]
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return time.Time{}, false
	}
	date := fmt.Sprintf("%04d:%03d", t.Year(), t.YearDay())
	if clock != "" {
		if clock[0] != 'T' && clock[0] != ' ' {
			return time.Time{}, false
		}
		date += ":" + clock[1:]
	}
	t, err = chandra.ParseDate(date)
	return t, err == nil
}
