package legacy

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"darksite/internal/ground/phrase"
)

// maxLinks is far above the calibrations of a mission. It bounds the time that
// a page can take.
const maxLinks = 1000

var (
	anchors = cascadia.MustCompile("a[href]")
	// listed and flow are the elements in which a list can be written, the one as
	// items, the other as a list of its own.
	listed = map[string]string{"ul": "li", "ol": "li", "menu": "li", "dir": "li", "table": "tr", "tbody": "tr", "thead": "tr", "tfoot": "tr"}
	flow   = words("td th li dd div center blockquote form fieldset article aside footer header main nav section body details")
	// passed are elements of a list that say nothing by themselves, and ended those
	// in which the words of an item end.
	passed = words("html head body a ul ol menu dir li table tbody thead tfoot tr td th div p center br")
	ended  = words("ul ol menu dir li table tr div p center br")
)

// links are the calibrations that a page links to, and their directories. Where
// some go through dark_cal/, those that do not are something else.
func (d *document) links() (map[*html.Node]string, error) {
	links, bases := map[*html.Node]string{}, map[*html.Node]string{}
	through := false
	for _, a := range all(d.root, anchors) {
		directory, base := DirectoryOf(strings.TrimSpace(value(a, "href")))
		if directory != "" {
			links[a], bases[a] = directory, strings.Trim(base, "./")
			through = through || bases[a] != ""
		}
	}
	if len(links) > maxLinks {
		return nil, fmt.Errorf("%d links to calibrations, want at most %d: check that it is the right file", len(links), maxLinks)
	}
	for a, base := range bases {
		if through && base == "" {
			delete(links, a)
		}
	}
	return links, nil
}

// held is the list between the markers of a page.
type held struct {
	*block
	in    string // the element that takes items, li or tr; "" where the list is ours as a whole
	links []Link
	// lost are sentences about what a new list would not have; restyled are the
	// names of markup that it would not have either.
	lost     []string
	restyled map[string]bool

	calibrations map[*html.Node]string
	state        int   // 0 before the markers, 1 between them, 2 behind
	item         *Link // that words belong to
	lists, cells int   // that are open, and of the row
}

// listOf reads the list of a page that has its markers.
func listOf(page []byte) (*held, error) {
	b, err := blockOf(page)
	if err != nil {
		return nil, err
	}
	l := &held{block: b, restyled: map[string]bool{}}
	if o := b.owner(b.begin); o != nil {
		if l.in = listed[o.Data]; l.in == "" && !flow[o.Data] {
			return nil, fmt.Errorf("line %d: the markers stand in <%s>, where no list can: put them in a <ul>, an <ol>, a <table>, or where text can stand", b.line(b.begin), o.Data)
		}
	}
	if l.calibrations, err = b.document.links(); err != nil {
		return nil, err
	}
	l.visit(b.root)
	for _, link := range l.links {
		for _, s := range []string{link.Text, link.Title, link.Note} {
			if label(s) != s {
				l.lostf(b.begin, "the end of %s, which has more than %d characters", short(s), maxLabel)
			}
		}
	}
	return l, nil
}

func (l *held) lostf(n *html.Node, format string, args ...any) {
	l.lost = append(l.lost, fmt.Sprintf("line %d: ", l.line(n))+fmt.Sprintf(format, args...))
}

func (l *held) visit(n *html.Node) {
	for k := range n.ChildNodes() {
		switch {
		case k == l.begin:
			l.state = 1
		case k == l.end:
			l.state = 2
		case l.state == 0:
			l.visit(k)
		case l.state == 1:
			l.take(k)
		}
	}
}

// take reads one node between the markers.
func (l *held) take(n *html.Node) {
	switch n.Type {
	case html.CommentNode:
		l.lostf(n, "the comment %s", short(n.Data))
		return
	case html.TextNode:
		switch text := plain(n.Data); {
		case !says(text):
		case l.item == nil:
			l.lostf(n, "the words %s, which stand at no calibration", short(text))
		case l.item.Note != "":
			l.item.Note += " " + text
		default:
			l.item.Note = text
		}
		return
	}
	directory, href := l.calibrations[n], strings.TrimSpace(value(n, "href"))
	for _, a := range n.Attr {
		switch {
		case a.Key == "id" || a.Key == "name":
			l.lostf(n, "the place #%s, to which links may lead", plain(a.Val))
		case a.Key == place || n.Data == "a" && (a.Key == "href" || a.Key == "title"):
		default:
			l.restyled[a.Key] = true
		}
	}
	switch {
	case value(n, place) != "" && l.at(n) < l.from:
		l.lostf(n, "<%s> is still open in the list", n.Data)
		return
	case directory != "":
		l.add(n, href)
		return
	case n.Data == "a" && href != "":
		l.lostf(n, "the link to %s", short(href))
		return
	case !passed[n.Data] && !formatting[n.Data] && n.Data != "span":
		l.lostf(n, "<%s>", phrase.Cut(plain(n.Data), 20))
		return
	case !passed[n.Data]:
		l.restyled[n.Data] = true
	case n.Data == "tr":
		l.cells = 0
	case n.Data == "td" || n.Data == "th":
		if l.cells++; l.cells > 1 && says(textOf(n)) {
			l.lostf(n, "the cell %s", short(textOf(n)))
			return
		}
	case n.Data == "table" || listed[n.Data] == "li":
		if l.in != "" || l.lists > 0 {
			l.lostf(n, "the group %s", short(textOf(n)))
			return
		}
		l.lists++
		defer func() { l.lists-- }()
	}
	ends := ended[n.Data] && (n.Data != "br" || l.in == "" && l.lists == 0)
	if ends {
		l.item = nil
	}
	l.visit(n)
	if ends {
		l.item = nil
	}
}

// add takes a link to a calibration.
func (l *held) add(a *html.Node, href string) {
	if l.item != nil && l.item.Note != "" {
		l.lostf(a, "the words %s between two calibrations", short(l.item.Note))
	}
	for n := range a.Descendants() {
		switch {
		case n.Type == html.CommentNode:
			l.lostf(a, "the comment %s", short(n.Data))
		case n.Type == html.ElementNode && formatting[n.Data] || n.Data == "span":
			l.restyled[n.Data] = true
		case n.Type == html.ElementNode:
			l.lostf(a, "<%s>", phrase.Cut(plain(n.Data), 20))
		}
	}
	l.links = append(l.links, Link{Address: href, Text: cmp.Or(textOf(a), href), Title: plain(value(a, "title"))})
	l.item = &l.links[len(l.links)-1]
}

// says tells whether a text is more than what parts two items.
func says(s string) bool { return strings.Trim(s, " ,;:|/.-–—·•*&") != "" }
