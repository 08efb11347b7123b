package legacy

import (
	"crypto/sha256"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

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
	d, err := parse(page)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", at, err)
	}
	p := &Page{Path: at, Title: titleOf(d.root), Days: []Day{}, Doubts: []string{}}
	var wrong []string
	for _, line := range telling(d.root) {
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
	r := &reader{document: d, source: address + at, dates: calendarOf(known, allDays(d.root))}
	r.readTables()
	p.Doubts = fewer(append(p.Doubts, r.doubts...))
	p.Table = &published.Table{
		File: published.File{Name: at, Bytes: int64(len(page)), SHA256: fmt.Sprintf("%x", sha256.Sum256(page))},
		Rows: r.rows,
	}
	return p, nil
}

var (
	titles = cascadia.MustCompile("title")
	heads  = cascadia.MustCompile("h1, h2, h3, h4, h5, h6")
)

// titleOf is the title of a page, else its first heading.
func titleOf(root *html.Node) string {
	for _, n := range all(root, titles) {
		if title := label(allText(n)); title != "" {
			return title
		}
	}
	for _, n := range all(root, heads) {
		if title := label(textOf(n)); title != "" {
			return title
		}
	}
	return ""
}

// telling are the texts of a page that name its day: the title, headings, and
// lines that begin with "Date" outside of them.
func telling(root *html.Node) (texts []string) {
	var line strings.Builder
	end := func() {
		if s := plain(line.String()); dateLine.MatchString(s) {
			texts = append(texts, cut(s, maxLabel))
		}
		line.Reset()
	}
	var visit func(*html.Node)
	visit = func(n *html.Node) {
		for k := range n.ChildNodes() {
			breaks := k.Data == "br" || blocks[k.Data]
			switch {
			case k.Type == html.TextNode:
				line.WriteString(k.Data)
				continue
			case k.Type != html.ElementNode:
				continue
			case breaks:
				end()
			}
			switch {
			case k.Data == "title":
				texts = append(texts, label(allText(k)))
			case headings[k.Data]:
				texts = append(texts, cut(textOf(k), maxLabel))
			case !unread[k.Data]:
				visit(k)
			}
			if breaks {
				end()
			}
		}
	}
	visit(root)
	end()
	return texts
}

// allDays are the days of a page wherever they stand.
func allDays(root *html.Node) (days []Day) {
	for n := range root.Descendants() {
		if n.Type == html.TextNode && len(days) < maxNumbers {
			found, _ := daysIn(plain(n.Data))
			days = append(days, found...)
		}
	}
	return days
}

// isPage tells pages from other files by their names.
func isPage(name string) bool {
	ext := strings.ToLower(path.Ext(name))
	return ext == ".html" || ext == ".htm"
}
