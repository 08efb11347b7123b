package serve

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// shownServer shows a tree without building one.
func shownServer(site Site) *server {
	s := newServer(Options{Print: &told{}}, hostsOf("", 8065, ""))
	s.now.Store(&shown{site: site, generation: 3})
	return s
}

func sampleServer() (*server, *texts) {
	tree := sampleTree()
	return shownServer(Site{Tree: tree, Base: "/mta/ASPECT/", Index: "dark_cal/", Missing: "dark_cal/404.html"}), tree
}

// ask sends a request with headers given as pairs.
func ask(s http.Handler, method, target string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://127.0.0.1:8065/", nil)
	r.RequestURI, r.Host = target, "127.0.0.1:8065"
	_, r.URL.RawQuery, _ = strings.Cut(target, "?")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// A name of somebody else's that leads here is refused before the tree is
// asked anything.
func TestHosts(t *testing.T) {
	s, tree := sampleServer()
	for _, host := range []string{"localhost:8065", "127.0.0.1:8065", "[::1]:8065", "LOCALHOST:8065"} {
		if w := ask(s, "GET", "/mta/ASPECT/dark_cal/", "Host", host); w.Code != http.StatusOK {
			t.Errorf("%s: %d", host, w.Code)
		}
	}
	foreign := []string{
		"", "localhost", "127.0.0.1", "[::1]", "::1", "::1:8065", "localhost:80", "localhost:8066", "127.0.0.1:8066", "[::1]:8066",
		"localhost:", "localhost:08065", "localhost:8065:8065", "localhost:8065/", "localhost:8065 ", " localhost:8065", "localhost:8065,evil.example",
		"localhost.:8065", "localhost.localdomain:8065", "evil.localhost:8065", "a.localhost:8065", "localhost.evil.example:8065", "evil.example#localhost:8065",
		"127.0.0.2:8065", "127.1:8065", "127.0.1:8065", "0x7f000001:8065", "2130706433:8065", "017700000001:8065", "0.0.0.0:8065", "0:8065",
		"[::]:8065", "[::ffff:127.0.0.1]:8065", "[0:0:0:0:0:0:0:1]:8065", "[::1%25lo]:8065", "[fe80::1]:8065", "10.0.0.1:8065", "192.168.1.1:8065", "169.254.169.254:8065",
		"127.0.0.1.nip.io:8065", "localtest.me:8065", "lvh.me:8065", "7f000001.c0a80001.rbndr.us:8065", "make-127-0-0-1-rr.1u.ms:8065", "evil.example:8065", "evil.example",
		"user@localhost:8065", "localhost@evil.example:8065", "xn--lcalhost-93a.example:8065", "ⅼocalhost:8065", "localhost\u200b:8065", "localhost%00:8065", "LOCALHOST.EVIL.EXAMPLE:8065",
	}
	if len(foreign) < 50 {
		t.Fatalf("only %d names", len(foreign))
	}
	before := tree.asked.Load()
	for _, host := range foreign {
		for _, target := range []string{"/mta/ASPECT/dark_cal/", scriptPath, streamPath + "?token=" + s.token, "/../x"} {
			if w := ask(s, "GET", target, "Host", host); w.Code != http.StatusForbidden {
				t.Errorf("Host %q: %s: %d, want 403", host, target, w.Code)
			}
		}
	}
	if n := tree.asked.Load() - before; n != 0 {
		t.Errorf("the tree was asked %d times", n)
	}
}

func TestHostsOnOtherAddresses(t *testing.T) {
	for _, c := range []struct {
		listen, machine, host string
		port                  int
		want                  bool
	}{
		{"0.0.0.0", "moon", "moon:8065", 8065, true},
		{"0.0.0.0", "moon", "192.168.1.7:8065", 8065, true},
		{"::", "moon", "[fd00::7]:8065", 8065, true},
		{"0.0.0.0", "moon", "[fe80::1%eth0]:8065", 8065, false},
		{"0.0.0.0", "moon", "192.168.1.7:8066", 8065, false},
		{"0.0.0.0", "moon", "evil.example:8065", 8065, false},
		{"192.168.1.7", "moon", "192.168.1.7:8065", 8065, true},
		{"192.168.1.7", "moon", "moon:8065", 8065, false},
		{"192.168.1.7", "moon", "192.168.1.8:8065", 8065, false},
		{"", "moon", "localhost", 80, true},
		{"", "moon", "[::1]", 80, true},
		{"0.0.0.0", "moon", "192.168.1.7", 80, true},
		{"0.0.0.0", "moon", "evil.example", 80, false},
	} {
		if got := hostsOf(c.listen, c.port, c.machine).allow(c.host); got != c.want {
			t.Errorf("listening on %q port %d as %q: Host %q: %v", c.listen, c.port, c.machine, c.host, got)
		}
	}
}

func TestMethods(t *testing.T) {
	s, tree := sampleServer()
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get"} {
		before := tree.asked.Load()
		w := ask(s, method, "/mta/ASPECT/dark_cal/", "Origin", "http://evil.example", "Access-Control-Request-Method", "GET")
		if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" || tree.asked.Load() != before {
			t.Errorf("%s: %d, Allow %q", method, w.Code, w.Header().Get("Allow"))
		}
	}
	get, head := ask(s, "GET", "/mta/ASPECT/dark_cal/"), ask(s, "HEAD", "/mta/ASPECT/dark_cal/")
	if head.Code != http.StatusOK || head.Body.Len() != 0 || head.Header().Get("Content-Length") != fmt.Sprint(get.Body.Len()) {
		t.Errorf("HEAD: %d, %d bytes, Content-Length %s of %d", head.Code, head.Body.Len(), head.Header().Get("Content-Length"), get.Body.Len())
	}
}

