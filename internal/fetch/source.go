package fetch

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Source is where telemetry is delivered. The zero Source is none.
type Source struct {
	kind kind
	// host is [user@]host, for a daemon with :port where it has one; "" here.
	host string
	// dir is an absolute path; for a daemon module/path, without / at its ends.
	dir string
}

type kind int

const (
	directory kind = iota + 1
	overSSH
	daemon
)

// maxSource bounds a source's text, in bytes.
const maxSource = 1000

const (
	wantSource   = `want a directory, "host:/path" or "rsync://host/module/path"`
	daemonScheme = "rsync://"
)

// hostForm leaves no host that a program could take for an option, and no
// place for a password.
var hostForm = regexp.MustCompile(`^([A-Za-z0-9_][A-Za-z0-9_.-]*@)?([A-Za-z0-9][A-Za-z0-9_.-]*|\[[0-9A-Fa-f:.]+\])$`)

// secretForm is what may be a password, for no message to show.
var secretForm = regexp.MustCompile(`:[^@]*@`)

// portForm is a daemon's port.
var portForm = regexp.MustCompile(`^[0-9]{1,5}$`)

// ParseSource reads a source: a directory, relative to base unless absolute, or
// "[user@]host:/path" over ssh, or "rsync://[user@]host[:port]/module[/path]".
func ParseSource(text, base string) (Source, error) {
	s, err := parseSource(text, base)
	if err != nil {
		if len(text) > maxSource {
			text = "..."
		}
		return Source{}, fmt.Errorf("source of telemetry %q: %w", secretForm.ReplaceAllString(text, ":...@"), err)
	}
	return s, nil
}

func parseSource(text, base string) (Source, error) {
	switch {
	case text == "":
		return Source{}, errors.New(wantSource)
	case len(text) > maxSource:
		return Source{}, fmt.Errorf("it has %d characters: want at most %d", len(text), maxSource)
	case !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }):
		return Source{}, errors.New("it holds characters that cannot be seen: " + wantSource)
	case strings.HasPrefix(text, "-"):
		return Source{}, errors.New("it begins like an option: write ./ before it")
	}
	if rest, ok := strings.CutPrefix(text, daemonScheme); ok {
		return parseDaemon(rest)
	}
	if strings.Contains(text, "://") {
		return Source{}, errors.New("this kind of address is not known: " + wantSource)
	}
	if host, dir, ok := cutHost(text); ok {
		return parseSSH(host, dir)
	}
	if !filepath.IsAbs(text) {
		text = filepath.Join(base, text)
	}
	if len(text) > maxSource {
		return Source{}, fmt.Errorf("it has %d characters with the directory that it is relative to: want at most %d", len(text), maxSource)
	}
	dir, err := filepath.Abs(text)
	return Source{kind: directory, dir: dir}, err
}

// cutHost finds a host before the first slash; one in brackets holds colons.
func cutHost(text string) (host, dir string, ok bool) {
	from := 0
	if strings.HasPrefix(text, "[") || strings.Contains(text, "@[") {
		from = max(strings.Index(text, "]"), 0)
	}
	colon := strings.Index(text[from:], ":") + from
	if colon < from || strings.Contains(text[:colon], "/") {
		return "", "", false
	}
	return text[:colon], text[colon+1:], true
}

func parseSSH(host, dir string) (Source, error) {
	switch {
	case strings.HasPrefix(dir, ":"):
		return Source{}, errors.New("write a daemon as rsync://host/module/path")
	case !hostForm.MatchString(host):
		return Source{}, fmt.Errorf("%q is no host: want [user@]host before the colon (or ./ before a directory whose name holds one)", host)
	case !strings.HasPrefix(dir, "/"):
		return Source{}, errors.New("want an absolute path behind the colon, such as host:/path")
	}
	if err := checkRemote(dir); err != nil {
		return Source{}, err
	}
	return Source{kind: overSSH, host: host, dir: path.Clean(dir)}, nil
}

func parseDaemon(rest string) (Source, error) {
	host, dir, _ := strings.Cut(rest, "/")
	if user, _, ok := strings.Cut(host, "@"); ok && strings.Contains(user, ":") {
		return Source{}, errors.New("a password is no part of a source: put it in the variable RSYNC_PASSWORD")
	}
	bare := host
	if colon := strings.LastIndex(host, ":"); colon > strings.LastIndex(host, "]") {
		bare = host[:colon]
		if !portForm.MatchString(host[colon+1:]) {
			return Source{}, fmt.Errorf("%q is no port", host[colon+1:])
		}
	}
	if !hostForm.MatchString(bare) {
		return Source{}, fmt.Errorf("%q is no host: want rsync://[user@]host[:port]/module/path", host)
	}
	if err := checkRemote(dir); err != nil {
		return Source{}, err
	}
	dir = strings.Trim(path.Clean("/"+dir), "/")
	if dir == "" || strings.HasPrefix(dir, "-") {
		return Source{}, errors.New("it names no module: want rsync://host/module/path")
	}
	return Source{kind: daemon, host: host, dir: dir}, nil
}

// checkRemote refuses what rsync at the other end would not take literally.
func checkRemote(dir string) error {
	if i := strings.IndexAny(dir, `*?[]\`); i >= 0 {
		return fmt.Errorf("the path holds %q, which rsync takes as a pattern", dir[i])
	}
	if slices.Contains(strings.Split(dir, "/"), "..") {
		return errors.New(`the path holds "..": write where it leads to`)
	}
	return nil
}

// String is the source as it may be written, a directory with its whole path.
func (s Source) String() string { return s.at("") }

// at is the place of a file in the source, for people.
func (s Source) at(rel string) string {
	at := s.dir
	if rel != "" {
		at = strings.TrimSuffix(s.dir, "/") + "/" + rel
	}
	switch s.kind {
	case overSSH:
		return s.host + ":" + at
	case daemon:
		return daemonScheme + s.host + "/" + at
	}
	return at
}

// arg is the place of a file in the source, as an argument of rsync. A daemon
// takes the module away, and what follows for an option if it begins like one:
// hence the dot.
func (s Source) arg(rel string) string {
	if s.kind != daemon {
		return s.at(rel)
	}
	module, dir, _ := strings.Cut(s.dir, "/")
	return daemonScheme + s.host + "/" + module + "/./" + path.Join(dir, rel)
}
