package serve

import (
	"strings"
	"testing"
)

func TestInstrument(t *testing.T) {
	const script, to = `<script src="/s"></script>`, "http://h/e"
	for name, c := range map[string]struct{ page, want string }{
		"plain": {`<html><head><title>x</title></head><body>y</body></html>`,
			`<html><head><title>x</title><script src="/s"></script></head><body>y</body></html>`},
		"policy": {`<head><meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'"></head>`,
			`<head><meta http-equiv="Content-Security-Policy" content="connect-src http://h/e; default-src 'none'; script-src 'self'"><script src="/s"></script></head>`},
		"policy with connect-src": {`<head><meta content="connect-src 'self'; img-src *" http-equiv="content-security-policy"/></head>`,
			`<head><meta http-equiv="Content-Security-Policy" content="connect-src 'self' http://h/e; img-src *"><script src="/s"></script></head>`},
		"policy that forbids it": {`<head><meta http-equiv=Content-Security-Policy content="default-src &#39;none&#39;;CONNECT-SRC 'none'"></head>`,
			`<head><meta http-equiv="Content-Security-Policy" content="default-src 'none'; CONNECT-SRC http://h/e"><script src="/s"></script></head>`},
		"two policies": {`<head><meta http-equiv="Content-Security-Policy" content="a"><meta http-equiv="Content-Security-Policy" content="b"></head>`,
			`<head><meta http-equiv="Content-Security-Policy" content="connect-src http://h/e; a"><meta http-equiv="Content-Security-Policy" content="connect-src http://h/e; b"><script src="/s"></script></head>`},
		"quotes in a policy": {`<head><meta http-equiv="Content-Security-Policy" content='a "b" &lt;'></head>`,
			`<head><meta http-equiv="Content-Security-Policy" content="connect-src http://h/e; a &quot;b&quot; &lt;"><script src="/s"></script></head>`},
		"not in a comment":     {`<head><!-- </head> --><title></head></title></head>`, `<head><!-- </head> --><title></head></title><script src="/s"></script></head>`},
		"not in a script":      {`<head><script>"</head>"</script></head>`, `<head><script>"</head>"</script><script src="/s"></script></head>`},
		"head left out":        {`<title>x</title><body class=a>y</body>`, `<title>x</title><script src="/s"></script><body class=a>y</body>`},
		"piece":                {`<p>y</p>`, `<p>y</p><script src="/s"></script>`},
		"empty":                {``, script},
		"cut":                  {`<head><meta http-equiv="Content-Sec`, `<head><meta http-equiv="Content-Sec` + script},
		"other metas":          {`<head><meta http-equiv="refresh" content="5"></head>`, `<head><meta http-equiv="refresh" content="5"><script src="/s"></script></head>`},
		"behind the head":      {`<head></head><body><meta http-equiv="Content-Security-Policy" content="a"></body>`, `<head><script src="/s"></script></head><body><meta http-equiv="Content-Security-Policy" content="a"></body>`},
		"carriage return, NUL": {"<head>\r\n\x00</head>\r\n\x00", "<head>\r\n\x00<script src=\"/s\"></script></head>\r\n\x00"},
	} {
		if got := string(instrument([]byte(c.page), script, to)); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, c.want)
		}
	}
}

// FuzzInstrument: a page without a policy only gains the script, whatever it is.
func FuzzInstrument(f *testing.F) {
	for _, seed := range []string{samplePage, "", "<", "<head", "</head>", "<!--", "<title></head>", "<body", "<svg><head></svg>", "\x00<meta http-equiv=Content-Security-Policy>", "<plaintext></head>"} {
		f.Add(seed)
	}
	const script = "<script src=x></script>"
	f.Fuzz(func(t *testing.T, page string) {
		got := string(instrument([]byte(page), script, "http://h/e"))
		if strings.Contains(strings.ToLower(page), "http-equiv") {
			return
		}
		for i := range len(page) + 1 {
			if got == page[:i]+script+page[i:] {
				return
			}
		}
		t.Errorf("%q became %q", page, got)
	})
}

func FuzzPathOf(f *testing.F) {
	for _, seed := range tricks() {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, target string) {
		path, ok := pathOf(target)
		if !ok {
			return
		}
		if !strings.HasPrefix(path, "/") || strings.ContainsAny(path, "\\\x00\r\n") || strings.Contains(path, "//") {
			t.Errorf("%q became %q", target, path)
		}
		for part := range strings.SplitSeq(path, "/") {
			if part == "." || part == ".." {
				t.Errorf("%q became %q", target, path)
			}
		}
		if again, ok := pathOf(escapePath(path)); !ok || again != path {
			t.Errorf("%q became %q, and that %q", target, path, again)
		}
	})
}

