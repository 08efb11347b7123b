package twiki

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// topicText holds what must survive: bytes of another character set, a form,
// and comments of others.
const topicText = "---+ ACA dark calibrations\n\nCaf\xe9 %TOC%\n<form action=\"/twiki/bin/save/X/Y\"><input type=hidden name=originalrev value=9></form>\n<!-- darksite -->\n\n   * by hand &amp; &eacute;\n<!-- mine -->\n"

var block = []byte("<!-- darksite:begin 2015355 -->\n---++ 2015-Dec-21 100&#37; a+b=c & d\n<!-- darksite:end 2015355 -->\n")

func with(t *testing.T, topic string, b []byte) string {
	t.Helper()
	s, err := Splice([]byte(topic), b)
	if err != nil {
		t.Fatal(err)
	}
	return string(s)
}

func TestPost(t *testing.T) {
	for name, site := range map[string]func(*wiki){
		"open":                   func(*wiki) {},
		"without tokens":         func(w *wiki) { w.noToken = true },
		"login by form":          func(w *wiki) { w.auth = "template" },
		"login by form to edit":  func(w *wiki) { w.auth, w.authAt = "template", "edit save" },
		"login by form to save":  func(w *wiki) { w.auth, w.authAt = "template", "save" },
		"basic authentication":   func(w *wiki) { w.auth = "basic" },
		"basic authentication 2": func(w *wiki) { w.auth, w.authAt = "basic", "edit save" },
		"basic authentication 3": func(w *wiki) { w.auth, w.authAt = "basic", "save" },
		"connection lost after":  func(w *wiki) { w.dropSave = "after" },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWiki(t, topicText)
			site(w)
			r, err := w.client().Post(t.Context(), "Aspect.AcaDarkCal", block)
			if err != nil {
				t.Fatal(err)
			}
			if want := (Result{Address: w.URL + "/twiki/bin/view/Aspect/AcaDarkCal", Saved: true}); r != want {
				t.Errorf("%+v, want %+v", r, want)
			}
			want := with(t, topicText, block)
			if w.text() != want || !strings.Contains(want, "<!-- darksite -->\n"+string(block)) {
				t.Errorf("the topic is\n%q, want\n%q", w.text(), want)
			}
			if w.saved.Get("action_quietsave") == "" || w.saved.Has("action_save") {
				t.Errorf("posted %v, want a quiet save", w.saved)
			}
			if w.auth == "basic" && w.basicAt[0] == "view" && w.requests("GET view") < 4 {
				t.Error("the password was sent before it was asked for")
			}
			// A second time there is nothing to do, and nothing is asked but the text.
			edits, posts := w.requests("GET edit"), w.posts()
			r, err = w.client().Post(t.Context(), "Aspect/AcaDarkCal", block)
			if err != nil || r.Saved || w.requests("GET edit") != edits || w.posts() != posts {
				t.Errorf("again: %+v, %v, %q", r, err, w.log)
			}
			// A changed block replaces the one before; another id joins it.
			w.dropSave = ""
			changed := bytes.Replace(block, []byte("a+b"), []byte("c+d"), 1)
			older := bytes.ReplaceAll(block, []byte("2015355"), []byte("2015090"))
			for _, b := range [][]byte{changed, older} {
				if _, err := w.client().Post(t.Context(), "Aspect.AcaDarkCal", b); err != nil {
					t.Fatal(err)
				}
			}
			if want := with(t, with(t, topicText, changed), older); w.text() != want {
				t.Errorf("the topic is\n%q, want\n%q", w.text(), want)
			}
		})
	}
}

func TestNotify(t *testing.T) {
	w := newWiki(t, topicText)
	c := w.client()
	c.Notify = true
	if _, err := c.Post(t.Context(), "Aspect.AcaDarkCal", block); err != nil || w.saved.Get("action_save") == "" || w.saved.Has("action_quietsave") {
		t.Errorf("posted %v, %v", w.saved, err)
	}
}

