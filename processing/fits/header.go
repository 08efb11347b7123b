package fits

import (
	"fmt"
	"strings"
)

// structural are the keywords that this package derives from the data, without
// the number that some of them end with.
var structural = map[string]bool{
	"SIMPLE": true, "XTENSION": true, "BITPIX": true, "NAXIS": true, "EXTEND": true,
	"PCOUNT": true, "GCOUNT": true, "GROUPS": true, "THEAP": true, "TFIELDS": true,
	"BSCALE": true, "BZERO": true, "BLANK": true,
	"TTYPE": true, "TFORM": true, "TUNIT": true, "TSCAL": true, "TZERO": true, "TNULL": true, "TBCOL": true, "TDIM": true,
	"EXTNAME": true, "CHECKSUM": true, "DATASUM": true, "CONTINUE": true, "END": true,
}

func isStructural(key string) bool {
	return structural[strings.TrimRight(key, "0123456789")]
}

// checkCards refuses what would contradict the structure or itself.
func checkCards(cards []Card) error {
	seen := make(map[string]bool, len(cards))
	for _, c := range cards {
		switch {
		case isStructural(c.Key):
			return fmt.Errorf("keyword %s is derived from the data; leave it out of Cards", c.Key)
		case isCommentary(c.Key):
		case seen[c.Key]:
			return fmt.Errorf("keyword %s is given twice", c.Key)
		}
		seen[c.Key] = true
	}
	return nil
}

// header is the unpadded text of an HDU's header as it grows.
type header struct {
	text []byte
	err  error
}

func (h *header) add(cards ...Card) {
	for _, c := range cards {
		if h.err != nil {
			return
		}
		text, err := appendCard(h.text, c)
		if err != nil {
			h.err = err
			return
		}
		h.text = text
	}
}

// block ends the header and pads it to whole blocks.
func (h *header) block() ([]byte, error) {
	if h.err != nil {
		return nil, h.err
	}
	b := append(h.text, "END"...)
	return pad(b, aligned(len(b))), nil
}

// aligned rounds n up to whole blocks.
func aligned(n int) int { return (n + blockSize - 1) / blockSize * blockSize }
