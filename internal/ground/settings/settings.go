package settings

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"darksite/internal/ground/phrase"
	"darksite/internal/ground/spelling"
	"darksite/internal/ground/text"
)

// Bounds of a file.
const (
	mostBytes    = 64 << 10
	mostLine     = 1000 // the decoder's time grows with the cube of the number of parts of a key
	mostTexts    = 20   // of a list
	mostProblems = 20   // told at once
)

// Error is a text that is no TOML.
type Error struct {
	Line    int // from 1, 0 where it is not known
	Message string
	Hint    string // what to do, "" where the message says it
}

func (e *Error) Error() string { return e.Message }

// Decode gives the keys of a text whose lines end with LF.
func Decode(text string) (keys map[string]any, wrong *Error) {
	n := 0
	for line := range strings.Lines(text) {
		if n++; len(line) > mostLine {
			return nil, &Error{Line: n, Message: fmt.Sprintf("%d bytes in one line, want at most %d", len(line), mostLine)}
		}
	}
	_, err := toml.Decode(text, &keys)
	if err == nil {
		return keys, nil
	}
	wrong = &Error{Message: strings.TrimPrefix(err.Error(), "toml: "), Hint: "strings are in double quotes, comments begin with #, tables are [name]"}
	var syntax toml.ParseError
	if errors.As(err, &syntax) {
		wrong.Line, wrong.Message = syntax.Position.Line, syntax.Message
		// Where a line ends too early the decoder counts its end.
		if strings.Contains(wrong.Message, `'\n'`) {
			wrong.Line = 1 + strings.Count(text[:min(syntax.Position.Start, len(text))], "\n")
		}
	}
	// The decoder puts pieces of the file into its messages as they are.
	wrong.Message = "not valid TOML: " + phrase.Line(wrong.Message)
	return nil, wrong
}

// File is a file while it is checked.
type File struct {
	Name     string
	Lines    []string
	problems []error
}

// Table is a table of a file, or all of it, whose keys are taken one by one. What is
// wrong with one is a problem of the file.
type Table struct {
	*File
	Keys     map[string]any
	From, To int // its lines
	asked    []string
}

// Parse reads a file within bounds. Strings over several lines are refused, so
// that the line of a key can be told.
func Parse(content []byte, name string) (*Table, error) {
	written, err := text.Parse(content, name, mostBytes)
	if err != nil {
		return nil, err
	}
	t := &Table{File: &File{Name: name, Lines: strings.Split(written, "\n")}, From: 1}
	t.To = len(t.Lines)
	for i, line := range t.Lines {
		if strings.Contains(line, `"""`) || strings.Contains(line, `'''`) {
			return nil, fmt.Errorf("%s: line %d: no strings over several lines here: write a list of sentences", name, i+1)
		}
	}
	keys, wrong := Decode(written)
	if wrong != nil {
		return nil, fmt.Errorf("%s: line %d: %w", name, max(1, wrong.Line), wrong)
	}
	t.Keys = keys
	return t, nil
}

// Problemf notes what is wrong with a line.
func (f *File) Problemf(line int, format string, args ...any) {
	if len(f.problems) < mostProblems {
		f.problems = append(f.problems, fmt.Errorf("%s: line %d: %s", f.Name, line, fmt.Sprintf(format, args...)))
	}
}

// Problems is their number, up to twenty.
func (f *File) Problems() int { return len(f.problems) }

// Err is all problems as one error, nil without any.
func (f *File) Err() error { return errors.Join(f.problems...) }

// Line is that of a key, or the first of the table when the key is not at the
// beginning of one.
func (t *Table) Line(key string) int {
	for i := t.From; i <= t.To && i <= len(t.Lines); i++ {
		rest, ok := strings.CutPrefix(strings.TrimSpace(t.Lines[i-1]), key)
		if ok && strings.HasPrefix(strings.TrimSpace(rest), "=") {
			return i
		}
	}
	return t.From
}

