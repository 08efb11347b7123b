package quality

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"darksite/internal/ground/phrase"
	"darksite/internal/ground/text"
)

// Bounds of the files that people write.
const (
	mostBytes    = 64 << 10
	mostLine     = 1000 // the TOML decoder's time grows fast with the dots of a key
	mostEntries  = 200  // [[clause]] of a file
	mostText     = 1000 // bytes of a sentence
	mostEvidence = 20   // sentences
	mostProblems = 20   // told at once
)

// rulesFormat names the layout of a rules file.
const rulesFormat = "darksite/rules/1"

// document is a TOML file while it is checked.
type document struct {
	name     string
	lines    []string
	problems []error
}

// open decodes a file within bounds. Strings over several lines are refused, so
// that the line of a key can be told.
func open(content []byte, name string) (*document, map[string]any, error) {
	d := &document{name: name}
	written, err := text.Parse(content, name, mostBytes)
	if err != nil {
		return nil, nil, err
	}
	d.lines = strings.Split(written, "\n")
	for i, line := range d.lines {
		if len(line) > mostLine {
			return nil, nil, fmt.Errorf("%s: line %d: %d bytes, want at most %d", name, i+1, len(line), mostLine)
		}
		if strings.Contains(line, `"""`) || strings.Contains(line, `'''`) {
			return nil, nil, fmt.Errorf("%s: line %d: no strings over several lines here: write a list of sentences", name, i+1)
		}
	}
	var raw map[string]any
	if _, err := toml.Decode(written, &raw); err != nil {
		var syntax toml.ParseError
		if errors.As(err, &syntax) {
			return nil, nil, fmt.Errorf("%s: line %d: not valid TOML: %s", name, syntax.Position.Line, phrase.Short(syntax.Message))
		}
		return nil, nil, fmt.Errorf("%s: not valid TOML: %s", name, phrase.Short(err.Error()))
	}
	return d, raw, nil
}

func (d *document) problem(line int, format string, args ...any) {
	if len(d.problems) < mostProblems {
		d.problems = append(d.problems, fmt.Errorf("%s: line %d: %s", d.name, line, fmt.Sprintf(format, args...)))
	}
}

func (d *document) err() error { return errors.Join(d.problems...) }

// lineOf is the line of a key in the lines from and below to; from when the key
// is not at the beginning of one.
func (d *document) lineOf(key string, from, to int) int {
	for i := from; i <= to && i <= len(d.lines); i++ {
		rest, ok := strings.CutPrefix(strings.TrimSpace(d.lines[i-1]), key)
		if ok && strings.HasPrefix(strings.TrimSpace(rest), "=") {
			return i
		}
	}
	return from
}

// section is a table of a document whose keys are taken one by one.
type section struct {
	*document
	keys     map[string]any
	asked    []string
	from, to int // its lines
}

func (s *section) line(key string) int { return s.lineOf(key, s.from, s.to) }

// take gives a value and whether it is there and of the type.
func take[T any](s *section, key, want string) (v T, ok bool) {
	s.asked = append(s.asked, key)
	value, there := s.keys[key]
	if !there {
		return v, false
	}
	if v, ok = value.(T); !ok {
		s.problem(s.line(key), "%s = %s: want %s", key, shown(value), want)
	}
	return v, ok
}

