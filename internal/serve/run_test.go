package serve

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// folder builds a tree of the files in a directory. A page that holds BROKEN
// does not build.
type folder struct {
	dir    string
	builds atomic.Int64
	hook   func() error // called at the start of a build
}

func newFolder(t testing.TB) *folder {
	f := &folder{dir: filepath.Join(t.TempDir(), "site")}
	f.write(t, "pages/index.html", samplePage)
	f.write(t, "pages/assets/style.css", "p { color: #000 }")
	return f
}

func (f *folder) path(name string) string { return filepath.Join(f.dir, filepath.FromSlash(name)) }

// write replaces a file in one step, so that no build sees half of it.
func (f *folder) write(t testing.TB, name, text string) {
	t.Helper()
	path := f.path(name)
	beside := filepath.Join(filepath.Dir(path), ".new")
	err := os.MkdirAll(filepath.Dir(path), 0o777)
	if err == nil {
		err = os.WriteFile(beside, []byte(text), 0o666)
	}
	if err == nil {
		err = os.Rename(beside, path)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (f *folder) options() Options {
	return Options{Build: f.build, Watch: f.roots()}
}

func (f *folder) roots() []Root {
	return []Root{{Path: f.path("pages"), Settle: 5 * time.Millisecond}, {Path: f.path("later/data"), Settle: 5 * time.Millisecond}, {Path: f.path("site.toml"), Settle: 5 * time.Millisecond}}
}

func (f *folder) build(_ context.Context, changed []string) (Site, error) {
	f.builds.Add(1)
	if f.hook != nil {
		if err := f.hook(); err != nil {
			return Site{}, err
		}
	}
	tree := &texts{files: map[string]string{}}
	for _, dir := range []string{"pages", "later/data"} {
		top := f.path(dir)
		err := filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) || err == nil && entry.IsDir() {
				return nil
			} else if err != nil {
				return err
			}
			content, err := os.ReadFile(path)
			if errors.Is(err, fs.ErrNotExist) {
				return nil // saved anew just now
			}
			name, _ := filepath.Rel(top, path)
			tree.files[filepath.ToSlash(name)] = string(content)
			if line, _, broken := strings.Cut(string(content), "BROKEN"); broken {
				return fmt.Errorf("%s:%d: it is broken", path, 1+strings.Count(line, "\n"))
			}
			return err
		})
		if err != nil {
			return Site{}, err
		}
	}
	site := Site{Tree: tree, Base: "/", Watch: f.roots()}
	if content, err := os.ReadFile(f.path("site.toml")); err == nil && len(content) > 0 {
		site.Problems = strings.Split(string(content), "\n")
	}
	return site, nil
}

// Every way to save a file is noticed, in directories old and new.
func TestFollowsFiles(t *testing.T) {
	f := newFolder(t)
	r := start(t, f.options())
	shows := func(below, text string) {
		t.Helper()
		until(t, below+" shows "+text, func() bool { _, body := r.get(below); return strings.Contains(body, text) })
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.WriteFile(f.path("pages/index.html"), []byte("<p>written over"), 0o666))
	shows("", "written over")
	f.write(t, "pages/.index.html.tmp", "<p>renamed over")
	must(os.Rename(f.path("pages/.index.html.tmp"), f.path("pages/index.html")))
	shows("", "renamed over")
	must(os.Rename(f.path("pages/index.html"), f.path("pages/index.html~"))) // as vim does it
	f.write(t, "pages/index.html", "<p>kept a copy")
	shows("", "kept a copy")
	file, err := os.OpenFile(f.path("pages/index.html"), os.O_APPEND|os.O_WRONLY, 0)
	must(err)
	_, err = file.WriteString(" appended")
	must(errors.Join(err, file.Close()))
	shows("", "appended")

	f.write(t, "pages/a/b/c/index.html", "<p>deep")
	shows("a/b/c/", "deep")
	f.write(t, "pages/a/b/c/index.html", "<p>deeper")
	shows("a/b/c/", "deeper")
	must(os.Rename(f.path("pages/a"), f.path("pages/z")))
	shows("z/b/c/", "deeper")
	f.write(t, "pages/z/b/c/index.html", "<p>after the move")
	shows("z/b/c/", "after the move")
	must(os.RemoveAll(f.path("pages/z")))
	until(t, "what was removed is gone", func() bool { status, _ := r.get("z/b/c/"); return status == http.StatusNotFound })
	f.write(t, "pages/z/b/c/index.html", "<p>back again")
	shows("z/b/c/", "back again")

	// The root itself is replaced, and one appears that was not there.
	must(os.Rename(f.path("pages"), f.path("away")))
	until(t, "the root is gone", func() bool { status, _ := r.get(""); return status == http.StatusNotFound })
	must(os.Rename(f.path("away"), f.path("pages")))
	shows("", "appended")
	f.write(t, "pages/index.html", "<p>in the new root")
	shows("", "in the new root")
	f.write(t, "later/data/new/index.html", "<p>a root that came later")
	shows("new/", "came later")
	f.write(t, "later/data/new/index.html", "<p>and changed")
	shows("new/", "and changed")
}

