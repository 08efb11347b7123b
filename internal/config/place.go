package config

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// use is what a directory or file is for.
type use uint8

const (
	// product is written by the program and nothing else: the archive, the pages.
	product use = iota
	// data is the telemetry: fetched, read, and kept as it came.
	data
	// own holds what people write for the pages: what lies in it is published.
	own
	// outlet is what readers outside see: a published tree, a page kept in part.
	outlet
	// copies is the archive of mica that holds copies of ours, beside much else.
	copies
	// source is read where it lies.
	source
	// drop is telemetry before it is fetched.
	drop
	// secret must not be published.
	secret
)

// place is a directory or file that the program reads or writes.
type place struct {
	name       string // as messages name it: a setting, or a directory with a slash
	table, key string // of the setting, "" for what cannot be set
	path       string // absolute
	use        use
	written    string // as the user knows it, "" for the path
	// beside may hold outlets outside its section directory, as public does.
	beside bool
}

// The directories of a site that no setting moves, and what they are.
var fixed = []place{
	{name: "content/ (your own pages)", path: "content", use: own},
	{name: "layouts/ (your own templates)", path: "layouts", use: own},
	{name: "static/ (your own files)", path: "static", use: own},
	{name: "legacy/ (old report pages)", path: "legacy", use: product},
	{name: ".darksite/ (what may be deleted)", path: ".darksite", use: product},
	{name: "addresses.json", path: "addresses.json", use: product},
}

const (
	sectionDir  = "dark_cal"
	releasesDir = ".darksite-releases"
)

// places lists what the configuration reads and writes on this machine.
func (c *Config) places() []place {
	all := []place{
		{name: "paths.data", table: "paths", key: "data", path: c.DataDir(), use: data},
		{name: "paths.archive", table: "paths", key: "archive", path: c.ArchiveDir(), use: product},
		{name: "paths.comparisons", table: "paths", key: "comparisons", path: c.ComparisonsDir(), use: product},
		{name: "paths.published", table: "paths", key: "published", path: c.PublishedDir(), use: product},
		{name: "paths.public", table: "paths", key: "public", path: c.PublicDir(), use: product, beside: true},
	}
	for _, f := range fixed {
		f.path = filepath.Join(c.Dir, f.path)
		all = append(all, f)
	}
	if c.File != "" {
		if file, err := filepath.Abs(c.File); err == nil {
			all = append(all, place{name: filepath.Base(c.File) + " (the configuration)", path: file, use: source})
		}
	}
	for _, s := range []place{
		{name: "source.telemetry", table: "source", key: "telemetry", path: c.Source.Telemetry, use: drop},
		{name: "source.kadi", table: "source", key: "kadi", path: c.Source.Kadi, use: source},
		{name: "source.starcheck", table: "source", key: "starcheck", path: c.Source.Starcheck, use: source},
		{name: "source.temperatures", table: "source", key: "temperatures", path: c.Source.Temperatures, use: source},
		{name: "source.attitudes", table: "source", key: "attitudes", path: c.Source.Attitudes, use: source},
		{name: "source.mirror", table: "source", key: "mirror", path: c.Source.Mirror, use: copies},
		{name: "quality.rules", table: "quality", key: "rules", path: c.Quality.Rules, use: source},
		{name: "notify.credentials", table: "notify", key: "credentials", path: c.Notify.Credentials, use: secret},
		{name: "pages.main_page", table: "pages", key: "main_page", path: c.Pages.MainPage, use: outlet},
	} {
		if s.path == "" || s.use == drop && !isLocal(s.path) {
			continue
		}
		s.path = c.resolve(fixedPart(s.path))
		if below := filepath.Join(s.path, "aca_dark"); s.use == copies {
			// Of a whole archive of mica, one directory is ours to write into.
			if st, err := os.Stat(below); err == nil && st.IsDir() {
				s.path = below
			}
		}
		all = append(all, s)
	}
	for _, t := range c.Targets {
		all = append(all, c.placesOf(t, publishTable+"."+t.Name)...)
	}
	return all
}

// placesOf is what publishing to a target writes and reads on this machine.
func (c *Config) placesOf(t Target, name string) (all []place) {
	at := func(key, path, written string, use use) {
		p := place{name: name, path: path, written: written, use: use}
		if t.Name != "" {
			p.name, p.table, p.key = name+"."+key, publishTable+"."+t.Name, key
		}
		all = append(all, p)
	}
	switch t.Kind {
	case KindDirectory:
		dir := c.resolve(t.Path)
		at("path", filepath.Join(dir, sectionDir), dir, outlet)
		at("path", filepath.Join(dir, releasesDir), dir, outlet)
		if t.MainPage != "" {
			at("main_page", filepath.Join(dir, t.MainPage), "", outlet)
		}
	case KindArchive:
		at("path", c.resolve(t.Path), "", outlet)
	case KindS3:
		if t.Credentials != "" {
			at("credentials", c.resolve(t.Credentials), "", secret)
		}
	}
	return all
}

