package quality

import (
	"fmt"
	"strings"
	"time"

	"darksite/internal/ground/phrase"
	"darksite/internal/ground/spelling"
)

// suggest names the known word that was probably meant, or all of them.
func suggest(word string, known []string) string {
	if near, ok := spelling.Nearest(word, known); ok {
		return "did you mean " + near + "?"
	}
	return "known are " + strings.Join(known, ", ")
}

// shown is a value of the file as it may stand in a message.
func shown(value any) string {
	switch v := value.(type) {
	case string:
		return phrase.Quoted(v)
	case map[string]any:
		return "a table"
	case []any, []map[string]any:
		return "a list"
	case time.Time:
		return "a date"
	}
	return phrase.Quoted(fmt.Sprint(value))
}