// The last good tree stays while something is wrong; that is said once.
func TestProblems(t *testing.T) {
	f := newFolder(t)
	r := start(t, f.options())
	next, end := r.events("")
	defer end()
	if got := next(); got != `{"generation":1,"styles":0,"problems":[]}` {
		t.Errorf("at first: %s", got)
	}
	f.write(t, "pages/index.html", "<p>one\n<p>BROKEN")
	want := fmt.Sprintf(`{"generation":1,"styles":0,"problems":[{"file":%q,"line":2,"message":"%[1]s:2: it is broken"}]}`, f.path("pages/index.html"))
	if got := next(); got != want {
		t.Errorf("broken:\n got %s\nwant %s", got, want)
	}
	if status, body := r.get(""); status != http.StatusOK || !strings.Contains(body, "Text &amp; more") {
		t.Errorf("the last good page has gone: %d %s", status, body)
	}
	f.write(t, "pages/other.html", "<p>another page") // is still broken
	if got := next(); got != want {
		t.Errorf("still broken: %s", got)
	}
	if n := r.told.count("it is broken"); n != 1 {
		t.Errorf("said %d times", n)
	}
	f.write(t, "pages/index.html", "<p>mended")
	if got := next(); got != `{"generation":2,"styles":0,"problems":[]}` {
		t.Errorf("mended: %s", got)
	}
	if r.told.count("all is well again") != 1 {
		t.Error("the recovery was not told")
	}
	f.write(t, "pages/assets/style.css", "p { color: #111 }")
	if got := next(); got != `{"generation":2,"styles":1,"problems":[]}` {
		t.Errorf("styles: %s", got)
	}
	// Problems of a tree that is there all the same.
	f.write(t, "site.toml", "2015355: no good")
	if got := next(); got != `{"generation":2,"styles":1,"problems":[{"message":"2015355: no good"}]}` {
		t.Errorf("a problem beside the pages: %s", got)
	}
}

func TestProblemFromTheStart(t *testing.T) {
	f := newFolder(t)
	f.write(t, "pages/index.html", "BROKEN")
	r := start(t, f.options())
	if status, body := r.get(""); status != http.StatusServiceUnavailable || !strings.Contains(body, "could not be made") {
		t.Errorf("%d %s", status, body)
	}
	f.write(t, "pages/index.html", "<p>good")
	until(t, "the page appears", func() bool { status, _ := r.get(""); return status == http.StatusOK })
}

