package legacy

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"darksite/processing/chandra"
)

// Link is a calibration in a list.
type Link struct {
	ID      chandra.ID // "" when it is not known
	Address string     // relative to the page, such as dark_cal/2009_oct/
	Text    string
	Title   string // shown when the link is pointed at; may be ""
	Note    string // words behind the link; may be ""
}

// Report directories: inputs-and-pages.md, section A1. Later calibrations of a
// month have a suffix.
const directoryForm = `[12][0-9]{3}_(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:_[a-z0-9]{1,16})?`

var (
	directoryName = regexp.MustCompile(`^(?i:` + directoryForm + `)$`)
	// The page of a report is its directory or an HTML file in it.
	reportAddress = regexp.MustCompile(`^(.*/)?((?i:` + directoryForm + `))(?:/(?:[^/?#]*\.(?i:html?))?)?(?:[?#].*)?$`)
)

// monthOf is the month of a report directory, lower case: 2009_oct.
func monthOf(directory string) string { return strings.ToLower(directory)[:8] }

// DirectoryOf is the report directory that an address leads to, as it is
// written there, and what stands before it; "" when it is none.
func DirectoryOf(address string) (directory, base string) {
	m := reportAddress.FindStringSubmatch(address)
	if m == nil {
		return "", ""
	}
	base = m[1]
	if base == "" || base == "./" || strings.HasSuffix("/"+strings.ToLower(base), "/dark_cal/") {
		return m[2], base
	}
	return "", ""
}

// order is a key by the time of the calibration: its day, else its month.
func (l *Link) order() string {
	if _, err := chandra.ParseID(string(l.ID)); err == nil {
		return l.ID.Date().Format("2006-01-02")
	}
	directory, _ := DirectoryOf(l.Address)
	if directory == "" {
		return ""
	}
	month, err := time.Parse("2006_Jan", monthOf(directory))
	if err != nil {
		return "" // a directory of a report names a month
	}
	return month.Format("2006-01-00 ") + strings.ToLower(directory)
}

// sorted is a list by time, the oldest first, in the same order however it came.
func sorted(links []Link) []Link {
	links = slices.Clone(links)
	slices.SortStableFunc(links, func(a, b Link) int {
		return cmp.Or(cmp.Compare(a.order(), b.order()), cmp.Compare(a.Address, b.Address), cmp.Compare(a.Text, b.Text), cmp.Compare(a.Note, b.Note))
	})
	return links
}

// Missing are the links of a list to report directories that another list does
// not lead to, whatever the case of their letters.
func Missing(had, has []Link) (missing []Link) {
	there := map[string]bool{}
	for _, l := range has {
		directory, _ := DirectoryOf(l.Address)
		there[strings.ToLower(directory)] = true
	}
	for _, l := range had {
		if directory, _ := DirectoryOf(l.Address); !there[strings.ToLower(directory)] {
			missing = append(missing, l)
		}
	}
	return missing
}

// checkAddress lets through what leads to a page.
func checkAddress(address string) error {
	u, err := url.Parse(address)
	if err != nil || address == "" || len(address) > 1024 || u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" ||
		strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r == '\\' || !unicode.IsPrint(r) }) {
		return fmt.Errorf("address %s: want that of a page, such as dark_cal/2009_oct/", short(address))
	}
	return nil
}