// Asked are the keys that were taken, whether they are there or not.
func (t *Table) Asked() []string { return t.asked }

// Take gives a value and whether it is there and of the type.
func Take[T any](t *Table, key, want string) (v T, ok bool) {
	t.asked = append(t.asked, key)
	value, there := t.Keys[key]
	if !there {
		return v, false
	}
	if v, ok = value.(T); !ok {
		t.Problemf(t.Line(key), "%s = %s: want %s", key, Shown(value), want)
	}
	return v, ok
}

// Text is one line of a text in quotes of at most so many bytes.
func (t *Table) Text(key string, most int) (string, bool) {
	v, ok := Take[string](t, key, "text in double quotes")
	if !ok {
		return "", false
	}
	if trouble := badText(v, most); trouble != "" {
		t.Problemf(t.Line(key), "%s: %s", key, trouble)
		return "", false
	}
	return v, true
}

// badText says what is wrong with a text, "" when nothing is.
func badText(v string, most int) string {
	switch {
	case strings.TrimSpace(v) == "":
		return "the text is empty"
	case len(v) > most:
		return fmt.Sprintf("%d bytes of text, want at most %d", len(v), most)
	case phrase.Line(v) != v:
		return "the text holds a character that cannot be printed; want one line of plain text"
	}
	return ""
}

// Number is nil when it is not there.
func (t *Table) Number(key string) *float64 {
	t.asked = append(t.asked, key)
	var v float64
	switch value := t.Keys[key].(type) {
	case nil:
		return nil
	case int64:
		v = float64(value)
	case float64:
		v = value
	default:
		t.Problemf(t.Line(key), "%s = %s: want a number", key, Shown(value))
		return nil
	}
	if math.IsNaN(v) || math.IsInf(v, 0) {
		t.Problemf(t.Line(key), "%s = %v: want a finite number", key, v)
		return nil
	}
	return &v
}

// Day is a day as YYYY-MM-DD, "" when it is not there.
func (t *Table) Day(key string) string {
	const want = "a day without quotes, such as 2026-11-22"
	v, ok := Take[time.Time](t, key, want)
	if !ok {
		return ""
	}
	// The decoder marks the kind of a date in its location.
	if !strings.HasPrefix(v.Location().String(), "date-local") {
		t.Problemf(t.Line(key), "%s = %s: want %s", key, v.Format(time.RFC3339), want)
		return ""
	}
	return v.Format(time.DateOnly)
}

// Texts are a list of texts, each of at most so many bytes.
func (t *Table) Texts(key string, most int) (out []string) {
	values, ok := Take[[]any](t, key, "a list of sentences in double quotes")
	if !ok {
		return nil
	}
	if len(values) > mostTexts {
		t.Problemf(t.Line(key), "%s: %d sentences, want at most %d", key, len(values), mostTexts)
		return nil
	}
	for _, v := range values {
		text, isText := v.(string)
		if !isText {
			t.Problemf(t.Line(key), "%s: %s: want sentences in double quotes", key, Shown(v))
			return nil
		}
		if trouble := badText(text, most); trouble != "" {
			t.Problemf(t.Line(key), "%s: %s", key, trouble)
			return nil
		}
		out = append(out, text)
	}
	return out
}

// Rest complains of the keys that nobody asked for.
func (t *Table) Rest() {
	for _, key := range slices.Sorted(maps.Keys(t.Keys)) {
		if !slices.Contains(t.asked, key) {
			t.Problemf(t.Line(key), "unknown key %s: %s", phrase.Quoted(key), spelling.Hint(key, t.asked, strings.Join(t.asked, ", ")))
		}
	}
}

// Shown is a value of a file as it may stand in a message.
func Shown(value any) string {
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
	return fmt.Sprint(value)
}

// Quote writes a line of text so that it is read back.
func Quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "'''", `''\u0027`).Replace(s) + `"`
}