// isLocal tells a directory from a place on another host.
func isLocal(source string) bool {
	host, _, remote := strings.Cut(source, ":")
	return !remote || strings.Contains(host, "/")
}

// fixedPart is the part of a pattern of files before its first wildcard.
func fixedPart(pattern string) string {
	if i := strings.IndexAny(pattern, "*?["); i >= 0 {
		return filepath.Dir(pattern[:i] + "x")
	}
	return pattern
}

// where is how two places lie to each other.
type where uint8

const (
	apart where = iota
	same
	within // the first lies in the second
	holds  // the second lies in the first
)

var whereText = map[where]string{same: "is the same place as", within: "lies within", holds: "contains"}

// mayLie tells whether a may lie so to b without harm: without one destroying
// the other, or taking for input what it wrote itself. A is the one that is
// written, or the less of the two.
func mayLie(a, b place, w where) bool {
	reads := func(p place) bool { return p.use == source || p.use == drop || p.use == secret }
	switch {
	case w == apart, reads(a) && reads(b):
		return true
	case reads(b):
		return mayLie(b, a, turned(w))
	case reads(a):
		switch {
		case w == same:
			return b.use == own && a.use == source
		case a.use == secret && (b.use == own || b.use == outlet):
			return w == holds
		case w == holds:
			return true // a directory of many things, with ours among them
		case b.use == data:
			return a.use != drop // which would be fetched from where it was fetched to
		}
		return b.use == own || b.use == copies
	case a.beside && b.use == outlet && w == holds:
		return !inside(b.path, filepath.Join(a.path, sectionDir)) && filepath.Base(b.path) != sectionDir && filepath.Base(b.path) != releasesDir
	case b.beside && a.use == outlet && w == within:
		return mayLie(b, a, holds)
	}
	return false
}

func turned(w where) where {
	switch w {
	case within:
		return holds
	case holds:
		return within
	}
	return w
}

// placeProblems refuses places that would destroy each other, or feed what is
// written back as input. Symbolic links are followed.
func (c *Config) placeProblems(content string) (problems []Problem) {
	all := c.places()
	at := make([]location, len(all))
	site := locate(c.Dir)
	around := func(i int) bool {
		return (all[i].use <= data && all[i].table != "" || all[i].use == copies) && site.inside(at[i])
	}
	for i, p := range all {
		at[i] = locate(p.path)
		if around(i) {
			problems = append(problems, c.placeProblem(content, p, fmt.Sprintf("holds the directory of the site, %s", c.Dir)))
			continue
		}
		for j, q := range all[:i] {
			if around(j) || p.table == q.table && strings.HasPrefix(p.table, publishTable+".") {
				continue // reported already; keys of one target are checked with it
			}
			if problem, ok := c.collision(content, p, q, at[i].to(at[j])); ok && !slices.Contains(problems, problem) {
				problems = append(problems, problem)
			}
		}
	}
	return problems
}

// collision is the problem of two places that may not lie as they do.
func (c *Config) collision(content string, p, q place, w where) (Problem, bool) {
	if mayLie(p, q, w) {
		return Problem{}, false
	}
	// What stands in the file comes first: it can be changed.
	if p.table == "" || placeLine(content, p) == 0 && placeLine(content, q) > 0 {
		p, q, w = q, p, turned(w)
	}
	return c.placeProblem(content, p, whereText[w]+" "+q.shown()), true
}

func (c *Config) placeProblem(content string, p place, what string) Problem {
	key := p.table + "." + p.key
	if p.table == "" {
		key = ""
	}
	return Problem{Line: placeLine(content, p), Key: key, Message: p.shown() + " " + what,
		Hint: "what is read and what is written need places of their own, none inside another"}
}

// shown is a place as it may stand in a message, with where it leads to.
func (p place) shown() string {
	text, path := p.name, p.path
	if p.written != "" {
		path = p.written
	}
	if p.table != "" {
		text += fmt.Sprintf(" = %q", path)
	}
	if real := realPath(path); real != path {
		text += fmt.Sprintf(" (on the disk %s)", real)
	}
	return text
}

