package workspace

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/renameio/v2"

	"darksite/internal/digest"
	"darksite/internal/ground/phrase"
	"darksite/internal/site"
	"darksite/processing/chandra"
)

// cacheDir holds what builds remember. Without it they take longer, and give the same
// result.
const cacheDir = ".darksite/cache"

// record is what builds remember: hashes of files, what the last whole build was made
// of, and beside it what was drawn and rendered for each calibration.
type record struct {
	*digest.Book
	dir     string
	program string // hash of the program that runs
	last    lastBuild
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
	// LeftOut are those of its warnings that are of calibrations whose telemetry is
	// still to come.
	LeftOut map[chandra.ID]string `json:"left_out"`
}

const lastBuildSchema = "darksite/build/1"

// openRecord opens the record of a site directory. A plan writes nothing there.
func (w *Workspace) openRecord(verify, plan bool) (*record, error) {
	r := &record{dir: filepath.Join(w.Dir, cacheDir)}
	open := digest.Open
	if plan {
		open = digest.Peek
	}
	var err error
	if r.Book, err = open(filepath.Join(r.dir, "digests")); err != nil {
		return nil, err
	}
	r.Verify = verify
	// What one program made another may make otherwise, whatever they call
	// their version.
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	if r.program, _, err = r.Of(self); err != nil {
		return nil, err
	}
	if err := r.read("build", &r.last); err != nil || r.last.Schema != lastBuildSchema {
		r.last = lastBuild{}
	}
	return r, nil
}

// read reads a part of the record; one that is damaged is an error.
func (r *record) read(name string, to any) error {
	sealed, err := os.ReadFile(filepath.Join(r.dir, name))
	if err != nil {
		return err
	}
	content, err := digest.Unseal(sealed)
	if err != nil {
		return err
	}
	return json.Unmarshal(content, to)
}

func (r *record) write(name string, from any) error {
	content, err := json.Marshal(from)
	if err != nil {
		return err
	}
	return renameio.WriteFile(filepath.Join(r.dir, name), digest.Seal(content), 0o644)
}

// sum is the hash of a file alone.
func (r *record) sum(path string) (string, error) {
	sum, _, err := r.Of(path)
	return sum, err
}

// made is the hash of a file that a build wrote; a symbolic link is none.
func (r *record) made(path string) (sum string, size int64, err error) {
	st, err := os.Lstat(path)
	if err != nil {
		return "", 0, err
	}
	if !st.Mode().IsRegular() {
		return "", 0, fmt.Errorf("%s: not a regular file", path)
	}
	return r.Of(path)
}

// inputs are the hashes of all that a build is made of, by path: of what is given to
// it, and of what it writes itself, such as the archive.
func (r *record) inputs(ctx context.Context, w *Workspace) (given, own map[string]string, err error) {
	given, own = map[string]string{}, map[string]string{}
	writes := map[string]bool{w.ArchiveDir(): true, w.ComparisonsDir(): true, w.beside(AddressFile): true}
	if w.Pages.MainPage != "" {
		writes[w.Beside(w.Pages.MainPage)] = true
	}
	walked := walk{ctx: ctx, of: r.sum, seen: map[string]bool{}}
	for _, s := range w.Sources() {
		if walked.found = given; writes[s.Path] {
			walked.found = own
		}
		if err := walked.tree(s.Path); err != nil {
			return nil, nil, err
		}
	}
	return given, own, nil
}

// outputs are the hashes of what a build made outside the archive.
func (r *record) outputs(w *Workspace) (map[string]string, error) {
	paths, err := site.Written(w.PublicDir())
	if err != nil {
		return nil, err
	}
	found := map[string]string{}
	for _, p := range append(paths, site.ManifestFile) {
		path := filepath.Join(w.PublicDir(), filepath.FromSlash(p))
		sum, _, err := r.made(path)
		if err != nil {
			return nil, err
		}
		found[path] = sum
	}
	return found, nil
}

