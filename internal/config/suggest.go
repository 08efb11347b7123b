package config

import (
	"fmt"

	"darksite/internal/ground/spelling"
)

// suggest is the hint for an unknown name: the nearest known one when it is
// near, all of them otherwise.
func suggest(name string, known []string, all string) string {
	if near, ok := spelling.Nearest(name, known); ok {
		return fmt.Sprintf("did you mean %s?", near)
	}
	return "known are " + all
}
