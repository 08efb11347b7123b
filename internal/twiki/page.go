package twiki

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"darksite/processing/chandra"
	"darksite/processing/quantity"

	extast "github.com/yuin/goldmark/extension/ast"
)

// Page is what a block says of a calibration. Texts are plain: what is markup
// in them is shown as characters. What is empty is left out.
type Page struct {
	ID chandra.ID
	// Title stands in the heading before the date, such as "ACA dark current
	// calibration".
	Title string
	// Level is that of the heading, 1 to 6; 0 is 2, "---++".
	Level int
	// Simulated tells that it rests on simulated telemetry, which the heading says.
	Simulated bool
	// Verdict is a line, Reasons are more of them.
	Verdict string
	Reasons []string
	// Rows are this calibration and those before it.
	Rows []Row
	// Changes are sentences on what changed since the calibration before.
	Changes []string
	// Notes are the analyst's, in Markdown without front matter. Links in them
	// are relative to the address of the first of Links.
	Notes string
	Links []Link
	// Provenance is a line on what made the numbers from what.
	Provenance string
}

// Link is an http or https address with a text.
type Link struct{ Text, Address string }

// Row is a line of the summary table; what is not known is shown as "unknown".
type Row struct {
	ID      chandra.ID
	Address string // of its page, may be empty
	// Measured tells that a map is at hand, which may have no peak; Simulated that its
	// telemetry was simulated.
	Measured, Simulated bool
	quantity.Numbers
}

// RowOf takes a line of the summary table from a map's statistics.
func RowOf(id chandra.ID, s quantity.Statistics) Row {
	return Row{ID: id, Measured: s.Pixels() > 0, Numbers: s.Numbers}
}

// bounds of what a page may hold, so that no text of an artifact fills a topic.
const (
	maxText  = 400 // characters of a sentence
	maxItems = 50  // sentences of a list
)

// Text is the block of a calibration, from the comment that begins it to the
// newline after the one that ends it. It is ASCII.
func Text(p Page) []byte {
	level := p.Level
	if level < 1 || level > maxHeading {
		level = 2
	}
	var links resolver
	var blocks []string
	add := func(block string) {
		if block != "" {
			blocks = append(blocks, block)
		}
	}
	title := p.ID.Date().Format("2006-Jan-02") + " (" + p.ID.Colon() + ")"
	if p.Simulated {
		title += ", simulated"
	}
	if p.Title != "" {
		title = p.Title + ", " + title
	}
	add("---" + strings.Repeat("+", level) + " " + sentence(title, ' '))
	if p.Verdict != "" {
		add("*" + sentence(p.Verdict, '*') + "*")
	}
	add(bullets(p.Reasons))
	add(summary(p.Rows, links))
	if changes := bullets(p.Changes); changes != "" {
		add("*Changes since the calibration before*")
		add(changes)
	}
	if notes := Markup(p.Notes, Options{Base: p.address(), Below: level + 1}); len(notes) > 0 {
		add("---" + strings.Repeat("+", min(maxHeading, level+1)) + " Notes")
		add(strings.TrimSuffix(string(notes), "\n"))
		if len(p.Notes) > MaxMarkdown {
			add("The notes are longer; the rest is on the page of the calibration.")
		}
	}
	var list []string
	for _, l := range p.Links {
		if to := linkMarkup(l, links); to != "" {
			list = append(list, to)
		}
	}
	add(strings.Join(list, " &#183; "))
	if p.Provenance != "" {
		add("<small> " + sentence(p.Provenance, ' ') + " </small>")
	}
	var b bytes.Buffer
	b.WriteString(beginMark(p.ID) + "\n")
	b.WriteString(strings.Join(blocks, "\n\n"))
	b.WriteString("\n" + endMark(p.ID) + "\n")
	return b.Bytes()
}

func (p Page) address() string {
	if len(p.Links) == 0 {
		return ""
	}
	return p.Links[0].Address
}

// sentence escapes a plain text that stands after a character on its line.
func sentence(s string, after byte) string {
	m := markup{before: after}
	m.text(bounded(strings.TrimSpace(s)))
	return m.finish()
}

// bounded cuts a text that is too long, with a count of what is left out.
func bounded(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	runes := []rune(s)
	if len(runes) <= maxText {
		return s
	}
	return string(runes[:maxText]) + "\u2026 (" + strconv.Itoa(len(runes)-maxText) + " more characters)"
}

// bullets is a list of sentences.
func bullets(sentences []string) string {
	var b strings.Builder
	more := max(0, len(sentences)-maxItems)
	for _, s := range sentences[:len(sentences)-more] {
		if text := sentence(s, ' '); text != "" {
			b.WriteString("   * " + unset(text) + "\n")
		}
	}
	if more > 0 {
		b.WriteString("   * " + strconv.Itoa(more) + " more on the page of the calibration.\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// summary is the table of the reports since 2009. Numbers have no commas, so
// that the wiki sorts them.
func summary(rows []Row, links resolver) string {
	if len(rows) == 0 {
		return ""
	}
	var b strings.Builder
	head, columns := []string{"Date (Year:DOY)"}, quantity.In(quantity.TWiki)
	// Reports before 2012 needed no numbers about the mode.
	if !slices.ContainsFunc(rows, func(r Row) bool { return r.Measured && r.Value(quantity.Peak) == nil }) {
		columns = slices.DeleteFunc(columns, func(q *quantity.Quantity) bool {
			return q.Key == quantity.PeakAboutMode || q.Key == quantity.MeanNearMode
		})
	}
	for _, q := range columns {
		if q.Level > 0 {
			head = append(head, q.Name)
		} else {
			head = append(head, fmt.Sprintf("%s (%s)", q.Head, q.Unit))
		}
	}
	var cells []cell
	for i, h := range head {
		align := extast.AlignRight
		if i == 0 {
			align = extast.AlignLeft
		}
		cells = append(cells, cell{sentence(h, '*'), align, true})
	}
	writeRow(&b, cells)
	for _, r := range rows {
		date := linkMarkup(Link{r.ID.Colon(), r.Address}, links)
		if r.Simulated {
			date += " simulated"
		}
		cells := []cell{{text: date}}
		for _, q := range columns {
			v := r.Value(q.Key)
			text := fixed(v, q.Decimals)
			if v == nil && r.Measured && q.MayLack {
				text = "none"
			}
			cells = append(cells, cell{text: text, align: extast.AlignRight})
		}
		writeRow(&b, cells)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// fixed writes a number with the decimals of the reports.
func fixed(v *float64, decimals int) string {
	if v == nil || math.IsNaN(*v) || math.IsInf(*v, 0) {
		return "unknown"
	}
	return sentence(strings.Replace(strconv.FormatFloat(*v, 'f', decimals, 64), "-", "\u2212", 1), ' ')
}

// linkMarkup is a link, or its text when the address is none to link to.
func linkMarkup(l Link, links resolver) string {
	m := markup{before: '\n', links: links}
	m.linkTo(l.Address, func(in *markup) { in.text(bounded(strings.TrimSpace(l.Text))) })
	return m.finish()
}
