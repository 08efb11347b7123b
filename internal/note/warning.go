package note

import (
	"bytes"
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"

	"darksite/internal/ground/phrase"
)

// A warning is a sentence about something at a line of a text.
type warning struct {
	line int
	says string
	// media is about what another reader of the text may show.
	media bool
}

// Warnings are sentences about what of a text is not shown as its author may
// expect, the same whatever is made of it, each with its line.
func Warnings(tree ast.Node, source []byte) (list []string) {
	for _, w := range warnings(tree, source) {
		list = append(list, w.String())
	}
	return list
}

func (w warning) String() string { return fmt.Sprintf("line %d: %s", w.line, w.says) }

// warnings are in the order of their lines. Markup and hidden characters are named
// where they first are.
func warnings(tree ast.Node, source []byte) (list []warning) {
	at := 0 // the place of the node, or of the last one that knows its own
	warn := func(format string, args ...any) *warning {
		list = append(list, warning{line: lineAt(source, at), says: fmt.Sprintf(format, args...)})
		return &list[len(list)-1]
	}
	markup := false
	hidden := map[rune]bool{}
	ids := map[string]int{}
	ast.Walk(tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		if place := placeOf(n); place >= 0 {
			at = place
		}
		for i, r := range shownBy(n, source) {
			if phrase.Hidden(r) && !hidden[r] {
				hidden[r] = true
				w := warn("the character U+%04X is shown as U+FFFD: delete it, for nobody sees it where it stands or it changes how the text is read", r)
				if n.Type() == ast.TypeBlock { // of several lines
					w.line += strings.Count(shownBy(n, source)[:i], "\n")
				}
			}
		}
		switch n := n.(type) {
		case *ast.Text:
			if m := noLink.Find(n.Segment.Value(source)); m != nil && !n.IsRaw() {
				warn("%s is no link, for its address has blanks: write (<%s>)", phrase.Quoted(string(m)), strings.Trim(string(m), "]()"))
			}
		case *ast.Image:
			warn("the picture %s is not shown: link to it instead", phrase.Quoted(string(n.Destination))).media = true
		case *ast.Link:
			if !Leads(n.Destination) {
				warn("the link to %s is left out: want an http, https, mailto or relative address", phrase.Quoted(string(n.Destination))).media = true
			}
		case *ast.RawHTML, *ast.HTMLBlock:
			if written, shown := Markup(n, source); shown && !markup {
				markup = true
				warn("%s is shown as it is written: the text is Markdown without HTML", phrase.Quoted(written))
			}
		case *ast.Heading:
			if line := ids[idPrefix+written(n)]; line > 0 {
				warn("the id {#%s} is taken by the heading of line %d, where links to it lead: give this heading another", written(n), line)
			}
			if id, ok := n.AttributeString("id"); ok {
				ids[string(id.([]byte))] = lineAt(source, at)
			}
		case *extast.TableRow:
			if lost := lostCells(n, source); lost != "" {
				warn("the table has %s and this row more, so %s is not shown: write \\| for a line that parts no cells, also in formulas and code, or give the header more cells",
					phrase.Plural(len(n.Alignments), "column", "columns"), phrase.Quoted(lost))
			}
		}
		return ast.WalkContinue, nil
	})
	if doc, ok := tree.(*ast.Document); ok {
		notes, _ := doc.Meta()[unused].([]*extast.Footnote)
		for _, n := range notes {
			at = max(0, n.Pos())
			warn("the footnote [^%s] is not shown, for no text refers to it, or another has its name", phrase.Short(string(n.Ref)))
		}
	}
	slices.SortStableFunc(list, func(a, b warning) int { return cmp.Compare(a.line, b.line) })
	return list
}

// noLink is the end of what somebody took for a link.
var noLink = regexp.MustCompile(`\]\([^\s()<>"']+(?: +[^\s()<>"']+)+\)`)

// LineOfLink is the line of the first link of a text whose address is the one that is
// looked for, 0 for none.
func LineOfLink(markdown string, is func(address string) bool) (line int) {
	tree, source := Tree(markdown)
	at := 0
	ast.Walk(tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		if place := placeOf(n); place >= 0 {
			at = place
		}
		link, ok := n.(*ast.Link)
		if !ok || !is(string(link.Destination)) {
			return ast.WalkContinue, nil
		}
		// The words of a link are nearer to it than what stands before it.
		if text, ok := link.FirstChild().(*ast.Text); ok {
			at = text.Segment.Start
		}
		line = lineAt(source, at)
		return ast.WalkStop, nil
	})
	return line
}

// placeOf is where a node begins in the source, -1 when it does not know.
func placeOf(n ast.Node) int {
	switch n := n.(type) {
	case *ast.Text:
		return n.Segment.Start
	case *ast.RawHTML:
		if n.Segments.Len() > 0 {
			return n.Segments.At(0).Start
		}
	case *Formula:
		return n.start
	}
	if n.Type() == ast.TypeBlock && n.Lines() != nil && n.Lines().Len() > 0 {
		return n.Lines().At(0).Start
	}
	return n.Pos()
}

// shownBy is the text that a node itself shows.
func shownBy(n ast.Node, source []byte) string {
	switch n := n.(type) {
	case *ast.Text, *ast.String:
		return Plain(n, source)
	case *Formula:
		return n.TeX
	case *ast.AutoLink:
		return string(n.Label(source))
	case *ast.RawHTML, *ast.HTMLBlock:
		if written, shown := Markup(n, source); shown {
			return written
		}
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		return string(n.Lines().Value(source))
	}
	return ""
}

// lostCells is what stands behind the last column of a table's row.
func lostCells(row *extast.TableRow, source []byte) string {
	cells := row.ChildCount()
	last := row.LastChild()
	if cells < len(row.Alignments) || last == nil || last.Lines() == nil || last.Lines().Len() == 0 {
		return ""
	}
	rest, _, _ := bytes.Cut(source[last.Lines().At(0).Stop:], []byte("\n"))
	_, rest, _ = bytes.Cut(rest, []byte("|")) // the end of the last column
	return strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(string(rest)), "|"))
}

// lineAt is the line of a byte, from 1.
func lineAt(source []byte, at int) int {
	return 1 + bytes.Count(source[:min(at, len(source))], []byte("\n"))
}
