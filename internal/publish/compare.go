package publish

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"darksite/internal/filename"
)

// listed is what a target other than a directory says it holds.
type listed struct {
	// files are those of its MANIFEST.
	files []File
	// begun are files that an interrupted publish may have sent.
	begun []File
	// there are all paths in dark_cal/, nil where they are not known.
	there map[string]bool
	// tells says that the place is known to tell upper from lower case.
	tells bool
	// read gives the content of some of them; what is not there is left out.
	read func(ctx context.Context, paths []string) (map[string][]byte, error)
}

// compare finds what a target lacks.
func (l *listed) compare(tree Tree, o Options) (*plan, error) {
	p := &plan{Changes: newChanges(), tree: tree}
	old, begun := map[string]string{}, map[string]bool{}
	for _, f := range l.files {
		old[f.Path] = f.SHA256
	}
	for _, f := range l.begun {
		begun[f.Path] = true
	}
	if l.tells && o.Apart != nil {
		// What others have at such an address stays.
		p.tree = join(tree, o.Apart, func(f File) bool { return !l.there[f.Path] || old[f.Path] != "" || begun[f.Path] })
	}
	files := p.tree.Files()
	for _, f := range files {
		if err := checkPath(f.Path); err != nil {
			return nil, err
		}
	}
	p.files, p.manifest = withManifest(files)
	p.Calibrations, p.Before = calibrations(files), calibrations(l.files)
	wanted := map[string]bool{}
	keys := map[string]string{}
	for _, f := range p.files {
		wanted[f.Path], keys[filename.Key(f.Path)] = true, f.Path
	}
	doubtful := l.doubtful(keys)
	var foreign []string
	for _, f := range p.files {
		sum, known := old[f.Path]
		switch {
		case known && sum == f.SHA256 && !begun[f.Path] && !doubtful[f.Path] && (l.there == nil || l.there[f.Path]):
			p.Unchanged++
		case known || begun[f.Path]:
			p.Changed = append(p.Changed, f.Path)
		case l.there[f.Path]:
			foreign = append(foreign, f.Path)
			p.Changed = append(p.Changed, f.Path)
		default:
			p.Added = append(p.Added, f.Path)
		}
	}
	p.Displaced = append(p.Displaced, foreign...)
	for _, f := range slices.Concat(l.files, l.begun) {
		if wanted[f.Path] || l.there != nil && !l.there[f.Path] {
			continue
		}
		if to := keys[filename.Key(f.Path)]; to != "" && !l.tells {
			p.Warnings = append(p.Warnings, fmt.Sprintf("%s is left: it and %s differ in letter case alone, and may be one file there", f.Path, to))
			continue
		}
		p.Removed = append(p.Removed, f.Path)
	}
	slices.Sort(p.Warnings)
	p.Warnings = slices.Compact(p.Warnings)
	slices.Sort(p.Removed)
	p.Removed = slices.Compact(p.Removed)
	switch {
	case o.Adopt:
	case len(l.files)+len(l.begun) == 0 && len(l.there) > 0:
		return nil, fmt.Errorf("%w: %s/ is there with %d files, and no %s says that they are darksite's: look at them; --adopt publishes among them, and replaces what stands in the way for good",
			ErrForeign, Section, len(l.there), ManifestFile)
	case len(foreign) > 0:
		return nil, fmt.Errorf("%w: %s: %d file(s) stand where ours belong: move them away, or --adopt replaces them for good",
			ErrForeign, strings.Join(foreign[:min(3, len(foreign))], ", "), len(foreign))
	}
	if len(o.Blocks) > 0 {
		return nil, fmt.Errorf("%s: only a directory has pages that are kept by hand", o.Blocks[0].Path)
	}
	if p.Calibrations < p.Before && !o.AllowFewer {
		return nil, fmt.Errorf("%w: %d, and the tree has %d: see what became of the others, or allow it (--allow-fewer)", ErrFewer, p.Before, p.Calibrations)
	}
	if len(p.Added)+len(p.Changed)+len(p.Removed)+len(l.begun) > 0 {
		p.Release = 1 // there are no numbers, but there is something to do
	}
	return p, nil
}

// twoCases tells whether a place lists two names of ours that differ in case alone:
// one that ignores case cannot.
func (l *listed) twoCases() bool {
	keys := map[string]bool{}
	for _, f := range l.files {
		if l.there[f.Path] {
			if key := filename.Key(f.Path); keys[key] {
				return true
			} else {
				keys[key] = true
			}
		}
	}
	return false
}

// doubtful are wanted files that a place may have overwritten with one at their
// other case: it was sent both, and has not both.
func (l *listed) doubtful(keys map[string]string) map[string]bool {
	doubtful := map[string]bool{}
	for _, f := range l.files {
		if to := keys[filename.Key(f.Path)]; to != "" && to != f.Path && !l.tells && l.there != nil {
			doubtful[to] = true
		}
	}
	return doubtful
}

// numbers compares the numbers of the files that change.
func (l *listed) numbers(ctx context.Context, tree Tree, p *plan) error {
	var paths []string
	for _, name := range p.Changed {
		if valuesOf(name) != nil {
			paths = append(paths, name)
		}
	}
	if len(paths) == 0 {
		return nil
	}
	old, err := l.read(ctx, paths)
	if err != nil {
		return err
	}
	for _, name := range paths {
		fresh, err := readTree(tree, name)
		if err != nil {
			return err
		}
		if before, ok := old[name]; ok && fresh != nil {
			values := valuesOf(name)
			p.Numbers = append(p.Numbers, compareValues(name, values(before), values(fresh))...)
		}
	}
	inWeight(p.Numbers)
	return nil
}

// content reads a file of a tree and holds it against its hash.
func content(tree Tree, f File) ([]byte, error) {
	r, err := tree.Open(f.Path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, f.Size+1))
	if err == nil && fileOf("", b).SHA256 != f.SHA256 {
		err = fmt.Errorf("%s: its SHA-256 is not that of the manifest: run `darksite build` again", f.Path)
	}
	return b, err
}
