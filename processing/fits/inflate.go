package fits

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
)

// isGzip tells gzip data by its first bytes.
func isGzip(data []byte) bool { return bytes.HasPrefix(data, []byte{0x1f, 0x8b}) }

// inflate gives what all members of a gzip file hold together, at most limit
// bytes. Its checksums hold: damaged or cut data is an error.
func (f *File) inflate(packed []byte, limit int64) ([]byte, error) {
	r := bytes.NewReader(packed) // a byte reader, of which gzip takes no byte too many
	at := func() int { return len(packed) - r.Len() }
	failed := func(err error) error {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return fmt.Errorf("its gzip data is cut after byte %d; fetch the file again", at())
		}
		return fmt.Errorf("its gzip data is damaged near byte %d (%w); fetch the file again", at(), err)
	}
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, failed(err)
	}
	var out bytes.Buffer
	for {
		z.Multistream(false)
		if _, err := out.ReadFrom(io.LimitReader(z, limit+1-int64(out.Len()))); err != nil {
			return nil, failed(err)
		}
		if int64(out.Len()) > limit {
			return nil, fmt.Errorf("it inflates to more than the limit of %d bytes for a FITS file", limit)
		}
		if rest := packed[at():]; !isGzip(rest) {
			if len(rest) > 0 {
				f.trail(rest, fmt.Sprintf("byte %d, behind the gzip data", at()))
			}
			return out.Bytes(), nil
		}
		if err := z.Reset(r); err != nil {
			return nil, failed(err)
		}
	}
}
