package legacy

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// windows1252 are the characters of the bytes 0x80 to 0x9f (WHATWG Encoding
// standard, index windows-1252); all others are their own Unicode number. Pages
// that say Latin-1 are read so by every browser.
const windows1252 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ"

var highTable = []rune(windows1252)

// decode is text of a page in UTF-8. What is not that is Windows-1252.
func decode(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for _, c := range []byte(s) {
		if c >= 0x80 && c < 0xa0 {
			b.WriteRune(highTable[c-0x80])
		} else {
			b.WriteRune(rune(c))
		}
	}
	return b.String()
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

// cut shortens a text to so many characters.
func cut(s string, most int) string {
	n := 0
	for i := range s {
		if n++; n > most {
			return s[:i] + "..."
		}
	}
	return s
}

// short is a text from a page as far as it fits a sentence, quoted.
func short(s string) string { return fmt.Sprintf("%q", cut(plain(s), 60)) }

// label is a text from a page that is kept.
func label(s string) string { return cut(plain(s), maxLabel) }

// content is the text in a node on one line, as a reader sees it; tables in it
// are left out on demand.
func (n *node) content(tables bool) string { return shown(n.raw(tables)) }

// escape writes text for a page of any encoding that holds ASCII, as content
// or within quotes. An empty text stays one.
func escape(s string) string {
	var b strings.Builder
	for _, r := range label(s) {
		switch {
		case strings.ContainsRune(`&<>"'`, r) || r >= utf8.RuneSelf:
			fmt.Fprintf(&b, "&#%d;", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// hasWords tells whether a text says something: it holds a letter or a digit.
func hasWords(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}