// placeLine is the line of a place's setting, else of its table.
func placeLine(content string, p place) int {
	table, name, nested := strings.Cut(p.table, ".")
	if p.table == "" {
		return 0
	}
	if !nested {
		return lineOf(content, p.table, p.key)
	}
	if n := lineOf(content, "", p.key); n > 0 {
		return n
	}
	return lineOf(content, table, name)
}

// CheckTarget refuses a target that would write into what the site reads or
// writes, or into another target. Its name is for the message.
func (c *Config) CheckTarget(t Target, name string) error {
	for _, p := range c.placesOf(t, name) {
		if err := c.check(p, func(q place) bool { return q.use == outlet }); err != nil {
			return err
		}
	}
	return nil
}

// CheckMirror refuses a directory for copies that is one of the site's own places.
func (c *Config) CheckMirror(path, name string) error {
	return c.check(place{name: name, path: path, use: copies}, func(q place) bool { return q.use == copies })
}

// CheckSource refuses a source of telemetry that the site itself writes.
func (c *Config) CheckSource(path, name string) error {
	if !isLocal(path) {
		return nil
	}
	return c.check(place{name: name, path: path, use: drop}, func(place) bool { return false })
}

// CheckOutput refuses a directory for simulated telemetry that is for something
// else; the data directory and a source of telemetry are for such.
func (c *Config) CheckOutput(path, name string) error {
	return c.check(place{name: name, path: path, use: product}, func(q place) bool { return q.use == data || q.use == drop })
}

// Absent is an error that names everything that the configuration reads and that
// is not there, nil when nothing is absent. What the program makes itself may be.
func (c *Config) Absent() error {
	content, _ := os.ReadFile(c.File) // was read before; without it no line is named
	wrong := &Error{File: c.File}
	for _, p := range c.places() {
		reads := p.use == source || p.use == drop || p.use == secret || p.use == copies || p.key == "main_page"
		if !reads || p.table == "" {
			continue
		}
		if _, err := os.Stat(p.path); err != nil {
			wrong.Problems = append(wrong.Problems, Problem{Line: placeLine(string(content), p), Key: p.table + "." + p.key,
				Message: fmt.Sprintf("%s: %s", p.shown(), reason(err)), Hint: "correct the path, or leave the setting empty to go without"})
		}
	}
	if wrong.Problems == nil {
		return nil
	}
	return wrong
}

// check is for paths of the command line, which are relative to where it runs.
func (c *Config) check(p place, skip func(place) bool) (err error) {
	if p.path, err = filepath.Abs(p.path); err != nil {
		return err
	}
	at := locate(p.path)
	for _, q := range c.places() {
		if w := at.to(locate(q.path)); !skip(q) && !mayLie(p, q, w) {
			return fmt.Errorf("%s %s %s %s", p.name, p.path, whereText[w], q.shown())
		}
	}
	return nil
}

// location is where a path leads to on the disk.
type location struct {
	real string
	// there are the path and the directories above it, those that exist.
	there []os.FileInfo
	// exists tells whether the first of them is the path itself.
	exists bool
}

func locate(path string) location {
	l := location{real: realPath(path)}
	for at := l.real; ; at = filepath.Dir(at) {
		if st, err := os.Stat(at); err == nil {
			l.exists = l.exists || at == l.real
			l.there = append(l.there, st)
		}
		if filepath.Dir(at) == at {
			return l
		}
	}
}

// to is how a location lies to another.
func (l location) to(other location) where {
	in, around := l.inside(other), other.inside(l)
	switch {
	case in && around:
		return same
	case in:
		return within
	case around:
		return holds
	}
	return apart
}

// inside tells whether a location is dir or lies in it: as written, or by way of
// symbolic links, other names of a directory, and file systems that ignore letter
// case.
func (l location) inside(dir location) bool {
	rel, err := filepath.Rel(dir.real, l.real)
	if err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return true
	}
	return dir.exists && slices.ContainsFunc(l.there, func(st os.FileInfo) bool { return os.SameFile(st, dir.there[0]) })
}

// inside is [location.inside] of two paths.
func inside(path, dir string) bool { return locate(path).inside(locate(dir)) }

// realPath follows symbolic links, also where they or what follows them lead to
// nothing yet.
func realPath(path string) string {
	const most = 40 // links, as the kernel of Linux has it
	for range most {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			return real
		}
		to, err := os.Readlink(path)
		if err != nil {
			break
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(path), to)
		}
		path = to
	}
	up := filepath.Dir(path)
	if up == path {
		return path
	}
	return filepath.Join(realPath(up), filepath.Base(path))
}
