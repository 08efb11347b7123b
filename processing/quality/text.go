package quality

import (
	"math"
	"strconv"
	"strings"

	"darksite/internal/ground/phrase"
)

// number writes a limit as it stands in the rules, a whole one with commas.
func number(v float64) string {
	if math.Abs(v) < 1<<53 && v == math.Trunc(v) {
		return phrase.Count(int(v))
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

func amount(v float64, unit string) string {
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
