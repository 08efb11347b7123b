package twiki

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
)

// maxHeading is TWiki's deepest heading.
const maxHeading = 6

// block writes a block of a document, without the newline that ends it; ""
// when it shows nothing.
func (r *blockRenderer) block(n ast.Node) string {
	switch n := n.(type) {
	case *ast.Heading:
		m := r.line(' ')
		m.inline(n)
		if title := m.finish(); title != "" {
			return "---" + strings.Repeat("+", min(maxHeading, r.below+n.Level)) + " " + title
		}
		return ""
	case *ast.Paragraph, *ast.TextBlock:
		m := r.line('\n')
		m.inline(n)
		return m.finish()
	case *ast.ThematicBreak:
		return "---"
	case *ast.CodeBlock:
		return codeBlock(r.lines(n.Lines()))
	case *ast.FencedCodeBlock:
		return codeBlock(r.lines(n.Lines()))
	case *ast.List:
		if simple(n) {
			var b strings.Builder
			r.list(&b, n, 1)
			return strings.TrimSuffix(b.String(), "\n")
		}
	case *extast.FootnoteList:
		var b strings.Builder
		r.items(&b, n, "1. ", 1)
		return "---\n" + strings.TrimSuffix(b.String(), "\n")
	case *extast.DefinitionList:
		return r.definitions(n)
	case *extast.Table:
		return r.table(n)
	case *ast.HTMLBlock:
		m := r.line('\n')
		m.markup(n)
		return m.finish()
	}
	m := r.line('\n')
	m.tags = true
	m.tagged(n)
	return m.finish()
}

// plainCode is code that <verbatim> keeps as it is. TWiki reads variables,
// metadata and settings inside it too when it reads the topic for another
// purpose than to show it, and beyond ASCII the wiki's character set counts.
var (
	plainCode = regexp.MustCompile(`^[\t\n !"#&'()*+,\-./0-9:;<=>?@A-Z\[\\\]^_a-z{|}~` + "`" + `]*$`)
	notPlain  = regexp.MustCompile(`(?im)verbatim|<!--|-->|^\s*\*\s+#?(?:Set|Local)\b`)
)

// codeBlock writes <verbatim>, or <pre> with entities for code that is not
// plain.
func codeBlock(code string) string {
	code = strings.Trim(code, "\n")
	if code == "" {
		return ""
	}
	if plainCode.MatchString(code) && !notPlain.MatchString(code) {
		return "<verbatim>\n" + code + "\n</verbatim>"
	}
	var b strings.Builder
	for line := range strings.SplitSeq(code, "\n") {
		b.WriteString("\n" + codeLine(line, " "))
	}
	return "<pre>" + b.String() + "\n</pre>"
}

// codeLine escapes a line of code with a string for a space.
func codeLine(line, space string) string {
	m := markup{}
	for _, r := range line {
		switch {
		case r == ' ':
			m.out = append(m.out, space...)
		case r == '\t':
			m.out = append(m.out, strings.Repeat(space, 4)...)
		case alnum(r), strings.ContainsRune(".,;'/+{}~`?", r):
			m.out = append(m.out, byte(r))
		default:
			m.entity(r)
		}
	}
	return string(m.out)
}

// table writes a table with TWiki's signs for headers and alignment.
func (r *blockRenderer) table(t *extast.Table) string {
	var b strings.Builder
	for row := t.FirstChild(); row != nil; row = row.NextSibling() {
		_, header := row.(*extast.TableHeader)
		var cells []cell
		for c := row.FirstChild(); c != nil; c = c.NextSibling() {
			m := r.line(' ')
			m.tags = true
			if header {
				m.before, m.nop = '*', true
			}
			m.inline(c)
			align := extast.AlignNone
			if c, ok := c.(*extast.TableCell); ok {
				align = c.Alignment
			}
			cells = append(cells, cell{m.finish(), align, header})
		}
		writeRow(&b, cells)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// cell is a cell of a table, its text as markup.
type cell struct {
	text   string
	align  extast.Alignment
	header bool
}

// writeRow writes a line of a table. Two spaces before a text shift it to the
// right, two on both sides to the middle.
func writeRow(b *strings.Builder, cells []cell) {
	for _, c := range cells {
		text := c.text
		if text == "" {
			text = "&nbsp;"
		}
		if c.header {
			text = "*" + text + "*"
		}
		switch c.align {
		case extast.AlignRight:
			text = " " + text
		case extast.AlignCenter:
			text = " " + text + " "
		}
		b.WriteString("| " + text + " ")
	}
	b.WriteString("|\n")
}

// definitions writes a definition list. TWiki has one line for each definition.
func (r *blockRenderer) definitions(list *extast.DefinitionList) string {
	var b strings.Builder
	for n := list.FirstChild(); n != nil; n = n.NextSibling() {
		m := r.line(' ')
		m.tags = true
		if _, term := n.(*extast.DefinitionTerm); !term {
			m.taggedBlocks(n)
			b.WriteString(" " + orSpace(m.finish()))
			continue
		}
		m.term = true
		m.inline(n)
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString("   $ " + orSpace(m.finish()) + ":")
		if _, two := n.NextSibling().(*extast.DefinitionTerm); two {
			b.WriteString(" &nbsp;")
		}
	}
	return b.String()
}

func orSpace(s string) string {
	if s == "" {
		return "&nbsp;"
	}
	return s
}
