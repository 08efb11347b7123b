package note

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"

	"darksite/internal/ground/phrase"
)

// headingShift puts a note's headings below those of its section.
const headingShift = 2

// writer renders what differs from goldmark's own HTML, and keeps the formulas
// for the templates: each is a NUL in the HTML, which no other text can have.
type writer struct {
	formulas []Part
}

func (w *writer) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(kindFormula, w.formula)
	r.Register(ast.KindHeading, w.heading)
	r.Register(ast.KindImage, w.picture)
	r.Register(ast.KindLink, w.link)
	r.Register(ast.KindAutoLink, w.address)
	r.Register(ast.KindRawHTML, w.rawHTML)
	r.Register(ast.KindHTMLBlock, w.htmlBlock)
	r.Register(extast.KindTaskCheckBox, w.task)
	r.Register(extast.KindTable, w.table)
	r.Register(extast.KindTableCell, w.cell)
}

func (w *writer) formula(out util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		f := n.(*Formula)
		w.formulas = append(w.formulas, Part{TeX: f.TeX, Display: f.Display})
		out.WriteByte(0)
	}
	return ast.WalkSkipChildren, nil
}

// heading has an id that begins as all ids of a note.
func (w *writer) heading(out util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	h := n.(*ast.Heading)
	level := min(h.Level+headingShift, 6)
	if !entering {
		fmt.Fprintf(out, "</h%d>\n", level)
		return ast.WalkContinue, nil
	}
	fmt.Fprintf(out, "<h%d", level)
	if id, ok := h.AttributeString("id"); ok {
		fmt.Fprintf(out, ` id="%s"`, util.EscapeHTML(id.([]byte)))
	}
	out.WriteByte('>')
	return ast.WalkContinue, nil
}

// schemes may stand at the beginning of a link; one without any leads to a file
// of the site.
var schemes = []string{"http", "https", "mailto"}

// Leads tells whether a link may be followed.
func Leads(destination []byte) bool {
	u, err := url.Parse(string(destination))
	return err == nil && len(destination) > 0 && (u.Scheme == "" && u.Host == "" || slices.Contains(schemes, strings.ToLower(u.Scheme)))
}

// link leaves the words of one that must not be followed.
func (w *writer) link(out util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	l := n.(*ast.Link)
	switch {
	case !Leads(l.Destination):
	case entering:
		fmt.Fprintf(out, `<a href="%s"`, util.EscapeHTML(util.URLEscape(l.Destination, true)))
		if len(l.Title) > 0 {
			fmt.Fprintf(out, ` title="%s"`, util.EscapeHTML(l.Title))
		}
		out.WriteByte('>')
	default:
		out.WriteString("</a>")
	}
	return ast.WalkContinue, nil
}

// address is a link that shows itself.
func (w *writer) address(out util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	l := n.(*ast.AutoLink)
	shown, to := util.EscapeHTML(l.Label(source)), l.URL(source)
	if l.AutoLinkType == ast.AutoLinkEmail && !bytes.HasPrefix(bytes.ToLower(to), []byte("mailto:")) {
		to = append([]byte("mailto:"), to...)
	}
	if Leads(to) {
		fmt.Fprintf(out, `<a href="%s">%s</a>`, util.EscapeHTML(util.URLEscape(to, false)), shown)
	} else {
		out.Write(shown)
	}
	return ast.WalkContinue, nil
}

// picture leaves the words: pages show nothing that is not theirs.
func (w *writer) picture(out util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		out.WriteString(pictureOpen(n))
	} else {
		out.WriteByte(']')
	}
	return ast.WalkContinue, nil
}

// rawHTML shows HTML as it is written, so that nothing that was said gets lost: it
// may be no HTML at all ("a <b and c> d").
func (w *writer) rawHTML(out util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if written, shown := Markup(n, source); entering && shown {
		out.Write(util.EscapeHTML([]byte(written)))
	}
	return ast.WalkSkipChildren, nil
}

func (w *writer) htmlBlock(out util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if written, shown := Markup(n, source); entering && shown {
		fmt.Fprintf(out, "<p>%s</p>\n", util.EscapeHTML([]byte(written)))
	}
	return ast.WalkContinue, nil
}

// task is a sign and no control: pages of notes have nothing to fill in.
func (w *writer) task(out util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		out.WriteString(Task(n.(*extast.TaskCheckBox).IsChecked) + " ")
	}
	return ast.WalkContinue, nil
}

// table scrolls within itself on a narrow screen.
func (w *writer) table(out util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		out.WriteString("<div class=\"scroll\" role=\"region\" aria-label=\"Table\" tabindex=\"0\">\n<table>\n")
	} else {
		out.WriteString("</table>\n</div>\n")
	}
	return ast.WalkContinue, nil
}

// cell says alignment by class: pages have no inline styles.
func (w *writer) cell(out util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	c := n.(*extast.TableCell)
	tag, scope := "td", ""
	if n.Parent().Kind() == extast.KindTableHeader {
		tag, scope = "th", ` scope="col"`
	}
	if !entering {
		fmt.Fprintf(out, "</%s>\n", tag)
		return ast.WalkContinue, nil
	}
	class := ""
	if c.Alignment == extast.AlignRight {
		class = ` class="number"`
	}
	fmt.Fprintf(out, "<%s%s%s>", tag, scope, class)
	return ast.WalkContinue, nil
}

// parts cuts HTML at its formulas.
func (w *writer) parts(page string) []Part {
	var parts []Part
	pieces := strings.Split(page, "\x00")
	for i, piece := range pieces {
		if piece != "" {
			parts = append(parts, Part{HTML: phrase.Shown(piece)})
		}
		if i < len(w.formulas) && i < len(pieces)-1 {
			f := w.formulas[i]
			f.TeX = phrase.Shown(f.TeX)
			parts = append(parts, f)
		}
	}
	return parts
}
