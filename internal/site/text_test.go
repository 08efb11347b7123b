package site

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"darksite/internal/ground/phrase"
)

// What pages make of numbers and sentences, said anew.

func count(n int) string { return strings.Replace(phrase.Count(n), "-", "−", 1) }

func fixed(x *float64, decimals int) string {
	text := strconv.FormatFloat(math.Abs(*x), 'f', decimals, 64)
	whole, fraction, _ := strings.Cut(text, ".")
	n, _ := strconv.Atoi(whole)
	if text = phrase.Count(n); fraction != "" {
		text += "." + fraction
	}
	if *x < 0 {
		return "−" + text
	}
	return text
}

func share(part, whole int) string {
	return fmt.Sprintf("%.1f\u00a0%%", 100*float64(part)/float64(whole))
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

var minusSign = regexp.MustCompile(`(^|[ (])-(\d)`)

// typeset is a sentence with the signs and units of pages.
func typeset(s string) string {
	s = minusSign.ReplaceAllString(strings.ReplaceAll(s, "e-/s", "e⁻/s"), "$1−$2")
	return regexp.MustCompile(`(\d) C\b`).ReplaceAllString(s, "$1\u00a0°C")
}
