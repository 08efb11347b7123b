package table

import (
	"fmt"
	"strings"
)

// splitter takes records off a text with LF line ends.
type splitter struct {
	rest  string
	line  int // of the first line of rest, from 1
	comma byte
	// comment is told each comment, without its #.
	comment func(text string, line int)
}

// separators are what may stand between cells, and blanks; a line of nothing else
// is empty.
const separators = ",;\t "

// blank is the separator of cells with any number of blanks between them.
const blank = ' '

// next is the next record with text, cells trimmed; nil at the end.
func (s *splitter) next() (cells []string, line int, err error) {
	for s.rest != "" {
		first, _, _ := strings.Cut(s.rest, "\n")
		switch trimmed := strings.TrimSpace(first); {
		case strings.Trim(trimmed, separators) == "" || s.comma == blank && strings.Trim(trimmed, "-= \t") == "":
			s.drop(first)
			continue
		case trimmed[0] == '#':
			if s.comment != nil {
				s.comment(trimmed[1:], s.line)
			}
			s.drop(first)
			continue
		}
		line = s.line
		if cells, err = s.record(); err != nil {
			return nil, line, err
		}
		if strings.Join(cells, "") != "" {
			return cells, line, nil
		}
	}
	return nil, s.line, nil
}

// drop leaves out the first line.
func (s *splitter) drop(first string) {
	s.rest = strings.TrimPrefix(s.rest[len(first):], "\n")
	s.line++
}

// record splits the next record, which has text. A cell in quotation marks may
// hold separators and line ends.
func (s *splitter) record() (cells []string, err error) {
	begun := s.line
	for {
		cell, quoted, ok := s.quoted()
		if !ok {
			return nil, fmt.Errorf("line %d: a quotation mark opens a cell and none closes it: add it, or remove the one", begun)
		}
		if !quoted {
			end := strings.IndexAny(s.rest, s.ends())
			if end < 0 {
				end = len(s.rest)
			}
			cell, s.rest = strings.TrimSpace(s.rest[:end]), s.rest[end:]
		}
		if s.comma != blank || quoted || cell != "" {
			cells = append(cells, cell)
		}
		if s.rest == "" {
			return cells, nil
		}
		end := s.rest[0]
		s.rest = s.rest[1:]
		if end == '\n' {
			s.line++
			return cells, nil
		}
	}
}

// ends are the characters that end a cell.
func (s *splitter) ends() string {
	if s.comma == blank {
		return " \t\n"
	}
	return string(s.comma) + "\n"
}

// quoted takes a cell in quotation marks. What only begins with a mark, and goes
// on behind the next one, is no such cell. Not ok when no mark closes the cell.
func (s *splitter) quoted() (cell string, quoted, ok bool) {
	text := strings.TrimLeft(s.rest, s.spaces())
	if text == "" || text[0] != '"' {
		return "", false, true
	}
	text = text[1:]
	lines := 0
	var b strings.Builder
	for {
		at := strings.IndexByte(text, '"')
		if at < 0 {
			return "", false, false
		}
		b.WriteString(text[:at])
		lines += strings.Count(text[:at], "\n")
		text = text[at+1:]
		if text == "" || text[0] != '"' {
			break
		}
		b.WriteByte('"')
		text = text[1:]
	}
	after := text
	if s.comma != blank {
		after = strings.TrimLeft(text, s.spaces())
	}
	if after != "" && !strings.ContainsRune(s.ends(), rune(after[0])) {
		return "", false, true
	}
	s.rest = after
	s.line += lines
	return strings.TrimSpace(b.String()), true, true
}

// spaces may stand around a cell in quotation marks.
func (s *splitter) spaces() string {
	if s.comma == '\t' {
		return " "
	}
	return " \t"
}
