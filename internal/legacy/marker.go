package legacy

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// The comments around what darksite keeps.
const (
	beginMarker = "<!-- darksite:begin -->"
	endMarker   = "<!-- darksite:end -->"
)

// Why a page is refused.
var (
	ErrNoMarkers = errors.New("no " + beginMarker + " in the page: run darksite adopt, or write it before the list of calibrations and " + endMarker + " behind it")
	ErrAdopted   = errors.New("the page has its markers already")
	ErrNoList    = errors.New("no list of calibrations that darksite could keep: write " + beginMarker + " and " + endMarker + " where it should stand")
)

// byHand is what to do when the markers are wrong.
const byHand = "leave one " + beginMarker + " and behind it one " + endMarker

var (
	exactMarker = regexp.MustCompile(`^<!--[ \t\r\n]*darksite:(begin|end)[ \t\r\n]*-->$`)
	looseMarker = regexp.MustCompile(`(?i)darksite:[ \t]*(begin|end)`)
	openMarker  = regexp.MustCompile(`(?i)<!-+[ \t\r\n]*darksite:[ \t]*(begin|end)`)
)

var (
	// frames are the elements that the block must not part. The end tags of some may
	// be left out.
	frames = words(`table thead tbody tfoot caption tr td th ul ol menu dir dl div center blockquote form pre fieldset
		article aside footer header main nav section body select details`)
	unended = words("thead tbody tfoot tr td th")
)

// block is what stands between the markers of a page.
type block struct {
	*document
	from, to   int        // its bytes
	begin, end *html.Node // the markers
}

// blockOf finds the two markers of a page. A page that has none is refused with
// [ErrNoMarkers], one that does not have each once, as a comment, in order and in
// the same element with the line.
func blockOf(page []byte) (*block, error) {
	d, err := parse(page)
	if err != nil {
		return nil, err
	}
	fail := func(at int, format string, args ...any) (*block, error) {
		return nil, fmt.Errorf("line %d: %s", d.lines.at(at), fmt.Sprintf(format, args...))
	}
	var begin, end *token
	rest := 0
	for i := range d.tokens {
		t := &d.tokens[i]
		rest = t.to
		switch piece := page[t.from:t.to]; {
		case t.kind != html.CommentToken && openMarker.Match(piece):
			return fail(t.from, "a marker inside a tag or a text, where it is not a comment: %s", byHand)
		case t.kind != html.CommentToken || !looseMarker.Match(piece):
		case !exactMarker.Match(piece):
			return fail(t.from, "a marker inside another comment, or written otherwise: %s, each as a comment of its own", byHand)
		case bytes.Contains(piece, []byte("begin")):
			if begin != nil {
				return fail(t.from, "a second %s, the first is on line %d: %s", beginMarker, d.lines.at(begin.from), byHand)
			}
			begin = t
		default:
			if end != nil {
				return fail(t.from, "a second %s, the first is on line %d: %s", endMarker, d.lines.at(end.from), byHand)
			}
			end = t
		}
	}
	switch at := openMarker.FindIndex(page[rest:]); {
	case at != nil: // in a tag without its end
		return fail(rest+at[0], "a marker that is not a comment: %s", byHand)
	case begin == nil && end == nil:
		return nil, ErrNoMarkers
	case end == nil:
		return fail(begin.from, "%s without %s behind it: %s", beginMarker, endMarker, byHand)
	case begin == nil:
		return fail(end.from, "%s without %s before it: %s", endMarker, beginMarker, byHand)
	case end.from < begin.from:
		return fail(end.from, "%s before %s: %s", endMarker, beginMarker, byHand)
	}
	b := &block{document: d, from: begin.to, to: end.from}
	for n := range d.root.Descendants() {
		switch {
		case n.Type != html.CommentNode:
		case b.begin == nil && strings.TrimSpace(n.Data) == "darksite:begin":
			b.begin = n
		case b.begin != nil && b.end == nil && strings.TrimSpace(n.Data) == "darksite:end":
			b.end = n
		}
	}
	switch {
	case b.begin == nil || b.end == nil:
		return fail(begin.from, "a browser does not read the markers, to line %d, as comments in this order: %s", d.lines.at(end.from), byHand)
	case b.owner(b.begin) != b.owner(b.end):
		return fail(begin.from, "the markers, to line %d, part an element: put both in the same list, cell or division", d.lines.at(end.from))
	}
	return b, nil
}

