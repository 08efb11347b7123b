package twiki

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/util"

	"darksite/internal/note"
)

// inline writes the inline content of a node.
func (m *markup) inline(parent ast.Node) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Text:
			m.text(note.Plain(n, m.source))
			switch {
			case n.HardLineBreak() && n.NextSibling() != nil:
				m.breakLine()
			case n.SoftLineBreak():
				m.text(" ")
			}
		case *ast.String:
			m.text(note.Plain(n, m.source))
		case *note.Formula:
			m.text(n.Written())
		case *ast.CodeSpan:
			m.code(n)
		case *ast.Emphasis:
			m.emphasis(n)
		case *extast.Strikethrough:
			m.wrapped("del", n)
		case *ast.Link:
			if note.Leads(n.Destination) {
				m.linkTo(string(util.URLEscape(n.Destination, true)), func(l *markup) { l.inline(n) })
			} else {
				m.inline(n)
			}
		case *ast.Image:
			m.picture(n)
		case *ast.AutoLink:
			address := string(n.URL(m.source))
			if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(address), "mailto:") {
				address = "mailto:" + address
			}
			m.linkTo(string(util.URLEscape([]byte(address), false)), func(l *markup) { l.text(string(n.Label(m.source))) })
		case *extast.TaskCheckBox:
			m.text(note.Task(n.IsChecked) + " ")
		case *extast.FootnoteLink:
			m.put("<sup>" + strconv.Itoa(n.Index) + "</sup>")
		case *ast.RawHTML:
			m.markup(n)
		case *extast.FootnoteBacklink:
		default:
			m.inline(n)
		}
	}
}

// breakLine writes a line break with spaces around it, between which TWiki sees
// its signs.
func (m *markup) breakLine() {
	m.text(" ")
	m.put("<br /> ")
}

// wrapped writes a node within a tag.
func (m *markup) wrapped(tag string, n ast.Node) {
	if n.FirstChild() == nil {
		return
	}
	m.put("<" + tag + ">")
	outside := m.tags
	m.tags = true
	m.inline(n)
	m.tags = outside
	m.put("</" + tag + ">")
}

// emphasis writes *bold*, _italic_ or __both__ where TWiki sees it, and tags
// elsewhere: within a word, before a bracket, inside another emphasis.
func (m *markup) emphasis(n *ast.Emphasis) {
	inner, sign, tags := ast.Node(n), "_", []string{"em"}
	if n.Level == 2 {
		sign, tags = "*", []string{"strong"}
	}
	if only, ok := n.FirstChild().(*ast.Emphasis); ok && only.NextSibling() == nil && only.Level != n.Level {
		inner, sign, tags = only, "__", []string{"strong", "em"}
	}
	m.flush(true)
	if !m.tags && m.free() && closes(n, m.source) {
		in := m.within(sign[0])
		in.tags = true
		in.inline(inner)
		in.flush(true)
		if signed(in.out) {
			m.put(sign + string(in.out) + sign)
			return
		}
	}
	for _, tag := range tags[:len(tags)-1] {
		m.put("<" + tag + ">")
	}
	m.wrapped(tags[len(tags)-1], inner)
	for i := len(tags) - 2; i >= 0; i-- {
		m.put("</" + tags[i] + ">")
	}
}

// within is for content that a sign comes before.
func (m *markup) within(before byte) *markup {
	in := *m
	in.out, in.pending, in.before, in.nop = nil, nil, before, false
	return &in
}

// signed says whether content can stand between two signs.
func signed(content []byte) bool {
	return len(content) > 0 && content[0] != ' ' && content[len(content)-1] != ' ' &&
		strings.IndexByte("*_=", content[0]) < 0 && strings.IndexByte("*_=", content[len(content)-1]) < 0
}

// closes says whether what follows a node lets TWiki see its closing sign: the
// end of the block, a space, or one of a few characters.
func closes(n ast.Node, source []byte) bool {
	next := n.NextSibling()
	if next == nil {
		return n.Parent().Type() == ast.TypeBlock
	}
	t, ok := next.(*ast.Text)
	if !ok {
		return false
	}
	s := note.Plain(t, source)
	if s == "" {
		return t.SoftLineBreak() || t.HardLineBreak()
	}
	return blank(rune(s[0])) || strings.IndexByte(".,?)", s[0]) >= 0
}

// code writes =code= where TWiki sees it, and a tag elsewhere.
func (m *markup) code(n *ast.CodeSpan) {
	var text strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			text.WriteString(strings.ReplaceAll(string(t.Segment.Value(m.source)), "\n", " "))
		}
	}
	m.flush(true)
	in := m.within('=')
	in.text(text.String())
	in.flush(true)
	if !m.tags && m.free() && closes(n, m.source) && signed(in.out) {
		m.put("=" + string(in.out) + "=")
		return
	}
	m.put("<code>" + string(in.out) + "</code>")
}

// markup writes HTML as it is written.
func (m *markup) markup(n ast.Node) {
	if written, shown := note.Markup(n, m.source); shown {
		m.text(written)
	}
}

// picture writes the words of a picture: TWiki would fetch it from wherever it is
// for everybody who looks at the topic.
func (m *markup) picture(n *ast.Image) {
	m.text("[picture")
	if n.FirstChild() != nil {
		m.text(": ")
		m.inline(n)
	}
	m.text("]")
}

func (m *markup) linkTo(address string, label func(*markup)) {
	to := m.links.resolve(address)
	if to == "" || m.label {
		label(m)
		return
	}
	m.flush(true)
	l := m.within('[')
	l.label = true
	label(l)
	l.flush(true)
	text := strings.TrimSpace(string(l.out))
	switch text {
	case "": // nobody would see it
		return
	case "0": // Perl takes it for no label
		text = "&#48;"
	}
	m.put("[[" + to + "][" + text + "]]")
}
