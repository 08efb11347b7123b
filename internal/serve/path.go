package serve

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxPath is longer than any address of a tree.
const maxPath = 2048 // bytes

// pathOf decodes the path of a request target, once. It gives false for one
// that no link of a page has: steps up, empty or dotted parts, separators in
// disguise, control characters, what is not UTF-8.
func pathOf(target string) (string, bool) {
	raw, _, _ := strings.Cut(target, "?")
	if !strings.HasPrefix(raw, "/") || len(raw) > maxPath {
		return "", false
	}
	for i := range len(raw) {
		if c := raw[i]; c <= ' ' || c >= 0x7f || c == '\\' || c == '#' {
			return "", false
		}
	}
	parts := strings.Split(raw[1:], "/")
	for i, part := range parts {
		decoded, err := url.PathUnescape(part)
		if err != nil || decoded == "." || decoded == ".." || decoded == "" && i+1 < len(parts) ||
			!utf8.ValidString(decoded) || strings.ContainsAny(decoded, `/\`) || strings.ContainsFunc(decoded, unicode.IsControl) {
			return "", false
		}
		parts[i] = decoded
	}
	return "/" + strings.Join(parts, "/"), true
}
