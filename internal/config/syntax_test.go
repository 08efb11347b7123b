package config

import (
	"errors"
	"testing"
)

func TestSyntaxErrorsNameTheirLine(t *testing.T) {
	for content, line := range map[string]int{
		"[paths\npublic = \"x\"\n":          1,
		"# one\n\n[paths\n":                 3,
		"[paths]\npublic = \"x\n\n":         2,
		"[paths]\npublic\n\n":               2,
		"[paths]\npublic =\n":               2,
		"[paths]\npublic = x\n":             2,
		"[paths]\n\n= 1\n":                  3,
		"[site]\ntitle = \"a\" b\n":         2,
		"[site]\ntitle = \"a\"\n[pa ths]\n": 3,
		"[paths":                            1,
	} {
		_, err := Parse("/site", "site.toml", "", content)
		var e *Error
		if !errors.As(err, &e) || len(e.Problems) != 1 || e.Problems[0].Line != line {
			t.Errorf("%q: %v, want line %d", content, err, line)
		}
	}
}
