package twiki

import (
	"bytes"
	"io"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
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

// Markup turns Markdown into TWiki markup, ASCII, that ends with one newline
// unless it is empty. Raw HTML is dropped, links to anything but http, https
// and mailto become text, images become links.
func Markup(markdown []byte, o Options) []byte {
	markdown = clean(markdown)
	var b bytes.Buffer
	// Writing to memory cannot fail, and the renderer has no other errors.
	_ = converter(o).Convert(markdown, &b)
	return b.Bytes()
}

// clean bounds Markdown and makes it valid UTF-8 with plain line ends.
func clean(markdown []byte) []byte {
	if len(markdown) > MaxMarkdown {
		markdown = markdown[:MaxMarkdown]
		if i := bytes.LastIndexByte(markdown, '\n'); i >= 0 {
			markdown = markdown[:i+1]
		}
	}
	markdown = bytes.ToValidUTF8(markdown, []byte(string(utf8.RuneError)))
	markdown = bytes.ReplaceAll(markdown, []byte("\r\n"), []byte("\n"))
	markdown = bytes.ReplaceAll(markdown, []byte("\r"), []byte("\n"))
	return tooDeep.ReplaceAll(markdown, []byte(`$1\$2`))
}

// tooDeep is a line that begins with the signs of more than 64 nested lists and
// quotations. goldmark takes a time that grows as the square of their number,
// so the sign after them is made text.
var tooDeep = regexp.MustCompile(`(?m)^((?:[ \t]*(?:>|[-+*][ \t]|[0-9]{1,9}[.)][ \t])){64}[ \t]*)([->+*])`)

// converter reads the Markdown that the pages are written in: the extensions
// are those that Hugo has on by default.
func converter(o Options) goldmark.Markdown {
	r := &blockRenderer{below: max(0, o.Below)}
	if base, err := url.Parse(o.Base); err == nil && base.Host != "" {
		r.links.base = base
	}
	return goldmark.New(
		goldmark.WithExtensions(extension.GFM, extension.Footnote, extension.DefinitionList),
		goldmark.WithParserOptions(parser.WithHeadingAttribute()),
		goldmark.WithRenderer(r),
	)
}

// blockRenderer is a goldmark renderer. TWiki's markup is made of lines, and what a
// line may hold depends on what is around it, so it walks the tree itself
// instead of being called for one node after the other.
type blockRenderer struct {
	below  int
	links  resolver
	source []byte
}

// AddOptions is for renderers that have any.
func (r *blockRenderer) AddOptions(...renderer.Option) {}

// Render writes the blocks of a document, an empty line between them.
func (r *blockRenderer) Render(w io.Writer, source []byte, doc ast.Node) error {
	r.source = source
	var blocks []string
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		if b := r.block(n); b != "" {
			blocks = append(blocks, b)
		}
	}
	if len(blocks) == 0 {
		return nil
	}
	_, err := io.WriteString(w, strings.Join(blocks, "\n\n")+"\n")
	return err
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
