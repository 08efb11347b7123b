package legacy

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"darksite/processing/chandra"
)

// Day is a day as a page names it.
type Day struct {
	Printed string     // as it stands there
	ID      chandra.ID // of that UTC day
}

const (
	monthForm   = `(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?`
	ofMonthForm = `\d{1,2}(?:st|nd|rd|th)?`
)

// The forms in which pages name days: 2000:326, 2000-Nov-20, 2000-11-20, 20 Nov
// 2000, November 20, 2000 and 2000 Nov 20. Others, such as 11/20/00, could be
// two days.
var dayForm = regexp.MustCompile(`(?i)\b(?:[12]\d{3}(?::\d{3}|-\d{2}-\d{2}|[- ]` + monthForm + `[- ]\d{1,2})` +
	`|` + ofMonthForm + `[- ]` + monthForm + `,?[- ][12]\d{3}` +
	`|` + monthForm + ` ` + ofMonthForm + `,? [12]\d{3})\b`)

// daysIn are the days that a text on one line names, in its order, the first
// maxNumbers of them. What looks like a day and does not exist is returned too.
func daysIn(s string) (days []Day, wrong []string) {
	for _, printed := range dayForm.FindAllString(s, maxNumbers) {
		w, err := chandra.ParseWritten(strings.ReplaceAll(printed, ",", ""))
		if err != nil || w.Day == "" {
			wrong = append(wrong, printed)
		} else {
			days = append(days, Day{printed, w.Day})
		}
	}
	return days, wrong
}

// calendar knows calibrations; whole tells whether those are all there are.
type calendar struct {
	known []chandra.ID
	whole bool
}

// calendarOf has the calibrations that are known, or, when none are, those of
// which a page tells the number of the day, which is their id.
func calendarOf(known []chandra.ID, page []Day) *calendar {
	c := &calendar{known, len(known) > 0}
	for _, d := range page {
		if !c.whole && d.numbered() && !slices.Contains(c.known, d.ID) {
			c.known = append(c.known, d.ID)
		}
	}
	return c
}

// numbered tells the form 2000:326.
func (d Day) numbered() bool { return strings.Contains(d.Printed, ":") }

// of is the calibration that a day means. Pages are dated by the day of the
// command or by local time, ids by UTC, so a neighbouring day may be meant:
// that is a doubt.
func (c *calendar) of(d Day) (id chandra.ID, doubt string) {
	for _, step := range []int{0, 1, -1} {
		switch near := chandra.IDOf(d.ID.Date().AddDate(0, 0, step)); {
		case !slices.Contains(c.known, near):
		case step == 0:
			return near, ""
		default:
			return near, fmt.Sprintf("the page says %s, which is %s; the calibration of that time is %s, %s", d.Printed, d.ID.Colon(), near.Colon(), near.Date().Format("2006-Jan-02"))
		}
	}
	if !c.whole {
		return d.ID, ""
	}
	return d.ID, fmt.Sprintf("no calibration of %s, %s, or of the days beside it is known", d.Printed, d.ID.Colon())
}

// ofMonth is the only calibration that is known of a month, as a report
// directory has it or as text.
func (c *calendar) ofMonth(month string) (chandra.ID, bool) {
	w, err := chandra.ParseWritten(month)
	if err != nil || w.Month == "" {
		return "", false
	}
	id, err := w.Resolve(c.known, func(chandra.ID) string { return "" })
	return id, err == nil
}
