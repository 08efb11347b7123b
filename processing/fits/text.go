package fits

import (
	"bytes"
	"fmt"
)

// Strings reads a column of text (TFORM rA), one string a row. A string ends
// before a NUL (section 7.3.3.1); blanks at its end have no meaning, as in
// cards. A byte that no header could hold is an error.
func Strings(u *Unit, name string) ([]string, error) {
	c, f, before, err := u.column(name)
	if err != nil {
		return nil, err
	}
	if f.code != 'A' {
		return nil, fmt.Errorf("%s: column %q, TFORM %s, does not hold text", u.where, name, c.Form)
	}
	values := make([]string, u.Axes[1])
	for row := range values {
		cell := u.data[row*u.Axes[0]+before:][:f.width()]
		if end := bytes.IndexByte(cell, 0); end >= 0 {
			cell = cell[:end]
		}
		values[row] = string(bytes.TrimRight(cell, " "))
		if err := checkText(values[row]); err != nil {
			return nil, fmt.Errorf("%s: row %d of column %q: %q %w", u.where, row, name, values[row], err)
		}
	}
	return values, nil
}
