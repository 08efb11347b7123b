package legacy

import (
	"encoding/csv"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"darksite/processing/chandra"
	"darksite/processing/published"
)

// The statistics of report pages (inputs-and-pages.md, section A3) by what their
// labels say as letters, digits and '>', without the unit.
var labels = map[string]string{
	"mean": "mean_e_s", "average": "mean_e_s", "median": "median_e_s", "peak": "peak_e_s", "mode": "peak_e_s",
	"meannearpeak": "mean_near_peak_e_s", "n>100": "n_gt_100", "n>200": "n_gt_200", "n>2000": "n_gt_2000", "n>3000": "n_gt_3000",
}

var (
	// unit may stand in brackets, and behind a number.
	unit   = regexp.MustCompile(`(?i)[(\[]?\s*\b(e|electrons?)\s*-?\s*(/|per)\s*s(ec(ond)?s?)?\s*[)\]]?\.?`)
	notAny = regexp.MustCompile(`^(-+|\.+|–|—|n/?a\.?|none|unknown)$`)
	// Of N>200 0 it is not known what the 0 is.
	twoNumbers = regexp.MustCompile(`[0-9][\s\[(]+[0-9]`)
	thousand   = regexp.MustCompile(`([0-9]) 000\b`)
	// pixelsAbove are labels such as "Number of pixels > 100".
	pixelsAbove = regexp.MustCompile(`^(?:n|no|number|numberof|numberofpixels|pixels|npixels|npix)>(\d+)$`)
)

// quantityOf is the statistic that a label names, by its name in
// [published.Quantities]; "" when it is none.
func quantityOf(text string) string {
	if twoNumbers.MatchString(thousand.ReplaceAllString(text, "${1}000")) {
		return ""
	}
	key := strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '>':
			return r
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		}
		return -1
	}, unit.ReplaceAllString(text, ""))
	if m := pixelsAbove.FindStringSubmatch(key); m != nil {
		key = "n>" + m[1]
	}
	return labels[key]
}

// reader collects the statistics of one page.
type reader struct {
	lines  lineStarts
	source string
	rows   []published.Row
	doubts []string
	dates  *calendar
	cells  int
}

// maxNumbers bounds the cells of a page that are taken for numbers.
const maxNumbers = 10_000

func (r *reader) doubtf(at int, format string, args ...any) {
	r.doubts = append(r.doubts, fmt.Sprintf("line %d: ", r.lines.at(at))+fmt.Sprintf(format, args...))
}

// readTables reads the statistics of all tables of a page: those with a row for
// each statistic and dates above the columns, and those with a row for each
// calibration. A page without such a table has no rows.
func (r *reader) readTables(root *node) {
	for _, table := range root.all("table") {
		lines, whole := grid(table)
		head := 0
		for head < len(lines) && !isHead(lines[head:]) {
			head++
		}
		if head == len(lines) {
			continue
		}
		if !whole {
			r.doubtf(table.from, "the table has more than %d rows or %d columns; what is beyond is not read", maxRows, maxColumns)
		}
		if quantities := quantitiesOf(lines[head]); len(quantities) > 0 {
			r.byRow(lines[head:], quantities)
		} else {
			r.byColumn(lines[head:])
		}
	}
}

// isHead tells whether a table of statistics begins: with a row that names them
// beside a column of dates, or a row of dates above a column that names them.
func isHead(lines [][]cell) bool {
	line := lines[0]
	statistics, dates := len(quantitiesOf(line)), 0
	for i, c := range line {
		if days, _ := daysIn(c.name()); i > 0 && (len(days) > 0 || monthIn(c.name()) != "") {
			dates++
		}
	}
	switch {
	case len(line) < 2:
		return false
	case statistics > 0:
		return dateColumn(line) >= 0 && dates == 0
	}
	days, _ := daysIn(line[0].name())
	return dates > 0 && len(days) == 0 && slices.ContainsFunc(lines[1:], func(l []cell) bool {
		return len(l) > 1 && quantityOf(l[0].name()) != ""
	})
}

func quantitiesOf(line []cell) map[int]string {
	m := map[int]string{}
	for i, c := range line {
		if q := quantityOf(c.name()); q != "" && !c.again {
			m[i] = q
		}
	}
	return m
}

var dateLabel = regexp.MustCompile(`(?i)^(date|day|calibration|year:doy)\b`)

// dateColumn is where a row of headings says that dates are: the first column
// when that has no heading; -1 when it is something else.
func dateColumn(line []cell) int {
	for i, c := range line {
		if dateLabel.MatchString(c.name()) {
			return i
		}
	}
	if line[0].text == "" {
		return 0
	}
	return -1
}

// byRow reads the form of 2009: a row for each calibration.
func (r *reader) byRow(lines [][]cell, quantities map[int]string) {
	at := dateColumn(lines[0])
	for _, line := range lines[1:] {
		if len(line) <= at || line[at].text == "" {
			continue
		}
		if len(quantitiesOf(line)) > 1 {
			continue // the headings again
		}
		id, label, ok := r.calibration(line[at])
		if !ok {
			r.doubtf(line[at].at, "the row %s has no date, and is not read", short(line[at].text))
			continue
		}
		row := r.row(id, label, line[at].at)
		for i := range line {
			if q := quantities[i]; q != "" && i != at {
				r.number(row, q, line[i])
			}
		}
		r.keep(row)
	}
}

