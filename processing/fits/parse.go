package fits

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// maxHeaderBlocks bounds a header to 3600 cards.
const maxHeaderBlocks = 100

// parseHeader reads the cards of the header at the start of data, without END,
// and how many bytes it takes. On an error at is the byte where it lies.
func parseHeader(data []byte) (cards []Card, at int, err error) {
	for at = 0; ; at += cardSize {
		if at%blockSize == 0 {
			if at == maxHeaderBlocks*blockSize {
				return nil, at, fmt.Errorf("no END in the first %d header blocks", maxHeaderBlocks)
			}
			if len(data) < at+blockSize {
				return nil, at, fmt.Errorf("the file ends inside the header: want a whole block of %d bytes, found %d", blockSize, len(data)-at)
			}
		}
		line := data[at : at+cardSize]
		if bytes.HasPrefix(line, []byte("END")) && len(bytes.TrimSpace(line)) == len("END") {
			return cards, aligned(at + 1), nil
		}
		c, err := parseCard(line)
		if err != nil {
			return nil, at, err
		}
		if c.Key == "CONTINUE" && len(cards) > 0 {
			// A long string goes on where it ends with & (section 4.2.1.2).
			last := &cards[len(cards)-1]
			head, isString := last.Value.(string)
			tail, isText := c.Value.(string)
			if isString && isText && strings.HasSuffix(head, "&") && !isCommentary(last.Key) {
				last.Value = strings.TrimSuffix(head, "&") + tail
				continue
			}
		}
		cards = append(cards, c)
	}
}

// parseCard reads one 80-byte card. Bytes that a header may not hold become
// question marks in text and are an error in keywords and numbers.
func parseCard(line []byte) (Card, error) {
	text := make([]byte, len(line))
	for i, b := range line {
		if text[i] = b; b < 0x20 || b > 0x7e {
			text[i] = '?'
		}
	}
	c := Card{Key: strings.TrimRight(string(text[:8]), " ")}
	rest := string(text[8:])
	if c.Key == "CONTINUE" {
		if s, _, err := parseString(strings.TrimLeft(rest, " ")); err == nil {
			c.Value = s
			return c, nil
		}
	}
	if c.Key == "" || isCommentary(c.Key) || !strings.HasPrefix(rest, "= ") {
		// Commentary, also cards of conventions that we do not use (HIERARCH).
		c.Value = strings.TrimRight(rest, " ")
		return c, nil
	}
	if err := checkKey(c.Key); err != nil {
		return Card{}, err
	}
	field := strings.Trim(rest[2:], " ")
	var err error
	switch {
	case field == "":
		return c, nil
	case field[0] == '\'':
		if c.Value, field, err = parseString(field); err != nil {
			return Card{}, fmt.Errorf("keyword %s: %w", c.Key, err)
		}
		field = strings.TrimLeft(field, " ")
		if field != "" && field[0] != '/' {
			return Card{}, fmt.Errorf("keyword %s: %q follows the string; want / and a comment", c.Key, field)
		}
		c.Comment = strings.TrimLeft(strings.TrimPrefix(field, "/"), " ")
	default:
		value, comment, _ := strings.Cut(field, "/")
		c.Comment = strings.TrimLeft(comment, " ")
		if c.Value, err = parseScalar(strings.TrimRight(value, " ")); err != nil {
			return Card{}, fmt.Errorf("keyword %s: %w", c.Key, err)
		}
	}
	return c, nil
}

// parseString reads a quoted string and returns what follows it. Blanks at its
// end have no meaning (section 4.2.1.1).
func parseString(field string) (value, rest string, err error) {
	if field == "" || field[0] != '\'' {
		return "", field, errors.New("want a string in quotes")
	}
	var b strings.Builder
	for i := 1; i < len(field); i++ {
		if field[i] != '\'' {
			b.WriteByte(field[i])
			continue
		}
		if i+1 < len(field) && field[i+1] == '\'' {
			b.WriteByte('\'')
			i++
			continue
		}
		return strings.TrimRight(b.String(), " "), field[i+1:], nil
	}
	return "", field, fmt.Errorf("the string %s has no closing quote", field)
}

// parseScalar reads a logical or a number. A complex value stays text.
func parseScalar(s string) (any, error) {
	switch {
	case s == "":
		return nil, nil
	case s == "T":
		return true, nil
	case s == "F":
		return false, nil
	case s[0] == '(':
		return s, nil
	}
	for i := range len(s) {
		if !strings.ContainsRune("+-.0123456789ED", rune(s[i])) {
			return nil, fmt.Errorf("%q is no FITS value; want T, F, a number or a string in quotes", s)
		}
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n, nil
	}
	// D marks double precision exponents (section 4.2.4).
	f, err := strconv.ParseFloat(strings.Replace(s, "D", "E", 1), 64)
	if err != nil {
		return nil, fmt.Errorf("%q is no number", s)
	}
	return f, nil
}
