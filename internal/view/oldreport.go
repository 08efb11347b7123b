package view

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"darksite/processing/chandra"
)

// OldReport is a report directory of before, which is published as it is.
type OldReport struct {
	Name    string // directory under dark_cal/
	Main    string // address of its page under dark_cal/, "" when it has none
	Title   string
	Day     string     // "2000 November 21", or "2000 November" when only the month is known
	Short   string     // "2000 Nov 21"
	ID      chandra.ID // "" when it is not known
	Date    string     // "2000:326"
	Files   string     // "12 files"
	Size    string
	Address string // of the generated page of the calibration, or ""
}

// OldReportOf is what pages show of an old report in a directory, of so many files
// and bytes; id is "" when it is not known.
func OldReportOf(name string, id chandra.ID, title string, files int, bytes int64) OldReport {
	o := OldReport{Name: name, Title: Plain(title), ID: id, Files: plural(files, "file"), Size: size(bytes)}
	month := monthOfName(name)
	o.Day, o.Short = month.Format("2006 January"), month.Format("2006 Jan")
	if id != "" {
		o.Day, o.Short, o.Date = id.Date().Format("2006 January 2"), id.Date().Format("2006 Jan 2"), id.Colon()
	}
	return o
}

// SortOldReports puts the newest first.
func SortOldReports(list []OldReport) {
	slices.SortStableFunc(list, func(a, b OldReport) int { return strings.Compare(sortKey(b), sortKey(a)) })
}

// sortKey rises with time: the day, else the month of the directory.
func sortKey(o OldReport) string {
	if o.ID != "" {
		return o.ID.Date().Format("2006-01-02 ") + o.Name
	}
	return monthOfName(o.Name).Format("2006-01-00 ") + o.Name
}

// monthOfName is the month of a report directory such as 2000_NOV_2.
func monthOfName(name string) time.Time {
	month, err := time.Parse("2006_Jan", name[:min(8, len(name))])
	if err != nil {
		return time.Time{}
	}
	return month
}

// EscapePath writes a path as an address.
func EscapePath(p string) string {
	parts := strings.Split(p, "/")
	for i, s := range parts {
		parts[i] = url.PathEscape(s)
	}
	return strings.Join(parts, "/")
}
