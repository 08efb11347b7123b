package legacy

import (
	"bytes"
	"fmt"
	"strings"
)

// item is a calibration in the list of a page: a link with what belongs to it.
type item struct {
	from, to  int // bytes of the page
	link      *node
	directory string
	before    string   // words of the item before the link
	after     string   // and behind it
	others    []string // addresses of more links in it
}

// run are items that follow each other with nothing but space, separators and
// comments between them.
type run struct {
	items  []item
	listed bool // each is an element of its own, such as <li>
}

func (r *run) from() int { return r.items[0].from }
func (r *run) to() int   { return r.items[len(r.items)-1].to }

// directories are the different ones that a run leads to.
func (r *run) directories() map[string]bool {
	m := map[string]bool{}
	for _, i := range r.items {
		m[strings.ToLower(i.directory)] = true
	}
	return m
}

// maxWords is how many characters of words an item may have beside its link;
// more is prose, which is not ours to replace.
const maxWords = 120

var (
	itemTags = words("li dt dd p")
	leaves   = words("br hr img")
)

// finder looks for runs in a page.
type finder struct {
	page  []byte
	lines lineStarts
	links map[*node]string // calibrations' links and their directories
}

// maxLinks is far above the calibrations of a mission. It bounds the time that
// a page can take.
const maxLinks = 1000

// newFinder knows the links to calibrations in some bytes of a page. Where some
// go through dark_cal/, those that do not are something else.
func newFinder(page []byte, root *node, from, to int) (*finder, error) {
	f := &finder{page, linesOf(page), map[*node]string{}}
	through := false
	bases := map[*node]string{}
	for _, a := range root.all("a") {
		href, _ := a.value("href")
		directory, base := DirectoryOf(strings.TrimSpace(href))
		if directory == "" || a.from < from || a.to > to {
			continue
		}
		f.links[a], bases[a] = directory, base
		through = through || strings.Trim(base, "./") != ""
	}
	if len(f.links) > maxLinks {
		return nil, fmt.Errorf("%d links to calibrations, want at most %d: check that it is the right file", len(f.links), maxLinks)
	}
	for a, base := range bases {
		if through && strings.Trim(base, "./") == "" {
			delete(f.links, a)
		}
	}
	return f, nil
}

// runs are all of a page, in its order.
func (f *finder) runs(root *node) (runs []run) {
	owner := map[*node]*node{} // the list items of links, each with one calibration
	for _, a := range root.all("a") {
		if f.links[a] != "" {
			// The first link stands for the item.
			if li := f.listItem(a); li != nil && owner[li] == nil {
				owner[li] = a
			}
		}
	}
	var visit func(*node)
	visit = func(n *node) {
		var now run
		end := func() {
			if len(now.items) > 0 {
				runs = append(runs, now)
			}
			now = run{listed: true}
		}
		end()
		for _, k := range n.kids {
			switch {
			case k.kind == comment || k.kind == text && strings.TrimSpace(k.data) == "":
			case k.kind == element && owner[k] != nil:
				now.items = append(now.items, f.listed(k, owner[k]))
			default:
				end()
			}
		}
		end()
		if n.parent == nil || blocks[n.tag] && owner[n] == nil {
			runs = append(runs, f.inline(n)...)
		}
		for _, k := range n.kids {
			if k.kind == element && owner[k] == nil {
				visit(k)
			}
		}
	}
	visit(root)
	return runs
}

// listItem is the element that holds a link as its only calibration, or nil.
func (f *finder) listItem(a *node) *node {
	li := a.up(itemTags)
	if li.parent == nil {
		return nil
	}
	plainItem := true
	li.walk(func(n *node) bool {
		switch {
		case n == li || n.kind != element:
		case f.links[n] != "" && !strings.EqualFold(f.links[n], f.links[a]), blocks[n.tag] && n.tag != "p":
			plainItem = false
		}
		return plainItem
	})
	if !plainItem || li.tag != "li" && len(li.content(true))-len(a.content(true)) > maxWords {
		return nil
	}
	return li
}

// listed is the item that an element is. A second link of it to the same
// calibration is one of its others.
func (f *finder) listed(li, a *node) item {
	i := item{from: li.from, to: li.to, link: a, directory: f.links[a]}
	if li.close == li.to { // the end tag is left out
		i.to = f.lastOf(li, li.inner)
	}
	f.words(&i, li, i.from, i.to)
	return i
}

// end is where a link ends, also one without an end tag.
func (f *finder) end(a *node) int {
	if a.close < a.to {
		return a.to
	}
	return f.lastOf(a, a.inner)
}

// lastOf is where the last thing that shows in a node ends; at when there is
// none.
func (f *finder) lastOf(n *node, at int) int {
	for i := len(n.kids) - 1; i >= 0; i-- {
		k := n.kids[i]
		switch {
		case k.kind == comment:
		case k.kind == text:
			if raw := bytes.TrimRight(f.page[k.from:k.to], " \t\r\n\f"); len(raw) > 0 {
				return k.from + len(raw)
			}
		case k.close == k.to && !voids[k.tag]:
			return f.lastOf(k, k.inner)
		default:
			return k.to
		}
	}
	return at
}

