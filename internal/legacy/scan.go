package legacy

import (
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"darksite/processing/chandra"
)

// Bounds of a section.
const (
	maxDirectories = 1000
	maxFiles       = 20_000
	maxNesting     = 8
	maxFileBytes   = 256 << 20
	maxBytes       = 8 << 30
	maxPages       = 50 // of a report that are read
)

// Section is what a directory of dark_cal holds of old reports.
type Section struct {
	Reports []Report // by name
	// Aliases are links beside the reports that lead to one of them.
	Aliases []Alias
	// Ours are directories in which darksite made all that there is.
	Ours []string
	// Doubts are sentences about what is not taken.
	Doubts []string
}

// Report is an old report directory, as it is.
type Report struct {
	Name  string     // of the directory, such as 2009_oct or 2000_NOV
	Month string     // 2009_oct
	ID    chandra.ID // of the calibration; "" when it cannot be told
	// Main is the path of the page that people open; "" when there is none.
	Main   string
	Title  string // of the main page
	Files  []File // by path
	Pages  []Page // the main page first
	Doubts []string
}

// File is a file of a report.
type File struct {
	Path   string `json:"path"` // relative to the directory of dark_cal, with slashes
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // hexadecimal
}

// Alias is another name of a report.
type Alias struct{ Name, To string }

// Options say what is known beside the files.
type Options struct {
	// Address of the section, such as https://host/ASPECT/dark_cal/, stands
	// before the paths in sources; "dark_cal/" when it is "".
	Address string
	// Known are the calibrations there are; may be empty.
	Known []chandra.ID
	// Generated says which files of a report directory darksite made, by their names
	// in it; content gives the first bytes of one. nil for none.
	Generated func(names []string, content func(name string) []byte) map[string]bool
	// Only names the one directory to take; all when it is "".
	Only string
}

// IsDirectory tells whether a name is that of a report directory.
func IsDirectory(name string) bool { return directoryName.MatchString(name) }

// Scan reads the report directories in a directory of dark_cal: those named
// YYYY_mon in either case, with or without a suffix. Nothing is changed, and no
// link is followed out of the directory. What is odd in a single file or page
// is a doubt; too many or too large files are an error.
func Scan(dir string, o Options) (*Section, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	entries, err := list(root, ".")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	s, w := &Section{}, &walker{root: root}
	for _, e := range entries {
		name := e.Name()
		if !directoryName.MatchString(name) {
			if near := meant(name); near != "" && o.Only == "" {
				s.Doubts = append(s.Doubts, fmt.Sprintf("%s is not taken: a report directory is called YYYY_mon; did you mean %s?", short(name), near))
			}
			continue
		}
		if o.Only != "" && name != o.Only {
			continue
		}
		switch {
		case e.Type() == fs.ModeSymlink:
			s.alias(root, name)
		case !e.IsDir():
			s.Doubts = append(s.Doubts, fmt.Sprintf("%s is not a directory, and is not taken", name))
		case len(s.Reports) == maxDirectories:
			return nil, fmt.Errorf("%s: more than %d report directories: check that it is the right directory", dir, maxDirectories)
		default:
			r := Report{Name: name, Month: monthOf(name)}
			ours, err := w.report(&r, cmp.Or(o.Address, "dark_cal/"), o)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", dir, err)
			}
			if ours {
				s.Ours = append(s.Ours, name)
				s.Doubts = append(s.Doubts, r.Doubts...)
				continue
			}
			s.Reports = append(s.Reports, r)
		}
	}
	s.collisions()
	return s, nil
}

// alias takes a link to another report of the section.
func (s *Section) alias(root *os.Root, name string) {
	to, err := root.Readlink(name)
	to = strings.TrimSuffix(strings.TrimPrefix(to, "./"), "/")
	if info, statErr := root.Lstat(to); err == nil && directoryName.MatchString(to) && statErr == nil && info.IsDir() {
		s.Aliases = append(s.Aliases, Alias{name, to})
		return
	}
	s.Doubts = append(s.Doubts, fmt.Sprintf("%s is a link to something else than a report beside it, and is not taken: copy what it leads to", name))
}

// collisions names directories that are one where case does not count.
func (s *Section) collisions() {
	first := map[string]string{}
	for _, r := range s.Reports {
		if other, taken := first[strings.ToLower(r.Name)]; taken {
			s.Doubts = append(s.Doubts, fmt.Sprintf("%s and %s differ in case alone: on some systems and servers they are one", other, r.Name))
		} else {
			first[strings.ToLower(r.Name)] = r.Name
		}
	}
}

