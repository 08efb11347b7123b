package fetch

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"darksite/internal/term"
)

// fetch brings one file.
func (f *fetcher) fetch(ctx context.Context, c Candidate, r *FileResult, progress func(int64)) error {
	p, err := f.target.partial(c.VC2Name.String())
	if err != nil {
		return err
	}
	defer p.close()
	copied, err := f.origin.copy(ctx, c.remote(), p, progress)
	r.Resumed = copied.resumed
	if err != nil {
		return f.explain(ctx, c, p, err)
	}
	return f.accept(ctx, c, p, copied, r)
}

// accept judges what has arrived, and gives it its name.
func (f *fetcher) accept(ctx context.Context, c Candidate, p *partial, copied copied, r *FileResult) error {
	file, warnings, err := judge(ctx, p.path(), r.Name, f.Options)
	if errors.Is(err, ErrRefused) {
		if now, statErr := f.origin.stat(ctx, c.Path); statErr == nil && !now.same(c.remote().state) {
			return errChanged(c, now)
		}
		// Either the source's own file is so, and it still has it, or what lies
		// here is not what was read there: it is of no use either way.
		if ours, sumErr := sum(ctx, f.hooks, p.path(), sha256.New()); sumErr == nil && copied.sha256 != "" && ours != copied.sha256 {
			err = errAltered(p, ours, copied.sha256)
		}
		p.discard()
	}
	if err != nil {
		return err
	}
	if copied.sha256 != "" && file.Delivered.SHA256 != copied.sha256 {
		p.discard()
		return errAltered(p, file.Delivered.SHA256, copied.sha256)
	}
	if !file.Delivered.Gzip {
		if err := pause(ctx, f.Settle-time.Since(f.listed)); err != nil {
			return err
		}
	}
	switch now, err := f.origin.stat(ctx, c.Path); {
	case errors.Is(err, errGone) && file.Delivered.Gzip:
		// Its own checksum vouches for it, and this may be the last copy.
		warnings = append(warnings, fmt.Sprintf("%s was taken away from the source while it was fetched; it had arrived whole", r.Name))
	case errors.Is(err, errGone):
		return fmt.Errorf("%w: %s was taken away while it was fetched; what has arrived stays in %s", ErrUnreachable, r.Name, p.path())
	case err != nil:
		return err
	case !now.same(c.remote().state):
		return errChanged(c, now)
	}
	if err := p.place(c.Modified); err != nil {
		return f.explain(ctx, c, p, err)
	}
	f.result.Warnings = append(f.result.Warnings, warnings...)
	r.SHA256, r.SFDUs, r.Rows = file.Delivered.SHA256, file.SFDUs, len(file.Rows)
	return nil
}

// errChanged is for a file that is written to at the source.
func errChanged(c Candidate, now state) error {
	return fmt.Errorf("%w: %s changed at the source while it was fetched, from %d to %d bytes: it is still arriving; wait, and run the same command again", ErrNotYet, c.VC2Name, c.Bytes, now.bytes)
}

// errAltered is for a disk that does not return what was written to it.
func errAltered(p *partial, ours, theirs string) error {
	return fmt.Errorf("%s: SHA-256 %s was written and %s is read: the disk or the memory alters data; see to that before anything else", p.path(), theirs, ours)
}

// explain says what is wrong with the disk here; of a full one, how much room
// is missing.
func (f *fetcher) explain(ctx context.Context, c Candidate, p *partial, err error) error {
	failed, _ := errors.AsType[*failure](err)
	switch disk, isDisk := errors.AsType[*fs.PathError](err); {
	case ctx.Err() != nil || errors.Is(err, ErrUnreachable) || errors.Is(err, ErrNotYet) || errors.Is(err, ErrRefused):
		return err
	case full(err) || failed != nil && failed.full:
	case isDisk:
		return fmt.Errorf("%s: %w: see that this disk can be written to; what has arrived stays, run the same command again to go on", p.path(), disk.Err)
	case failed != nil:
		return fmt.Errorf("%s: %w: see that this disk can be written to; what has arrived stays, run the same command again to go on", p.path(), failed)
	default:
		return err
	}
	have, _ := p.size()
	missing := c.Bytes - have
	if free, err := f.hooks.room(f.target.dir); err == nil && free < missing {
		missing -= free // else it is a quota, of which the disk does not tell
	}
	return fmt.Errorf("%w of %s: %s of %s are here and stay; make room for %s more, and run the same command again (%w)",
		ErrNoRoom, f.target.dir, term.Size(have), c.VC2Name, term.Size(missing), err)
}

// remote is the file as the source has it.
func (c Candidate) remote() remote {
	return remote{c.VC2Name, c.Path, state{c.Bytes, c.Modified}}
}
