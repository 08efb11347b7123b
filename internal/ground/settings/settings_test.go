package settings

import (
	"slices"
	"strings"
	"testing"
)

// parsed takes all kinds of keys from a file, as files of people have them.
func parsed(content string) (*Table, error) {
	t, err := Parse([]byte(content), "our.toml")
	if err != nil {
		return nil, err
	}
	t.Text("name", 20)
	t.Number("limit")
	t.Day("date")
	t.Texts("why", 20)
	Take[bool](t, "off", "true or false")
	t.Rest()
	return t, t.Err()
}

func TestKeysAndTheirLines(t *testing.T) {
	table, err := parsed("# ours\n\nname = \"a \\\"b\\\"\"\nlimit = 2\ndate = 2026-11-29\nwhy = [\"so\", \"and so\"]\noff = true\n")
	if err != nil {
		t.Fatal(err)
	}
	name, ok := table.Text("name", 20)
	if limit, day, why := table.Number("limit"), table.Day("date"), table.Texts("why", 20); name != `a "b"` || !ok || *limit != 2 || day != "2026-11-29" || !slices.Equal(why, []string{"so", "and so"}) {
		t.Errorf("%q %t %v %q %q", name, ok, *limit, day, why)
	}
	if n := table.Line("date"); n != 5 {
		t.Errorf("line %d, want 5", n)
	}
	if _, ok := table.Text("nothing", 20); ok || table.Number("nothing") != nil || table.Err() != nil {
		t.Errorf("a key that is not there: %v", table.Err())
	}
}

func TestWhatIsWrongIsToldWithItsLine(t *testing.T) {
	for content, want := range map[string]string{
		"name = 4":                                   "our.toml: line 1: name = 4: want text in double quotes",
		"\nname = \" \"":                             "our.toml: line 2: name: the text is empty",
		"name = \"" + strings.Repeat("a", 21):        "not valid TOML",
		"name = \"" + strings.Repeat("a", 21) + "\"": "21 bytes of text, want at most 20",
		"name = \"a\\tb\"":                           "cannot be printed",
		"limit = nan":                                "want a finite number",
		"limit = [1]":                                "limit = a list: want a number",
		"date = 2026-11-29T00:00:00Z":                "want a day without quotes",
		"why = [1]":                                  "why: 1: want sentences",
		"why = \"so\"":                               "want a list of sentences",
		"off = 1":                                    "off = 1: want true or false",
		"nmae = \"a\"":                               "unknown key \"nmae\": did you mean name?",
		"colour.of = 1":                              "known are name, limit, date, why, off",
		"name = \"\"\"a\"\"\"":                       "no strings over several lines",
		"a = 1\nb = = 2":                             "our.toml: line 2: not valid TOML",
		"a = \nb = 2":                                "our.toml: line 1: not valid TOML",
		"x" + strings.Repeat(".a", 600):              "our.toml: line 1: 1201 bytes in one line, want at most 1000",
		"\xff":                                       "our.toml",
	} {
		if _, err := parsed(content); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", content, err, want)
		}
	}
	all := ""
	for n := range 30 {
		all += strings.Repeat("x", n+1) + " = 1\n"
	}
	if table, err := parsed(all); err == nil || table.Problems() != mostProblems || strings.Count(err.Error(), "\n") != mostProblems-1 {
		t.Errorf("30 problems: %v", err)
	}
}

func FuzzQuote(f *testing.F) {
	f.Add(`a "b" \ '''`)
	f.Fuzz(func(t *testing.T, s string) {
		if badText(s, 200) != "" {
			return
		}
		table, err := Parse([]byte("a = "+Quote(s)+"\n"), "our.toml")
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := table.Text("a", 200); got != s {
			t.Errorf("%q, want %q: %v", got, s, table.Err())
		}
	})
}
