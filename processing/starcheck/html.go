package starcheck

import (
	"bytes"

	"golang.org/x/net/html"
)

// looksLikeHTML tells by the first kilobyte.
func looksLikeHTML(content []byte) bool {
	head := bytes.ToLower(bytes.TrimSpace(content[:min(len(content), 1024)]))
	for _, mark := range []string{"<!doctype", "<html", "<head", "<pre", "<body"} {
		if bytes.Contains(head, []byte(mark)) {
			return true
		}
	}
	return false
}

// ruler is the separator of blocks; HTML has a rule in its place.
const ruler = "\n====================================================================================\n"

// plain is the text of a page of HTML: its lines are those of its preformatted
// parts, and tags within a line leave no trace.
func plain(content []byte) []byte {
	z := html.NewTokenizer(bytes.NewReader(content))
	var out bytes.Buffer
	hidden := 0 // of nested parts that are no text
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			return out.Bytes() // the end; a tokenizer takes all else
		case html.TextToken:
			if hidden == 0 {
				out.Write(z.Text())
			}
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
			name, _ := z.TagName()
			switch string(name) {
			case "script", "style", "title":
				if kind == html.StartTagToken {
					hidden++
				} else if kind == html.EndTagToken && hidden > 0 {
					hidden--
				}
			case "hr":
				out.WriteString(ruler)
			case "br", "p", "pre", "table", "tr", "td", "th", "div", "li", "ul", "h1", "h2", "h3", "h4":
				out.WriteByte('\n')
			}
		}
	}
}
