package twiki

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// session is one post: its cookies, and its credentials once they were asked
// for.
type session struct {
	http        *http.Client
	base        *url.URL
	web, topic  string // web with dots
	credentials Credentials
	notify      bool

	user     string
	password []byte
	basic    bool // send them with each request
	loggedIn bool // by the wiki's own form
	hidden   []string
}

func (s *session) close() {
	clear(s.password)
	s.http.CloseIdleConnections()
}

// script is the address of a script for the topic.
func (s *session) script(name string) *url.URL {
	return s.base.JoinPath(name, strings.ReplaceAll(s.web, ".", "/"), s.topic)
}

// reply is what the wiki answered.
type reply struct {
	status   int
	kind     string // media type
	body     []byte
	at       *url.URL
	location *url.URL // where it redirects to, nil when it does not
	asks     []string // the kinds of authentication it asks for
}

func (r *reply) html() bool { return r.kind == "text/html" || r.kind == "application/xhtml+xml" }

// oops says whether a script of TWiki ended in an error page.
func (r *reply) oops() bool { return at(r.at, "oops") }

// at says whether an address is that of a script.
func at(u *url.URL, script string) bool {
	return u != nil && slices.ContainsFunc(strings.Split(u.Path, "/"), func(part string) bool {
		name, _, _ := strings.Cut(part, ".") // with or without a suffix, oops.pl
		return name == script
	})
}

// do sends one request and follows nothing.
func (s *session) do(ctx context.Context, method string, u *url.URL, form url.Values) (*reply, error) {
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	request, err := http.NewRequestWithContext(ctx, method, u.String(), body)
	if err != nil {
		return nil, fmt.Errorf("%s: not an address that can be asked", s.name(u))
	}
	request.Header.Set("User-Agent", "darksite")
	request.Header.Set("Cache-Control", "no-cache")
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if s.basic {
		request.SetBasicAuth(s.user, string(s.password))
	}
	response, err := s.http.Do(request)
	if err != nil {
		return nil, s.failed(method, u, err)
	}
	defer response.Body.Close()
	r := &reply{status: response.StatusCode, at: u, asks: response.Header.Values("WWW-Authenticate")}
	r.kind, _, _ = mime.ParseMediaType(response.Header.Get("Content-Type"))
	if r.body, err = io.ReadAll(io.LimitReader(response.Body, maxBody+1)); err != nil {
		return nil, s.failed(method, u, err)
	}
	if len(r.body) > maxBody {
		return nil, fmt.Errorf("%s: more than %d bytes, which is no topic", s.name(u), maxBody)
	}
	if r.status/100 != 3 {
		return r, nil
	}
	if r.location, err = response.Location(); err != nil {
		return nil, fmt.Errorf("%s: redirects to nowhere", s.name(u))
	}
	if r.location.Scheme != s.base.Scheme || r.location.Host != s.base.Host {
		return nil, fmt.Errorf("%s: redirects to %s, which is not followed; if it is the same wiki, set that as the endpoint",
			s.name(u), s.hide(oneLine(r.location.Scheme+"://"+r.location.Host)))
	}
	return r, nil
}

// name is an address as errors have it, without what a query may hold.
func (s *session) name(u *url.URL) string {
	return oneLine(strings.TrimPrefix(u.Path, s.base.Path+"/"))
}

// failed takes the address, which may hold a token, out of an error of the
// transport.
func (s *session) failed(method string, u *url.URL, err error) error {
	var e *url.Error
	if errors.As(err, &e) {
		err = e.Err
	}
	return fmt.Errorf("%s %s: %w", method, s.name(u), err)
}

// hide takes secrets out of what the wiki says.
func (s *session) hide(text string) string {
	for _, secret := range append(s.hidden, string(s.password)) {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "[hidden]")
		}
	}
	return text
}

// says quotes a page of the wiki.
func (s *session) says(r *reply) string {
	if text := s.hide(message(r.body)); text != "" && r.html() {
		return fmt.Sprintf("%q", text)
	}
	return http.StatusText(r.status)
}

// maxRedirects bounds a chain of redirects.
const maxRedirects = 5

// get asks for a page, follows redirects within the wiki, and logs in when it
// is asked to.
func (s *session) get(ctx context.Context, u *url.URL) (*reply, error) {
	for hops, to := 0, u; ; hops++ {
		if hops > maxRedirects {
			return nil, fmt.Errorf("%s: more than %d redirects", s.name(u), maxRedirects)
		}
		r, err := s.do(ctx, http.MethodGet, to, nil)
		if err != nil {
			return nil, err
		}
		if r.location != nil {
			to = r.location
			continue
		}
		again, err := s.login(ctx, r)
		if err != nil {
			return nil, err
		}
		if !again {
			return r, nil
		}
		hops, to = -1, u
	}
}

// read gets the topic's own text (raw=text of TWiki.TWikiScripts).
func (s *session) read(ctx context.Context) ([]byte, error) {
	u := s.script("view")
	u.RawQuery = "raw=text"
	r, err := s.get(ctx, u)
	if err != nil {
		return nil, err
	}
	if err := s.answered(r); err != nil {
		return nil, err
	}
	if r.kind != "text/plain" {
		return nil, fmt.Errorf("%s: want the raw text of the topic as text/plain, got %s: %s", s.name(u), oneLine(r.kind), s.says(r))
	}
	return r.body, nil
}

