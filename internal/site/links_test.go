package site

import (
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// references are the attributes through which a page refers to something, and
// whether a browser fetches it by itself.
var references = map[string]bool{
	"a href": false, "link href": true, "script src": true, "img src": true, "image href": true, "use href": true,
	"source src": true, "iframe src": true, "object data": true, "form action": true, "video src": true, "embed src": true,
}

// Every page works from disk, at any place on a server and offline: what it
// refers to is in the tree, by a relative address that names a file.
func TestEveryLinkLeadsToAFileOfTheTree(t *testing.T) {
	tree, err := sampleSite()
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, p := range tree.Paths() {
		if !strings.HasSuffix(p, ".html") || p == "dark_cal/404.html" {
			continue
		}
		page := parse(t, tree, p)
		for d := range page.Descendants() {
			if d.Type != html.ElementNode {
				continue
			}
			for _, a := range d.Attr {
				fetched, refers := references[d.Data+" "+a.Key]
				if !refers || strings.HasPrefix(a.Val, "mailto:") {
					continue
				}
				checked++
				checkReference(t, tree, p, a.Val, fetched)
			}
			if slices.ContainsFunc(d.Attr, func(a html.Attribute) bool {
				return a.Key == "srcset" || a.Key == "style" || strings.HasPrefix(a.Key, "on")
			}) {
				t.Errorf("%s: <%s> has attributes %v", p, d.Data, d.Attr)
			}
		}
	}
	if checked < 100 {
		t.Errorf("only %d links were checked", checked)
	}
}

func checkReference(t *testing.T, tree *Tree, page, target string, fetched bool) {
	t.Helper()
	u, err := url.Parse(target)
	switch {
	case err != nil:
		t.Errorf("%s: %q: %v", page, target, err)
		return
	case u.IsAbs() || u.Host != "" || strings.HasPrefix(u.Path, "/"):
		t.Errorf("%s: %q is not relative", page, target)
		return
	}
	file := page
	if u.Path != "" {
		file = path.Join(path.Dir(page), u.Path)
	}
	if file == "index.html" && !fetched {
		return // the main page, which is not ours
	}
	if _, ok := tree.Size(file); !ok {
		t.Errorf("%s: %q leads to %s, which is not in the tree", page, target, file)
		return
	}
	if u.Fragment != "" {
		if found := all(parse(t, tree, file), "[id]"); !slices.ContainsFunc(found, func(n *html.Node) bool { return attr(n, "id") == u.Fragment }) {
			t.Errorf("%s: %q leads to no element", page, target)
		}
	}
}

// A server shows the page for missing addresses at any depth.
func TestMissingPageWorksAtAnyDepth(t *testing.T) {
	_, page := samplePage(t, "dark_cal/404.html")
	for _, n := range append(all(page, "link[href]"), all(page, "main a[href]")...) {
		if href := attr(n, "href"); !strings.HasPrefix(href, "/mta/ASPECT/dark_cal/") && !strings.HasPrefix(href, "#") {
			t.Errorf("<%s> leads to %q", n.Data, href)
		}
	}
	// Without a base address the links are relative to the section.
	page = parse(t, build(t, inputs()), "dark_cal/404.html")
	if got := attr(one(t, page, "main a"), "href"); got != "index.html" {
		t.Errorf("link %q", got)
	}
}

// What every page owes to its readers and their tools.
func TestPagesAreWellMade(t *testing.T) {
	tree, err := sampleSite()
	if err != nil {
		t.Fatal(err)
	}
	titles := map[string]string{}
	for _, p := range tree.Paths() {
		if !strings.HasSuffix(p, ".html") {
			continue
		}
		page := parse(t, tree, p)
		seen := map[string]bool{}
		for _, n := range all(page, "[id]") {
			if id := attr(n, "id"); seen[id] {
				t.Errorf("%s: two elements have the id %q", p, id)
			} else {
				seen[id] = true
			}
		}
		for _, img := range all(page, "img") {
			if attr(img, "alt") == "" || attr(img, "width") == "" || attr(img, "height") == "" {
				t.Errorf("%s: a picture lacks alt, width or height: %v", p, img.Attr)
			}
		}
		for _, n := range all(page, "[aria-labelledby]") {
			if id := attr(n, "aria-labelledby"); !seen[id] {
				t.Errorf("%s: aria-labelledby=%q names no element", p, id)
			}
		}
		one(t, page, "h1")
		one(t, page, "main")
		title := text(one(t, page, "head title"))
		if other, taken := titles[title]; taken {
			t.Errorf("%s and %s share the title %q", p, other, title)
		}
		titles[title] = p
		policy := one(t, page, "meta[http-equiv]")
		if got := attr(policy, "content"); !strings.HasPrefix(got, "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;") {
			t.Errorf("%s: policy %q", p, got)
		}
		if n, _ := tree.Size(p); n > 300_000 {
			t.Errorf("%s has %d bytes, at most 300,000 are wanted", p, n)
		}
	}
}
