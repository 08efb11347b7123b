package publish

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
)

// pendingFile names the files that a publish to a remote place is about to send
// and to remove, so that one that was stopped leaves nothing unclaimed.
const pendingFile = Section + "/.darksite-pending"

// remote is a place that takes whole files, each in one step.
type remote interface {
	String() string
	// list gives the paths of all files in dark_cal/.
	list(context.Context) ([]string, error)
	// get gives the content of small files; those that are not there are left out.
	get(ctx context.Context, paths []string) (map[string][]byte, error)
	// send puts files there; when it returns all are there.
	send(context.Context, Tree, []File) error
	// remove takes files away; those that are not there are no error.
	remove(ctx context.Context, paths []string) error
	// unread are the files of a tree that are there and that readers cannot read, as
	// far as their rights are known from the last listing.
	unread(files []File) []string
	// tellsCase says whether the place is sure to tell upper from lower case.
	tellsCase() bool
}

// Remote is a target on another machine. It gets files in the order of a
// switch, and no releases: what was sent is what there is.
type Remote struct{ at remote }

// String is the place.
func (r *Remote) String() string { return r.at.String() }

// Plan tells what Publish would do.
func (r *Remote) Plan(ctx context.Context, tree Tree, o Options) (*Changes, error) {
	l, err := r.look(ctx)
	if err != nil {
		return nil, err
	}
	p, err := l.compare(tree, o)
	if err == nil {
		p.Mended = append(p.Mended, r.at.unread(p.files)...)
		err = l.numbers(ctx, p.tree, p)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.at, err)
	}
	return &p.Changes, nil
}

// look reads what the place says of itself.
func (r *Remote) look(ctx context.Context) (*listed, error) {
	paths, err := r.at.list(ctx)
	if err != nil {
		return nil, err
	}
	l := &listed{there: map[string]bool{}, read: r.at.get, tells: r.at.tellsCase()}
	for _, p := range paths {
		l.there[p] = true
	}
	var own []string
	for _, p := range []string{ManifestFile, pendingFile} {
		if l.there[p] {
			own = append(own, p)
		}
	}
	delete(l.there, pendingFile)
	if own == nil {
		return l, nil
	}
	found, err := r.at.get(ctx, own)
	if err != nil {
		return nil, err
	}
	if m, ok := found[ManifestFile]; ok {
		// One that is no manifest of ours is a file of others.
		if l.files, err = parseManifest(m); err == nil {
			l.files = append(l.files, fileOf(ManifestFile, m))
		}
	}
	l.tells = l.tells || l.twoCases()
	if m, ok := found[pendingFile]; ok {
		if l.begun, err = parseManifest(m); err != nil {
			return nil, fmt.Errorf("%s: %s: %w: look at the files there and remove it", r.at, pendingFile, err)
		}
	}
	return l, nil
}

// Publish sends what the place lacks, in the order of a switch.
func (r *Remote) Publish(ctx context.Context, tree Tree, o Options) (*Changes, error) {
	l, err := r.look(ctx)
	if err != nil {
		return nil, err
	}
	p, err := l.compare(tree, o)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.at, err)
	}
	files := map[string]File{}
	for _, f := range p.files {
		files[f.Path] = f
	}
	if old := lists(p.Displaced); len(old) > 0 {
		found, err := r.at.get(ctx, old)
		if err != nil {
			return nil, err
		}
		for name, content := range found {
			p.replaces(name, content)
		}
	}
	own := small{ManifestFile: p.manifest}
	p.Mended = append(p.Mended, r.at.unread(p.files)...)
	for _, path := range p.Mended { // sent again they get their rights
		from := p.tree
		if path == ManifestFile {
			from = own
		}
		if slices.Contains(p.Changed, path) {
			continue
		}
		if err := r.at.send(ctx, from, []File{files[path]}); err != nil {
			return nil, err
		}
	}
	if p.Nothing() {
		return &p.Changes, nil
	}
	steps, claim := p.steps(files, l)
	for _, f := range slices.Concat(steps...) {
		if f.Path == ManifestFile {
			continue
		}
		// Nothing is sent of a tree that is not what its manifest says.
		if err := checkContent(ctx, p.tree, f); err != nil {
			return nil, err
		}
	}
	own[pendingFile] = marshalManifest(claim)
	err = r.at.send(ctx, own, []File{fileOf(pendingFile, own[pendingFile])})
	for _, step := range steps {
		if err == nil && len(step) == 1 && step[0].Path == ManifestFile {
			err = r.at.send(ctx, own, step)
		} else if err == nil {
			err = r.at.send(ctx, p.tree, step)
		}
	}
	if err == nil {
		err = r.at.remove(ctx, p.Removed)
	}
	if err == nil {
		err = r.at.remove(ctx, []string{pendingFile})
	}
	if err != nil {
		return &p.Changes, fmt.Errorf("%s: %w: %w", r.at, ErrBegun, err)
	}
	return &p.Changes, nil
}

// steps are the files to send, step by step, and all that is touched.
func (p *plan) steps(files map[string]File, l *listed) (steps [][]File, claim []File) {
	isNew := map[string]bool{}
	for _, path := range p.Added {
		isNew[path] = true
	}
	todo := slices.Concat(p.Added, p.Changed)
	inOrder(todo, func(path string) bool { return isNew[path] })
	at := rank(-1)
	for _, path := range todo {
		if r := rankOf(path, isNew[path]); r != at {
			steps, at = append(steps, nil), r
		}
		steps[len(steps)-1] = append(steps[len(steps)-1], files[path])
	}
	claimed := map[string]bool{}
	for _, f := range slices.Concat(append(steps, l.begun)...) {
		if f.Path != ManifestFile && !claimed[f.Path] {
			claimed[f.Path] = true
			claim = append(claim, f)
		}
	}
	for _, f := range l.files {
		if slices.Contains(p.Removed, f.Path) && !claimed[f.Path] {
			claimed[f.Path] = true
			claim = append(claim, f)
		}
	}
	slices.SortFunc(claim, byPath)
	return steps, claim
}

// checkContent reads a file of a tree and holds it against its hash.
func checkContent(ctx context.Context, tree Tree, f File) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	_, err := content(tree, f)
	return err
}

// small are files in memory.
type small map[string][]byte

func (s small) Files() []File { return nil }

func (s small) Open(path string) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(s[path])), nil
}

// below are those of the paths that lie in dark_cal/.
func below(paths []string) (list []string) {
	for _, p := range paths {
		if strings.HasPrefix(p, Section+"/") {
			list = append(list, p)
		}
	}
	return list
}
