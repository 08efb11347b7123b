package site

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// browse opens a page in headless Chromium and gives the document after its
// scripts ran, and the lines of its console.
func browse(t *testing.T, address string, options ...string) (*html.Node, []string) {
	t.Helper()
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%v: install Debian's package chromium", err)
		}
		t.Skip("no chromium")
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	args := append([]string{
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--user-data-dir=" + t.TempDir(), "--enable-logging=stderr",
		"--window-size=1280,4000", "--virtual-time-budget=5000", "--dump-dom",
	}, append(options, address)...)
	var dom, log strings.Builder
	command := exec.CommandContext(ctx, chromium, args...)
	command.Stdout, command.Stderr = &dom, &log
	if err := command.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", address, err, log.String())
	}
	doc, err := html.Parse(strings.NewReader(dom.String()))
	if err != nil {
		t.Fatal(err)
	}
	var console []string
	for line := range strings.Lines(log.String()) {
		if strings.Contains(line, "CONSOLE") {
			console = append(console, strings.TrimSpace(line))
		}
	}
	return doc, console
}

func TestPagesInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	tree, err := sampleSite()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write(t, tree, dir)

	// The site at some sub-path of a server, which notes what it lacks.
	var mu sync.Mutex
	var lacking []string
	files := http.StripPrefix("/some/where/", http.FileServer(http.Dir(dir)))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, ok := tree.Size(strings.TrimPrefix(r.URL.Path, "/some/where/")); !ok && !strings.HasSuffix(r.URL.Path, "/") {
			mu.Lock()
			lacking = append(lacking, r.URL.Path)
			mu.Unlock()
		}
		files.ServeHTTP(w, r)
	}))
	defer server.Close()

	// A server answers for index.html with a redirect to its directory.
	for _, address := range []string{
		"file://" + filepath.ToSlash(dir) + "/dark_cal/2016_may/index.html",
		server.URL + "/some/where/dark_cal/2016_may/",
		"file://" + filepath.ToSlash(dir) + "/dark_cal/index.html",
	} {
		doc, console := browse(t, address)
		for _, line := range console {
			t.Errorf("%s: console: %s", address, line)
		}
		for _, live := range all(doc, "[data-chart]") {
			if got := attr(live, "data-chart-state"); got != "drawn" {
				t.Errorf("%s: the chart is %q, want drawn", address, got)
			}
		}
		if strings.Contains(address, "2016_may") {
			one(t, doc, ".chart-live canvas")
		}
	}
	for _, path := range lacking {
		t.Errorf("the browser asked for %s", path)
	}
}