// A build that has to wait is tried again, with all that changed meanwhile; one
// that panics is a problem like others.
func TestBuildsThatFail(t *testing.T) {
	f := newFolder(t)
	var answer atomic.Pointer[func() error]
	set := func(g func() error) { answer.Store(&g) }
	set(func() error { return nil })
	f.hook = func() error { return (*answer.Load())() }
	r := start(t, f.options())
	set(func() error { return fmt.Errorf("%w: somebody", ErrBusy) })
	f.write(t, "pages/index.html", "<p>after the wait")
	until(t, "it is said that it waits", func() bool { return r.told.count("waiting: another program is at work: somebody") == 1 })
	before := f.builds.Load()
	until(t, "it is tried again", func() bool { return f.builds.Load() > before+1 })
	if n := r.told.count("somebody"); n != 1 {
		t.Errorf("said %d times", n)
	}
	set(func() error { return nil })
	until(t, "the change is seen", func() bool { _, body := r.get(""); return strings.Contains(body, "after the wait") })

	set(func() error { panic("oh") })
	f.write(t, "pages/index.html", "<p>after the panic")
	until(t, "the panic is told", func() bool { return r.told.count("error: the build panicked: oh") == 1 })
	if _, body := r.get(""); !strings.Contains(body, "after the wait") {
		t.Errorf("the last good page has gone: %s", body)
	}
	set(func() error { return ErrUnchanged })
	f.write(t, "pages/index.html", "<p>as it was")
	until(t, "what is unchanged is well", func() bool { return r.told.count("all is well again") == 1 })
}

// After any number of saves the last one is shown, and nothing has piled up.
// DARKSITE_NIGHTLY=1 makes them ten thousand.
func TestManySaves(t *testing.T) {
	saves := 1000
	if os.Getenv("DARKSITE_NIGHTLY") != "" {
		saves = 10000
	}
	f := newFolder(t)
	r := start(t, f.options())
	listen := r.stream("")
	go io.Copy(io.Discard, listen) // a browser that listens
	defer listen.Close()
	measure := func() (goroutines int, heap uint64) {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&m)
		return runtime.NumGoroutine(), m.HeapAlloc
	}
	var goroutines int
	var heap uint64
	for n := range saves {
		text := fmt.Sprintf("<p>save %d %s", n, strings.Repeat("x", n%500))
		switch n % 5 {
		case 0:
			text = "BROKEN " + text
		case 1: // not in one step
			if err := os.WriteFile(f.path("pages/index.html"), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
			continue
		case 2:
			f.write(t, fmt.Sprintf("pages/d%d/index.html", n), text)
			if err := os.RemoveAll(f.path(fmt.Sprintf("pages/d%d", n))); err != nil {
				t.Fatal(err)
			}
		}
		f.write(t, "pages/index.html", text)
		if n%10 == 9 { // let it build now and then
			until(t, text[:10]+" is shown", func() bool { _, body := r.get(""); return strings.Contains(body, text) })
		}
		if n == saves/10 {
			goroutines, heap = measure()
		}
	}
	f.write(t, "pages/index.html", "<p>the end")
	until(t, "the last save is shown", func() bool { _, body := r.get(""); return strings.Contains(body, "<p>the end") })
	http.DefaultClient.CloseIdleConnections()
	moreGoroutines, moreHeap := measure()
	t.Logf("%d saves, %d builds; %d then %d goroutines, %d then %d bytes", saves, f.builds.Load(), goroutines, moreGoroutines, heap, moreHeap)
	if moreGoroutines > goroutines+5 {
		t.Errorf("%d goroutines became %d", goroutines, moreGoroutines)
	}
	if moreHeap > heap+5<<20 {
		t.Errorf("%d bytes became %d", heap, moreHeap)
	}
}

func TestPortTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	f := newFolder(t)
	o := f.options()
	o.Port = port
	r := start(t, o)
	if r.told.count(fmt.Sprintf("warning: port %d is taken; serving on ", port)) != 1 || strings.Contains(r.address, fmt.Sprintf(":%d/", port)) {
		t.Errorf("%s: %q", r.address, r.told.lines)
	}
	if status, _ := r.get(""); status != http.StatusOK {
		t.Errorf("%d", status)
	}
	for _, port := range []int{-1, 65536} {
		if err := Run(context.Background(), Options{Port: port, Print: &told{}}); err == nil {
			t.Errorf("port %d is taken for one", port)
		}
	}
}

