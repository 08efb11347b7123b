package legacy

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// MaxPage bounds a page that is kept by hand, in bytes.
const MaxPage = 4 << 20

// More bounds of a page.
const (
	maxNodes = 100_000
	// maxOpen bounds how often the parser has to open formatting again that a
	// page never closed.
	maxOpen = 20 * maxNodes
)

// place is the attribute that tells the byte of the page at which the start tag
// of an element stands. Elements that the parser supplied have none.
const place = "darksite-at"

// document is a page as a browser reads it. Its texts are UTF-8.
type document struct {
	page   []byte
	root   *html.Node
	tokens []token
	lines  lineStarts
}

// token is a piece of the page: a tag, a comment, a text.
type token struct {
	kind     html.TokenType
	tag      string // lower case
	from, to int
}

func words(s string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(s) {
		m[w] = true
	}
	return m
}

var (
	// formatting is what the parser opens again after a block that ended it.
	formatting = words("b big code em font i nobr s small strike strong tt u")
	blocks     = words(`address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption
		figure footer form frameset h1 h2 h3 h4 h5 h6 head header hr html li main menu nav ol p pre section summary table
		tbody td tfoot th thead title tr ul`)
	headings = words("h1 h2 h3 h4 h5 h6")
	// unread is what no reader sees as text.
	unread = words("script style template textarea noscript iframe noembed noframes xmp select title")
)

// parse reads a page.
func parse(page []byte) (*document, error) {
	switch {
	case len(page) > MaxPage:
		return nil, fmt.Errorf("the page has %d bytes, want at most %d: check that it is the right file", len(page), MaxPage)
	case bytes.HasPrefix(page, []byte("\xff\xfe")) || bytes.HasPrefix(page, []byte("\xfe\xff")) || bytes.IndexByte(page, 0) >= 0:
		return nil, errors.New("the page is not text in an encoding that holds ASCII (UTF-16, or a binary file): save it as UTF-8")
	}
	d := &document{page: page, lines: linesOf(page)}
	latin := !utf8.Valid(page)
	var placed strings.Builder // the page with the places of its tags
	z := html.NewTokenizer(bytes.NewReader(page))
	at, open, cost := 0, 0, 0
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		t := token{kind: kind, from: at, to: at + len(z.Raw())}
		at = t.to
		raw := string(page[t.from:t.to])
		if latin {
			raw = fromWindows1252(raw)
		}
		if kind == html.StartTagToken || kind == html.SelfClosingTagToken || kind == html.EndTagToken {
			name, _ := z.TagName()
			t.tag = string(name)
		}
		switch {
		case kind == html.EndTagToken && formatting[t.tag]:
			open = max(0, open-1)
		case kind == html.StartTagToken && formatting[t.tag]:
			open++
		case t.tag != "" && kind != html.EndTagToken && strings.HasPrefix(strings.ToLower(raw[1:]), t.tag):
			name := 1 + len(t.tag)
			raw = fmt.Sprintf("%s %s=%d %s", raw[:name], place, t.from, raw[name:])
		}
		placed.WriteString(raw)
		d.tokens = append(d.tokens, t)
		if cost += open; cost > maxOpen {
			return nil, fmt.Errorf("line %d: formatting such as <b> or <font> is opened again and again and never closed: put the end tags in", d.lines.at(t.from))
		}
		if len(d.tokens) > maxNodes {
			return nil, fmt.Errorf("the page has more than %d tags and texts: check that it is the right file", maxNodes)
		}
	} // what is left is a tag without its end, and shows nothing
	root, err := html.Parse(strings.NewReader(placed.String()))
	if err != nil {
		return nil, fmt.Errorf("the page cannot be read as HTML (%w): put the end tags in that are missing", err)
	}
	d.root = root
	return d, nil
}

// all are the elements that a selector names, in the order of the page.
func all(n *html.Node, selector cascadia.Selector) []*html.Node {
	return cascadia.QueryAll(n, selector)
}

// at is the byte where a node begins, as far as it is known: else where the
// nearest element around it does.
func (d *document) at(n *html.Node) int {
	for ; n != nil; n = n.Parent {
		if at, err := strconv.Atoi(value(n, place)); err == nil {
			return min(max(at, 0), len(d.page))
		}
	}
	return 0
}

func (d *document) line(n *html.Node) int { return d.lines.at(d.at(n)) }

// value of an attribute; "" when there is none.
func value(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// up is the nearest element of these names around a node, nil when there is none.
func up(n *html.Node, names map[string]bool) *html.Node {
	for n = n.Parent; n != nil && !(n.Type == html.ElementNode && names[n.Data]); n = n.Parent {
	}
	return n
}

// listTags are the elements that have items or rows of their own.
var listTags = words("ul ol menu dir table dl")

// own are the items or rows of a list or table, without those of others in it.
func own(n *html.Node, selector cascadia.Selector) (list []*html.Node) {
	for _, k := range all(n, selector) {
		if up(k, listTags) == n {
			list = append(list, k)
		}
	}
	return list
}
