package fits

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

const (
	cardSize  = 80
	blockSize = 2880 // header and data are padded to this (section 3.1)
	// maxString is what a card holds between the quotes, columns 12 to 79.
	maxString = 68
	// maxCommentary is the text of a COMMENT or HISTORY card, columns 9 to 80.
	maxCommentary = 72
)

// Card is one header keyword.
//
// Value is a string, bool, integer, float or nil (a keyword without a value).
// Cards that were read hold string, bool, int64, float64 or nil, or [Unread]
// where the value has none of the forms of the standard. The text of
// COMMENT and HISTORY stands in Value; when written, it is wrapped into as many
// cards as it needs.
type Card struct {
	Key     string
	Value   any
	Comment string
}

// Unread is the value of a card that does not follow the standard, as it stands
// there without blanks around it. A card that is needed is never of this type.
type Unread string

// appendCard adds the card's 80 bytes, or several times 80 for commentary.
func appendCard(b []byte, c Card) ([]byte, error) {
	if err := checkKey(c.Key); err != nil {
		return nil, err
	}
	if isCommentary(c.Key) {
		return appendCommentary(b, c)
	}
	if err := checkText(c.Comment); err != nil {
		return nil, fmt.Errorf("keyword %s: comment %q %w", c.Key, c.Comment, err)
	}
	value, err := formatValue(c.Value)
	if err != nil {
		return nil, fmt.Errorf("keyword %s: %w", c.Key, err)
	}
	start := len(b)
	b = pad(append(b, c.Key...), start+8)
	b = append(b, "= "...)
	b = pad(append(b, value...), start+30)
	// A comment is for people; it is cut where the card ends (section 4.1.2.3
	// sets no rule), the value never.
	if room := cardSize - (len(b) - start) - len(" / "); c.Comment != "" && room > 0 {
		b = append(b, " / "...)
		b = append(b, c.Comment[:min(room, len(c.Comment))]...)
	}
	return pad(b, start+cardSize), nil
}

// formatValue is the value in fixed format (section 4.2): strings from column
// 11, everything else right-justified to column 30. A float that needs more
// than 20 characters runs on in free format, so that no digit is lost.
func formatValue(v any) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case string:
		return quote(v)
	case Unread:
		return "", fmt.Errorf("the value %q has no form in a FITS header; use a string, bool, integer or float", string(v))
	case bool:
		if v {
			return right("T"), nil
		}
		return right("F"), nil
	case float32:
		return formatFloat(float64(v), 32)
	case float64:
		return formatFloat(v, 64)
	case int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64:
		return right(fmt.Sprint(v)), nil
	}
	return "", fmt.Errorf("a value of type %T does not fit a card; use a string, bool, integer or float", v)
}

// formatFloat writes the shortest digits that read back as the same number,
// always with a decimal point (section 4.2.4).
func formatFloat(v float64, bits int) (string, error) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "", fmt.Errorf("%v has no form in a FITS header; leave the keyword out", v)
	}
	style := byte('G')
	if a := math.Abs(v); a >= 1e-4 && a < 1e15 {
		style = 'f' // as people write it, and still at most 21 digits
	}
	s := strconv.FormatFloat(v, style, -1, bits)
	mantissa, exponent, scientific := strings.Cut(s, "E")
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	if scientific {
		mantissa += "E" + exponent
	}
	return right(mantissa), nil
}

// quote encloses s and doubles its quotes (section 4.2.1.1).
func quote(s string) (string, error) {
	if err := checkText(s); err != nil {
		return "", fmt.Errorf("%q %w", s, err)
	}
	q := strings.ReplaceAll(s, "'", "''")
	if len(q) > maxString {
		return "", fmt.Errorf("the string %q needs %d characters and a card holds %d; shorten it or put it into HISTORY", s, len(q), maxString)
	}
	return fmt.Sprintf("'%-8s'", q), nil
}

// appendCommentary wraps the text into cards, at spaces where there are any.
func appendCommentary(b []byte, c Card) ([]byte, error) {
	text, ok := c.Value.(string)
	if !ok && c.Value != nil {
		return nil, fmt.Errorf("keyword %s: its text must be a string in Value, not %T", c.Key, c.Value)
	}
	if c.Comment != "" {
		return nil, fmt.Errorf("keyword %s: its text belongs in Value, not in Comment", c.Key)
	}
	for _, line := range strings.Split(text, "\n") {
		if err := checkText(line); err != nil {
			return nil, fmt.Errorf("keyword %s: %q %w", c.Key, line, err)
		}
		for {
			part := line
			if len(line) > maxCommentary {
				part = line[:maxCommentary]
				if i := strings.LastIndexByte(line[:maxCommentary+1], ' '); i > 0 {
					part = line[:i]
				}
			}
			start := len(b)
			b = pad(append(b, c.Key...), start+8)
			b = pad(append(b, part...), start+cardSize)
			if line = strings.TrimLeft(line[len(part):], " "); line == "" {
				break
			}
		}
	}
	return b, nil
}

// checkKey holds the keyword to section 4.1.2.1.
func checkKey(key string) error {
	if len(key) == 0 || len(key) > 8 {
		return fmt.Errorf("keyword %q: want 1 to 8 characters", key)
	}
	for i := range len(key) {
		if c := key[i]; !('A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_') {
			return fmt.Errorf("keyword %q: want only A to Z, 0 to 9, - and _", key)
		}
	}
	return nil
}

// checkText holds text to the characters a header may have (section 3.2).
func checkText(s string) error {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return fmt.Errorf("has the byte %#02x at %d; a FITS header holds only printable ASCII", s[i], i)
		}
	}
	return nil
}

func isCommentary(key string) bool { return key == "COMMENT" || key == "HISTORY" }

// right justifies a value to the end of its field, column 30.
func right(s string) string { return fmt.Sprintf("%20s", s) }

// pad appends spaces up to length n.
func pad(b []byte, n int) []byte {
	for len(b) < n {
		b = append(b, ' ')
	}
	return b
}
