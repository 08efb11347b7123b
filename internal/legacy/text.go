package legacy

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/text/encoding/charmap"

	"darksite/internal/ground/phrase"
)

// decode is text of a page in UTF-8. What is not that is Windows-1252, as which
// browsers read pages that say Latin-1.
func decode(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return fromWindows1252(s)
}

func fromWindows1252(s string) string {
	decoded, err := charmap.Windows1252.NewDecoder().String(s)
	if err != nil {
		return strings.ToValidUTF8(s, "\ufffd") // each byte is a character, so this is not reached
	}
	return decoded
}

// plain is text on one line: spaces are one, and what cannot be printed is a
// replacement character.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r):
			return utf8.RuneError
		}
		return r
	}, decode(s))
	return strings.Join(strings.Fields(s), " ")
}

// maxLabel is how much of a text from a page is kept, in characters.
const maxLabel = 200

// short is a text from a page as far as it fits a sentence, quoted.
func short(s string) string { return fmt.Sprintf("%q", phrase.Cut(plain(s), 60)) }

// label is a text from a page that is kept.
func label(s string) string { return phrase.Cut(plain(s), maxLabel) }

// textOf is the text in a node on one line, as a reader sees it.
func textOf(n *html.Node) string { return shown(raw(n, true)) }

// escape writes text for a page of any encoding that holds ASCII, as content
// or within quotes. An empty text stays one.
func escape(s string) string {
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
