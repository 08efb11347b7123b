package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"darksite/internal/config"
	"darksite/internal/digest"
	"darksite/internal/serve"
	"darksite/internal/site"
	"darksite/internal/term"
	"darksite/processing/artifact"
	"darksite/processing/chandra"
	"darksite/processing/pipeline"
	"darksite/processing/quality"
)

// How long changes settle before they are read.
const (
	settleText    = 20 * time.Millisecond  // an editor saves
	settleArchive = 200 * time.Millisecond // directories that appear whole
	settleData    = time.Second            // telemetry that is being copied
)

// preview builds the site in memory again and again, and keeps between builds
// what did not change.
type preview struct {
	e      *env
	load   func() (config.Config, error)
	config *config.Config

	in      site.Inputs // of the last gathering, without the overlay
	known   map[chandra.ID]knownCalibration
	book    *digest.Book
	seen    map[chandra.ID]string // signatures of the directories of a calibration when they were read
	unread  bool                  // what process may have changed was not read since
	failed  map[chandra.ID]string // what could not be processed, and why
	apart   []string              // what could not be compared, and why
	warned  []string              // the warnings of the last build
	stamp   string                // of what the last site was made of, pages aside
	last    *site.Tree
	problem []string // of the last site
}

// knownCalibration is a calibration as it was read when its files in the archive,
// and what people wrote of it, had these sizes and times.
type knownCalibration struct {
	// dirs tells of files that came, went or were replaced. Of others events tell.
	dirs, archive, texts string
	calibration          site.Calibration
}

// affected is what a set of changes makes necessary.
type affected struct {
	settings bool // everything
	rules    bool
	signed   bool                // what a person decided
	ids      map[chandra.ID]bool // to be looked at in data/ and the archive
	inputs   bool                // what pages are made of, besides their texts
	pages    bool                // texts, templates and styles
}

// openBook reads the hashes that builds have found already.
func (p *preview) openBook(c *config.Config) (err error) {
	if p.book == nil {
		p.book, err = digest.Peek(filepath.Join(c.Dir, cacheDir, "digests"))
	}
	return err
}

// sum is the hash of a file.
func (p *preview) sum(path string) (string, error) {
	sum, _, err := p.book.Of(path)
	return sum, err
}

// roots are what the site depends on.
func (p *preview) roots(c *config.Config) []serve.Root {
	roots := []serve.Root{{Path: configFile(c), Settle: settleText}, {Path: filepath.Join(c.Dir, addressFile), Settle: settleText}}
	if c.Quality.Rules != "" {
		roots = append(roots, serve.Root{Path: c.Beside(c.Quality.Rules), Settle: settleText})
	}
	for _, dir := range []string{"content", "layouts", "static"} {
		roots = append(roots, serve.Root{Path: filepath.Join(c.Dir, dir), Settle: settleText})
	}
	for _, dir := range []string{c.ArchiveDir(), c.ComparisonsDir(), c.PublishedDir(), legacyPath(c)} {
		roots = append(roots, serve.Root{Path: dir, Settle: settleArchive})
	}
	return append(roots, serve.Root{Path: c.DataDir(), Settle: settleData})
}

// configFile is the configuration that was read, or would be.
func configFile(c *config.Config) string {
	if c.File == "" {
		return filepath.Join(c.Dir, config.FileName)
	}
	path, err := filepath.Abs(c.File)
	if err != nil {
		return c.File
	}
	return path
}

// affectedBy sorts changes by what depends on them.
func (p *preview) affectedBy(changed []string) affected {
	a := affected{ids: map[chandra.ID]bool{}}
	if changed == nil {
		return affected{settings: true}
	}
	c := p.config
	for _, path := range changed {
		if path == configFile(c) {
			return affected{settings: true}
		}
		if c.Quality.Rules != "" && path == c.Beside(c.Quality.Rules) {
			a.rules, a.inputs = true, true
			continue
		}
		// A directory that came or went had everything in it that is below it now.
		concerns := func(dirs ...string) bool {
			return slices.ContainsFunc(dirs, func(dir string) bool { return within(dir, path) != path || within(path, dir) != dir })
		}
		known := false
		if concerns(c.DataDir(), c.ArchiveDir(), c.ComparisonsDir()) {
			known, a.inputs = true, true
			for _, id := range p.idsOf(path) {
				a.ids[id] = true
			}
		}
		if concerns(filepath.Join(c.Dir, signOffsDir)) {
			known, a.inputs, a.signed = true, true, true
		}
		if concerns(filepath.Join(c.Dir, addressFile), c.PublishedDir(), legacyPath(c), filepath.Join(c.Dir, notesDir)) {
			known, a.inputs = true, true
		}
		if !known || concerns(filepath.Join(c.Dir, "content", site.Section), filepath.Join(c.Dir, "layouts"), filepath.Join(c.Dir, "static")) {
			a.pages = true
		}
	}
	return a
}