// What must not be saved is not, with a sentence, and without secrets in it.
func TestRefused(t *testing.T) {
	wrong := func() (string, []byte, error) { return wikiUser, []byte("wrong horse"), nil }
	cases := map[string]struct {
		topic string
		site  func(*wiki, *Client)
		want  error
		says  string
		posts int
	}{
		"wrong password, form":  {topicText, func(w *wiki, c *Client) { w.auth, c.Credentials = "template", wrong }, ErrLogin, "Unrecognized user", 0},
		"wrong password, basic": {topicText, func(w *wiki, c *Client) { w.auth, c.Credentials = "basic", wrong }, ErrLogin, "not accepted", 0},
		"no credentials":        {topicText, func(w *wiki, c *Client) { w.auth, c.Credentials = "basic", nil }, ErrLogin, "none are set", 0},
		"credentials fail": {topicText, func(w *wiki, c *Client) {
			w.auth, c.Credentials = "template", func() (string, []byte, error) { return "", nil, errors.New("no file") }
		}, ErrLogin, "no file", 0},
		"missing":         {"none", func(*wiki, *Client) {}, ErrMissing, "create it", 0},
		"missing, old":    {"none", func(w *wiki, _ *Client) { w.oldMissing = true }, ErrMissing, "create it", 0},
		"begin, no end":   {topicText + "<!-- darksite:begin 2014001 -->\n", func(*wiki, *Client) {}, ErrDamaged, "line 9", 0},
		"token not taken": {topicText, func(w *wiki, _ *Client) { w.badTokens = true }, ErrRefused, "Invalid crypttoken The token [hidden]", 1},
		"lease":           {topicText, func(w *wiki, _ *Client) { w.lease = "Main.JohnRoe" }, ErrRefused, "Main.JohnRoe is editing", 0},
		"deaf":            {topicText, func(w *wiki, _ *Client) { w.deaf = true }, ErrRefused, "as before", 1},
		"connection lost": {topicText, func(w *wiki, _ *Client) { w.dropSave = "before" }, io.EOF, "POST save", 1},
		"huge":            {topicText + strings.Repeat("x", maxBody), func(*wiki, *Client) {}, nil, "8388608 bytes", 0},
		"other characters": {topicText, func(w *wiki, _ *Client) {
			w.mangle = func(s string) string { return strings.ReplaceAll(s, "\xe9", "?") }
		}, nil, "line 3", 1},
		"every time somebody": {topicText, func(w *wiki, _ *Client) {
			n := 0
			w.before = func(script string) {
				if script == "edit" {
					n++
					w.set("JaneDoe", func(s string) string { return s + fmt.Sprintf("   * more %d\n", n) })
				}
			}
		}, ErrConflict, "post again", 0},
		"somebody overwrites": {topicText, func(w *wiki, _ *Client) {
			saves := 0
			w.before = func(script string) {
				if script == "save" {
					saves++
				} else if script == "view" && saves > 0 {
					n := saves
					w.set("JaneDoe", func(string) string { return fmt.Sprintf("all new %d\n", n) })
				}
			}
		}, ErrConflict, "post again", 2},
		"cancelled": {topicText, func(w *wiki, c *Client) {
			c.Timeout = 50 * time.Millisecond
			w.before = func(script string) {
				if script == "save" {
					time.Sleep(200 * time.Millisecond)
				}
			}
		}, context.DeadlineExceeded, "POST save", 1},
	}
	for name, k := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWiki(t, k.topic)
			c := w.client()
			k.site(w, c)
			r, err := c.Post(t.Context(), "Aspect.AcaDarkCal", block)
			if err == nil || k.want != nil && !errors.Is(err, k.want) || !strings.Contains(err.Error(), k.says) {
				t.Fatalf("%+v, %v, want %v with %q", r, err, k.want, k.says)
			}
			if r.Saved && name != "somebody overwrites" {
				t.Errorf("%+v", r)
			}
			if n := w.posts(); n > k.posts {
				t.Errorf("%d posts, want at most %d: %q", n, k.posts, w.log)
			}
			for _, secret := range []string{wikiPassword, "wrong horse", "token", "crypttoken="} {
				if s := err.Error(); strings.Contains(s, secret) && !strings.Contains(k.says, secret) {
					t.Errorf("%q in %q", secret, s)
				}
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("more than a line: %q", err)
			}
		})
	}
}

// An edit of somebody else between reading and saving is kept, whether we see
// it first or TWiki merges it.
func TestSomebodyElse(t *testing.T) {
	const theirs = "   * theirs\n"
	for _, script := range []string{"edit", "save"} {
		t.Run(script, func(t *testing.T) {
			w := newWiki(t, topicText)
			done := false
			w.before = func(s string) {
				if s == script && !done {
					done = true
					w.set("JaneDoe", func(s string) string { return s + theirs })
				}
			}
			r, err := w.client().Post(t.Context(), "Aspect.AcaDarkCal", block)
			if err != nil || !r.Saved || !r.Elsewhere {
				t.Fatalf("%+v, %v", r, err)
			}
			if want := with(t, topicText, block) + theirs; w.text() != want {
				t.Errorf("the topic is\n%q, want\n%q", w.text(), want)
			}
			if w.posts() != 1 {
				t.Errorf("%d posts", w.posts())
			}
		})
	}
}

