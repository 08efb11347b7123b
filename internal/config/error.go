package config

import (
	"fmt"
	"strings"
)

// Error is what is wrong with a configuration: everything at once, so that one
// edit can mend it.
type Error struct {
	// File as it was named to [Load].
	File     string
	Problems []Problem
}

// Problem is one thing wrong with a configuration.
type Problem struct {
	Line    int    // from 1, 0 when it has no one line
	Key     string // "table.key", "" when it has none
	Message string
	Hint    string // what to do, "" when the message says it
}

// Error is one line for each problem.
func (e *Error) Error() string {
	var b strings.Builder
	for i, p := range e.Problems {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(e.File + ": ")
		if p.Line > 0 {
			fmt.Fprintf(&b, "line %d: ", p.Line)
		}
		b.WriteString(p.Message)
	}
	return b.String()
}

// Hint is the hint of the first problem that has one.
func (e *Error) Hint() string {
	for _, p := range e.Problems {
		if p.Hint != "" {
			return p.Hint
		}
	}
	return ""
}
