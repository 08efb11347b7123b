//go:build browser

package site

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// browse opens a page in headless Chromium and gives the document after its
// scripts ran, and the lines of its console.
func browse(t *testing.T, address string) (*html.Node, []string) {
	t.Helper()
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatalf("%v: install Debian's package chromium", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	args := []string{
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--user-data-dir=" + t.TempDir(), "--enable-logging=stderr",
		"--window-size=1280,4000", "--virtual-time-budget=5000", "--dump-dom",
		address,
	}
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

func undrawn(chart *html.Node) bool { return attr(chart, "data-chart-state") == "" }

func TestPagesInABrowser(t *testing.T) {
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
		// Charts are drawn in tasks of their own, and Chromium may write the
		// document before: a chart without a state is not yet drawn.
		for try := 1; try < 10 && slices.ContainsFunc(all(doc, "[data-chart]"), undrawn); try++ {
			doc, console = browse(t, address)
		}
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
