package legacy

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"darksite/internal/ground/phrase"
	"darksite/processing/chandra"
	"darksite/processing/published"
	"darksite/processing/quantity"
)

// Bounds of the tables of a page.
const (
	maxRows    = 512
	maxColumns = 64
	maxNumbers = 10_000
)

// The statistics of report pages (inputs-and-pages.md, section A3) by what their
// labels say as letters, digits and '>', without the unit.
var labels = map[string]quantity.Key{
	"mean": quantity.Mean, "average": quantity.Mean, "median": quantity.Median, "peak": quantity.Peak, "mode": quantity.Peak,
	"meannearpeak": quantity.MeanNearPeak, "n>100": quantity.Over(100), "n>200": quantity.Over(200), "n>2000": quantity.Over(2000), "n>3000": quantity.Over(3000),
}

var (
	// unit may stand in brackets, and behind a number.
	unit   = regexp.MustCompile(`(?i)[(\[]?\s*\b(e|electrons?)\s*-?\s*(/|per)\s*s(ec(ond)?s?)?\s*[)\]]?\.?`)
	notAny = regexp.MustCompile(`^(-+|\.+|–|—|n/?a\.?|none|unknown)$`)
	// Of N>200 0 it is not known what the 0 is.
	twoNumbers = regexp.MustCompile(`[0-9][\s\[(]+[0-9]`)
	thousand   = regexp.MustCompile(`([0-9]) 000\b`)
	notLabel   = regexp.MustCompile(`[^a-z0-9>]`)
	// pixelsAbove are labels such as "Number of pixels > 100".
	pixelsAbove = regexp.MustCompile(`^(?:n|no|number|numberof|numberofpixels|pixels|npixels|npix)>(\d+)$`)
	dateLabel   = regexp.MustCompile(`(?i)^(date|day|calibration|year:doy)\b`)

	tables, rows = cascadia.MustCompile("table"), cascadia.MustCompile("tr")
)

// cell is a cell of a table: as a reader sees it on one line, as it is written
// (see [raw]), and without footnotes, as labels and dates are known. A cell that
// spans several columns is blank in all but the first.
type cell struct {
	text, raw, name string
	at              int // byte of the page
}

// grid lays out the cells of a table without those of tables in it, as far as it
// can; else it says why not.
func (r *reader) grid(table *html.Node) (lines [][]cell, why string) {
	for _, tr := range own(table, rows) {
		if len(lines) == maxRows {
			return lines, fmt.Sprintf("more than %d rows", maxRows)
		}
		line := []cell{}
		for td := range tr.ChildNodes() {
			if td.Type != html.ElementNode {
				continue
			}
			if down := value(td, "rowspan"); down != "" && down != "1" {
				why = "cells over several rows"
			}
			text := phrase.Cut(raw(td, false), 2*maxLabel)
			line = append(line, cell{label(shown(text)), text, named(text), r.at(td)})
			columns, err := strconv.Atoi(strings.TrimSpace(value(td, "colspan")))
			for ; err == nil && columns > 1 && len(line) <= maxColumns; columns-- {
				line = append(line, cell{at: r.at(td)})
			}
		}
		if len(line) > maxColumns {
			line, why = line[:maxColumns], fmt.Sprintf("more than %d columns", maxColumns)
		}
		lines = append(lines, line)
	}
	return lines, why
}

// turned makes columns of the rows of a table.
func turned(lines [][]cell) (columns [][]cell) {
	for i := range lines[0] {
		var column []cell
		for _, line := range lines {
			if i < len(line) {
				column = append(column, line[i])
			} else {
				column = append(column, cell{})
			}
		}
		columns = append(columns, column)
	}
	return columns
}

// quantityOf is the statistic that a label names, by its key in
// package quantity; "" when it is none.
func quantityOf(text string) quantity.Key {
	if twoNumbers.MatchString(thousand.ReplaceAllString(text, "${1}000")) {
		return ""
	}
	key := notLabel.ReplaceAllString(strings.ToLower(unit.ReplaceAllString(text, "")), "")
	if m := pixelsAbove.FindStringSubmatch(key); m != nil {
		key = "n>" + m[1]
	}
	return labels[key]
}

func quantitiesOf(line []cell) map[int]quantity.Key {
	m := map[int]quantity.Key{}
	for i, c := range line {
		if q := quantityOf(c.name); q != "" {
			m[i] = q
		}
	}
	return m
}

// reader collects the statistics of one page.
type reader struct {
	*document
	source string
	rows   []published.Row
	doubts []string
	dates  *calendar
	cells  int
}

func (r *reader) doubtf(at int, format string, args ...any) {
	r.doubts = append(r.doubts, fmt.Sprintf("line %d: ", r.lines.at(at))+fmt.Sprintf(format, args...))
}

