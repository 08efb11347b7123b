package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/renameio/v2"

	"darksite/internal/config"
	"darksite/internal/digest"
	"darksite/internal/site"
	"darksite/processing/chandra"
)

// cacheDir holds what builds remember. Without it they take longer, and come to
// the same.
const cacheDir = ".darksite/cache"

// memory is what builds remember: hashes of files, the pictures of calibrations,
// and what the last whole build was made of.
type memory struct {
	*digest.Book
	dir     string
	program string // hash of the program that runs
	last    lastBuild
	drawn   map[chandra.ID]site.Pictures

	rendered map[chandra.ID]site.Rendered
}

// lastBuild is what a build was made of and what it made.
type lastBuild struct {
	Schema  string            `json:"schema"`
	Program string            `json:"program"`
	Inputs  map[string]string `json:"inputs"` // hashes by path
	// Outputs are the files outside the archive, with their hashes.
	Outputs      map[string]string `json:"outputs"`
	Calibrations int               `json:"calibrations"`
	Warnings     []string          `json:"warnings"`
}

const lastBuildSchema = "darksite/build/1"

// openMemory opens the memory of a site directory. A dry run writes nothing there.
func openMemory(c *config.Config, verify, dry bool) (*memory, error) {
	m := &memory{dir: filepath.Join(c.Dir, cacheDir)}
	open := digest.Open
	if dry {
		open = digest.Peek
	}
	var err error
	if m.Book, err = open(filepath.Join(m.dir, "digests")); err != nil {
		return nil, err
	}
	m.Verify = verify
	// What one program made another may make otherwise, whatever they call
	// their version.
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	if m.program, _, err = m.Of(self); err != nil {
		return nil, err
	}
	if err := m.read("build", &m.last); err != nil || m.last.Schema != lastBuildSchema {
		m.last = lastBuild{}
	}
	if m.read("pictures", &m.drawn) != nil {
		m.drawn = nil
	}
	if m.read("pages", &m.rendered) != nil {
		m.rendered = nil
	}
	return m, nil
}

// read is a part of the memory; what is damaged is an error.
func (m *memory) read(name string, to any) error {
	sealed, err := os.ReadFile(filepath.Join(m.dir, name))
	if err != nil {
		return err
	}
	content, err := digest.Unseal(sealed)
	if err != nil {
		return err
	}
	return json.Unmarshal(content, to)
}

func (m *memory) write(name string, from any) error {
	content, err := json.Marshal(from)
	if err != nil {
		return err
	}
	return renameio.WriteFile(filepath.Join(m.dir, name), digest.Seal(content), 0o644)
}

// sum is the hash of a file alone.
func (m *memory) sum(path string) (string, error) {
	sum, _, err := m.Of(path)
	return sum, err
}

// made is the hash of a file that a build wrote; a symbolic link is none.
func (m *memory) made(path string) (sum string, size int64, err error) {
	st, err := os.Lstat(path)
	if err != nil {
		return "", 0, err
	}
	if !st.Mode().IsRegular() {
		return "", 0, fmt.Errorf("%s: not a regular file", path)
	}
	return m.Of(path)
}

