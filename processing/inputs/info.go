package inputs

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strconv"
	"time"

	"darksite/internal/ground/table"
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

// The columns of info.csv. The form that was written is probably
// "datestart,temp,ra,dec" (sot/state_of_aca, warm_pix_corr.py, prints it).
const (
	infoTime = iota
	infoTemp
	infoRA
	infoDec
	infoTempSource
)

var infoForm = table.Form{
	Example: "datestart,temp,ra,dec",
	Fields: []table.Field{
		infoTime:       {Name: "time", Aliases: []string{"datestart", "date"}, Units: table.Time},
		infoTemp:       {Name: "temperature", Aliases: []string{"temp", "t_ccd", "ccd_temp"}, Units: table.Celsius, Low: -40, High: 40},
		infoRA:         {Name: "RA", Aliases: []string{"ra"}, Units: table.Degrees, Low: 0, High: 360},
		infoDec:        {Name: "Dec", Aliases: []string{"dec"}, Units: table.Degrees, Low: -90, High: 90},
		infoTempSource: {Name: "source of the temperature", Aliases: []string{"temp_source"}},
	},
	Bytes: infoLimit, Rows: 1,
}

// infoColumns are the facts among the columns.
var infoColumns = []infoColumn{
	{fact: "time", written: "datestart", field: infoTime},
	{fact: "temperature", written: "temp", field: infoTemp, number: func(i *Info) **float64 { return &i.CCDTemp }, rounding: 0.005},
	{fact: "RA", written: "ra", field: infoRA, number: func(i *Info) **float64 { return &i.RA }, rounding: 0.0005},
	{fact: "Dec", written: "dec", field: infoDec, number: func(i *Info) **float64 { return &i.Dec }, rounding: 0.0005},
}

type infoColumn struct {
	fact, written string
	field         int
	// number is where the fact is kept; nil for the time.
	number func(*Info) **float64
	// rounding is half of the last digit that info.csv was written with
	// (%.2f and %.3f in warm_pix_corr.py).
	rounding float64
}

// text is the fact as info.csv could hold it, "" when it is not known.
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
	var t *table.Table
	if bytes.HasPrefix(content, []byte(fitsMagic)) {
		t, err = fitsInfo(content, name)
	} else {
		t, err = table.Read(content, name, infoForm)
	}
	if err != nil {
		return Info{}, err
	}
	var info *Info
	for row, err := range t.Rows() {
		if err != nil {
			return Info{}, err
		}
		if info, err = infoOf(row); err != nil {
			return Info{}, err
		}
	}
	if info == nil {
		return Info{}, fmt.Errorf("%s: a header and no row of values below it", name)
	}
	for i, w := range info.Warnings {
		info.Warnings[i] = name + ": " + w
	}
	info.Warnings = append(t.Warnings, info.Warnings...)
	return *info, nil
}

// infoOf makes facts of the row.
func infoOf(row table.Row) (*Info, error) {
	info := &Info{TempSource: sourceText(row.Text(infoTempSource))}
	for _, c := range infoColumns {
		text := row.Text(c.field)
		if text == "" {
			info.Warnings = append(info.Warnings, fmt.Sprintf("no %s given (column %s)", c.fact, c.written))
			continue
		}
		var err error
		if c.number != nil {
			*c.number(info), err = row.Number(c.field)
		} else if info.Time, err = parseTime(text, &info.Warnings); err != nil {
			err = row.Errorf(c.field, "%w, or nothing when it is not known", err)
		} else {
			info.DateStart = chandra.FormatDate(info.Time)
		}
		if err != nil {
			return nil, err
		}
	}
	return info, nil
}
