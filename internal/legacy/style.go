package legacy

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Style is how a list in a page is written, so that it can be written anew as
// whoever made the page would have.
type Style struct {
	Open, Close string // around each link: <LI> and </LI>, or nothing
	Between     string // two items: an end of line, <br>, a comma
	Break       string // after the first marker and before the last
	Attributes  string // of each link, with a space before them
	Upper       bool   // A HREF, not a href
	Quote       string // around the values of attributes
	NewestFirst bool
}

// plainStyle is used where there is nothing to learn from.
func plainStyle(newline string) Style {
	return Style{Open: "<li>", Close: "</li>", Between: newline, Break: newline, Quote: `"`, NewestFirst: true}
}

// Block writes a list as it goes between the markers, in the order of the
// style; the order in which it is given does not matter. Texts, titles and
// notes are escaped, and cut at 200 characters. An address that is none is an
// error.
func (s *Style) Block(links []Link) ([]byte, error) {
	links = sorted(links)
	if s.NewestFirst {
		slices.Reverse(links)
	}
	a, href, title := "a", "href", "title"
	if s.Upper {
		a, href, title = "A", "HREF", "TITLE"
	}
	var b bytes.Buffer
	b.WriteString(s.Break)
	for i, l := range links {
		if err := checkAddress(l.Address); err != nil {
			return nil, err
		}
		if i > 0 {
			b.WriteString(s.Between)
		}
		fmt.Fprintf(&b, "%s<%s%s %s=%s%s%s", s.Open, a, s.Attributes, href, s.Quote, escapeAddress(l.Address), s.Quote)
		if l.Title != "" {
			fmt.Fprintf(&b, " %s=%s%s%s", title, s.Quote, escape(l.Title), s.Quote)
		}
		// A link needs words to be seen.
		fmt.Fprintf(&b, ">%s</%s>", escape(cmp.Or(plain(l.Text), l.Address)), a)
		if note := escape(l.Note); note != "" {
			if !strings.ContainsAny(note[:1], ",;:.)") {
				b.WriteByte(' ')
			}
			b.WriteString(note)
		}
		b.WriteString(s.Close)
	}
	if len(links) > 0 {
		b.WriteString(s.Break)
	}
	return b.Bytes(), nil
}

