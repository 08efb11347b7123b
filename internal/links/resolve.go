package links

import (
	"net/url"
	"path"
	"slices"
	"strings"
)

// use is what a reference is for.
type use int

const (
	follow  use = iota // a reader may go there
	picture            // loaded by itself and shown
	load               // loaded by itself
	own                // an id of the same page
)

// ref is a reference as it is written.
type ref struct {
	line    int
	element string // "a href", "url()"
	value   string
	use     use
}

func (r ref) String() string {
	tag, attribute, ok := strings.Cut(r.element, " ")
	if !ok {
		return r.element + " " + shown(r.value)
	}
	return "<" + tag + " " + attribute + "=" + shown(r.value) + ">"
}

type checker struct {
	tree    Tree
	options Options
	pages   map[string]*page
	files   map[string]bool
	dirs    map[string]bool
}

func (c *checker) resolve(p *page) error {
	for _, r := range p.refs {
		target, problem, err := c.problem(p, r)
		if err != nil {
			return err
		}
		if problem != "" {
			before := len(p.findings)
			p.find(r.line, r.String(), target, "%s", problem)
			if len(p.findings) > before {
				p.findings[before].Address = r.value
			}
		}
	}
	return nil
}

// unbroken drops what browsers leave out of an address.
var unbroken = strings.NewReplacer("\t", "", "\n", "", "\r", "")

// problem says what is wrong with a reference, "" when nothing is.
func (c *checker) problem(p *page, r ref) (target, problem string, err error) {
	if r.use == own {
		if !p.ids[r.value] {
			return "", "no element of the page has this id", nil
		}
		return "", "", nil
	}
	// As browsers read an address.
	value := unbroken.Replace(strings.TrimFunc(r.value, func(c rune) bool { return c <= ' ' }))
	if value == "" {
		return "", "the address is empty", nil
	}
	before, fragment, _ := strings.Cut(value, "#")
	if strings.Contains(before, `\`) {
		return "", `browsers take \ for /: want /`, nil
	}
	if rest, ok := c.inTree(before); ok && r.use == follow {
		return c.file(r, rest, fragment, true)
	}
	u, err := url.Parse(before)
	switch {
	case err != nil:
		return "", "this is no address", nil
	case u.Scheme == "data" && r.use == picture && strings.HasPrefix(u.Opaque, "image/"):
		return "", "", nil
	case u.Scheme == "mailto" && r.use == follow:
		return "", "", nil
	case (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && r.use == follow:
		return "", "", nil
	case u.Host != "" || u.Scheme == "http" || u.Scheme == "https":
		if r.use != follow {
			return "", "a request to another host: keep a copy in the site", nil
		}
		return "", "want an address with scheme and host, or a relative one", nil
	case u.Scheme != "":
		return "", "links with the scheme " + shown(u.Scheme) + " are not for pages", nil
	case strings.HasPrefix(u.Path, "/"):
		if base, ok := c.basePath(); ok && c.options.AnyDepth != nil && c.options.AnyDepth(p.path) && strings.HasPrefix(u.Path, base) {
			return c.file(r, strings.TrimPrefix(u.Path, base), fragment, true)
		}
		return "", "the address begins at the root of a server: want a relative one, pages work from disk and under any path", nil
	}
	to := p.path
	if u.Path != "" {
		to = path.Join(path.Dir(p.path), u.Path)
		if last := u.Path[strings.LastIndexByte(u.Path, '/')+1:]; slices.Contains([]string{"", ".", ".."}, last) {
			to += "/"
		}
	}
	return c.file(r, to, fragment, false)
}

// inTree gives the path of an absolute address within the tree.
func (c *checker) inTree(address string) (string, bool) {
	rest, ok := strings.CutPrefix(address, c.options.BaseURL)
	if c.options.BaseURL == "" || !ok {
		return "", false
	}
	rest, _, _ = strings.Cut(rest, "?")
	rest, err := url.PathUnescape(rest)
	return rest, err == nil
}

func (c *checker) basePath() (string, bool) {
	u, err := url.Parse(c.options.BaseURL)
	if err != nil || c.options.BaseURL == "" {
		return "", false
	}
	return strings.TrimSuffix(u.Path, "/") + "/", true
}

// file says what is wrong with a path of the tree and a place in it. Where a
// server is sure to be asked, a directory is its index.html.
func (c *checker) file(r ref, to, fragment string, served bool) (target, problem string, err error) {
	if served {
		if to == "" || strings.HasSuffix(to, "/") {
			to += "index.html"
		}
		to = path.Clean(to)
	}
	if !c.files[to] {
		dir := strings.TrimSuffix(to, "/")
		switch {
		case c.options.Elsewhere != nil && c.options.Elsewhere(to):
			if r.use != follow {
				return to, "it is loaded from beyond the site: keep a copy in the site", nil
			}
			return "", "", nil
		case c.dirs[dir] || strings.HasSuffix(to, "/"):
			return to, "a directory: pages work from disk, so name its file, such as index.html", nil
		}
		return to, "no such file", nil
	}
	if fragment == "" || r.use != follow && r.use != picture {
		return "", "", nil
	}
	page := c.pages[to]
	if page == nil || page.kind == sheet || page.kind == feed {
		return "", "", nil // a place in some other format
	}
	if err := c.read(page); err != nil {
		return "", "", err
	}
	// Text fragments are the browser's business, and key=value is the state of
	// a view, which the page's script reads.
	fragment, _, _ = strings.Cut(fragment, ":~:")
	name, err := url.PathUnescape(fragment)
	if err != nil {
		name = fragment
	}
	if slices.Contains([]string{"", "top"}, name) || strings.Contains(fragment, "=") || page.ids[name] || page.ids[fragment] {
		return "", "", nil
	}
	return to, "it has no element with the id " + shown(name), nil
}