// inputs are the hashes of all files that a build depends on, by path.
func (m *memory) inputs(ctx context.Context, c *config.Config) (map[string]string, error) {
	found := map[string]string{}
	add := func(path string) error {
		sum, _, err := m.Of(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		found[path] = sum
		return err
	}
	files := []string{configFile(c), filepath.Join(c.Dir, addressFile)}
	if c.Quality.Rules != "" {
		files = append(files, c.Beside(c.Quality.Rules))
	}
	if c.Pages.MainPage != "" {
		files = append(files, c.Beside(c.Pages.MainPage))
	}
	for _, path := range files {
		if err := add(path); err != nil {
			return nil, err
		}
	}
	dirs := []string{c.DataDir(), c.ArchiveDir(), c.ComparisonsDir(), c.PublishedDir(), legacyPath(c)}
	for _, name := range []string{"content", "layouts", "static"} {
		dirs = append(dirs, filepath.Join(c.Dir, name))
	}
	w := walk{ctx: ctx, add: add, found: found, seen: map[string]bool{}}
	for _, dir := range dirs {
		if err := w.tree(dir); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// walk goes through directories as those that read them do: it follows symbolic
// links, and passes by what it may not read.
type walk struct {
	ctx   context.Context
	add   func(path string) error
	found map[string]string
	seen  map[string]bool // directories, by where they really are
}

func (w *walk) tree(dir string) error {
	real, err := filepath.EvalSymlinks(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	if w.seen[real] {
		return nil
	}
	w.seen[real] = true
	if real != filepath.Clean(dir) {
		w.found[dir+" ->"] = real
	}
	return filepath.WalkDir(real, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case errors.Is(err, fs.ErrPermission):
			// Whoever needs it will say so.
			w.found[path] = "unreadable"
			return nil
		case err != nil:
			return err
		case w.ctx.Err() != nil:
			return w.ctx.Err()
		case entry.Type().IsRegular():
			if err := w.add(path); errors.Is(err, fs.ErrPermission) {
				w.found[path] = "unreadable"
			} else if err != nil {
				return err
			}
		case entry.Type()&fs.ModeSymlink != 0:
			return w.link(path)
		}
		return nil
	})
}

// link is where a symbolic link leads, and what is there.
func (w *walk) link(path string) error {
	to, err := os.Readlink(path)
	if err != nil {
		return err
	}
	w.found[path+" ->"] = to
	st, err := os.Stat(path)
	switch {
	case err != nil: // it leads nowhere
		return nil
	case st.IsDir():
		return w.tree(path)
	case st.Mode().IsRegular():
		return w.add(path)
	}
	return nil
}

// outputs are the hashes of what a build made outside the archive.
func (m *memory) outputs(c *config.Config) (map[string]string, error) {
	paths, err := site.Written(c.PublicDir())
	if err != nil {
		return nil, err
	}
	found := map[string]string{}
	for _, p := range append(paths, site.ManifestFile) {
		path := filepath.Join(c.PublicDir(), filepath.FromSlash(p))
		sum, _, err := m.made(path)
		if err != nil {
			return nil, err
		}
		found[path] = sum
	}
	return found, nil
}

// changed says why the last build would not be repeated with these inputs, ""
// when it would.
func (m *memory) changed(c *config.Config, inputs map[string]string) string {
	if m.last.Schema == "" {
		return "no earlier build is remembered"
	}
	if m.last.Program != m.program {
		return "the program changed"
	}
	if why := difference(c, m.last.Inputs, inputs); why != "" {
		return why
	}
	// What a person took away or changed in public/ is made again.
	made, err := m.outputs(c)
	if err != nil {
		return "files in " + within(c.Dir, c.PublicDir()) + " are gone"
	}
	return difference(c, m.last.Outputs, made)
}

// difference names the first files that differ.
func difference(c *config.Config, was, now map[string]string) string {
	words := digest.Differences(was, now)
	for i, w := range words {
		words[i] = within(c.Dir, w)
	}
	const shown = 3
	if n := len(words); n > shown {
		words = append(words[:shown], fmt.Sprintf("and %s more", num(n-shown)))
	}
	return strings.Join(words, ", ")
}

// find gives what an earlier build made whose files are still in public/ as they
// were made.
func (m *memory) find(c *config.Config, in *site.Inputs) error {
	addresses, err := readAddresses(filepath.Join(c.Dir, addressFile))
	if err != nil {
		return err
	}
	// found puts the way to the files into a product.
	found := func(id chandra.ID, p *site.Product) bool {
		dir, ok := addresses.Of(id)
		if !ok {
			return false
		}
		files := map[string]site.File{}
		for name, f := range p.Files {
			file := filepath.Join(site.Section, dir, name)
			sum, size, err := m.made(filepath.Join(c.PublicDir(), file))
			if err != nil || sum != f.SHA256 || size != f.Size {
				return false
			}
			f.Open = func() (io.ReadCloser, error) { return os.OpenInRoot(c.PublicDir(), file) }
			files[name] = f
		}
		p.Files = files
		return true
	}
	in.Program = m.program
	in.Drawn = func(id chandra.ID) (p site.Pictures, ok bool) {
		p, ok = m.drawn[id]
		return p, ok && found(id, &p.Product)
	}
	in.Rendered = func(id chandra.ID) (r site.Rendered, ok bool) {
		r, ok = m.rendered[id]
		return r, ok && found(id, &r.Product)
	}
	return nil
}

// keep remembers a build that read these inputs and went well. One whose inputs
// changed meanwhile, or in which something failed, is to be made again.
func (m *memory) keep(ctx context.Context, c *config.Config, b *built, read map[string]string, tree *site.Tree) error {
	known := map[chandra.ID]site.Pictures{}
	for id, p := range tree.Pictures {
		if p.Sources != nil {
			known[id] = p
		}
	}
	after, err := m.inputs(ctx, c)
	if err != nil {
		return err
	}
	if b.partial || len(b.Failed)+len(b.NotCompared) > 0 || difference(c, others(c, read), others(c, after)) != "" {
		return errors.Join(m.write("pictures", known), m.write("pages", tree.Rendered), m.forget(), m.Save())
	}
	m.last = lastBuild{Schema: lastBuildSchema, Program: m.program, Inputs: after, Calibrations: b.Calibrations}
	for _, w := range b.Warnings {
		if !slices.Contains(tree.Remarks, w) {
			m.last.Warnings = append(m.last.Warnings, w)
		}
	}
	if m.last.Outputs, err = m.outputs(c); err != nil {
		return err
	}
	return errors.Join(m.write("pictures", known), m.write("pages", tree.Rendered), m.write("build", m.last), m.Save())
}

// others are the inputs that are not written while pages are made: the address
// book and the main page are.
func others(c *config.Config, inputs map[string]string) map[string]string {
	found := maps.Clone(inputs)
	delete(found, filepath.Join(c.Dir, addressFile))
	if c.Pages.MainPage != "" {
		delete(found, c.Beside(c.Pages.MainPage))
	}
	return found
}

// given are the inputs that no part of a build writes.
func given(c *config.Config, inputs map[string]string) map[string]string {
	found := others(c, inputs)
	maps.DeleteFunc(found, func(path, _ string) bool {
		for _, dir := range []string{c.ArchiveDir(), c.ComparisonsDir()} {
			if real, err := filepath.EvalSymlinks(dir); err == nil && within(real, path) != path || within(dir, path) != path {
				return true
			}
		}
		return false
	})
	return found
}

// forget makes the next build look at everything.
func (m *memory) forget() error {
	err := os.Remove(filepath.Join(m.dir, "build"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
