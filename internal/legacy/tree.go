package legacy

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/net/html"
)

// Bounds of a page.
const (
	maxPage  = 4 << 20 // bytes
	maxNodes = 100_000
	maxDepth = 512 // of open elements, as golang.org/x/net/html has it
)

// kind of a node.
type kind byte

const (
	element kind = iota
	text
	comment
	rawText // of a script, a style sheet, a title: no markup is read in it
)

// node is a part of a page with its place in the bytes.
type node struct {
	kind kind
	tag  string // lower case; "" for the root
	data string // of a text, with references resolved, or of a comment
	attr []html.Attribute
	// from and to are the first byte and the one after the last. Between inner
	// and close lies what is in the element; close is to when the end tag is
	// left out.
	from, inner, close, to int
	parent                 *node
	kids                   []*node
}

func words(s string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(s) {
		m[w] = true
	}
	return m
}

// How elements nest: HTML living standard, sections 13.1.2.4 (optional tags)
// and 13.2.6.4.7, as far as lists, tables and paragraphs go.
var (
	voids  = words("area base basefont bgsound br col embed frame hr img input isindex link meta param source spacer track wbr")
	lists  = words("ul ol menu dir")
	cells  = words("td th caption")
	rows   = words("tr td th caption")
	groups = words("thead tbody tfoot tr td th caption")
	blocks = words(`address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption
		figure footer form frameset h1 h2 h3 h4 h5 h6 head header hr html layer li main menu multicol nav ol p pre
		section summary table tbody td tfoot th thead title tr ul`)
	headings = words("h1 h2 h3 h4 h5 h6")
	// closesP begin a block, which ends a paragraph.
	closesP = words(`address article aside blockquote center dir div dl fieldset figure footer form h1 h2 h3 h4 h5 h6
		header hr li dd dt main menu nav ol p pre section table ul`)
)

// tree reads a page. The tags that are left out in it are supplied where the
// standard does, and every node keeps its bytes.
func tree(page []byte) (*node, error) {
	switch {
	case len(page) > maxPage:
		return nil, fmt.Errorf("the page has %d bytes, want at most %d: check that it is the right file", len(page), maxPage)
	case bytes.HasPrefix(page, []byte("\xff\xfe")) || bytes.HasPrefix(page, []byte("\xfe\xff")) || bytes.IndexByte(page, 0) >= 0:
		return nil, errors.New("the page is not text in an encoding that holds ASCII (UTF-16, or a binary file): save it as UTF-8")
	}
	root := &node{to: len(page), close: len(page)}
	b := builder{open: []*node{root}}
	z := html.NewTokenizer(bytes.NewReader(page))
	at, count := 0, 0
	for {
		token := z.Next()
		from := at
		at += len(z.Raw())
		if token == html.ErrorToken {
			break // what is left is a tag without its end, and shows nothing
		}
		if count++; count > maxNodes {
			return nil, fmt.Errorf("the page has more than %d tags and texts: check that it is the right file", maxNodes)
		}
		n := &node{from: from, inner: at, close: at, to: at}
		switch token {
		case html.TextToken:
			n.kind = text
			if raw := b.top().tag; raw == "script" || raw == "style" || raw == "title" || raw == "textarea" || raw == "xmp" ||
				raw == "iframe" || raw == "noembed" || raw == "noframes" || raw == "noscript" || raw == "plaintext" {
				n.kind = rawText
			}
			n.data = string(z.Text())
			b.add(n)
		case html.CommentToken:
			n.kind, n.data = comment, string(z.Text())
			b.add(n)
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			n.tag, n.attr = t.Data, t.Attr
			b.start(n)
		case html.EndTagToken:
			name, _ := z.TagName()
			b.end(string(name), from, at)
		}
		if len(b.open) > maxDepth {
			return nil, fmt.Errorf("line %d: elements are nested deeper than %d: put the end tags in that are missing", lineAt(page, from), maxDepth)
		}
	}
	b.pop(1, len(page), len(page))
	return root, nil
}

// builder holds the elements that are open, the root first.
type builder struct{ open []*node }

func (b *builder) top() *node { return b.open[len(b.open)-1] }

func (b *builder) add(n *node) {
	n.parent = b.top()
	n.parent.kids = append(n.parent.kids, n)
}

// pop closes the element in a place and all in it. Those in it end where its
// end tag begins.
func (b *builder) pop(place, from, to int) {
	for i, n := range b.open[place:] {
		n.close, n.to = from, from
		if i == 0 {
			n.to = to
		}
	}
	b.open = b.open[:place]
}

// imply closes the outermost open element of these names, as far as the
// innermost of the others.
func (b *builder) imply(names, within map[string]bool, at int) {
	found := 0
	for i := len(b.open) - 1; i > 0 && !within[b.open[i].tag]; i-- {
		if names[b.open[i].tag] {
			found = i
		}
	}
	if found > 0 {
		b.pop(found, at, at)
	}
}

var (
	inTable  = words("table")
	inCell   = words("td th caption table")
	inList   = words("ul ol menu dir td th table")
	inTerms  = words("dl td th table")
	nameP    = words("p")
	nameA    = words("a")
	nameLi   = words("li")
	nameTerm = words("dt dd")
	nameItem = words("option")
	inSelect = words("select")
)

func (b *builder) start(n *node) {
	if closesP[n.tag] {
		b.imply(nameP, inCell, n.from)
	}
	switch {
	case n.tag == "li":
		b.imply(nameLi, inList, n.from)
	case nameTerm[n.tag]:
		b.imply(nameTerm, inTerms, n.from)
	case n.tag == "a":
		b.imply(nameA, inCell, n.from)
	case n.tag == "option":
		b.imply(nameItem, inSelect, n.from)
	case n.tag == "td" || n.tag == "th":
		b.imply(cells, words("tr table"), n.from)
	case n.tag == "tr":
		b.imply(rows, inTable, n.from)
	case n.tag == "thead" || n.tag == "tbody" || n.tag == "tfoot":
		b.imply(groups, inTable, n.from)
	case headings[n.tag] && headings[b.top().tag]:
		b.pop(len(b.open)-1, n.from, n.from)
	}
	b.add(n)
	if !voids[n.tag] {
		b.open = append(b.open, n)
	}
}

func (b *builder) end(tag string, from, to int) {
	within := inCell
	switch {
	case tag == "body" || tag == "html" || voids[tag]:
		return // what follows is still shown
	case tag == "table":
		within = nil
	case groups[tag]:
		within = inTable
	case tag == "li":
		within = inList
	}
	for i := len(b.open) - 1; i > 0; i-- {
		if is := b.open[i].tag; is == tag || headings[tag] && headings[is] {
			b.pop(i, from, to)
			return
		} else if within[is] {
			return
		}
	}
}

// walk visits a node and all in it, in the order of the page; what is in a node
// that visit refuses is passed over.
func (n *node) walk(visit func(*node) bool) {
	if !visit(n) {
		return
	}
	for _, k := range n.kids {
		k.walk(visit)
	}
}

// all are the elements of a name in the order of the page.
func (n *node) all(tag string) (list []*node) {
	n.walk(func(k *node) bool {
		if k.kind == element && k.tag == tag {
			list = append(list, k)
		}
		return true
	})
	return list
}

// up is the nearest of the names among a node's ancestors, or the root.
func (n *node) up(names map[string]bool) *node {
	for n.parent != nil {
		if n = n.parent; names[n.tag] {
			break
		}
	}
	return n
}

// value of an attribute.
func (n *node) value(key string) (string, bool) {
	for _, a := range n.attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}
