package note

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"darksite/internal/ground/settings"
)

// Bounds of front matter. The TOML decoder's time grows with the cube of the
// number of parts of a key.
const (
	maxFront     = 16 << 10 // bytes
	maxFrontLine = 1000     // bytes
)

// Front is front matter: what stands at the head of a Markdown file for the
// programs that read it, between lines of "---" (YAML) or "+++" (TOML), or as a
// JSON object.
type Front struct {
	// Format is "YAML", "TOML" or "JSON", "" without front matter.
	Format string
	// Keys hold its values, by name in lower case.
	Keys map[string]any
}

// Names are those of its keys, sorted.
func (f Front) Names() []string { return slices.Sorted(maps.Keys(f.Keys)) }

// keyLine is how a line of YAML begins that is no line of prose between two rules.
var keyLine = regexp.MustCompile(`^["']?[A-Za-z_][A-Za-z0-9_-]*["']?[ \t]*:(?:[ \t]|$)`)

// jsonLine is how a JSON object begins.
var jsonLine = regexp.MustCompile(`^\{[ \t]*(?:"|$)`)

// Cut parts a text into its front matter and the Markdown behind it. A text may
// begin with a rule, "---", and have no front matter. The error says what of the
// front matter cannot be read, with its line.
func Cut(text string) (Front, string, error) {
	begin := strings.TrimLeft(text, " \t\n")
	skipped := strings.Count(text[:len(text)-len(begin)], "\n")
	first, rest, _ := strings.Cut(begin, "\n")
	switch first = strings.TrimRight(first, " \t"); {
	case first == "---":
		next, _, _ := strings.Cut(rest, "\n")
		content, body, ends := until(rest, "---", "...")
		if !ends && !keyLine.MatchString(next) {
			return Front{}, text, nil
		}
		return frontOf("YAML", skipped, content, body, ends, "---")
	case first == "+++":
		content, body, ends := until(rest, "+++")
		return frontOf("TOML", skipped, content, body, ends, "+++")
	case jsonLine.MatchString(first):
		decoder := json.NewDecoder(strings.NewReader(begin[:min(len(begin), maxFront)]))
		var keys map[string]any
		if err := decoder.Decode(&keys); err != nil {
			line := skipped + 1
			var syntax *json.SyntaxError
			if errors.As(err, &syntax) {
				line += strings.Count(begin[:min(int(syntax.Offset), len(begin))], "\n")
			}
			if errors.Is(err, io.ErrUnexpectedEOF) {
				err = errors.New("it does not end")
			}
			return Front{}, "", fmt.Errorf("line %d: front matter in JSON: %w", line, err)
		}
		return Front{"JSON", lowered(keys)}, begin[decoder.InputOffset():], nil
	}
	return Front{}, text, nil
}

// until parts a text at the first line that is one of the marks.
func until(text string, marks ...string) (before, after string, found bool) {
	at := 0
	for line := range strings.Lines(text) {
		if slices.Contains(marks, strings.TrimRight(line, " \t\n")) {
			return text[:at], text[at+len(line):], true
		}
		at += len(line)
	}
	return text, "", false
}

func frontOf(format string, skipped int, content, body string, ends bool, mark string) (f Front, rest string, err error) {
	fail := func(line int, format string, args ...any) (Front, string, error) {
		return Front{}, "", fmt.Errorf("line %d: %s", line, fmt.Sprintf(format, args...))
	}
	if !ends {
		return fail(skipped+1, "front matter that begins with %q and does not end with it", mark)
	}
	if len(content) > maxFront {
		return fail(skipped+1, "front matter of %d bytes, want at most %d", len(content), maxFront)
	}
	n := skipped + 1
	for line := range strings.Lines(content) {
		if n++; len(line) > maxFrontLine {
			return fail(n, "%d bytes in a line of front matter, want at most %d", len(line), maxFrontLine)
		}
	}
	keys, line, err := decoded(format, content)
	if err != nil {
		hint := ""
		if format == "YAML" {
			hint = "; if it is a rule and no front matter, write *** for it"
		}
		return fail(skipped+1+line, "front matter in %s: %v%s", format, err, hint)
	}
	return Front{format, lowered(keys)}, body, nil
}

// decoded reads YAML or TOML; the line of an error counts from 1 in the content.
func decoded(format, content string) (keys map[string]any, line int, err error) {
	if format == "TOML" {
		keys, wrong := settings.Decode(content)
		if wrong != nil {
			return nil, max(1, wrong.Line), wrong
		}
		return keys, 1, nil
	}
	defer func() { // a library must not take the program along
		if p := recover(); p != nil {
			err = errors.New("it cannot be read")
		}
	}()
	var value any
	if err := yaml.Unmarshal([]byte(content), &value); err != nil {
		var at yaml.Error
		if errors.As(err, &at) {
			if t := at.GetToken(); t != nil && t.Position != nil {
				line = t.Position.Line
			}
			return nil, max(1, line), errors.New(at.GetMessage())
		}
		return nil, 1, err
	}
	switch value := value.(type) {
	case nil:
		return nil, 1, nil
	case map[string]any:
		return value, 1, nil
	}
	return nil, 1, errors.New("want lines of \"key: value\"")
}

// lowered has names in lower case, as Hugo takes them.
func lowered(keys map[string]any) map[string]any {
	out := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		out[strings.ToLower(name)] = keys[name]
	}
	return out
}

// Title is what the file calls itself, "" when it does not.
func (f Front) Title() string {
	switch title := f.Keys["title"]; title.(type) {
	case nil, []any, map[string]any, []map[string]any:
		return ""
	default:
		return strings.TrimSpace(scalar(title))
	}
}

// Draft tells whether the file is not to be published, with the line that says
// so. What neither says yes nor no hides it.
func (f Front) Draft() (why string, draft bool) {
	for _, k := range []struct {
		name  string
		shown bool // what true means
	}{{"draft", false}, {"published", true}, {"private", false}} {
		value, there := f.Keys[k.name]
		if !there || k.name == "published" && isDate(value) {
			continue
		}
		yes, known := truth(value)
		if !known || yes != k.shown {
			return k.name + ": " + scalar(value), true
		}
	}
	return "", false
}

// truth is what a value says, in all forms that people write.
func truth(value any) (yes, known bool) {
	switch strings.ToLower(strings.TrimSpace(scalar(value))) {
	case "true", "yes", "on", "1":
		return true, true
	case "false", "no", "off", "0":
		return false, true
	}
	return false, false
}

// scalar is a value that is neither a list nor a table as it may be written;
// either of these may be huge.
func scalar(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case string, bool, int, int64, uint64, float64, time.Time:
		return fmt.Sprint(v)
	}
	return "..."
}

// isDate tells a date from a word.
func isDate(value any) bool {
	s := scalar(value)
	return len(s) >= len("2026-11-29") && s[0] >= '0' && s[0] <= '9' && s[4] == '-'
}

// datedKeys say from when or until when a file is shown.
var datedKeys = []string{"publishdate", "pubdate", "published", "expirydate", "unpublishdate"}

// Dated are the keys that would hide the file at some times. A build has no clock
// and does not look at them.
func (f Front) Dated() (names []string) {
	for _, name := range datedKeys {
		if value, there := f.Keys[name]; there && (name != "published" || isDate(value)) {
			names = append(names, name)
		}
	}
	return names
}
