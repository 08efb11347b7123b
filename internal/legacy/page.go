package legacy

import (
	"cmp"
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
	p := &Page{Path: at, Days: []Day{}, Doubts: []string{}}
	var wrong []string
	for _, line := range telling(d.root) {
		p.Title = cmp.Or(p.Title, line) // else the first heading
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

// telling are the texts of a page that name its day: the title, headings, and
// lines that begin with "Date".
func telling(root *html.Node) (texts []string) {
	for _, n := range all(root, titles) {
		texts = append(texts, label(allText(n)))
	}
	for _, n := range all(root, heads) {
		texts = append(texts, label(textOf(n)))
	}
	for line := range strings.Lines(raw(root, true)) {
		if s := label(shown(line)); dateLine.MatchString(s) {
			texts = append(texts, s)
		}
	}
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
