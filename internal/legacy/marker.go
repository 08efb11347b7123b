package legacy

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
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

// frames are the elements whose tags must not be parted by the block: what is
// shown around it would change its place.
var frames = words(`table thead tbody tfoot caption tr td th ul ol menu dir dl div center blockquote form pre fieldset
	article aside footer header main nav section body select`)

// markers finds the two comments of a page and holds them to all that makes
// replacing what is between them safe.
func markers(page []byte, root *node) (begin, end *node, err error) {
	fail := func(at int, format string, args ...any) {
		err = fmt.Errorf("line %d: %s", lineAt(page, at), fmt.Sprintf(format, args...))
	}
	root.walk(func(n *node) bool {
		if err != nil {
			return false
		}
		raw := page[n.from:n.to]
		switch {
		case n.kind == comment:
			m := exactMarker.FindSubmatch(raw)
			switch {
			case m == nil && looseMarker.Match(raw):
				fail(n.from, "a marker inside another comment, or written otherwise: %s, each as a comment of its own", byHand)
			case m == nil:
			case string(m[1]) == "begin" && begin != nil:
				fail(n.from, "a second %s, the first is on line %d: %s", beginMarker, lineAt(page, begin.from), byHand)
			case string(m[1]) == "begin":
				begin = n
				if end != nil {
					fail(end.from, "%s before %s: %s", endMarker, beginMarker, byHand)
				}
			case end != nil:
				fail(n.from, "a second %s, the first is on line %d: %s", endMarker, lineAt(page, end.from), byHand)
			default:
				end = n
			}
		case n.kind == rawText && openMarker.Match(raw):
			fail(n.from, "a marker inside <%s>, where it is not a comment: %s", n.parent.tag, byHand)
		case n.kind == element && n.parent != nil && openMarker.Match(page[n.from:n.inner]):
			fail(n.from, "a marker inside the tag <%s>, where it is not a comment: %s", n.tag, byHand)
		}
		return true
	})
	switch {
	case err != nil:
	case begin == nil && end == nil:
		if at := openMarker.FindIndex(page); at != nil {
			// It is in what the tokenizer dropped: a tag without its end.
			fail(at[0], "a marker that is not a comment: %s", byHand)
			break
		}
		err = ErrNoMarkers
	case end == nil:
		fail(begin.from, "%s without %s behind it: %s", beginMarker, endMarker, byHand)
	case begin == nil:
		fail(end.from, "%s without %s before it: %s", endMarker, beginMarker, byHand)
	case begin.up(frames) != end.up(frames):
		fail(begin.from, "the markers, to line %d, part an element: put both in the same list, cell or division", lineAt(page, end.from))
	}
	return begin, end, err
}

// Replace puts a block, as [Style.Block] writes it, between the markers of a
// page. All other bytes stay. A page without markers is refused with
// [ErrNoMarkers]; so is one whose markers do not stand once each, as comments,
// in order and in the same element, and a block that would change that.
func Replace(page, block []byte) ([]byte, error) {
	root, err := tree(page)
	if err != nil {
		return nil, err
	}
	begin, end, err := markers(page, root)
	if err != nil {
		return nil, err
	}
	out := bytes.Join([][]byte{page[:begin.to], block, page[end.from:]}, nil)
	if root, err = tree(out); err != nil {
		return nil, fmt.Errorf("with the new block: %w", err)
	}
	b, e, err := markers(out, root)
	if err != nil || b.from != begin.from || e.from != begin.to+len(block) {
		return nil, fmt.Errorf("the new block has a marker in it, or something that it does not close (%v)", err)
	}
	return out, nil
}

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

// breakBefore is the end of line and the indentation of the line that holds a
// place, as far as nothing but space is before the place.
func breakBefore(page []byte, at int) string {
	start := bytes.LastIndexAny(page[:at], "\r\n") + 1
	indent := string(page[start:at])
	if strings.Trim(indent, " \t") != "" {
		indent = ""
	}
	return newline(page) + indent
}
