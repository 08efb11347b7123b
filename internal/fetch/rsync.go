package fetch

import (
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// remoteShell is a source that the rsync program reads: over ssh, or from a
// daemon.
type remoteShell struct {
	Source
	hooks
}

func (r remoteShell) run(ctx context.Context, args []string, keep *os.File) (string, error) {
	return program{name: r.rsync, args: args, keep: keep}.run(ctx)
}

func (r remoteShell) list(ctx context.Context, w window) (found listed, err error) {
	out, err := r.run(ctx, r.listArgs(r.ssh, w), nil)
	failed, isFailure := errors.AsType[*failure](err)
	if err != nil && !(isFailure && failed.partly()) {
		return found, r.unreadable("", err)
	}
	entries, parseErr := parseList(out)
	if parseErr != nil {
		return found, fmt.Errorf("%s: %w", r.Source, parseErr)
	}
	there := false
	for _, e := range entries {
		if e.name == "." {
			there = true
			continue
		}
		if dir := path.Dir(e.name); dir != "." && !w.holdsDir(dir) || e.kind == 'd' && w.holdsDir(e.name) {
			continue
		}
		found.add(w, e.name, e.kind == '-', e.state)
	}
	if err != nil {
		if !there {
			return listed{}, r.unreadable("", err)
		}
		// A link that leads nowhere, or a directory that cannot be read.
		found.warnf("%s: not all could be listed: %s", r.Source, failed.said)
	}
	return found, nil
}

func (r remoteShell) stat(ctx context.Context, rel string) (state, error) {
	out, err := r.run(ctx, r.statArgs(r.ssh, rel), nil)
	if err != nil {
		if f, ok := errors.AsType[*failure](err); ok && f.partly() {
			return state{}, errGone
		}
		return state{}, r.unreadable(rel, err)
	}
	entries, err := parseList(out)
	if err != nil {
		return state{}, fmt.Errorf("%s: %w", r.at(rel), err)
	}
	if len(entries) != 1 || entries[0].kind != '-' {
		return state{}, errGone
	}
	return entries[0].state, nil
}

func (r remoteShell) compare(ctx context.Context, from remote, ours string) (c comparison, err error) {
	c.kind = "MD5"
	if c.ours, err = sum(ctx, r.hooks, ours, md5.New()); err != nil {
		return c, err
	}
	nowhere := filepath.Join(filepath.Dir(ours), partialPrefix+"md5")
	out, err := r.run(ctx, r.digestArgs(r.ssh, from.path, nowhere), nil)
	if err != nil {
		return c, r.unreadable(from.path, err)
	}
	c.theirs = strings.TrimSpace(out)
	if len(c.theirs) != len(c.ours) {
		return c, fmt.Errorf("%s: rsync gives %q as its MD5: expected %d digits; is it rsync 3.1.2 or later at both ends?", r.at(from.path), shorten(c.theirs), len(c.ours))
	}
	return c, nil
}

// lookEvery is the time between two looks at how much of a file is there.
const lookEvery = 100 * time.Millisecond

func (r remoteShell) copy(ctx context.Context, from remote, to *partial, progress func(int64)) (c copied, err error) {
	if c.resumed, err = to.size(); err != nil {
		return c, err
	}
	c.resumed = min(c.resumed, from.bytes)
	finished := make(chan error, 1)
	go func() {
		// The process holds the lock of the file as long as it lives, so that
		// nobody else writes to the file should this process be killed.
		_, err := r.run(ctx, r.copyArgs(r.ssh, from.path, to.path(), from.bytes), to.file)
		finished <- err
	}()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if n, err := to.size(); err == nil {
				progress(min(n, from.bytes))
			}
			continue
		case err = <-finished:
		}
		break
	}
	if err != nil {
		return c, r.unreadable(from.path, err)
	}
	n, err := to.size()
	if err == nil && n != from.bytes {
		// It was shorter when rsync came, or so long that rsync left it alone.
		return c, fmt.Errorf("%w: %s had %d bytes when it was listed, not when it was fetched", ErrNotYet, r.at(from.path), from.bytes)
	}
	progress(n)
	return c, err
}

// unreadable is an error of running rsync.
func (r remoteShell) unreadable(rel string, err error) error {
	f, ok := errors.AsType[*failure](err)
	if !ok || f.full || f.code == exitLocalFile {
		return err // of this end
	}
	return fmt.Errorf("%w: %s: %w: %s", ErrUnreachable, r.at(rel), f, f.advice(r.kind))
}
