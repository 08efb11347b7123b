package legacy

import (
	"crypto/sha256"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"darksite/processing/chandra"
	"darksite/processing/published"
)

// Page is what an old report page says of itself and of calibrations.
type Page struct {
	Path  string // relative to the directory of dark_cal
	Title string
	// Days are those that the title, the headings and a line that begins with
	// "Date" name: whose report it is. Each once.
	Days []Day
	// Table has the statistics, with the page as its source; no rows when
	// there are none. Its lines are those of the page.
	Table *published.Table
	// Doubts are sentences that begin with a line of the page.
	Doubts []string
}

// dateLine begins a line with the day of the report.
var dateLine = regexp.MustCompile(`(?i)^(calibration )?date( of calibration)?\b`)

// ReadPage reads a report page. The path is relative to the directory of
// dark_cal; the address of that, such as https://host/ASPECT/dark_cal/, is put
// before it in the sources. Days that are not of a known calibration, and have
// one beside them, are of that.
func ReadPage(page []byte, at, address string, known []chandra.ID) (*Page, error) {
	root, err := tree(page)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", at, err)
	}
	p := &Page{Path: at, Title: titleOf(root), Days: []Day{}, Doubts: []string{}}
	var wrong []string
	for _, line := range telling(root) {
		days, bad := daysIn(line)
		wrong = append(wrong, bad...)
		for _, d := range days {
			same := func(o Day) bool { return o.ID == d.ID }
			if !slices.ContainsFunc(p.Days, same) {
				p.Days = append(p.Days, d)
			}
		}
	}
	for _, w := range slices.Compact(wrong) {
		p.Doubts = append(p.Doubts, fmt.Sprintf("%s, in the title or a heading, is no day of the calendar", short(w)))
	}
	r := &reader{lines: linesOf(page), source: address + at, dates: calendarOf(known, allDays(root))}
	r.readTables(root)
	p.Doubts = fewer(append(p.Doubts, r.doubts...))
	p.Table = &published.Table{
		File: published.File{Name: at, Bytes: int64(len(page)), SHA256: fmt.Sprintf("%x", sha256.Sum256(page))},
		Rows: r.rows,
	}
	return p, nil
}

// titleOf is the title of a page, else its first heading.
func titleOf(root *node) string {
	title := ""
	root.walk(func(n *node) bool {
		if n.kind == element && n.tag == "title" && title == "" {
			title = label(says(n))
		}
		return n.kind == element && title == ""
	})
	if title != "" {
		return title
	}
	root.walk(func(n *node) bool {
		if n.kind == element && headings[n.tag] && title == "" {
			title = label(n.content(true))
		}
		return n.kind == element && title == ""
	})
	return title
}

// telling are the texts of a page that name its day: the title, headings, and
// lines that begin with "Date" outside of tables.
func telling(root *node) (texts []string) {
	var line strings.Builder
	end := func() {
		if s := plain(line.String()); dateLine.MatchString(s) {
			texts = append(texts, cut(s, maxLabel))
		}
		line.Reset()
	}
	var visit func(*node)
	visit = func(n *node) {
		for _, k := range n.kids {
			switch {
			case k.kind == text:
				line.WriteString(k.data)
			case k.kind != element:
			case k.tag == "title" || headings[k.tag]:
				end()
				texts = append(texts, cut(says(k), maxLabel))
			case k.tag == "br":
				end()
			case blocks[k.tag]:
				end()
				visit(k)
				end()
			default:
				visit(k)
			}
		}
	}
	visit(root)
	end()
	return texts
}

// allDays are the days of a page wherever they stand.
func allDays(root *node) (days []Day) {
	root.walk(func(n *node) bool {
		if n.kind == text && len(days) < maxNumbers {
			found, _ := daysIn(plain(n.data))
			days = append(days, found...)
		}
		return n.kind == element
	})
	return days
}

// isPage tells pages from other files by their names.
func isPage(name string) bool {
	ext := strings.ToLower(path.Ext(name))
	return ext == ".html" || ext == ".htm"
}