func TestListensHereOnly(t *testing.T) {
	listeners, port, err := listen("", 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range listeners {
		defer l.Close()
		if a := l.Addr().(*net.TCPAddr); !a.IP.IsLoopback() || a.Port != port {
			t.Errorf("listens on %v", a)
		}
	}
	if _, err := net.Listen("tcp", "[::1]:0"); err == nil && len(listeners) != 2 {
		t.Errorf("%d listeners, ::1 is there", len(listeners))
	}
	for host, want := range map[string]bool{"": true, "localhost": true, "127.0.0.1": true, "127.5.5.5": true, "::1": true, "0.0.0.0": false, "::": false, "192.168.1.7": false, "moon": false} {
		if Loopback(host) != want {
			t.Errorf("%q is this machine alone: %v", host, !want)
		}
	}
	o := newFolder(t).options()
	o.Host = "0.0.0.0"
	if r := start(t, o); r.told.count("warning: serving on 0.0.0.0: others can read") != 1 || !strings.HasPrefix(r.address, "http://127.0.0.1:") {
		t.Errorf("%s: %q", r.address, r.told.lines)
	}
}

// The end does not wait for readers.
func TestEndsWithStreamsOpen(t *testing.T) {
	f := newFolder(t)
	r := start(t, f.options())
	for range 20 {
		_, end := r.events("")
		defer end()
	}
	began := time.Now()
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	t.Logf("ended in %v", time.Since(began))
}

// Connections that only take are turned away or cost little, and pages are
// served beside them.
func TestSlowClients(t *testing.T) {
	f := newFolder(t)
	r := start(t, f.options())
	host := strings.SplitN(strings.TrimPrefix(r.address, "http://"), "/", 2)[0]
	_, page := r.get("")
	_, rest, _ := strings.Cut(page, `data-stream="`)
	stream, _, _ := strings.Cut(rest, `"`)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for n := range 1000 {
		conn, err := net.Dial("tcp", host)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		switch n % 3 {
		case 0: // an idle stream
			fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", stream, host)
		case 1: // half a request
			fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: %s\r\nX-Slow: ", host)
		case 2: // says nothing
		}
	}
	for range 10 {
		if status, _ := r.get(""); status != http.StatusOK {
			t.Errorf("%d", status)
		}
	}
	runtime.ReadMemStats(&after)
	if grown := int64(after.Sys) - int64(before.Sys); grown > 200<<20 {
		t.Errorf("%d bytes more", grown)
	}
	conn, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	go func() {
		fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: %s\r\n", host)
		for n := range 10000 {
			if _, err := fmt.Fprintf(conn, "X-%d: %s\r\n", n, strings.Repeat("x", 1000)); err != nil {
				return
			}
		}
	}()
	if answer, err := http.ReadResponse(bufio.NewReader(conn), nil); err == nil && answer.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("10 MB of headers: %d", answer.StatusCode)
	}
}

// The oldest stream makes room for one more.
func TestStreamLimit(t *testing.T) {
	var s streams
	var all []*stream
	for range maxStreams + 3 {
		all = append(all, s.add())
	}
	for i, one := range all {
		select {
		case <-one.gone:
			if i >= 3 {
				t.Errorf("stream %d had to go", i)
			}
		default:
			if i < 3 {
				t.Errorf("stream %d is still there", i)
			}
		}
		s.remove(one)
	}
	if len(s.open) != 0 {
		t.Errorf("%d streams are left", len(s.open))
	}
}

// A directory that several roots are in brings all of them.
func TestFollowsRootsInANewDirectory(t *testing.T) {
	f := newFolder(t)
	o := f.options()
	for _, dir := range []string{"new/notes", "new"} {
		o.Watch = append(o.Watch, Root{Path: f.path(dir), Settle: 5 * time.Millisecond})
	}
	build := o.Build
	o.Build = func(ctx context.Context, changed []string) (Site, error) {
		site, err := build(ctx, changed)
		site.Watch = o.Watch
		return site, err
	}
	start(t, o)
	for _, name := range []string{"new/pages/b.md", "new/pages/b.md", "new/notes/a.md", "new/d.md"} {
		before := f.builds.Load()
		f.write(t, name, "text")
		until(t, name+" is built", func() bool { return f.builds.Load() > before })
		time.Sleep(50 * time.Millisecond) // what else came of it
	}
}