// words fills in what is said in the bytes of an item beside its link.
func (f *finder) words(i *item, within *node, from, to int) {
	var before, after strings.Builder
	within.walk(func(n *node) bool {
		switch {
		case n == i.link:
			return false
		case n.kind != element && n.to <= from || n.from >= to:
		case n.kind == text && n.from < i.link.from:
			before.WriteString(n.data)
		case n.kind == text:
			// A text may go on behind the item.
			after.WriteString(n.data)
		case n.kind == element && n.tag == "a" && n.from >= from:
			if href, ok := n.value("href"); ok {
				i.others = append(i.others, strings.TrimSpace(href))
			}
		}
		return true
	})
	i.before, i.after = plain(before.String()), plain(after.String())
}

// segment is what stands between two line breaks in a block.
type segment struct {
	from, to int // without the space around it
	links    []*node
	broken   bool // by a block before it
	said     int  // bytes of words beside links
}

// inline are the runs that stand in the flow of a block: links parted by line
// breaks, or by commas and the like.
func (f *finder) inline(block *node) (runs []run) {
	segments := []segment{{from: -1, broken: true}}
	last := func() *segment { return &segments[len(segments)-1] }
	shown := func(from, to int) {
		if s := last(); s.from < 0 {
			s.from, s.to = from, to
		} else {
			s.to = to
		}
	}
	var visit func(*node)
	visit = func(n *node) {
		for _, k := range n.kids {
			switch {
			case k.kind == comment || k.kind == rawText:
			case k.kind == text:
				raw := f.page[k.from:k.to]
				left := bytes.TrimLeft(raw, " \t\r\n\f")
				if len(left) > 0 {
					shown(k.to-len(left), k.from+len(bytes.TrimRight(raw, " \t\r\n\f")))
					last().said += len(strings.TrimSpace(k.data))
				}
			case k.tag == "br":
				segments = append(segments, segment{from: -1})
			case blocks[k.tag]:
				segments = append(segments, segment{from: -1, broken: true})
			case f.links[k] != "":
				last().links = append(last().links, k)
				shown(k.from, f.end(k))
			case leaves[k.tag]:
				shown(k.from, k.to)
				last().said += maxWords // a picture is not an item's
			default:
				visit(k)
			}
		}
	}
	visit(block)
	var now run
	end := func() {
		if len(now.items) > 0 {
			runs = append(runs, f.trim(block, now))
		}
		now = run{}
	}
	for _, s := range segments {
		if s.broken {
			end()
		}
		switch {
		case s.from < 0: // an empty line
		case len(s.links) == 1 && s.said <= maxWords:
			now.items = append(now.items, f.line(block, s))
		default:
			end()
			runs = append(runs, f.enumeration(block, s)...)
		}
	}
	end()
	return runs
}

// line is the item of a segment with one link.
func (f *finder) line(block *node, s segment) item {
	i := item{from: s.from, to: s.to, link: s.links[0], directory: f.links[s.links[0]]}
	f.widen(&i, s.from, s.to)
	f.words(&i, block, s.from, s.to)
	return i
}

// widen takes the tags in that are open around the link alone.
func (f *finder) widen(i *item, from, to int) {
	for n := i.link.parent; n.parent != nil && !blocks[n.tag]; n = n.parent {
		inner := true // all that shows in it belongs to the item
		for _, k := range n.kids {
			inner = inner && (k.kind == comment || k.to <= n.inner || k.from >= from && k.from < to || k.kind == text && strings.TrimSpace(k.data) == "" || k.from >= i.from && k.to <= i.to)
		}
		if !inner || n.close == n.to {
			return
		}
		i.from, i.to = min(i.from, n.from), max(i.to, n.to)
	}
}

// bare is an item without the words beside its link.
func (f *finder) bare(i item) item {
	i.from, i.to, i.before, i.after, i.others = i.link.from, f.end(i.link), "", "", nil
	f.widen(&i, i.from, i.to)
	return i
}

// trim leaves out the words before the first and behind the last link, unless
// the other items have such words too: they are a heading, or go on to
// something else.
func (f *finder) trim(block *node, r run) run {
	n := len(r.items)
	said := func(items []item, of func(item) string) bool {
		count := 0
		for _, i := range items {
			if hasWords(of(i)) {
				count++
			}
		}
		return 2*count > len(items)
	}
	first, last := &r.items[0], &r.items[n-1]
	cutBefore := first.before != "" && !said(r.items[1:], func(i item) string { return i.before })
	cutAfter := last.after != "" && !said(r.items[:n-1], func(i item) string { return i.after })
	if cutBefore {
		bare := f.bare(*first)
		first.from, first.before = bare.from, ""
	}
	if cutAfter {
		bare := f.bare(*last)
		last.to, last.after = bare.to, ""
	}
	for _, i := range []*item{first, last} {
		if cutBefore && i == first || cutAfter && i == last {
			i.others = nil
			f.others(i, block)
		}
	}
	return r
}

// others lists the links of an item beside its own.
func (f *finder) others(i *item, block *node) {
	for _, a := range block.all("a") {
		if href, ok := a.value("href"); ok && a != i.link && a.from >= i.from && a.to <= i.to {
			i.others = append(i.others, strings.TrimSpace(href))
		}
	}
}

// enumeration are the runs in a segment with several links: those with no words
// between them.
func (f *finder) enumeration(block *node, s segment) (runs []run) {
	var now run
	for n, a := range s.links {
		i := f.bare(item{link: a, directory: f.links[a]})
		if n > 0 && len(now.items) > 0 {
			between := f.page[now.to():max(now.to(), i.from)]
			if root, err := tree(between); err != nil || hasWords(root.content(true)) {
				runs = append(runs, now)
				now = run{}
			}
		}
		now.items = append(now.items, i)
	}
	if len(now.items) > 0 {
		runs = append(runs, now)
	}
	return runs
}
