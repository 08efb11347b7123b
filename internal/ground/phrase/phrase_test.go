package phrase

import (
	"math"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestCount(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0", 7: "7", 100: "100", -100: "-100", 1000: "1,000", -1000: "-1,000", 1048576: "1,048,576",
		math.MinInt64: "-9,223,372,036,854,775,808", math.MaxInt64: "9,223,372,036,854,775,807",
	} {
		if got := Count(n); got != want {
			t.Errorf("Count(%d) is %s, want %s", n, got, want)
		}
	}
}

func TestPlural(t *testing.T) {
	for n, want := range map[int]string{0: "0 rows", 1: "1 row", -1: "-1 rows", 2000: "2,000 rows"} {
		if got := Plural(n, "row", "rows"); got != want {
			t.Errorf("Plural(%d) is %s, want %s", n, got, want)
		}
	}
}

func TestList(t *testing.T) {
	names := []string{"a", "b", "c"}
	for most, want := range map[int]string{1: "a and 2 more", 2: "a, b and 1 more", 3: "a, b, c", 9: "a, b, c"} {
		if got := List(names, most); got != want {
			t.Errorf("at most %d: %s, want %s", most, got, want)
		}
	}
	if got := List(nil, 3); got != "" {
		t.Errorf("no names are %q", got)
	}
}

func TestTextsFromOutside(t *testing.T) {
	long := strings.Repeat("é", 100)
	for _, c := range []struct{ what, got, want string }{
		{"a line end", Short("a\nb"), "a�b"},
		{"an escape", Line("\x1b[31m"), "�[31m"},
		{"a turn of direction", Line("a\u202eb"), "a�b"},
		{"no UTF-8", Line("a\xffb"), "a�b"},
		{"what is short", Cut("abc", 3), "abc"},
		{"what is long", Cut("abcd", 3), "abc..."},
		{"two bytes a character", Short(long), strings.Repeat("é", enough) + "..."},
		{"quotes", Quoted("a\"\n\u202e"), `"a\"\n\u202e"`},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.what, c.got, c.want)
		}
	}
	for s, want := range map[string]bool{"": true, "é µ": true, "a\tb": false, "\xff": false, "\u202e": false, "�": true} {
		if Printable(s) != want {
			t.Errorf("Printable(%q) is %v", s, !want)
		}
	}
}

func TestHiddenCharactersAreShownAsReplacementAndJoinersAsTheyAre(t *testing.T) {
	for in, want := range map[string]string{
		"a\u202eb":        "a\ufffdb",
		"a\u200bb":        "a\ufffdb",
		"a\u200fb\u2066c": "a\ufffdb\ufffdc",
		"a\x1bb\u2028c":   "a\ufffdb\ufffdc",
		"a\ue000b\uffffc": "a\ufffdb\ufffdc",
		"\U0001F469\u200d\U0001F680, soft\u00adhyphen, \u0645\u06cc\u200c\u062e": "\U0001F469\u200d\U0001F680, soft\u00adhyphen, \u0645\u06cc\u200c\u062e",
		"a\tb\nc \u00a0 é": "a\tb\nc \u00a0 é",
	} {
		if got := Shown(in); got != want {
			t.Errorf("%q is shown as %q, want %q", in, got, want)
		}
	}
}

func TestWordsOfACommandAreQuotedForTheShell(t *testing.T) {
	for word, want := range map[string]string{
		"": "''", "www": "www", "/www/ASPECT": "/www/ASPECT", "host:/www": "host:/www", "é/x": "é/x",
		"/my pages/x": "'/my pages/x'", "it's": `'it'\''s'`, "a$b": "'a$b'", "N>100": "'N>100'", "-x": "./-x", "- x": "'./- x'",
		"~/x": "'~/x'", "a~b": "a~b", "a\nb'\"": `$'a\nb\'"'`, "a*": "'a*'", "a;b": "'a;b'", "(a)": "'(a)'", `a\b`: `'a\b'`,
	} {
		if got := Shell(word); got != want {
			t.Errorf("%q: %s, want %s", word, got, want)
		}
	}
}

func FuzzShort(f *testing.F) {
	f.Add("a\nb\xff" + strings.Repeat("é", 100))
	f.Fuzz(func(t *testing.T, s string) {
		got := Short(s)
		if !utf8.ValidString(got) || !Printable(got) || utf8.RuneCountInString(got) > enough+3 {
			t.Errorf("%q becomes %q", s, got)
		}
		if q := Quoted(s); !Printable(q) {
			t.Errorf("%q becomes %s", s, q)
		}
	})
}
