package text

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf16"
	"unicode/utf8"
)

const most = 1 << 16

// wide encodes a text in units of two or four bytes.
func wide(s string, order binary.AppendByteOrder, bytes int, mark bool) []byte {
	if mark {
		s = "\uFEFF" + s
	}
	var out []byte
	if bytes == 2 {
		for _, u := range utf16.Encode([]rune(s)) {
			out = order.AppendUint16(out, u)
		}
		return out
	}
	for _, r := range s {
		out = order.AppendUint32(out, uint32(r))
	}
	return out
}

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"":                             "",
		"\uFEFF":                       "",
		"\uFEFFa":                      "a",
		"a\r\nb\rc\nd\r\r\ne\r":        "a\nb\nc\nd\n\ne\n",
		"e⁻/s, Šimek, 暗電流, \U0001F52D": "e⁻/s, Šimek, 暗電流, \U0001F52D",
		"a\tb\u00a0c":                  "a\tb\u00a0c",
		"\uFFFD":                       "\uFFFD",
	} {
		got, err := Parse([]byte(in), "n.md", most)
		if err != nil || got != want {
			t.Errorf("%q: %q, %v, want %q", in, got, err, want)
		}
	}
}

// A text in another encoding is an error with its file, byte and line, and says
// what it seems to be.
func TestCase09Encodings(t *testing.T) {
	const said = "Die Ma\u00dfe der K\u00e4lte:\nalles bleibt warm.\n"
	latin1 := []byte("one\r\ntwo caf\xE9\r\n")
	for _, c := range []struct {
		name    string
		content []byte
		offset  int
		line    int
		want    []string
	}{
		{"Latin-1", latin1, 12, 2, []string{"0xE9", "Latin-1", "`iconv -f LATIN1 -t UTF-8 content/notes/2016125.md`"}},
		{"Windows-1252", []byte("the \x93warm\x94 pixels \xB1 1"), 4, 1, []string{"0x93", "WINDOWS-1252"}},
		{"old line ends", []byte("a\rb\r\xB0C"), 4, 3, []string{"Latin-1"}},
		{"UTF-16 with mark, little", wide(said, binary.LittleEndian, 2, true), 0, 0, []string{"byte order mark of UTF-16", "iconv -f UTF-16 "}},
		{"UTF-16 with mark, big", wide(said, binary.BigEndian, 2, true), 0, 0, []string{"iconv -f UTF-16 "}},
		{"UTF-16 little", wide(said, binary.LittleEndian, 2, false), 1, 0, []string{"UTF-16LE", "iconv -f UTF-16LE "}},
		{"UTF-16 big", wide(said, binary.BigEndian, 2, false), 0, 0, []string{"iconv -f UTF-16BE "}},
		{"two characters of UTF-16", wide("a\n", binary.LittleEndian, 2, false), 1, 0, []string{"UTF-16LE"}},
		{"UTF-32 with mark, little", wide(said, binary.LittleEndian, 4, true), 0, 0, []string{"iconv -f UTF-32 "}},
		{"UTF-32 with mark, big", wide(said, binary.BigEndian, 4, true), 0, 0, []string{"iconv -f UTF-32 "}},
		{"UTF-32 little", wide(said, binary.LittleEndian, 4, false), 1, 0, []string{"UTF-32LE"}},
		{"UTF-32 big", wide(said, binary.BigEndian, 4, false), 0, 0, []string{"UTF-32BE"}},
		{"damaged", []byte("K\u00e4lte\n\nW\xE4rme"), 9, 3, []string{"0xE4", "rest seems to be UTF-8"}},
		{"cut", []byte("K\u00e4lt\u00e4")[:6], 5, 1, []string{"ends within a character"}},
		{"surrogate", []byte("\u00e4 \xED\xA0\x80"), 3, 1, []string{"0xED"}},
		{"overlong", []byte("\u00e4\xC0\xAF"), 2, 1, []string{"0xC0"}},
		{"NUL", []byte("# Title\nab\x00c, and much more text after it"), 10, 2, []string{"U+0000", "delete it"}},
		{"escape", []byte("a\x1b[31mb"), 1, 1, []string{"U+001B"}},
		{"DEL", []byte("a\x7f"), 1, 1, []string{"U+007F"}},
		{"C1", []byte("\uFEFFa\u0093b"), 4, 1, []string{"U+0093", "WINDOWS-1252"}},
		{"second mark", []byte("\uFEFF\uFEFF---\n"), 3, 1, []string{"U+FEFF", "joined"}},
		{"gzip", []byte("\x1f\x8b\x08\x00"), 0, 0, []string{"gunzip"}},
		{"document", []byte("PK\x03\x04\x14\x00"), 0, 0, []string{"plain text"}},
		{"too long", []byte(strings.Repeat("a", most+1)), -1, 0, []string{"65537 bytes, want at most 65536"}},
	} {
		got, err := Parse(c.content, "content/notes/2016125.md", most)
		var e *Error
		if !errors.As(err, &e) || got != "" {
			t.Errorf("%s: %q, %v", c.name, got, err)
			continue
		}
		if e.Offset != c.offset || e.Line != c.line || e.File != "content/notes/2016125.md" {
			t.Errorf("%s: %s, byte %d, line %d, want byte %d, line %d", c.name, e.File, e.Offset, e.Line, c.offset, c.line)
		}
		for _, w := range append(c.want, "content/notes/2016125.md: ") {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: %q lacks %q", c.name, err, w)
			}
		}
	}
}

func TestReadFile(t *testing.T) {
	dir := fstest.MapFS{
		"a.md":   {Data: []byte("\uFEFFa\r\n")},
		"d/b.md": {Data: nil},
		"pipe":   {Mode: fs.ModeNamedPipe},
		"long":   {Data: make([]byte, 11)},
	}
	if got, err := ReadFile(dir, "a.md", 10); err != nil || got != "a\n" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := ReadFile(dir, "none.md", 10); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	for name, want := range map[string]string{"d": "not a regular file", "pipe": "not a regular file", "long": "11 bytes, want at most 10"} {
		if _, err := ReadFile(dir, name, 10); err == nil || !strings.Contains(err.Error(), name+": "+want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzParse: what is taken for text is UTF-8 with nothing but LF among its
// controls, says what the bytes say, and is taken again as it is. Errors point
// into the file.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"", "a\r\nb", "\uFEFFx", "caf\xE9", "\xFF\xFEa\x00", "a\x00b\x00", "\x00a\x00b", "K\u00e4\xC3", "\x1f\x8b", "\x85"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		got, err := Parse(content, "x", 1<<12)
		var e *Error
		switch {
		case errors.As(err, &e):
			if e.Offset >= max(1, len(content)) || e.Offset < -1 || e.Reason == "" || len(err.Error()) > 300 {
				t.Errorf("%q: %+v", content, e)
			}
			return
		case err != nil:
			t.Fatal(err)
		}
		if !utf8.ValidString(got) || strings.ContainsAny(got, "\r\x00\uFEFF") {
			t.Errorf("%q gives %q", content, got)
		}
		plain := strings.NewReplacer("\r", "", "\n", "", "\uFEFF", "")
		if plain.Replace(got) != plain.Replace(string(content)) {
			t.Errorf("%q gives %q", content, got)
		}
		if again, err := Parse([]byte(got), "x", 1<<12); err != nil || again != got {
			t.Errorf("%q, then %q: %v", got, again, err)
		}
	})
}
