package view

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"

	"darksite/internal/ground/phrase"
)

// MaxText bounds a string from an artifact on a page, in characters.
const MaxText = 400

// Plain makes a string from an artifact fit for one line of a page: control
// characters and those that turn the direction of writing become visible as
// U+FFFD, and what is longer than MaxText is cut with a count. Escaping for
// HTML is the templates' work.
func Plain(s string) string { return Printable(s, MaxText) }

// Printable is Plain with another bound.
func Printable(s string, most int) string {
	runes := make([]rune, 0, min(len(s), most))
	total := 0
	for _, r := range s {
		total++
		if total > most {
			continue
		}
		if unicode.IsControl(r) || phrase.Hidden(r) {
			r = unicode.ReplacementChar
		}
		runes = append(runes, r)
	}
	if total > most {
		return fmt.Sprintf("%s… (%s more characters)", string(runes), count(total-most))
	}
	return string(runes)
}

// count writes an integer with commas and a real minus.
func count[N phrase.Integer](n N) string { return strings.Replace(phrase.Count(n), "-", "−", 1) }

// fixed writes x with a number of decimals, commas and a real minus; "unknown"
// when there is no number.
func fixed(x *float64, decimals int) string {
	if x == nil || math.IsNaN(*x) || math.IsInf(*x, 0) {
		return "unknown"
	}
	text := strconv.FormatFloat(math.Abs(*x), 'f', decimals, 64)
	sign := ""
	if *x < 0 && strings.Trim(text, "0.") != "" {
		sign = "−"
	}
	whole, fraction, dotted := strings.Cut(text, ".")
	text = sign + grouped(whole)
	if dotted {
		text += "." + fraction
	}
	return text
}

// grouped puts commas between thousands.
func grouped(digits string) string {
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// percent writes part of whole in percent with one decimal, rounded down so
// that only what is complete says 100 %.
func percent(part, whole int64) string {
	if whole <= 0 {
		return "unknown"
	}
	tenths := part * 1000 / whole
	if part == whole {
		return "100\u00a0%"
	}
	return fmt.Sprintf("%d.%d\u00a0%%", tenths/10, tenths%10)
}

// share is like percent but rounds to the nearest tenth and keeps small parts
// visible: a part that is there never reads 0 %.
func share(part, whole int64) string {
	if whole <= 0 {
		return "unknown"
	}
	return percentText(100 * float64(part) / float64(whole))
}

// percentText writes percents with one decimal; a small part is never none.
func percentText(v float64) string {
	switch {
	case v == 0:
		return "0\u00a0%"
	case v < 0.1:
		return "<\u00a00.1\u00a0%"
	}
	return strconv.FormatFloat(v, 'f', 1, 64) + "\u00a0%"
}

// size writes a number of bytes for people.
func size(bytes int64) string {
	switch {
	case bytes < 1000:
		return count(bytes) + "\u00a0bytes"
	case bytes < 1_000_000:
		return strconv.FormatFloat(float64(bytes)/1e3, 'f', 1, 64) + "\u00a0kB"
	}
	return strconv.FormatFloat(float64(bytes)/1e6, 'f', 1, 64) + "\u00a0MB"
}

// plural is "1 row", "2 rows".
func plural(n int, one string) string { return phrase.Plural(n, one, one+"s") }

// sentence ends a text with a full stop when it has none.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.ContainsRune(".!?…", []rune(s)[len([]rune(s))-1]) {
		return s
	}
	return s + "."
}
