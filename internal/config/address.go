package config

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// wantAddress is an address as it should be.
const wantAddress = `want an address such as "https://example.org/ASPECT/"`

// hostLabel is a part of a host's name (RFC 1123, section 2.1; underscores are in
// use).
var hostLabel = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?$`)

// checkAddress says what is wrong with the address of a web server, and what was
// wanted.
func checkAddress(s string) error {
	if wrong := addressFault(s); wrong != "" {
		return fmt.Errorf("%s: %s", wrong, wantAddress)
	}
	return nil
}

// checkHome is checkAddress for the address above the section, whose directory
// follows in every link.
func checkHome(s string) error {
	if above, ok := strings.CutSuffix(strings.TrimRight(s, "/"), "/"+sectionDir); ok {
		return fmt.Errorf("it ends in %s/, which every link adds: write %q", sectionDir, above+"/")
	}
	return checkAddress(s)
}

// addressFault is what keeps s from being an address that any program takes as
// it is written, "" when nothing does.
func addressFault(s string) string {
	if len(s) > maxText {
		return fmt.Sprintf("it has %d bytes, more than %d", len(s), maxText)
	}
	for i, r := range []rune(s) {
		switch {
		case unicode.IsSpace(r):
			return fmt.Sprintf("it has a blank at character %d", i+1)
		case !unicode.IsPrint(r):
			return fmt.Sprintf("it has a character that cannot be seen at character %d", i+1)
		case strings.ContainsRune("\"<>\\^`{|}", r):
			return fmt.Sprintf("character %d is %q, which no address holds unescaped", i+1, r)
		}
	}
	scheme, rest, ok := strings.Cut(s, "://")
	switch {
	case !ok:
		return "it does not begin with https:// or http://"
	case !strings.EqualFold(scheme, "https") && !strings.EqualFold(scheme, "http"):
		return fmt.Sprintf("%q is neither https nor http", scheme)
	case strings.ContainsAny(rest, "?"):
		return "it has a query, what follows the ?"
	case strings.ContainsAny(rest, "#"):
		return "it has a fragment, what follows the #"
	}
	host, path, _ := strings.Cut(rest, "/")
	switch {
	case strings.Contains(host, "@"):
		return "it names a user or a password"
	case host == "":
		return "it names no host"
	}
	if wrong := hostFault(host); wrong != "" {
		return wrong
	}
	if _, err := url.PathUnescape(path); err != nil {
		return "a % in it is not followed by two hexadecimal digits"
	}
	for _, step := range strings.Split(path, "/") {
		if step == "." || step == ".." {
			return fmt.Sprintf("its path has a step %q", step)
		}
	}
	if strings.Contains(path, "//") || strings.HasPrefix(path, "/") {
		return "its path has two slashes beside each other"
	}
	return ""
}

// hostFault is what is wrong with a host and its port.
func hostFault(host string) string {
	name, port := host, ""
	if strings.HasPrefix(host, "[") {
		end := strings.Index(host, "]")
		ip, err := netip.ParseAddr(host[1:max(end, 1)])
		if err != nil || !ip.Is6() {
			return fmt.Sprintf("%q is no address of a host", host)
		}
		name, port = "", host[end+1:]
		if port != "" && port[0] != ':' {
			return fmt.Sprintf("%q is no port", port)
		}
	} else if i := strings.IndexByte(host, ':'); i >= 0 {
		name, port = host[:i], host[i:]
	}
	if port != "" {
		n, err := strconv.Atoi(port[1:])
		if err != nil || n < 1 || n > 65535 || port[1] < '0' || port[1] > '9' {
			return fmt.Sprintf("%q is no port: a port is a number from 1 to 65535", port[1:])
		}
	}
	if name == "" {
		if port == host {
			return "it names no host"
		}
		return ""
	}
	labels := strings.Split(strings.TrimSuffix(name, "."), ".")
	if slices.ContainsFunc(labels, func(l string) bool { return !hostLabel.MatchString(l) }) {
		return fmt.Sprintf("%q is no name of a host", name)
	}
	return ""
}

func checkEndpoint(s string) error {
	if wrong := addressFault(s); wrong != "" {
		return fmt.Errorf("%s: want an address such as \"https://s3.example.org\"", wrong)
	}
	if _, rest, _ := strings.Cut(s, "://"); strings.Contains(strings.TrimSuffix(rest, "/"), "/") {
		return errors.New("it has a path: want an address such as \"https://s3.example.org\"")
	}
	return nil
}

// topicForm is a TWiki topic with its web, which may lie within others.
var topicForm = regexp.MustCompile(`^[A-Z][A-Za-z0-9_]*([./][A-Z][A-Za-z0-9_]*)+$`)

func checkTopic(s string) error {
	if !topicForm.MatchString(s) || len(s) > maxText {
		return errors.New(`want a web and a topic, such as "Aspect.AcaDarkCal"`)
	}
	return nil
}

// optional takes "" as well as what a check takes.
func optional(check func(string) error, at func(*Config) *string) func(*Config, any) error {
	return func(c *Config, value any) error {
		s, ok := value.(string)
		if !ok {
			return errors.New("want text in quotes")
		}
		if s != "" {
			if err := check(s); err != nil {
				return err
			}
		}
		*at(c) = s
		return nil
	}
}
