package legacy

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"darksite/internal/ground/phrase"
)

// Proposal is the list of calibrations that darksite would keep from now on.
type Proposal struct {
	// From and To are the bytes that a list would replace, and Line the line
	// of the first, from 1. All are of the page as it was given.
	From, To, Line int
	// Heading is what the list stands below; may be "".
	Heading string
	// Page is the page with the markers put in, and nothing else changed.
	Page []byte
	// Links are what the list holds now, in its order; no id is known of them.
	Links []Link
	// Doubts are sentences about what somebody should look at before.
	Doubts []string
}

var (
	aboutDark = regexp.MustCompile(`(?i)dark[ -]*(current|cal)`)
	yearForm  = regexp.MustCompile(`\b(?:19|20)[0-9]{2}\b`)
	items     = cascadia.MustCompile("li, tr")
)

// candidate is a list with links to calibrations.
type candidate struct {
	element     *html.Node
	items       []*html.Node
	directories map[string]bool
	years       []string
	heading     string   // nearest above
	labels      []string // heading, bold words and the item that the list stands in
}

// Adopt finds the list of links to report directories, dark_cal/YYYY_mon in
// the dark current section of a main page or YYYY_mon in the old index of
// dark_cal, and puts the markers around its items. A list of which a new one
// would lose something, and a page in which more than one list could be meant,
// are refused with what that is; the markers can always be put in by hand. See
// [ErrAdopted] and [ErrNoList].
func Adopt(page []byte) (*Proposal, error) {
	if b, err := blockOf(page); err == nil {
		return nil, fmt.Errorf("line %d: %w", b.line(b.begin), ErrAdopted)
	} else if err != ErrNoMarkers {
		return nil, err
	}
	d, err := parse(page)
	if err != nil {
		return nil, err
	}
	links, err := d.links()
	if err != nil {
		return nil, err
	}
	c, err := d.choose(links)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoList, err)
	}
	p := &Proposal{Line: d.line(c.items[0]), Heading: phrase.Cut(c.heading, maxLabel)}
	fail := func(err error) (*Proposal, error) {
		return nil, fmt.Errorf("%w (the list on line %d: %w)", ErrNoList, p.Line, err)
	}
	if p.From, p.To, err = d.extent(c); err != nil {
		return fail(err)
	}
	eol := newline(page)
	if start := strings.TrimRight(string(page[:p.From]), " \t"); strings.HasSuffix(start, "\n") || strings.HasSuffix(start, "\r") {
		eol += string(page[len(start):p.From])
	}
	p.Page = slices.Concat(page[:p.From], []byte(beginMarker+eol), page[p.From:p.To], []byte(eol+endMarker), page[p.To:])
	// Without new lines its lines are those of the page.
	l, err := listOf(slices.Concat(page[:p.From], []byte(beginMarker), page[p.From:p.To], []byte(endMarker), page[p.To:]))
	if err != nil {
		return fail(err)
	}
	if len(l.lost) > 0 {
		return fail(l.loses("put it elsewhere or take it out, or put the markers where a list of its own shall stand"))
	}
	again, err := Update(p.Page, nil, "")
	if err != nil {
		return fail(err)
	}
	if len(again.Kept) != len(l.links) || len(l.links) < len(c.items) || !slices.Equal(texts(d.shape(nil, nil)), texts(l.shape(nil, nil))) {
		return fail(errors.New("the markers would change how the page is read"))
	}
	p.Links = l.links
	p.Doubts = l.doubts()
	return p, nil
}

func texts(parts []part) (list []string) {
	for _, p := range parts {
		list = append(list, p.text)
	}
	return list
}

