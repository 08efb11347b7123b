package publish

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"darksite/internal/legacy"
)

// Changes are what a publish does, or would do. Lists are sorted.
type Changes struct {
	Added     []string `json:"added"`
	Changed   []string `json:"changed"`
	Removed   []string `json:"removed"`
	Unchanged int      `json:"unchanged"`
	// Pages are those kept by hand whose block changes.
	Pages []string `json:"pages"`
	// Displaced are files of others that are replaced, and kept.
	Displaced []string `json:"displaced"`
	// Mended are files and directories that readers could not read.
	Mended []string `json:"mended"`
	// Replaced are the pages among the displaced ones that stood for the section
	// itself, such as a list of calibrations that was kept by hand.
	Replaced map[string][]byte `json:"-"`
	// Calibrations of the tree, and Before of what is published.
	Calibrations int `json:"calibrations"`
	Before       int `json:"calibrations_before"`
	// Release is the number that it becomes, 0 when nothing changes; Live that
	// of what is published, 0 when there is none.
	Release int `json:"release"`
	Live    int `json:"live"`
	// Finished is a release that was begun before and is finished first.
	Finished int      `json:"finished"`
	Numbers  []Number `json:"numbers"`
	Warnings []string `json:"warnings"`
}

// Nothing tells whether the target holds the tree already; rights may be mended
// all the same.
func (c *Changes) Nothing() bool { return c.Release == 0 }

func newChanges() Changes {
	return Changes{Added: []string{}, Changed: []string{}, Removed: []string{}, Pages: []string{}, Displaced: []string{}, Mended: []string{},
		Numbers: []Number{}, Warnings: []string{}}
}

type plan struct {
	Changes
	tree     Tree   // with what the target gets because it tells case apart
	files    []File // MANIFEST among them
	manifest []byte
	claims   claims
	// adopted are claims that no release names.
	adopted []entry
	found   map[string]live
	blocks  []blockChange
}

type blockChange struct {
	path         string
	before, want []byte
}

// plan compares the tree with what the target holds.
func (s *store) plan(ctx context.Context, tree Tree, o Options) (*plan, error) {
	p := &plan{Changes: newChanges(), claims: claims{}}
	if err := s.checkSection(); err != nil {
		return nil, err
	}
	live, pending, err := s.published(p)
	if err != nil {
		return nil, err
	}
	tells, err := s.tellsCase()
	if err != nil {
		return nil, err
	}
	p.tree = tree
	if tells {
		if p.tree, err = s.withApart(ctx, tree, o, p.claims); err != nil {
			return nil, err
		}
	} else {
		p.claims.fold(tree.Files())
	}
	files := p.tree.Files()
	for _, f := range files {
		if err := checkPath(f.Path); err != nil {
			return nil, err
		}
	}
	p.files, p.manifest = withManifest(files)
	p.Calibrations = calibrations(files)
	if live == nil && len(p.claims) == 0 && !o.Adopt {
		if err := s.vacant(); err != nil {
			return nil, err
		}
	}
	if p.found, err = s.scan(ctx, p.files, p.claims); err != nil {
		return nil, err
	}
	if pending != nil {
		p.overlay(pending)
	}
	if err := p.sort(o); err != nil {
		return nil, err
	}
	for _, name := range lists(p.Displaced) {
		content, err := s.read(name, legacy.MaxPage)
		if err != nil {
			return nil, err
		}
		p.replaces(name, content)
	}
	mended, _, err := s.mend(p.files, false)
	if err != nil {
		return nil, err
	}
	p.Mended = append(p.Mended, mended...)
	if err := s.planBlocks(p, live, o); err != nil {
		return nil, err
	}
	if p.Calibrations < p.Before && !o.AllowFewer {
		return nil, fmt.Errorf("%w: %d, and the tree has %d: see what became of the others, or allow it (--allow-fewer)", ErrFewer, p.Before, p.Calibrations)
	}
	if len(p.Added)+len(p.Changed)+len(p.Removed)+len(p.Pages) > 0 || live == nil {
		p.Release = p.Live + 1
	}
	return p, nil
}

// lists are pages right in the section.
func lists(paths []string) (pages []string) {
	for _, p := range paths {
		if isPage(p) && path.Dir(p) == Section {
			pages = append(pages, p)
		}
	}
	return pages
}

func (c *Changes) replaces(name string, content []byte) {
	if c.Replaced == nil {
		c.Replaced = map[string][]byte{}
	}
	c.Replaced[name] = content
}