func TestAddresses(t *testing.T) {
	s, _ := sampleServer()
	for target, want := range map[string]string{
		"/":                                  "302 /mta/ASPECT/dark_cal/",
		"/mta":                               "302 /mta/ASPECT/dark_cal/",
		"/mta/ASPECT/":                       "302 /mta/ASPECT/dark_cal/",
		"/mta/ASPECT/dark_cal":               "302 /mta/ASPECT/dark_cal/",
		"/mta/ASPECT/dark_cal/2015_dec":      "302 /mta/ASPECT/dark_cal/2015_dec/",
		"/mta/ASPECT/dark_cal/assets":        "404 ",
		"/mta/ASPECT/dark_cal/assets/":       "404 ",
		"/mta/ASPECT/dark_cal/nothing":       "404 ",
		"/mta/ASPECT/dark_cal/index.html/":   "404 ",
		"/mta/ASPECT/DARK_CAL/":              "404 ",
		"/dark_cal/":                         "404 ",
		"/-/darksite/":                       "404 ",
		"/mta/ASPECT/dark_cal/index.html":    "200 text/html; charset=utf-8",
		"/mta/ASPECT/dark_cal/?x=1":          "200 text/html; charset=utf-8",
		"/mta/ASPECT/dark_cal/index.html?..": "200 text/html; charset=utf-8",

		"/mta/ASPECT/dark_cal/2015_dec/image.fits":   "200 application/fits",
		"/mta/ASPECT/dark_cal/2015_dec/table.csv":    "200 text/csv; charset=utf-8",
		"/mta/ASPECT/dark_cal/2015_dec/map.svg":      "200 image/svg+xml",
		"/mta/ASPECT/dark_cal/assets/style.css?v=1":  "200 text/css; charset=utf-8",
		"/mta/ASPECT/dark_cal/assets/charts.js":      "200 text/javascript; charset=utf-8",
		"/mta/ASPECT/dark_cal/assets/data.json":      "200 application/json",
		"/mta/ASPECT/dark_cal/assets/echarts.NOTICE": "200 application/octet-stream",
		"/mta/ASPECT/dark_cal/assets/odd.xyz":        "200 application/octet-stream",
		"/mta/ASPECT/dark_cal/assets/%C3%A9%20a.txt": "200 text/plain; charset=utf-8",
		"/mta/ASPECT/dark_cal/%32015_dec/image.fits": "200 application/fits",
		scriptPath: "200 text/javascript; charset=utf-8",
	} {
		w := ask(s, "GET", target)
		got := fmt.Sprintf("%d %s", w.Code, w.Header().Get("Location"))
		if w.Code == http.StatusOK {
			got = fmt.Sprintf("%d %s", w.Code, w.Header().Get("Content-Type"))
		}
		if got != want {
			t.Errorf("%s: %s, want %s", target, got, want)
		}
		for name := range w.Header() {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s: %s: %s", target, name, w.Header().Get(name))
			}
		}
		if w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("Cross-Origin-Resource-Policy") != "same-origin" {
			t.Errorf("%s: headers %v", target, w.Header())
		}
	}
	w := ask(s, "GET", "/mta/ASPECT/nothing")
	if !strings.Contains(w.Body.String(), "Not here") || !strings.Contains(w.Body.String(), scriptPath) {
		t.Errorf("the page for missing addresses: %s", w.Body)
	}
	top := shownServer(Site{Tree: &texts{files: map[string]string{"index.html": samplePage}}, Base: "/"})
	if w := ask(top, "GET", "/"); w.Code != http.StatusOK {
		t.Errorf("index at the top: %d", w.Code)
	}
	if w := ask(top, "GET", "/x"); w.Code != http.StatusNotFound || w.Header().Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("nothing at the top: %d %s", w.Code, w.Header())
	}
}