// idsOf are the calibrations that a change in data/, the archive or the
// comparisons may concern: the one whose directory the path lies in, or all.
func (p *preview) idsOf(path string) []chandra.ID {
	dirs := []string{p.config.DataDir(), p.config.ArchiveDir(), p.config.ComparisonsDir()}
	all := slices.Collect(maps.Keys(p.seen))
	for _, dir := range dirs {
		if rel := within(dir, path); rel != path {
			if id, err := chandra.ParseID(strings.Split(filepath.ToSlash(rel), "/")[0]); err == nil {
				return []chandra.ID{id}
			}
		}
		there, err := idsIn(dir)
		if err == nil { // else the build says so
			all = append(all, there...)
		}
	}
	return all
}

// build makes the site as `build` does, but for what is known to be as it was.
func (p *preview) build(ctx context.Context, changed []string) (serve.Site, error) {
	a := p.affectedBy(changed)
	c := *p.config
	if a.settings {
		loaded, err := p.load()
		if err != nil {
			return serve.Site{}, err
		}
		c, a.rules, a.inputs, a.pages = loaded, true, true, true
	}
	if a.rules {
		p.known = nil
	}
	stamp := p.stamp
	if a.inputs {
		var err error
		if stamp, err = p.gather(ctx, &c, a); err != nil {
			return serve.Site{}, err
		}
	}
	problems := slices.Concat(slices.Sorted(maps.Values(p.failed)), p.apart)
	if !a.pages && stamp == p.stamp && p.last != nil {
		if slices.Equal(problems, p.problem) {
			return serve.Site{}, serve.ErrUnchanged
		}
	} else if err := p.render(ctx, &c); err != nil {
		return serve.Site{}, err
	}
	p.config, p.stamp, p.problem = &c, stamp, problems
	return serve.Site{
		Tree: p.last, Base: servedUnder(&c), Index: site.Section + "/", Missing: site.Section + "/404.html",
		Watch: p.roots(&c), Problems: problems,
	}, nil
}

// render makes the tree.
func (p *preview) render(ctx context.Context, c *config.Config) error {
	// Symbolic links must not lead out of the site directory.
	root, err := os.OpenRoot(c.Dir)
	if err != nil {
		return err
	}
	defer root.Close()
	in := p.in
	in.Overlay = root.FS()
	// This program is the one that drew the last pictures.
	in.Program = "serve"
	if last := p.last; last != nil {
		in.Drawn = func(id chandra.ID) (site.Pictures, bool) { drawn, ok := last.Pictures[id]; return drawn, ok }
		in.Rendered = func(id chandra.ID) (site.Rendered, bool) { page, ok := last.Rendered[id]; return page, ok }
	}
	tree, err := site.Build(in)
	if err != nil {
		return err
	}
	for _, w := range slices.Concat(tree.Remarks, tree.Warnings) {
		if !slices.Contains(p.warned, w) {
			p.e.Warnf("%s", w)
		}
	}
	p.last, p.warned = tree.WithTwins(), tree.Warnings
	return ctx.Err()
}

// gather brings the archive up to date and reads what has changed in it. The
// stamp is of all that was read.
func (p *preview) gather(ctx context.Context, c *config.Config, a affected) (stamp string, err error) {
	maps.DeleteFunc(a.ids, func(id chandra.ID, _ bool) bool { // our own doing
		return p.seen[id] == dataSignature(c, id)+archiveSignature(c, id)
	})
	if a.settings || a.rules || a.signed || len(a.ids) > 0 {
		p.unread = true
		unlock, err := lockOrRead(c.Dir)
		var locked *term.ExitError
		if errors.As(err, &locked) && locked.Code == term.Locked {
			return "", fmt.Errorf("%w: %v", serve.ErrBusy, err)
		} else if err != nil {
			return "", err
		}
		defer unlock()
		if err := p.process(ctx, c, a); err != nil {
			return "", err
		}
	}
	if err := p.openBook(c); err != nil {
		return "", err
	}
	var mu sync.Mutex // of fresh
	fresh := map[chandra.ID]knownCalibration{}
	in, err := siteInputsOf(c, nil, func(c *config.Config, id chandra.ID, rules *quality.Rules) (site.Calibration, error) {
		k, ok := p.known[id]
		now := knownCalibration{dirs: timesOf(filepath.Join(c.ArchiveDir(), string(id)), filepath.Join(c.ComparisonsDir(), string(id))), archive: k.archive, texts: signatureOf(
			filepath.Join(c.Dir, signOffFile(id)), filepath.Join(c.Dir, noteFile(id)))}
		if !ok || p.unread || k.dirs != now.dirs {
			now.archive = archiveSignature(c, id)
		}
		if !ok || k.archive != now.archive || k.texts != now.texts {
			var err error
			k = now
			if k.calibration, err = siteCalibration(c, id, rules, p.sum); err != nil {
				return k.calibration, err
			}
		}
		k.dirs = now.dirs
		mu.Lock()
		defer mu.Unlock()
		fresh[id] = k
		return k.calibration, nil
	})
	if err != nil {
		return "", err
	}
	p.in, p.known, p.unread = in, fresh, false
	var all bytes.Buffer
	fmt.Fprintf(&all, "%v\n%s\n%s\n%s", in.Settings, in.Addresses.Marshal(), in.Unmatched, signatureOf(c.PublishedDir(), legacyPath(c), filepath.Join(c.Dir, notesDir)))
	for _, id := range slices.Sorted(maps.Keys(fresh)) {
		fmt.Fprintf(&all, "%s\n%s%s", id, fresh[id].archive, fresh[id].texts)
	}
	return all.String(), nil
}

