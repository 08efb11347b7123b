package telemetry

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/gzip"
)

// Options of reading files.
type Options struct {
	// InflatedBytes and Ratio bound what a compressed file may inflate to: bytes
	// in all, and bytes for each compressed one.
	InflatedBytes, Ratio int64
	// HashTelemetry asks for the hash of the inflated telemetry too.
	HashTelemetry bool
}

// DefaultOptions: a replica is 37.7 MB and inflates to about eleven times its
// compressed size.
var DefaultOptions = Options{InflatedBytes: 128 << 20, Ratio: 200}

// ratioGrace is how much may be inflated before the ratio counts: the first
// blocks of an honest file may be all fill.
const ratioGrace = 4 << 20

// ErrNotVC2 says that a file holds no SFDU at all.
var ErrNotVC2 = errors.New("no SFDU found")

// DecodeFile decodes a VC2 file, plain or gzipped (told by its first bytes,
// not its name). The SHA-256 is that of the file as it is on disk. A gzipped
// file counts only whole: its checksum vouches for every pixel, so a damaged
// or cut one is an error. When the context is done, decoding ends with its error.
func DecodeFile(ctx context.Context, path string, opt Options) (*File, error) {
	src, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	name := filepath.Base(path)
	hash := sha256.New()
	delivered := &counter{r: io.TeeReader(src, hash)}
	raw := bufio.NewReaderSize(delivered, windowSize)
	magic, err := raw.Peek(2)
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("%s: at byte 0: %w", name, err)
	}
	gzipped := len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b

	var f *File
	telemetry := sha256.New()
	if gzipped {
		f, err = decodeGzip(ctx, raw, delivered, name, opt, telemetry)
	} else {
		f, err = Decode(interruptible{ctx, raw}, name)
	}
	if err != nil {
		return nil, err
	}
	if f.SFDUs == 0 {
		return nil, fmt.Errorf("%s: %w in %d bytes: expected %q with the frame sync %d bytes on; is this a VC2 file?",
			name, ErrNotVC2, f.Bytes, LabelSync, FrameAt)
	}
	f.Delivered = Delivered{Bytes: delivered.n, SHA256: hex.EncodeToString(hash.Sum(nil)), Gzip: gzipped}
	switch {
	case !gzipped:
		f.SHA256 = f.Delivered.SHA256
	case opt.HashTelemetry:
		f.SHA256 = hex.EncodeToString(telemetry.Sum(nil))
	}
	return f, nil
}

func decodeGzip(ctx context.Context, raw io.Reader, delivered *counter, name string, opt Options, hash io.Writer) (*File, error) {
	fail := func(err error) error {
		return fmt.Errorf("%s: the gzip data is damaged or cut near byte %d (%w); fetch the file again", name, delivered.n, err)
	}
	z, err := gzip.NewReader(raw)
	if err != nil {
		return nil, fail(err)
	}
	bounded := &bounded{r: z, delivered: delivered, limits: opt}
	var r io.Reader = bounded
	if opt.HashTelemetry {
		r = io.TeeReader(bounded, hash)
	}
	f, err := Decode(interruptible{ctx, r}, name)
	switch {
	case err == nil:
		return f, nil
	case bounded.failed != nil:
		return nil, fail(bounded.failed)
	}
	return nil, err // too large
}

// interruptible is a reader that stops when its context is done.
type interruptible struct {
	ctx context.Context
	r   io.Reader
}

func (i interruptible) Read(p []byte) (int, error) {
	if err := i.ctx.Err(); err != nil {
		return 0, err
	}
	return i.r.Read(p)
}

// counter counts what was read.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// bounded stops a stream that inflates to too much.
type bounded struct {
	r         io.Reader
	n         int64
	delivered *counter
	limits    Options
	failed    error // of inflating
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	b.n += int64(n)
	switch {
	case b.n > b.limits.InflatedBytes:
		err = fmt.Errorf("inflates to more than %d bytes, the limit for one file", b.limits.InflatedBytes)
	case b.n > ratioGrace && b.n > b.limits.Ratio*b.delivered.n:
		err = fmt.Errorf("inflates to more than %d times its size, which telemetry does not", b.limits.Ratio)
	default:
		if err != io.EOF {
			b.failed = err
		}
		return n, err
	}
	return 0, err
}
