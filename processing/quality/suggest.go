package quality

import (
	"fmt"
	"strings"
	"time"
)

// suggest names the known word that was probably meant, or all of them.
func suggest(word string, known []string) string {
	best, least := "", max(2, len(word)/3)+1
	for _, k := range known {
		if d := distance(word, k, least); d < least {
			best, least = k, d
		}
	}
	if best != "" {
		return "did you mean " + best + "?"
	}
	return "known are " + strings.Join(known, ", ")
}

// distance counts the bytes to insert, delete or change to make b of a
// (Levenshtein); far words are enough apart without counting.
func distance(a, b string, enough int) int {
	if d := len(a) - len(b); d >= enough || -d >= enough {
		return enough
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := corner
			if a[i] != b[j] {
				change++
			}
			corner = row[j+1]
			row[j+1] = min(change, corner+1, row[j]+1)
		}
	}
	return row[len(b)]
}

// cut shortens a text of the file for a message.
func cut(s string) string {
	const enough = 80
	if r := []rune(s); len(r) > enough {
		return string(r[:enough]) + "..."
	}
	return s
}

// quoted is a text of the file in quotes, cut when it is long.
func quoted(s string) string { return fmt.Sprintf("%q", cut(s)) }

// shown is a value of the file as it may stand in a message.
func shown(value any) string {
	switch v := value.(type) {
	case string:
		return quoted(v)
	case map[string]any:
		return "a table"
	case []any, []map[string]any:
		return "a list"
	case time.Time:
		return "a date"
	}
	return quoted(fmt.Sprint(value))
}
