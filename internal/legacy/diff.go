package legacy

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/rogpeppe/go-internal/diff"
)

// Diff shows what changes in a page as a unified diff, "" when nothing does.
// It is for people: text that is not UTF-8 is shown as Windows-1252, ends of
// lines are all alike, and what could steer a terminal is shown by its number.
func Diff(name string, old, new []byte) string {
	return string(diff.Diff(name, display(old), name+" (new)", display(new)))
}

func display(page []byte) []byte {
	s := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(decode(string(page)))
	var b strings.Builder
	for _, r := range s {
		if r == '\n' || r == '\t' || r == '\u00a0' || unicode.IsPrint(r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "<U+%04X>", r)
		}
	}
	return []byte(b.String())
}
