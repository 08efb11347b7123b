package term

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The voice of the program:
//
//   - What was asked for goes to standard output as it is. Everything about
//     the run (warnings, errors, progress) goes to standard error.
//   - A line about the run begins with "darksite: ". It starts in lower case,
//     unless with a name, and has no full stop, so that it can be quoted.
//   - An error says what is wrong, where, and what was expected. What to do
//     follows on a line of its own, "darksite: hint: ...".
//   - A warning begins with "warning: ". The command goes on after it.
//   - --quiet leaves warnings and errors. --verbose adds details. --json gives
//     one document on standard output and, on standard error, one object for
//     each warning and error.
//   - Text from outside is shown with its control characters escaped: a file
//     name must not move the cursor.
//   - Colour and bars are for terminals, and NO_COLOR is respected.

// prefix begins every line about the run.
const prefix = "darksite: "

// safe escapes what would act on a terminal or hide text from its reader:
// control and format characters and invalid UTF-8. Line feeds stay.
func safe(s string) string {
	harmless := func(r rune) bool { return r == '\n' || unicode.IsPrint(r) }
	if utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !harmless(r) }) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case r == '\t':
			b.WriteByte(' ')
		case harmless(r):
			b.WriteString(s[:n])
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		s = s[n:]
	}
	return b.String()
}

// voice makes lines about the run: the prefix and the label, such as "error:",
// before every line of a message.
func (p *Printer) voice(colour, label, message string) string {
	start := prefix
	if label != "" {
		start += p.colour(colour, label) + " "
	}
	message = safe(strings.TrimRight(message, "\n"))
	return start + strings.ReplaceAll(message, "\n", "\n"+start) + "\n"
}
