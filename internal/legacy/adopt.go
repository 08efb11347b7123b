package legacy

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Proposal is the list of calibrations that darksite would keep from now on.
type Proposal struct {
	// From and To are the bytes that a block would replace, and Line the line
	// of the first, from 1. All are of the page as it was given.
	From, To, Line int
	// Heading is what the list stands below; may be "".
	Heading string
	// Page is the page with the markers put in, and nothing else changed.
	Page []byte
	// Links are what the list holds now, in its order; no id is known of them.
	Links []Link
	Style Style
	// Doubts are sentences about what a new list would not have, and what
	// else somebody should look at before.
	Doubts []string
}

// Managed is what stands between the markers of a page.
type Managed struct {
	From, To int // bytes of the page, without the markers
	Links    []Link
	Style    Style
	Doubts   []string
}

var aboutDark = regexp.MustCompile(`(?i)dark[ -]*(current|cal)`)

// Adopt finds the list of links to report directories, dark_cal/YYYY_mon in
// the dark current section of a main page or YYYY_mon in the old index of
// dark_cal, and puts the markers around its items. The element that they stand
// in stays outside. Where more than one list could be meant it says so and
// proposes none; the markers can always be put in by hand. See [ErrAdopted]
// and [ErrNoList].
func Adopt(page []byte) (*Proposal, error) {
	root, err := tree(page)
	if err != nil {
		return nil, err
	}
	if begin, _, err := markers(page, root); err == nil {
		return nil, fmt.Errorf("line %d: %w", lineAt(page, begin.from), ErrAdopted)
	} else if err != ErrNoMarkers {
		return nil, err
	}
	f, err := newFinder(page, root, 0, len(page))
	if err != nil {
		return nil, err
	}
	r, heading, err := f.choose(root)
	if err != nil {
		return nil, err
	}
	breaks := breakBefore(page, r.from())
	p := &Proposal{From: r.from(), To: r.to(), Line: lineAt(page, r.from()), Heading: heading, Style: f.style(r, breaks)}
	p.Page = slices.Concat(page[:p.From], []byte(beginMarker+breaks), page[p.From:p.To], []byte(breaks+endMarker), page[p.To:])
	p.Links, p.Doubts = f.describe(r.items)
	p.Doubts = fewer(append(p.Doubts, f.around(root, r)...))
	if root, err = tree(p.Page); err == nil {
		_, _, err = markers(p.Page, root)
	}
	if err != nil {
		return nil, fmt.Errorf("%w (the list on line %d: %w)", ErrNoList, p.Line, err)
	}
	return p, nil
}

// Find reads the block of a page that has its markers.
func Find(page []byte) (*Managed, error) {
	root, err := tree(page)
	if err != nil {
		return nil, err
	}
	begin, end, err := markers(page, root)
	if err != nil {
		return nil, err
	}
	m := &Managed{From: begin.to, To: end.from}
	f, err := newFinder(page, root, m.From, m.To)
	if err != nil {
		return nil, err
	}
	held := string(page[m.From:m.To])
	breaks := held[:len(held)-len(strings.TrimLeft(held, " \t\r\n"))]
	if breaks == "" {
		breaks = newline(page)
	}
	var items []item
	var longest run
	for _, r := range f.runs(root) {
		items = append(items, r.items...)
		if len(r.items) > len(longest.items) {
			longest = r
		}
	}
	slices.SortFunc(items, func(a, b item) int { return cmp.Compare(a.from, b.from) })
	m.Links, m.Doubts = f.describe(items)
	m.Doubts = fewer(m.Doubts)
	if len(items) > 0 {
		m.Style = f.style(longest, breaks)
		return m, nil
	}
	m.Style = plainStyle(breaks)
	in := begin.up(frames)
	m.Style.Upper = in.parent != nil && page[in.from+1] >= 'A' && page[in.from+1] <= 'Z'
	tag, br := "li", "<br>"
	if in.tag == "dl" {
		tag = "dd"
	}
	if m.Style.Upper {
		tag, br = strings.ToUpper(tag), "<BR>"
	}
	m.Style.Open, m.Style.Close = "<"+tag+">", "</"+tag+">"
	if !lists[in.tag] && in.tag != "dl" {
		m.Style.Open, m.Style.Close, m.Style.Between = "", "", br+breaks
	}
	return m, nil
}

// choose is the list that is meant: below a heading on the dark current, with
// most of the page's calibrations.
func (f *finder) choose(root *node) (best run, heading string, err error) {
	all := map[string]bool{}
	for _, d := range f.links {
		all[strings.ToLower(d)] = true
	}
	if len(all) == 0 {
		return best, "", fmt.Errorf("%w: nothing links to dark_cal/YYYY_mon", ErrNoList)
	}
	rank, twin := -1, 0
	for _, r := range f.runs(root) {
		n := len(r.directories())
		alone := n < 2
		if alone && !(r.listed && f.tag(r) == "li") {
			continue
		}
		above, dark := headingOf(root, r)
		if alone && !dark {
			continue
		}
		if dark {
			n += maxLinks // before all that are not
		}
		switch {
		case n > rank:
			best, heading, rank, twin = r, above, n, 0
		case n == rank:
			twin = f.lines.at(r.from())
		}
	}
	switch line := 0; {
	case rank < 0:
		return best, "", fmt.Errorf("%w: the links to calibrations, the first on line %d, do not follow each other in a list or parted by line breaks", ErrNoList, f.firstLine())
	case twin > 0:
		line = f.lines.at(best.from())
		return best, "", fmt.Errorf("%w: the lists on line %d and line %d could both be meant", ErrNoList, line, twin)
	case 2*len(best.directories()) <= len(all):
		line = f.lines.at(best.from())
		return best, "", fmt.Errorf("%w: the longest list, on line %d, has %d of the %d calibrations that the page links to", ErrNoList, line, len(best.directories()), len(all))
	}
	// A tag that is opened on one side of a marker and closed on the other.
	root.walk(func(n *node) bool {
		if n.kind != element || n.parent == nil || err != nil {
			return err == nil
		}
		explicit := n.close < n.to
		cutOff := explicit && (n.from < best.from() && n.close >= best.from() && n.close < best.to() ||
			n.from >= best.from() && n.from < best.to() && n.to > best.to())
		if cutOff {
			err = fmt.Errorf("%w: the list on line %d begins or ends inside <%s> of line %d", ErrNoList, f.lines.at(best.from()), n.tag, f.lines.at(n.from))
		}
		return true
	})
	return best, heading, err
}

