package starcheck

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"darksite/processing/chandra"
)

// Want is which calibration is looked for.
type Want struct {
	// ID is needed but for a single page, of which "" means the first.
	ID chandra.ID
	// Load, where it is named, is the only one that counts.
	Load Load
	// Obsid, where it is not 0, is that of one of its replicas or its centre.
	Obsid int
}

// Found is a calibration and what else there was.
type Found struct {
	Calibration
	// Others are the sources of the same calibration that were not taken, the
	// best first.
	Others []Source
}

// Source is where a calibration may be.
type Source struct {
	Load Load
	Path string // of the page, or the directory that mica's database has
}

// Find looks for a calibration in a page, or in a directory with pages: such as
// mission planning keeps them (2015/DEC1115/oflsa/starcheck.txt, from any of
// its levels on), or flat (DEC1115_oflsa.txt). Where several loads hold it, the
// newest approved one is taken and a warning names the others.
func Find(path string, want Want) (Found, error) {
	st, err := os.Stat(path)
	if err != nil {
		return Found{}, fmt.Errorf("starcheck: %w", err)
	}
	if !st.IsDir() {
		c, err := want.read(Source{loadOf(path), path})
		return Found{Calibration: c}, err
	}
	if want.ID == "" {
		return Found{}, fmt.Errorf("starcheck: %s is a directory: name the calibration to look for in it, or a page", path)
	}
	sources, err := Sources(path, want.ID)
	if err != nil {
		return Found{}, err
	}
	return want.choose(sources, path, want.read)
}

// read reads one page.
func (w Want) read(s Source) (Calibration, error) {
	content, err := readFile(s.Path)
	if err != nil {
		return Calibration{}, err
	}
	p, err := Parse(content, s.Path)
	if err != nil {
		return Calibration{}, err
	}
	named, known := ParseLoad(p.Load)
	if !known {
		p.Load = s.Load.String()
	}
	c, err := p.Calibration(w.ID)
	if err != nil {
		return c, err
	}
	if known && s.Load.Week != "" && (!named.is(Load{Week: s.Load.Week}) || named.Version != s.Load.Version && s.Load.Version != "") {
		c.warnf("%s: the page calls itself %s, and its place says %s", s.Path, named, s.Load)
	}
	return c, w.check(c)
}

// check refuses a calibration that is not the one that is wanted.
func (w Want) check(c Calibration) error {
	if load, ok := ParseLoad(c.Load); w.Load.Week != "" && (!ok || !load.is(w.Load)) {
		return fmt.Errorf("%s: %w in load %s: this is load %s", c.Source, ErrNone, w.Load, c.Load)
	}
	if w.Obsid == 0 || w.Obsid == c.Centre.Obsid || slices.ContainsFunc(c.Replicas, func(r Replica) bool { return r.Obsid == w.Obsid }) {
		return nil
	}
	return fmt.Errorf("%s: %w with observation %d, but with %d to %d", c.Source, ErrNone, w.Obsid, c.Centre.Obsid, c.Replicas[len(c.Replicas)-1].Obsid)
}

// choose reads sources in their order and takes the first that holds the
// calibration.
func (w Want) choose(sources []Source, where string, read func(Source) (Calibration, error)) (Found, error) {
	var found *Found
	var taken Source
	var damaged, differing []string
	tried := 0
	for _, s := range sources {
		if w.Load.Week != "" && s.Load.Week != "" && !s.Load.is(w.Load) {
			continue
		}
		tried++
		c, err := read(s)
		switch {
		case errors.Is(err, ErrNone):
		case err != nil:
			damaged = append(damaged, err.Error())
		case found == nil:
			found, taken = &Found{Calibration: c}, s
		default:
			found.Others = append(found.Others, s)
			if !c.Centre.Catalog.Equal(found.Centre.Catalog) || c.Centre.Attitude != found.Centre.Attitude {
				differing = append(differing, s.Load.String())
			}
		}
	}
	if found == nil {
		err := fmt.Errorf("%s: %w of %s in %d loads of the weeks before it", where, ErrNone, w.ID.Colon(), tried)
		if w.Load.Week != "" {
			err = fmt.Errorf("%s: %w of %s in load %s (%d pages of it)", where, ErrNone, w.ID.Colon(), w.Load, tried)
		}
		if len(damaged) > 0 {
			err = fmt.Errorf("%w; not read: %s", err, strings.Join(damaged, "; "))
		}
		return Found{}, err
	}
	if taken.Load.Version == "" {
		found.warnf("%s is not of an approved version of its load, as far as its place tells (ofls and a letter): check that it is the one that was run", taken.Path)
	}
	found.warnOthers(differing)
	for _, d := range damaged {
		found.warnf("another page was not read: %s", d)
	}
	return *found, nil
}

