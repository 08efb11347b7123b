package serve

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"
)

// Addresses of the preview's own. No tree has a directory called "-".
const (
	scriptPath = "/-/darksite/reload.js"
	streamPath = "/-/darksite/events"
)

//go:embed reload.js
var reloadScript []byte

// types are the content types of what a tree holds, the same on any system.
var types = map[string]string{
	".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".json": "application/json", ".csv": "text/csv; charset=utf-8", ".tsv": "text/tab-separated-values; charset=utf-8",
	".txt": "text/plain; charset=utf-8", ".md": "text/markdown; charset=utf-8", ".xml": "application/xml", ".atom": "application/atom+xml",
	".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp",
	".avif": "image/avif", ".ico": "image/vnd.microsoft.icon", ".woff2": "font/woff2", ".wasm": "application/wasm",
	".fits": "application/fits", ".pdf": "application/pdf", ".gz": "application/gzip", ".zip": "application/zip",
}

// typeOf is a file's content type. What has no extension here is a text, such
// as a licence or a manifest.
func typeOf(name string) string {
	ext := strings.ToLower(path.Ext(name))
	if t, ok := types[ext]; ok {
		return t
	}
	if ext == "" {
		return types[".txt"]
	}
	return "application/octet-stream"
}

// ServeHTTP answers a request. Whom it is for is looked at first.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-cache") // keep it, but ask
	if !s.hosts.allow(r.Host) {
		http.Error(w, "this server answers to localhost only", http.StatusForbidden)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD are answered", http.StatusMethodNotAllowed)
		return
	}
	asked, ok := pathOf(r.RequestURI)
	if !ok {
		http.Error(w, "not an address of a page", http.StatusBadRequest)
		return
	}
	switch asked {
	case scriptPath:
		sum := sha256.Sum256(reloadScript)
		h.Set("Content-Type", types[".js"])
		h.Set("ETag", quotedTag(sum[:]))
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(reloadScript))
		return
	case streamPath:
		s.stream(w, r)
		return
	}
	now := s.now.Load()
	file, redirect, found := now.at(asked)
	switch {
	case now.site.Tree == nil:
		s.placeholder(w, r, now)
	case !found:
		s.missing(w, r, now)
	case redirect != "":
		h.Set("Location", escapePath(redirect))
		w.WriteHeader(http.StatusFound)
	case typeOf(file) == types[".html"]:
		s.page(w, r, now, file, http.StatusOK)
	default:
		s.file(w, r, now, file)
	}
}

// page sends HTML with what the preview adds to it.
func (s *server) page(w http.ResponseWriter, r *http.Request, now *shown, file string, status int) {
	key := pageKey{file, strings.ToLower(r.Host)}
	made, ok := now.pages.Load(key)
	if !ok {
		content, err := now.read(file)
		if err != nil {
			s.unreadable(w, file, err)
			return
		}
		p := &page{content: s.instrument(content, now, file, key.host)}
		sum := sha256.Sum256(p.content)
		p.tag = quotedTag(sum[:])
		made, _ = now.pages.LoadOrStore(key, p)
	}
	p := made.(*page)
	w.Header().Set("Content-Type", types[".html"])
	if status != http.StatusOK {
		w.WriteHeader(status)
		if r.Method != http.MethodHead {
			w.Write(p.content)
		}
		return
	}
	w.Header().Set("ETag", p.tag)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(p.content))
}

// instrument adds the script to a page of the tree, "" for one of no tree.
func (s *server) instrument(content []byte, now *shown, file, host string) []byte {
	query := url.Values{"token": {s.token}}
	script := fmt.Sprintf(`<script src="%s" data-stream="%s" data-generation="%d" data-styles="%d" defer></script>`,
		scriptPath, html.EscapeString(streamPath+"?"+query.Encode()), now.generation, now.styles)
	return instrument(content, script, "http://"+host+streamPath)
}

// file sends any other file.
func (s *server) file(w http.ResponseWriter, r *http.Request, now *shown, name string) {
	f, err := now.site.Tree.Open(name)
	if err != nil {
		s.unreadable(w, name, err)
		return
	}
	defer f.Close()
	content, ok := f.(io.ReadSeeker)
	if !ok {
		all, err := io.ReadAll(f)
		if err != nil {
			s.unreadable(w, name, err)
			return
		}
		content = bytes.NewReader(all)
	}
	tag, err := now.tagOf(name, content)
	if err != nil {
		s.unreadable(w, name, err)
		return
	}
	w.Header().Set("Content-Type", typeOf(name))
	w.Header().Set("ETag", tag)
	http.ServeContent(w, r, "", time.Time{}, content)
}

// unreadable is a file of the tree that cannot be opened: it went from the
// disk, or a symbolic link of it leads out of its directory.
func (s *server) unreadable(w http.ResponseWriter, name string, err error) {
	s.say.Warnf("%s: %v", name, err)
	http.Error(w, name+" cannot be read", http.StatusNotFound)
}

// missing sends the tree's own page for what is not there.
func (s *server) missing(w http.ResponseWriter, r *http.Request, now *shown) {
	if _, ok := now.site.Tree.Size(now.site.Missing); ok {
		s.page(w, r, now, now.site.Missing, http.StatusNotFound)
		return
	}
	http.Error(w, "there is no such page", http.StatusNotFound)
}

// placeholder stands for the pages until there are any. Its script shows what
// is wrong, and loads the page when it is there.
func (s *server) placeholder(w http.ResponseWriter, r *http.Request, now *shown) {
	text := "The pages are being made."
	if len(now.problems) > 0 {
		text = "The pages could not be made. They will appear when the problem is solved."
	}
	content := `<!doctype html><html lang="en"><head><meta charset="utf-8">` +
		`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'">` +
		`<meta name="color-scheme" content="light dark"><title>darksite</title></head><body><p>` + html.EscapeString(text) + "</p></body></html>\n"
	w.Header().Set("Content-Type", types[".html"])
	w.Header().Set("Retry-After", "1")
	w.WriteHeader(http.StatusServiceUnavailable)
	if r.Method != http.MethodHead {
		w.Write(s.instrument([]byte(content), now, "", strings.ToLower(r.Host)))
	}
}

// escapePath writes a path of the tree as an address.
func escapePath(p string) string {
	return (&url.URL{Path: p}).EscapedPath()
}
