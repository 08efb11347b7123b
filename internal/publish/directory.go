package publish

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// kept is how many releases can be gone back to, the live one included.
const kept = 10

// Options are what a publish is allowed and told.
type Options struct {
	// Adopt takes over files of others that stand where ours belong.
	Adopt bool
	// AllowFewer lets the number of calibrations go down.
	AllowFewer bool
	// Version is that of the program, for the record.
	Version string
	// Apart are files that a target gets only when it tells upper from lower case;
	// nil for none.
	Apart Tree
	// Blocks are kept in pages that are not ours; Marks finds their places.
	Blocks []Block
	Marks  Marks
	// Progress is called while an archive file is written, first with 0 files done;
	// nil for nobody.
	Progress func(done, total int)
}

// Directory is a target on a file system.
type Directory struct {
	path    string
	now     func() time.Time
	readers Readers
	// wrap puts a layer over the disk, for tests.
	wrap func(disk) disk
}

// NewDirectory is the target of a directory whose files some can read; "" is
// [ReadersAll].
func NewDirectory(path string, readers Readers) *Directory {
	return &Directory{path: path, now: time.Now, readers: cmp.Or(readers, ReadersAll)}
}

// String is the directory's path.
func (d *Directory) String() string { return d.path }

// open opens the directory; one that is not there is made if told to.
func (d *Directory) open(create bool) (*store, func() error, error) {
	root, err := os.OpenRoot(d.path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := d.misled(); err != nil {
			return nil, nil, err
		}
	}
	if errors.Is(err, fs.ErrNotExist) && create {
		if err = d.make(); err == nil {
			root, err = os.OpenRoot(d.path)
		}
	}
	if err != nil {
		return nil, nil, d.notThere(err)
	}
	var on disk = rooted{root}
	if d.wrap != nil {
		on = d.wrap(on)
	}
	return &store{disk: on, readers: d.readers, around: d.tellsCaseAround}, root.Close, nil
}

// locked opens the directory for writing, and finishes what another publisher
// began.
func (d *Directory) locked(create bool) (*store, func(), error) {
	s, closeRoot, err := d.open(create)
	if err != nil {
		return nil, nil, err
	}
	if err := s.checkSection(); err != nil {
		closeRoot()
		return nil, nil, fmt.Errorf("%s: %w", d.path, err)
	}
	unlock, err := s.lock(d.now)
	if err != nil {
		closeRoot()
		return nil, nil, fmt.Errorf("%s: %w", d.path, err)
	}
	s.locked = true
	return s, func() { unlock(); closeRoot() }, nil
}

// Plan tells what [Directory.Publish] would do. It writes nothing.
func (d *Directory) Plan(ctx context.Context, tree Tree, o Options) (*Changes, error) {
	s, closeRoot, err := d.open(false)
	if errors.Is(err, fs.ErrNotExist) {
		s, closeRoot, err = &store{disk: nowhere{}, readers: d.readers, around: d.tellsCaseAround}, func() error { return nil }, nil
	}
	if err != nil {
		return nil, err
	}
	defer closeRoot()
	p, err := s.plan(ctx, tree, o)
	if err == nil {
		err = s.numbers(p.tree, p)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", d.path, err)
	}
	return &p.Changes, nil
}

// preflight leaves a target that is refused without a trace.
func (d *Directory) preflight(ctx context.Context, tree Tree, o Options) error {
	s, closeRoot, err := d.open(false)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	defer closeRoot()
	if _, err := s.Lstat(storeDir); err == nil {
		return nil
	}
	_, refused := s.plan(ctx, tree, o)
	if _, err := s.Lstat(storeDir); err == nil {
		return nil // somebody else has begun meanwhile
	}
	return refused
}

// Publish makes the directory hold the tree. When nothing changes, nothing is
// written that a reader sees.
func (d *Directory) Publish(ctx context.Context, tree Tree, o Options) (*Changes, error) {
	fail := func(err error) (*Changes, error) { return nil, fmt.Errorf("%s: %w", d.path, err) }
	if err := d.preflight(ctx, tree, o); err != nil {
		return fail(err)
	}
	s, unlock, err := d.locked(true)
	if err != nil {
		return nil, err
	}
	defer unlock()
	finished, warnings, err := s.finish(ctx, o.Marks)
	if err != nil {
		return fail(err)
	}
	p, err := s.plan(ctx, tree, o)
	if err != nil {
		return fail(err)
	}
	p.Finished, p.Warnings = finished, append(p.Warnings, warnings...)
	if p.Release == 0 {
		return &p.Changes, d.mended(s, p.files, &p.Changes)
	}
	to, err := s.stage(ctx, p.tree, p, o)
	if err != nil {
		return fail(err)
	}
	to.Time, to.Version, to.Adopted = d.now().UTC().Format(time.RFC3339), o.Version, o.Adopt
	if err := d.switchTo(s, to, p.claims, o.Marks, &p.Changes); err != nil {
		return &p.Changes, err
	}
	return &p.Changes, d.mended(s, p.files, &p.Changes)
}

