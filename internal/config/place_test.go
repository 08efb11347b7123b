package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"darksite/internal/ground/phrase"
)

// refused parses a configuration of a directory that must be refused.
func refused(t *testing.T, dir, content string) *Error {
	t.Helper()
	_, err := Parse(dir, filepath.Join(dir, FileName), "/home/a", content)
	var e *Error
	if !errors.As(err, &e) {
		t.Errorf("%q is accepted", content)
		return &Error{Problems: []Problem{{}}}
	}
	return e
}

// Cases.md, 21: every path is held against every other that the program reads or
// writes.
func TestCase21PathsThatOverlap(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"content", "elsewhere", "data/2015355"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	for link, to := range map[string]string{"linked": "content", "dangling": "public", "chain": "linked"} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	www := "[publish.www]\nkind = 'directory'\npath = '%s'\n"
	for _, c := range []struct {
		content string
		line    int
		names   []string
	}{
		{"[paths]\npublic = 'content'\n", 2, []string{"paths.public", "is the same place as content/"}},
		{"[paths]\n\npublic = './content/'\n", 3, []string{"content/"}},
		{"[paths]\npublic = 'data/../content/pages'\n", 2, []string{"lies within content/"}},
		{"[paths]\npublic = 'linked'\n", 2, []string{"paths.public", "(on the disk ", "is the same place as content/"}},
		{"[paths]\narchive = 'chain/maps'\n", 2, []string{"paths.archive", "lies within content/"}},
		{"[paths]\nbase = 1\n", 2, []string{"unknown key"}},
		{"[paths]\narchive = 'static'\n", 2, []string{"static/"}},
		{"[paths]\ncomparisons = 'legacy/x'\n", 2, []string{"legacy/"}},
		{"[paths]\npublished = '.darksite'\n", 2, []string{".darksite/"}},
		{"[paths]\npublic = '.darksite/cache'\n", 2, []string{".darksite/"}},
		{"[paths]\ndata = 'layouts'\n", 2, []string{"layouts/"}},
		{"[paths]\npublic = 'site.toml'\n", 2, []string{"site.toml (the configuration)"}},
		{"[paths]\npublic = 'addresses.json'\n", 2, []string{"addresses.json"}},
		{"[paths]\narchive = 'dangling/x'\n", 2, []string{"paths.archive", "lies within paths.public"}},
		{"[paths]\npublic = '..'\n", 2, []string{"holds the directory of the site"}},
		{"[pages]\nmain_page = 'static/index.html'\n", 2, []string{"pages.main_page", "static/"}},
		{"[pages]\nmain_page = 'public/dark_cal/index.html'\n", 2, []string{"pages.main_page", "paths.public"}},
		{"[pages]\nmain_page = 'archive/aca_dark/x.html'\n", 2, []string{"pages.main_page", "paths.archive"}},
		{"[source]\nmirror = 'archive/aca_dark'\n", 2, []string{"source.mirror", "paths.archive"}},
		{"[source]\nmirror = 'archive'\n", 2, []string{"source.mirror", "contains paths.archive"}},
		{"[source]\nmirror = 'public/x'\n", 2, []string{"source.mirror", "paths.public"}},
		{"[source]\nmirror = '..'\n", 2, []string{"source.mirror", "holds the directory of the site"}},
		{"[source]\ntelemetry = 'data'\n", 2, []string{"source.telemetry", "paths.data"}},
		{"[source]\ntelemetry = 'data/2015355'\n", 2, []string{"source.telemetry", "paths.data"}},
		{"[source]\nkadi = 'public/events3.db3'\n", 2, []string{"source.kadi", "paths.public"}},
		{"[source]\nstarcheck = '.darksite/cache/sc.db3'\n", 2, []string{"source.starcheck", ".darksite/"}},
		{"[quality]\nrules = 'comparison/rules.toml'\n", 2, []string{"quality.rules", "paths.comparisons"}},
		{strings.ReplaceAll(www, "%s", "content"), 3, []string{"publish.www.path", "content/"}},
		{strings.ReplaceAll(www, "%s", "public"), 3, []string{"publish.www.path", "paths.public"}},
		{strings.ReplaceAll(www, "%s", "chain/x"), 3, []string{"publish.www.path", "content/"}},
		{"[publish.f]\nkind = 'archive'\npath = 'static/all.zip'\n", 3, []string{"publish.f.path", "static/"}},
		{"[publish.f]\nkind = 'archive'\npath = 'public/dark_cal/all.zip'\n", 3, []string{"publish.f.path", "paths.public"}},
		{"[publish.f]\nkind = 'archive'\npath = 'data/all.tar.gz'\n", 3, []string{"publish.f.path", "paths.data"}},
		{"[publish.s]\nkind = 's3'\nendpoint = 'https://h'\nbucket = 'abc'\ncredentials = 'static/keys'\n", 5, []string{"publish.s.credentials", "static/"}},
		{"[publish.a]\nkind = 'directory'\npath = 'elsewhere'\n[publish.b]\nkind = 'directory'\npath = 'elsewhere/../elsewhere'\n", 4, []string{"publish.b.path", "publish.a.path"}},
		{"[publish.a]\nkind = 'directory'\npath = 'elsewhere'\nmain_page = '.darksite-releases/x.html'\n", 4, []string{"publish.a.main_page"}},
	} {
		e := refused(t, dir, c.content)
		if e.Problems[0].Line != c.line {
			t.Errorf("%q: line %d, want %d", c.content, e.Problems[0].Line, c.line)
		}
		for _, name := range c.names {
			if !strings.Contains(e.Error(), name) {
				t.Errorf("%q: %v, want it to name %q", c.content, e, name)
			}
		}
	}
	// Other names of one directory: bind mounts, and file systems that ignore
	// letter case, are known by what the system says is one file.
	a, b := locate(filepath.Join(dir, "content")), locate(filepath.Join(dir, "elsewhere", "x"))
	b.there = append(b.there, a.there[0])
	if !b.inside(a) || a.inside(b) {
		t.Error("a directory under another name is not known")
	}
	// Links alone, without a configuration.
	if err := os.Symlink("content", filepath.Join(dir, "public")); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(dir, "", ""); err == nil || !strings.Contains(err.Error(), "paths.public") || !strings.Contains(err.Error(), "content/") {
		t.Errorf("a link from public to content: %v", err)
	}
}

