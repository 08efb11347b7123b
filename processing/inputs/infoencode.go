package inputs

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
)

// tempSourceColumn is ours, behind the four of the old form.
const tempSourceColumn = "temp_source"

// EncodeInfo is an info.csv of what is known, in the form that the old
// procedure probably wrote (inputs-and-pages.md, section D) with a column for
// the source of the temperature behind it. What is not known is empty.
func EncodeInfo(i Info) []byte {
	var b bytes.Buffer
	number := func(v *float64, digits int) string {
		if v == nil {
			return ""
		}
		return fmt.Sprintf("%.*f", digits, *v)
	}
	fmt.Fprintf(&b, "datestart,temp,ra,dec,%s\n%s,%s,%s,%s,%s\n", tempSourceColumn,
		i.DateStart, number(i.CCDTemp, 2), number(i.RA, 6), number(i.Dec, 6), sourceText(i.TempSource))
	return b.Bytes()
}

// sourceText is a text that a cell may hold: short, printable, without commas
// and quotes.
func sourceText(s string) string {
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || strings.ContainsRune(`,"'`, r) {
			return ' '
		}
		return r
	}, strings.TrimSpace(s))
	if r := []rune(s); len(r) > maxSourceText {
		s = string(r[:maxSourceText])
	}
	return strings.TrimSpace(s)
}

const maxSourceText = 60 // characters
