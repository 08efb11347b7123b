package filename

import (
	"fmt"
	"path"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// maxUnits is the longest name in UTF-16 units (exFAT, NTFS, HFS+); file systems
// of Unix have as many bytes.
const maxUnits = 255

// device names mean a device of Windows, with any ending.
var device = regexp.MustCompile(`(?i)^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\..*)?$`)

// Problem says why some file systems cannot have a name, or part of a path, as
// "named with ..."; "" when all can.
func Problem(name string) string {
	switch {
	case name == "":
		return "without a name"
	case !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }):
		return "named with what cannot be printed"
	case len(name) > maxUnits || len(utf16.Encode([]rune(name))) > maxUnits:
		return fmt.Sprintf("named with more than %d bytes", maxUnits)
	case strings.ContainsAny(name, `\:*?"<>|`):
		return `named with one of \ : * ? " < > |, which some systems cannot have`
	case strings.HasSuffix(name, ".") || strings.HasSuffix(name, " "):
		return "named with a full stop or a space at the end, which some systems leave out"
	case strings.HasPrefix(name, " "):
		return "named with a space at the beginning, which some systems leave out"
	case device.MatchString(name):
		return "named as a device of some systems"
	}
	return ""
}

// PathProblem is [Problem] of the first part of a path that has one.
func PathProblem(p string) string {
	for part := range strings.SplitSeq(p, "/") {
		if why := Problem(part); why != "" {
			return why
		}
	}
	return ""
}

// Key is the same for two paths that some file system takes for one.
func Key(p string) string {
	if !strings.ContainsFunc(p, func(r rune) bool { return r > unicode.MaxASCII }) {
		return strings.ToLower(p)
	}
	// Upper case first: it makes one of letters that have several lower ones. Folding
	// makes ss of ß and fi of its ligature, as ext4 and APFS do.
	return norm.NFC.String(cases.Fold().String(strings.ToLower(strings.ToUpper(norm.NFC.String(p)))))
}

// Set is a tree of files, each with a name of its own on every file system.
type Set struct{ names map[string]string } // the path of each key; directories end with a slash

// Clash is a path in the set, a directory with a slash at its end, that some file
// system takes for a path or for a directory on the way to it; "" when there is
// none. A path that is there already is its own clash.
func (s *Set) Clash(p string) string {
	if other, ok := s.names[Key(p)]; ok {
		return other
	}
	for d := path.Dir(p); d != "." && d != "/"; d = path.Dir(d) {
		if other, ok := s.names[Key(d)]; ok && other != d+"/" {
			return other
		}
	}
	return ""
}

// Add puts a path that has no clash in the set.
func (s *Set) Add(p string) {
	if s.names == nil {
		s.names = map[string]string{}
	}
	s.names[Key(p)] = p
	for d := path.Dir(p); d != "." && d != "/"; d = path.Dir(d) {
		s.names[Key(d)] = d + "/"
	}
}