// process processes and compares what is stale among the calibrations that
// something has changed of. One that could not be processed is tried again
// when it has changed.
func (p *preview) process(ctx context.Context, c *config.Config, a affected) error {
	there, err := idsIn(c.DataDir())
	if err != nil {
		return err
	}
	archived, err := artifact.List(c.ArchiveDir())
	if err != nil {
		return err
	}
	failed, seen := map[chandra.ID]string{}, map[chandra.ID]string{}
	for _, id := range slices.Concat(there, archived) {
		if !a.settings && !a.ids[id] {
			seen[id] = p.seen[id]
			if why, ok := p.failed[id]; ok {
				failed[id] = why
			}
			continue
		}
		if _, twice := seen[id]; twice {
			continue
		}
		seen[id] = dataSignature(c, id) // first: what changes while it is read is read again
		if !slices.Contains(there, id) {
			continue
		}
		err := processIfStale(ctx, p.e, c, nil, newBuilt(c), id)
		if ctx.Err() != nil {
			return ctx.Err()
		} else if err != nil {
			failed[id] = fmt.Sprintf("%s: %v", id, err)
		}
	}
	p.failed, p.apart = failed, nil
	options, err := comparingOptions(c)
	if err != nil {
		return err
	}
	_, err = pipeline.Compare(ctx, options, func(one pipeline.Compared) {
		if one.Changed && !a.settings && !a.ids[one.ID] {
			seen[one.ID] = dataSignature(c, one.ID) + archiveSignature(c, one.ID) // our own doing
		}
		if one.Err != nil {
			p.apart = append(p.apart, fmt.Sprintf("%s: not compared: %v", one.ID, one.Err))
		}
	})
	for id := range seen {
		if a.settings || a.ids[id] {
			seen[id] += archiveSignature(c, id)
		}
	}
	p.seen = seen
	return err
}

func dataSignature(c *config.Config, id chandra.ID) string {
	return signatureOf(filepath.Join(c.DataDir(), string(id)))
}

func archiveSignature(c *config.Config, id chandra.ID) string {
	return signatureOf(filepath.Join(c.ArchiveDir(), string(id)), filepath.Join(c.ComparisonsDir(), string(id)))
}

// timesOf are the times of directories.
func timesOf(dirs ...string) string {
	var b strings.Builder
	for _, dir := range dirs {
		if info, err := os.Stat(dir); err == nil { // what is not there has no line
			fmt.Fprintf(&b, "%s %d\n", dir, info.ModTime().UnixNano())
		}
	}
	return b.String()
}

// signatureOf are the names, sizes and times of files and directories.
func signatureOf(paths ...string) string {
	var b strings.Builder
	for _, path := range paths {
		filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
			if err != nil {
				return nil // what is not there has no line
			}
			// Of a link, what it leads to.
			if info, err := os.Stat(name); err == nil && !entry.IsDir() {
				fmt.Fprintf(&b, "%s %d %d\n", name, info.Size(), info.ModTime().UnixNano())
			}
			return nil
		})
	}
	return b.String()
}

// servedUnder is the path at which the directory that holds the section is
// published.
func servedUnder(c *config.Config) string {
	u, err := url.Parse(c.Site.BaseURL)
	if err != nil || strings.Trim(u.Path, "/") == "" {
		return "/"
	}
	return "/" + strings.Trim(u.Path, "/") + "/"
}
