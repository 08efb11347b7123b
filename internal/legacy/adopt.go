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
	lists     = cascadia.MustCompile("ul, ol, menu, dir, table")
	listTags  = words("ul ol menu dir table dl")
)

// candidate is a list with links to calibrations.
type candidate struct {
	element     *html.Node
	items       []*html.Node
	directories map[string]bool
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
	p := &Proposal{Line: d.line(c.items[0]), Heading: cut(c.heading, maxLabel)}
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
	after, err := listOf(p.Page)
	if err != nil {
		return fail(err)
	}
	if !slices.Equal(l.links, after.links) || len(l.links) < len(c.items) || !slices.Equal(texts(d.shape(nil, nil)), texts(after.shape(nil, nil))) {
		return fail(errors.New("the markers would change how the page is read"))
	}
	if _, err := Update(p.Page, nil, ""); err != nil {
		return fail(err)
	}
	p.Links = l.links
	p.Doubts = d.doubts(l, links)
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
			for item := range itemsOf(n) {
				own := false
				for a := range item.Descendants() {
					if links[a] != "" && up(a, listTags) == n {
						own = true
						c.directories[strings.ToLower(links[a])] = true
					}
				}
				if own {
					c.items = append(c.items, item)
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

// itemsOf are the items of a list, or the rows of a table.
func itemsOf(n *html.Node) func(func(*html.Node) bool) {
	if n.Data == "table" {
		return rowsOf(n)
	}
	return func(yield func(*html.Node) bool) {
		for k := range elements(n) {
			if k.Data == "li" && !yield(k) {
				return
			}
		}
	}
}

// choose is the list that is meant: below a heading on the dark current, with
// most of the page's calibrations.
func (d *document) choose(links map[*html.Node]string) (best candidate, err error) {
	if len(links) == 0 {
		return best, errors.New("nothing links to dark_cal/YYYY_mon")
	}
	all := map[string]bool{}
	first := len(d.page)
	for a, directory := range links {
		all[strings.ToLower(directory)] = true
		first = min(first, d.at(a))
	}
	rank, twin := -1, 0
	candidates := d.candidates(links)
	for _, c := range candidates {
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
	for _, c := range candidates {
		for directory := range c.directories {
			if !best.directories[directory] {
				return best, fmt.Errorf("calibrations stand in more than one list, on line %d and on line %d: in which shall new ones stand?", min(line, d.line(c.items[0])), max(line, d.line(c.items[0])))
			}
		}
	}
	if 2*len(best.directories) <= len(all) {
		return best, fmt.Errorf("the longest list, on line %d, has %d of the %d calibrations that the page links to", line, len(best.directories), len(all))
	}
	years := slices.Sorted(func(yield func(string) bool) {
		for directory := range best.directories {
			if !yield(directory[:4]) {
				return
			}
		}
	})
	for _, s := range best.labels {
		said := slices.Sorted(slices.Values(yearForm.FindAllString(s, -1)))
		if len(said) > 0 && said[0] <= years[0] && years[len(years)-1] <= said[len(said)-1] {
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
	if next := last.NextSibling; next != nil {
		for ; next != nil && value(next, place) == ""; next = next.NextSibling {
		}
		if next != nil {
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
func (d *document) doubts(l *held, links map[*html.Node]string) (doubts []string) {
	if len(l.restyled) > 0 {
		doubts = append(doubts, fmt.Sprintf("a new list has plain items: %s in this one would go", strings.Join(slices.Sorted(maps.Keys(l.restyled)), ", ")))
	}
	seen := map[string]bool{}
	for _, link := range l.links {
		directory, _ := DirectoryOf(link.Address)
		if key := strings.ToLower(directory); seen[key] {
			doubts = append(doubts, fmt.Sprintf("%s stands in the list twice", directory))
		} else {
			seen[key] = true
		}
	}
	for _, a := range all(d.root, anchors) {
		if at := d.at(a); links[a] != "" && len(l.links) > 0 && (at < l.from-len(beginMarker) || at >= l.to-len(beginMarker)) {
			doubts = append(doubts, fmt.Sprintf("line %d: a link to %s outside the list stays as it is", d.line(a), links[a]))
		}
	}
	if rising, falling := directions(l.links); rising > 0 && falling > 0 {
		order := "newest"
		if rising > falling {
			order = "oldest"
		}
		doubts = append(doubts, fmt.Sprintf("the list is not in the order of time; a new one would have the %s first", order))
	}
	return fewer(doubts)
}
