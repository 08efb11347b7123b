package legacy

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"darksite/processing/chandra"
)

// Day is a day as a page names it.
type Day struct {
	Printed string     // as it stands there
	ID      chandra.ID // of that UTC day
}

const monthForm = `(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?\.?`

// The forms in which pages name days: 2000:326, 2000-Nov-20, 2000-11-20, 20 Nov
// 2000, November 20, 2000 and 2000 Nov 20. Others, such as 11/20/00, could be
// two days.
var dayForm = regexp.MustCompile(`(?i)\b(?:` +
	`([12]\d{3}):(\d{3})(?:$|[^\d])` +
	`|([12]\d{3})[- ]` + monthForm + `[- ](\d{1,2})\b` +
	`|([12]\d{3})-(\d{2})-(\d{2})\b` +
	`|(\d{1,2})(?:st|nd|rd|th)?[- ]` + monthForm + `,?[- ]([12]\d{3})\b` +
	`|` + monthForm + ` (\d{1,2})(?:st|nd|rd|th)?,? ([12]\d{3})\b` +
	`)`)

var monthOnly = regexp.MustCompile(`(?i)^(?:` + monthForm + `[, -]+([12]\d{3})|([12]\d{3})[ _-]` + monthForm + `)$`)

// daysIn are the days that a text on one line names, in its order, the first
// maxNumbers of them. What looks like a day and does not exist is returned too.
func daysIn(s string) (days []Day, wrong []string) {
	for len(s) > 0 && len(days)+len(wrong) < maxNumbers {
		at := dayForm.FindStringSubmatchIndex(s)
		if at == nil {
			break
		}
		part := func(n int) string {
			if at[2*n] < 0 {
				return ""
			}
			return s[at[2*n]:at[2*n+1]]
		}
		end, printed := at[1], s[at[0]:at[1]]
		var day time.Time
		var err error
		named := func(year, month, of string) {
			day, err = time.Parse("2006-Jan-2", year+"-"+month+"-"+of)
		}
		switch {
		case part(1) != "":
			end = at[5]
			printed = s[at[0]:end]
			day, err = chandra.ParseDate(printed)
		case part(3) != "":
			named(part(3), part(4), part(5))
		case part(6) != "":
			day, err = time.Parse(time.DateOnly, part(6)+"-"+part(7)+"-"+part(8))
		case part(9) != "":
			named(part(11), part(10), part(9))
		default:
			named(part(14), part(12), part(13))
		}
		if err != nil {
			wrong = append(wrong, printed)
		} else {
			days = append(days, Day{printed, chandra.IDOf(day)})
		}
		s = s[end:]
	}
	return days, wrong
}

// monthIn is the month that a text consists of, as a report directory.
func monthIn(s string) string {
	m := monthOnly.FindStringSubmatch(s)
	if m == nil {
		return ""
	}
	return strings.ToLower(m[2] + m[3] + "_" + (m[1] + m[4])[:3])
}

// calendar knows calibrations; whole tells whether those are all there are.
type calendar struct {
	known []chandra.ID
	whole bool
}

// of is the calibration that a day means. Pages are dated by the day of the
// command or by local time, ids by UTC, so a neighbouring day may be meant:
// that is a doubt.
func (c *calendar) of(d Day) (id chandra.ID, doubt string) {
	if slices.Contains(c.known, d.ID) {
		return d.ID, ""
	}
	for _, step := range []int{1, -1} {
		if near := chandra.IDOf(d.ID.Date().AddDate(0, 0, step)); slices.Contains(c.known, near) {
			return near, fmt.Sprintf("the page says %s, which is %s; the calibration of that time is %s, %s", d.Printed, d.ID.Colon(), near.Colon(), near.Date().Format("2006-Jan-02"))
		}
	}
	if !c.whole {
		return d.ID, ""
	}
	return d.ID, fmt.Sprintf("no calibration of %s, %s, or of the days beside it is known", d.Printed, d.ID.Colon())
}

// ofMonth is the only calibration of a month that is known.
func (c *calendar) ofMonth(month string) (id chandra.ID, ok bool) {
	for _, k := range c.known {
		if k.Month() != month {
			continue
		}
		if id != "" && id != k {
			return "", false
		}
		id = k
	}
	return id, id != ""
}

// calendarOf has the calibrations that are known, or, when none are, those of
// which a page tells the number of the day, which is their id.
func calendarOf(known []chandra.ID, page []Day) *calendar {
	if len(known) > 0 {
		return &calendar{known, true}
	}
	for _, d := range page {
		if d.numbered() && !slices.Contains(known, d.ID) {
			known = append(known, d.ID)
		}
	}
	return &calendar{known, false}
}

// numbered tells the form 2000:326.
func (d Day) numbered() bool { return strings.Contains(d.Printed, ":") }
