package inputs

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"darksite/processing/chandra"
)

// infoLimit bounds info.csv, which has a header and one row.
const infoLimit = 64 << 10

// Info is what info.csv tells of a calibration. Facts that it does not give
// are nil, or zero for the time.
type Info struct {
	// DateStart is Time in Chandra's form, YYYY:DDD:HH:MM:SS.sss, "" when
	// the file does not give it.
	DateStart string
	Time      time.Time // UTC
	CCDTemp   *float64  // degrees Celsius, -40 to 40
	RA        *float64  // degrees, 0 to 360
	Dec       *float64  // degrees, -90 to 90
	Warnings  []string
}

// The facts and the column names under which they are known. The form that was
// written is probably "datestart,temp,ra,dec" (inputs-and-pages.md, section D);
// the first alias is that one.
var infoColumns = []struct {
	fact    string
	aliases []string
	set     func(*Info, string) error
}{
	{"time", []string{"datestart", "date", "time"}, (*Info).setTime},
	{"temperature", []string{"temp", "temperature", "t_ccd", "ccd_temp"},
		func(i *Info, s string) error { return setNumber(&i.CCDTemp, s, -40, 40, "degrees Celsius") }},
	{"RA", []string{"ra"},
		func(i *Info, s string) error { return setNumber(&i.RA, s, 0, 360, "degrees") }},
	{"Dec", []string{"dec"},
		func(i *Info, s string) error { return setNumber(&i.Dec, s, -90, 90, "degrees") }},
}

// ReadInfo reads info.csv: a header and exactly one row, in any column order
// and letter case. The name is for messages. A column that is not there or has
// no value leaves its fact unknown, with a warning; a value that is there and
// wrong is an error, as is anything above 64 KiB.
func ReadInfo(r io.Reader, name string) (Info, error) {
	content, err := io.ReadAll(io.LimitReader(r, infoLimit+1))
	if err != nil {
		return Info{}, fmt.Errorf("%s: %w", name, err)
	}
	if len(content) > infoLimit {
		return Info{}, fmt.Errorf("%s: more than %d bytes, want a header and one row: check that it is the right file", name, infoLimit)
	}
	records, err := infoRecords(content)
	if err != nil {
		return Info{}, fmt.Errorf("%s: %w", name, err)
	}
	if len(records) != 2 {
		return Info{}, fmt.Errorf("%s: %d lines with text, want two: a header such as datestart,temp,ra,dec and one row of values", name, len(records))
	}
	header, row := records[0], records[1]
	if len(row.fields) != len(header.fields) {
		return Info{}, fmt.Errorf("%s: line %d: %d values for the %d columns of the header: correct the row", name, row.line, len(row.fields), len(header.fields))
	}
	columns, unknown, err := assignColumns(header.fields)
	if err != nil {
		return Info{}, fmt.Errorf("%s: line %d: %w", name, header.line, err)
	}
	var info Info
	for _, u := range unknown {
		info.Warnings = append(info.Warnings, fmt.Sprintf("column %q is not known and is ignored", u))
	}
	for i, c := range infoColumns {
		value := ""
		if columns[i] >= 0 {
			value = row.fields[columns[i]]
		}
		if value == "" {
			info.Warnings = append(info.Warnings, fmt.Sprintf("no %s given (column %s)", c.fact, c.aliases[0]))
			continue
		}
		if err := c.set(&info, value); err != nil {
			return Info{}, fmt.Errorf("%s: line %d: column %q: %w", name, row.line, header.fields[columns[i]], err)
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

// setTime reads Chandra's form, or the ISO form as UTC.
func (i *Info) setTime(s string) error {
	t, err := chandra.ParseDate(s)
	if err != nil {
		iso, ok := parseISO(s)
		if !ok {
			return fmt.Errorf("%w, or nothing when it is not known", err)
		}
		t = iso
		i.Warnings = append(i.Warnings, fmt.Sprintf("time %q is read as UTC; older Chandra tools read this form as TT", s))
	}
	if t.Before(launch) {
		return fmt.Errorf("%q is before Chandra's launch: correct it, or nothing when it is not known", s)
	}
	i.Time, i.DateStart = t, chandra.FormatDate(t)
	return nil
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
