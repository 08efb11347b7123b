package quality

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// grouped writes a count with a comma between groups of three digits.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return grouped(n) + " " + many
}

// number writes a limit as it stands in the rules, a whole one with commas.
func number(v float64) string {
	if math.Abs(v) < 1<<53 && v == math.Trunc(v) {
		return grouped(int(v))
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

func quantity(v float64, unit string) string {
	if unit == "" {
		return number(v)
	}
	return number(v) + " " + unit
}

// join puts sentences behind each other, the empty ones left out.
func join(sentences ...string) string {
	var full []string
	for _, s := range sentences {
		if s != "" {
			full = append(full, s)
		}
	}
	return strings.Join(full, " ")
}

// list names things, at most some of them.
func list(names []string, most int) string {
	more := len(names) - most
	if more <= 0 {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), more)
}