// published finds out which files of the target are ours. A release that was
// begun counts as live: it is finished first.
func (s *store) published(p *plan) (live, pending *Release, err error) {
	if live, err = s.latest(); err != nil {
		return nil, nil, err
	}
	if live != nil {
		p.claims.add(live.Files)
	}
	if pending, err = s.journal(); err != nil {
		return nil, nil, err
	}
	if pending != nil {
		live = pending
		p.Finished = pending.Number
		p.claims.add(pending.Files)
		p.claims.add(pending.Claims)
	}
	if live != nil {
		p.Live, p.Before = live.Number, calibrations(live.files())
		return live, pending, nil
	}
	// Without releases, a manifest of ours tells.
	for _, name := range []string{ManifestFile, builtManifest} {
		content, err := s.read(name, maxRecord)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		} else if err != nil {
			return nil, nil, err
		}
		files, err := parseManifest(content)
		if err != nil {
			p.Warnings = append(p.Warnings, fmt.Sprintf("%s is no manifest of ours: %v", name, err))
			continue
		}
		p.Before = calibrations(files)
		if name == ManifestFile {
			files = append(files, fileOf(name, content))
		}
		for _, f := range files {
			if info, err := s.Lstat(f.Path); err == nil {
				f.Size = info.Size() // a manifest has none
			}
			p.adopted = append(p.adopted, entry{File: f})
		}
		p.claims.add(p.adopted)
		break
	}
	return nil, nil, nil
}

// vacant refuses a dark_cal/ that nobody says is ours.
func (s *store) vacant() error {
	entries, err := s.ReadDir(Section)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	} else if err != nil {
		return err
	}
	return fmt.Errorf("%w: %s/ is there with %d entries, and neither %s nor %s/ says that they are darksite's: "+
		"look at them; --adopt publishes among them, and keeps what stands in the way", ErrForeign, Section, len(entries), ManifestFile, storeDir)
}

// overlay makes what was found what it will be when a release is finished.
func (p *plan) overlay(pending *Release) {
	coming := map[string]entry{}
	for _, e := range pending.Files {
		coming[e.Path] = e
	}
	for path, l := range p.found {
		e, comes := coming[path]
		switch {
		case comes:
			if l.info == nil {
				l.info = promised{}
			}
			l.sum, l.ours = e.SHA256, true
			p.found[path] = l
		case l.ours:
			p.found[path] = live{}
		}
	}
}

// promised stands for a file that is still to come.
type promised struct{ fs.FileInfo }

// sort fills the lists of changes.
func (p *plan) sort(o Options) error {
	var foreign []string
	wanted := map[string]bool{}
	for _, f := range p.files {
		wanted[f.Path] = true
		l := p.found[f.Path]
		_, claimed := p.claims[f.Path]
		switch {
		case l.info == nil:
			p.Added = append(p.Added, f.Path)
			continue
		case l.is(f):
			p.Unchanged++
			continue
		case l.ours:
		case claimed:
			p.Displaced = append(p.Displaced, f.Path)
			p.Warnings = append(p.Warnings, fmt.Sprintf("%s was changed in the target since it was published; that version is kept in %s/", f.Path, displacedDir))
		default:
			foreign = append(foreign, f.Path)
			p.Displaced = append(p.Displaced, f.Path)
		}
		p.Changed = append(p.Changed, f.Path)
	}
	if len(foreign) > 0 && !o.Adopt {
		return fmt.Errorf("%w: %s: %d file(s) stand where ours belong: move them away, or --adopt replaces them and keeps them in %s/",
			ErrForeign, strings.Join(foreign[:min(3, len(foreign))], ", "), len(foreign), displacedDir)
	}
	for path, l := range p.found {
		switch {
		case wanted[path] || l.info == nil:
		case l.ours:
			p.Removed = append(p.Removed, path)
		default:
			p.Warnings = append(p.Warnings, fmt.Sprintf("%s is no longer published, but somebody changed it: it is left as it is", path))
		}
	}
	slices.Sort(p.Removed)
	slices.Sort(p.Warnings)
	return nil
}

// planBlocks compares the blocks of pages that are kept by hand.
func (s *store) planBlocks(p *plan, live *Release, o Options) error {
	blocks := slices.SortedFunc(slices.Values(o.Blocks), func(a, b Block) int { return cmp.Compare(a.Path, b.Path) })
	for _, b := range blocks {
		if err := checkPage(b.Path); err != nil {
			return err
		}
		_, now, info, err := s.block(b.Path, o.Marks)
		if err == nil {
			if file, _ := s.readers.perms(); info.Mode()&file&0o444 != file&0o444 {
				p.Warnings = append(p.Warnings, fmt.Sprintf("%s: mode %04o: readers cannot read it; it is not darksite's to change: chmod a+r it", b.Path, info.Mode().Perm()))
			}
		}
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%w: the block of darksite should go there: make the page, with its markers, or name another", err)
		} else if err != nil {
			return err
		}
		change := blockChange{b.Path, now, b.Content}
		if live != nil {
			for _, e := range live.Blocks {
				if e.Path != b.Path {
					continue
				}
				if change.before, err = s.object(e.Before); err != nil {
					return err
				}
			}
		}
		p.blocks = append(p.blocks, change)
		if !bytes.Equal(now, b.Content) {
			p.Pages = append(p.Pages, b.Path)
		}
	}
	return nil
}
