//go:build browser

package sitetest

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"testing"

	"darksite/internal/shared"
)

// keepVariable names a directory in which the site stays, so that the next run
// only builds its pages again.
const keepVariable = "DARKSITE_SITE"

// One site for all tests of the package: it takes some seconds to make.
var (
	once   sync.Once
	common *Site
	failed error
	within string
)

func TestMain(m *testing.M) {
	code := m.Run()
	if within != "" {
		if err := os.RemoveAll(within); err != nil && code == 0 {
			code = 1
		}
	}
	os.Exit(code)
}

// site is the site that all tests look at and none changes.
func site(t *testing.T) *Site {
	t.Helper()
	published := shared.Path(t, "data", "published_dark_stats.csv")
	once.Do(func() {
		dir := os.Getenv(keepVariable)
		if dir == "" {
			dir, failed = os.MkdirTemp("", "sitetest-")
			within = dir
		}
		if failed == nil {
			common, failed = makeIn(dir, published)
		}
	})
	if failed != nil {
		t.Fatal(failed)
	}
	return common
}

// missing is the page that a server shows for addresses that are not there. Its
// links begin at the root of the server, so from disk they lead nowhere.
const missing = "dark_cal/404.html"

// sendsOn finds that a page sends its reader on by itself.
var sendsOn = regexp.MustCompile(`(?i)<meta http-equiv="?refresh`)

// pages are the paths of all pages, relative to public/, with slashes, but for
// those that only send their reader on; build looks where they lead.
func (s *Site) pages(t *testing.T) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(s.Public, func(name string, d os.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".html" {
			return err
		}
		content, err := os.ReadFile(name)
		if err != nil || sendsOn.Match(content) {
			return err
		}
		rel, err := filepath.Rel(s.Public, name)
		found = append(found, filepath.ToSlash(rel))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) < Calibrations+3 {
		t.Fatalf("only %d pages: %q", len(found), found)
	}
	return found
}

// disk is the address of public/ on disk, with a slash at its end.
func (s *Site) disk() string { return "file://" + filepath.ToSlash(s.Public) + "/" }

// served is the address of public/ on a server, which lasts as long as the test.
func (s *Site) served(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.StripPrefix(BasePath, http.FileServerFS(os.DirFS(s.Public))))
	t.Cleanup(server.Close)
	return server.URL + BasePath
}
