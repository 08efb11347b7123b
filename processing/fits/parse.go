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
// and how many bytes it takes. The padding of a header that ends the file may be
// missing. On an error at is the byte where it lies.
func parseHeader(data []byte) (cards []Card, at int, err error) {
	for at = 0; ; at += cardSize {
		if at%blockSize == 0 {
			if at == maxHeaderBlocks*blockSize {
				return nil, at, fmt.Errorf("no END in the first %d header blocks", maxHeaderBlocks)
			}
		}
		line := data[at:min(at+cardSize, len(data))]
		if bytes.HasPrefix(line, []byte("END")) && len(bytes.TrimRight(line, " ")) == len("END") {
			return cards, min(aligned(at+1), len(data)), nil
		}
		if len(line) < cardSize {
			return nil, at, fmt.Errorf("the file ends inside the header: want a card of %d bytes or END, found %d bytes", cardSize, len(line))
		}
		c := parseCard(line)
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

// parseCard reads one 80-byte card. Nothing in it is an error: most cards are
// never asked for, and whoever needs one checks its value. What does not follow
// the standard is kept as text, with question marks for bytes that a header may
// not hold; a line whose keyword is none is commentary.
func parseCard(line []byte) Card {
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
			return c
		}
	}
	if c.Key == "" || isCommentary(c.Key) || !strings.HasPrefix(rest, "= ") || checkKey(c.Key) != nil {
		// Commentary, also cards of conventions that we do not use (HIERARCH).
		c.Value = strings.TrimRight(rest, " ")
		return c
	}
	field := strings.Trim(rest[2:], " ")
	if field == "" {
		return c
	}
	if field[0] == '\'' {
		value, after, err := parseString(field)
		after = strings.TrimLeft(after, " ")
		if err != nil || after != "" && after[0] != '/' {
			c.Value = Unread(field)
			return c
		}
		c.Value, c.Comment = value, strings.TrimLeft(strings.TrimPrefix(after, "/"), " ")
		return c
	}
	value, comment, _ := strings.Cut(field, "/")
	c.Comment = strings.TrimLeft(comment, " ")
	c.Value = parseScalar(strings.TrimRight(value, " "))
	return c
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

// parseScalar reads a logical or a number; a complex value is text. D marks the
// exponents of double precision (section 4.2.4), and some writers put small
// letters.
func parseScalar(s string) any {
	switch {
	case s == "":
		return nil
	case s == "T":
		return true
	case s == "F":
		return false
	case s[0] == '(':
		return s
	case strings.Trim(s, "+-.0123456789EDed") != "":
		return Unread(s) // also NaN and Inf, and what only Go takes for a number
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n
	}
	f, err := strconv.ParseFloat(strings.NewReplacer("D", "E", "d", "E").Replace(s), 64)
	if err != nil {
		return Unread(s)
	}
	return f
}