// mended gives what is published the rights that readers need.
func (d *Directory) mended(s *store, files []File, result *Changes) error {
	mended, warnings, err := s.mend(files, true)
	if err != nil {
		return fmt.Errorf("%s: %w", d.path, err)
	}
	result.Mended = append([]string{}, mended...)
	result.Warnings = append(result.Warnings, warnings...)
	return nil
}

// switchTo writes the journal, and makes it so. A switch that has begun is not
// interrupted: it takes less than waiting for the next run.
func (d *Directory) switchTo(s *store, to *Release, c claims, marks Marks, result *Changes) error {
	content, err := to.marshal()
	if err == nil {
		err = s.replace(journalFile, content)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", d.path, err)
	}
	w := &switcher{store: s, to: to, claims: c, marks: marks}
	err = w.run(context.Background())
	result.Warnings = append(result.Warnings, w.warnings...)
	if err != nil {
		return fmt.Errorf("%s: %w: %w", d.path, ErrBegun, err)
	}
	all, err := s.releases()
	if err == nil {
		err = s.prune(all, kept)
	}
	if err != nil {
		result.Warnings = append(result.Warnings, fmt.Sprintf("what is no longer needed could not be removed: %v", err))
	}
	return nil
}

// finish does what is left of a switch that was stopped. It gives the number of
// the release, 0 when there was none.
func (s *store) finish(ctx context.Context, marks Marks) (int, []string, error) {
	to, err := s.journal()
	if err != nil || to == nil {
		return 0, nil, err
	}
	live, err := s.latest()
	if err != nil {
		return 0, nil, err
	}
	c := claims{}
	if live != nil {
		c.add(live.Files)
	}
	c.add(to.Claims)
	w := &switcher{store: s, to: to, claims: c, marks: marks}
	if err := w.run(ctx); err != nil {
		return 0, w.warnings, fmt.Errorf("%w, release %d, and could not be finished: %w", ErrBegun, to.Number, err)
	}
	return to.Number, w.warnings, nil
}

// stage puts all that is new in the store and makes the record of the release.
func (s *store) stage(ctx context.Context, tree Tree, p *plan, o Options) (*Release, error) {
	r := &Release{Format: releaseFormat, Number: p.Release, Calibrations: p.Calibrations, Claims: p.adopted,
		Added: len(p.Added), Changed: len(p.Changed), Removed: len(p.Removed)}
	if p.Calibrations < p.Before {
		r.Fewer = &Fewer{p.Before, p.Calibrations}
	}
	var sums []string
	for _, f := range p.files {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		e := entry{File: f}
		if l := p.found[f.Path]; l.is(f) {
			if err := s.keep(ctx, f); err != nil {
				return nil, err
			}
			e.Modified = l.info.ModTime().UnixNano()
		} else {
			open := func() (io.ReadCloser, error) { return tree.Open(f.Path) }
			if f.Path == ManifestFile {
				open = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(p.manifest)), nil }
			}
			if err := s.put(ctx, f, open); err != nil {
				return nil, err
			}
			info, err := s.Lstat(objectName(f.SHA256))
			if err != nil {
				return nil, err
			}
			e.Modified = info.ModTime().UnixNano()
			sums = append(sums, f.SHA256)
		}
		r.Files = append(r.Files, e)
	}
	for _, b := range p.blocks {
		for _, content := range [][]byte{b.want, b.before} {
			f := fileOf(b.path, content)
			if err := s.put(ctx, f, func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }); err != nil {
				return nil, err
			}
			sums = append(sums, f.SHA256)
		}
		r.Blocks = append(r.Blocks, blockEntry{b.path, fileOf("", b.want).SHA256, fileOf("", b.before).SHA256})
	}
	return r, s.syncObjects(sums)
}

// nowhere is a directory that is not there.
type nowhere struct{ disk }

func absent(op, name string) error { return &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist} }

func (nowhere) Inherits(string) bool                       { return false }
func (nowhere) Lstat(name string) (fs.FileInfo, error)     { return nil, absent("lstat", name) }
func (nowhere) Open(name string) (io.ReadCloser, error)    { return nil, absent("open", name) }
func (nowhere) ReadDir(name string) ([]fs.DirEntry, error) { return nil, absent("readdir", name) }
