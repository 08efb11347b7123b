package note

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// dialect is the Markdown of notes, with a renderer of what differs from
// goldmark's own HTML.
func dialect(r renderer.NodeRenderer) goldmark.Markdown {
	return goldmark.New(
		goldmark.WithExtensions(extension.GFM, extension.DefinitionList,
			extension.NewFootnote(extension.WithFootnoteIDPrefix([]byte("note-")))),
		goldmark.WithParserOptions(
			parser.WithInlineParsers(util.Prioritized(formulaParser{}, 150)), // before emphasis
			parser.WithASTTransformers(util.Prioritized(anchors{}, 500)),
		),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(r, 100))),
	)
}

// Tree parses Markdown. The source is what the tree's nodes point into: the text
// as it is read, which differs from the one that is given where that would take
// too long. Beside goldmark's nodes the tree has [Formula]; headings have their id
// as an attribute.
func Tree(markdown string) (tree ast.Node, source []byte) {
	source = []byte(shallow(markdown))
	return dialect(&writer{}).Parser().Parse(text.NewReader(source)), source
}

// shallow is Markdown that goldmark reads in a reasonable time, as valid UTF-8
// without NUL.
func shallow(markdown string) string {
	markdown = strings.ToValidUTF8(strings.ReplaceAll(markdown, "\x00", ""), string(utf8.RuneError))
	return tooDeep.ReplaceAllString(markdown, `$1\$2`)
}

// tooDeep is a line that begins with the signs of more than 64 nested lists and
// quotations. goldmark takes a time that grows as the square of their number,
// so the sign after them is made text.
var tooDeep = regexp.MustCompile(`(?m)^((?:[ \t]*(?:>|[-+*][ \t]|[0-9]{1,9}[.)][ \t])){64}[ \t]*)([->+*])`)

// Markup is HTML in Markdown as it is written; false for a node that has none
// and for a comment, which nobody is to see.
func Markup(n ast.Node, source []byte) (written string, shown bool) {
	var content []byte
	switch n := n.(type) {
	case *ast.RawHTML:
		content = n.Segments.Value(source)
	case *ast.HTMLBlock:
		content = n.Lines().Value(source)
		if n.HasClosure() {
			content = append(content, n.ClosureLine.Value(source)...)
		}
	default:
		return "", false
	}
	content = bytes.TrimSpace(content)
	if bytes.HasPrefix(content, []byte("<!--")) && bytes.Index(content, []byte("-->")) == len(content)-len("-->") {
		return "", false
	}
	return string(content), true
}

// Task is the sign of an item of a task list.
func Task(done bool) string {
	if done {
		return "\u2611" // ballot box with check
	}
	return "\u2610" // ballot box
}
