package publish

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"
)

// Listing is what [Directory.List] tells of a release.
type Listing struct {
	Number       int    `json:"release"`
	Time         string `json:"time"`
	Version      string `json:"version"`
	RollbackTo   int    `json:"rollback_to,omitempty"`
	Calibrations int    `json:"calibrations"`
	Files        int    `json:"files"`
	Added        int    `json:"added"`
	Changed      int    `json:"changed"`
	Removed      int    `json:"removed"`
	Fewer        *Fewer `json:"allowed_fewer,omitempty"`
	Adopted      bool   `json:"adopted,omitempty"`
	// State is "live", "kept", or "begun" when its switch was not finished.
	State string `json:"state"`
}

func (r *Release) listing(state string) Listing {
	return Listing{r.Number, r.Time, r.Version, r.RollbackTo, r.Calibrations, len(r.Files), r.Added, r.Changed, r.Removed, r.Fewer, r.Adopted, state}
}

// List tells of the releases in a directory, the latest first.
func (d *Directory) List() ([]Listing, error) {
	list := []Listing{}
	s, closeRoot, err := d.open(false)
	if err != nil {
		return nil, err
	}
	defer closeRoot()
	pending, err := s.journal()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", d.path, err)
	}
	all, err := s.releases()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", d.path, err)
	}
	if pending != nil {
		list = append(list, pending.listing("begun"))
	}
	for i, r := range slices.Backward(all) {
		state := "kept"
		if i == len(all)-1 {
			state = "live"
		}
		list = append(list, r.listing(state))
	}
	return list, nil
}

// Live are the files of the tree that is published, none when none is, and
// whether a switch was begun and not finished.
func (d *Directory) Live() (files []File, begun bool, err error) {
	s, closeRoot, err := d.open(false)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	} else if err != nil {
		return nil, false, err
	}
	defer closeRoot()
	pending, err := s.journal()
	if err != nil {
		return nil, false, err
	}
	live, err := s.latest()
	if err != nil || live == nil {
		return nil, pending != nil, err
	}
	return live.files(), pending != nil, nil
}

// Rollback makes the directory hold a release again; 0 is the one before the
// live one, or the live one when a switch was begun and not finished. It needs
// nothing but the target.
func (d *Directory) Rollback(ctx context.Context, n int, o Options) (*Changes, error) {
	if err := d.released(); err != nil {
		return nil, err
	}
	s, unlock, err := d.locked(false)
	if err != nil {
		return nil, err
	}
	defer unlock()
	result := newChanges()
	to, c, err := s.back(ctx, n, o, &result)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", d.path, err)
	}
	if to == nil {
		return &result, nil
	}
	to.Time, to.Version = d.now().UTC().Format(time.RFC3339), o.Version
	if err := d.switchTo(s, to, c, o.Marks, &result); err != nil {
		return &result, err
	}
	return &result, d.mended(s, to.files(), &result)
}

// released tells whether something was published: in a directory that is not ours
// nothing is made, not even a lock.
func (d *Directory) released() error {
	s, closeRoot, err := d.open(false)
	if err != nil {
		return err
	}
	defer closeRoot()
	numbers, err := s.recorded()
	if err == nil && len(numbers) == 0 {
		err = fmt.Errorf("%s: %w: nothing was published there", d.path, ErrNoRelease)
	}
	return err
}

