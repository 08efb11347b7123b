package config

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"darksite/internal/ground/phrase"
	"darksite/internal/ground/settings"
	"darksite/internal/ground/spelling"
	plaintext "darksite/internal/ground/text"
)

// Parse reads the text of a configuration. Keys that are not set have their
// defaults. The directory of the site should be absolute, the file's name is
// for messages. Every error is an [*Error] and tells all that is wrong, except
// that a syntax error hides what is behind it.
func Parse(dir, file, home, content string) (Config, error) {
	e := &Error{File: file}
	content, err := plaintext.Parse([]byte(content), file, sizeLimit)
	var bad *plaintext.Error
	if errors.As(err, &bad) {
		p := Problem{Line: bad.Line, Message: bad.Reason, Hint: bad.Hint}
		if bad.Offset >= 0 {
			p.Message = fmt.Sprintf("byte %d: %s", bad.Offset, bad.Reason)
		}
		e.Problems = []Problem{p}
		return Config{}, e
	}
	raw, wrong := settings.Decode(content)
	if wrong != nil {
		e.Problems = []Problem{{Line: wrong.Line, Message: wrong.Message, Hint: wrong.Hint}}
		return Config{}, e
	}
	c := Default(dir)
	c.File, c.Home = file, home
	for _, table := range slices.Sorted(maps.Keys(raw)) {
		e.Problems = append(e.Problems, c.setTable(content, table, raw[table])...)
	}
	if e.Problems == nil {
		e.Problems = slices.Concat(c.placeProblems(content), c.targetProblems(content), c.notifyProblems(content))
	}
	if e.Problems != nil {
		slices.SortStableFunc(e.Problems, func(a, b Problem) int { return a.Line - b.Line })
		return Config{}, e
	}
	return c, nil
}

// setTable takes one table of the file, or what stands in its place.
func (c *Config) setTable(content, table string, value any) []Problem {
	keys, ok := value.(map[string]any)
	if !slices.Contains(tables(), table) {
		p := Problem{Line: lineOf(content, "", table), Key: table, Message: fmt.Sprintf("unknown table [%s]", bare(table))}
		if !ok {
			p.Message = fmt.Sprintf("unknown key %s outside of any table", bare(table))
		}
		p.Hint = spelling.Hint(table, tables(), "["+strings.Join(tables(), "], [")+"]")
		for _, s := range Settings {
			if !ok && s.Key == table {
				p.Hint = fmt.Sprintf("%s belongs below [%s]", s.Key, s.Table)
			}
		}
		return []Problem{p}
	}
	if !ok {
		return []Problem{{Line: lineOf(content, "", table), Key: table,
			Message: fmt.Sprintf("%s = %s: want a table", table, shown(value)),
			Hint:    fmt.Sprintf("write [%s] on a line of its own and its keys below", table)}}
	}
	var problems []Problem
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if target, ok := keys[key].(map[string]any); ok && table == publishTable {
			problems = append(problems, c.setTarget(content, key, target)...)
			continue
		}
		if p, ok := c.setKey(table, key, keys[key]); !ok {
			p.Line, p.Key = lineOf(content, table, key), table+"."+key
			problems = append(problems, p)
		}
	}
	return problems
}

// setKey takes one value; not ok comes with the problem.
func (c *Config) setKey(table, key string, value any) (p Problem, ok bool) {
	var known []string
	for _, s := range Settings {
		if s.Table != table {
			continue
		}
		if s.Key != key {
			known = append(known, s.Key)
			continue
		}
		if err := s.set(c, value); err != nil {
			return Problem{Message: fmt.Sprintf("%s = %s: %v", s.Name(), shown(value), err)}, false
		}
		return Problem{}, true
	}
	p = Problem{Message: fmt.Sprintf("unknown key %s in [%s]", bare(key), table)}
	p.Hint = spelling.Hint(key, known, strings.Join(known, ", "))
	for _, s := range Settings {
		if s.Key == key {
			p.Hint = fmt.Sprintf("%s belongs below [%s]", key, s.Table)
		}
	}
	return p, false
}

// lineOf is the line of a key, 0 when the text does not tell for certain. The
// decoder gives no positions of keys, so it takes the one line that looks like
// the key's; two such lines are not certain.
func lineOf(content, table, key string) int {
	name := `["']?` + regexp.QuoteMeta(key) + `["']?`
	if table != "" {
		name = `(` + regexp.QuoteMeta(table) + `\s*\.\s*)?` + name
	}
	form := regexp.MustCompile(`^\s*(` + name + `\s*[=.]|\[+\s*` + name + `\s*[\].])`)
	found, n := 0, 0
	for line := range strings.Lines(content) {
		n++
		if !form.MatchString(line) {
			continue
		}
		if found > 0 {
			return 0
		}
		found = n
	}
	return found
}

// userForm is what may be a user and a password in an address, for no message to
// show.
var userForm = regexp.MustCompile(`//[^/]*@|^[^/@\s]*:[^/@\s]*@`)

func withoutUser(s string) string {
	return userForm.ReplaceAllStringFunc(s, func(user string) string {
		if strings.HasPrefix(user, "//") {
			return "//...@"
		}
		return "...@"
	})
}

// shown is a value of the file as it may stand in a message.
func shown(value any) string {
	if v, ok := value.(string); ok {
		value = withoutUser(v)
	}
	return settings.Shown(value)
}

// bareKey is what TOML takes as a key without quotes.
var bareKey = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

// bare is a key of the file as it may stand in a message.
func bare(key string) string {
	if bareKey.MatchString(key) {
		return key
	}
	return phrase.Quoted(key)
}
