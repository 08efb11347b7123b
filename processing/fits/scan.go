package fits

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
)

const (
	// maxAxes is enough for any file of ours; the standard allows 999.
	maxAxes = 9
	// maxAxis bounds one NAXISn, so that products stay in 64 bits.
	maxAxis = 1 << 31
)

// extensionStart begins the header of every HDU but the first.
const extensionStart = "XTENSION="

// scan reads the header at the start of rest and finds the data unit that it
// claims, and how many bytes both take. No memory is taken for the data.
func scan(rest []byte, where string, first bool) (*Unit, int, error) {
	// The first card tells the kinds of HDU apart (sections 4.4.1.1, 4.4.1.2).
	want := extensionStart
	if first {
		want = "SIMPLE  ="
	}
	if !bytes.HasPrefix(rest, []byte(want)) {
		return nil, 0, fmt.Errorf("the header starts with %q; want %q. Is this a FITS file?", rest[:min(9, len(rest))], want)
	}
	cards, n, err := parseHeader(rest)
	if err != nil {
		return nil, 0, fmt.Errorf("header byte %d: %w", n, err)
	}
	u := &Unit{Cards: cards, where: where, header: rest[:n]}
	if n%blockSize != 0 { // what was left off is blanks, and counts in checksums
		u.header = pad(bytes.Clone(u.header), aligned(n))
		u.cut = true
	}
	if err := u.readKind(first); err != nil {
		return nil, 0, err
	}
	if err := u.readSize(len(rest) - n); err != nil {
		return nil, 0, err
	}
	if c, ok := u.Card("EXTNAME"); ok {
		if u.Name, ok = c.Value.(string); !ok {
			return nil, 0, fmt.Errorf("EXTNAME is %v; want a string", c.Value)
		}
	}
	// The padding of a last HDU is sometimes left off; nothing is lost with it.
	end := min(n+aligned(u.size), len(rest))
	u.cut = u.cut || end < n+aligned(u.size)
	u.data = rest[n:end]
	return u, end, nil
}

// readKind takes XTENSION; the first card is known to be it, or SIMPLE.
func (u *Unit) readKind(first bool) error {
	value := u.Cards[0].Value
	if first {
		if value != true {
			return fmt.Errorf("SIMPLE is %v; want T, a standard FITS file", value)
		}
		return nil
	}
	kind, ok := value.(string)
	if !ok || kind == "" {
		return fmt.Errorf("XTENSION is %v; want a string", value)
	}
	u.extension = kind
	return nil
}

// readSize holds what the header claims (section 4.4.1.2, equation 2) against
// the bytes that are there.
func (u *Unit) readSize(available int) error {
	for _, key := range []string{"BITPIX", "NAXIS", "PCOUNT", "GCOUNT", "GROUPS"} {
		if u.count(key) > 1 {
			return fmt.Errorf("%s stands in the header twice", key)
		}
	}
	bitpix, err := u.integer("BITPIX", -64, 64, nil)
	if err != nil {
		return err
	}
	switch bitpix {
	case 8, 16, 32, 64, -32, -64:
		u.bitpix = bitpix
	default:
		return fmt.Errorf("BITPIX is %d; want 8, 16, 32, 64, -32 or -64", bitpix)
	}
	if c, ok := u.Card("GROUPS"); ok && c.Value == true && u.extension == "" {
		return fmt.Errorf("random groups are not supported")
	}
	axes, err := u.integer("NAXIS", 0, maxAxes, nil)
	if err != nil {
		return err
	}
	zero, one := 0, 1
	parameters, err := u.integer("PCOUNT", 0, maxAxis, &zero)
	if err != nil {
		return err
	}
	if _, err := u.integer("GCOUNT", 1, 1, &one); err != nil {
		return err
	}
	for i := range axes {
		key := "NAXIS" + strconv.Itoa(i+1)
		if u.count(key) > 1 {
			return fmt.Errorf("%s stands in the header twice", key)
		}
		n, err := u.integer(key, 0, maxAxis, nil)
		if err != nil {
			return err
		}
		u.Axes = append(u.Axes, n)
	}
	values := int64(min(axes, 1))
	if slices.Contains(u.Axes, 0) {
		values = 0 // and no other axis matters
	}
	for _, n := range u.Axes {
		if values > 0 && values > int64(available)/int64(n) {
			return u.tooShort(available)
		}
		values *= int64(n)
	}
	size := (values + int64(parameters)) * int64(max(u.bitpix, -u.bitpix)/8)
	if size > int64(available) {
		return u.tooShort(available)
	}
	u.size = int(size)
	return nil
}

func (u *Unit) tooShort(available int) error {
	return fmt.Errorf("the header claims more data (BITPIX %d, axes from %v) than the %d bytes that follow it; the file is cut short or damaged", u.bitpix, u.Axes, available)
}

func (u *Unit) count(key string) int {
	n := 0
	for _, c := range u.Cards {
		if c.Key == key {
			n++
		}
	}
	return n
}

// integer is an integer card within bounds. Without a fallback it must be there.
func (u *Unit) integer(key string, low, high int64, fallback *int) (int, error) {
	c, ok := u.Card(key)
	if !ok && fallback != nil {
		return *fallback, nil
	}
	if !ok {
		return 0, fmt.Errorf("%s is missing", key)
	}
	n, ok := c.Value.(int64)
	if !ok || n < low || n > high {
		return 0, fmt.Errorf("%s is %v; want an integer from %d to %d", key, c.Value, low, high)
	}
	return int(n), nil
}
