package twiki

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// viewer shows TWiki markup as HTML the way a TWiki does, step by step in its
// order (TWiki.TextFormattingRules, TWiki.WikiWord, TWiki.TWikiVariables), and
// notes what in it is active. It knows nothing of how the markup was made.
type viewer struct {
	alive []string
	kept  []string // taken out of the text, put back at the end
}

func (v *viewer) found(what string, args ...any) {
	v.alive = append(v.alive, fmt.Sprintf(what, args...))
}

// keep takes HTML out of the reach of the later steps.
func (v *viewer) keep(s string) string {
	v.kept = append(v.kept, s)
	return fmt.Sprintf("\x01%d\x02", len(v.kept)-1)
}

var (
	viewSetting  = regexp.MustCompile(`(?im)^(?:\t|   )+\*\s+#?(?:Set|Local)\s+\w+\s*=.*$`)
	viewFormat   = regexp.MustCompile(`\$(?:percnt|dollar|quot|nop|n\b|[a-z]+)`)
	viewEntity   = regexp.MustCompile(`&#(\d+);`)
	viewComment  = regexp.MustCompile(`<!--.*?-->`)
	viewOurs     = regexp.MustCompile(`^<!-- darksite:(?:begin|end) \d{7} -->$`)
	viewVerbatim = regexp.MustCompile(`(?is)<verbatim[^>]*>(.*?)</verbatim[^>]*>`)
	viewPre      = regexp.MustCompile(`(?is)<pre[^>]*>(.*?)</pre[^>]*>`)
	viewTag      = regexp.MustCompile(`<[^<>]*>`)
	viewOurTags  = regexp.MustCompile(`^(?:</?(?:strong|em|code|del|sup|small|blockquote|ul|ol|li|dl|dt|dd|table|tr|th|td)>|<(?:br|hr) />|<nop>|<ol start="\d+">|<table border="1">)$`)
	viewURI      = regexp.MustCompile(`(?m)(?:^|[-*\s(|])((?:file|ftp|gopher|https?|irc|mailto|news|nntp|telnet):[^\s<>"]+[^\s*.,!?;:)<|])`)
	viewInter    = regexp.MustCompile(`(?m)(?:^|[-*\s(])([A-Z][A-Za-z0-9]+:[^\s])`)
	viewAnchor   = regexp.MustCompile(`(?m)^#[A-Z]+[a-z0-9]+[A-Z]+\w*`)
	viewHeading  = regexp.MustCompile(`^---+(\++|#+)(.*)$`)
	viewRule     = regexp.MustCompile(`^---+`)
	viewRow      = regexp.MustCompile(`^\s*\|.*\|\s*$`)
	viewHeader   = regexp.MustCompile(`^\s*\*(.*)\*\s*$`)
	viewItem     = regexp.MustCompile(`^((?:\t|   )+)(\*|[1AaIi]\.|\d+\.?) `)
	viewTerm     = regexp.MustCompile(`^((?:\t|   )+)\$\s((?:[^:]+|:[^\s]+)+?):\s`)
	viewTerm2    = regexp.MustCompile(`^((?:\t|   )+)(\S+?):\s`)
	viewLink     = regexp.MustCompile(`\[\[([^\]\[\n]+)\](?:\[([^\]\n]+)\])?\]`)
	viewMail     = regexp.MustCompile(`^(?:mailto:)?[A-Za-z0-9.+_-]+@[A-Za-z0-9.-]+`)
	viewWord     = regexp.MustCompile(`^(?:[A-Z]+[A-Za-z0-9_]*(?:[./][A-Z]+[A-Za-z0-9_]*)*\.)?(?:[A-Z]+[a-z0-9]+[A-Z]+[A-Za-z0-9]*|[A-Z]{3,}s?\b)`)
)

