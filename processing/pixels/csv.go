package pixels

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"darksite/internal/ground/phrase"
	"darksite/processing/ccd"
)

// csvHeader names the columns. "common" is at the common temperature.
const csvHeader = "row,col,quadrant,now_e_per_s,before_e_per_s,now_common_e_per_s,before_common_e_per_s,class"

// maxLine is far above any line of ours, in bytes.
const maxLine = 512

// EncodeCSV writes a list with a header row and no comments. Rates have the
// digits that give the same float32 again; those that are not known are empty.
func EncodeCSV(g ccd.Geometry, w io.Writer, list []Pixel) error {
	b := bufio.NewWriterSize(w, 1<<16)
	b.WriteString(csvHeader + "\n")
	line := make([]byte, 0, maxLine)
	for _, p := range list {
		line = strconv.AppendInt(line[:0], int64(p.Row), 10)
		line = append(line, ',')
		line = strconv.AppendInt(line, int64(p.Col), 10)
		line = append(line, ',')
		line = append(line, p.Quadrant(g).Letter()...)
		for _, v := range p.rates() {
			line = append(line, ',')
			if known(*v) {
				line = strconv.AppendFloat(line, float64(*v), 'f', -1, 32)
			}
		}
		line = append(line, ',')
		line = append(line, p.Class.String()...)
		line = append(line, '\n')
		b.Write(line)
	}
	return b.Flush()
}

// rates are the four rates in the order of the columns.
func (p *Pixel) rates() [4]*float32 {
	return [4]*float32{&p.Now, &p.Before, &p.NowCommon, &p.BeforeCommon}
}

// ParseCSV reads a list that [EncodeCSV] wrote. The name is for errors.
func ParseCSV(g ccd.Geometry, r io.Reader, name string) ([]Pixel, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, maxLine), maxLine)
	if !lines.Scan() && lines.Err() != nil && !errors.Is(lines.Err(), bufio.ErrTooLong) {
		return nil, fmt.Errorf("%s: %w", name, lines.Err())
	}
	if lines.Text() != csvHeader {
		return nil, fmt.Errorf("%s: line 1 is %q: want %q, the header of a pixel list", name, phrase.Cut(lines.Text(), 80), csvHeader)
	}
	var list []Pixel
	for n := 2; lines.Scan(); n++ {
		p, err := parseCSVLine(g, lines.Text())
		if err == nil && len(list) > 0 {
			err = follows(g, list[len(list)-1], p)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: line %d: %w", name, n, err)
		}
		list = append(list, p)
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return nil, fmt.Errorf("%s: after %d pixels: a line of more than %d bytes; this is no pixel list", name, len(list), maxLine)
	} else if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return list, nil
}

// follows holds a list to its order, which also bounds it to a CCD's pixels.
func follows(g ccd.Geometry, last, p Pixel) error {
	if g.Index(int(p.Row), int(p.Col)) <= g.Index(int(last.Row), int(last.Col)) {
		return fmt.Errorf("pixel (%d, %d) comes after (%d, %d): want rising rows, then columns, each pixel once", p.Row, p.Col, last.Row, last.Col)
	}
	return nil
}

func parseCSVLine(g ccd.Geometry, line string) (p Pixel, err error) {
	columns := strings.Split(csvHeader, ",")
	fields := strings.Split(line, ",")
	if len(fields) != len(columns) {
		return p, fmt.Errorf("%d fields, want the %d of %s", len(fields), len(columns), csvHeader)
	}
	if p.Row, err = coordinate(fields[0], g.FirstRow, g.LastRow()); err != nil {
		return p, fmt.Errorf("row %w", err)
	}
	if p.Col, err = coordinate(fields[1], g.FirstColumn, g.LastColumn()); err != nil {
		return p, fmt.Errorf("col %w", err)
	}
	if want := p.Quadrant(g).Letter(); fields[2] != want {
		return p, fmt.Errorf("pixel (%d, %d) in quadrant %q: it lies in %s", p.Row, p.Col, fields[2], want)
	}
	for i, v := range p.rates() {
		if *v, err = rate(fields[3+i]); err != nil {
			return p, fmt.Errorf("%s %w", columns[3+i], err)
		}
	}
	p.Class, err = ParseClass(fields[7])
	return p, err
}

func coordinate(s string, first, last int) (int16, error) {
	n, err := strconv.ParseInt(s, 10, 16)
	if err != nil || int(n) < first || int(n) > last {
		return 0, fmt.Errorf("%q: want %d to %d", s, first, last)
	}
	return int16(n), nil
}

func rate(s string) (float32, error) {
	if s == "" {
		return float32(math.NaN()), nil
	}
	v, err := strconv.ParseFloat(s, 32)
	if err != nil || !known(float32(v)) {
		return 0, fmt.Errorf("%q: want a number of e-/s, or nothing when it is not known", s)
	}
	return float32(v), nil
}
