//go:build browser

package browser

import (
	"bytes"
	"fmt"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// page writes an HTML file and returns its file: address.
func pageOf(t *testing.T, html string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(path, []byte("<!doctype html><title>page</title>"+html), 0o666); err != nil {
		t.Fatal(err)
	}
	return "file://" + filepath.ToSlash(path)
}

// A page that a test calls clean must be clean: each kind of trouble is heard.
func TestTroubleIsHeard(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	p := Start(t)
	for name, c := range map[string]struct{ html, want string }{
		"console":          {`<script>console.log("a word", 7)</script>`, "console.log: a word 7"},
		"uncaught error":   {`<script>throw new Error("broken")</script>`, "Error: broken"},
		"lost promise":     {`<script>Promise.reject(new Error("broken promise"))</script>`, "Error: broken promise"},
		"dialog":           {`<script>alert("hello")</script>`, "hello"},
		"missing picture":  {`<img src="missing.png">`, "missing.png"},
		"missing script":   {`<script src="missing.js"></script>`, "missing.js"},
		"refused by 404":   {`<img src="` + server.URL + `/gone.png">`, "/gone.png"},
		"another host":     {`<img src="https://example.org/a.png">`, "https://example.org/a.png"},
		"policy":           {`<meta http-equiv="Content-Security-Policy" content="script-src 'none'"><script>1</script>`, "Content Security Policy"},
		"policy and style": {`<meta http-equiv="Content-Security-Policy" content="style-src 'none'"><p style="color:red">`, "Content Security Policy"},
	} {
		p.Open(pageOf(t, c.html))
		p.Settle()
		got := p.Complaints()
		if !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, c.want) }) {
			t.Errorf("%s: complaints %q, want one with %q", name, got, c.want)
		}
	}
	p.Open(pageOf(t, `<p>Nothing is wrong.`))
	p.Settle()
	if got := p.Complaints(); len(got) != 0 {
		t.Errorf("a clean page after the others: complaints %q", got)
	}
}

func TestOutsideRequestsAreNamed(t *testing.T) {
	url := pageOf(t, `<img src="https://example.org/a.png"><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><img src="b.png">`)
	dir := strings.TrimSuffix(url, "page.html")
	p := Start(t)
	p.Open(url)
	if got, want := p.Outside(dir), []string{"https://example.org/a.png"}; !slices.Equal(got, want) {
		t.Errorf("outside %s: %q, want %q", dir, got, want)
	}
	if got := p.Requests(); len(got) != 3 || got[0] != url || !slices.Contains(got, dir+"b.png") {
		t.Errorf("requests %q, want the page and the two pictures that are elsewhere", got)
	}
}

func TestScriptsOff(t *testing.T) {
	url := pageOf(t, `<p>before</p><noscript><i>no script</i></noscript><script>document.querySelector("p").textContent = "after"</script>`)
	p := Start(t)
	for _, on := range []bool{true, false, true} {
		p.Scripts(on)
		p.Open(url)
		p.Settle()
		want := map[bool]string{true: "after", false: "before"}[on]
		if got := p.Eval(`document.querySelector("p").textContent`); got != want {
			t.Errorf("scripts %v: the page says %v, want %s", on, got, want)
		}
		if got := p.Eval(`document.querySelector("i") !== null`); got != !on {
			t.Errorf("scripts %v: noscript applies: %v", on, got)
		}
	}
}

func TestWindowAndMedia(t *testing.T) {
	p := Start(t)
	p.Open(pageOf(t, `<style>body { height: 3000px }</style>`))
	media := func(query string) any { return p.Eval(fmt.Sprintf(`matchMedia(%q).matches`, query)) }
	for _, size := range [][2]int{{1280, 800}, {390, 700}} {
		p.Size(size[0], size[1])
		if got, want := p.Eval(`innerWidth + "x" + innerHeight`), fmt.Sprintf("%dx%d", size[0], size[1]); got != want {
			t.Errorf("the window has %v, want %s", got, want)
		}
		if p.Overflows() {
			t.Errorf("a page of %d px overflows", size[0])
		}
		window, whole := decode(t, p.Screenshot()), decode(t, p.WholeScreenshot())
		if window != size {
			t.Errorf("screenshot of %v px, want %v", window, size)
		}
		if whole[0] != size[0] || whole[1] < 3000 {
			t.Errorf("screenshot of the whole page of %v px, want %d and 3000 or more", whole, size[0])
		}
	}
	p.Open(pageOf(t, `<div style="width: 391px">wide`))
	if !p.Overflows() {
		t.Error("a page of 391 px does not overflow a window of 390 px")
	}
	for _, scheme := range []string{"dark", "light"} {
		p.Scheme(scheme)
		p.Print(true)
		if media("print") != true || media("(prefers-color-scheme: "+scheme+")") != true {
			t.Errorf("printed in the %s scheme: print %v, scheme %v", scheme, media("print"), media("(prefers-color-scheme: "+scheme+")"))
		}
		p.Print(false)
		if media("screen") != true || media("(prefers-color-scheme: "+scheme+")") != true {
			t.Errorf("on the screen again in the %s scheme: not so", scheme)
		}
	}
}

func decode(t *testing.T, shot []byte) [2]int {
	t.Helper()
	c, err := png.DecodeConfig(bytes.NewReader(shot))
	if err != nil {
		t.Fatal(err)
	}
	return [2]int{c.Width, c.Height}
}

func TestEvalAndWait(t *testing.T) {
	p := Start(t)
	p.Open(pageOf(t, `<p>5</p><script>onmousemove = e => document.title = e.clientX + " " + e.clientY;
		setTimeout(() => document.body.dataset.late = "yes", 300)</script>`))
	if got := p.Eval(`Promise.resolve(6.5)`); got != 6.5 {
		t.Errorf("a promise is %v, want 6.5", got)
	}
	var texts []string
	p.EvalInto(&texts, `Array.from(document.querySelectorAll("p"), e => e.textContent)`)
	if !slices.Equal(texts, []string{"5"}) {
		t.Errorf("texts %q", texts)
	}
	p.Wait(`document.body.dataset.late === "yes"`)
	p.Mouse(12, 34)
	p.Wait(`document.title === "12 34"`)
}

// The page of another place in the same document does not load again.
func TestOpenWithinThePage(t *testing.T) {
	url := pageOf(t, `<p id="here">here`)
	p := Start(t)
	p.Open(url)
	p.Eval(`window.kept = 1`)
	p.Open(url + "#here")
	if got := p.Eval(`window.kept + location.hash`); got != "1#here" {
		t.Errorf("after the jump: %v", got)
	}
}

// What is waited for may be on the next page.
func TestWaitOutlivesThePage(t *testing.T) {
	p := Start(t)
	next := pageOf(t, `<script>document.title = "next"</script>`)
	for range 5 {
		p.Open(pageOf(t, `<script>setTimeout(() => { location = "`+next+`" }, 100)</script>`))
		p.Wait(`document.title === "next" || new Promise(answer => setTimeout(() => answer(false), 3000))`)
	}
}