// meant is the report directory that a name may be a slip of, "" when it is none:
// 2009_october, 2009-oct, oct2009, 2009_10.
func meant(name string) string {
	if directoryName.MatchString(name) {
		return strings.ToLower(name)
	}
	if w, err := chandra.ParseWritten(name); err == nil {
		return w.Month
	}
	return ""
}

// generated leaves out what darksite made; all tells that nothing else is a report.
func (w *walker) generated(r *Report, o Options) (all bool) {
	if o.Generated == nil {
		return false
	}
	var names []string
	for _, f := range r.Files {
		names = append(names, strings.TrimPrefix(f.Path, r.Name+"/"))
	}
	ours := o.Generated(names, func(name string) []byte {
		f, err := open(w.root, path.Join(r.Name, name))
		if err != nil {
			return nil
		}
		defer f.Close()
		content, err := io.ReadAll(io.LimitReader(f, MaxPage))
		if err != nil {
			return nil
		}
		return content
	})
	var rest []File
	made, page := 0, false
	for i, f := range r.Files {
		if ours[names[i]] {
			made++
			continue
		}
		rest = append(rest, f)
		page = page || isPage(f.Path)
	}
	if made == 0 {
		return false
	}
	r.Files = rest
	if !page && len(rest) > 0 {
		r.Doubts = append(r.Doubts, fmt.Sprintf("%s is a page that darksite made; %s in it is no old report, and is not taken", r.Name, rest[0].Path))
	}
	return !page
}

// report reads one directory; ours tells that darksite made it.
func (w *walker) report(r *Report, address string, o Options) (ours bool, err error) {
	known := o.Known
	if r.Files, r.Doubts, err = w.files(r.Name); err != nil {
		return false, err
	}
	if w.generated(r, o) {
		return true, nil
	}
	var pages []string
	for _, f := range r.Files {
		if path.Dir(f.Path) == r.Name && isPage(f.Path) {
			pages = append(pages, f.Path)
		}
	}
	slices.SortStableFunc(pages, func(a, b string) int { return cmp.Compare(rank(a), rank(b)) })
	if len(pages) > maxPages {
		r.Doubts = append(r.Doubts, fmt.Sprintf("%s has %d pages; the first %d are read", r.Name, len(pages), maxPages))
		pages = pages[:maxPages]
	}
	for _, at := range pages {
		content, err := w.content(at, r.Files)
		if err != nil {
			r.Doubts = append(r.Doubts, fmt.Sprintf("%v; the page is kept and not read", err))
			continue
		}
		p, err := ReadPage(content, at, address, known)
		if err != nil {
			r.Doubts = append(r.Doubts, fmt.Sprintf("%v; the page is kept and not read", err))
			continue
		}
		r.Pages = append(r.Pages, *p)
	}
	if len(pages) == 0 {
		r.Doubts = append(r.Doubts, fmt.Sprintf("%s has no page", r.Name))
		return false, nil
	}
	r.Main = pages[0]
	if len(r.Pages) > 0 && r.Pages[0].Path == r.Main {
		r.Title = r.Pages[0].Title
		r.day(&r.Pages[0], known)
	}
	if r.ID == "" {
		if id, ok := (&calendar{known: known}).ofMonth(r.Month); ok {
			r.ID = id
			r.Doubts = append(r.Doubts, fmt.Sprintf("%s names no day that fits; the only known calibration of that month is %s", r.Main, id.Colon()))
		}
	}
	return false, nil
}

// rank puts the page that a server or a person would open first.
func rank(page string) int {
	order := []string{"index.html", "index.htm", "report.html", "report.htm"}
	name := path.Base(page)
	if i := slices.Index(order, name); i >= 0 {
		return i
	}
	if i := slices.Index(order, strings.ToLower(name)); i >= 0 {
		return len(order) + i
	}
	return 2 * len(order)
}

// day is that of the report: the first of the page's that lies in the month of
// the directory, give or take a day.
func (r *Report) day(p *Page, known []chandra.ID) {
	dates := calendarOf(known, p.Days)
	for _, d := range p.Days {
		for _, step := range []int{0, 1, -1} {
			if chandra.IDOf(d.ID.Date().AddDate(0, 0, step)).Month() != r.Month {
				continue
			}
			id, doubt := dates.of(d)
			r.ID = id
			if doubt != "" {
				r.Doubts = append(r.Doubts, p.Path+": "+doubt)
			}
			return
		}
	}
	for _, d := range p.Days {
		r.Doubts = append(r.Doubts, fmt.Sprintf("%s: the page says %s, the directory is %s", p.Path, d.Printed, r.Name))
	}
}
