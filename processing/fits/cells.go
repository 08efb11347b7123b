package fits

import (
	"fmt"
	"math"
	"reflect"
	"strconv"

	"github.com/astrogo/fitsio"
)

// Number is what a column can be read as.
type Number interface {
	uint8 | int16 | uint16 | int32 | uint32 | int64 | float32 | float64
}

// Columns describes the columns of a binary table and checks that they fill its
// rows. Tables with variable-length arrays are refused.
func (u *Unit) Columns() ([]Column, error) {
	if u.extension != "BINTABLE" || u.bitpix != 8 || len(u.Axes) != 2 {
		return nil, fmt.Errorf("%s: this is no binary table", u.where)
	}
	fields, err := u.integer("TFIELDS", 1, maxFields, nil)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", u.where, err)
	}
	columns := make([]Column, fields)
	width := 0
	for i := range columns {
		n := strconv.Itoa(i + 1)
		c := &columns[i]
		for _, t := range []struct {
			key string
			to  *string
		}{{"TTYPE", &c.Name}, {"TFORM", &c.Form}, {"TUNIT", &c.Unit}} {
			card, ok := u.Card(t.key + n)
			if !ok {
				continue
			}
			if *t.to, ok = card.Value.(string); !ok {
				return nil, fmt.Errorf("%s: %s is %v; want a string", u.where, card.Key, card.Value)
			}
			if t.key == "TTYPE" {
				c.Comment = card.Comment
			}
		}
		f, err := parseForm(c.Form)
		if err != nil {
			return nil, fmt.Errorf("%s: column %s: %w", u.where, n, err)
		}
		if c.Zero, err = u.number("TZERO"+n, 0); err != nil {
			return nil, err
		}
		if c.Scale, err = u.number("TSCAL"+n, 1); err != nil {
			return nil, err
		}
		width += f.width()
	}
	if width != u.Axes[0] {
		return nil, fmt.Errorf("%s: the columns fill %d bytes and NAXIS1 says %d", u.where, width, u.Axes[0])
	}
	return columns, nil
}

// Cells reads a column of a binary table as values of type T, row by row and
// within a row element by element, with TZERO and TSCAL applied. A value that T
// cannot hold is an error, but floats may be rounded. Integers beyond 2^53 are
// refused.
func Cells[T Number](u *Unit, name string) ([]T, error) {
	c, f, before, err := u.column(name)
	if err != nil {
		return nil, err
	}
	if f.pointer() == nil {
		return nil, fmt.Errorf("%s: column %q, TFORM %s, does not hold numbers", u.where, name, c.Form)
	}
	values := make([]T, 0, u.Axes[1]*f.repeat)
	err = u.eachCell(before, f, func(row int, stored float64) error {
		v := c.Zero + c.Scale*stored
		t, ok := as[T](v)
		if !ok {
			return fmt.Errorf("row %d of column %q: %v does not fit %T", row, name, v, t)
		}
		values = append(values, t)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", u.where, err)
	}
	return values, nil
}

// column is a column of a binary table, its form, and how many bytes of a row stand
// before it.
func (u *Unit) column(name string) (c Column, f form, before int, err error) {
	columns, err := u.Columns()
	if err != nil {
		return c, f, 0, err
	}
	for _, c := range columns {
		if f, err = parseForm(c.Form); err != nil || c.Name == name {
			return c, f, before, err
		}
		before += f.width()
	}
	return c, f, 0, fmt.Errorf("%s: no column is named %q", u.where, name)
}

// as converts v and tells whether nothing but a float's last digits was lost.
func as[T Number](v float64) (T, bool) {
	t := T(v)
	if isFloat := T(1)/2 != 0; isFloat {
		return t, true
	}
	return t, float64(t) == v
}

// eachCell hands over the stored numbers of the column that lies before bytes
// into the row. To fitsio the row is that column between two runs of bytes.
func (u *Unit) eachCell(before int, f form, visit func(row int, stored float64) error) error {
	rows, width := u.Axes[1], u.Axes[0]
	if rows == 0 {
		return nil // and the width is a claim that no byte stands behind
	}
	var forms []form
	wanted := 0
	if before > 0 {
		forms = append(forms, form{before, 'B'})
		wanted = 1
	}
	forms = append(forms, f)
	if after := width - before - f.width(); after > 0 {
		forms = append(forms, form{after, 'B'})
	}
	text := header{}
	text.add(tableAxes(width, rows, len(forms))...)
	text.add(formCards(forms)...)
	cells := make([]any, len(forms))
	for i, f := range forms {
		cells[i] = reflect.New(f.pointer().Elem()).Interface()
	}
	hdu, err := u.decode(text)
	if err != nil {
		return err
	}
	tbl, ok := hdu.(*fitsio.Table)
	if !ok {
		return fmt.Errorf("fitsio read the table as %T", hdu)
	}
	return guard(func() error {
		it, err := tbl.Read(0, int64(rows))
		if err != nil {
			return err
		}
		defer it.Close()
		cell := reflect.ValueOf(cells[wanted]).Elem()
		for row := 0; it.Next(); row++ {
			if err := it.Scan(cells...); err != nil {
				return err
			}
			for k := range f.repeat {
				element := cell
				if f.repeat > 1 {
					element = cell.Index(k)
				}
				v, err := stored(element)
				if err != nil {
					return err
				}
				if err := visit(row, v); err != nil {
					return err
				}
			}
		}
		return it.Err()
	})
}

// stored is a cell's element as float64, exactly.
func stored(v reflect.Value) (float64, error) {
	switch v.Kind() {
	case reflect.Uint8:
		return float64(v.Uint()), nil
	case reflect.Float32, reflect.Float64:
		return v.Float(), nil
	}
	n := v.Int()
	if n > 1<<53 || n < -1<<53 {
		return math.NaN(), fmt.Errorf("the integer %d is beyond 2^53", n)
	}
	return float64(n), nil
}
