package quality

import (
	"fmt"
	"strings"
	"time"

	"darksite/processing/spelling"
)

// suggest names the known word that was probably meant, or all of them.
func suggest(word string, known []string) string {
	if near, ok := spelling.Nearest(word, known); ok {
		return "did you mean " + near + "?"
	}
	return "known are " + strings.Join(known, ", ")
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
