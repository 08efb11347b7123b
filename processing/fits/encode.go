package fits

import (
	"bytes"
	"fmt"
	"io"
)

// HDU is what [Encode] writes: a [Primary], an [Image] or a [Table].
type HDU interface {
	// describe names the HDU for errors; an image may be primary or not.
	describe() string
	// primary is true when the HDU can only be the first of a file.
	primary() bool
	// structure gives the mandatory cards of a first HDU or an extension.
	structure(first bool) []Card
	cards() []Card
	// pack gives the data unit without padding.
	pack() ([]byte, error)
}

// Primary is a first HDU without data, for the cards that concern a whole file.
type Primary struct{ Cards []Card }

func (Primary) describe() string      { return "primary HDU" }
func (Primary) primary() bool         { return true }
func (p Primary) cards() []Card       { return p.Cards }
func (Primary) pack() ([]byte, error) { return nil, nil }

func (Primary) structure(bool) []Card {
	return []Card{
		{"SIMPLE", true, "conforms to FITS standard"},
		{"BITPIX", 8, "bits per value"},
		{"NAXIS", 0, "no data"},
		{"EXTEND", true, "extensions may follow"},
	}
}

// Encode writes the HDUs as one FITS file with a CHECKSUM and a DATASUM in each.
// When the first is a table or a named image, a primary HDU without data goes
// before it. Nothing is written when any HDU is at fault, and the same HDUs give
// the same bytes.
func Encode(w io.Writer, hdus ...HDU) error {
	if len(hdus) == 0 {
		return fmt.Errorf("fits: no HDU to write")
	}
	if !hdus[0].primary() {
		hdus = append([]HDU{Primary{}}, hdus...)
	}
	type unit struct{ header, data []byte }
	units := make([]unit, len(hdus))
	for i, h := range hdus {
		if h.primary() && i > 0 {
			return fmt.Errorf("fits: HDU %d, %s: an extension needs a Name; only the first HDU has none", i, h.describe())
		}
		header, data, err := encode(h, i == 0)
		if err != nil {
			return fmt.Errorf("fits: HDU %d, %s: %w", i, h.describe(), err)
		}
		units[i] = unit{header, data}
	}
	var padding [blockSize]byte
	for _, u := range units {
		for _, part := range [][]byte{u.header, u.data, padding[:aligned(len(u.data))-len(u.data)]} {
			if _, err := w.Write(part); err != nil {
				return fmt.Errorf("fits: writing: %w", err)
			}
		}
	}
	return nil
}

// encode gives the padded header with its checksums, and the data.
func encode(h HDU, first bool) (head, data []byte, err error) {
	if err := checkCards(h.cards()); err != nil {
		return nil, nil, err
	}
	if data, err = h.pack(); err != nil {
		return nil, nil, err
	}
	dataSum := sum32(data, 0)
	var b header
	b.add(h.structure(first)...)
	b.add(h.cards()...)
	b.add(sumCards(noSum, dataSum)...)
	if head, err = b.block(); err != nil {
		return nil, nil, err
	}
	at := bytes.LastIndex(head, []byte("CHECKSUM= '"+noSum+"'"))
	copy(head[at+len("CHECKSUM= '"):], encodeSum(^sum32(head, dataSum)))
	return head, data, nil
}
