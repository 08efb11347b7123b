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

// The ways in which messages name a place: "layouts/baseof.html:12:3" in
// quotes, site.toml: line 3: ..., and baseof.html:12.
var (
	placeQuoted = regexp.MustCompile(`"([^\s":<>()\[\]]+\.[A-Za-z][A-Za-z0-9]*):(\d+):(\d+)"`)
	placeWords  = regexp.MustCompile(`([^\s":<>()\[\]]+\.[A-Za-z][A-Za-z0-9]*): line (\d+)()`)
	placeBare   = regexp.MustCompile(`([^\s":<>()\[\]]+\.[A-Za-z][A-Za-z0-9]*):(\d+)(?::(\d+))?`)
)

// problemOf finds the place that a message names. Of several quoted ones it is
// the last: a template that uses another is named before it.
func problemOf(message string) problem {
	p := problem{Message: strings.TrimSpace(message)}
	for _, form := range []*regexp.Regexp{placeQuoted, placeWords, placeBare} {
		for _, m := range form.FindAllStringSubmatch(message, -1) {
			line, err := strconv.Atoi(m[2])
			if err != nil || line == 0 || p.File != "" && form != placeQuoted {
				continue
			}
			p.File, p.Line = m[1], line
			p.Column, _ = strconv.Atoi(m[3]) // 0 when there is none
		}
		if p.File != "" {
			break
		}
	}
	return p
}

// same tells whether it is the problem that was told before. Of pages that are
// made in parallel, any may be the one that meets a template's error first, so
// what counts is the place and the end of the message.
func (p problem) same(q problem) bool {
	if p.File == "" {
		return p == q
	}
	end := func(message string) string { return message[strings.LastIndex(message, ": ")+1:] }
	return p.File == q.File && p.Line == q.Line && p.Column == q.Column && end(p.Message) == end(q.Message)
}

func problemsOf(messages []string) []problem {
	found := []problem{}
	for _, m := range messages {
		found = append(found, problemOf(m))
	}
	return found
}
