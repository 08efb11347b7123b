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
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			switch {
			case errors.Is(err, fs.ErrNotExist):
				return nil
			case err != nil:
				return err
			case ctx.Err() != nil:
				return ctx.Err()
			case entry.Type().IsRegular():
				return add(path)
			case entry.Type()&fs.ModeSymlink != 0:
				// Where it leads, and that file, if it is one.
				to, err := os.Readlink(path)
				if err != nil {
					return err
				}
				found[path+" ->"] = to
				if st, err := os.Stat(path); err == nil && st.Mode().IsRegular() {
					return add(path)
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
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
		sum, _, err := m.Of(path)
		if err != nil {
			return nil, err
		}
		found[path] = sum
	}
	return found, nil
}

// current tells whether the last build would be repeated, and else why not.
func (m *memory) current(ctx context.Context, c *config.Config) (yes bool, why string, err error) {
	if m.last.Schema == "" {
		return false, "no earlier build is remembered", nil
	}
	if m.last.Program != m.program {
		return false, "the program changed", nil
	}
	now, err := m.inputs(ctx, c)
	if err != nil {
		return false, "", err
	}
	if why := difference(c, m.last.Inputs, now); why != "" {
		return false, why, nil
	}
	// What a person took away or changed in public/ is made again.
	made, err := m.outputs(c)
	if err != nil {
		return false, "files in " + within(c.Dir, c.PublicDir()) + " are gone", nil
	}
	if why := difference(c, m.last.Outputs, made); why != "" {
		return false, why, nil
	}
	return true, "", nil
}

// difference names the first files that differ.
func difference(c *config.Config, was, now map[string]string) string {
	var words []string
	for _, path := range slices.Sorted(maps.Keys(now)) {
		if sum, ok := was[path]; !ok {
			words = append(words, within(c.Dir, path)+" is new")
		} else if sum != now[path] {
			words = append(words, within(c.Dir, path)+" changed")
		}
	}
	for _, path := range slices.Sorted(maps.Keys(was)) {
		if _, ok := now[path]; !ok {
			words = append(words, within(c.Dir, path)+" is gone")
		}
	}
	const shown = 3
	switch n := len(words); {
	case n == 0:
		return ""
	case n > shown:
		words = append(words[:shown], fmt.Sprintf("and %s more", num(n-shown)))
	}
	text := words[0]
	for _, w := range words[1:] {
		text += ", " + w
	}
	return text
}

// pictures are those of an earlier build whose files are still in public/.
func (m *memory) pictures(c *config.Config) func(chandra.ID) (site.Pictures, bool) {
	addresses, err := readAddresses(filepath.Join(c.Dir, addressFile))
	return func(id chandra.ID) (site.Pictures, bool) {
		p, ok := m.drawn[id]
		dir, known := addresses.Of(id)
		if err != nil || !ok || !known {
			return p, false
		}
		files := map[string]site.Picture{}
		for name, f := range p.Files {
			file := filepath.Join(site.Section, dir, name)
			sum, size, err := m.Of(filepath.Join(c.PublicDir(), file))
			if err != nil || sum != f.SHA256 || size != f.Size {
				return p, false
			}
			f.Open = func() (io.ReadCloser, error) { return os.OpenInRoot(c.PublicDir(), file) }
			files[name] = f
		}
		p.Files = files
		return p, true
	}
}

// keep remembers a build that was made of the inputs before and went well. One
// whose inputs changed meanwhile, or in which something failed, is to be made
// again.
func (m *memory) keep(ctx context.Context, c *config.Config, b *built, before map[string]string, drawn map[chandra.ID]site.Pictures) error {
	known := map[chandra.ID]site.Pictures{}
	for id, p := range drawn {
		if p.Sources != nil {
			known[id] = p
		}
	}
	after, err := m.inputs(ctx, c)
	if err != nil {
		return err
	}
	if b.partial || len(b.Failed)+len(b.NotCompared) > 0 || difference(c, given(c, before), given(c, after)) != "" {
		return errors.Join(m.write("pictures", known), m.forget(), m.Save())
	}
	m.last = lastBuild{Schema: lastBuildSchema, Program: m.program, Inputs: after, Calibrations: b.Calibrations, Warnings: b.Warnings}
	if m.last.Outputs, err = m.outputs(c); err != nil {
		return err
	}
	return errors.Join(m.write("pictures", known), m.write("build", m.last), m.Save())
}

// given are the inputs that a build does not write itself.
func given(c *config.Config, inputs map[string]string) map[string]string {
	found := maps.Clone(inputs)
	maps.DeleteFunc(found, func(path, _ string) bool {
		return path == filepath.Join(c.Dir, addressFile) || c.Pages.MainPage != "" && path == c.Beside(c.Pages.MainPage) ||
			within(c.ArchiveDir(), path) != path || within(c.ComparisonsDir(), path) != path
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