// What lies within each other without harm.
func TestCase21PathsThatMayLieWithin(t *testing.T) {
	for _, content := range []string{
		"[source]\nkadi = '.'\nstarcheck = '/srv'\ntelemetry = '/'\n",
		"[source]\nkadi = 'data/events3.db3'\n",
		"[source]\ntelemetry = 'ops:/srv/dark/data'\n",
		"[source]\nmirror = '/data/aca/archive'\nstarcheck = '/data/aca/archive/starcheck/starcheck.db3'\n",
		"[quality]\nrules = 'content/rules.toml'\n",
		"[pages]\nmain_page = 'public/index.html'\n",
		"[pages]\nmain_page = '../ASPECT/index.html'\n",
		"[publish.www]\nkind = 'directory'\npath = '.'\n",
		"[publish.www]\nkind = 'directory'\npath = '..'\nmain_page = 'index.html'\n",
		"[publish.f]\nkind = 'archive'\npath = 'public/all.zip'\n",
		"[publish.f]\nkind = 'archive'\npath = 'all.zip'\n[publish.g]\nkind = 'archive'\npath = 'all.tar.gz'\n",
		"[publish.s]\nkind = 's3'\nendpoint = 'https://h'\nbucket = 'abc'\ncredentials = 'store.keys'\n",
		"[paths]\npublic = 'contents'\narchive = 'data2'\n",
	} {
		if _, err := Parse("/srv/dark", "site.toml", "/home/a", content); err != nil {
			t.Errorf("%q: %v", content, err)
		}
	}
}

