package fits

import (
	"fmt"
	"reflect"
	"strconv"
)

const (
	// maxFields is the most columns a table can have (section 7.3.1).
	maxFields = 999
	// maxRowBytes is far above any row of ours; it keeps a claim in a header
	// from turning into a type of that size.
	maxRowBytes = 1 << 20
)

// form is a TFORM: how often and what.
type form struct {
	repeat int
	code   byte
}

// elements are the types of section 7.3.3, table 18, without the descriptors P
// and Q of variable arrays.
var elements = map[byte]struct {
	size int
	// cell is the Go type, nil where only the width matters here.
	cell reflect.Type
}{
	'L': {1, nil},
	'A': {1, nil},
	'B': {1, reflect.TypeFor[uint8]()},
	'I': {2, reflect.TypeFor[int16]()},
	'J': {4, reflect.TypeFor[int32]()},
	'K': {8, reflect.TypeFor[int64]()},
	'E': {4, reflect.TypeFor[float32]()},
	'D': {8, reflect.TypeFor[float64]()},
	'C': {8, nil},
	'M': {16, nil},
}

func parseForm(s string) (form, error) {
	digits := 0
	for digits < len(s) && '0' <= s[digits] && s[digits] <= '9' {
		digits++
	}
	f := form{repeat: 1}
	if digits > 0 {
		n, err := strconv.Atoi(s[:digits])
		if err != nil || n < 1 || n > maxRowBytes {
			return form{}, fmt.Errorf("TFORM %q: want a repeat count from 1 to %d", s, maxRowBytes)
		}
		f.repeat = n
	}
	if len(s) > digits && (s[digits] == 'P' || s[digits] == 'Q') {
		return form{}, fmt.Errorf("TFORM %q: variable-length arrays are not supported", s)
	}
	if len(s) != digits+1 {
		return form{}, fmt.Errorf("TFORM %q: want a repeat count and one letter", s)
	}
	f.code = s[digits]
	if _, ok := elements[f.code]; !ok {
		return form{}, fmt.Errorf("TFORM %q: the letter is none of L A B I J K E D C M", s)
	}
	if f.width() > maxRowBytes {
		return form{}, fmt.Errorf("TFORM %q: a cell of %d bytes; the limit is %d", s, f.width(), maxRowBytes)
	}
	return f, nil
}

func (f form) width() int { return f.repeat * elements[f.code].size }

// pointer is the type that fitsio writes the column from and reads it into; nil
// for the types this package does not handle.
func (f form) pointer() reflect.Type {
	t := elements[f.code].cell
	if t == nil {
		return nil
	}
	if f.repeat > 1 {
		t = reflect.ArrayOf(f.repeat, t)
	}
	return reflect.PointerTo(t)
}