// Nothing goes to another host, least of all a password.
func TestOtherHost(t *testing.T) {
	asked := 0
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	defer other.Close()
	form := `<form action="` + other.URL + `/login"><input type="password" name="password"></form>`
	for says, answer := range map[string]http.HandlerFunc{
		"which is not followed": func(out http.ResponseWriter, in *http.Request) {
			http.Redirect(out, in, other.URL+in.URL.Path+"?crypttoken=x", http.StatusFound)
		},
		"the login form leads to": func(out http.ResponseWriter, _ *http.Request) {
			out.Header().Set("Content-Type", "text/html")
			fmt.Fprint(out, form)
		},
		"more than 5 redirects": func(out http.ResponseWriter, in *http.Request) {
			http.Redirect(out, in, in.URL.RequestURI(), http.StatusFound)
		},
		"redirects away from the topic, to view/Aspect/WebHome": func(out http.ResponseWriter, in *http.Request) {
			if strings.HasSuffix(in.URL.Path, "WebHome") {
				out.Header().Set("Content-Type", "text/plain")
				return
			}
			http.Redirect(out, in, "/bin/view/Aspect/WebHome", http.StatusFound)
		},
		"only basic authentication and": func(out http.ResponseWriter, _ *http.Request) {
			out.Header().Set("WWW-Authenticate", `Digest realm="x"`)
			out.WriteHeader(http.StatusUnauthorized)
		},
		"want the raw text of the topic as text/plain, got text/html: \"Welcome": func(out http.ResponseWriter, _ *http.Request) {
			out.Header().Set("Content-Type", "text/html")
			fmt.Fprint(out, "<h1>Welcome\x1b[31m</h1>")
		},
		"asks again after the login": func(out http.ResponseWriter, in *http.Request) {
			if in.Method == http.MethodPost {
				http.Redirect(out, in, "/bin/view/Aspect/AcaDarkCal", http.StatusFound)
				return
			}
			out.Header().Set("Content-Type", "text/html")
			fmt.Fprint(out, `<form action="/bin/login"><input type="password" name="password"></form>`)
		},
		"status 500": func(out http.ResponseWriter, _ *http.Request) { http.Error(out, "no", http.StatusInternalServerError) },
	} {
		here := httptest.NewServer(answer)
		c := &Client{Endpoint: here.URL + "/bin/", Credentials: func() (string, []byte, error) { return wikiUser, []byte(wikiPassword), nil }}
		_, err := c.Post(t.Context(), "Aspect.AcaDarkCal", block)
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "crypttoken") || strings.ContainsAny(err.Error(), "\x1b\n") {
			t.Errorf("%v, want %q", err, says)
		}
		here.Close()
	}
	if asked > 0 {
		t.Errorf("%d requests to another host", asked)
	}
}

type noNetwork struct{ t *testing.T }

func (n noNetwork) RoundTrip(r *http.Request) (*http.Response, error) {
	n.t.Errorf("a request to %s", r.URL.Host)
	return nil, errors.New("no network")
}

// What cannot be right never gets to the network.
func TestNotAsked(t *testing.T) {
	const good, topic = "https://occweb.example/twiki/bin", "Aspect.AcaDarkCal"
	for _, c := range []struct {
		endpoint, topic string
		block           []byte
	}{
		{"http://occweb.example/twiki/bin", topic, block}, {"ftp://x.example/", topic, block}, {"occweb/twiki", topic, block}, {"", topic, block},
		{"https://user:" + "secret@x.example/bin", topic, block}, {good + "?x=1", topic, block}, {"https:x", topic, block},
		{good, "AcaDarkCal", block}, {good, "Aspect.../Aca", block}, {good, "Aspect.Aca?x", block}, {good, "../bin.Aca", block}, {good, "", block}, {good, "Aspect.aca", block},
		{good, topic, nil}, {good, topic, []byte("text")}, {good, topic, append([]byte("x"), block...)}, {good, topic, append(block[:len(block):len(block)], block...)},
	} {
		_, err := (&Client{Endpoint: c.endpoint, Transport: noNetwork{t}}).Post(t.Context(), c.topic, c.block)
		if err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q %q %q: %v", c.endpoint, c.topic, c.block, err)
		}
	}
	for _, endpoint := range []string{"http://127.0.0.1/bin", "http://[::1]:80/bin", "http://localhost/bin"} {
		if _, err := (&Client{Endpoint: endpoint}).open(topic); err != nil {
			t.Errorf("%s: %v", endpoint, err)
		}
	}
	if _, err := (&Client{Endpoint: "http://x.example/bin", AllowHTTP: true}).open(topic); err != nil {
		t.Error(err)
	}
}

// The password is gone from memory that is ours when a post is done.
func TestPasswordIsCleared(t *testing.T) {
	w := newWiki(t, topicText)
	w.auth = "basic"
	password := []byte(wikiPassword)
	c := w.client()
	c.Credentials = func() (string, []byte, error) { return wikiUser, password, nil }
	if _, err := c.Post(t.Context(), "Aspect.AcaDarkCal", block); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(password, make([]byte, len(password))) {
		t.Errorf("%q", password)
	}
}

// What is quoted of a page is what a person would read first.
func TestMessage(t *testing.T) {
	page := `<html><head><title>T</title><style>s{}</style></head><body><script>var a</script>Jump <form>Search</form><h1>Access
denied</h1><p>Ask <b>Main.Admin</b>.</p></body></html>`
	if got := message([]byte(page)); got != "Access denied Ask Main.Admin ." {
		t.Errorf("%q", got)
	}
	if got := message([]byte(`<head><title>T</title></head><script>var a</script>No <form>Search</form>access`)); got != "No access" {
		t.Errorf("%q", got)
	}
	if got := message([]byte("plain " + strings.Repeat("x", 1000))); len(got) != maxMessage+3 {
		t.Errorf("%q", got)
	}
}
