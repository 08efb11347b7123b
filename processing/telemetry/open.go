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

// ErrIncomplete says that a file is empty or ends within its gzip data: it has
// not arrived whole.
var ErrIncomplete = errors.New("the file is incomplete")

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
	hash := sha256.New()
	delivered := &counter{r: io.TeeReader(interruptible{ctx, src}, hash)}
	raw := bufio.NewReaderSize(delivered, windowSize)
	magic, err := raw.Peek(2)
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("%s: at byte 0: %w", path, err)
	}

	var f *File
	telemetry := sha256.New()
	gzipped := isGzip(magic)
	if gzipped {
		f, err = decodeGzip(raw, delivered, path, opt, telemetry)
	} else {
		f, err = Decode(raw, path)
	}
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("%s: %w", path, ctx.Err())
	case err != nil:
		return nil, err
	case f.Bytes == 0:
		return nil, fmt.Errorf("%s: %w: it holds nothing; fetch it again", path, ErrIncomplete)
	case f.SFDUs == 0:
		return nil, fmt.Errorf("%s: %w in %d bytes: expected %q with the frame sync %d bytes on; is this a VC2 file?",
			path, ErrNotVC2, f.Bytes, LabelSync, FrameAt)
	}
	f.Name = filepath.Base(path)
	f.Delivered = Delivered{Bytes: delivered.n, SHA256: hex.EncodeToString(hash.Sum(nil)), Gzip: gzipped}
	switch {
	case !gzipped:
		f.SHA256 = f.Delivered.SHA256
	case opt.HashTelemetry:
		f.SHA256 = hex.EncodeToString(telemetry.Sum(nil))
	}
	return f, nil
}

func decodeGzip(raw *bufio.Reader, delivered *counter, path string, opt Options, hash io.Writer) (*File, error) {
	z, err := newMembers(raw, delivered)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var r io.Reader = &bounded{r: z, delivered: delivered, limits: opt}
	if opt.HashTelemetry {
		r = io.TeeReader(r, hash)
	}
	f, err := Decode(r, path)
	switch {
	case z.failed != nil:
		return nil, fmt.Errorf("%s: %w", path, z.failed)
	case err != nil:
		return nil, err
	}
	f.Simulated = z.simulated
	if z.padding > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("%d zero bytes behind the gzip data are no part of it", z.padding))
	}
	return f, nil
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
