package note

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"darksite/internal/ground/phrase"
)

// Written is a note as its file says it.
type Written struct {
	// Markdown has empty lines instead of front matter, so that its lines are those
	// of the file; "" for a draft.
	Markdown string
	// Warnings are sentences about what of the file is not shown, without its name.
	Warnings []string
}

// Read takes the text of a note's file apart. Front matter is never shown; a
// draft shows nothing at all. The error says what of the front matter cannot be
// read.
func Read(text string) (Written, error) {
	front, body, err := Cut(text)
	if err != nil {
		return Written{}, err
	}
	w := Written{Markdown: strings.Repeat("\n", strings.Count(text[:len(text)-len(body)], "\n")) + body}
	if why, draft := front.Draft(); draft {
		return Written{Warnings: []string{"the note is a draft and is not published: its front matter says " + phrase.Quoted(why)}}, nil
	}
	var dated, others []string
	for _, name := range front.Names() {
		switch {
		case name == "draft" || name == "private" || name == "published" && !slices.Contains(front.Dated(), name):
		case slices.Contains(front.Dated(), name):
			dated = append(dated, name)
		default:
			others = append(others, name)
		}
	}
	if len(dated) > 0 {
		w.Warnings = append(w.Warnings, "the note is published whatever "+list(dated)+" in its front matter says, for a build has no clock: draft: true hides a note")
	}
	if len(others) > 0 {
		w.Warnings = append(w.Warnings, "front matter is not shown ("+list(others)+"): write what readers are to see in the note itself")
	}
	if line := draftInText(body); line > 0 && front.Format == "" {
		w.Warnings = append(w.Warnings, fmt.Sprintf("line %d: the note is published although it speaks of a draft: front matter stands at the head of the file, between two lines of three hyphens (---)", line))
	}
	if strings.TrimSpace(body) == "" {
		what := "the note is empty"
		if front.Format != "" {
			what = "the note has front matter and no text"
		}
		w.Warnings = append(w.Warnings, what)
	}
	return w, nil
}

// draftLine is what would make a draft of a note if it stood in front matter.
var draftLine = regexp.MustCompile(`(?i)^[ \t]*(?:<!--[ \t]*)?[{]?["']?draft["']?[ \t]*[:=][ \t]*["']?(?:true|yes|on|1)\b`)

// draftInText is the line of such words near the head of a text, 0 for none.
func draftInText(text string) int {
	const near = 10 // lines
	n := 0
	for line := range strings.Lines(text) {
		if n++; n > near {
			break
		}
		if draftLine.MatchString(line) {
			return n
		}
	}
	return 0
}

// list is names as they may stand in a message.
func list(names []string) string {
	const enough = 5
	more := ""
	if len(names) > enough {
		names, more = names[:enough], ", ..."
	}
	short := make([]string, len(names))
	for i, name := range names {
		short[i] = strings.Trim(phrase.Quoted(name), `"`)
	}
	return strings.Join(short, ", ") + more
}