func (s *section) text(key string, most int) (string, bool) {
	v, ok := take[string](s, key, "text in double quotes")
	if !ok {
		return "", false
	}
	if trouble := badText(v, most); trouble != "" {
		s.problem(s.line(key), "%s: %s", key, trouble)
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

// number is nil when it is not there.
func (s *section) number(key string) *float64 {
	s.asked = append(s.asked, key)
	var v float64
	switch value := s.keys[key].(type) {
	case nil:
		return nil
	case int64:
		v = float64(value)
	case float64:
		v = value
	default:
		s.problem(s.line(key), "%s = %s: want a number", key, shown(value))
		return nil
	}
	if math.IsNaN(v) || math.IsInf(v, 0) {
		s.problem(s.line(key), "%s = %v: want a finite number", key, v)
		return nil
	}
	return &v
}

// day is "" when it is not there.
func (s *section) day(key string) string {
	const want = "a day without quotes, such as 2026-11-22"
	v, ok := take[time.Time](s, key, want)
	if !ok {
		return ""
	}
	// The decoder marks the kind of a date in its location.
	if !strings.HasPrefix(v.Location().String(), "date-local") {
		s.problem(s.line(key), "%s = %s: want %s", key, v.Format(time.RFC3339), want)
		return ""
	}
	return v.Format(dayLayout)
}

// sentences are a list of texts.
func (s *section) sentences(key string) (out []string) {
	values, ok := take[[]any](s, key, "a list of sentences in double quotes")
	if !ok {
		return nil
	}
	if len(values) > mostEvidence {
		s.problem(s.line(key), "%s: %d sentences, want at most %d", key, len(values), mostEvidence)
		return nil
	}
	for _, v := range values {
		text, isText := v.(string)
		if !isText {
			s.problem(s.line(key), "%s: %s: want sentences in double quotes", key, shown(v))
			return nil
		}
		if trouble := badText(text, mostText); trouble != "" {
			s.problem(s.line(key), "%s: %s", key, trouble)
			return nil
		}
		out = append(out, text)
	}
	return out
}

// rest complains of the keys that nobody asked for.
func (s *section) rest() {
	for _, key := range slices.Sorted(maps.Keys(s.keys)) {
		if !slices.Contains(s.asked, key) {
			s.problem(s.line(key), "unknown key %s: %s", phrase.Quoted(key), suggest(key, s.asked))
		}
	}
}

// ParseRules reads a rules file. The name is for errors, of which it tells up to
// twenty at once, each with its line.
func ParseRules(content []byte, name string) (*Rules, error) {
	d, raw, err := open(content, name)
	if err != nil {
		return nil, err
	}
	starts := d.clauseLines()
	head := &section{document: d, keys: raw, from: 1, to: len(d.lines)}
	if len(starts) > 0 {
		head.to = starts[0] - 1
	}
	r := &Rules{limits: map[string][]Limit{}}
	if format, ok := head.text("format", 80); !ok || format != rulesFormat {
		head.problem(head.line("format"), "format is %s: want format = %q", phrase.Quoted(format), rulesFormat)
	}
	r.source.Name, _ = head.text("name", 80)
	r.source.Date = head.day("date")
	if r.source.Name == "" || r.source.Date == "" {
		head.problem(1, "rules have a name and a date, such as name = \"ours\" and date = 2026-11-22")
	}
	entries, _ := take[[]map[string]any](head, "clause", "[[clause]] on a line of its own, its keys below it")
	head.rest()
	if len(entries) > mostEntries {
		return nil, fmt.Errorf("%s: %d clauses, want at most %d", name, len(entries), mostEntries)
	}
	if len(entries) != len(starts) {
		d.problem(1, "%d clauses, of which %d begin with [[clause]] on a line of its own; write all of them so", len(entries), len(starts))
		return nil, d.err()
	}
	for i, keys := range entries {
		s := &section{document: d, keys: keys, from: starts[i], to: len(d.lines)}
		if i+1 < len(starts) {
			s.to = starts[i+1] - 1
		}
		s.limit(r)
	}
	for _, clause := range clauseNames() {
		if len(r.limits[clause]) == 0 && len(d.problems) == 0 {
			d.problem(len(d.lines), "no rule for clause %s: give it a limit, or off = true and the reason as evidence", clause)
		}
	}
	if err := d.err(); err != nil {
		return nil, err
	}
	r.source.SHA256 = fmt.Sprintf("%x", sha256.Sum256(content))
	return r, nil
}

// clauseLines are the lines that begin a clause.
func (d *document) clauseLines() (lines []int) {
	for i, line := range d.lines {
		head, _, _ := strings.Cut(line, "#")
		if strings.ReplaceAll(strings.TrimSpace(head), " ", "") == "[[clause]]" {
			lines = append(lines, i+1)
		}
	}
	return lines
}

// limit takes one [[clause]].
func (s *section) limit(r *Rules) {
	before := len(s.problems)
	name, _ := s.text("name", 80)
	at := slices.IndexFunc(catalogue, func(d definition) bool { return d.name == name })
	l := Limit{
		DegradedBelow: s.number("degraded_below"), DegradedAbove: s.number("degraded_above"),
		BadBelow: s.number("bad_below"), BadAbove: s.number("bad_above"),
		From: s.day("applies_from"), To: s.day("applies_to"),
		Unknown: Pass,
	}
	l.Off, _ = take[bool](s, "off", "true or false")
	if how, ok := s.text("unknown", 80); ok {
		states := map[string]State{"ignore": Pass, "degraded": Degraded, "bad": Bad}
		if l.Unknown, ok = states[how]; !ok {
			s.problem(s.line("unknown"), "unknown = %s: want \"ignore\", \"degraded\" or \"bad\"", phrase.Quoted(how))
		}
	}
	l.Evidence = s.sentences("evidence")
	s.rest()
	if at < 0 {
		s.problem(s.line("name"), "no clause is called %s: %s", phrase.Quoted(name), suggest(name, clauseNames()))
	}
	if len(s.problems) > before || at < 0 {
		return
	}
	if len(l.Evidence) == 0 {
		s.problem(s.from, "clause %s: no evidence: say what the limits rest on, evidence = [\"...\"]", name)
	}
	s.possible(&l, &catalogue[at])
	for _, other := range r.limits[name] {
		if (l.From == "" || other.To == "" || l.From <= other.To) && (other.From == "" || l.To == "" || other.From <= l.To) {
			s.problem(s.from, "clause %s: its days overlap those of another rule for it: end one with applies_to before the other begins with applies_from", name)
		}
	}
	r.limits[name] = append(r.limits[name], l)
}

// possible refuses limits that cannot be meant.
func (s *section) possible(l *Limit, d *definition) {
	bounds := []struct {
		key   string
		limit *float64
	}{{"degraded_below", l.DegradedBelow}, {"degraded_above", l.DegradedAbove}, {"bad_below", l.BadBelow}, {"bad_above", l.BadAbove}}
	none := true
	for _, b := range bounds {
		if b.limit == nil {
			continue
		}
		none = false
		if *b.limit < d.low || *b.limit > d.high {
			s.problem(s.line(b.key), "%s = %v: clause %s measures from %s to %s", b.key, *b.limit, d.name, amount(d.low, d.unit), amount(d.high, d.unit))
		}
	}
	if none && !l.Off {
		s.problem(s.from, "clause %s has no limit: give one, or off = true", d.name)
	}
	if !none && l.Off {
		s.problem(s.line("off"), "clause %s is off and has a limit: keep one of them", d.name)
	}
	if l.From != "" && l.To != "" && l.From > l.To {
		s.problem(s.line("applies_to"), "clause %s: applies_to %s is before applies_from %s", d.name, l.To, l.From)
	}
	above := func(low, high *float64) bool { return low != nil && high != nil && *low > *high }
	switch {
	case above(l.BadBelow, l.DegradedBelow):
		s.problem(s.line("bad_below"), "clause %s: bad below %v comes before degraded below %v: exchange them", d.name, *l.BadBelow, *l.DegradedBelow)
	case above(l.DegradedAbove, l.BadAbove):
		s.problem(s.line("bad_above"), "clause %s: bad above %v comes before degraded above %v: exchange them", d.name, *l.BadAbove, *l.DegradedAbove)
	case above(l.DegradedBelow, l.DegradedAbove), above(l.BadBelow, l.BadAbove), above(l.DegradedBelow, l.BadAbove), above(l.BadBelow, l.DegradedAbove):
		s.problem(s.from, "clause %s: nothing lies between its limits, so nothing can pass", d.name)
	}
}
