package config

import (
	"fmt"
	"strconv"
	"strings"

	"darksite/processing/era"
)

// Example is a site.toml with every setting, its explanation and its default.
// Reading it gives the same as having none.
func Example() string {
	var b strings.Builder
	b.WriteString("# Configuration of a darksite. Every setting may be left out; the values here\n" +
		"# are the defaults.\n")
	table := ""
	for _, s := range Settings {
		if s.Table != table {
			table = s.Table
			fmt.Fprintf(&b, "\n[%s]\n", table)
		} else {
			b.WriteByte('\n')
		}
		for _, line := range s.Doc {
			b.WriteString(strings.TrimRight("# "+line, " ") + "\n")
		}
		b.WriteString(s.Key + " = " + s.example() + "\n")
	}
	return b.String()
}

// example is the default as TOML.
func (s Setting) example() string {
	if eras, ok := s.Default.(era.Eras); ok {
		return exampleEras(eras)
	}
	if v, ok := s.Default.(float64); ok {
		// A TOML float has a point.
		text := strconv.FormatFloat(v, 'f', -1, 64)
		if !strings.Contains(text, ".") {
			text += ".0"
		}
		return text
	}
	return strconv.Quote(fmt.Sprint(s.Default))
}
