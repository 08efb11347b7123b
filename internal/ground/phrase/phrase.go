package phrase

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// Integer is what can be counted.
type Integer interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64
}

// Count writes a count with a comma between groups of three digits: "-1,234".
func Count[N Integer](n N) string {
	s := strconv.FormatInt(int64(n), 10)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// Plural is a count with the word that goes with it: "1 row", "2,000 rows".
func Plural[N Integer](n N, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Count(n) + " " + many
}

// List names things, at most some of them: "a, b and 3 more".
func List(names []string, most int) string {
	more := len(names) - most
	if more <= 0 {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), more)
}

// Printable reports whether a text is one line of visible characters. What is
// not UTF-8 is not printable.
func Printable(s string) bool { return Line(s) == s }

// Line is a text with U+FFFD for what could mislead a terminal: line ends,
// control characters, those that turn the direction of writing, and bytes that
// are not UTF-8.
func Line(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, s)
}

// Hidden reports whether a character of a text would be seen by nobody, or would
// change how others are read: control characters, those that turn the direction of
// writing, blanks of no width, characters of private use and those that are none.
// The joiners and the soft hyphen, which emoji and words need, are not among them.
func Hidden(r rune) bool {
	switch r {
	case '\t', '\n', '\r', '\u00ad', '\u200c', '\u200d':
		return false
	}
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Cs, unicode.Co) ||
		r&0xFFFE == 0xFFFE || 0xFDD0 <= r && r <= 0xFDEF || r > unicode.MaxRune
}

// Shown is a text as it is published, with U+FFFD for what is [Hidden].
func Shown(s string) string {
	return strings.Map(func(r rune) rune {
		if Hidden(r) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

// Cut is a text of at most so many characters, with "..." where it was cut.
func Cut(s string, most int) string {
	n := 0
	for i := range s {
		if n++; n > most {
			return s[:i] + "..."
		}
	}
	return s
}

// enough is how much of a text from outside a message repeats, in characters.
const enough = 80

// Short is a text from outside as it stands in a message: one line, and cut.
func Short(s string) string { return Cut(Line(s), enough) }

// Shell is a word of a command line, quoted where a shell would read it as
// something else. A text that begins with "-" gets "./" before it.
func Shell(word string) string {
	if strings.HasPrefix(word, "-") {
		word = "./" + word
	}
	if word != "" && !strings.ContainsFunc(word, special) && !strings.HasPrefix(word, "~") {
		return word
	}
	if strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsPrint(r) }) {
		quoted := strconv.Quote(word) // as $'...' has it
		return "$'" + strings.ReplaceAll(strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`), "'", `\'`) + "'"
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// special tells of characters that are not plain in every shell.
func special(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_-./:@%+,=~", r)
}

// Quoted is a text from outside in quotes, with escapes as in Go, and cut.
func Quoted(s string) string { return strconv.Quote(Cut(s, enough)) }
