package twiki

import (
	"net/url"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"

	"darksite/internal/note"
)

// MaxMarkdown bounds what [Markup] reads, in bytes: a topic is loaded and
// searched whole by everybody's wiki. What is over is cut at the end of a line.
const MaxMarkdown = 64 << 10

// Options say how Markdown becomes TWiki markup.
type Options struct {
	// Base is what relative links are relative to, an http or https address.
	// Without it they become text.
	Base string
	// Below is the level of the heading that the text stands under: with 2, a
	// first level heading becomes "---+++".
	Below int
}

// Markup turns a note into TWiki markup, ASCII, that ends with one newline unless
// it is empty. It reads the dialect of [note.Tree] and shows what the page of the
// calibration shows: formulas and HTML as they are written, pictures by their
// words, links to anything but http, https and mailto as text.
func Markup(markdown string, o Options) []byte {
	tree, source := note.Tree(bounds(markdown))
	r := &blockRenderer{below: max(0, o.Below), source: source}
	if base, err := url.Parse(o.Base); err == nil && base.Host != "" {
		r.links.base = base
	}
	return r.document(tree)
}

// bounds cuts Markdown that is too long at the end of a line.
func bounds(markdown string) string {
	if len(markdown) <= MaxMarkdown {
		return markdown
	}
	markdown = markdown[:MaxMarkdown]
	if i := strings.LastIndexByte(markdown, '\n'); i >= 0 {
		markdown = markdown[:i+1]
	}
	return markdown
}

// blockRenderer writes the blocks of a tree. TWiki's markup is made of lines, and
// what a line may hold depends on what is around it, so it walks the tree itself
// instead of being called for one node after the other.
type blockRenderer struct {
	below  int
	links  resolver
	source []byte
}

// document writes the blocks of a document, an empty line between them.
func (r *blockRenderer) document(doc ast.Node) []byte {
	var blocks []string
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		if b := r.block(n); b != "" {
			blocks = append(blocks, b)
		}
	}
	if len(blocks) == 0 {
		return nil
	}
	return []byte(strings.Join(blocks, "\n\n") + "\n")
}

// line begins a line after what is given, '\n' for nothing.
func (r *blockRenderer) line(after byte) *markup {
	return &markup{before: after, source: r.source, links: r.links}
}

// lines is the text of a code block.
func (r *blockRenderer) lines(segments *text.Segments) string {
	var b strings.Builder
	for i := range segments.Len() {
		s := segments.At(i)
		b.Write(s.Value(r.source))
	}
	return b.String()
}
