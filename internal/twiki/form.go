package twiki

import (
	"bytes"
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// form is a form of a page of the wiki.
type form struct {
	action   string     // as it is written
	hidden   url.Values // its hidden inputs
	password string     // the name of its password input, "" for none
}

// forms finds the forms of a page. Text areas hold text, not forms.
func forms(page []byte) (found []form) {
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return nil
	}
	for n := range root.Descendants() {
		if n.DataAtom != atom.Form {
			continue
		}
		f := form{action: attribute(n, "action"), hidden: url.Values{}}
		for in := range n.Descendants() {
			if in.DataAtom != atom.Input {
				continue
			}
			switch strings.ToLower(attribute(in, "type")) {
			case "hidden":
				f.hidden.Add(attribute(in, "name"), attribute(in, "value"))
			case "password":
				f.password = attribute(in, "name")
			}
		}
		found = append(found, f)
	}
	return found
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// maxMessage bounds what of a page is quoted in an error, in characters.
const maxMessage = 300

// message is what a page of the wiki says, from its first heading on: an oops
// page has what went wrong there.
func message(page []byte) string {
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return ""
	}
	var all, fromHeading strings.Builder
	heading := false
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		switch n.DataAtom {
		case atom.Script, atom.Style, atom.Form, atom.Head, atom.Noscript:
			return
		case atom.H1, atom.H2, atom.H3:
			heading = true
		}
		if n.Type == html.TextNode {
			all.WriteString(n.Data + " ")
			if heading {
				fromHeading.WriteString(n.Data + " ")
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(root)
	text := fromHeading.String()
	if strings.TrimSpace(text) == "" {
		text = all.String()
	}
	return oneLine(text)
}

// oneLine makes a text from elsewhere fit for an error.
func oneLine(s string) string {
	s = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.In(r, unicode.Cf):
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))), " ")
	if runes := []rune(s); len(runes) > maxMessage {
		s = string(runes[:maxMessage]) + "..."
	}
	return s
}
