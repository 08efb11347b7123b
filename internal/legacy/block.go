package legacy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"darksite/internal/ground/phrase"
)

// Updated is a page of which the list was written anew.
type Updated struct {
	Page  []byte // the whole page
	Block []byte // what stands between its markers
	// Kept are the links of the list that the page alone knows.
	Kept []Link
}

// Update writes the list of a page that has its markers anew, with the
// calibrations that there are now; addresses in has are relative to dark_cal/.
// Base is where that is as seen from the page, for a list that does not tell.
// A calibration that only the page knows stays, and so do the words behind a
// link. A list with anything else in it is refused: what darksite could not write
// again is not its to drop.
func Update(page []byte, has []Link, base string) (*Updated, error) {
	l, err := listOf(page)
	if err != nil {
		return nil, err
	}
	if len(l.lost) > 0 {
		return nil, l.loses("put it outside the markers, or take it out")
	}
	content, err := l.write(Renew(l.links, has, base))
	if err != nil {
		return nil, err
	}
	updated, err := l.replace(content)
	return &Updated{updated, content, Missing(l.links, has)}, err
}

// loses is the error of a list that cannot be written without a loss.
func (l *held) loses(next string) error {
	return fmt.Errorf("a new list would lose what is in this one: %s: %s", phrase.List(l.lost, 5), next)
}

// Renew is the list that takes the place of another: the calibrations of has,
// at addresses that begin as those of had do, with the notes that had has on
// them. A calibration that only had leads to stays as it is: what darksite does
// not know is not its to drop.
func Renew(had, has []Link, base string) []Link {
	bases, notes := map[string]int{}, map[string]string{}
	for _, l := range had {
		directory, before := DirectoryOf(l.Address)
		if bases[before]++; bases[before] > bases[base] || len(bases) == 1 {
			base = before
		}
		for _, key := range []string{strings.TrimPrefix(l.Address, before), strings.ToLower(directory)} {
			notes[key] = cmp.Or(notes[key], l.Note)
		}
	}
	list := slices.Clone(has)
	for i, l := range list {
		directory, _ := DirectoryOf(l.Address)
		note, exact := notes[l.Address]
		if !exact {
			note = notes[strings.ToLower(directory)]
		}
		list[i].Address, list[i].Note = base+l.Address, cmp.Or(l.Note, note)
	}
	return append(list, Missing(had, has)...)
}

// write is the list as it goes between the markers, in the order of time that it
// has, else with the newest first: as items of the element around it, or as a <ul>.
func (l *held) write(links []Link) ([]byte, error) {
	held := string(l.page[l.from:l.to])
	eol := held[:len(held)-len(strings.TrimLeft(held, " \t\r\n"))]
	if strings.Trim(eol, " \t") == "" {
		eol = newline(l.page)
	}
	links = sorted(links)
	if rising, falling := directions(l.links); rising <= falling {
		slices.Reverse(links)
	}
	content, err := itemsOf(links, eol, l.in == "tr")
	if l.in == "" && len(links) > 0 {
		content = eol + "<ul>" + content + eol + "</ul>"
	}
	return []byte(content + eol), err
}

// directions counts how often a list goes on to a later and to an earlier
// calibration.
func directions(links []Link) (rising, falling int) {
	for i := 1; i < len(links); i++ {
		switch a, b := links[i-1].order(), links[i].order(); {
		case a < b:
			rising++
		case a > b:
			falling++
		}
	}
	return rising, falling
}

// itemsOf are the items of a list, each on a line. Texts, titles and notes are
// escaped, and cut at 200 characters. An address that is none is an error.
func itemsOf(links []Link, eol string, rows bool) (string, error) {
	open, end := "<li>", "</li>"
	if rows {
		open, end = "<tr><td>", "</td></tr>"
	}
	var b strings.Builder
	for _, l := range links {
		if err := checkAddress(l.Address); err != nil {
			return "", err
		}
		fmt.Fprintf(&b, `%s%s<a href="%s"`, eol, open, escape(l.Address))
		if title := label(l.Title); title != "" {
			fmt.Fprintf(&b, ` title="%s"`, escape(title))
		}
		// A link needs words to be seen.
		fmt.Fprintf(&b, ">%s</a>", escape(label(cmp.Or(plain(l.Text), l.Address))))
		if note := label(l.Note); note != "" {
			if !strings.ContainsAny(note[:1], ",;:.)") {
				b.WriteByte(' ')
			}
			b.WriteString(escape(note))
		}
		b.WriteString(end)
	}
	return b.String(), nil
}

// Fragment is the list as a whole element of HTML, for pages that include it.
func Fragment(links []Link) ([]byte, error) {
	links = sorted(links)
	slices.Reverse(links)
	content, err := itemsOf(links, "\n", false)
	return []byte("<ul>" + content + "\n</ul>\n"), err
}
