package legacy

import (
	"strconv"
	"strings"
)

// Bounds of a table.
const (
	maxRows    = 512
	maxColumns = 64
)

// cell is a cell of a table as it is shown: cells that span several places are
// in each of them.
type cell struct {
	text string // on one line
	raw  string // see [node.raw]
	at   int    // byte of the page
	// again marks the places of a spanning cell behind its first.
	again bool
}

// name is the text without footnotes at it, as labels and dates are known.
func (c *cell) name() string { return named(c.raw) }

// grid lays out the cells of a table without those of tables in it. What is
// beyond the bounds is left out; whole tells whether all is there.
func grid(table *node) (lines [][]cell, whole bool) {
	type hang struct {
		cell
		rows int // still to come
	}
	var hanging [maxColumns]hang
	whole = true
	for _, tr := range tableRows(table) {
		if len(lines) == maxRows {
			return lines, false
		}
		var line []cell
		fill := func() {
			for len(line) < maxColumns && hanging[len(line)].rows > 0 {
				h := &hanging[len(line)]
				h.rows--
				line = append(line, h.cell)
			}
		}
		for _, td := range tr.kids {
			if td.kind != element || td.tag != "td" && td.tag != "th" {
				continue
			}
			fill()
			raw := cut(td.raw(false), 2*maxLabel)
			c := cell{text: cut(shown(raw), maxLabel), raw: raw, at: td.from}
			across, down := span(td, "colspan", maxColumns), span(td, "rowspan", maxRows)
			for range across {
				if len(line) == maxColumns {
					whole = false
					break
				}
				again := c
				again.again = true
				hanging[len(line)] = hang{again, down - 1}
				line = append(line, c)
				c = again
			}
		}
		fill()
		lines = append(lines, line)
	}
	return lines, whole
}

// tableRows are the rows of a table, not those of tables in it.
func tableRows(table *node) (list []*node) {
	table.walk(func(n *node) bool {
		switch {
		case n.kind != element || n != table && n.tag == "table":
			return false
		case n.tag == "tr":
			list = append(list, n)
			return false
		}
		return true
	})
	return list
}

func span(td *node, attribute string, most int) int {
	v, _ := td.value(attribute)
	n, err := strconv.Atoi(strings.TrimSpace(v))
	if err != nil || n < 1 {
		return 1
	}
	return min(n, most)
}
