package twiki

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// resolver makes absolute addresses of those in notes.
type resolver struct {
	// base is what relative addresses are relative to; nil when they lead
	// nowhere.
	base *url.URL
}

// mailbox is the only form of mailto address that is linked. TWiki rewrites
// what is not a letter in them, so there must be nothing to escape.
var mailbox = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.+_-]*@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$`)

// maxAddress bounds an address, in bytes.
const maxAddress = 2000

// resolve gives the markup of an address, "" for one that is not linked: only
// http, https and mailto are, and what is relative to base.
func (l resolver) resolve(address string) string {
	if len(address) > maxAddress {
		return ""
	}
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	if strings.EqualFold(u.Scheme, "mailto") {
		if !mailbox.MatchString(u.Opaque) || u.RawQuery != "" || u.Fragment != "" {
			return ""
		}
		return "mailto:" + u.Opaque
	}
	if u.Scheme == "" && u.Opaque == "" {
		if l.base == nil || address == "" {
			return ""
		}
		u = l.base.ResolveReference(u)
	}
	if u.Scheme = strings.ToLower(u.Scheme); u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return ""
	}
	scheme, rest, _ := strings.Cut(u.String(), ":")
	return scheme + ":" + escapeAddress(rest)
}

// escapeAddress writes what follows the scheme. What is not allowed in an
// address, or would end the link, is percent-encoded; what TWiki could take for
// markup is an entity.
func escapeAddress(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		switch {
		case alnum(rune(c)), strings.IndexByte("/.-~,;?#+'", c) >= 0:
			b.WriteByte(c)
		case c == '_' || c == '=':
			if i > 0 && i+1 < len(s) && alnum(rune(s[i-1])) && alnum(rune(s[i+1])) {
				b.WriteByte(c)
			} else {
				fmt.Fprintf(&b, "&#%d;", c)
			}
		case c == '&':
			b.WriteString("&amp;")
		case strings.IndexByte("%$*!:@()", c) >= 0:
			fmt.Fprintf(&b, "&#%d;", c)
		default:
			fmt.Fprintf(&b, "&#37;%02X", c)
		}
	}
	return b.String()
}