// readTables reads the statistics of all tables of a page, in the form of 2009, a
// row for each calibration, or in that of 2000 to 2005, a column for each. A page
// without such a table has no rows.
func (r *reader) readTables() {
	for _, table := range all(r.root, tables) {
		lines, why := r.grid(table)
		for head, line := range lines {
			byRow, byColumn := dateColumn(line), len(line) > 1 && hasDates(line) && statisticsBelow(lines[head:])
			if byRow < 0 && !byColumn {
				continue
			}
			switch {
			case why != "":
				r.doubtf(r.at(table), "the table has %s, and is not read", why)
			case byRow >= 0:
				r.calibrations(lines[head:], byRow, "row")
			default:
				r.calibrations(turned(lines[head:]), 0, "column")
			}
			break
		}
	}
}

// dateColumn is where the dates are below a row that names statistics, -1 when
// it is no such row: below a word for them, or in the first column where that has
// no heading.
func dateColumn(line []cell) int {
	if len(line) < 2 || len(quantitiesOf(line)) == 0 || hasDates(line) {
		return -1
	}
	at := slices.IndexFunc(line, func(c cell) bool { return dateLabel.MatchString(c.name) })
	if at < 0 && line[0].text == "" {
		return 0
	}
	return at
}

// hasDates tells whether days stand in a line behind its first cell, and none in that.
func hasDates(line []cell) bool {
	dated := func(c cell) bool { return dayForm.MatchString(c.name) }
	return slices.ContainsFunc(line[1:], dated) && !dated(line[0])
}

func statisticsBelow(lines [][]cell) bool {
	return slices.ContainsFunc(lines[1:], func(l []cell) bool { return len(l) > 1 && quantityOf(l[0].name) != "" })
}

// calibrations reads the lines of a table, the first of which names statistics.
// At is the place of the dates.
func (r *reader) calibrations(lines [][]cell, at int, what string) {
	quantities := quantitiesOf(lines[0])
	for i, c := range lines[0] {
		if i != at && c.text != "" && quantities[i] == "" {
			r.doubtf(c.at, "%s is no statistic that is known, and is not read", short(c.text))
		}
	}
	for _, line := range lines[1:] {
		if len(line) <= at || len(quantitiesOf(line)) > 1 { // too short, or the headings again
			continue
		}
		date := line[at]
		id, label, ok := r.calibration(date)
		if !ok {
			if slices.ContainsFunc(line, func(c cell) bool { return c.text != "" }) {
				r.doubtf(date.at, "the %s %s has no date, and is not read", what, short(date.text))
			}
			continue
		}
		row := published.Row{ID: id, Line: r.lines.at(date.at), Label: label, Source: r.source, Reports: make([]*published.Report, len(published.Quantities))}
		for i, c := range line {
			if q := quantities[i]; q != "" && i != at {
				r.number(&row, q, c)
			}
		}
		if slices.ContainsFunc(row.Reports, func(p *published.Report) bool { return p != nil }) {
			r.rows = append(r.rows, row)
		}
	}
}

// calibration is the one that a cell with a date means.
func (r *reader) calibration(c cell) (id chandra.ID, label string, ok bool) {
	days, wrong := daysIn(c.name)
	for _, w := range wrong {
		r.doubtf(c.at, "%s is no day of the calendar", short(w))
	}
	if len(days) == 0 {
		return "", "", false
	}
	chosen := days[max(0, slices.IndexFunc(days, Day.numbered))] // the number of the day is the id
	for _, d := range days {
		if d.ID != chosen.ID {
			r.doubtf(c.at, "the page says %s, which is %s, and %s for one calibration", d.Printed, d.ID.Colon(), chosen.Printed)
		}
	}
	id, doubt := r.dates.of(chosen)
	if doubt != "" {
		r.doubtf(c.at, "%s", doubt)
	}
	return id, days[0].Printed, true
}

// number takes a cell. Which numbers can be true is for package published to
// say, so that pages and files are held to the same.
func (r *reader) number(row *published.Row, key quantity.Key, c cell) {
	printed := strings.TrimSpace(unit.ReplaceAllString(c.text, ""))
	if printed == "" || notAny.MatchString(strings.ToLower(printed)) {
		return
	}
	if r.cells++; r.cells > maxNumbers {
		if r.cells == maxNumbers+1 {
			r.doubtf(c.at, "more than %d numbers; the rest is not read", maxNumbers)
		}
		return
	}
	what := fmt.Sprintf("%s of %s", key, row.ID.Colon())
	at := slices.IndexFunc(published.Quantities, func(q published.Quantity) bool { return q.Key == key })
	q := &published.Quantities[at]
	printed, beside, err := figure(c.raw, q.Unit == quantity.Pixels)
	var v float64
	if err == nil {
		if v, err = q.Parse(printed); err != nil {
			err = errors.New("it cannot be true")
		}
	}
	report := &published.Report{Value: v, Printed: printed, Source: r.source}
	switch {
	case err != nil:
		r.doubtf(c.at, "%s: %s is not such a number, and is not read: %v", what, short(c.text), err)
		return
	case row.Reports[at] == nil:
		row.Reports[at] = report
	case *row.Reports[at] != *report:
		r.doubtf(c.at, "%s is %s and %s in one table; the first is kept", what, row.Reports[at].Printed, printed)
		return
	}
	if beside != "" {
		r.doubtf(c.at, "%s: %s is read as %s", what, short(beside), printed)
	}
}
