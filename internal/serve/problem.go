package serve

import (
	"regexp"
	"strconv"
	"strings"
)

// problem is what is wrong, and where if that is known.
type problem struct {
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Message string `json:"message"`
}

// The two ways in which messages name a place: "layouts/baseof.html:12:3",
// and "site.toml: line 3: ...".
var (
	placeColons = regexp.MustCompile(`([^\s":<>()\[\]]+\.[A-Za-z][A-Za-z0-9]*):(\d+)(?::(\d+))?`)
	placeWords  = regexp.MustCompile(`([^\s":<>()\[\]]+\.[A-Za-z][A-Za-z0-9]*): line (\d+)`)
)

// problemOf finds the place that a message names. Of several it is the first
// one with a directory in it: a template names itself without.
func problemOf(message string) problem {
	p := problem{Message: strings.TrimSpace(message)}
	matches := append(placeWords.FindAllStringSubmatch(message, -1), placeColons.FindAllStringSubmatch(message, -1)...)
	for _, m := range matches {
		if p.File != "" && (strings.Contains(p.File, "/") || !strings.Contains(m[1], "/")) {
			continue
		}
		line, err := strconv.Atoi(m[2])
		if err != nil || line == 0 {
			continue
		}
		p.File, p.Line, p.Column = m[1], line, 0
		if len(m) > 3 && m[3] != "" {
			p.Column, _ = strconv.Atoi(m[3]) // 0 when it is too large
		}
	}
	return p
}

func problemsOf(messages []string) []problem {
	found := []problem{}
	for _, m := range messages {
		found = append(found, problemOf(m))
	}
	return found
}
