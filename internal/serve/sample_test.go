package serve

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"html"
	"io"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// texts is a tree of texts that counts how often it is asked.
type texts struct {
	files map[string]string
	asked atomic.Int64
}

type textFile struct{ *strings.Reader }

func (textFile) Close() error { return nil }

func (t *texts) Paths() []string { return slices.Sorted(maps.Keys(t.files)) }

func (t *texts) Size(path string) (int64, bool) {
	t.asked.Add(1)
	text, ok := t.files[path]
	return int64(len(text)), ok
}

func (t *texts) Open(path string) (io.ReadCloser, error) {
	t.asked.Add(1)
	text, ok := t.files[path]
	switch {
	case !ok:
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	case strings.HasPrefix(text, "disk:"):
		return os.OpenInRoot(strings.TrimPrefix(text, "disk:"), filepath.Base(path))
	case strings.HasPrefix(text, "stream:"): // cannot be sought
		return io.NopCloser(bytes.NewBufferString(text)), nil
	}
	return textFile{strings.NewReader(text)}, nil
}

const samplePage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'; style-src 'self'">
<title>A page</title>
<link rel="stylesheet" href="assets/style.css?v=12345678">
</head>
<body>
<p>Text &amp; more.</p>
</body>
</html>
`

func sampleTree() *texts {
	return &texts{files: map[string]string{
		"dark_cal/index.html":            samplePage,
		"dark_cal/404.html":              strings.Replace(samplePage, "A page", "Not here", 1),
		"dark_cal/2015_dec/index.html":   samplePage,
		"dark_cal/2015_dec/image.fits":   "SIMPLE  = T and so on",
		"dark_cal/2015_dec/table.csv":    "stream:a,b\n1,2\n",
		"dark_cal/2015_dec/map.svg":      "<svg/>",
		"dark_cal/assets/style.css":      "p { color: #000 }",
		"dark_cal/assets/charts.js":      "draw()",
		"dark_cal/assets/echarts.NOTICE": "a notice",
		"dark_cal/assets/data.json":      "{}",
		"dark_cal/assets/odd.xyz":        "?",
		"dark_cal/assets/é a.txt":        "a name",
	}}
}

// told keeps what a person would have been told.
type told struct {
	mu    sync.Mutex
	lines []string
}

func (l *told) add(kind, format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, kind+fmt.Sprintf(format, args...))
}

func (l *told) Printf(format string, args ...any)   { l.add("", format, args...) }
func (l *told) Verbosef(format string, args ...any) {}
func (l *told) Warnf(format string, args ...any)    { l.add("warning: ", format, args...) }
func (l *told) Errorf(format string, args ...any)   { l.add("error: ", format, args...) }

func (l *told) count(part string) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, line := range l.lines {
		if strings.Contains(line, part) {
			n++
		}
	}
	return n
}

// running is a preview that was started by a test and ends with it.
type running struct {
	t       testing.TB
	address string // of the index
	told    *told
	stop    func() error
}

// start runs a preview on a free port.
func start(t testing.TB, o Options) *running {
	t.Helper()
	r := &running{t: t, told: &told{}}
	ctx, cancel := context.WithCancel(context.Background())
	ready, ended := make(chan string, 1), make(chan error, 1)
	o.Print = r.told
	o.Ready = func(address string) { ready <- address }
	go func() { ended <- Run(ctx, o) }()
	r.stop = sync.OnceValue(func() error {
		cancel()
		return <-ended
	})
	t.Cleanup(func() {
		if err := r.stop(); err != nil {
			t.Errorf("the preview ended with %v", err)
		}
	})
	select {
	case r.address = <-ready:
	case err := <-ended:
		ended <- nil
		t.Fatalf("the preview did not start: %v", err)
	}
	return r
}

// get asks for an address below that of the index.
func (r *running) get(below string) (status int, body string) {
	r.t.Helper()
	answer, err := http.Get(r.address + below)
	if err != nil {
		r.t.Fatal(err)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer.StatusCode, string(content)
}

// patience is how long a test waits for what must come. It says nothing of how
// soon it comes.
const patience = time.Minute

// until waits for something to become true.
func until(t testing.TB, what string, true func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !true(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within %v", what, patience)
		}
	}
}

// stream opens the reload stream of the page at an address.
func (r *running) stream(below string) net.Conn {
	r.t.Helper()
	_, page := r.get(below)
	_, rest, ok := strings.Cut(page, `data-stream="`)
	if !ok {
		r.t.Fatalf("no stream in %q", page)
	}
	path, _, _ := strings.Cut(rest, `"`)
	path = html.UnescapeString(path)
	host := strings.SplitN(strings.TrimPrefix(r.address, "http://"), "/", 2)[0]
	conn, err := net.Dial("tcp", host)
	if err != nil {
		r.t.Fatal(err)
	}
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", path, host)
	return conn
}

// events gives what the stream of a page says, one after the other.
func (r *running) events(below string) (next func() string, end func()) {
	r.t.Helper()
	conn := r.stream(below)
	lines := bufio.NewScanner(conn)
	return func() string {
		r.t.Helper()
		conn.SetReadDeadline(time.Now().Add(patience))
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				return data
			}
		}
		r.t.Fatalf("the stream ended: %v", lines.Err())
		return ""
	}, func() { conn.Close() }
}
