package term

import (
	"slices"
	"strings"
)

// Column is one column of a table.
type Column struct {
	Title string
	// Right aligns it to the right, for numbers.
	Right bool
	// Wrap continues a text that does not fit in lines below, for sentences. Only the
	// last column can.
	Wrap bool
}

// leastColumn is how narrow a text column can become.
const leastColumn = 8

// Table writes a table to standard output, a title line and then the rows,
// which have one cell for each column. On a terminal, text columns are
// shortened or wrapped until it fits, the widest first; numbers are never cut.
// Elsewhere it has its full width. Quiet and JSON leave it out.
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
	last := len(cols) - 1
	for n := 0; n < len(cells); n++ {
		line := cells[n]
		if cols[last].Wrap {
			var rest string
			if line[last], rest = breakLine(line[last], widths[last]); rest != "" {
				below := make([]string, len(cols))
				below[last] = rest
				cells = slices.Insert(cells, n+1, below)
			}
		}
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

// breakLine is the beginning of a text that fits into a width, and the rest: between
// words, or within one that is too long.
func breakLine(s string, width int) (line, rest string) {
	if columns(s) <= width {
		return s, ""
	}
	runes := []rune(s)
	at := strings.LastIndexByte(string(runes[:width+1]), ' ')
	if at <= 0 {
		return string(runes[:width]), string(runes[width:])
	}
	return s[:at], strings.TrimLeft(s[at:], " ")
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
