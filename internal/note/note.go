package note

import (
	"bytes"
	"fmt"
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

// maxBytes is far above any note that somebody would read.
const maxBytes = 256 << 10

// Note is a rendered note.
type Note struct {
	// Parts follow each other on the page.
	Parts []Part
	// Text is the note without its markup, for a search.
	Text string
	// Pictures are the destinations of the pictures that it wants shown. They
	// are not: in their place stand their words.
	Pictures []string
	// Markup is HTML in it, which is shown as it is written.
	Markup []string
}

// Part is HTML that is safe to put on a page, or a formula.
type Part struct {
	HTML string `json:"html"`
	TeX  string `json:"tex"`
	// Display tells a formula on its own from one within a line.
	Display bool `json:"display"`
}

// Render turns Markdown into a note. An empty one has no parts. The error says
// that the text is too long.
func Render(markdown []byte) (Note, error) {
	if len(markdown) > maxBytes {
		return Note{}, fmt.Errorf("the note has %d bytes, want at most %d: put the rest into a file of its own", len(markdown), maxBytes)
	}
	source := bytes.ToValidUTF8(bytes.ReplaceAll(markdown, []byte{0}, nil), []byte(string(utf8.RuneError)))
	if len(bytes.TrimSpace(source)) == 0 {
		return Note{}, nil
	}
	w := &writer{}
	md := goldmark.New(
		goldmark.WithExtensions(extension.Table, extension.Strikethrough,
			extension.NewFootnote(extension.WithFootnoteIDPrefix([]byte("note-")))),
		goldmark.WithParserOptions(
			parser.WithAutoHeadingID(),
			parser.WithInlineParsers(util.Prioritized(formulaParser{}, 150)), // before emphasis
		),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(w, 100))),
	)
	context := parser.NewContext(parser.WithIDs(&ids{taken: map[string]bool{}}))
	tree := md.Parser().Parse(text.NewReader(source), parser.WithContext(context))
	var out bytes.Buffer
	if err := md.Renderer().Render(&out, source, tree); err != nil {
		return Note{}, err
	}
	return Note{Parts: w.parts(out.String()), Text: words(tree, source), Pictures: w.pictures, Markup: w.markup}, nil
}

// words are the texts of a tree, with one space between blocks.
func words(tree ast.Node, source []byte) string {
	var b strings.Builder
	ast.Walk(tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			if n.Type() == ast.TypeBlock {
				b.WriteByte(' ')
			}
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			b.Write(n.Segment.Value(source))
			if n.SoftLineBreak() || n.HardLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.Write(n.Value)
		case *formula:
			b.WriteString(n.tex)
		case *ast.CodeBlock, *ast.FencedCodeBlock:
			for i := range n.Lines().Len() {
				line := n.Lines().At(i)
				b.Write(line.Value(source))
			}
		}
		return ast.WalkContinue, nil
	})
	return strings.Join(strings.Fields(b.String()), " ")
}

// ids are those of headings: letters, digits and hyphens of any script.
type ids struct{ taken map[string]bool }

func (s *ids) Generate(value []byte, kind ast.NodeKind) []byte {
	slug := "note-" + strings.Trim(strings.Join(strings.FieldsFunc(strings.ToLower(string(value)), func(r rune) bool {
		return !('a' <= r && r <= 'z' || '0' <= r && r <= '9')
	}), "-"), "-")
	if slug == "note-" {
		slug = "note-heading"
	}
	id := slug
	for n := 2; s.taken[id]; n++ {
		id = fmt.Sprintf("%s-%d", slug, n)
	}
	s.taken[id] = true
	return []byte(id)
}

func (s *ids) Put(value []byte) { s.taken[string(value)] = true }