// view gives the HTML of a topic's text and what is active in it. Links that
// lead to http, https and mailto with a label are not listed.
func view(topic string) (page string, alive []string) {
	v := &viewer{}
	for i := range len(topic) {
		if c := topic[i]; c >= 0x80 || c < ' ' && c != '\n' && c != '\t' {
			v.found("byte 0x%02x", c)
			break
		}
	}
	// These work everywhere, in verbatim text too.
	if i := strings.IndexByte(topic, '%'); i >= 0 {
		v.found("a variable: %.40q", topic[i:])
	}
	for _, m := range viewSetting.FindAllString(topic, -1) {
		v.found("a setting: %q", m)
	}
	for _, m := range viewFormat.FindAllString(topic, -1) {
		v.found("a sign of a search: %q", m)
	}
	for _, m := range viewEntity.FindAllStringSubmatch(topic, -1) {
		if n, err := strconv.Atoi(m[1]); err != nil || n < ' ' || n > unicode.MaxRune || unicode.IsControl(rune(n)) || unicode.Is(unicode.Cf, rune(n)) {
			v.found("a character that is not to be seen: %q", m[0])
		}
	}
	text := viewComment.ReplaceAllStringFunc(topic, func(m string) string {
		if !viewOurs.MatchString(m) {
			v.found("a comment: %q", m)
		}
		return v.keep(m)
	})
	text = viewVerbatim.ReplaceAllStringFunc(text, func(m string) string {
		return v.keep("<pre>" + html.EscapeString(viewVerbatim.FindStringSubmatch(m)[1]) + "</pre>")
	})
	text = viewPre.ReplaceAllStringFunc(text, func(m string) string {
		if strings.Contains(viewPre.FindStringSubmatch(m)[1], "<") {
			v.found("a tag in %q", m)
		}
		return v.keep(m)
	})
	if strings.Contains(text, "\\\n") {
		v.found("joined lines")
	}
	text = v.unescape(text)
	text = viewTag.ReplaceAllStringFunc(text, func(m string) string {
		if !viewOurTags.MatchString(m) {
			v.found("a tag: %q", m)
		}
		return "\x03" + m[1:len(m)-1] + "\x04"
	})
	if i := strings.IndexAny(text, "<>"); i >= 0 {
		v.found("half a tag: %.40q", text[i:])
	}
	text = strings.NewReplacer("\x03", "<", "\x04", ">").Replace(text)
	for _, re := range []*regexp.Regexp{viewURI, viewInter, viewAnchor} {
		for _, m := range re.FindAllString(text, -1) {
			v.found("an address or anchor: %q", m)
		}
	}
	text = v.lines(text)
	for _, e := range [][3]string{{"==", "<code><b>", "</b></code>"}, {"__", "<strong><em>", "</em></strong>"},
		{"*", "<strong>", "</strong>"}, {"_", "<em>", "</em>"}, {"=", "<code>", "</code>"}} {
		text = emphasize(text, e[0], e[1], e[2])
	}
	text = viewLink.ReplaceAllStringFunc(text, v.link)
	if i := strings.Index(text, "[["); i >= 0 {
		v.found("a bracket: %.40q", text[i:])
	}
	for i := range len(text) {
		if startsWord(text, i) {
			for _, re := range []*regexp.Regexp{viewMail, viewWord} {
				if m := re.FindString(text[i:]); m != "" {
					v.found("a link of its own: %q", m)
				}
			}
		}
	}
	for i := len(v.kept) - 1; i >= 0; i-- {
		text = strings.ReplaceAll(text, fmt.Sprintf("\x01%d\x02", i), v.kept[i])
	}
	text = strings.ReplaceAll(text, "<nop>", "")
	slices.Sort(v.alive)
	return text, slices.Compact(v.alive)
}

