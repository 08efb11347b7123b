package twiki

import (
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// wiki is a server that behaves as TWiki's scripts do: a session in a cookie,
// tokens that are tied to it and work once, saving by POST only, revisions,
// merging for different users, oops pages.
type wiki struct {
	*httptest.Server
	t testing.TB

	// settings of the site
	auth       string // "", "template" or "basic"
	authAt     string // scripts that need a login, all when empty
	noToken    bool
	oldMissing bool                // a missing topic has status 200 and a template
	before     func(script string) // runs before each script
	badTokens  bool
	lease      string // who is editing
	deaf       bool   // says it saves, and does not
	mangle     func(string) string
	dropSave   string // "before" or "after" a save the connection breaks

	mu       sync.Mutex
	topics   map[string]*revision
	sessions map[string]*visitor
	log      []string // "POST save"
	saved    url.Values
	basicAt  []string
	count    int
}

type revision struct {
	number       int
	author, text string
	past         map[int]string
}

type visitor struct {
	user   string
	tokens map[string]bool
}

const (
	wikiUser     = "aca_ops"
	wikiPassword = `p&s w%rd "7"<x>`
)

func newWiki(t testing.TB, text string) *wiki {
	w := &wiki{t: t, topics: map[string]*revision{}, sessions: map[string]*visitor{}}
	if text != "none" {
		w.topics["Aspect/AcaDarkCal"] = &revision{number: 3, author: "JaneDoe", text: text, past: map[int]string{3: text}}
	}
	w.Server = httptest.NewServer(w)
	t.Cleanup(w.Close)
	return w
}

// client is one for the wiki, with the right credentials.
func (w *wiki) client() *Client {
	return &Client{Endpoint: w.URL + "/twiki/bin", Credentials: func() (string, []byte, error) {
		return wikiUser, []byte(wikiPassword), nil
	}}
}

// set is somebody else's edit.
func (w *wiki) set(author string, change func(string) string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.topics["Aspect/AcaDarkCal"].save(author, change(w.topics["Aspect/AcaDarkCal"].text))
}

func (w *wiki) text() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.topics["Aspect/AcaDarkCal"].text
}

// posts counts what was posted to save.
func (w *wiki) posts() int { return w.requests("POST save") }

func (w *wiki) requests(what string) (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, l := range w.log {
		if l == what {
			n++
		}
	}
	return n
}

func (r *revision) save(author, text string) {
	text = strings.ReplaceAll(text, "\r", "")
	if !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	r.number++
	r.author, r.text = author, text
	r.past[r.number] = text
}

