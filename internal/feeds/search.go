package feeds

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"

	"darksite/internal/note"
	"darksite/internal/view"
)

// Bounds of the index, in characters: a reader loads all of it.
const (
	maxSearchSummary = 240
	maxSearchNote    = 600
	maxSearchProse   = 1200   // of one part of a page
	maxSearchAll     = 60_000 // of all prose
)

// searchEntry is something that can be found. Short names: there are many.
type searchEntry struct {
	Address string `json:"u"`           // under dark_cal/
	Title   string `json:"t"`           // shown
	Summary string `json:"s"`           // shown
	Words   string `json:"w,omitempty"` // searched too
	ID      string `json:"i,omitempty"` // "2015355", of a calibration
	Day     string `json:"d,omitempty"` // "2015-12-21"
}

// Page is one of prose: its path under dark_cal/ and its HTML.
type Page struct {
	Path string
	HTML []byte
}

// Search is what the search page looks in, of the calibrations, the old reports and
// the pages of prose: data as a script, for pages on a disk can fetch nothing.
func Search(site *view.Site, prose []Page) ([]byte, error) {
	found := []searchEntry{}
	for _, e := range slices.Backward(site.Entries()) {
		found = append(found, searchOf(&e))
	}
	for _, o := range site.OldReports {
		found = append(found, searchEntry{Address: o.Main, Title: o.Short + ", report of the time", Summary: limited(o.Title, maxSearchSummary),
			Words: strings.TrimSpace(o.Date + " " + o.Name + " " + o.Day), ID: string(o.ID)})
	}
	parts, err := searchProse(prose)
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(append(found, parts...)) // escapes < > & and line separators
	if err != nil {
		return nil, err
	}
	return slices.Concat([]byte("window.darksiteSearch = "), data, []byte(";\n")), nil
}

// searchOf is a calibration: its day in all forms, its verdict and its note.
func searchOf(c *view.Entry) searchEntry {
	day, address := c.ID.Date(), ""
	if c.Card != nil {
		address = c.Card.Address
	}
	e := searchEntry{
		Title: day.Format("2006 January 2") + " (" + c.ID.Colon() + ")",
		Words: fmt.Sprintf("%s %s %s %s", day.Format("Jan"), c.ID.Month(), string(c.ID)[4:], address),
		ID:    string(c.ID), Day: day.Format(time.DateOnly),
	}
	if c.Card == nil {
		e.Address, e.Summary = "index.html", "Numbers of reports; no map is at hand."
		return e
	}
	e.Address, e.Summary = address+"/index.html", limited(summaryOf(c.Card), maxSearchSummary)
	if words := noteText(c.Calibration.Note, maxSearchNote); words != "" {
		e.Words += " " + words
	}
	return e
}

// noteText is the words of a note without its markup, so many characters at most.
// One that is too long has been refused by its page.
func noteText(markdown string, most int) string {
	said, err := note.Render(markdown)
	if err != nil {
		return ""
	}
	return limited(said.Text, most)
}

// limited is plain text of so many characters at most.
func limited(s string, most int) string {
	n := 0
	for i := range s {
		if n++; n > most {
			s = s[:i]
			if at := strings.LastIndexByte(s, ' '); at > len(s)/2 {
				s = s[:at] // no half words
			}
			break
		}
	}
	return view.Printable(s, most)
}

// searchProse are the parts of the pages of prose, as far as there is room.
func searchProse(pages []Page) (entries []searchEntry, err error) {
	left := maxSearchAll
	for _, p := range pages {
		doc, err := html.Parse(bytes.NewReader(p.HTML))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.Path, err)
		}
		for _, e := range partsOf(doc, p.Path) {
			if left -= len(e.Summary) + len(e.Words); left < 0 {
				return entries, nil
			}
			entries = append(entries, e)
		}
	}
	return entries, nil
}

// partsOf splits a page at its headings of the second level.
func partsOf(doc *html.Node, address string) (entries []searchEntry) {
	var title string
	var words strings.Builder
	now := searchEntry{Address: address}
	end := func() {
		text := strings.Join(strings.Fields(words.String()), " ")
		words.Reset()
		if now.Title == "" || text == "" {
			return
		}
		now.Words = limited(text, maxSearchProse)
		now.Summary = limited(text, maxSearchSummary)
		if len(now.Words) > len(now.Summary) {
			now.Summary += "…"
		} else {
			now.Words = ""
		}
		entries = append(entries, now)
	}
	inMain := false
	var visit func(*html.Node)
	visit = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode && inMain:
			words.WriteString(n.Data)
			return
		case n.Type != html.ElementNode:
		case n.Data == "math":
			words.WriteString(writtenMath(n))
			return
		case n.Data == "script" || n.Data == "style" || n.Data == "nav" || hasClass(n, "anchor"):
			return
		case n.Data == "main":
			inMain = true
		case n.Data == "h1" && inMain:
			title = limited(textIn(n), maxSearchSummary)
			now.Title = title
			return
		case n.Data == "h2" && inMain:
			end()
			now = searchEntry{Address: address, Title: title + ": " + limited(textIn(n), maxSearchSummary)}
			for _, a := range n.Attr {
				if a.Key == "id" {
					now.Address += "#" + view.EscapePath(a.Val)
				}
			}
			return
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			visit(c)
		}
		if n.Type == html.ElementNode {
			words.WriteByte(' ')
		}
		if n.Type == html.ElementNode && n.Data == "main" {
			inMain = false
		}
	}
	visit(doc)
	end()
	return entries
}

// textIn is the text of an element without its anchor.
func textIn(n *html.Node) string {
	var b strings.Builder
	var visit func(*html.Node)
	visit = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		} else if n.Data == "math" {
			b.WriteString(writtenMath(n))
			return
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if !hasClass(c, "anchor") {
				visit(c)
			}
		}
	}
	visit(n)
	return strings.Join(strings.Fields(b.String()), " ")
}

// writtenMath is the TeX that a formula was made of, with its dollars: MathML has it
// as an annotation.
func writtenMath(math *html.Node) string {
	for n := range math.Descendants() {
		if n.Type == html.ElementNode && n.Data == "annotation" {
			dollars := "$"
			if slices.ContainsFunc(math.Attr, func(a html.Attribute) bool { return a.Key == "display" && a.Val == "block" }) {
				dollars = "$$"
			}
			return dollars + strings.TrimSpace(textIn(n)) + dollars
		}
	}
	return ""
}

func hasClass(n *html.Node, class string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool {
		return a.Key == "class" && slices.Contains(strings.Fields(a.Val), class)
	})
}
