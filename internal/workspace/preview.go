package workspace

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"darksite/internal/digest"
	"darksite/internal/lock"
	"darksite/internal/site"
	"darksite/processing/chandra"
	"darksite/processing/quality"
)

// Preview makes a site in memory again and again, and keeps what did not change.
type Preview struct {
	load func() (*Workspace, error)
	o    Options

	w         *Workspace
	book      *digest.Book
	known     map[chandra.ID]readCalibration
	failed    map[chandra.ID]string // what could not be processed, and why
	apart     []string              // what could not be compared, and why
	addresses []byte                // the address book
	stamp     string                // of what the last tree was made of, apart from texts and templates
	tree      *site.Tree
	pictures  map[chandra.ID]site.Pictures // of it
	problems  []string                     // of the last tree
	warned    []string                     // its warnings
}

// readCalibration is a calibration as it was read when the files of it had these sizes
// and times.
type readCalibration struct {
	signature   string
	calibration site.Calibration
}

// ErrUnchanged says that a preview is what it was.
var ErrUnchanged = errors.New("nothing has changed")

// NewPreview is a preview of a site directory; load reads its configuration again.
func NewPreview(w *Workspace, load func() (*Workspace, error), o Options) *Preview {
	return &Preview{w: w, load: load, o: o}
}

// Workspace is the site directory as it was read last.
func (p *Preview) Workspace() *Workspace { return p.w }