// warnOthers says what was chosen among several.
func (f *Found) warnOthers(differing []string) {
	if len(f.Others) == 0 {
		return
	}
	var names []string
	for _, o := range f.Others {
		names = append(names, o.Load.String())
	}
	text := fmt.Sprintf("the newest approved load, %s, was taken; %s also has this calibration", f.Load, strings.Join(names, ", "))
	if len(differing) > 0 {
		text += fmt.Sprintf(", at another time or attitude in %s", strings.Join(differing, ", "))
	}
	f.warnf("%s: name the load if another one was run", text)
}

// pageNames are the names of a page in a load's directory, the better first.
var pageNames = []string{"starcheck.txt", "starcheck.html"}

// levels are the forms of directories below each other in mission planning's
// tree.
var levels = []*regexp.Regexp{yearForm, weekForm, oflsForm}

// Sources lists the pages below a directory that may hold a calibration, those
// rather to be believed first. It opens no page, and no directory that is not
// named like a year, a week or a version.
func Sources(dir string, id chandra.ID) ([]Source, error) {
	if _, err := os.ReadDir(dir); err != nil {
		return nil, fmt.Errorf("starcheck: %w", err)
	}
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("starcheck: %w", err)
	}
	// The directory may itself be a year, a week or a version.
	level := 0
	for i, form := range levels {
		if form.MatchString(filepath.Base(absolute)) {
			level = i + 1
		}
	}
	var list []Source
	walk(dir, level, id, &list)
	for i := range list {
		if full, err := filepath.Abs(list[i].Path); err == nil {
			list[i].Load = loadOf(full)
		}
	}
	list = slices.DeleteFunc(list, func(s Source) bool { return !s.Load.mayHold(id) })
	slices.SortStableFunc(list, func(a, b Source) int {
		return cmp.Or(compare(a.Load, b.Load), cmp.Compare(filepath.Ext(b.Path), filepath.Ext(a.Path))) // text before HTML
	})
	// A page that lies there as text and as HTML is one.
	list = slices.CompactFunc(list, func(a, b Source) bool {
		stem := func(s string) string { return strings.TrimSuffix(s, filepath.Ext(s)) }
		return a.Load == b.Load && stem(a.Path) == stem(b.Path)
	})
	return list, nil
}

// walk adds the pages of a directory at a level of the tree, and of those below
// it. A directory that cannot be read has none.
func walk(dir string, level int, id chandra.ID, list *[]Source) {
	entries, err := os.ReadDir(dir) // sorted by name
	if err != nil {
		return
	}
	taken := false
	for _, name := range pageNames {
		if st, err := os.Stat(filepath.Join(dir, name)); err == nil && st.Mode().IsRegular() && !taken {
			*list = append(*list, Source{Path: filepath.Join(dir, name)})
			taken = true
		}
	}
	for _, e := range entries {
		name, path := e.Name(), filepath.Join(dir, e.Name())
		if flatForm.MatchString(name) || namedForm.MatchString(name) {
			if st, err := os.Stat(path); err == nil && st.Mode().IsRegular() {
				*list = append(*list, Source{Path: path})
			}
			continue
		}
		for next := level; next < len(levels); next++ {
			if !levels[next].MatchString(name) || !worthwhile(name, id) {
				continue
			}
			if st, err := os.Stat(path); err == nil && st.IsDir() {
				walk(path, next+1, id, list)
			}
			break
		}
	}
}

// worthwhile tells whether a year or a week can hold a calibration.
func worthwhile(name string, id chandra.ID) bool {
	if id == "" {
		return true
	}
	if yearForm.MatchString(name) {
		first, last := id.Date().AddDate(0, 0, -daysAfter), id.Date().AddDate(0, 0, daysBefore)
		return name >= first.Format("2006") && name <= last.Format("2006")
	}
	if weekForm.MatchString(name) {
		return Load{Week: name}.mayHold(id)
	}
	return true
}

// loadOf reads the load from the place of a page.
func loadOf(path string) Load {
	base := filepath.Base(path)
	if m := flatForm.FindStringSubmatch(base); m != nil {
		return Load{m[1], strings.ToUpper(m[2])}
	}
	if m := namedForm.FindStringSubmatch(base); m != nil {
		return Load{m[1], m[2]}
	}
	ofls := filepath.Base(filepath.Dir(path))
	week := filepath.Base(filepath.Dir(filepath.Dir(path)))
	if m := oflsForm.FindStringSubmatch(ofls); m != nil && weekForm.MatchString(week) {
		return Load{week, strings.ToUpper(m[1])}
	}
	if weekForm.MatchString(ofls) {
		return Load{Week: ofls}
	}
	return Load{}
}

// readFile reads a plain file; a pipe or a device would wait or never end.
func readFile(path string) ([]byte, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("starcheck: %w", err)
	}
	if !st.Mode().IsRegular() {
		return nil, fmt.Errorf("starcheck: %s is not a plain file (%s)", path, st.Mode().Type())
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("starcheck: %w", err)
	}
	defer f.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(io.LimitReader(f, maxPage+1)); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return b.Bytes(), nil
}
