package twiki

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// What a wiki can have against a post. Errors wrap one of these and quote what
// the wiki says.
var (
	ErrLogin    = errors.New("not logged in")
	ErrMissing  = errors.New("there is no such topic")
	ErrRefused  = errors.New("the wiki refused")
	ErrConflict = errors.New("the topic was edited by somebody else at the same time")
)

// Client posts blocks to a wiki.
type Client struct {
	// Endpoint is the address of the wiki's scripts, such as
	// https://occweb.cfa.harvard.edu/twiki/bin.
	Endpoint string
	// Credentials are asked for when the wiki does; nil when there are none.
	Credentials Credentials
	// Notify lets the wiki tell its subscribers (action_save); else it is
	// quiet (action_quietsave).
	Notify bool
	// AllowHTTP permits http to hosts other than this one: a password goes over
	// the network readable.
	AllowHTTP bool
	// Timeout is for each request, 30 s when it is 0.
	Timeout time.Duration
	// Transport is nil for the usual one.
	Transport http.RoundTripper
}

// Result says what a post did.
type Result struct {
	Address string // of the topic, for reading
	// Saved is false when the topic held the block already.
	Saved bool
	// Elsewhere is true when other parts of the topic changed meanwhile, by
	// somebody or by the wiki itself. The topic that was read last has both.
	Elsewhere bool
}

// Post puts a block, made by [Text], into a topic that exists, "Web.Topic", by
// the rules of [Splice]. It reads the topic, saves it when the block changes
// it, and reads it again: the block must be there and every other byte as it
// was, but for carriage returns and newlines at the end of the topic, which
// TWiki sets itself. When somebody saved meanwhile it begins again with their
// text, once.
//
// TWiki merges two edits only when they are by different users. An edit by the
// same user in the instant between the last reading and the saving is lost.
func (c *Client) Post(ctx context.Context, topic string, block []byte) (Result, error) {
	if _, err := blockID(block); err != nil {
		return Result{}, err
	}
	s, err := c.open(topic)
	if err != nil {
		return Result{}, err
	}
	defer s.close()
	r, err := s.post(ctx, block)
	r.Address = s.script("view").String()
	if err != nil {
		return r, fmt.Errorf("%s at %s: %w", s.web+"."+s.topic, s.base.Host, err)
	}
	return r, nil
}

// topicName is a topic with its web, which may lie within others
// (TWiki.WikiWord; {EnableHierarchicalWebs}).
var topicName = regexp.MustCompile(`^([A-Z][A-Za-z0-9_]*(?:[./][A-Z][A-Za-z0-9_]*)*)[./]([A-Z][A-Za-z0-9_]*)$`)

// maxBody bounds a reply of the wiki, in bytes; a topic of a thousand blocks
// has 3 MB.
const maxBody = 8 << 20

func (c *Client) open(topic string) (*session, error) {
	m := topicName.FindStringSubmatch(topic)
	if m == nil || len(topic) > 250 {
		return nil, fmt.Errorf("topic %q: want a web and a topic, such as Aspect.AcaDarkCal", oneLine(topic))
	}
	base, err := url.Parse(strings.TrimRight(c.Endpoint, "/"))
	switch {
	case err != nil || base.Host == "" || base.Opaque != "" || base.RawQuery != "" || base.Fragment != "":
		return nil, errors.New("endpoint of the wiki: want the address of its scripts, such as https://occweb.cfa.harvard.edu/twiki/bin")
	case base.User != nil:
		return nil, fmt.Errorf("endpoint of the wiki at %s: a user name or a password does not belong in an address", base.Host)
	case base.Scheme == "http" && !c.AllowHTTP && !loopback(base.Hostname()):
		return nil, fmt.Errorf("endpoint of the wiki at %s: http would send the password readable; use https, or allow http explicitly", base.Host)
	case base.Scheme != "http" && base.Scheme != "https":
		return nil, fmt.Errorf("endpoint of the wiki at %s: want https", base.Host)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	transport := c.Transport
	if transport == nil {
		own := http.DefaultTransport.(*http.Transport).Clone()
		transport = own
	}
	timeout := c.Timeout
	if timeout <= 0 {
		timeout = 30 * time.Second
	}
	return &session{
		http: &http.Client{Transport: transport, Jar: jar, Timeout: timeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		base: base, web: strings.ReplaceAll(m[1], "/", "."), topic: m[2], credentials: c.Credentials, notify: c.Notify,
	}, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// maxTries is how often a block is saved at most.
const maxTries = 2

func (s *session) post(ctx context.Context, block []byte) (r Result, err error) {
	text, err := s.read(ctx)
	if err != nil {
		return r, err
	}
	for tries := 0; ; tries++ {
		want, err := Splice(text, block)
		if err != nil {
			return r, err
		}
		if same(want, text) {
			return r, nil
		}
		if tries == maxTries {
			return r, fmt.Errorf("%w, twice; look at it, then post again", ErrConflict)
		}
		e, err := s.edit(ctx)
		if err != nil {
			return r, err
		}
		now, err := s.read(ctx)
		if err != nil {
			return r, err
		}
		if !bytes.Equal(now, text) {
			text, r.Elsewhere = now, true
			continue
		}
		saved := s.save(ctx, want, e)
		if errors.Is(saved, errAgain) { // logged in only now
			tries--
			continue
		}
		// Whatever the wiki said, the topic tells.
		got, err := s.read(ctx)
		switch {
		case err != nil && saved != nil:
			return r, fmt.Errorf("%w; whether it was saved is not known, look at the topic", saved)
		case err != nil:
			return r, fmt.Errorf("saved, but could not be read again: %w", err)
		case same(got, want):
			r.Saved = true
			return r, nil
		case same(got, text) && saved != nil:
			return r, saved
		case same(got, text):
			return r, fmt.Errorf("%w without saying so: the topic is as before", ErrRefused)
		case same(ascii(got), ascii(want)):
			return r, fmt.Errorf("the wiki changed characters beyond ASCII while saving, first in line %d; put the revision before back and look at the character set of the wiki", differ(got, want))
		}
		text, r.Saved, r.Elsewhere = got, true, true
	}
}

// same compares two texts of a topic. TWiki removes carriage returns and ends
// a text with a newline (TWiki::UI::Save).
func same(a, b []byte) bool { return bytes.Equal(normal(a), normal(b)) }

func normal(text []byte) []byte {
	return bytes.TrimRight(bytes.ReplaceAll(text, []byte("\r"), nil), "\n")
}

// ascii is what of a text no change of character set touches.
func ascii(text []byte) []byte {
	return bytes.Map(func(r rune) rune {
		if r >= 0x80 || r == '?' {
			return -1
		}
		return r
	}, text)
}

// differ is the number of the first line in which two texts differ.
func differ(a, b []byte) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return line(a, n)
}
