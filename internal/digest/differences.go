package digest

import (
	"maps"
	"slices"
)

// Differences says what of some hashed things is not as it was: "x is new", "x
// changed", "x is gone", by their names in order.
func Differences(was, now map[string]string) (words []string) {
	for _, name := range slices.Sorted(maps.Keys(now)) {
		if sum, ok := was[name]; !ok {
			words = append(words, name+" is new")
		} else if sum != now[name] {
			words = append(words, name+" changed")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(was)) {
		if _, ok := now[name]; !ok {
			words = append(words, name+" is gone")
		}
	}
	return words
}