// unescape makes <nop> of the "!" that keeps a word from being a link.
func (v *viewer) unescape(text string) string {
	var b strings.Builder
	for i := range len(text) {
		if text[i] == '!' && startsWord(text, i) && i+1 < len(text) && (word2(text[i+1]) || text[i+1] == '*' || text[i+1] == '=') {
			b.WriteString("<nop>")
			continue
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// lines shows headings, rules, tables and lists.
func (v *viewer) lines(text string) string {
	var out []string
	inTable := false
	for line := range strings.SplitSeq(text, "\n") {
		if m := viewHeading.FindStringSubmatch(line); m != nil {
			if strings.Contains(m[2], "!!") {
				v.found("a heading hidden from contents: %q", line)
			}
			n := min(6, len(m[1]))
			line = fmt.Sprintf("<h%d> %s </h%d>", n, strings.TrimSpace(m[2]), n)
		} else {
			line = viewRule.ReplaceAllString(line, "<hr>")
		}
		row := viewRow.MatchString(line)
		if row && !inTable {
			out = append(out, "<table>")
		} else if !row && inTable {
			out = append(out, "</table>")
		}
		inTable = row
		switch {
		case row:
			line = tableRow(strings.TrimSpace(line)[1:])
		case strings.TrimSpace(line) == "":
			line = "<p>"
		case viewTerm.MatchString(line):
			line = viewTerm.ReplaceAllString(line, "<dt> $2 </dt><dd> ")
		case viewTerm2.MatchString(line):
			v.found("a definition: %q", line)
		case viewItem.MatchString(line):
			line = viewItem.ReplaceAllString(line, "<li> ")
		case line[0] == ' ':
			v.found("a line that is moved in: %q", line)
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

func tableRow(line string) string {
	var b strings.Builder
	b.WriteString("<tr>")
	line = strings.TrimRight(line, " ")
	for _, c := range strings.Split(line[:len(line)-1], "|") {
		if m := viewHeader.FindStringSubmatch(c); m != nil {
			b.WriteString("<th><strong> " + m[1] + " </strong></th>")
		} else {
			b.WriteString("<td> " + c + " </td>")
		}
	}
	return b.String() + "</tr>"
}

func (v *viewer) link(m string) string {
	parts := viewLink.FindStringSubmatch(m)
	address, label := html.UnescapeString(strings.TrimSpace(parts[1])), parts[2]
	scheme, _, _ := strings.Cut(address, ":")
	if !slices.Contains([]string{"http", "https", "mailto"}, scheme) || label == "" || label == "0" {
		v.found("a link: %q", m)
	}
	if strings.ContainsAny(address, " \"<>\n") {
		v.found("an address that ends early: %q", address)
	}
	protected := regexp.MustCompile(`([\s(])([A-Z])`).ReplaceAllString(label, "$1<nop>$2")
	return v.keep(`<a href="`+parts[1]+`">`) + protected + "</a>"
}

// emphasize puts tags in the place of the pairs of a sign.
func emphasize(text, sign, open, shut string) string {
	var b strings.Builder
	for i := 0; i < len(text); {
		if end := emphasisEnd(text, i, sign); end > 0 {
			b.WriteString(open + text[i+len(sign):end] + shut)
			i = end + len(sign)
			continue
		}
		b.WriteByte(text[i])
		i++
	}
	return b.String()
}

func emphasisEnd(text string, i int, sign string) int {
	if !strings.HasPrefix(text[i:], sign) || !startsWord(text, i) {
		return -1
	}
	for j := i + len(sign); j < len(text) && text[j] != '\n'; j++ {
		if j > i+len(sign) && strings.HasPrefix(text[j:], sign) && !space(text[j-1]) && !space(text[i+len(sign)]) {
			if after := j + len(sign); after == len(text) || space(text[after]) || strings.IndexByte(",.;:!?)", text[after]) >= 0 {
				return j
			}
		}
	}
	return -1
}

// startsWord says whether a place is at the start of a line, after a space or
// after an opening parenthesis.
func startsWord(text string, i int) bool {
	return i == 0 || space(text[i-1]) || text[i-1] == '('
}

func space(c byte) bool { return c == ' ' || c == '\n' || c == '\t' }
func word2(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
