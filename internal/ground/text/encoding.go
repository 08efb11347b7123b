package text

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"darksite/internal/ground/phrase"
)

// utf8Mark is the byte order mark of UTF-8 (RFC 3629, section 6).
const utf8Mark = "\xEF\xBB\xBF"

// marks are how files of other kinds begin. The marks of UTF-32 go before those
// of UTF-16, which they begin with (Unicode 16, section 23.8).
var marks = []struct{ bytes, encoding string }{
	{"\xFF\xFE\x00\x00", "UTF-32"},
	{"\x00\x00\xFE\xFF", "UTF-32"},
	{"\xFF\xFE", "UTF-16"},
	{"\xFE\xFF", "UTF-16"},
}

// formats are files that are no text in any encoding.
var formats = []struct{ bytes, is string }{
	{"\x1F\x8B", "a gzip file: unpack it with `gunzip`"},
	{"PK\x03\x04", "a ZIP archive, as word processors write documents: save it as plain text"},
	{"%PDF-", "a PDF document: the text has to be written as plain text"},
	{"\xD0\xCF\x11\xE0", "a document of an old word processor: save it as plain text"},
}

// foreign finds files that are in another encoding, or no text, as a whole.
func foreign(content []byte, name string) *Error {
	for _, f := range formats {
		if bytes.HasPrefix(content, []byte(f.bytes)) {
			return &Error{File: name, Offset: 0, Reason: "this is " + f.is}
		}
	}
	for _, m := range marks {
		if bytes.HasPrefix(content, []byte(m.bytes)) {
			return &Error{File: name, Offset: 0, Reason: fmt.Sprintf("the byte order mark of %s, want UTF-8", m.encoding), Hint: convert(m.encoding, name)}
		}
	}
	if encoding, at := unmarked(content); encoding != "" {
		return &Error{File: name, Offset: at, Reason: fmt.Sprintf("a byte 0: the text seems to be %s without a byte order mark, want UTF-8", encoding), Hint: convert(encoding, name)}
	}
	return nil
}

// unmarked recognises UTF-16 and UTF-32 without a byte order mark by where their
// zeros are: most characters of Western text have one byte that is not zero.
func unmarked(content []byte) (encoding string, firstZero int) {
	const sample = 4096
	part := content[:min(len(content), sample)]
	var zeros [4]int
	firstZero = -1
	for i, c := range part {
		if c == 0 {
			zeros[i%4]++
			if firstZero < 0 {
				firstZero = i
			}
		}
	}
	units := len(part) / 4
	if units == 0 { // two characters of UTF-16 are too few to tell, but for their zeros
		if len(content)%2 != 0 || len(content) == 0 {
			return "", firstZero
		}
		units = 1
	}
	most := func(n int) bool { return n*2 > units }
	few := func(n int) bool { return n*10 <= units }
	switch {
	case len(content)%4 == 0 && most(zeros[2]) && most(zeros[3]) && few(zeros[0]):
		return "UTF-32LE", firstZero
	case len(content)%4 == 0 && most(zeros[0]) && most(zeros[1]) && few(zeros[3]):
		return "UTF-32BE", firstZero
	case len(content)%2 == 0 && most(zeros[1]+zeros[3]) && few(zeros[0]+zeros[2]):
		return "UTF-16LE", firstZero
	case len(content)%2 == 0 && most(zeros[0]+zeros[2]) && few(zeros[1]+zeros[3]):
		return "UTF-16BE", firstZero
	}
	return "", firstZero
}

// notUTF8 says what stands at a byte that is not UTF-8, and what the text seems
// to be: valid sequences elsewhere mean damage, else it is an encoding of one
// byte for each character.
func notUTF8(body []byte, at int, name string) (reason, hint string) {
	if at+utf8.UTFMax > len(body) && !utf8.FullRune(body[at:]) && utf8.Valid(body[:at]) && multibyte(body) > 0 {
		return "the file ends within a character", "it seems to have been cut off: get it again"
	}
	reason = fmt.Sprintf("0x%02X is not UTF-8", body[at])
	if multibyte(body) > 0 {
		return reason, "the rest seems to be UTF-8, so this character is damaged or was pasted from a text in another encoding: write it again"
	}
	encoding, spoken := "LATIN1", "Latin-1 (ISO 8859-1)"
	for _, c := range body {
		if 0x80 <= c && c < 0xA0 { // control characters in Latin-1, letters and quotation marks in Windows-1252
			encoding, spoken = "WINDOWS-1252", "Windows-1252"
		}
	}
	return reason + "; the text seems to be " + spoken, convert(encoding, name)
}

// multibyte counts the characters of more than one byte that are valid UTF-8.
func multibyte(body []byte) (n int) {
	for i := 0; i < len(body); {
		_, size := utf8.DecodeRune(body[i:])
		if size > 1 {
			n++
		}
		i += size
	}
	return n
}

func convert(encoding, name string) string {
	return fmt.Sprintf("convert it with `iconv -f %s -t UTF-8 %s`", encoding, phrase.Shell(name))
}
