package fits

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"
)

// MaxBytes is the largest file that [Read] takes unless told otherwise.
const MaxBytes = 64 << 20

// File is a FITS file that was read and found whole: every header is valid
// where this package relies on it, and every data unit is there.
type File struct {
	Name string
	HDUs []*Unit
	// Trailing counts the bytes behind the last HDU, which belong to none.
	Trailing int
	// Warnings are sentences, without a full stop, about what is unusual and
	// harmless: bytes behind the last HDU, a last block that is not padded.
	Warnings []string
}

// Unit is one HDU of a file that was read.
type Unit struct {
	// Name is the EXTNAME, "" if there is none.
	Name string
	// Cards are all cards of the header but END, as they stand there.
	Cards []Card
	// Axes are NAXIS1, NAXIS2 and so on.
	Axes []int

	where     string // for errors: file, HDU, byte
	extension string // XTENSION, "" for the primary HDU
	bitpix    int
	size      int    // of the data without padding, bytes
	header    []byte // with padding
	data      []byte // with the padding that is there
	cut       bool   // padding was left off
}

// Read takes a whole file of at most limit bytes ([MaxBytes] if limit is 0),
// plain or gzipped. The name is for errors. It checks every header and its sizes
// against the bytes that are there before anything is made of them; a file that
// ends early is refused. What follows the last HDU and is none (tape padding,
// the special records of section 3.5) is counted and left alone.
func Read(r io.Reader, name string, limit int64) (*File, error) {
	if limit <= 0 {
		limit = MaxBytes
	}
	data, err := readAll(io.LimitReader(r, limit+1), min(sizeOf(r), limit))
	if err != nil {
		return nil, fmt.Errorf("%s: reading FITS: %w", name, err)
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("%s: larger than the limit of %d bytes for a FITS file", name, limit)
	}
	if len(data) == 0 {
		return nil, fmt.Errorf("%s: the file is empty; want a FITS file", name)
	}
	f := &File{Name: name}
	if isGzip(data) {
		if data, err = f.inflate(data, limit); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	for at := 0; at < len(data) || at == 0; {
		if at > 0 && !bytes.HasPrefix(data[at:], []byte(extensionStart)) {
			f.trail(data[at:], fmt.Sprintf("byte %d, behind the last HDU", at))
			break
		}
		where := fmt.Sprintf("%s: HDU %d at byte %d", name, len(f.HDUs), at)
		u, n, err := scan(data[at:], where, len(f.HDUs) == 0)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", where, err)
		}
		if u.cut {
			f.Warnings = append(f.Warnings, fmt.Sprintf("the last block is not padded to %d bytes; its data is whole", blockSize))
		}
		f.HDUs = append(f.HDUs, u)
		at += n
	}
	return f, nil
}

// trail notes bytes that belong to no HDU.
func (f *File) trail(rest []byte, from string) {
	f.Trailing += len(rest)
	what := "bytes"
	if len(bytes.Trim(rest, "\x00")) == 0 {
		what = "zero bytes"
	}
	f.Warnings = append(f.Warnings, fmt.Sprintf("%d %s from %s, belong to nothing and are left out", len(rest), what, from))
}

// sizeOf is how much a reader is likely to give, 0 if it does not say.
func sizeOf(r io.Reader) int64 {
	switch r := r.(type) {
	case interface{ Len() int }:
		return int64(r.Len())
	case interface{ Stat() (fs.FileInfo, error) }:
		if info, err := r.Stat(); err == nil && info.Mode().IsRegular() {
			return info.Size()
		}
	}
	return 0
}

// readAll reads to the end with one allocation if size was right.
func readAll(r io.Reader, size int64) ([]byte, error) {
	b := bytes.NewBuffer(make([]byte, 0, size+bytes.MinRead))
	_, err := b.ReadFrom(r)
	return b.Bytes(), err
}

// Find gives the first HDU with this EXTNAME; "" is the primary HDU.
func (f *File) Find(name string) (*Unit, error) {
	if name == "" {
		return f.HDUs[0], nil
	}
	var names []string
	for _, u := range f.HDUs {
		if u.Name == name {
			return u, nil
		}
		names = append(names, strconv.Quote(u.Name))
	}
	err := fmt.Errorf("%s: no HDU is named %q; there are %s", f.Name, name, strings.Join(names, ", "))
	if f.Trailing > 0 {
		err = fmt.Errorf("%w; %s", err, strings.Join(f.Warnings, "; "))
	}
	return nil, err
}

// HeaderBytes is the size of the header, behind which the data begin.
func (u *Unit) HeaderBytes() int { return len(u.header) }

// Card gives the first card with this keyword.
func (u *Unit) Card(key string) (Card, bool) {
	for _, c := range u.Cards {
		if c.Key == key {
			return c, true
		}
	}
	return Card{}, false
}

// number is a numeric card's value, or fallback if the header has none.
func (u *Unit) number(key string, fallback float64) (float64, error) {
	c, ok := u.Card(key)
	if !ok || c.Value == nil {
		return fallback, nil
	}
	switch v := c.Value.(type) {
	case int64:
		return float64(v), nil
	case float64:
		return v, nil
	}
	return 0, fmt.Errorf("%s: %s is %v; want a number", u.where, key, c.Value)
}

// Verify checks all HDUs. It reports true when each has both checksums and
// nothing follows the last, and an error for each checksum that is wrong.
func (f *File) Verify() (complete bool, err error) {
	complete = f.Trailing == 0
	var errs []error
	for _, u := range f.HDUs {
		both, err := u.Verify()
		complete = complete && both
		errs = append(errs, err)
	}
	return complete, errors.Join(errs...)
}

// Verify works out the checksums of the HDU. It reports true when DATASUM and
// CHECKSUM are both known, and an error when one that is known is wrong. One that
// is missing or blank is unknown (section 4.4.2.7).
func (u *Unit) Verify() (complete bool, err error) {
	dataSum := sum32(u.data, 0)
	text, hasData := u.checksum("DATASUM")
	if hasData {
		want, err := strconv.ParseUint(text, 10, 32)
		if err != nil || uint32(want) != dataSum {
			return false, fmt.Errorf("%s: the data do not match DATASUM: it says %s, they give %d; the file is damaged, fetch it again", u.where, text, dataSum)
		}
	}
	_, hasHDU := u.checksum("CHECKSUM")
	if total := sum32(u.header, dataSum); hasHDU && total != 0 && total != 0xffffffff {
		return false, fmt.Errorf("%s: header and data do not match CHECKSUM: their sum is %#08x, want 0xffffffff; the file is damaged, fetch it again", u.where, total)
	}
	return hasData && hasHDU, nil
}

// checksum is the text of a checksum card; known is false where that is missing,
// blank, or the zeros that stand there until the sum is worked out.
func (u *Unit) checksum(key string) (text string, known bool) {
	c, ok := u.Card(key)
	if !ok || c.Value == nil {
		return "", false
	}
	text = strings.TrimSpace(fmt.Sprint(c.Value))
	return text, text != "" && text != noSum
}