// answered checks that a reply is that of a script for our topic.
func (s *session) answered(r *reply) error {
	switch ours := strings.HasSuffix(r.at.Path, "/"+strings.ReplaceAll(s.web, ".", "/")+"/"+s.topic); {
	case r.status == http.StatusNotFound:
		return fmt.Errorf("%w: %s; create it in the wiki first", ErrMissing, s.says(r))
	case r.oops(), r.status == http.StatusForbidden:
		return fmt.Errorf("%w: %s", ErrRefused, s.says(r))
	case r.status != http.StatusOK:
		return fmt.Errorf("%s: status %d: %s", s.name(r.at), r.status, s.says(r))
	case !ours:
		return fmt.Errorf("%s: redirects away from the topic, to %s", s.name(s.script("view")), s.name(r.at))
	}
	return nil
}

// edit is what a save needs from the edit page.
type edit struct {
	revision string // originalrev, which lets TWiki merge
	token    string // crypttoken, "" where the wiki does without
}

func (s *session) edit(ctx context.Context) (e edit, err error) {
	r, err := s.get(ctx, s.script("edit"))
	if err != nil {
		return e, err
	}
	if err := s.answered(r); err != nil {
		return e, err
	}
	for _, f := range forms(r.body) {
		action, err := r.at.Parse(f.action)
		if err != nil || !at(action, "save") && !at(action, "preview") || !f.hidden.Has("originalrev") {
			continue
		}
		e = edit{f.hidden.Get("originalrev"), f.hidden.Get("crypttoken")}
		if e.token != "" {
			s.hidden = append(s.hidden, e.token)
		}
		// TWiki shows a template for a topic that is not there.
		if e.revision == "" || e.revision == "0" {
			return e, fmt.Errorf("%w; create it in the wiki first", ErrMissing)
		}
		return e, nil
	}
	return e, fmt.Errorf("%s: want a form for saving with originalrev, found none: %s", s.name(r.at), s.says(r))
}

// errAgain is for a save before which the wiki wanted a login. It is done, and
// the token of the edit page is another now.
var errAgain = errors.New("logged in, once more")

// save posts the whole text of the topic.
func (s *session) save(ctx context.Context, text []byte, e edit) error {
	values := url.Values{"text": {string(text)}, "originalrev": {e.revision}}
	if e.token != "" {
		values.Set("crypttoken", e.token)
	}
	if s.notify {
		values.Set("action_save", "1")
	} else {
		values.Set("action_quietsave", "1")
	}
	r, err := s.do(ctx, http.MethodPost, s.script("save"), values)
	if err != nil {
		return err
	}
	if to := r.location; to != nil {
		if at(to, "view") || at(to, "viewauth") || !at(to, "oops") && !at(to, "login") && !at(to, "logon") && strings.HasSuffix(to.Path, "/"+s.topic) {
			return nil
		}
		if !at(to, "login") && !at(to, "logon") {
			if r, err = s.get(ctx, to); err != nil {
				return err
			}
			return fmt.Errorf("%w: %s", ErrRefused, s.says(r))
		}
		if r, err = s.do(ctx, http.MethodGet, to, nil); err != nil {
			return err
		}
	}
	again, err := s.login(ctx, r)
	switch {
	case err != nil:
		return err
	case again:
		return errAgain
	}
	return fmt.Errorf("%w: %s", ErrRefused, s.says(r))
}

// login logs in when a reply asks for it; again says that it did, and that the
// request is to be repeated.
func (s *session) login(ctx context.Context, r *reply) (again bool, err error) {
	if r.status == http.StatusUnauthorized {
		if s.basic {
			return false, fmt.Errorf("%w: the user name or the password was not accepted: %s", ErrLogin, s.says(r))
		}
		if !slices.ContainsFunc(r.asks, func(a string) bool {
			return len(a) >= 5 && strings.EqualFold(a[:5], "basic")
		}) {
			return false, fmt.Errorf("%w: the wiki asks for %q; only basic authentication and the wiki's own form are known", ErrLogin, oneLine(strings.Join(r.asks, ", ")))
		}
		if err := s.ask(); err != nil {
			return false, err
		}
		s.basic = true
		return true, nil
	}
	if !r.html() || !bytes.Contains(bytes.ToLower(r.body), []byte("password")) {
		return false, nil
	}
	for _, f := range forms(r.body) {
		action, err := r.at.Parse(f.action)
		if f.password == "" || err != nil || !at(action, "login") && !at(action, "logon") {
			continue
		}
		if s.loggedIn {
			return false, fmt.Errorf("%w: the wiki asks again after the login", ErrLogin)
		}
		return true, s.fill(ctx, f, action)
	}
	return false, nil
}

// fill posts the wiki's login form. A redirect is the sign of success.
func (s *session) fill(ctx context.Context, f form, action *url.URL) error {
	if action.Scheme != s.base.Scheme || action.Host != s.base.Host {
		return fmt.Errorf("%w: the login form leads to %s, which is not the wiki", ErrLogin, oneLine(action.Host))
	}
	if err := s.ask(); err != nil {
		return err
	}
	values := f.hidden
	values.Set("username", s.user)
	values.Set(f.password, string(s.password))
	r, err := s.do(ctx, http.MethodPost, action, values)
	switch {
	case err != nil:
		return err
	case r.location == nil || at(r.location, "oops"):
		return fmt.Errorf("%w: the user name or the password was not accepted: %s", ErrLogin, s.says(r))
	}
	s.loggedIn = true
	return nil
}

// ask gets the credentials, once.
func (s *session) ask() error {
	if s.user != "" {
		return nil
	}
	if s.credentials == nil {
		return fmt.Errorf("%w: %w", ErrLogin, errNoCredentials)
	}
	user, password, err := s.credentials()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrLogin, err)
	}
	s.user, s.password = user, password
	return nil
}