// What is served is the tree but for the two places that instrument names.
func TestServedIsTheTree(t *testing.T) {
	s, tree := sampleServer()
	for _, name := range tree.Paths() {
		got := ask(s, "GET", escapePath("/mta/ASPECT/"+name)).Body.String()
		if strings.HasSuffix(name, ".html") {
			var ok bool
			if got, ok = uninstrument(got); !ok {
				t.Errorf("%s: nothing to take away", name)
			}
		}
		if got != tree.files[name] {
			t.Errorf("%s:\n got %q\nwant %q", name, got, tree.files[name])
		}
	}
}

// uninstrument takes away what the preview added to a page.
func uninstrument(page string) (string, bool) {
	a := strings.Index(page, "connect-src http://127.0.0.1:8065/-/darksite/events; ")
	if a < 0 {
		return page, false
	}
	page = page[:a] + page[a+len("connect-src http://127.0.0.1:8065/-/darksite/events; "):]
	b := strings.Index(page, `<script src="/-/darksite/reload.js"`)
	if b < 0 {
		return page, false
	}
	end := b + strings.Index(page[b:], "</script>") + len("</script>")
	return page[:b] + page[end:], true
}

func TestTagsAndRanges(t *testing.T) {
	s, tree := sampleServer()
	dir := t.TempDir()
	write := func(text string) {
		if err := os.WriteFile(filepath.Join(dir, "coverage.fits"), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("first")
	tree.files["dark_cal/2015_dec/coverage.fits"] = "disk:" + dir
	for _, name := range tree.Paths() {
		target := escapePath("/mta/ASPECT/" + name)
		w := ask(s, "GET", target)
		tag := w.Header().Get("ETag")
		if len(tag) < 20 {
			t.Fatalf("%s: ETag %q", name, tag)
		}
		if again := ask(s, "GET", target, "If-None-Match", tag); again.Code != http.StatusNotModified || again.Body.Len() != 0 {
			t.Errorf("%s: %d with its own ETag", name, again.Code)
		}
		if other := ask(s, "GET", target, "If-None-Match", `"other"`); other.Code != http.StatusOK || other.Body.String() != w.Body.String() {
			t.Errorf("%s: %d with another ETag", name, other.Code)
		}
		if w.Body.Len() == 0 {
			continue
		}
		part := ask(s, "GET", target, "Range", "bytes=1-3", "If-Range", tag)
		if whole := w.Body.Bytes(); len(whole) > 3 && (part.Code != http.StatusPartialContent || !bytes.Equal(part.Body.Bytes(), whole[1:4])) {
			t.Errorf("%s: a range gives %d %q", name, part.Code, part.Body)
		}
		if beyond := ask(s, "GET", target, "Range", "bytes=100000-"); beyond.Code != http.StatusRequestedRangeNotSatisfiable {
			t.Errorf("%s: a range beyond gives %d", name, beyond.Code)
		}
	}
	// A download that was written anew has another tag at once.
	target := "/mta/ASPECT/dark_cal/2015_dec/coverage.fits"
	before := ask(s, "GET", target).Header().Get("ETag")
	write("second")
	if w := ask(s, "GET", target, "If-None-Match", before); w.Code != http.StatusOK || w.Body.String() != "second" {
		t.Errorf("after a change: %d %q", w.Code, w.Body)
	}
}

// Links out of a directory of downloads are not followed.
func TestLinks(t *testing.T) {
	s, tree := sampleServer()
	outside, dir := t.TempDir(), t.TempDir()
	secret := filepath.Join(outside, "secret.txt")
	if err := os.WriteFile(secret, []byte("secret"), 0o666); err != nil {
		t.Fatal(err)
	}
	up, err := filepath.Rel(dir, secret)
	if err != nil {
		t.Fatal(err)
	}
	for name, to := range map[string]string{"absolute.txt": secret, "relative.txt": up, "dangling.txt": "nowhere"} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		tree.files["dark_cal/"+name] = "disk:" + dir
		w := ask(s, "GET", "/mta/ASPECT/dark_cal/"+name)
		if w.Code != http.StatusNotFound || strings.Contains(w.Body.String(), "secret") && !strings.Contains(name, "secret") {
			t.Errorf("%s: %d %q", name, w.Code, w.Body)
		}
	}
}

// tricks are paths that have led out of the root of some server.
func tricks() []string {
	ups := []string{
		"..", "%2e%2e", "%2E%2E", ".%2e", "%2e.", "%252e%252e", "%25252e%25252e", "..%00", "..%01", "..;", "..;x=1", "...", "....", "%c0%ae%c0%ae", "%e0%80%ae%e0%80%ae",
		"%f0%80%80%ae%f0%80%80%ae", "%uff0e%uff0e", "%ef%bc%8e%ef%bc%8e", "..%20", "..%09", "..\\", "..%5c", "..%255c", "%%32%65%%32%65", ".", "%2e",
	}
	separators := []string{"/", "//", "\\", "%2f", "%5c", "%252f", "%c0%af", "/./", ";/", "%00/"}
	var all []string
	for _, up := range ups {
		for _, sep := range separators {
			for _, depth := range []int{1, 3} {
				all = append(all, "/mta/ASPECT/dark_cal/"+strings.Repeat(up+sep, depth)+"secret.txt")
			}
			all = append(all, "/"+strings.Repeat(up+sep, 8)+"etc/passwd")
		}
	}
	return append(all,
		"//etc/passwd", "///etc/passwd", "/%2fetc/passwd", "/C:/Windows/win.ini", "/C:%5cWindows%5cwin.ini", "/c|/boot.ini", "/file:///etc/passwd", "file:///etc/passwd",
		"/mta/ASPECT//dark_cal/", "/mta/ASPECT/./dark_cal/", "/mta//ASPECT/dark_cal/", "/mta/ASPECT/dark_cal/%00", "/mta/ASPECT/dark_cal/index.html%00.txt",
		"/mta/ASPECT/dark_cal/index.html%0d%0aX: y", "/mta/ASPECT/dark_cal/index.html%", "/mta/ASPECT/dark_cal/index.html%zz", "/mta/ASPECT/dark_cal/index.html;x",
		"/mta/ASPECT/dark_cal/index.html::$DATA", "/mta/ASPECT/dark_cal/INDEX~1.HTM", "/mta/ASPECT/dark_cal/index.html.", "/mta/ASPECT/dark_cal/index.html%20",
		"/mta/ASPECT/dark_cal/%ff", "/mta/ASPECT/dark_cal/%c0%af", "/mta/ASPECT/dark_cal\\index.html", "mta/ASPECT/dark_cal/", "*", "http://127.0.0.1:8065/mta/ASPECT/dark_cal/",
		"http://evil.example/mta/ASPECT/dark_cal/", "/mta/ASPECT/dark_cal/#", "/"+strings.Repeat("a", 5000), "/"+strings.Repeat("a/", 1000), "/mta/ASPECT/dark_cal/.darksite-manifest",
		"/mta/ASPECT/dark_cal/../dark_cal/", "/mta/ASPECT/dark_cal/%2e%2e/dark_cal/", "/-/darksite/../../mta/ASPECT/dark_cal/", "/mta/ASPECT/-/darksite/reload.js", "/.git/config",
	)
}

// The tricks are sent over a connection as they are: a client would tidy them.
func TestPathTricks(t *testing.T) {
	s, tree := sampleServer()
	tree.files["secret.txt"] = "never"
	tree.files["mta/secret.txt"] = "never"
	web := httptest.NewServer(s)
	defer web.Close()
	all := tricks()
	if len(all) < 500 {
		t.Fatalf("only %d tricks", len(all))
	}
	for _, target := range all {
		conn, err := net.Dial("tcp", web.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: localhost:8065\r\nConnection: close\r\n\r\n", target)
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatalf("%q: %v", target, err)
		}
		body, err := io.ReadAll(answer.Body)
		conn.Close()
		foreign := strings.Contains(target, "://evil") && answer.StatusCode == http.StatusForbidden || strings.Contains(target, "://127") && answer.StatusCode == http.StatusForbidden
		if err != nil || answer.StatusCode != http.StatusBadRequest && answer.StatusCode != http.StatusNotFound && !foreign {
			t.Errorf("%q: %d (%v)", target, answer.StatusCode, err)
		}
		if bytes.Contains(body, []byte("never")) {
			t.Errorf("%q: leads out", target)
		}
	}
	for _, path := range []string{"secret.txt", "mta/secret.txt"} {
		if w := ask(s, "GET", "/mta/ASPECT/"+path); w.Body.String() != "never" {
			t.Errorf("the test has no teeth: %s gives %d", path, w.Code)
		}
	}
}

func TestStreamIsForOurPages(t *testing.T) {
	s, _ := sampleServer()
	close(s.closing) // streams that are let in end at once
	web := httptest.NewServer(s)
	defer web.Close()
	for _, c := range []struct {
		token, origin, site string
		want                int
	}{
		{s.token, "", "", 200},
		{s.token, "http://localhost:8065", "same-origin", 200},
		{s.token, "http://evil.example", "", 403},
		{s.token, "null", "", 403},
		{s.token, "http://localhost:8066", "", 403},
		{s.token, "http://127.0.0.1:8065", "", 403}, // another name of ours is another origin
		{s.token, "https://localhost:8065", "", 403},
		{s.token, "", "cross-site", 403},
		{s.token, "", "same-site", 403},
		{"", "", "", 403},
		{s.token[1:], "", "", 403},
		{strings.ToLower(s.token), "", "", 403},
	} {
		for _, method := range []string{"GET", "HEAD"} {
			r, err := http.NewRequest(method, web.URL+streamPath+"?token="+c.token, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Host = "localhost:8065"
			if c.origin != "" {
				r.Header.Set("Origin", c.origin)
			}
			if c.site != "" {
				r.Header.Set("Sec-Fetch-Site", c.site)
			}
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if answer.StatusCode != c.want || answer.Header.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s %+v: %d", method, c, answer.StatusCode)
			}
		}
	}
	if other, _ := sampleServer(); other.token == s.token || len(s.token) < 20 {
		t.Errorf("tokens %q and %q", s.token, other.token)
	}
}

func TestPlaceholder(t *testing.T) {
	s := shownServer(Site{})
	w := ask(s, "GET", "/anything/")
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "being made") || !strings.Contains(w.Body.String(), scriptPath) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
