package fetch

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"darksite/internal/term"
	"darksite/processing/chandra"
)

// Progress is how far a fetch is.
type Progress struct {
	File          string // the one under way
	Number, Files int    // its number, from 1, of those to be fetched
	// FileDone of FileBytes are here of this file, Done of Bytes of all.
	FileDone, FileBytes int64
	Done, Bytes         int64
}

// Fetch brings a calibration's telemetry files into data/<id>/. The Result says
// what became of each file also when there is an error; it is nil when the
// source could not be listed. The error is ErrNotYet when waiting may help and
// nothing else is wrong, else one or several of the others, or the context's.
//
// Whatever happens, a file that has its name is whole, and running the same
// again goes on where it stopped.
func Fetch(ctx context.Context, src Source, id chandra.ID, o Options) (*Result, error) {
	listed := time.Now()
	l, err := List(ctx, src, id, o)
	if err != nil {
		return nil, err
	}
	dir, err := filepath.Abs(filepath.Join(o.Data, string(id)))
	if err != nil {
		return nil, err
	}
	r := &Result{ID: id, Source: src, Dir: dir, Missing: l.Missing, Warnings: l.Warnings}
	wanted := l.With(Belongs)
	if len(wanted) == 0 {
		return r, l.nothing()
	}
	if list := l.With(Undecided); len(list) > 0 {
		r.undecided = list[0].Why
	}
	t, err := openTarget(o.Data, id)
	if err != nil {
		return r, err
	}
	defer t.close()
	o.hooks = o.hooks.complete()
	f := &fetcher{Options: o, origin: src.origin(o.hooks), target: t, result: r, listed: listed}
	todo, err := f.compareAll(ctx, wanted)
	if err == nil {
		err = f.fetchAll(ctx, todo)
	}
	slices.SortFunc(r.Files, func(a, b FileResult) int {
		at := func(f FileResult) int {
			return slices.IndexFunc(wanted, func(c Candidate) bool { return c.VC2Name.String() == f.Name })
		}
		return at(a) - at(b)
	})
	if err != nil {
		return r, err
	}
	return r, r.err()
}

// fetcher brings files into one directory.
type fetcher struct {
	Options
	origin origin
	target *target
	result *Result
	listed time.Time // when the source was asked
	told   Progress
}

// compareAll deals with files that are there, and returns the others. An
// error of the source or the context ends it.
func (f *fetcher) compareAll(ctx context.Context, wanted []Candidate) (todo []Candidate, err error) {
	for _, c := range wanted {
		name := c.VC2Name.String()
		started := time.Now()
		if limit := f.Reading.InflatedBytes; c.Bytes > limit {
			f.add(FileResult{Name: name, Bytes: c.Bytes}, started,
				fmt.Errorf("%w: %s has %s, a replica at most %s: is this telemetry?", ErrRefused, name, term.Size(c.Bytes), term.Size(limit)))
			continue
		}
		bytes, there, err := f.target.present(name)
		if !there && err == nil {
			todo = append(todo, c)
			continue
		}
		result := FileResult{Name: name, Outcome: Present, Bytes: c.Bytes}
		if err == nil {
			result.SHA256, err = f.compare(ctx, c, bytes)
		}
		if ctx.Err() != nil || errors.Is(err, ErrUnreachable) {
			return nil, err
		}
		f.add(result, started, err)
	}
	return todo, nil
}

// compare is nil when the file here is the source's.
func (f *fetcher) compare(ctx context.Context, c Candidate, bytes int64) (sha string, err error) {
	path := f.target.path(c.VC2Name.String())
	if sha, err = sum(ctx, f.hooks, path, sha256.New()); err != nil {
		return "", err
	}
	hashes, err := f.origin.compare(ctx, c.remote(), path)
	if err != nil || bytes == c.Bytes && hashes.ours == hashes.theirs {
		return sha, err
	}
	return sha, fmt.Errorf("%w: %s is there with %d bytes and %s %s, the source has %d bytes and %s %s: nothing was changed; find out which is right: if it is the source's, move the one here away, and run the same command again",
		ErrRefused, path, bytes, hashes.kind, hashes.ours, c.Bytes, hashes.kind, hashes.theirs)
}

// add notes what became of a file.
func (f *fetcher) add(r FileResult, started time.Time, err error) {
	r.Seconds = time.Since(started).Seconds()
	if r.Err = err; err != nil {
		switch {
		case errors.Is(err, ErrNotYet):
			r.Outcome = Waiting
		case errors.Is(err, ErrRefused):
			r.Outcome = Refused
		default:
			r.Outcome = Failed
		}
	}
	f.result.Files = append(f.result.Files, r)
}

// fetchAll fetches one file after the other. What would befall all of them
// ends it; what is wrong with one does not keep the others from theirs.
func (f *fetcher) fetchAll(ctx context.Context, todo []Candidate) error {
	f.told.Files = len(todo)
	for _, c := range todo {
		f.told.Bytes += c.Bytes
	}
	if err := f.checkRoom(todo); err != nil {
		return err
	}
	for i, c := range todo {
		f.told.File, f.told.Number = c.VC2Name.String(), i+1
		f.told.FileBytes, f.told.FileDone = c.Bytes, 0
		before := f.told.Done
		f.progress(before, 0)
		started := time.Now()
		r := FileResult{Name: c.VC2Name.String(), Bytes: c.Bytes}
		err := f.fetch(ctx, c, &r, func(done int64) { f.progress(before, done) })
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		f.add(r, started, err)
		if ctx.Err() != nil || errors.Is(err, ErrUnreachable) || errors.Is(err, ErrNoRoom) {
			return err
		}
		f.told.Done = before + c.Bytes
	}
	return nil
}

// progress tells that so much of the file under way is there.
func (f *fetcher) progress(before, done int64) {
	f.told.FileDone, f.told.Done = done, before+done
	if f.Options.Progress != nil {
		f.Options.Progress(f.told)
	}
}

// checkRoom sees before anything is transferred that the disk takes it.
func (f *fetcher) checkRoom(todo []Candidate) error {
	var need int64
	for _, c := range todo {
		need += c.Bytes - f.target.arrived(c.VC2Name.String(), c.Bytes)
	}
	free, err := f.hooks.room(f.target.dir)
	if err != nil || need <= free {
		return nil // a disk that does not tell is tried
	}
	return fmt.Errorf("%w of %s: %s are to be fetched, %s are free: make room for %s more, and run the same command again; nothing was begun",
		ErrNoRoom, f.target.dir, term.Size(need), term.Size(free), term.Size(need-free))
}
