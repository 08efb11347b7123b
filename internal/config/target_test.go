package config

import (
	"errors"
	"strings"
	"testing"
)

func TestTargetsRefused(t *testing.T) {
	for name, c := range map[string]struct{ text, want, hint string }{
		"no kind":         {"[publish.www]\npath = '/www'\n", `line 1: [publish.www] has no kind: want kind = "archive" or "directory" or "rsync" or "s3"`, ""},
		"kind misspelt":   {"[publish.www]\nkind = 'directroy'\n", `line 2: publish.www.kind = "directroy": want "archive"`, "did you mean directory?"},
		"kind a number":   {"[publish.www]\nkind = 5\n", `line 2: publish.www.kind = 5: want "archive"`, ""},
		"key misspelt":    {"[publish.www]\nkind = 'directory'\npaht = '/www'\n", "line 3: unknown key paht in [publish.www], a target of kind directory", "did you mean path?"},
		"other kind":      {"[publish.www]\nkind = 'directory'\npath = '/www'\nbucket = 'abc'\n", "line 4: unknown key bucket in [publish.www], a target of kind directory", "known are kind, address, main_page, path, readers"},
		"nothing needed":  {"[publish.s]\nkind = 's3'\nbucket = 'abc'\n", "line 1: [publish.s] has no endpoint, which a target of kind s3 needs", ""},
		"a number":        {"[publish.www]\nkind = 'directory'\npath = 5\n", "line 3: publish.www.path = 5: want text in quotes", ""},
		"name":            {"[publish.'a b']\nkind = 'directory'\npath = '/www'\n", `line 1: [publish."a b"]: want a name`, ""},
		"page outside":    {"[publish.www]\nkind = 'directory'\npath = '/www'\nmain_page = '../x.html'\n", "line 4: publish.www.main_page", ""},
		"page of ours":    {"[publish.www]\nkind = 'directory'\npath = '/www'\nmain_page = 'dark_cal/index.html'\n", "line 4: publish.www.main_page", ""},
		"archive":         {"[publish.f]\nkind = 'archive'\npath = 'x.rar'\n", "line 3: publish.f.path", ""},
		"endpoint":        {"[publish.s]\nkind = 's3'\nbucket = 'abc'\nendpoint = 'https://user:secret@h'\n", "line 4: publish.s.endpoint", ""},
		"bucket":          {"[publish.s]\nkind = 's3'\nbucket = '../x'\nendpoint = 'https://h'\n", "line 3: publish.s.bucket", ""},
		"prefix":          {"[publish.s]\nkind = 's3'\nbucket = 'abc'\nendpoint = 'https://h'\nprefix = '/x'\n", "line 5: publish.s.prefix", ""},
		"no default":      {"[publish]\ndefault = 'ww'\n[publish.www]\nkind = 'directory'\npath = '/www'\n", `line 2: publish.default = "ww": there is no such target`, "did you mean www?"},
		"into public":     {"[publish.www]\nkind = 'directory'\npath = 'public'\n", `line 3: publish.www.path = "/srv/dark/public" lies within paths.public`, "none inside another"},
		"main page twice": {"[pages]\nmain_page = '/www/index.html'\n[publish.www]\nkind = 'directory'\npath = '/www'\n", "line 2: pages.main_page = \"/www/index.html\" lies in the target publish.www", "below [publish.www]"},
		"into data":       {"[publish.www]\nkind = 'directory'\npath = 'data/x'\n", `line 3: publish.www.path = "/srv/dark/data/x" lies within paths.data`, ""},
		"not a table":     {"[publish]\nwww = '/www'\n", "line 2: unknown key www in [publish]", "known are default"},
	} {
		_, err := Parse("/srv/dark", "site.toml", "", c.text)
		var e *Error
		if !errors.As(err, &e) || !strings.HasPrefix(e.Error(), "site.toml: "+c.want) || !strings.Contains(e.Hint(), c.hint) {
			t.Errorf("%s:\n got %v\nhint %q\nwant %s, %s", name, err, func() string {
				if e != nil {
					return e.Hint()
				}
				return ""
			}(), c.want, c.hint)
		}
	}
}

// Two targets of one kind: a line is named where it is certain.
func TestTargets(t *testing.T) {
	c, err := Parse("/srv/dark", "site.toml", "", "[publish.b]\nkind = 'archive'\npath = 'x.zip'\n[publish.a]\nkind = 'rsync'\nto = 'host:/www'\n")
	if err != nil || len(c.Targets) != 2 || c.Targets[0].Name != "a" || c.Targets[0].To != "host:/www" {
		t.Errorf("%+v, %v", c.Targets, err)
	}
	if _, ok := c.FindTarget("c"); ok {
		t.Error("a target that is not there was found")
	}
}