// back makes the record of going back to a release, nil when there is nothing
// to do.
func (s *store) back(ctx context.Context, n int, o Options, result *Changes) (*Release, claims, error) {
	all, err := s.releases()
	if err != nil {
		return nil, nil, err
	}
	// A journal that cannot be read is replaced by that of the way back.
	pending, unreadable := s.journal()
	target, err := pick(all, n, pending != nil || unreadable != nil)
	if err != nil {
		return nil, nil, err
	}
	live := all[len(all)-1]
	c := claims{}
	c.add(live.Files)
	to := &Release{Format: releaseFormat, Number: live.Number + 1, RollbackTo: target.Number, Calibrations: target.Calibrations}
	if target.Calibrations < live.Calibrations {
		to.Fewer = &Fewer{live.Calibrations, target.Calibrations}
	}
	if pending != nil {
		to.Claims = slices.Concat(pending.Files, pending.Claims)
		c.add(to.Claims)
	}
	tells, err := s.tellsCase()
	if err != nil {
		return nil, nil, err
	}
	was := target.Files
	if !tells {
		if was, err = s.singly(was); err != nil {
			return nil, nil, err
		}
	}
	var files []File
	wanted := map[string]bool{}
	for _, e := range was {
		files = append(files, e.File)
		wanted[e.Path] = true
		c[e.Path] = append(c[e.Path], e)
	}
	if !tells {
		c.fold(files)
	}
	found, err := s.scan(ctx, files, c)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range was {
		l := found[e.Path]
		if l.is(e.File) {
			e.Modified = l.info.ModTime().UnixNano()
			result.Unchanged++
			to.Files = append(to.Files, e)
			continue
		}
		whole, err := s.has(ctx, e.File)
		if err != nil {
			return nil, nil, err
		}
		if !whole {
			return nil, nil, fmt.Errorf("release %d cannot be restored: its %s is gone from %s, or damaged: nothing was changed; choose another release, or publish again",
				target.Number, e.Path, objectName(e.SHA256))
		}
		info, err := s.Lstat(objectName(e.SHA256))
		if err != nil {
			return nil, nil, err
		}
		e.Modified = info.ModTime().UnixNano()
		to.Files = append(to.Files, e)
		if l.info == nil {
			result.Added = append(result.Added, e.Path)
		} else {
			result.Changed = append(result.Changed, e.Path)
		}
	}
	for p, l := range found {
		if !wanted[p] && l.ours {
			result.Removed = append(result.Removed, p)
		}
	}
	slices.Sort(result.Removed)
	if err := s.backBlocks(to, target, all, pending, o.Marks, result); err != nil {
		return nil, nil, err
	}
	to.Added, to.Changed, to.Removed = len(result.Added), len(result.Changed), len(result.Removed)
	result.Live, result.Before, result.Calibrations = live.Number, live.Calibrations, target.Calibrations
	if pending == nil && unreadable == nil && to.Added+to.Changed+to.Removed+len(result.Pages) == 0 {
		return nil, nil, nil
	}
	result.Release = to.Number
	return to, c, nil
}

// pick finds the release to go back to.
func pick(all []*Release, n int, pending bool) (*Release, error) {
	switch {
	case len(all) == 0:
		return nil, fmt.Errorf("%w: none was published here and finished", ErrNoRelease)
	case n == 0 && pending:
		return all[len(all)-1], nil
	case n == 0 && len(all) == 1:
		return nil, fmt.Errorf("%w: release %d is the first, and there is nothing before it to go back to", ErrNoRelease, all[0].Number)
	case n == 0:
		return all[len(all)-2], nil
	}
	for _, r := range all {
		if r.Number == n {
			return r, nil
		}
	}
	return nil, fmt.Errorf("%w: %d; there are %d to %d", ErrNoRelease, n, all[0].Number, all[len(all)-1].Number)
}

// backBlocks are the blocks as they were: of the release, or for a page that it
// did not know yet, what stood there before darksite's first.
func (s *store) backBlocks(to, target *Release, all []*Release, pending *Release, marks Marks, result *Changes) error {
	blocks := map[string]blockEntry{}
	later := slices.Clone(all)
	if pending != nil {
		later = append(later, pending)
	}
	for _, r := range slices.Backward(later) {
		if r.Number < target.Number {
			break
		}
		for _, b := range r.Blocks {
			if r != target {
				b.SHA256 = b.Before
			}
			blocks[b.Path] = b
		}
	}
	for _, b := range blocks {
		want, err := s.object(b.SHA256)
		if err != nil {
			return fmt.Errorf("block of %s: %w", b.Path, err)
		}
		_, now, _, err := s.block(b.Path, marks)
		if err != nil {
			return err
		}
		if string(now) != string(want) {
			result.Pages = append(result.Pages, b.Path)
		}
		to.Blocks = append(to.Blocks, b)
	}
	slices.SortFunc(to.Blocks, func(a, b blockEntry) int { return cmp.Compare(a.Path, b.Path) })
	slices.Sort(result.Pages)
	return nil
}
