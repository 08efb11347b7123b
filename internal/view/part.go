package view

import "strconv"

// rowsPerPage bounds a page with rows of all calibrations: so many stay small enough
// for a slow line, whatever is in them.
const rowsPerPage = 500

// Part is a page of several that have the rows of one table.
type Part struct {
	Page     int    // from 1; 0 for what stands at the head of another page
	Pages    []Link // all of them
	From, To int    // the rows that it has, counted from 1
}

// Link is an address relative to the section, with what it is called.
type Link struct{ Address, Text string }

// partOf is page number n of a table with so many rows, whose first page has an
// address.
func partOf(rows, n int, address string) Part {
	p := Part{Page: n, From: min(rows, (n-1)*rowsPerPage+1), To: min(rows, n*rowsPerPage)}
	for n := 1; n == 1 || (n-1)*rowsPerPage < rows; n++ {
		p.Pages = append(p.Pages, Link{partAddress(address, n) + "/index.html", count((n-1)*rowsPerPage+1) + " to " + count(min(rows, n*rowsPerPage))})
	}
	return p
}

// partAddress is the directory of a page of several.
func partAddress(address string, n int) string {
	if n == 1 {
		return address
	}
	return address + "/" + strconv.Itoa(n)
}

// Generated is a page of the section that is there only when there are enough
// calibrations.
type Generated struct {
	Address string // directory under dark_cal/
	Title   string
	Layout  string
	Params  map[string]any
}

// Generated are all of them.
func (s *Site) Generated() (pages []Generated) {
	for n := range partOf(len(s.History.Rows), 1, ListPage).Pages[1:] {
		pages = append(pages, Generated{partAddress(ListPage, n+2), "All calibrations, page " + count(n+2), "list", map[string]any{"part": n + 2}})
	}
	for _, sheet := range s.Sheets() {
		if sheet.To == sheet.All {
			continue
		}
		for n := range sheet.Pages {
			title := sheet.Title
			if n > 0 {
				title += ", page " + count(n+1)
			}
			pages = append(pages, Generated{partAddress(sheet.address(), n+1), title, "sheet", map[string]any{"sheet": sheet.ID, "part": n + 1}})
		}
	}
	return pages
}
