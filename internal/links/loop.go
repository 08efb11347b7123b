package links

import (
	"net/url"
	"path"
	"slices"
	"strings"

	"darksite/internal/filename"
)

// redirect is where a page leads by itself.
type redirect struct {
	line    int
	address string
}

// refreshed gives the address in the content of a refresh, "" for the page
// itself (HTML living standard, section 4.2.5.3, shared declarative refresh steps).
func refreshed(content string) (address string, ok bool) {
	s := strings.TrimLeft(content, " \t\n\f\r")
	rest := strings.TrimLeft(s, "0123456789.")
	if rest == s {
		return "", false // no time: browsers do nothing
	}
	if rest != "" && !strings.ContainsAny(rest[:1], ";, \t\n\f\r") {
		return "", false
	}
	rest = strings.TrimSpace(strings.TrimLeft(rest, ";, \t\n\f\r"))
	if len(rest) >= 4 && strings.EqualFold(rest[:3], "url") {
		if after, is := strings.CutPrefix(strings.TrimSpace(rest[3:]), "="); is {
			rest = strings.TrimSpace(after)
		}
	}
	if rest != "" && (rest[0] == '"' || rest[0] == '\'') {
		quoted, _, _ := strings.Cut(rest[1:], rest[:1])
		rest = quoted
	}
	return rest, true
}

// loops follows the redirects of every page, also of those that are kept as they
// came. A reader who comes to one must arrive somewhere.
func (c *checker) loops(all []string) (kept []Finding, err error) {
	keys := map[string]string{}
	for _, p := range all {
		keys[filename.Key(p)] = p
	}
	for _, name := range all {
		p := c.pages[name]
		if p == nil || p.kind != hypertext {
			continue
		}
		if p.path != "" && c.options.Checked != nil && c.options.Checked(p.path) && !p.foreign {
			continue // it was looked at before, and nothing changed
		}
		way, err := c.follow(p, keys)
		if err != nil {
			return nil, err
		}
		if way == nil {
			continue
		}
		problem := "the redirect never arrives: it leads by " + strings.Join(way, ", ") + " and again"
		link := "<meta refresh " + shown(p.redirect.address) + ">"
		if p.foreign {
			kept = append(kept, Finding{Page: p.path, Line: p.redirect.line, Link: link, Problem: problem})
		} else {
			p.find(p.redirect.line, link, "", "%s", problem)
		}
	}
	return kept, nil
}

// follow gives the pages that a redirect leads by when it comes to one of them
// twice, nil when it arrives.
func (c *checker) follow(p *page, keys map[string]string) (way []string, err error) {
	for {
		if err := c.read(p); err != nil {
			return nil, err
		}
		if p.redirect == nil {
			return nil, nil
		}
		if slices.Contains(way, p.path) {
			return way, nil
		}
		way = append(way, p.path)
		to := c.destination(p, keys)
		if to == "" {
			return nil, nil // out of the tree, or nowhere
		}
		next := c.pages[to]
		if next == nil || next.kind != hypertext {
			return nil, nil
		}
		p = next
	}
}

// destination is the file of the tree that a redirect leads to, "" when it is none.
// Where no file has that very name it is the one that some servers and disks show,
// which do not tell upper from lower case.
func (c *checker) destination(p *page, keys map[string]string) string {
	address := unbroken.Replace(strings.TrimFunc(p.redirect.address, func(r rune) bool { return r <= ' ' }))
	address, _, _ = strings.Cut(address, "#")
	to, ok := c.inTree(address)
	if !ok {
		u, err := url.Parse(address)
		if err != nil || u.Scheme != "" || u.Host != "" {
			return ""
		}
		switch base, known := c.basePath(); {
		case u.Path == "":
			return p.path
		case !strings.HasPrefix(u.Path, "/"):
			to = path.Join(path.Dir(p.path), u.Path)
			if strings.HasSuffix(u.Path, "/") {
				to += "/"
			}
		case known && strings.HasPrefix(u.Path, base):
			to = strings.TrimPrefix(u.Path, base)
		default:
			return ""
		}
	}
	if to == "" || strings.HasSuffix(to, "/") || c.dirs[to] {
		to = path.Join(to, "index.html")
	}
	to = path.Clean(to)
	if c.files[to] {
		return to
	}
	return keys[filename.Key(to)]
}
