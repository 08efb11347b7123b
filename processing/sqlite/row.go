package sqlite

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"
)

// Row is one row of an answer.
type Row struct {
	path, table string
	number      int // from 1, in the order of the answer
	columns     []string
	cells       []any
}

// cell is nil for NULL and for a column that was not asked for.
func (r Row) cell(column string) any {
	if i := slices.Index(r.columns, column); i >= 0 {
		return r.cells[i]
	}
	return nil
}

// Has tells whether a column was read and is not NULL.
func (r Row) Has(column string) bool { return r.cell(column) != nil }

// Text is a cell that holds text.
func (r Row) Text(column string) (string, error) {
	s, ok := r.cell(column).(string)
	if !ok {
		return "", r.Errorf(column, "want text")
	}
	return s, nil
}

// Real is a cell that holds a finite number.
func (r Row) Real(column string) (float64, error) {
	switch v := r.cell(column).(type) {
	case int64:
		return float64(v), nil
	case float64:
		if !math.IsInf(v, 0) && !math.IsNaN(v) {
			return v, nil
		}
	}
	return 0, r.Errorf(column, "want a number")
}

// Int is a cell that holds a whole number of at most 32 bits.
func (r Row) Int(column string) (int, error) {
	v, ok := r.cell(column).(int64)
	if !ok || v != int64(int32(v)) {
		return 0, r.Errorf(column, "want a whole number")
	}
	return int(v), nil
}

// Errorf is an error that names the file, the table, the row of the answer, the
// column and what is there.
func (r Row) Errorf(column, format string, args ...any) error {
	return fmt.Errorf("%s: table %s, row %d of the answer: column %s is %s: %w", r.path, r.table, r.number, column, show(r.cell(column)), fmt.Errorf(format, args...))
}

// show is a cell as far as it fits a message.
func show(cell any) string {
	switch v := cell.(type) {
	case nil:
		return "empty"
	case []byte:
		return fmt.Sprintf("%d bytes that are no text", len(v))
	case string:
		const most = 60
		s := strings.Map(func(c rune) rune {
			if !unicode.IsPrint(c) {
				return '?'
			}
			return c
		}, v)
		if c := []rune(s); len(c) > most {
			s = string(c[:most]) + "..."
		}
		return `"` + s + `"`
	default:
		return fmt.Sprint(v)
	}
}
