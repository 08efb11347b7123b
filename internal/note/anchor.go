package note

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// idPrefix keeps the ids of a note apart from those of its page.
const idPrefix = "note-"

// headingID is an id at the end of a heading, "{#rows}"; classes behind it, which
// other dialects have, mean nothing here.
var headingID = regexp.MustCompile(`[ \t]*\{#([A-Za-z0-9][A-Za-z0-9_:.-]*)(?:[ \t]+\.[A-Za-z0-9_-]+)*[ \t]*\}[ \t]*$`)

// asWritten is the attribute of a heading that has the id of its end.
const asWritten = "written"

// written is the id that stands at the end of a heading, "" for none.
func written(h *ast.Heading) string {
	value, _ := h.AttributeString(asWritten)
	id, _ := value.(string)
	return id
}

// anchors gives each heading an id, the one at its end or one of its words, and
// leads links to "#rows" to the heading that has it.
type anchors struct{}

func (anchors) Transform(doc *ast.Document, reader text.Reader, _ parser.Context) {
	source := reader.Source()
	keepUnused(doc)
	taken := map[string]bool{}
	ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if h, ok := n.(*ast.Heading); ok && entering {
			id := cutID(h, source)
			if id != "" {
				h.SetAttributeString(asWritten, id)
			} else {
				id = slug(words(h, source))
			}
			h.SetAttributeString("id", []byte(once(idPrefix+id, taken)))
			return ast.WalkSkipChildren, nil
		}
		return ast.WalkContinue, nil
	})
	ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if l, ok := n.(*ast.Link); ok && entering {
			if at, within := strings.CutPrefix(string(l.Destination), "#"); within && taken[idPrefix+at] {
				l.Destination = []byte("#" + idPrefix + at)
			}
		}
		return ast.WalkContinue, nil
	})
}

// unused is what of a document's metadata has the footnotes that no text refers to,
// which goldmark drops.
const unused = "unused footnotes"

func keepUnused(doc *ast.Document) {
	var notes []*extast.Footnote
	ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if f, ok := n.(*extast.Footnote); ok && entering && f.Index < 0 {
			notes = append(notes, f)
		}
		return ast.WalkContinue, nil
	})
	if len(notes) > 0 {
		doc.AddMeta(unused, notes)
	}
}

// cutID takes the id that is written at the end of a heading out of its text.
func cutID(h *ast.Heading, source []byte) string {
	if h.Lines().Len() == 0 {
		return ""
	}
	line := h.Lines().At(h.Lines().Len() - 1)
	m := headingID.FindSubmatchIndex(line.Value(source))
	if m == nil || m[0] > 0 && source[line.Start+m[0]-1] == '\\' {
		return ""
	}
	from := line.Start + m[0]
	for n := h.LastChild(); n != nil; n = h.LastChild() {
		t, ok := n.(*ast.Text)
		if !ok || t.Segment.Stop <= from {
			break
		}
		if t.Segment.Start < from {
			t.Segment = t.Segment.WithStop(from)
			break
		}
		h.RemoveChild(h, n)
	}
	return string(source[line.Start+m[2] : line.Start+m[3]])
}

// slug is an id of words: letters and digits of ASCII, hyphens between them.
func slug(words string) string {
	s := strings.Trim(strings.Join(strings.FieldsFunc(strings.ToLower(words), func(r rune) bool {
		return !('a' <= r && r <= 'z' || '0' <= r && r <= '9')
	}), "-"), "-")
	if s == "" {
		return "heading"
	}
	return s
}

// once is an id that no other heading has.
func once(id string, taken map[string]bool) string {
	one := id
	for n := 2; taken[one]; n++ {
		one = fmt.Sprintf("%s-%d", id, n)
	}
	taken[one] = true
	return one
}