func (f *finder) tag(r run) string {
	open, _ := f.tagOf(r.items[0])
	return strings.ToLower(strings.Trim(open, "<>"))
}

// firstLine is that of the first link to a calibration.
func (f *finder) firstLine() int {
	first := len(f.page)
	for a := range f.links {
		first = min(first, a.from)
	}
	return f.lines.at(first)
}

// headingOf is the nearest heading above a run, and whether it or the item
// that the run stands in is about the dark current. Bold text counts as one.
func headingOf(root *node, r run) (heading string, dark bool) {
	var above, strong *node
	root.walk(func(n *node) bool {
		switch {
		case n.kind != element || n.from >= r.from():
			return false
		case headings[n.tag] || n.tag == "title":
			above, strong = n, nil
		case (n.tag == "b" || n.tag == "strong" || n.tag == "dt" || n.tag == "th" || n.tag == "caption") && n.to <= r.from():
			strong = n
		}
		return true
	})
	last, bold := says(above), says(strong)
	dark = aboutDark.MatchString(last) || aboutDark.MatchString(bold)
	within := r.items[0].link.up(lists).up(words("li dd td"))
	for _, k := range within.kids {
		if k.kind == text && k.from < r.from() || k.kind == element && !blocks[k.tag] && k.to <= r.from() {
			dark = dark || within.parent != nil && aboutDark.MatchString(k.content(false)+plain(k.data))
		}
	}
	return cut(cmp.Or(last, bold), maxLabel), dark
}

// says is the text of a heading, or of a title, in which nothing is markup.
func says(n *node) string {
	switch {
	case n == nil:
		return ""
	case n.tag == "title" && len(n.kids) > 0:
		return plain(n.kids[0].data)
	}
	return n.content(true)
}

// describe turns items into links, and into sentences about what in them a new
// list would not have.
func (f *finder) describe(items []item) (links []Link, doubts []string) {
	seen := map[string]int{}
	for _, i := range items {
		href, _ := i.link.value("href")
		title, _ := i.link.value("title")
		l := Link{Address: strings.TrimSpace(href), Text: label(i.link.content(true)), Title: label(title)}
		if hasWords(i.after) {
			l.Note = cut(i.after, maxLabel)
		}
		links = append(links, l)
		line := f.lines.at(i.from)
		doubtf := func(format string, args ...any) {
			doubts = append(doubts, fmt.Sprintf("line %d: ", line)+fmt.Sprintf(format, args...))
		}
		if hasWords(i.before) {
			doubtf("the words %s before the link to %s would go", short(i.before), i.directory)
		}
		for _, o := range i.others {
			doubtf("the link to %s beside that to %s would go", short(o), i.directory)
		}
		_, dropped := skeleton(f.page[i.from:i.link.from])
		_, more := skeleton(f.page[f.end(i.link):i.to])
		_, inside := skeleton(f.page[i.link.inner:min(i.link.close, f.end(i.link))])
		for _, tag := range slices.Concat(dropped, more, inside) {
			if tag != "a" {
				doubtf("<%s> at the link to %s would go", cut(plain(tag), 20), i.directory)
			}
		}
		if first := seen[strings.ToLower(i.directory)]; first > 0 {
			doubtf("%s stands in the list twice, first on line %d", i.directory, first)
		} else {
			seen[strings.ToLower(i.directory)] = line
		}
	}
	return links, doubts
}

// around says what else there is: comments that would go with the list, links
// that stay beside it, an order that is none.
func (f *finder) around(root *node, r run) (doubts []string) {
	root.walk(func(n *node) bool {
		switch {
		case n.kind == comment && n.from >= r.from() && n.to <= r.to():
			doubts = append(doubts, fmt.Sprintf("line %d: the comment %s would go", f.lines.at(n.from), short(n.data)))
		case f.links[n] != "" && (n.to <= r.from() || n.from >= r.to()):
			doubts = append(doubts, fmt.Sprintf("line %d: a link to %s outside the list stays as it is", f.lines.at(n.from), f.links[n]))
		}
		return true
	})
	rising, falling := 0, 0
	for n := 1; n < len(r.items); n++ {
		a, b := (&Link{Address: r.items[n-1].directory}).order(), (&Link{Address: r.items[n].directory}).order()
		if a < b {
			rising++
		} else if a > b {
			falling++
		}
	}
	if rising > 0 && falling > 0 {
		order := "newest"
		if rising > falling {
			order = "oldest"
		}
		doubts = append(doubts, fmt.Sprintf("the list is not in the order of time; a new one would have the %s first", order))
	}
	return doubts
}
