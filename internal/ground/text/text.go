package text

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"unicode/utf8"
)

// Error is a file that is no text.
type Error struct {
	File   string
	Offset int // of the byte at fault, from 0; -1 for the file as a whole
	Line   int // that holds the byte, from 1; 0 where lines mean nothing
	Reason string
	Hint   string // what to do, "" where the reason says it
}

// Error names file, byte and line, the reason, and what to do.
func (e *Error) Error() string {
	s := e.File + ": "
	switch {
	case e.Offset >= 0 && e.Line > 0:
		s += fmt.Sprintf("byte %d (line %d): ", e.Offset, e.Line)
	case e.Offset >= 0:
		s += fmt.Sprintf("byte %d: ", e.Offset)
	}
	s += e.Reason
	if e.Hint != "" {
		s += "; " + e.Hint
	}
	return s
}

// ReadFile reads a file as [Parse] does. It must be a regular file, or a symbolic
// link to one that the file system follows. Errors of the file system are
// returned as they are, so that [errors.Is] finds [fs.ErrNotExist].
func ReadFile(from fs.FS, name string, most int) (string, error) {
	f, err := from.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", &Error{File: name, Offset: -1, Reason: "not a regular file"}
	}
	if info.Size() > int64(most) {
		return "", tooLong(name, info.Size(), most)
	}
	content, err := io.ReadAll(io.LimitReader(f, int64(most)+1))
	if err != nil {
		return "", err
	}
	return Parse(content, name, most)
}

// Parse gives the text of a file of at most so many bytes: UTF-8 without a byte
// order mark, lines that end with LF. The name is for errors, which are [*Error].
func Parse(content []byte, name string, most int) (string, error) {
	if len(content) > most {
		return "", tooLong(name, int64(len(content)), most)
	}
	if e := foreign(content, name); e != nil {
		return "", e
	}
	body := bytes.TrimPrefix(content, []byte(utf8Mark))
	start := len(content) - len(body)
	for i := 0; i < len(body); {
		r, size := utf8.DecodeRune(body[i:])
		e := &Error{File: name, Offset: start + i, Line: lineAt(body, i)}
		switch {
		case r == utf8.RuneError && size <= 1:
			e.Reason, e.Hint = notUTF8(body, i, name)
			return "", e
		case r == '\uFEFF':
			e.Reason = "a byte order mark within the text"
			e.Hint = "files seem to have been joined here: delete the mark, U+FEFF"
			return "", e
		case control(r):
			e.Reason = fmt.Sprintf("control character U+%04X", r)
			e.Hint = "text has none but tabs and line ends: delete it"
			if r >= 0x80 {
				e.Hint = "the text seems to have been Windows-1252 and converted as if it were Latin-1: convert the original with `iconv -f WINDOWS-1252 -t UTF-8`"
			}
			return "", e
		}
		i += size
	}
	return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(body)), nil
}

func tooLong(name string, size int64, most int) error {
	return &Error{File: name, Offset: -1, Reason: fmt.Sprintf("%d bytes, want at most %d", size, most)}
}

// control tells of characters that text does not have: C0 and C1 (ISO/IEC 6429)
// and DEL, without tab and line ends.
func control(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || 0x7F <= r && r < 0xA0
}

// lineAt is the line of a byte, by any of the three line ends.
func lineAt(content []byte, at int) int {
	before := content[:at]
	return 1 + bytes.Count(before, []byte{'\n'}) + bytes.Count(before, []byte{'\r'}) - bytes.Count(before, []byte("\r\n"))
}