// owner is the element that a marker stands in, nil for the page itself. What the
// parser supplied does not count, nor does a row or cell without an end tag that
// ends where the list begins, or that begins in the list.
func (b *block) owner(marker *html.Node) *html.Node {
	last := true // nothing stands behind the marker in the elements so far
	for n := marker; n.Parent != nil; n = n.Parent {
		for k := n.NextSibling; k != nil; k = k.NextSibling {
			last = last && k.Type == html.TextNode && strings.TrimSpace(k.Data) == ""
		}
		open := unended[n.Parent.Data] && (marker == b.begin && last || marker == b.end && b.at(n.Parent) >= b.from)
		if frames[n.Parent.Data] && value(n.Parent, place) != "" && !open {
			return n.Parent
		}
	}
	return nil
}

// Replace puts something else between the markers of a page. All other bytes
// stay. Something that would change how the rest of the page is read is refused.
func Replace(page, content []byte) ([]byte, error) {
	b, err := blockOf(page)
	if err != nil {
		return nil, err
	}
	return b.replace(content)
}

func (b *block) replace(content []byte) ([]byte, error) {
	page := slices.Concat(b.page[:b.from], content, b.page[b.to:])
	after, err := blockOf(page)
	switch {
	case err != nil:
		return nil, fmt.Errorf("with the new list: %w", err)
	case after.from != b.from || after.to != b.from+len(content):
		return nil, errors.New("the new list has a marker in it")
	}
	was, is := b.shape(b.begin, b.end), after.shape(after.begin, after.end)
	for i, s := range was {
		if i >= len(is) || s.text != is[i].text {
			return nil, fmt.Errorf("line %d: %s would be read otherwise with a new list between the markers: close before %s what is opened behind %s, and nothing else",
				s.line, short(strings.TrimLeft(s.text, "0123456789 ")), endMarker, beginMarker)
		}
	}
	if len(is) > len(was) {
		return nil, fmt.Errorf("line %d: the page has more behind %s with the new list", is[len(was)].line, endMarker)
	}
	return page, nil
}

// part is an element or a text of a page, with all that it stands in.
type part struct {
	text string
	line int
}

// shape is what a browser finds in a page, without blanks and what it supplied
// itself: outside the markers and with them, or, where there are none yet,
// everywhere and without comments.
func (d *document) shape(begin, end *html.Node) (parts []part) {
	inside := false
	var visit func(*html.Node, int)
	visit = func(n *html.Node, depth int) {
		for k := range n.ChildNodes() {
			comment, below := k.Type == html.CommentNode, depth
			if k.Type == html.ElementNode && (value(k, place) != "" || formatting[k.Data]) {
				below++
			}
			inside = inside && k != end
			switch text := strings.TrimSpace(k.Data); {
			case inside || text == "" || comment && begin == nil || k.Type == html.ElementNode && below == depth:
			case k == begin || k == end:
				parts = append(parts, part{text, d.line(k)})
			default:
				parts = append(parts, part{fmt.Sprintf("%d %s", depth, text), d.line(k)})
			}
			inside = inside || k == begin
			visit(k, below)
		}
	}
	visit(d.root, 0)
	return parts
}

// Marks finds and replaces what stands between the markers of pages, whatever it
// is.
type Marks struct{}

// Find gives what stands between the markers of a page.
func (Marks) Find(page []byte) ([]byte, error) {
	b, err := blockOf(page)
	if err != nil {
		return nil, err
	}
	return page[b.from:b.to], nil
}

// Replace puts something else there, see [Replace].
func (Marks) Replace(page, block []byte) ([]byte, error) { return Replace(page, block) }

// newline is how lines end in a page.
func newline(page []byte) string {
	switch {
	case bytes.Contains(page, []byte("\r\n")):
		return "\r\n"
	case bytes.Contains(page, []byte("\n")) || !bytes.Contains(page, []byte("\r")):
		return "\n"
	}
	return "\r"
}