// escapeAddress keeps all of an address, however long.
func escapeAddress(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune(`&<>"'`, r) || r > 0x7e {
			fmt.Fprintf(&b, "&#%d;", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Fragment is the list as a whole element of HTML, for pages that include it.
func Fragment(links []Link) ([]byte, error) {
	s := plainStyle("\n")
	block, err := s.Block(links)
	if err != nil {
		return nil, err
	}
	return slices.Concat([]byte("<ul>"), block, []byte("</ul>\n")), nil
}

// Markup that is repeated around every link. Anything else stands once.
var (
	wrappers   = words("li dt dd p b strong i em u tt code font small big span nobr")
	endless    = words("li dt dd p")
	decoration = words("class align type color face size")
)

// skeleton is the markup of some bytes beside the words, and the tags that were
// left out because they are not to be repeated.
func skeleton(part []byte) (kept string, dropped []string) {
	var b strings.Builder
	z := html.NewTokenizer(bytes.NewReader(part))
	for {
		token := z.Next()
		raw := string(z.Raw())
		switch token {
		case html.ErrorToken:
			return b.String(), dropped
		case html.TextToken:
			if !hasWords(decode(string(z.Text()))) {
				b.WriteString(raw)
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			t := z.Token()
			ok := wrappers[t.Data]
			for _, a := range t.Attr {
				ok = ok && decoration[a.Key]
			}
			if ok {
				b.WriteString(raw)
			} else if token != html.EndTagToken {
				dropped = append(dropped, t.Data)
			}
		}
	}
}

// closed tells whether all that is opened before a link is closed behind it.
func closed(before, after string) bool {
	var open []string
	z := html.NewTokenizer(strings.NewReader(before + after))
	for {
		switch token := z.Next(); token {
		case html.ErrorToken:
			return len(open) == 0
		case html.StartTagToken, html.EndTagToken:
			name, _ := z.TagName()
			tag := string(name)
			switch {
			case endless[tag]:
			case token == html.StartTagToken:
				open = append(open, tag)
			case len(open) == 0 || open[len(open)-1] != tag:
				return false
			default:
				open = open[:len(open)-1]
			}
		}
	}
}

// between is what parts two items, without comments and words.
func between(part []byte) string {
	var b strings.Builder
	z := html.NewTokenizer(bytes.NewReader(part))
	for {
		token := z.Next()
		raw := string(z.Raw())
		switch token {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			if !hasWords(decode(string(z.Text()))) {
				b.WriteString(raw)
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			if name, more := z.TagName(); string(name) == "br" && !more {
				b.WriteString(raw)
			}
		}
	}
}

// most is the most frequent of a list, the first of those that are.
func most(list []string) string {
	count := map[string]int{}
	best := ""
	for i, s := range list {
		count[s]++
		if i == 0 {
			best = s
		}
	}
	for _, s := range list {
		if count[s] > count[best] {
			best = s
		}
	}
	return best
}

// style learns from a run. What it has too little of to learn from is as in
// the plain style.
func (f *finder) style(r run, breaks string) Style {
	s := plainStyle(breaks)
	var arounds, betweens, attributes, quotes []string
	upper, rising, falling := 0, 0, 0
	before := ""
	for n, i := range r.items {
		open, _ := skeleton(f.page[i.from:i.link.from])
		end, _ := skeleton(f.page[f.end(i.link):i.to])
		if closed(open, end) {
			arounds = append(arounds, open+"\x00"+end)
		}
		if n > 0 {
			betweens = append(betweens, between(f.page[r.items[n-1].to:i.from]))
		}
		raw := f.page[i.link.from:i.link.inner]
		if raw[1] == 'A' {
			upper++
		}
		quote := `"`
		if bytes.Contains(raw, []byte("='")) && !bytes.Contains(raw, []byte(`="`)) {
			quote = "'"
		}
		quotes = append(quotes, quote)
		attributes = append(attributes, f.attributes(i.link, quote))
		at := (&Link{Address: i.directory}).order()
		if n > 0 && at > before {
			rising++
		} else if n > 0 && at < before {
			falling++
		}
		before = at
	}
	s.Upper = 2*upper > len(r.items)
	s.NewestFirst = falling >= rising
	s.Quote, s.Attributes = most(quotes), most(attributes)
	s.Open, s.Close = "", ""
	if len(arounds) > 0 {
		s.Open, s.Close, _ = strings.Cut(most(arounds), "\x00")
	} else if r.listed {
		s.Open, s.Close = f.tagOf(r.items[0])
	}
	switch {
	case len(betweens) > 0:
		s.Between = most(betweens)
	case !r.listed && s.Upper:
		s.Between = "<BR>" + breaks
	case !r.listed:
		s.Between = "<br>" + breaks
	}
	if !r.listed && s.Between == "" {
		s.Between = " " // links must not touch
	}
	return s
}

// tagOf is the bare tag that an item begins with.
func (f *finder) tagOf(i item) (open, end string) {
	z := html.NewTokenizer(bytes.NewReader(f.page[i.from:i.to]))
	z.Next()
	name := string(f.page[i.from+1 : i.from+1+len(z.Token().Data)])
	return "<" + name + ">", "</" + name + ">"
}

// attributes of a link that all others of a list share.
func (f *finder) attributes(a *node, quote string) string {
	var b strings.Builder
	for _, at := range a.attr {
		if key := at.Key; key == "class" || key == "target" {
			if f.page[a.from+1] == 'A' {
				key = strings.ToUpper(key)
			}
			fmt.Fprintf(&b, " %s=%s%s%s", key, quote, escapeAddress(at.Val), quote)
		}
	}
	return b.String()
}
