package term

import "strings"

// Column is one column of a table.
type Column struct {
	Title string
	// Right aligns it to the right, for numbers.
	Right bool
}

// leastColumn is how narrow a text column can become.
const leastColumn = 8

// Table writes a table to standard output, a title line and then the rows,
// which have one cell for each column. On a terminal, text columns are
// shortened until it fits, the widest first; numbers are never cut. Elsewhere
// it has its full width. Quiet and JSON leave it out.
func (p *Printer) Table(cols []Column, rows [][]string) {
	if p.o.Mode == Human || p.o.Mode == Verbose {
		p.write(p.o.Out, layout(cols, rows, p.o.OutWidth))
	}
}

// layout is a table as text; width 0 means without bound.
func layout(cols []Column, rows [][]string, width int) string {
	cells := make([][]string, 0, len(rows)+1)
	titles := make([]string, len(cols))
	for i, c := range cols {
		titles[i] = c.Title
	}
	widths := make([]int, len(cols))
	for _, row := range append([][]string{titles}, rows...) {
		line := make([]string, len(cols))
		for i := range min(len(row), len(cols)) {
			line[i] = safe(strings.ReplaceAll(row[i], "\n", " "))
			widths[i] = max(widths[i], columns(line[i]))
		}
		cells = append(cells, line)
	}
	if width > 0 {
		squeeze(cols, widths, width)
	}
	var b strings.Builder
	for _, line := range cells {
		var row strings.Builder
		for i, cell := range line {
			if i > 0 {
				row.WriteString("  ")
			}
			cell = shorten(cell, widths[i])
			space := strings.Repeat(" ", widths[i]-columns(cell))
			if cols[i].Right {
				row.WriteString(space + cell)
			} else {
				row.WriteString(cell + space)
			}
		}
		b.WriteString(strings.TrimRight(row.String(), " ") + "\n")
	}
	return b.String()
}

// squeeze narrows text columns, always the widest, until all fit or none can
// become narrower.
func squeeze(cols []Column, widths []int, width int) {
	total := 2 * (len(widths) - 1)
	for _, w := range widths {
		total += w
	}
	for ; total > width; total-- {
		widest := -1
		for i, w := range widths {
			if !cols[i].Right && w > leastColumn && (widest < 0 || w > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return
		}
		widths[widest]--
	}
}