// Make makes what a change of some files concerns, as a build does, and writes no
// pages. No files (nil) are all of them. It returns the tree, and what is wrong
// although there is one.
func (p *Preview) Make(ctx context.Context, changed []string) (tree *site.Tree, problems []string, err error) {
	w := p.w
	everything := changed == nil || p.tree == nil || w.reads(Settings, changed)
	if everything {
		if w, err = p.load(); err != nil {
			return nil, nil, err
		}
	} else if changed = slices.DeleteFunc(slices.Clone(changed), p.asRead); len(changed) == 0 {
		return nil, nil, ErrUnchanged
	}
	if p.book == nil {
		if p.book, err = digest.Peek(filepath.Join(w.Dir, cacheDir, "digests")); err != nil {
			return nil, nil, err
		}
	}
	m := newMaking(w, p.o, &record{Book: p.book, program: "preview"})
	if everything {
		p.failed = map[chandra.ID]string{}
	} else {
		m.changed = changed
	}
	nodes, err := m.due()
	if err != nil {
		return nil, nil, err
	}
	writes := func(n node) bool {
		return n.kind == Archive || n.kind == Comparison || n.kind == Addresses && (everything || w.reads(Addresses, changed))
	}
	if slices.ContainsFunc(nodes, writes) {
		unlock, err := lock.WriteOrRead(w.Dir)
		if err != nil {
			return nil, nil, err
		}
		defer unlock()
	}
	stamp := p.stamp
	for _, n := range nodes {
		switch n.kind {
		case Archive:
			delete(p.failed, n.id)
			if _, err = m.processIfStale(ctx, n.id); err != nil && ctx.Err() == nil {
				p.failed[n.id], err = fmt.Sprintf("%s: %v", n.id, err), nil
			}
		case Comparison:
			err = p.compare(ctx, w)
		case Addresses:
			_, err = n.make(ctx)
		case Calibrations:
			stamp, err = p.read(m)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	problems = slices.Concat(slices.Sorted(maps.Values(p.failed)), p.apart)
	if everything || stamp != p.stamp || w.reads(Pages, changed) {
		if err := p.render(ctx, m); err != nil {
			return nil, nil, err
		}
	} else if slices.Equal(problems, p.problems) {
		return nil, nil, ErrUnchanged
	}
	p.w, p.addresses, p.stamp, p.problems = w, m.in.Addresses.Marshal(), stamp, problems
	return p.tree, problems, nil
}

// asRead tells of a path in the archive, or of the address book, that all there is as it
// was read: the preview wrote there itself.
func (p *Preview) asRead(path string) bool {
	if path == p.w.beside(AddressFile) {
		content, err := os.ReadFile(path)
		return err == nil && bytes.Equal(content, p.addresses)
	}
	ids := []chandra.ID{}
	for _, s := range p.w.Sources() {
		if !inside(s.Path, path) && !inside(path, s.Path) {
			continue
		}
		if s.Path != p.w.ArchiveDir() && s.Path != p.w.ComparisonsDir() {
			return false
		}
		there, err := IDsIn(s.Path)
		if err != nil {
			return false
		}
		if rel := within(s.Path, path); rel != path && rel != "." {
			id, err := chandra.ParseID(strings.Split(filepath.ToSlash(rel), "/")[0])
			if err != nil {
				continue // a directory on its way to its place
			}
			there = []chandra.ID{id}
		} else {
			there = slices.AppendSeq(there, maps.Keys(p.known))
		}
		ids = append(ids, there...)
	}
	return !slices.ContainsFunc(ids, func(id chandra.ID) bool {
		k, ok := p.known[id]
		return !ok || k.signature != p.w.signature(id)
	})
}

// signature is of all files that a calibration is read from.
func (w *Workspace) signature(id chandra.ID) string {
	paths := []string{filepath.Join(w.ArchiveDir(), string(id)), filepath.Join(w.ComparisonsDir(), string(id)),
		w.beside(SignOffFile(id)), w.beside(NoteFile(id))}
	if w.Quality.Rules != "" {
		paths = append(paths, w.Beside(w.Quality.Rules))
	}
	return signatureOf(paths...)
}

// signatureOf are the names, sizes and times of files and directories, also behind
// symbolic links. What is not there, or cannot be read, has none.
func signatureOf(paths ...string) string {
	walked := walk{ctx: context.Background(), found: map[string]string{}, seen: map[string]bool{}, of: func(path string) (string, error) {
		info, err := os.Stat(path)
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("%d %d", info.Size(), info.ModTime().UnixNano()), nil
	}}
	for _, path := range paths {
		_ = walked.tree(path) // whoever reads it says so
		if st, err := os.Stat(path); err == nil && st.IsDir() {
			walked.found[path] = directory
		}
	}
	var b strings.Builder
	for _, path := range slices.Sorted(maps.Keys(walked.found)) {
		fmt.Fprintf(&b, "%s %s\n", path, walked.found[path])
	}
	return b.String()
}

func (p *Preview) compare(ctx context.Context, w *Workspace) error {
	c, err := w.Compare(ctx)
	p.apart = nil
	for _, f := range c.Failed {
		p.apart = append(p.apart, fmt.Sprintf("%s: not compared: %v", f.ID, f.Err))
	}
	return err
}

// read reads the calibrations that have changed, and all that is not of one. The stamp
// is of what was read.
func (p *Preview) read(m *making) (stamp string, err error) {
	w, in := m.w, &m.in
	known := p.known
	if p.w != w { // other settings may read it otherwise
		known = nil
	}
	var mu sync.Mutex // of fresh
	fresh := map[chandra.ID]readCalibration{}
	err = w.gather(in, func(id chandra.ID, rules *quality.Rules) (site.Calibration, error) {
		k := readCalibration{signature: w.signature(id)} // first: what changes while it is read is read again
		if was, ok := known[id]; ok && was.signature == k.signature {
			k = was
		} else {
			var err error
			if k.calibration, err = w.siteCalibration(id, rules, m.record.sum); err != nil {
				return k.calibration, err
			}
		}
		mu.Lock()
		defer mu.Unlock()
		fresh[id] = k
		return k.calibration, nil
	})
	if err != nil {
		return "", err
	}
	p.known = fresh
	var b strings.Builder
	fmt.Fprintf(&b, "%v\n%s\n%s\n%s", in.Settings, in.Addresses.Marshal(), in.Unmatched, signatureOf(w.PublishedDir(), w.LegacyDir(), w.beside(NotesDir)))
	for _, id := range slices.Sorted(maps.Keys(fresh)) {
		fmt.Fprintf(&b, "%s\n%s", id, fresh[id].signature)
	}
	return b.String(), nil
}

// render makes the tree. What is known of the last one was made by this process.
func (p *Preview) render(ctx context.Context, m *making) error {
	if _, err := m.draw(func(id chandra.ID) (site.Pictures, bool) { drawn, ok := p.pictures[id]; return drawn, ok }); err != nil {
		return err
	}
	tree, err := m.build(func(id chandra.ID) (page site.Rendered, ok bool) {
		if p.tree != nil {
			page, ok = p.tree.Rendered[id]
		}
		return page, ok
	})
	if err != nil {
		return err
	}
	for _, text := range slices.Concat(tree.Remarks, tree.Warnings) {
		if !slices.Contains(p.warned, text) {
			p.o.Say.Warnf("%s", text)
		}
	}
	p.tree, p.pictures, p.warned = tree.WithTwins(), m.in.Pictures, tree.Warnings
	return ctx.Err()
}
