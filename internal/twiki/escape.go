package twiki

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"darksite/internal/ground/phrase"
)

// markup is TWiki markup under construction, at most one line of it. It knows
// what stands before the next character, because TWiki decides by that.
type markup struct {
	out []byte
	// before stands before out: '\n' for the start of a line.
	before byte
	// pending is text that is not escaped yet: goldmark cuts text into pieces,
	// and a WikiWord may lie across a cut.
	pending []rune

	label bool // of a link, in which TWiki links nothing
	term  bool // of a definition, which ends with a colon
	// tags asks for HTML tags where TWiki's signs for bold, italic and code
	// would not be seen as such, or as something else.
	tags bool
	// nop asks for <nop> before a WikiWord that comes first: TWiki puts a space
	// between a sign and the text, and its "!" works only after a space.
	nop bool

	source []byte
	links  resolver
	depth  int
}

func (m *markup) last() byte {
	if len(m.out) > 0 {
		return m.out[len(m.out)-1]
	}
	return m.before
}

// free says whether a sign or a WikiWord here would be taken as such: at the
// start of a line, after a space, after an opening parenthesis.
func (m *markup) free() bool {
	switch m.last() {
	case '\n', ' ', '\t', '(':
		return true
	}
	return m.nop && len(m.out) == 0
}

// put writes markup as it is.
func (m *markup) put(s string) {
	m.flush(true)
	m.out = append(m.out, s...)
}

// text adds text, escaped when it is known what follows.
func (m *markup) text(s string) {
	m.pending = append(m.pending, []rune(s)...)
}

// finish escapes what is pending at the end of a block, and returns all.
func (m *markup) finish() string {
	m.flush(false)
	return strings.TrimRight(string(m.out), " ")
}

// flush escapes the pending text; more says that something follows on the line.
func (m *markup) flush(more bool) {
	text := m.pending
	m.pending = m.pending[:0]
	for i, r := range text {
		var prev, next rune // 0 at an end of the text
		if i > 0 {
			prev = text[i-1]
		}
		if i+1 < len(text) {
			next = text[i+1]
		}
		switch {
		case blank(r):
			if last := m.last(); last != '\n' && last != ' ' {
				m.out = append(m.out, ' ')
			}
		case r < 0x80 && m.inert(byte(r), prev, next, more):
			if m.free() && !m.label && upper(r) && linked.MatchString(word(text[i:])) {
				m.out = append(m.out, m.unlink()...)
			}
			m.out = append(m.out, byte(r))
		default:
			m.entity(r)
		}
	}
}

func (m *markup) unlink() string {
	if m.nop && len(m.out) == 0 {
		return "<nop>"
	}
	return "!"
}

// entity writes a character that nothing takes for markup, U+FFFD for one that is
// hidden.
func (m *markup) entity(r rune) {
	switch {
	case r == '<':
		m.out = append(m.out, "&lt;"...)
		return
	case r == '>':
		m.out = append(m.out, "&gt;"...)
		return
	case r == '&':
		m.out = append(m.out, "&amp;"...)
		return
	case unicode.IsControl(r), phrase.Hidden(r):
		r = unicode.ReplacementChar
	}
	m.out = append(m.out, "&#"...)
	m.out = strconv.AppendInt(m.out, int64(r), 10)
	m.out = append(m.out, ';')
}

// inert says whether TWiki shows an ASCII character as it is, between the two
// around it.
func (m *markup) inert(c byte, prev, next rune, more bool) bool {
	ends := next == 0 && !more
	switch c {
	case '<', '>', '&': // tags and entities
		return false
	case '%', '$': // variables, and their signs in the format of a search
		return false
	case '[', ']', '|', '^', '\\', '@': // links, tables, joined lines, addresses
		return false
	case '*', '_', '=':
		// Bold, italic and code begin after a space and end before one.
		return alnum(prev) && alnum(next) || blank(prev) && blank(next)
	case '!':
		// A word that is not to be a link; twice, a heading that is not in the
		// contents.
		return alnum(prev) && (blank(next) || ends)
	case ':':
		// "http:x" and "Bugs:x" are links, ":-)" is an image, "17:05" is neither.
		return !m.term && (blank(next) || ends || !m.free() && !m.lettered())
	case ';':
		return !m.free()
	case '-': // a rule, a heading
		return m.last() != '\n' || next != '-' && (next != 0 || ends)
	case '#': // an anchor
		return m.last() != '\n'
	case '"', '\'':
		return true
	}
	return ' ' < c && c < 0x7f
}

// lettered says whether the letters and digits just written hold a letter.
func (m *markup) lettered() bool {
	for i := len(m.out) - 1; i >= 0 && alnum(rune(m.out[i])); i-- {
		if !digit(rune(m.out[i])) {
			return true
		}
	}
	return false
}

// linked is what TWiki makes a link where it is free, if not always then when
// a topic of that name exists: LikeThis, ABCs, and both after a web's name.
var linked = regexp.MustCompile(`(?:^|[./])(?:[A-Z]+[a-z0-9]+[A-Z]|[A-Z]{3,}s?(?:[^A-Za-z0-9]|$))`)

// maxWord bounds the search for the end of a word.
const maxWord = 256

// word is the longest beginning of the text that could be the name of a topic,
// with that of its web.
func word(text []rune) string {
	n := 0
	for n < len(text) && n < maxWord && (alnum(text[n]) || text[n] == '_' || text[n] == '.' || text[n] == '/') {
		n++
	}
	return string(text[:n])
}

func blank(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' }
func digit(r rune) bool { return '0' <= r && r <= '9' }
func upper(r rune) bool { return 'A' <= r && r <= 'Z' }
func alnum(r rune) bool { return upper(r) || 'a' <= r && r <= 'z' || digit(r) }