func (w *wiki) ServeHTTP(out http.ResponseWriter, in *http.Request) {
	path, ok := strings.CutPrefix(in.URL.Path, "/twiki/bin/")
	script, topic, _ := strings.Cut(path, "/")
	if !ok {
		http.NotFound(out, in)
		return
	}
	if w.before != nil {
		w.before(script)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.log = append(w.log, in.Method+" "+script)
	user := w.visitor(out, in)
	in.URL.RawQuery = strings.ReplaceAll(in.URL.RawQuery, ";", "&") // as Perl's CGI has it
	if err := in.ParseForm(); err != nil {
		w.t.Errorf("form: %v", err)
	}
	if script == "login" {
		w.login(out, in, user, topic)
		return
	}
	if script == "oops" {
		w.page(out, http.StatusOK, user, "<h1>Attention</h1><p>"+html.EscapeString(in.Form.Get("param1"))+"</p>")
		return
	}
	needs := w.authAt == "" || strings.Contains(w.authAt, script)
	if name, password, given := in.BasicAuth(); given {
		w.basicAt = append(w.basicAt, script)
		if w.auth == "basic" && name == wikiUser && password == wikiPassword {
			user.user = name
		}
	}
	if needs && user.user == "" {
		switch w.auth {
		case "basic":
			out.Header().Set("WWW-Authenticate", `Basic realm="Enter your name"`)
			http.Error(out, "Authorization Required", http.StatusUnauthorized)
			return
		case "template":
			http.Redirect(out, in, "/twiki/bin/login/"+topic+"?origurl="+url.QueryEscape(in.URL.RequestURI())+";twiki_redirect_cache=abc", http.StatusFound)
			return
		}
	}
	r := w.topics[topic]
	switch script {
	case "view":
		w.view(out, in, r)
	case "edit":
		w.edit(out, in, user, topic, r)
	case "save":
		w.save(out, in, user, topic, r)
	default:
		http.NotFound(out, in)
	}
}

func (w *wiki) visitor(out http.ResponseWriter, in *http.Request) *visitor {
	if c, err := in.Cookie("TWIKISID"); err == nil && w.sessions[c.Value] != nil {
		return w.sessions[c.Value]
	}
	w.count++
	id := fmt.Sprintf("s%d", w.count)
	w.sessions[id] = &visitor{tokens: map[string]bool{}}
	http.SetCookie(out, &http.Cookie{Name: "TWIKISID", Value: id, Path: "/", HttpOnly: true})
	return w.sessions[id]
}

func (w *wiki) token(v *visitor) string {
	if w.noToken {
		return ""
	}
	w.count++
	token := fmt.Sprintf("token%dx", w.count)
	v.tokens[token] = true
	return `<input type="hidden" name="crypttoken" value="` + token + `" />`
}

// page has a search form above, with a token as all forms have one.
func (w *wiki) page(out http.ResponseWriter, status int, v *visitor, body string) {
	out.Header().Set("Content-Type", "text/html; charset=iso-8859-1")
	out.WriteHeader(status)
	fmt.Fprintf(out, `<html><head><title>TWiki</title><script>var password = "no";</script></head><body>
<form action="/twiki/bin/view/Aspect/WebSearch"><input type="text" name="search">%s</form><div>Jump</div>%s</body></html>`, w.token(v), body)
}

func (w *wiki) oops(out http.ResponseWriter, in *http.Request, topic, def, text string) {
	http.Redirect(out, in, "/twiki/bin/oops/"+topic+"?template=oopsattention;def="+def+"&param1="+url.QueryEscape(text), http.StatusFound)
}

func (w *wiki) view(out http.ResponseWriter, in *http.Request, r *revision) {
	if in.Form.Get("raw") != "text" {
		out.Header().Set("Content-Type", "text/html")
		fmt.Fprint(out, "<h1>a page</h1>")
		return
	}
	out.Header().Set("Content-Type", "text/plain; charset=iso-8859-1")
	switch {
	case r != nil:
		fmt.Fprint(out, r.text)
	case w.oldMissing:
		io.WriteString(out, "%TMPL:DEF% This topic does not exist\n")
	default:
		out.WriteHeader(http.StatusNotFound)
		fmt.Fprint(out, "NOTE: This topic does not exist\n")
	}
}

func (w *wiki) edit(out http.ResponseWriter, in *http.Request, v *visitor, topic string, r *revision) {
	if w.lease != "" {
		w.oops(out, in, topic, "lease_active", w.lease+" is editing this topic")
		return
	}
	original, text := "0", "new topic"
	if r != nil {
		original, text = fmt.Sprintf("%d_1449000%03d", r.number, r.number), r.text
	}
	w.page(out, http.StatusOK, v, `<form name="main" action="/twiki/bin/save/`+topic+`" method="post"><input type="hidden" name="originalrev" value="`+original+
		`" /><textarea name="text">`+html.EscapeString(text)+`</textarea>`+w.token(v)+`<input type="submit" name="action_save" value="Save" /></form>`)
}

func (w *wiki) save(out http.ResponseWriter, in *http.Request, v *visitor, topic string, r *revision) {
	if in.Method != http.MethodPost {
		w.oops(out, in, topic, "post_method_only", "save needs POST")
		return
	}
	token := in.PostForm.Get("crypttoken")
	if !w.noToken && (w.badTokens || !v.tokens[token]) {
		w.page(out, http.StatusOK, v, "<h2>Invalid crypttoken</h2>The token "+html.EscapeString(token)+" is not valid")
		return
	}
	delete(v.tokens, token)
	if w.dropSave == "before" {
		panic(http.ErrAbortHandler)
	}
	w.saved = in.PostForm
	text, number := in.PostForm.Get("text"), 0
	fmt.Sscanf(in.PostForm.Get("originalrev"), "%d_", &number)
	author, merged := v.user, false
	if author == "" {
		author = "TWikiGuest"
	}
	if number != r.number && r.author != author {
		// The others appended to what we began with.
		text += strings.TrimPrefix(r.text, r.past[number])
		merged = true
	}
	if w.mangle != nil {
		text = w.mangle(text)
	}
	if !w.deaf {
		r.save(author, text)
	}
	if w.dropSave == "after" {
		panic(http.ErrAbortHandler)
	}
	if merged {
		w.oops(out, in, topic, "merge_notice", "your changes were merged")
		return
	}
	http.Redirect(out, in, "/twiki/bin/view/"+topic, http.StatusFound)
}

func (w *wiki) login(out http.ResponseWriter, in *http.Request, v *visitor, topic string) {
	note := "Please log in"
	if in.Method == http.MethodPost && in.PostForm.Get("username") != "" {
		if in.PostForm.Get("username") == wikiUser && in.PostForm.Get("password") == wikiPassword && in.PostForm.Get("origurl") != "" {
			v.user = wikiUser
			http.Redirect(out, in, in.PostForm.Get("origurl"), http.StatusFound)
			return
		}
		note = "Unrecognized user and/or password " + html.EscapeString(in.PostForm.Get("password"))
	}
	w.page(out, http.StatusOK, v, `<h2>`+note+`</h2><form action="/twiki/bin/login/`+topic+`" method="post"><input type="hidden" name="origurl" value="`+
		html.EscapeString(in.Form.Get("origurl"))+`" /><input type="text" name="username" /><input type="password" name="password" /></form>`)
}
