package fetch

import (
	"cmp"
	"context"
	"io"
	"os"
	"time"
)

// hooks are what tests replace: the disks, and the programs that are run.
type hooks struct {
	// open opens a file of a directory for reading.
	open func(path string) (io.ReadCloser, error)
	// writer is what writes to a partial file.
	writer func(*os.File) io.WriterAt
	// room is how many bytes the disk of a directory can take.
	room func(dir string) (int64, error)
	// rsync and ssh are the names of the programs.
	rsync, ssh string
}

func (h hooks) complete() hooks {
	if h.open == nil {
		h.open = openRegular
	}
	if h.writer == nil {
		h.writer = func(f *os.File) io.WriterAt { return f }
	}
	if h.room == nil {
		h.room = room
	}
	if h.rsync == "" {
		h.rsync = "rsync"
	}
	if h.ssh == "" {
		h.ssh = "ssh"
	}
	return h
}

// await runs what may hang in a system call, as a file of a mount that is gone
// does, and leaves it behind when the context is done. What is run shares
// nothing with its caller but through locks.
func await[T any](ctx context.Context, do func() (T, error)) (none T, err error) {
	type answer struct {
		value T
		err   error
	}
	if err := ctx.Err(); err != nil {
		return none, err
	}
	done := make(chan answer, 1)
	go func() {
		v, err := do()
		done <- answer{v, err}
	}()
	select {
	case a := <-done:
		return a.value, cmp.Or(ctx.Err(), a.err)
	case <-ctx.Done():
		return none, ctx.Err()
	}
}

// pause waits.
func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
