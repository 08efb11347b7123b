package fetch

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sync"
	"syscall"
)

// local is a source in a directory of this machine. Symbolic links count as
// what they lead to.
type local struct {
	Source
	hooks
}

// path of a file in the source.
func (l local) path(rel string) string { return filepath.Join(l.dir, filepath.FromSlash(rel)) }

func (l local) list(ctx context.Context, w window) (listed, error) {
	return await(ctx, func() (listed, error) { return l.walk(ctx, w) })
}

func (l local) walk(ctx context.Context, w window) (found listed, err error) {
	dirs := []string{""}
	for len(dirs) > 0 && ctx.Err() == nil {
		at := dirs[0]
		dirs = dirs[1:]
		entries, err := os.ReadDir(l.path(at)) // sorted by name
		if err != nil {
			return found, unreadable(l.path(at), err)
		}
		for _, e := range entries {
			subdir := at == "" && w.holdsDir(e.Name())
			if !subdir && !dayForm.MatchString(e.Name()) {
				continue
			}
			rel := path.Join(at, e.Name())
			info, err := os.Stat(l.path(rel))
			if err != nil {
				found.warnf("%q at the source: %v", rel, reason(err))
				continue
			}
			if subdir && info.IsDir() {
				dirs = append(dirs, rel)
				continue
			}
			found.add(w, rel, info.Mode().IsRegular(), stateOf(info))
		}
	}
	return found, nil
}

func stateOf(info fs.FileInfo) state { return state{info.Size(), info.ModTime()} }

func (l local) stat(ctx context.Context, rel string) (state, error) {
	return await(ctx, func() (state, error) {
		info, err := os.Stat(l.path(rel))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return state{}, errGone
		case err != nil:
			return state{}, unreadable(l.path(rel), err)
		}
		return stateOf(info), nil
	})
}

func (l local) compare(ctx context.Context, from remote, ours string) (comparison, error) {
	return await(ctx, func() (c comparison, err error) {
		c.kind = "SHA-256"
		if c.ours, err = sum(ctx, l.hooks, ours, sha256.New()); err != nil {
			return c, err
		}
		at := l.path(from.path)
		if c.theirs, err = sum(ctx, l.hooks, at, sha256.New()); err != nil {
			return c, unreadable(at, err)
		}
		return c, nil
	})
}

// sum is the hash of a file.
func sum(ctx context.Context, h hooks, path string, with hash.Hash) (string, error) {
	f, err := h.open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	buffer := make([]byte, chunk)
	for {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		n, err := f.Read(buffer)
		with.Write(buffer[:n])
		if err == io.EOF {
			return hex.EncodeToString(with.Sum(nil)), nil
		} else if err != nil {
			return "", err
		}
	}
}

// chunk is how much is copied between two looks at the context.
const chunk = 256 << 10

func (l local) copy(ctx context.Context, from remote, to *partial, progress func(int64)) (copied, error) {
	var mu sync.Mutex
	left := false
	defer func() {
		mu.Lock()
		left = true
		mu.Unlock()
	}()
	return await(ctx, func() (copied, error) {
		return l.copyNow(ctx, from, to, func(done int64) {
			mu.Lock()
			defer mu.Unlock()
			if !left {
				progress(done)
			}
		})
	})
}

// copyNow keeps what is there of the file as far as it is the source's, and
// writes the rest.
func (l local) copyNow(ctx context.Context, from remote, to *partial, progress func(int64)) (c copied, err error) {
	at := l.path(from.path)
	src, err := l.open(at)
	if err != nil {
		return c, unreadable(at, err)
	}
	defer src.Close()
	had, err := to.size()
	if err != nil {
		return c, err
	}
	var (
		writer       = l.writer(to.file)
		hash         = sha256.New()
		theirs, ours = make([]byte, chunk), make([]byte, chunk)
		done         int64
	)
	for done < from.bytes {
		if err := ctx.Err(); err != nil {
			return c, err
		}
		n, err := io.ReadFull(src, theirs[:min(chunk, from.bytes-done)])
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return c, fmt.Errorf("%w: %s ended at byte %d of %d", ErrNotYet, at, done+int64(n), from.bytes)
		} else if err != nil {
			return c, unreadable(at, fmt.Errorf("at byte %d: %w", done+int64(n), reason(err)))
		}
		hash.Write(theirs[:n])
		if done+int64(n) <= had {
			if _, err := to.file.ReadAt(ours[:n], done); err != nil {
				return c, err
			}
			if bytes.Equal(theirs[:n], ours[:n]) {
				done += int64(n)
				c.resumed = done
				progress(done)
				continue
			}
		}
		had = 0 // from here on nothing is kept
		if _, err := writer.WriteAt(theirs[:n], done); err != nil {
			return c, err
		}
		done += int64(n)
		progress(done)
	}
	c.sha256 = hex.EncodeToString(hash.Sum(nil))
	return c, to.file.Truncate(from.bytes)
}

// openRegular opens a plain file; a pipe that stands in for it would wait.
func openRegular(path string) (io.ReadCloser, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a plain file", path)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// unreadable is an error of reading the source.
func unreadable(path string, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	advice := "nothing here was changed; see that it can be read, and run the same command again"
	switch {
	case errors.Is(err, fs.ErrNotExist):
		advice = "is the disk mounted? nothing here was changed; run the same command again when it is"
	case errors.Is(err, fs.ErrPermission):
		advice = "nothing here was changed; ask for the right to read it"
	}
	return fmt.Errorf("%w: %s: %w: %s", ErrUnreachable, path, reason(err), advice)
}

// reason is an error without the name of the file, which the message has.
func reason(err error) error {
	if p, ok := err.(*fs.PathError); ok {
		return p.Err
	}
	return err
}