func TestProblemOf(t *testing.T) {
	for message, want := range map[string]problem{
		`site: render of "/dark_cal" failed: "layouts/baseof.html:12:3": execute of template failed: template: baseof.html:12:3: executing "x"`: {File: "layouts/baseof.html", Line: 12, Column: 3},
		`site: render: [en v1.0.0 guest] failed to render pages: render of "content/dark_cal/404.md" failed: "layouts/baseof.html:23:3": execute of template failed: template: missing.html:23:3: executing "missing.html" at <partial "footer.html" .>: error calling partial: "layouts/_partials/footer.html:2:11": execute of template failed: template: _partials/footer.html:2:11: executing "_partials/footer.html" at <.X>`: {File: "layouts/_partials/footer.html", Line: 2, Column: 11},
		`site: "layouts/_partials/footer.html:2:1": parse of template failed: template: _partials/footer.html:2: unexpected {{end}}`: {File: "layouts/_partials/footer.html", Line: 2, Column: 1},
		`/srv/dark/site.toml: line 3: unknown key x in [site]`:                                                                       {File: "/srv/dark/site.toml", Line: 3},
		`site: html/template parse failed: template: calibration.html:5: unexpected "}"`:                                             {File: "calibration.html", Line: 5},
		`template: a.html:5: bad: "layouts/a.html:7:1": parse failed`:                                                                {File: "layouts/a.html", Line: 7, Column: 1},
		`/srv/dark/archive/aca_dark/2015355/calibration.json: byte 17: want a number`:                                                {},
		`"content/dark_cal/x.md:99999999999999999999:1": odd`:                                                                        {},
		`2015355: data/2015355/info.csv: line 2: temp "x" is no number`:                                                              {File: "data/2015355/info.csv", Line: 2},
		`serving http://127.0.0.1:8065/dark_cal/`:                                                                                    {},
		"": {},
	} {
		want.Message = strings.TrimSpace(message)
		if got := problemOf(message); got != want {
			t.Errorf("%s:\n got %+v\nwant %+v", message, got, want)
		}
	}
}

func TestSameProblem(t *testing.T) {
	of := func(message string) problem { return problemOf(message) }
	first := of(`render of "a.md" failed: "layouts/x.html:2:6": execute: can't evaluate field No`)
	for message, want := range map[string]bool{
		`render of "b.md" failed: "layouts/x.html:2:6": execute: can't evaluate field No`:  true,
		`render of "a.md" failed: "layouts/x.html:2:6": execute: can't evaluate field Yes`: false,
		`render of "a.md" failed: "layouts/x.html:3:6": execute: can't evaluate field No`:  false,
		`execute: can't evaluate field No`:                                                 false,
	} {
		if got := of(message).same(first); got != want {
			t.Errorf("%s: %v", message, got)
		}
	}
}

func TestCompare(t *testing.T) {
	before := Site{Tree: sampleTree(), Base: "/"}
	for name, c := range map[string]struct {
		change func(s *Site, files map[string]string)
		want   difference
	}{
		"nothing":       {func(*Site, map[string]string) {}, nothing},
		"style sheet":   {func(_ *Site, f map[string]string) { f["dark_cal/assets/style.css"] = "p { color: #111 }" }, styles},
		"longer styles": {func(_ *Site, f map[string]string) { f["dark_cal/assets/style.css"] = "p { color: red; margin: 0 }" }, styles},
		"styles, and their address in the pages": {func(_ *Site, f map[string]string) {
			f["dark_cal/assets/style.css"] = "p { color: #111 }"
			for name, text := range f {
				f[name] = strings.ReplaceAll(text, "12345678", "87654321")
			}
		}, styles},
		"styles and a page": {func(_ *Site, f map[string]string) {
			f["dark_cal/assets/style.css"] = "p { color: #111 }"
			f["dark_cal/index.html"] = strings.Replace(samplePage, "Text", "Word", 1)
		}, all},
		"page": {func(_ *Site, f map[string]string) {
			f["dark_cal/index.html"] = strings.Replace(samplePage, "Text", "Word", 1)
		}, all},
		"end of a page":    {func(_ *Site, f map[string]string) { f["dark_cal/index.html"] = samplePage[:len(samplePage)-1] + " " }, all},
		"script":           {func(_ *Site, f map[string]string) { f["dark_cal/assets/charts.js"] = "drew()" }, all},
		"figure":           {func(_ *Site, f map[string]string) { f["dark_cal/2015_dec/map.svg"] = "<svg />" }, all},
		"download":         {func(_ *Site, f map[string]string) { f["dark_cal/2015_dec/image.fits"] = "SIMPLE  = F and so on" }, nothing},
		"file more":        {func(_ *Site, f map[string]string) { f["dark_cal/new.fits"] = "" }, all},
		"file less":        {func(_ *Site, f map[string]string) { delete(f, "dark_cal/2015_dec/image.fits") }, all},
		"style sheet more": {func(_ *Site, f map[string]string) { f["dark_cal/assets/more.css"] = "" }, all},
		"published at":     {func(s *Site, _ map[string]string) { s.Base = "/ASPECT/" }, all},
		"query that is long": {func(_ *Site, f map[string]string) {
			f["dark_cal/index.html"] = strings.Replace(samplePage, "?v=12345678", "?v=1234567812345678", 1)
		}, all},
	} {
		tree := sampleTree()
		after := Site{Tree: tree, Base: "/"}
		c.change(&after, tree.files)
		got, err := compare(before, after)
		if err != nil || got != c.want {
			t.Errorf("%s: %v, %v, want %v", name, got, err, c.want)
		}
	}
}

func TestTemporary(t *testing.T) {
	for _, name := range []string{".baseof.html.swp", ".#baseof.html", "#baseof.html#", "baseof.html~", "4913", "___jb_tmp___", "x.tmp", ".git", ".darksite-123", "image.fits.part", "y.SWP"} {
		if !temporary(name) {
			t.Errorf("%s is taken for a file", name)
		}
	}
	for _, name := range []string{"baseof.html", "site.toml", "2016_125_VC2_Replica1_SFDU_31087.gz", "49130", "#1.md", "temporary.md", "2015355"} {
		if temporary(name) {
			t.Errorf("%s is taken for an editor's", name)
		}
	}
}

func TestOpener(t *testing.T) {
	const odd = "http://127.0.0.1:8065/$(x)'\";&/"
	for system, program := range map[string]string{"linux": "xdg-open", "freebsd": "xdg-open", "darwin": "open", "windows": "rundll32"} {
		words := opener(system, odd)
		if words[0] != program || words[len(words)-1] != odd {
			t.Errorf("%s: %q", system, words)
		}
	}
}
