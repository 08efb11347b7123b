package table

import (
	"fmt"
	"strings"
)

// ecsvMark is the first comment of ECSV.
const ecsvMark = "%ECSV"

// described is a column as the header of ECSV tells it.
type described struct{ name, unit string }

// ecsvHead reads what the comments before the header of ECSV say: the
// delimiter and the units. They are YAML of a known shape, a list of mappings
// below "datatype:", each in braces or on lines of its own.
func ecsvHead(comments []string) (delimiter byte, columns []described, err error) {
	delimiter = blank
	var item []string
	end := func() {
		if item != nil {
			columns = append(columns, ecsvColumn(item))
		}
		item = nil
	}
	listed := false
	for _, c := range comments {
		text := strings.TrimPrefix(c, " ")
		switch {
		case strings.HasPrefix(text, "delimiter:"):
			switch d := unquoted(strings.TrimPrefix(text, "delimiter:")); d {
			case ",", "":
				delimiter = ','
			case " ":
			default:
				return 0, nil, fmt.Errorf("the ECSV header has the delimiter %q: want a comma or a blank", d)
			}
		case strings.HasPrefix(text, "datatype:"):
			listed = true
		case !listed:
		case strings.HasPrefix(strings.TrimLeft(text, " "), "- ") && !strings.HasPrefix(text, "   "):
			end()
			item = []string{strings.TrimSpace(strings.TrimLeft(text, " -"))}
		case strings.HasPrefix(text, " ") && item != nil:
			item = append(item, strings.TrimSpace(text))
		default:
			end()
			listed = false
		}
	}
	end()
	if columns == nil {
		return 0, nil, fmt.Errorf("the ECSV header describes no columns below datatype: write it anew with Astropy")
	}
	return delimiter, columns, nil
}

// ecsvColumn reads one mapping.
func ecsvColumn(lines []string) (c described) {
	pairs := lines
	if inner, ok := strings.CutPrefix(lines[0], "{"); ok {
		inner += " " + strings.Join(lines[1:], " ")
		pairs = apart(strings.TrimSuffix(strings.TrimSpace(inner), "}"))
	}
	for _, p := range pairs {
		key, value, _ := strings.Cut(p, ":")
		switch strings.TrimSpace(key) {
		case "name":
			c.name = unquoted(value)
		case "unit":
			c.unit = unquoted(value)
		}
	}
	return c
}

// apart splits at the commas that are in no brackets and no quotation marks.
func apart(s string) (list []string) {
	depth, from := 0, 0
	var quote rune
	for i, r := range s {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '"' || r == '\'':
			quote = r
		case r == '{' || r == '[':
			depth++
		case r == '}' || r == ']':
			depth--
		case r == ',' && depth == 0:
			list = append(list, s[from:i])
			from = i + 1
		}
	}
	return append(list, s[from:])
}

// unquoted is a scalar of YAML without its quotation marks.
func unquoted(s string) string {
	s = strings.TrimSpace(s)
	if n := len(s); n >= 2 && (s[0] == '"' || s[0] == '\'') && s[n-1] == s[0] {
		return s[1 : n-1]
	}
	return s
}
