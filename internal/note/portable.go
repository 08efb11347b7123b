package note

import (
	"html"
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"

	"darksite/internal/ground/phrase"
)

// Portable rewrites Markdown for another reader of CommonMark, tables and
// footnotes, such as Hugo, so that it comes out as this dialect has it: HTML is
// text with every sign escaped, comments are gone, tasks have their signs, and a
// formula is what the function writes for it, with the number of line ends that the
// formula has and that the rewritten one should have too, so that places in
// messages stay right. Hugo's shortcodes stay. Warnings are
// those of [Warnings] without the ones on pictures and links, which the other
// reader may show.
//
// What the function writes should be a shortcode, so that it is not rewritten in
// turn: what comments stood between may be HTML when they are gone.
func Portable(markdown string, formula func(f *Formula, lines int) string) (rewritten string, warnings []string) {
	const passes = 4
	for i := range passes {
		next, said := portable(markdown, formula)
		if i == 0 {
			warnings = said
		}
		if next == markdown {
			break
		}
		markdown = next
	}
	return markdown, warnings
}

// portable is one pass of [Portable].
func portable(markdown string, formula func(f *Formula, lines int) string) (rewritten string, said []string) {
	markdown = shallow(markdown)
	// Nothing within a shortcode is Markdown.
	source := []byte(markdown)
	for _, at := range shortcode.FindAllIndex(source, -1) {
		for i := at[0]; i < at[1]; i++ {
			if source[i] != '\n' {
				source[i] = 'x'
			}
		}
	}
	masked := string(source)
	tree := dialect(&writer{}).Parser().Parse(text.NewReader(source))
	type edit struct {
		from, to int
		by       string
	}
	var edits []edit
	ast.Walk(tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		replace := func(s text.Segment, shown bool) {
			line := string(s.Value(source))
			end := ""
			if strings.HasSuffix(line, "\n") {
				end = "\n"
			}
			by := ""
			if shown {
				by = escaped(strings.Trim(line, " \t\n"))
			}
			edits = append(edits, edit{s.Start, s.Stop, by + end})
		}
		switch n := n.(type) {
		case *Formula:
			if markdown[n.start:n.stop] == masked[n.start:n.stop] {
				edits = append(edits, edit{n.start, n.stop, formula(n, strings.Count(markdown[n.start:n.stop], "\n"))})
			}
		case *ast.Text:
			if !n.IsRaw() && strings.ContainsFunc(Plain(n, source), phrase.Hidden) {
				edits = append(edits, edit{n.Segment.Start, n.Segment.Stop, entity.ReplaceAllStringFunc(markdown[n.Segment.Start:n.Segment.Stop], func(e string) string {
					if strings.ContainsFunc(html.UnescapeString(e), phrase.Hidden) {
						return "\uFFFD"
					}
					return e
				})})
			}
		case *ast.RawHTML:
			_, shown := Markup(n, source)
			for i := range n.Segments.Len() {
				s := n.Segments.At(i)
				if shown {
					edits = append(edits, edit{s.Start, s.Stop, escaped(string(s.Value(source)))})
				} else {
					edits = append(edits, edit{s.Start, s.Stop, ""})
				}
			}
		case *ast.HTMLBlock:
			_, shown := Markup(n, source)
			for i := range n.Lines().Len() {
				replace(n.Lines().At(i), shown)
			}
			if n.HasClosure() {
				replace(n.ClosureLine, shown)
			}
		case *extast.TaskCheckBox:
			if p := n.Parent(); p != nil && p.Type() == ast.TypeBlock && p.Lines().Len() > 0 {
				at := p.Lines().At(0).Start
				at += strings.IndexByte(masked[at:], '[')
				edits = append(edits, edit{at, at + len("[x]"), Task(n.IsChecked)})
			}
		}
		return ast.WalkContinue, nil
	})
	slices.SortFunc(edits, func(a, b edit) int { return a.from - b.from })
	var b strings.Builder
	at := 0
	for _, e := range edits {
		if e.from < at {
			continue
		}
		b.WriteString(markdown[at:e.from] + e.by)
		at = e.to
	}
	b.WriteString(markdown[at:])
	for _, w := range warnings(tree, source) {
		if !w.media {
			said = append(said, w.String())
		}
	}
	return phrase.Shown(b.String()), said
}

// entity is a character by its number or name.
var entity = regexp.MustCompile(`&#?[0-9A-Za-z]+;`)

// shortcode is a call of Hugo's, "{{< name >}}" or "{{% name %}}".
var shortcode = regexp.MustCompile(`(?s)\{\{[<%].*?[>%]\}\}`)

// escaped is text whose signs mean nothing to a reader of Markdown.
func escaped(s string) string {
	var b strings.Builder
	for _, r := range s {
		if '!' <= r && r <= '/' || ':' <= r && r <= '@' || '[' <= r && r <= '`' || '{' <= r && r <= '~' {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
