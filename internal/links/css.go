package links

import (
	"bytes"
	"strings"

	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/css"
)

// style notes what a style sheet, or an attribute that holds styles, loads.
func (p *page) style(content []byte, line int) {
	l := css.NewLexer(parse.NewInputBytes(content))
	loads := 0 // > 0 within parentheses whose strings are addresses
	atImport := false
	for {
		t, data := l.Next()
		if t == css.ErrorToken {
			// At the end, and at what is no CSS: a browser leaves that out, too.
			break
		}
		switch t {
		case css.URLToken:
			// At the end of a sheet the parenthesis may be missing.
			value := strings.TrimSuffix(string(data[min(len(data), len("url(")):]), ")")
			p.reference(line, "url()", unquoted(strings.TrimSpace(value)), picture)
		case css.BadURLToken:
			p.find(line, "url()", "", "this is no address: %s", shown(string(data)))
		case css.AtKeywordToken:
			atImport = strings.EqualFold(string(data), "@import")
		case css.SemicolonToken:
			atImport = false
		case css.FunctionToken:
			name := strings.ToLower(strings.TrimSuffix(string(data), "("))
			switch {
			case strings.Contains(name, `\`):
				p.find(line, shown(name), "", "the name of a function is written with escapes: write it plainly")
			case loads > 0 || name == "image-set" || name == "-webkit-image-set" || name == "image" || name == "src":
				loads++
			}
		case css.LeftParenthesisToken:
			if loads > 0 {
				loads++
			}
		case css.RightParenthesisToken:
			loads = max(0, loads-1)
		case css.StringToken:
			if atImport || loads > 0 {
				p.reference(line, "url()", unquoted(string(data)), picture)
				atImport = false
			}
		}
		line += bytes.Count(data, []byte{'\n'})
	}
}

func unquoted(s string) string {
	if len(s) >= 2 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		return s[1 : len(s)-1]
	}
	return s
}