// changed says why the last build would not be repeated with these inputs, "" when it
// would, and which files have changed since; nil when that does not tell all.
func (r *record) changed(w *Workspace, given, own map[string]string) (why string, paths []string) {
	if r.last.Schema == "" {
		return "no earlier build is remembered", nil
	}
	if r.last.Program != r.program {
		return "the program changed", nil
	}
	inputs := joined(given, own)
	// What a person took away or changed in public/ is made again.
	made, err := r.outputs(w)
	switch {
	case err != nil:
		return "files in " + w.Rel(w.PublicDir()) + " are gone", nil
	case !maps.Equal(r.last.Outputs, made):
		return cmp.Or(w.difference(r.last.Inputs, inputs), w.difference(r.last.Outputs, made)), nil
	}
	sources, targets := map[string]bool{}, map[string]bool{}
	for _, s := range w.Sources() {
		sources[s.Path] = s.Of != Settings
	}
	for name, to := range inputs {
		if strings.HasSuffix(name, leadsTo) {
			targets[to] = true // it is read under another name too, wherever that belongs
		}
	}
	for path := range joined(inputs, r.last.Inputs) {
		if inputs[path] == r.last.Inputs[path] {
			continue
		}
		path = strings.TrimSuffix(path, leadsTo)
		if isIn(targets, path) || !isIn(sources, path) {
			return w.difference(r.last.Inputs, inputs), nil // the settings, or what a link leads to
		}
		paths = append(paths, path)
	}
	return w.difference(r.last.Inputs, inputs), paths
}

func joined(a, b map[string]string) map[string]string {
	both := maps.Clone(a)
	maps.Copy(both, b)
	return both
}

// difference names the first files that differ, or directories where no file does.
func (w *Workspace) difference(was, now map[string]string) string {
	words := digest.Differences(files(was), files(now))
	if len(words) == 0 {
		words = digest.Differences(was, now)
	}
	for i, word := range words {
		words[i] = w.Rel(word)
	}
	const shown = 3
	if n := len(words); n > shown {
		words = append(words[:shown], fmt.Sprintf("and %s more", phrase.Count(n-shown)))
	}
	return strings.Join(words, ", ")
}

// files are those of some inputs that are no directories.
func files(inputs map[string]string) map[string]string {
	only := maps.Clone(inputs)
	maps.DeleteFunc(only, func(_, sum string) bool { return sum == directory })
	return only
}

// drawn gives the pictures, and rendered the pages, that an earlier build made, whose
// files are still in public/ as they were made.
func (r *record) drawn(w *Workspace, book site.Addresses) func(chandra.ID) (site.Pictures, bool) {
	return known(r, w, book, "pictures", func(p *site.Pictures) *site.Product { return &p.Product })
}

func (r *record) rendered(w *Workspace, book site.Addresses) func(chandra.ID) (site.Rendered, bool) {
	return known(r, w, book, "pages", func(p *site.Rendered) *site.Product { return &p.Product })
}

func known[T any](r *record, w *Workspace, book site.Addresses, name string, product func(*T) *site.Product) func(chandra.ID) (T, bool) {
	var all map[chandra.ID]T
	if r.read(name, &all) != nil {
		all = nil
	}
	return func(id chandra.ID) (one T, ok bool) {
		if one, ok = all[id]; !ok {
			return one, false
		}
		dir, ok := book.Of(id)
		if !ok {
			return one, false
		}
		p, files := product(&one), map[string]site.File{}
		for name, f := range p.Files {
			file := filepath.Join(site.Section, dir, name)
			sum, size, err := r.made(filepath.Join(w.PublicDir(), file))
			if err != nil || sum != f.SHA256 || size != f.Size {
				return one, false
			}
			f.Open = func() (io.ReadCloser, error) { return os.OpenInRoot(w.PublicDir(), file) }
			files[name] = f
		}
		p.Files = files
		return one, true
	}
}

func (r *record) keep(w *Workspace, in *site.Inputs, tree *site.Tree, whole bool, b lastBuild) error {
	var errs []error
	if tree != nil {
		known := map[chandra.ID]site.Pictures{}
		for id, p := range in.Pictures {
			if p.Sources != nil {
				known[id] = p
			}
		}
		errs = append(errs, r.write("pictures", known), r.write("pages", tree.Rendered))
	}
	if whole {
		var err error
		b.Schema, b.Program = lastBuildSchema, r.program
		if b.Outputs, err = r.outputs(w); err != nil {
			return err
		}
		errs = append(errs, r.write("build", b))
	} else if err := os.Remove(filepath.Join(r.dir, "build")); !errors.Is(err, fs.ErrNotExist) {
		errs = append(errs, err)
	}
	return errors.Join(append(errs, r.Save())...)
}
