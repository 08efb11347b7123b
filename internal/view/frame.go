package view

import (
	"fmt"
	"strconv"
	"strings"

	"darksite/processing/ccd"
)

// Frame is what surrounds a picture of the CCD: its axes and its quadrants.
type Frame struct {
	Width  int // picture elements, one for each pixel
	Height int
	// Rows and Columns are five numbers along each axis, a quarter of it apart.
	Rows    [5]string
	Columns [5]string
	// Lines is the path, in SVG, of the lines that part the quadrants.
	Lines string
	// Corners are the quadrants at the top left, top right, bottom left and bottom
	// right.
	Corners []Corner
	// BadColumn is true for the CCD of which a bad column is known.
	BadColumn bool
}

// Corner names a quadrant.
type Corner struct {
	Letter string
	Class  string
}

func frameOf(g ccd.Geometry) Frame {
	f := Frame{
		Width: g.Columns, Height: g.Rows,
		Rows: axis(g.FirstRow, g.Rows), Columns: axis(g.FirstColumn, g.Columns),
		Lines:     fmt.Sprintf("M%d 0v%dM0 %dh%d", g.RecordPixels(), g.Rows, g.QuadrantRows(), g.Columns),
		BadColumn: g == ccd.ACA,
	}
	for i := range 4 {
		row, column := g.LastRow(), g.FirstColumn
		if i >= 2 {
			row = g.FirstRow
		}
		if i%2 == 1 {
			column = g.LastColumn()
		}
		letter := g.QuadrantAt(row, column).Letter()
		f.Corners = append(f.Corners, Corner{letter, "quadrant-" + strings.ToLower(letter)})
	}
	return f
}

// axis gives the numbers of an axis, the last one that of its last pixel.
func axis(first, pixels int) (ticks [5]string) {
	for i := range ticks {
		ticks[i] = strings.Replace(strconv.Itoa(first+min(i*pixels/4, pixels-1)), "-", "−", 1)
	}
	return ticks
}