// candidates are the lists whose own items lead to calibrations.
func (d *document) candidates(links map[*html.Node]string) (found []candidate) {
	var heading, bold string
	for n := range d.root.Descendants() {
		switch {
		case n.Type != html.ElementNode:
		case n.Data == "title":
			heading, bold = plain(allText(n)), ""
		case headings[n.Data]:
			heading, bold = textOf(n), ""
		case n.Data == "b" || n.Data == "strong" || n.Data == "dt" || n.Data == "th" || n.Data == "caption":
			bold = textOf(n)
		case listTags[n.Data] && n.Data != "dl":
			c := candidate{element: n, directories: map[string]bool{}, heading: cmp.Or(heading, bold), labels: []string{heading, bold}}
			for _, item := range own(n, items) {
				for a := range item.Descendants() {
					if directory := strings.ToLower(links[a]); directory != "" && up(a, listTags) == n {
						c.directories[directory] = true
						c.years = append(c.years, directory[:4])
						if len(c.items) == 0 || c.items[len(c.items)-1] != item {
							c.items = append(c.items, item)
						}
					}
				}
			}
			if in := up(n, words("li dd td")); in != nil {
				before := ""
				for k := in.FirstChild; k != nil && k != n; k = k.NextSibling {
					before += " " + k.Data
					if k.Type == html.ElementNode {
						before = textOf(k)
					}
				}
				c.labels = append(c.labels, plain(before))
			}
			if len(c.items) > 0 {
				found = append(found, c)
			}
		}
	}
	return found
}

// choose is the list that is meant: below a heading on the dark current, with
// all of the page's calibrations.
func (d *document) choose(links map[*html.Node]string) (best candidate, err error) {
	if len(links) == 0 {
		return best, errors.New("nothing links to dark_cal/YYYY_mon")
	}
	first := len(d.page)
	for a := range links {
		first = min(first, d.at(a))
	}
	rank, twin := -1, 0
	for _, c := range d.candidates(links) {
		n := len(c.directories)
		dark := slices.ContainsFunc(c.labels, aboutDark.MatchString)
		if n < 2 && (c.element.Data == "table" || !dark) {
			continue
		}
		if dark {
			n += maxLinks // before all that are not
		}
		switch {
		case n > rank:
			best, rank, twin = c, n, 0
		case n == rank:
			twin = d.line(c.items[0])
		}
	}
	if rank < 0 {
		return best, fmt.Errorf("the links to calibrations, the first on line %d, are no items of a <ul>, an <ol> or a <table>", d.lines.at(first))
	}
	line := d.line(best.items[0])
	if twin > 0 {
		return best, fmt.Errorf("the lists on line %d and line %d could both be meant", line, twin)
	}
	for _, a := range all(d.root, anchors) {
		if directory := links[a]; directory != "" && !best.directories[strings.ToLower(directory)] {
			return best, fmt.Errorf("calibrations stand in more than the list on line %d, such as %s on line %d: where shall new ones stand?", line, directory, d.line(a))
		}
	}
	for _, s := range best.labels {
		said := yearForm.FindAllString(s, -1)
		if len(said) > 0 && slices.Min(said) <= slices.Min(best.years) && slices.Max(best.years) <= slices.Max(said) {
			return best, fmt.Errorf("the list on line %d is the group %s: where shall calibrations of other years stand?", line, short(s))
		}
	}
	return best, nil
}

// extent is the part of the page from the first item with a calibration to the
// last.
func (d *document) extent(c candidate) (from, to int, err error) {
	first, last := c.items[0], c.items[len(c.items)-1]
	if first.Parent != last.Parent {
		return 0, 0, fmt.Errorf("its rows stand in more than one part of the table")
	}
	from, to = d.at(first), -1
	in := c.element
	if value(first.Parent, place) != "" {
		in = first.Parent
	}
	for next := last.NextSibling; next != nil && to < 0; next = next.NextSibling {
		if value(next, place) != "" {
			to = d.at(next)
		}
	}
	if open := 0; to < 0 {
		for _, t := range d.tokens {
			switch {
			case t.tag != in.Data || t.from < d.at(in):
			case t.kind == html.StartTagToken:
				open++
			case t.kind == html.EndTagToken:
				if open--; open == 0 && to < 0 {
					to = t.from
				}
			}
		}
	}
	if to < from {
		return 0, 0, fmt.Errorf("there is no </%s>: put the end tag in", in.Data)
	}
	return from, len(strings.TrimRight(string(d.page[:to]), " \t\r\n")), nil
}

// doubts are what somebody should look at before the list is adopted.
func (l *held) doubts() (doubts []string) {
	if len(l.restyled) > 0 {
		doubts = append(doubts, fmt.Sprintf("a new list has plain items: %s in this one would go", strings.Join(slices.Sorted(maps.Keys(l.restyled)), ", ")))
	}
	if rising, falling := directions(l.links); rising > 0 && falling > 0 {
		order := "newest"
		if rising > falling {
			order = "oldest"
		}
		doubts = append(doubts, fmt.Sprintf("the list is not in the order of time; a new one would have the %s first", order))
	}
	return doubts
}
