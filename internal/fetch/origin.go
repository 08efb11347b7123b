package fetch

import (
	"context"
)

// origin is how files are read from a source. Its errors name the source; they
// are ErrUnreachable when the source cannot be read.
type origin interface {
	// list finds the telemetry files of a window.
	list(ctx context.Context, w window) (listed, error)
	// stat looks at one file again; errGone when it is not there.
	stat(ctx context.Context, rel string) (state, error)
	// compare tells whether a file here, of the same size, is the source's.
	compare(ctx context.Context, from remote, path string) (comparison, error)
	// copy makes a partial file the source's. It calls progress with the
	// bytes that are there.
	copy(ctx context.Context, from remote, to *partial, progress func(int64)) (copied, error)
}

// comparison holds two hashes of one kind, in hexadecimal.
type comparison struct {
	kind         string // "SHA-256" or "MD5"
	ours, theirs string
}

// copied is what is known of a copy.
type copied struct {
	// resumed is how many bytes were there before.
	resumed int64
	// sha256 of what was read from the source, hexadecimal; "" when the bytes
	// were compared in another way.
	sha256 string
}

// origin is what reads the source.
func (s Source) origin(h hooks) origin {
	if s.kind == directory {
		return local{s, h}
	}
	return remoteShell{s, h}
}
