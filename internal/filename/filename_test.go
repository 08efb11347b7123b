package filename

import (
	"path"
	"strings"
	"testing"
)

func TestProblem(t *testing.T) {
	for _, name := range []string{"index.html", "2015_dec", ".darksite-manifest", "a b.png", "é.txt", "console.txt", "com.txt", "COM10", strings.Repeat("x", 255)} {
		if why := Problem(name); why != "" {
			t.Errorf("%q: %s", name, why)
		}
	}
	for _, name := range []string{"", "a.", "a ", " a", "a:b", "a?b", `a\b`, "a*", `a"`, "<a>", "a|b", "con", "CON.txt", "nul", "Aux.html", "lpt1", "COM0.x", "a\tb", "a\x00", "\xff", strings.Repeat("x", 256), strings.Repeat("é", 128)} {
		if Problem(name) == "" {
			t.Errorf("%q was taken", name)
		}
		if PathProblem("dark_cal/"+name+"/x") == "" {
			t.Errorf("%q was taken within a path", name)
		}
	}
}

func TestSet(t *testing.T) {
	for _, c := range []struct{ one, two, clash string }{
		{"d/2016_may/index.html", "d/2016_MAY/index.html", "d/2016_may/index.html"},
		{"d/2016_may/a", "d/2016_MAY/b", "d/2016_may/"},
		{"d/2016_may/a", "d/2016_may/b", ""},
		{"d/x", "d/X/y", "d/x"},
		{"d/x/y", "d/X", "d/x/"},
		{"d/x", "d/x", "d/x"},
		{"d/caf\u00e9", "d/cafe\u0301", "d/caf\u00e9"},
		{"d/CAF\u00c9", "d/cafe\u0301", "d/CAF\u00c9"},
		{"d/\u212a", "d/k", "d/\u212a"}, // the sign of kelvin
		{"d/\u03c2", "d/\u03c3", "d/\u03c2"},
		{"d/a", "d/b", ""},
	} {
		var s Set
		if got := s.Clash(c.one); got != "" {
			t.Errorf("%q clashes with %q in an empty set", c.one, got)
		}
		s.Add(c.one)
		if got := s.Clash(c.two); got != c.clash {
			t.Errorf("%q and %q: %q, want %q", c.one, c.two, got, c.clash)
		}
	}
}

// FuzzKey: a key is its own key, and no name is too odd to be judged.
func FuzzKey(f *testing.F) {
	f.Add("2016_may/Straße")
	f.Add("\u0345\u0130i\u0307")
	f.Fuzz(func(t *testing.T, p string) {
		key := Key(p)
		if Key(key) != key {
			t.Errorf("%q: the key of %q is %q", p, key, Key(key))
		}
		if PathProblem(p) == "" && Problem(p) == "" && strings.Contains(p, "/") && Problem(path.Base(p)) != "" {
			t.Errorf("%q: a part of it was not judged", p)
		}
	})
}

func TestNamesThatSomeFileSystemFoldsIntoOneHaveOneKey(t *testing.T) {
	for a, b := range map[string]string{
		"Memo.md": "memo.MD", "caf\u00e9": "CAFE\u0301", "stra\u00dfe": "STRASSE", "\u1e9e": "ss", "\ufb01x": "fix", "\u212a": "k",
		"\u03c3": "\u03c2", "\u00b5": "\u03bc", "\u0149": "\u02bcn", "\u01c6": "\u01c5",
	} {
		if Key(a) != Key(b) {
			t.Errorf("%+q and %+q are %+q and %+q", a, b, Key(a), Key(b))
		}
	}
	for a, b := range map[string]string{"a": "\u00e4", "\u03bc": "\u03c5", "a b": "a-b", "\uff12": "2"} {
		if Key(a) == Key(b) {
			t.Errorf("%+q and %+q are both %+q", a, b, Key(a))
		}
	}
}
