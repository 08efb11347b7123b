package evidence

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"slices"
)

// reread takes bytes of a file of telemetry, inflated if it is compressed, by
// their places alone. It knows nothing of frames and rows, and so proves where
// numbers stand. The spans must not overlap.
func reread(ctx context.Context, path string, compressed bool, spans []Span) (map[Span][]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var r io.Reader = bufio.NewReaderSize(f, 1<<18)
	if compressed {
		if r, err = gzip.NewReader(r); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	sorted := slices.SortedFunc(slices.Values(spans), func(a, b Span) int { return cmp.Compare(a.Offset, b.Offset) })
	found := make(map[Span][]byte, len(sorted))
	at := int64(0)
	for _, s := range sorted {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if _, err := io.CopyN(io.Discard, r, s.Offset-at); err != nil {
			return nil, fmt.Errorf("%s: at byte %d of the telemetry: %w", path, s.Offset, err)
		}
		b := make([]byte, s.Bytes)
		if _, err := io.ReadFull(r, b); err != nil {
			return nil, fmt.Errorf("%s: at byte %d of the telemetry: %w", path, s.Offset, err)
		}
		found[s] = b
		at = s.Offset + int64(s.Bytes)
	}
	return found, nil
}

// reread fills in the bytes of all fields of an exposure's samples and checks
// that they are the numbers that the decoder gave.
func (k *inquiry) reread(ctx context.Context, exposures ...*Exposure) error {
	for i := range k.calibration.Replicas {
		r := &k.calibration.Replicas[i]
		var fields []*Field
		for _, e := range exposures {
			for s := range e.Samples {
				if row := e.Samples[s].Row; row != nil && e.Samples[s].File == r.File {
					fields = append(fields, &row.DN, &row.Bias, &row.Integ)
				}
			}
		}
		if len(fields) == 0 {
			continue
		}
		var spans []Span
		for _, f := range fields {
			spans = append(spans, f.At...)
		}
		in := k.input(r)
		found, err := reread(ctx, in.Path, in.Gzip, spans)
		if err != nil {
			return err
		}
		for _, f := range fields {
			var b []byte
			for _, s := range f.At {
				b = append(b, found[s]...)
			}
			f.Hex = hex.EncodeToString(b)
			if len(b) != 2 || int(b[0])<<8|int(b[1]) != f.Value {
				k.problemf("%s: the bytes %s at %v are not %d, as decoded", r.File, f.Hex, f.At, f.Value)
			}
		}
	}
	return nil
}
