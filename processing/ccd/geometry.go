package ccd

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
)

// Geometry is the layout of a CCD that is read out through four corners, a quarter
// of it through each: every row of a quadrant is one record, from the outer edge to
// the centre. A map of it is indexed [row - FirstRow][column - FirstColumn].
type Geometry struct {
	// Name is the camera's. Its rows and columns are called by it: "ACA row".
	Name        string `json:"name"`
	Rows        int    `json:"rows"`         // pixels of a column, even
	Columns     int    `json:"columns"`      // pixels of a row, even
	FirstRow    int    `json:"first_row"`    // number of the first row
	FirstColumn int    `json:"first_column"` // number of the first column
}

// ACA is the CCD of the Aspect Camera Assembly, 1024 x 1024 pixels whose rows and
// columns run from -512 to 511 (processing.md, section 3).
var ACA = Geometry{Name: "ACA", Rows: 1024, Columns: 1024, FirstRow: -512, FirstColumn: -512}

// MaxSide is the most pixels that a row or a column may have: a map of that many
// either way takes 256 MiB, and numbers of rows fit 16 bits.
const MaxSide = 1 << 13

// named is what a name may be: it stands in FITS cards and on pages.
var named = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,15}$`)

// Check refuses what no CCD can be.
func (g Geometry) Check() error {
	side := func(n int) bool { return 2 <= n && n <= MaxSide && n%2 == 0 }
	first := func(n int) bool { return -MaxSide <= n && n <= MaxSide }
	switch {
	case !named.MatchString(g.Name):
		return fmt.Errorf("geometry: name %.40q: want 1 to 16 letters, digits, - and _, such as %q", g.Name, ACA.Name)
	case !side(g.Rows) || !side(g.Columns):
		return fmt.Errorf("geometry: %d rows and %d columns: want even numbers from 2 to %d", g.Rows, g.Columns, MaxSide)
	case !first(g.FirstRow) || !first(g.FirstColumn):
		return fmt.Errorf("geometry: first row %d, first column %d: want numbers from %d to %d", g.FirstRow, g.FirstColumn, -MaxSide, MaxSide)
	}
	return nil
}

// UnmarshalJSON reads a whole geometry and checks it.
func (g *Geometry) UnmarshalJSON(content []byte) error {
	type plain Geometry
	var read struct {
		*plain
		// They may be 0, but not left out.
		FirstRow    *int `json:"first_row"`
		FirstColumn *int `json:"first_column"`
	}
	read.plain = new(plain)
	if err := json.NewDecoder(bytes.NewReader(content)).Decode(&read); err != nil {
		return fmt.Errorf("geometry: %w", err)
	}
	if read.FirstRow == nil || read.FirstColumn == nil {
		return errors.New("geometry: first_row and first_column are wanted")
	}
	*g = Geometry(*read.plain)
	g.FirstRow, g.FirstColumn = *read.FirstRow, *read.FirstColumn
	return g.Check()
}

// String is the size, columns by rows as the axes of a FITS image: "1024 x 1024".
func (g Geometry) String() string { return fmt.Sprintf("%d x %d", g.Columns, g.Rows) }

// CheckAxes refuses an image of another size.
func (g Geometry) CheckAxes(width, height int) error {
	if width != g.Columns || height != g.Rows {
		return fmt.Errorf("%d x %d pixels, want %v", width, height, g)
	}
	return nil
}

// CheckPixels refuses a map of another number of pixels.
func (g Geometry) CheckPixels(n int) error {
	if n != g.Pixels() {
		return fmt.Errorf("%d pixels, want %v", n, g)
	}
	return nil
}

// Pixels is the number of pixels.
func (g Geometry) Pixels() int { return g.Rows * g.Columns }

// LastRow is the number of the last row.
func (g Geometry) LastRow() int { return g.FirstRow + g.Rows - 1 }

// LastColumn is the number of the last column.
func (g Geometry) LastColumn() int { return g.FirstColumn + g.Columns - 1 }

// Contains is true for a pixel of the CCD.
func (g Geometry) Contains(row, column int) bool {
	return g.FirstRow <= row && row <= g.LastRow() && g.FirstColumn <= column && column <= g.LastColumn()
}

// Index is where a pixel lies in a map.
func (g Geometry) Index(row, column int) int {
	return (row-g.FirstRow)*g.Columns + column - g.FirstColumn
}

// RowColumn is the inverse of [Geometry.Index].
func (g Geometry) RowColumn(index int) (row, column int) {
	return index/g.Columns + g.FirstRow, index%g.Columns + g.FirstColumn
}

// Span is where rows and columns run: "rows and columns from -512 to 511".
func (g Geometry) Span() string {
	if g.FirstRow == g.FirstColumn && g.Rows == g.Columns {
		return fmt.Sprintf("rows and columns from %d to %d", g.FirstRow, g.LastRow())
	}
	return fmt.Sprintf("rows from %d to %d and columns from %d to %d", g.FirstRow, g.LastRow(), g.FirstColumn, g.LastColumn())
}

// Orientation says in a sentence how [row][column] index a map.
func (g Geometry) Orientation() string {
	return fmt.Sprintf("image[row %s][column %s], %s %s; NAXIS1 is the column", less(g.FirstRow), less(g.FirstColumn), g.Name, g.Span())
}

// less is the number that is taken away, as it is added: "+ 512" for -512.
func less(first int) string {
	if first > 0 {
		return fmt.Sprintf("- %d", first)
	}
	return fmt.Sprintf("+ %d", -first)
}
