package twiki

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
)

// maxDepth is how deep tags are nested. Text that lies deeper is kept.
const maxDepth = 32

// simple says whether TWiki's own lists can show a list: numbers begin with 1,
// and within an item nothing follows a list.
func simple(list *ast.List) bool {
	queue := []*ast.List{list}
	for len(queue) > 0 {
		l := queue[0]
		queue = queue[1:]
		if l.IsOrdered() && l.Start != 1 {
			return false
		}
		for item := l.FirstChild(); item != nil; item = item.NextSibling() {
			for n := item.FirstChild(); n != nil; n = n.NextSibling() {
				inner, ok := n.(*ast.List)
				if !ok {
					continue
				}
				if _, list := n.NextSibling().(*ast.List); n.NextSibling() != nil && !list {
					return false
				}
				queue = append(queue, inner)
			}
		}
	}
	return true
}

func (r *blockRenderer) list(b *strings.Builder, l *ast.List, level int) {
	sign := "* "
	if l.IsOrdered() {
		sign = "1. "
	}
	r.items(b, l, sign, level)
}

// items writes the children of a list, a line each, and the lists within them.
func (r *blockRenderer) items(b *strings.Builder, list ast.Node, sign string, level int) {
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		m := r.line(' ')
		var inner []*ast.List
		for n := item.FirstChild(); n != nil; n = n.NextSibling() {
			l, ok := n.(*ast.List)
			if ok && sameKind(list) {
				inner = append(inner, l)
				continue
			}
			m.apart(func() {
				switch n.(type) {
				case *ast.Paragraph, *ast.TextBlock:
					m.inline(n)
				default:
					m.tags = true
					m.tagged(n)
					m.tags = false
				}
			})
		}
		b.WriteString(strings.Repeat("   ", level) + sign + unset(orSpace(m.finish())) + "\n")
		for _, l := range inner {
			r.list(b, l, level+1)
		}
	}
}

// apart writes content after a line break, if there is any and something before.
func (m *markup) apart(content func()) {
	m.flush(true)
	before := len(m.out)
	if before > 0 {
		m.breakLine()
	}
	written := len(m.out)
	content()
	if len(m.out) == written && len(m.pending) == 0 {
		m.out = m.out[:before]
	}
}

// sameKind says whether the lists within an item of the list are its own kind;
// those of a footnote become tags.
func sameKind(list ast.Node) bool {
	_, ok := list.(*ast.List)
	return ok
}

// setting is how an item begins that TWiki reads as a setting of the topic,
// such as who may see it.
var setting = regexp.MustCompile(`(?i)^#?(?:Set|Local)\b`)

// unset keeps an item from being a setting.
func unset(item string) string {
	if !setting.MatchString(item) {
		return item
	}
	return "&#" + strconv.Itoa(int(item[0])) + ";" + item[1:]
}

// tagged writes a block as HTML on one line, for places where TWiki's lines
// cannot be: in a quotation, or within an item of a list.
func (m *markup) tagged(n ast.Node) {
	m.depth++
	defer func() { m.depth-- }()
	switch n := n.(type) {
	case *ast.Heading:
		m.wrapped("strong", n)
	case *ast.Paragraph, *ast.TextBlock:
		m.inline(n)
	case *ast.ThematicBreak:
		m.text(" ")
		m.put("<hr /> ")
	case *ast.CodeBlock:
		m.codeLines((&blockRenderer{source: m.source}).lines(n.Lines()))
	case *ast.FencedCodeBlock:
		m.codeLines((&blockRenderer{source: m.source}).lines(n.Lines()))
	case *ast.List:
		open, shut := "<ul>", "</ul>"
		if n.IsOrdered() {
			open, shut = "<ol>", "</ol>"
			if n.Start != 1 {
				open = `<ol start="` + strconv.Itoa(n.Start) + `">`
			}
		}
		m.children(n, open, shut, "<li>", "</li>")
	case *ast.Blockquote:
		m.enclosed("<blockquote> ", " </blockquote>", func() { m.taggedBlocks(n) })
	case *extast.Table:
		m.enclosed(`<table border="1">`, "</table>", func() {
			for row := n.FirstChild(); row != nil; row = row.NextSibling() {
				tag := "td"
				if _, header := row.(*extast.TableHeader); header {
					tag = "th"
				}
				m.children(row, "<tr>", "</tr>", "<"+tag+">", "</"+tag+">")
			}
		})
	case *extast.DefinitionList:
		m.enclosed("<dl>", "</dl>", func() {
			for c := n.FirstChild(); c != nil; c = c.NextSibling() {
				if _, term := c.(*extast.DefinitionTerm); term {
					m.wrapped("dt", c)
				} else {
					m.enclosed("<dd>", "</dd>", func() { m.taggedBlocks(c) })
				}
			}
		})
	case *ast.HTMLBlock:
		m.markup(n)
	default:
		m.taggedBlocks(n)
	}
}

// taggedBlocks writes the blocks within a node one after the other.
func (m *markup) taggedBlocks(n ast.Node) {
	if c := n.FirstChild(); c != nil && c.Type() == ast.TypeInline {
		m.inline(n)
		return
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if _, paragraph := c.(*ast.Paragraph); paragraph && c.PreviousSibling() != nil {
			m.apart(func() { m.tagged(c) })
			continue
		}
		if c.PreviousSibling() != nil {
			m.text(" ")
		}
		m.tagged(c)
	}
}

func (m *markup) children(n ast.Node, open, shut, before, after string) {
	m.enclosed(open, shut, func() {
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			m.enclosed(before, after, func() { m.taggedBlocks(c) })
		}
	})
}

// enclosed writes tags around content that is not too deep for them.
func (m *markup) enclosed(open, shut string, content func()) {
	if m.depth > maxDepth {
		m.text(" ")
		content()
		return
	}
	m.put(open)
	content()
	m.put(shut)
}

// codeLines writes code on one line.
func (m *markup) codeLines(code string) {
	code = strings.Trim(code, "\n")
	if code == "" {
		return
	}
	var lines []string
	for line := range strings.SplitSeq(code, "\n") {
		lines = append(lines, codeLine(line, "&nbsp;"))
	}
	m.put("<code>" + strings.Join(lines, "<br />") + "</code>")
}
