package term

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"
)

// errLost says that standard output did not take what was written to it.
var errLost = errors.New("what was printed is not complete")

// output is standard output. After the first write that fails it takes no more,
// so that a reader never sees a text with a hole in it, and the command can go on
// with its work.
type output struct {
	w io.Writer

	mu  sync.Mutex
	err error // of the first write that failed
}

// Write is for [io.Writer].
func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.w.Write(b)
	if err != nil {
		var path *fs.PathError
		if errors.As(err, &path) {
			err = path.Err // the name of the file is that of the stream
		}
		o.err = fmt.Errorf("standard output: %w; %w", err, errLost)
	}
	return n, o.err
}

// lost is the error of what could not be written, nil when all was.
func (o *output) lost() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.err
}
