package note

import (
	"bufio"
	"bytes"
	"fmt"
	"html"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	htmlrenderer "github.com/yuin/goldmark/renderer/html"

	"darksite/internal/ground/phrase"
)

// MaxBytes is far above any note that somebody would read.
const MaxBytes = 256 << 10

// Note is a rendered note.
type Note struct {
	// Parts follow each other on the page.
	Parts []Part
	// Text is the note without its markup, for a search.
	Text string
	// Warnings are sentences about what is not shown as its author may expect.
	Warnings []string
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
func Render(markdown string) (Note, error) {
	if len(markdown) > MaxBytes {
		return Note{}, fmt.Errorf("the note has %d bytes, want at most %d: put the rest into a file of its own", len(markdown), MaxBytes)
	}
	tree, source := Tree(markdown)
	w := &writer{}
	var out bytes.Buffer
	if err := dialect(w).Renderer().Render(&out, source, tree); err != nil {
		return Note{}, err
	}
	return Note{Parts: w.parts(out.String()), Text: words(tree, source), Warnings: Warnings(tree, source)}, nil
}

// words are the texts of a tree, with one space between blocks.
func words(tree ast.Node, source []byte) string {
	var b strings.Builder
	ast.Walk(tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			if n.Kind() == ast.KindImage {
				b.WriteByte(']')
			} else if n.Type() == ast.TypeBlock {
				b.WriteByte(' ')
			}
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			b.WriteString(Plain(n, source))
			if n.SoftLineBreak() || n.HardLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.WriteString(Plain(n, source))
		case *Formula:
			b.WriteString(n.Written())
		case *ast.AutoLink:
			b.Write(n.Label(source))
		case *ast.Image:
			b.WriteString(pictureOpen(n))
		case *extast.TaskCheckBox:
			b.WriteString(Task(n.IsChecked) + " ")
		case *extast.FootnoteLink:
			b.WriteString("[" + strconv.Itoa(n.Index) + "]")
		case *extast.Footnote:
			b.WriteString("[" + strconv.Itoa(n.Index) + "] ")
		case *ast.RawHTML, *ast.HTMLBlock:
			if written, shown := Markup(n, source); shown {
				b.WriteString(written)
			}
		case *ast.CodeBlock, *ast.FencedCodeBlock:
			b.Write(n.Lines().Value(source))
		}
		return ast.WalkContinue, nil
	})
	return strings.Join(strings.Fields(phrase.Shown(b.String())), " ")
}

// pictureOpen stands before the words of a picture, and "]" after them.
func pictureOpen(n ast.Node) string {
	if n.FirstChild() == nil {
		return "[picture"
	}
	return "[picture: "
}

// Plain is a piece of text as a reader sees it, entities and backslashes resolved.
func Plain(n ast.Node, source []byte) string {
	var raw []byte
	resolved := false
	switch n := n.(type) {
	case *ast.Text:
		raw, resolved = n.Segment.Value(source), n.IsRaw()
	case *ast.String:
		raw, resolved = n.Value, n.IsRaw() || n.IsCode()
	}
	if resolved {
		return string(raw)
	}
	// goldmark resolves while it writes HTML, in one pass that must not be done
	// in two.
	var b bytes.Buffer
	w := bufio.NewWriter(&b)
	htmlrenderer.DefaultWriter.Write(w, raw)
	w.Flush()
	return html.UnescapeString(b.String())
}
