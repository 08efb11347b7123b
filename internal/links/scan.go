package links

import (
	"bytes"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// attribute of an element; the bytes are the tokenizer's and do not last.
type attribute struct{ key, value []byte }

// scan notes the ids and references of a page, and what is wrong with it by
// itself.
func (p *page) scan(content []byte) {
	p.lines = 1
	if len(content) > maxPage {
		p.find(1, "the page", "", "more than %d bytes are no page", maxPage)
		return
	}
	if p.kind == sheet {
		p.style(content, 1)
		return
	}
	p.ids = map[string]bool{}
	z := html.NewTokenizer(bytes.NewReader(content))
	z.SetMaxBuf(maxPage)
	var attributes []attribute
	inSVG := 0
	for {
		t := z.Next()
		if t == html.ErrorToken {
			return
		}
		line := p.lines
		raw := z.Raw()
		p.lines += bytes.Count(raw, []byte{'\n'})
		switch t {
		case html.TextToken:
			if p.kind == feed {
				p.published(line, z.Text())
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			if plain(raw) {
				continue
			}
			tag, more := z.TagName()
			attributes = attributes[:0]
			for more {
				var a attribute
				a.key, a.value, more = z.TagAttr()
				attributes = append(attributes, a)
			}
			if string(tag) == "svg" && t == html.StartTagToken {
				inSVG++
			}
			// What browsers read as text within these depends on where they
			// stand; without scripts noscript is shown.
			if inSVG > 0 || p.kind != hypertext || string(tag) == "noscript" {
				z.NextIsNotRawText()
			}
			if p.kind == feed {
				p.inFeed(line, tag, attributes)
			} else {
				p.element(line, tag, attributes)
			}
		case html.EndTagToken:
			if inSVG == 0 || plain(raw) {
				continue
			}
			if tag, _ := z.TagName(); string(tag) == "svg" {
				inSVG--
			}
		}
	}
}

// plain tells of a tag without attributes that says nothing by its name, as
// most do in tables; the tokenizer copies each name that it is asked for.
func plain(raw []byte) bool {
	if len(raw) < 3 || raw[len(raw)-1] != '>' {
		return false
	}
	name := bytes.TrimPrefix(raw[1:len(raw)-1], []byte("/"))
	for _, c := range name {
		if (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	switch len(name) {
	case 1, 2: // td, th, tr, dt, dd, li, p
		return true
	case 4:
		return bytes.EqualFold(name, []byte("span")) || bytes.EqualFold(name, []byte("code"))
	}
	return false
}

func (p *page) reference(line int, element, value string, use use) {
	if !p.foreign {
		p.refs = append(p.refs, ref{line, element, value, use})
	}
}

// inFeed notes what a feed or a site map leads to: only addresses of the site.
func (p *page) inFeed(line int, tag []byte, attributes []attribute) {
	for _, a := range attributes {
		if string(a.key) == "href" || string(a.key) == "src" {
			p.reference(line, string(tag)+" "+string(a.key), string(a.value), follow)
		}
	}
}

// published notes the addresses that a site map lists.
func (p *page) published(line int, text []byte) {
	if s := strings.TrimSpace(string(text)); strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") {
		p.reference(line, "loc", s, follow)
	}
}

// element notes the ids and references of one element.
func (p *page) element(line int, tag []byte, attributes []attribute) {
	get := func(key string) (string, bool) {
		for _, a := range attributes {
			if string(a.key) == key {
				return string(a.value), true
			}
		}
		return "", false
	}
	if string(tag) == "base" {
		p.find(line, "<base>", "", "every relative link would change: leave it out")
		return
	}
	for _, a := range attributes {
		p.attribute(line, tag, a, get)
	}
	if string(tag) == "meta" {
		if does, _ := get("http-equiv"); strings.EqualFold(does, "refresh") {
			content, _ := get("content")
			p.refresh(line, content)
		}
	}
	if p.foreign {
		return
	}
	switch string(tag) {
	case "img":
		p.described(line, tag, get)
	case "area":
		if _, leads := get("href"); leads {
			p.described(line, tag, get)
		}
	case "input":
		if kind, _ := get("type"); strings.EqualFold(kind, "image") {
			p.described(line, tag, get)
		}
	case "script":
		p.script(line, get)
	case "style":
		if p.kind == hypertext {
			p.find(line, "<style>", "", "the policy of the pages refuses styles within a page: put them into a style sheet")
		}
	}
}

func (p *page) described(line int, tag []byte, get func(string) (string, bool)) {
	if _, ok := get("alt"); !ok {
		source, _ := get("src")
		p.find(line, "<"+string(tag)+" src="+shown(source)+">", "", "no alt: say what the picture shows, or alt=\"\" when it only adorns")
	}
}

// script allows what is loaded from a file or only holds data.
func (p *page) script(line int, get func(string) (string, bool)) {
	kind, _ := get("type")
	kind = strings.ToLower(strings.TrimSpace(kind))
	_, loaded := get("src")
	for _, key := range []string{"href", "xlink:href"} { // in a drawing
		if _, ok := get(key); ok && p.kind == drawing {
			loaded = true
		}
	}
	switch {
	case kind == "application/json" || kind == "application/ld+json":
	case kind == "module":
		p.find(line, "<script type=\"module\">", "", "browsers load no modules from disk: want a classic script")
	case !loaded:
		p.find(line, "<script>", "", "the policy of the pages refuses scripts within a page: put it into a file, data into type=\"application/json\"")
	}
}

// leading are the relations of <link> that a reader may follow; what the
// others name is loaded.
var leading = []string{"alternate", "author", "bookmark", "canonical", "first", "help", "index", "last", "license", "next", "prev", "search", "up"}

// attribute notes what one attribute refers to.
func (p *page) attribute(line int, tag []byte, a attribute, get func(string) (string, bool)) {
	name := func() string { return string(tag) + " " + string(a.key) }
	switch string(a.key) {
	case "id":
		p.identify(line, string(a.value))
		return
	case "name":
		if string(tag) == "a" {
			p.ids[string(a.value)] = true
		}
		return
	}
	if p.foreign {
		return
	}
	value := func() string { return string(a.value) }
	switch string(a.key) {
	case "class", "alt", "title", "content", "value", "d":
	case "href", "xlink:href":
		p.reference(line, name(), value(), hrefUse(tag, get))
	case "src", "poster", "background":
		p.reference(line, name(), value(), sourceUse(tag))
	case "data":
		if string(tag) == "object" {
			p.reference(line, name(), value(), load)
		}
	case "manifest":
		p.reference(line, name(), value(), load)
	case "srcset", "imagesrcset":
		for _, s := range candidates(value()) {
			p.reference(line, name(), s, picture)
		}
	case "action", "formaction", "cite", "longdesc":
		p.reference(line, name(), value(), follow)
	case "ping", "srcdoc":
		p.find(line, "<"+string(tag)+">", "", "%s is not for pages", a.key)
	case "style":
		if p.kind == drawing {
			p.style(slices.Clone(a.value), line)
			return
		}
		p.find(line, "<"+string(tag)+" style="+shown(value())+">", "", "the policy of the pages refuses styles in attributes: use a class")
	case "aria-labelledby", "aria-describedby", "aria-details", "for", "headers", "list":
		for _, id := range strings.Fields(value()) {
			p.reference(line, name(), id, own)
		}
	case "to", "from", "by", "values":
		// Animations can set an address.
		if strings.Contains(strings.ToLower(value()), "javascript:") {
			p.find(line, "<"+name()+"="+shown(value())+">", "", "a script in an address")
		}
	default:
		switch {
		case bytes.HasPrefix(a.key, []byte("on")):
			p.find(line, "<"+string(tag)+">", "", "the policy of the pages refuses the handler %s: listen in a script file", a.key)
		case bytes.Contains(a.value, []byte("url(")):
			p.style(slices.Clone(a.value), line) // the lexer writes behind its input
		}
	}
}

// identify notes an id, which no other element of the page may have.
func (p *page) identify(line int, id string) {
	if p.ids[id] {
		p.find(line, "id="+shown(id), "", "another element of the page has this id")
	}
	if id == "" {
		p.find(line, `id=""`, "", "the id is empty")
	}
	p.ids[id] = true
}

func hrefUse(tag []byte, get func(string) (string, bool)) use {
	switch string(tag) {
	case "a", "area":
		return follow
	case "link":
		rel, _ := get("rel")
		relations := strings.Fields(strings.ToLower(rel))
		if slices.Contains(relations, "icon") {
			return picture
		}
		if len(relations) > 0 && !slices.Contains(relations, "stylesheet") &&
			!slices.ContainsFunc(relations, func(r string) bool { return !slices.Contains(leading, r) }) {
			return follow
		}
		return load
	case "script":
		return load
	}
	return picture
}

func sourceUse(tag []byte) use {
	switch string(tag) {
	case "script", "iframe", "frame", "embed":
		return load
	}
	return picture
}

// refresh notes where a page sends its reader by itself.
func (p *page) refresh(line int, content string) {
	address, ok := refreshed(content)
	if !ok {
		return
	}
	if address == "" {
		p.find(line, "<meta content="+shown(content)+">", "", "the page would load itself again and again")
		return
	}
	p.reference(line, "meta refresh", address, follow)
	if p.redirect == nil { // the first one counts
		p.redirect = &redirect{line, address}
	}
}

// candidates are the addresses of a srcset.
func candidates(s string) (out []string) {
	for {
		s = strings.TrimLeft(s, " \t\n\f\r,")
		if s == "" {
			return out
		}
		end := strings.IndexAny(s, " \t\n\f\r")
		if end < 0 {
			end = len(s)
		}
		address := s[:end]
		s = s[end:]
		if strings.HasSuffix(address, ",") {
			address = strings.TrimRight(address, ",")
		} else if comma := strings.IndexByte(s, ','); comma >= 0 {
			s = s[comma+1:]
		} else {
			s = ""
		}
		out = append(out, address)
	}
}