// byColumn reads the form of 2000 to 2005: a row for each statistic, a column
// for each calibration. A second row of dates below the first belongs to the
// same columns.
func (r *reader) byColumn(lines [][]cell) {
	columns := map[int]*published.Row{}
	head := lines[0]
	if len(lines) > 1 && isHead(lines[1:]) && len(quantitiesOf(lines[1])) == 0 {
		for i := range head {
			if i < len(lines[1]) && !lines[1][i].again {
				head[i].text = strings.TrimSpace(head[i].text + " " + lines[1][i].text)
				head[i].raw += " " + lines[1][i].raw
			}
		}
		lines = lines[1:]
	}
	for i, c := range head {
		if i == 0 || c.again || c.text == "" {
			continue
		}
		if id, label, ok := r.calibration(c); ok {
			columns[i] = r.row(id, label, c.at)
		} else {
			r.doubtf(c.at, "the column %s has no date, and is not read", short(c.text))
		}
	}
	for _, line := range lines[1:] {
		if len(line) < 2 {
			continue
		}
		q := quantityOf(line[0].name())
		if q == "" {
			if line[0].text != "" && !line[1].again {
				r.doubtf(line[0].at, "%s is no statistic that is known, and is not read", short(line[0].text))
			}
			continue
		}
		for i := range line {
			if row := columns[i]; row != nil {
				r.number(row, q, line[i])
			}
		}
	}
	for i := range head {
		if columns[i] != nil {
			r.keep(columns[i])
		}
	}
}

// calibration is the one that a cell with a date means.
func (r *reader) calibration(c cell) (id chandra.ID, label string, ok bool) {
	days, wrong := daysIn(c.name())
	for _, w := range wrong {
		r.doubtf(c.at, "%s is no day of the calendar", short(w))
	}
	if len(days) == 0 {
		if id, ok := r.dates.ofMonth(monthIn(c.name())); ok {
			r.doubtf(c.at, "%s names no day; the only known calibration of that month is %s", short(c.text), id.Colon())
			return id, c.text, true
		}
		return "", "", false
	}
	chosen := days[0]
	for _, d := range days {
		if d.numbered() {
			chosen = d // the number of the day is the id
			break
		}
	}
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

func (r *reader) row(id chandra.ID, label string, at int) *published.Row {
	return &published.Row{ID: id, Line: r.lines.at(at), Label: label, Source: r.source, Reports: make([]*published.Report, len(published.Quantities))}
}

// keep takes a row that has numbers.
func (r *reader) keep(row *published.Row) {
	for _, p := range row.Reports {
		if p != nil {
			r.rows = append(r.rows, *row)
			return
		}
	}
}

// number takes a cell. Which numbers can be true is for the reader of published
// tables to say, so that pages and files are held to the same.
func (r *reader) number(row *published.Row, quantity string, c cell) {
	printed := strings.TrimSpace(unit.ReplaceAllString(c.text, ""))
	if printed == "" || c.again || notAny.MatchString(strings.ToLower(printed)) {
		return
	}
	what := fmt.Sprintf("%s of %s", quantity, row.ID.Colon())
	if r.cells++; r.cells > maxNumbers {
		if r.cells == maxNumbers+1 {
			r.doubtf(c.at, "more than %d numbers; the rest is not read", maxNumbers)
		}
		return
	}
	printed, beside, err := figure(c.raw, isCount(quantity))
	if err != nil {
		r.doubtf(c.at, "%s: %s is not such a number, and is not read: %v", what, short(c.text), err)
		return
	}
	at := 0
	for published.Quantities[at].Name != quantity {
		at++
	}
	report, err := r.parse(row.ID, quantity, printed)
	if err == nil && beside != "" {
		r.doubtf(c.at, "%s: %s is read as %s", what, short(beside), printed)
	}
	switch {
	case err != nil:
		r.doubtf(c.at, "%s: %s is not such a number, and is not read", what, short(c.text))
	case row.Reports[at] != nil && *row.Reports[at] != *report:
		r.doubtf(c.at, "%s is %s and %s in one table; the first is kept", what, row.Reports[at].Printed, report.Printed)
	default:
		row.Reports[at] = report
	}
}

// parse reads one number as a file of published statistics with nothing else.
func (r *reader) parse(id chandra.ID, quantity, printed string) (*published.Report, error) {
	var b strings.Builder
	w := csv.NewWriter(&b)
	if err := w.WriteAll([][]string{{"dark_id", quantity, "source"}, {string(id), printed, r.source}}); err != nil {
		return nil, err
	}
	t, err := published.Read(strings.NewReader(b.String()), r.source)
	if err != nil {
		return nil, err
	}
	if len(t.Rows) != 1 {
		return nil, fmt.Errorf("%s: no number", r.source)
	}
	for _, p := range t.Rows[0].Reports {
		if p != nil {
			return p, nil
		}
	}
	return nil, fmt.Errorf("%s: no number", r.source)
}