func TestCase21PathsOfFlags(t *testing.T) {
	c := Default("/srv/dark")
	for name, err := range map[string]error{
		"target in content": c.CheckTarget(Target{Kind: KindDirectory, Path: "/srv/dark/content"}, "the target"),
		"target in archive": c.CheckTarget(Target{Kind: KindDirectory, Path: "/srv/dark/archive/aca_dark/x"}, "the target"),
		"file in static":    c.CheckTarget(Target{Kind: KindArchive, Path: "static/all.zip"}, "the target"),
		"mirror":            c.CheckMirror("/srv/dark/archive/aca_dark", "--to"),
		"mirror in public":  c.CheckMirror("/srv/dark/public/mica", "--to"),
		"copies in data":    c.CheckMirror("/srv/dark/data", "--classic"),
		"source":            c.CheckSource("/srv/dark/data", "--from"),
		"output":            c.CheckOutput("/srv/dark/public/2015355", "--out"),
	} {
		if err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	for name, err := range map[string]error{
		"target beside": c.CheckTarget(Target{Kind: KindDirectory, Path: "/srv/dark/www"}, "the target"),
		"mirror":        c.CheckMirror("/data/mica/aca_dark", "--to"),
		"source":        c.CheckSource("/telemetry", "--from"), "remote": c.CheckSource("ops:/srv/dark/data", "--from"),
		"output": c.CheckOutput("/srv/dark/data/2015355", "--out"),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Cases.md, 22: an address that is none is refused with what is wrong in it.
func TestCase22Addresses(t *testing.T) {
	for address, wrong := range map[string]string{
		"https://example.org/AS PECT/": "it has a blank at character 23", "https://exa mple.org": "it has a blank at character 12", " https://example.org": "it has a blank at character 1",
		"https://example.org/\u00a0": "it has a blank at character 21", "https://example.org/\u200b": "cannot be seen", "https://example.org/\u202e": "cannot be seen",
		"example.org/ASPECT": "does not begin with https:// or http://", "//example.org": "does not begin with", "https:/example.org": "does not begin with", "mailto:a@b.c": "does not begin with",
		"ftp://example.org/": `"ftp" is neither https nor http`, "file:///www": "neither https nor http",
		"https://example.org/?a=1": "query", "https://example.org/#top": "fragment", "https://user:pass@example.org/": "user or a password", "https://user@example.org/": "user or a password",
		"https://": "names no host", "https:///www": "names no host", "https://:8080/": "names no host", "https://example..org/": "no name of a host", "https://-a.org/": "no name of a host",
		"https://exämple.org/": "no name of a host", "https://example.org:port/": "is no port", "https://example.org:0/": "is no port", "https://example.org:65536/": "is no port", "https://example.org:/": "is no port", "https://example.org:+80/": "is no port",
		"https://[::1/": "no address of a host", "https://example.org/%zz/": "two hexadecimal digits", "https://example.org/../x/": `a step ".."`, "https://example.org//x/": "two slashes",
		`https://example.org\x`: "no address holds", "https://example.org/<x>/": "no address holds", "https://" + strings.Repeat("a.", 100) + "org": "more than 200",
	} {
		for _, key := range []string{"[site]\n\nbase_url", "[twiki]\n\nendpoint"} {
			e := refused(t, "/srv/dark", key+" = "+phrase.Quoted(address)[:len(phrase.Quoted(address))]+"\n")
			if len(address) > 80 {
				e = refused(t, "/srv/dark", key+" = '"+address+"'\n")
			}
			if e.Problems[0].Line != 3 || !strings.Contains(e.Error(), wrong) || strings.Contains(e.Error(), "pass@") {
				t.Errorf("%q: %v, want line 3 and %q", address, e, wrong)
			}
		}
		e := refused(t, "/srv/dark", "[publish.s]\nkind = 's3'\nbucket = 'abc'\nendpoint = '"+address+"'\n")
		if !strings.Contains(e.Error(), "publish.s.endpoint") {
			t.Errorf("endpoint %q: %v", address, e)
		}
	}
	for _, address := range []string{"", "https://example.org", "https://example.org/ASPECT/", "http://localhost:8080/a", "HTTPS://Example.org", "https://[::1]:8443/x", "https://192.0.2.7/", "https://a_b.example.org/%7Eaca/", "https://example.org/~aca/pages/"} {
		if _, err := Parse("/srv/dark", "site.toml", "", "[site]\nbase_url = '"+address+"'\n[twiki]\nendpoint = '"+address+"'\n"); err != nil {
			t.Errorf("%q: %v", address, err)
		}
	}
	for to, wrong := range map[string]string{
		"ho st:/www": "is no host", "host:www": "absolute path", "/www": "want", "-e sh:/www": "option", "rsync://host": "names no module", "rsync://u:secret@host/m": "a password is no part",
		"rsync://host:port/m": "is no port", "ftp://host/x": "not known", "host:/a\u202e": "cannot be seen", "host:/www/../x": `".."`,
	} {
		content := "[publish.r]\nkind = 'rsync'\nto = " + phrase.Quoted(to) + "\n"
		if e := refused(t, "/srv/dark", content); e.Problems[0].Line != 3 || !strings.Contains(e.Error(), wrong) || strings.Contains(e.Error(), "secret") {
			t.Errorf("%q: %v, want line 3 and %q", to, e, wrong)
		}
		if to == "/www" || strings.ContainsRune(to, '\u202e') {
			continue // telemetry may lie in a directory; no text of any kind holds the other
		}
		if e := refused(t, "/srv/dark", "[source]\ntelemetry = "+phrase.Quoted(to)+"\n"); !strings.Contains(e.Error(), wrong) || strings.Contains(e.Error(), "secret") {
			t.Errorf("telemetry %q: %v, want %q", to, e, wrong)
		}
	}
	for _, topic := range []string{"AcaDarkCal", "aspect.AcaDarkCal", "Aspect.Aca Dark", "Aspect.AcaDarkCal?raw=on"} {
		refused(t, "/srv/dark", "[twiki]\ntopic = '"+topic+"'\n")
	}
}

// Cases.md, 23: "~" is home in every path.
func TestCase23Home(t *testing.T) {
	c, err := Parse("/srv/dark", "site.toml", "/home/a", "[paths]\ndata = '~/tlm'\npublic = '~/pages/'\n[source]\nkadi = '~/kadi'\nstarcheck = '~/sc'\nmirror = '~/mica'\n"+
		"telemetry = '~/vc2'\nattitudes = '~/att.dat'\n[quality]\nrules = '~/rules.toml'\n[pages]\nmain_page = '~/ASPECT/index.html'\n[publish.www]\nkind = 'directory'\npath = '~/www'\n"+
		"[publish.s]\nkind = 's3'\nendpoint = 'https://h'\nbucket = 'abc'\ncredentials = '~/keys'\n[publish.z]\nkind = 'archive'\npath = '~/all.zip'\n")
	if err != nil {
		t.Fatal(err)
	}
	for got, want := range map[string]string{
		c.DataDir(): "/home/a/tlm", c.PublicDir(): "/home/a/pages", c.Source.Kadi: "/home/a/kadi", c.Source.Starcheck: "/home/a/sc", c.Source.Mirror: "/home/a/mica",
		c.Source.Telemetry: "/home/a/vc2", c.Source.Attitudes: "/home/a/att.dat", c.Quality.Rules: "/home/a/rules.toml", c.Pages.MainPage: "/home/a/ASPECT/index.html",
		c.Targets[0].Credentials: "/home/a/keys", c.Targets[1].Path: "/home/a/www", c.Targets[2].Path: "/home/a/all.zip",
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	for _, content := range []string{
		"[paths]\npublic = '~bob/pages'\n", "[paths]\npublic = '~bob'\n", "[source]\nkadi = '~root/kadi'\n", "[source]\ntelemetry = '~ops/vc2'\n",
		"[quality]\nrules = '~x'\n", "[publish.www]\nkind = 'directory'\npath = '~www'\n",
	} {
		if e := refused(t, "/srv/dark", content); e.Problems[0].Line == 0 || !strings.Contains(e.Error(), "home directories of others") {
			t.Errorf("%q: %v", content, e)
		}
	}
	if _, err := Parse("/srv/dark", "site.toml", "", "[paths]\npublic = '~/pages'\n"); err == nil || !strings.Contains(err.Error(), "home directory is not known") {
		t.Errorf("without a home: %v", err)
	}
	if c, err := Parse("/srv/dark", "site.toml", "/home/a", "[paths]\npublic = './~/x'\n"); err != nil || c.PublicDir() != "/srv/dark/~/x" {
		t.Errorf("a directory of that name: %q, %v", c.PublicDir(), err)
	}
	// Held against the others as what it is.
	if e := refused(t, "/home/a", "[paths]\npublic = '~/content'\n"); !strings.Contains(e.Error(), "content/") {
		t.Error(e)
	}
}
