package links

import (
	"bytes"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"sync"

	"darksite/internal/ground/workers"
)

// Tree is what is checked: slash-separated paths with their content. Only
// pages, drawings, style sheets and XML are opened, from several goroutines.
type Tree interface {
	Paths() []string
	Open(path string) (io.ReadCloser, error)
}

// Options say what of a tree is not to be judged. The zero value judges all.
type Options struct {
	// Foreign tells of a file that is kept as it came. Nothing is said about it,
	// but what leads to it is checked; it is opened for a place in it, and a page
	// for its redirect.
	Foreign func(path string) bool
	// Checked tells of a page that was looked at before and that nothing it leads
	// to was taken from. It is opened only for a place in it.
	Checked func(path string) bool
	// Elsewhere tells of a path that is none of the tree's, such as the main
	// page beside it: a link may lead there, a picture or a script may not come
	// from there.
	Elsewhere func(path string) bool
	// BaseURL is where the root of the tree is published, with a slash at its
	// end, or empty. Addresses that begin with it are those of the tree.
	BaseURL string
	// AnyDepth tells of a page that a server shows at any address, such as the
	// one for missing pages. Its links may begin with the path of BaseURL.
	AnyDepth func(path string) bool
}

// Report is what was looked at and what was found.
type Report struct {
	Pages    int // pages, drawings, style sheets and feeds
	Links    int // references of all kinds
	Findings []Finding
	// Kept are redirects of pages that are kept as they came, and lead to
	// themselves by some way.
	Kept []Finding
}

// Finding is one thing that is wrong.
type Finding struct {
	Page string // path
	Line int    // from 1
	// Link is the element or rule with its address as it is written, shortened.
	Link string
	// Address is that of a link, as it is written; "" where none is meant.
	Address string
	// Target is the path that the link leads to, "" when it leads to none.
	Target string
	// Problem says what is wrong and what is wanted.
	Problem string
}

func (f Finding) String() string {
	place := fmt.Sprintf("%s:%d: %s", f.Page, f.Line, f.Link)
	if f.Target != "" {
		place += " leads to " + f.Target
	}
	return place + ": " + f.Problem
}

const (
	maxPage     = 64 << 20 // bytes; larger files are no pages
	maxFindings = 100      // of one page
	maxShown    = 160      // characters of an address in a finding
)

// Check looks at every page of a tree. The error is one of reading; what is
// wrong with the pages is in the report.
func Check(tree Tree, o Options) (Report, error) {
	all := tree.Paths()
	c := checker{tree: tree, options: o, pages: map[string]*page{}, files: make(map[string]bool, len(all)), dirs: map[string]bool{}}
	var pages []*page
	for _, p := range all {
		c.files[p] = true
		for dir := path.Dir(p); !c.dirs[dir]; dir = path.Dir(dir) {
			c.dirs[dir] = true
			if dir == "." || dir == "/" {
				break
			}
		}
		if k := kindOf(p); k != other {
			page := &page{path: p, kind: k, foreign: o.Foreign != nil && o.Foreign(p)}
			c.pages[p] = page
			if !page.foreign && !(o.Checked != nil && o.Checked(p)) {
				pages = append(pages, page)
			}
		}
	}
	err := workers.Each(len(pages), func(i int) error { return c.read(pages[i]) })
	if err != nil {
		return Report{}, fmt.Errorf("links: %w", err)
	}
	// Which ids a page has is known only now.
	if err := workers.Each(len(pages), func(i int) error { return c.resolve(pages[i]) }); err != nil {
		return Report{}, fmt.Errorf("links: %w", err)
	}
	kept, err := c.loops(all)
	if err != nil {
		return Report{}, fmt.Errorf("links: %w", err)
	}
	report := Report{Kept: kept}
	for _, p := range pages {
		report.Pages++
		report.Links += len(p.refs)
		slices.SortStableFunc(p.findings, func(a, b Finding) int { return a.Line - b.Line })
		if p.more > 0 {
			p.findings = append(p.findings, Finding{Page: p.path, Line: p.lines, Link: "the page", Problem: fmt.Sprintf("%d more findings are left out", p.more)})
		}
		report.Findings = append(report.Findings, p.findings...)
	}
	return report, nil
}

// buffers hold pages while they are scanned.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// read scans a page, once.
func (c *checker) read(p *page) error {
	p.once.Do(func() {
		r, err := c.tree.Open(p.path)
		if err != nil {
			p.err = err
			return
		}
		defer r.Close()
		b := buffers.Get().(*bytes.Buffer)
		defer buffers.Put(b)
		b.Reset()
		if _, err := b.ReadFrom(io.LimitReader(r, maxPage+1)); err != nil {
			p.err = fmt.Errorf("%s: %w", p.path, err)
			return
		}
		p.scan(b.Bytes())
	})
	return p.err
}

// kind is how a file refers to others.
type kind int

const (
	other kind = iota
	hypertext
	drawing
	sheet
	feed
)

func kindOf(name string) kind {
	switch strings.ToLower(path.Ext(name)) {
	case ".html", ".htm":
		return hypertext
	case ".svg":
		return drawing
	case ".css":
		return sheet
	case ".xml", ".atom":
		return feed
	}
	return other
}

// page is a file that refers to others.
type page struct {
	path    string
	kind    kind
	foreign bool

	once     sync.Once
	err      error
	lines    int
	ids      map[string]bool
	refs     []ref
	redirect *redirect // nil when a reader stays
	findings []Finding
	more     int // findings beyond maxFindings
}

func (p *page) find(line int, link, target, format string, args ...any) {
	switch {
	case p.foreign:
	case len(p.findings) == maxFindings:
		p.more++
	default:
		p.findings = append(p.findings, Finding{Page: p.path, Line: line, Link: link, Target: target, Problem: fmt.Sprintf(format, args...)})
	}
}

// shown makes an address fit for a line.
func shown(s string) string {
	r := []rune(s[:min(len(s), 4*maxShown)])
	if len(r) > maxShown || len(s) > 4*maxShown {
		return fmt.Sprintf("%q…", string(r[:min(len(r), maxShown)]))
	}
	return fmt.Sprintf("%q", s)
}
