package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"darksite/internal/lock"
	"darksite/internal/serve"
	"darksite/internal/site"
	"darksite/internal/term"
	"darksite/processing/artifact"
)

// patience is how long a test waits for what must come. It says nothing of how
// soon it comes.
const patience = 2 * time.Minute

// getPage OUT PATH PATTERN asks the server whose address stands in the file OUT
// for a path until status and text match.
func getPage(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: page OUT PATH PATTERN")
	}
	pattern, err := regexp.Compile(`(?s)` + args[2])
	ts.Check(err)
	var last string
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		said, err := os.ReadFile(ts.MkAbs(args[0]))
		address := regexp.MustCompile(`http://[0-9.:]+`).Find(said)
		if err != nil || address == nil {
			continue
		}
		answer, err := http.Get(string(address) + args[1])
		if err != nil {
			continue
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if last = fmt.Sprintf("%d %s", answer.StatusCode, body); err == nil && pattern.MatchString(last) {
			return
		}
	}
	ts.Fatalf("%s is not as wanted within %v:\n%s", args[1], patience, last)
}

// says FILE PATTERN waits until a file has a text.
func says(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: says FILE PATTERN")
	}
	pattern, err := regexp.Compile(args[1])
	ts.Check(err)
	var content []byte
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if content, err = os.ReadFile(ts.MkAbs(args[0])); err == nil && pattern.Match(content) {
			return
		}
	}
	ts.Fatalf("%s does not say %s within %v:\n%s", args[0], args[1], patience, content)
}

// previewing is a preview of a site that was started by a test.
type previewing struct {
	t       testing.TB
	address string
	said    *lockedBuffer
	stop    func()
}

type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// previewOf is a preview of a site that has built nothing yet.
func previewOf(t testing.TB, e *env) preview {
	t.Helper()
	c, err := e.config()
	if err != nil {
		t.Fatal(err)
	}
	return newPreview(e, c, e.config)
}

// startPreview shows the site in dir on a port, 0 for any, until the test ends
// or it is stopped.
func startPreview(t testing.TB, dir string, port int) *previewing {
	t.Helper()
	said := &lockedBuffer{}
	e := &env{Printer: term.New(term.Options{Out: said, Err: said}), dir: dir}
	p := previewOf(t, e)
	ctx, cancel := context.WithCancel(context.Background())
	ready, ended := make(chan string, 1), make(chan error, 1)
	go func() {
		ended <- serve.Run(ctx, serve.Options{Port: port, Build: p.build, Watch: roots(p.Workspace()), Print: e, Ready: func(address string) { ready <- address }})
	}()
	stop := sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the preview said:\n%s", said)
		}
	})
	select {
	case address := <-ready:
		return &previewing{t, address, said, stop}
	case err := <-ended:
		ended <- nil
		t.Fatalf("the preview did not start: %v\n%s", err, said)
		return nil
	}
}

func (p *previewing) get(below string) (int, string) {
	p.t.Helper()
	answer, err := http.Get(p.address + below)
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

func (p *previewing) until(what string, true func() bool) {
	p.t.Helper()
	for deadline := time.Now().Add(patience); !true(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			p.t.Fatalf("%s: not within %v\n%s", what, patience, p.said)
		}
	}
}

// put writes a file of a site in one step.
func put(t testing.TB, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	err := os.MkdirAll(filepath.Dir(path), 0o777)
	if err == nil {
		err = writeFile(path, func(w io.Writer) error { _, err := io.WriteString(w, text); return err })
	}
	if err != nil {
		t.Fatal(err)
	}
}

// smallSite has two calibrations of few rows, and their telemetry.
func smallSite(t testing.TB) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "site")
	for _, id := range []string{"2016125", "2016203"} {
		if code := run([]string{"-q", "simulate", id, "--out", filepath.Join(dir, "data"), "--rows", "24"}); code != 0 {
			t.Fatalf("simulate: exit code %d", code)
		}
	}
	return dir
}

var added = regexp.MustCompile(`connect-src http://[0-9.:]+/-/darksite/events; |<script src="/-/darksite/reload.js"[^>]*></script>`)

// What serve shows is what build writes, byte for byte, but for the script, and
// it shows nothing else. It never writes to public/.
func TestServeIsBuild(t *testing.T) {
	dir := smallSite(t)
	put(t, dir, "site.toml", "[site]\ntitle = \"A title\"\nbase_url = \"https://example.org/mta/ASPECT/\"\n")
	put(t, dir, "static/dark_cal/odd & é.html", "<p>as it is")
	put(t, dir, "content/dark_cal/page.md", "---\ntitle: Page\n---\nText.\n")
	p := startPreview(t, dir, 0)
	if !strings.HasSuffix(p.address, "/mta/ASPECT/dark_cal/") {
		t.Errorf("the address is %s", p.address)
	}
	public := filepath.Join(dir, "public")
	if _, err := os.Stat(public); err == nil {
		t.Errorf("serve has made %s", public)
	}
	if code := run([]string{"-C", dir, "-q", "build"}); code != 0 {
		t.Fatalf("build: exit code %d", code)
	}
	top := filepath.Join(public, site.Section)
	pages := 0
	err := filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		want, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(top, path)
		if err != nil {
			return err
		}
		status, got := p.get(strings.ReplaceAll(filepath.ToSlash(rel), " ", "%20"))
		if "dark_cal/"+filepath.ToSlash(rel) == site.ManifestFile {
			if status != http.StatusNotFound {
				t.Errorf("the manifest of public/ is served: %d", status)
			}
			return nil
		}
		if strings.HasSuffix(rel, ".html") {
			pages++
			if plain := added.ReplaceAllString(got, ""); plain == got {
				t.Errorf("%s: no script", rel)
			} else {
				got = plain
			}
		}
		if status != http.StatusOK || got != string(want) {
			t.Errorf("%s: %d, %d bytes, build wrote %d", rel, status, len(got), len(want))
		}
		return nil
	})
	if err != nil || pages < 6 {
		t.Errorf("%d pages, %v", pages, err)
	}
	if status, body := p.get("nowhere/at/all"); status != http.StatusNotFound || !strings.Contains(body, `href="/mta/ASPECT/dark_cal/`) {
		t.Errorf("the page for missing addresses: %d %s", status, body)
	}
}

// Whatever is changed, what is shown in the end is what build would make of it;
// while something is wrong the last good page stays, and that is told once with
// file and line.
func TestServeFollowsTheSite(t *testing.T) {
	dir := smallSite(t)
	p := startPreview(t, dir, 0)
	shows := func(below, text string) {
		t.Helper()
		p.until(below+" shows "+text, func() bool { _, body := p.get(below); return strings.Contains(body, text) })
	}
	told := func(text string) {
		t.Helper()
		p.until("it is told: "+text, func() bool { return strings.Contains(p.said.String(), text) })
	}
	wrong := func(text string) {
		t.Helper()
		told(text)
		n := 0
		for line := range strings.Lines(p.said.String()) {
			if strings.Contains(line, text) {
				n++
			}
		}
		if n != 1 {
			t.Errorf("told %d times: %s\n%s", n, text, p.said)
		}
		if status, body := p.get("2016_may/"); status != http.StatusOK || !strings.Contains(body, "2016") {
			t.Errorf("the last good page has gone: %d", status)
		}
	}
	well := 0
	mended := func() {
		t.Helper()
		well++
		p.until("all is well again", func() bool { return strings.Count(p.said.String(), "all is well again") == well })
	}
	shows("2016_may/", "2016 May")

	put(t, dir, "content/dark_cal/page.md", "---\ntitle: Page\n---\nFirst text.\n")
	shows("page/", "First text.")
	put(t, dir, "layouts/_partials/footer.html", "<footer>Our own footer</footer>\n")
	shows("2016_may/", "Our own footer")
	put(t, dir, "layouts/_partials/footer.html", "<footer>\n{{ .Nothing.Like.It }}{{ end }}</footer>\n")
	wrong("footer.html:2")
	put(t, dir, "layouts/_partials/footer.html", "<footer>Mended</footer>\n")
	mended()
	shows("2016_may/", "Mended")

	put(t, dir, "site.toml", "[site]\ntitle = \"Another title\"\n")
	shows("", "Another title")
	put(t, dir, "site.toml", "[site]\ntitle = \"Another title\"\nbase_ulr = 3\n")
	wrong("site.toml: line 3: unknown key base_ulr")
	put(t, dir, "site.toml", "[site]\ntitle = \"The third title\"\n")
	mended()
	shows("", "The third title")

	put(t, dir, "content/signoff/2016125.toml", "by = \"N. N.\"\ndate = 2026-11-22\ndecision = \"note\"\nverdict = \"degraded\"\nrules = 2026-11-22\nreason = \"Looked at twice.\"\n")
	shows("2016_may/", "Looked at twice.")
	put(t, dir, "content/signoff/2016125.toml", "by = \"N. N.\"\nwhen = 2026-11-22\n")
	shows("2016_may/", "counts as not signed: content/signoff/2016125.toml: line 2")
	if err := os.Remove(filepath.Join(dir, "content", "signoff", "2016125.toml")); err != nil {
		t.Fatal(err)
	}
	p.until("the sign-off is gone", func() bool { _, body := p.get("2016_may/"); return strings.Contains(body, "No sign-off yet") })

	// Telemetry: one file is damaged, and comes back.
	files, err := filepath.Glob(filepath.Join(dir, "data", "2016125", "*_VC2_*.gz"))
	if err != nil || len(files) != 5 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	good, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	damaged := append(bytes.Clone(good[:len(good)/2]), append([]byte("damaged"), good[len(good)/2:]...)...)
	name := "data/2016125/" + filepath.Base(files[0])
	put(t, dir, name, string(damaged))
	wrong("error: 2016125: ")
	put(t, dir, name, string(good))
	mended()
	// A new calibration, and one that goes.
	if code := run([]string{"-q", "simulate", "2016300", "--out", filepath.Join(dir, "data"), "--rows", "24"}); code != 0 {
		t.Fatalf("simulate: exit code %d", code)
	}
	shows("2016_oct/", "2016 Oct")
	for _, d := range []string{"data", "archive/aca_dark", "comparison"} {
		if err := os.RemoveAll(filepath.Join(dir, filepath.FromSlash(d), "2016300")); err != nil {
			t.Fatal(err)
		}
	}
	p.until("its page is gone", func() bool { status, _ := p.get("2016_oct/"); return status == http.StatusNotFound })

	// In the end it is what build makes.
	if code := run([]string{"-C", dir, "-q", "build"}); code != 0 {
		t.Fatalf("build: exit code %d", code)
	}
	for _, page := range []string{"index.html", "2016_may/index.html", "2016_jul/index.html", "page/index.html", "2016_may/map.png", "2016_jul/thumb.png"} {
		want, err := os.ReadFile(filepath.Join(dir, "public", site.Section, filepath.FromSlash(page)))
		if err != nil {
			t.Fatal(err)
		}
		p.until(page+" is as build makes it", func() bool {
			_, got := p.get(page)
			return added.ReplaceAllString(got, "") == string(want)
		})
	}
}

// A link that leads out of the archive is not followed.
func TestServeLinks(t *testing.T) {
	dir := smallSite(t)
	p := startPreview(t, dir, 0)
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("never"), 0o666); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "archive", "aca_dark", "2016125", "coverage.fits")
	if status, _ := p.get("2016_may/coverage.fits"); status != http.StatusOK {
		t.Errorf("before: %d", status)
	}
	if err := errors.Join(os.Remove(file), os.Symlink(secret, file)); err != nil {
		t.Fatal(err)
	}
	if status, body := p.get("2016_may/coverage.fits"); status == http.StatusOK && strings.Contains(body, "never") {
		t.Errorf("a link is followed: %d %s", status, body)
	}
}

// A preview waits for a darksite that is at work in the same place.
func TestServeWaits(t *testing.T) {
	dir := smallSite(t)
	p := startPreview(t, dir, 0)
	unlock, err := lock.Write(dir)
	if err != nil {
		t.Fatal(err)
	}
	put(t, dir, "site.toml", "[site]\ntitle = \"After the wait\"\n")
	p.until("it waits", func() bool { return strings.Contains(p.said.String(), "waiting: another program is at work") })
	put(t, dir, "content/dark_cal/page.md", "---\ntitle: Page\n---\nMeanwhile.\n")
	unlock()
	p.until("it has waited", func() bool { _, body := p.get("page/"); return strings.Contains(body, "After the wait") })
}

// Of two changes at once one is wrong. When that is mended, the other is shown.
func TestServeOneOfTwoChangesWrong(t *testing.T) {
	dir := smallSite(t)
	p := previewOf(t, silent(dir))
	var tree *site.Tree
	build := func(changed ...string) (err error) {
		for i, name := range changed {
			changed[i] = filepath.Join(dir, filepath.FromSlash(name))
		}
		tree, _, err = p.Make(t.Context(), changed)
		return err
	}
	if err := build(); err != nil {
		t.Fatal(err)
	}
	temperature := func() float64 {
		content, err := tree.ReadFile("dark_cal/2016_may/calibration.json")
		if err != nil {
			t.Fatal(err)
		}
		var c artifact.Calibration
		if err := json.Unmarshal(content, &c); err != nil || c.Facts.CCDTemp == nil {
			t.Fatalf("no temperature: %v", err)
		}
		return *c.Facts.CCDTemp
	}
	const info, note = "data/2016125/info.csv", "content/notes/2016203.md"
	content, err := os.ReadFile(filepath.Join(dir, info))
	if err != nil {
		t.Fatal(err)
	}
	was := fmt.Sprintf("%g", temperature())
	warmer := strings.Replace(string(content), was, "-11.5", 1)
	if warmer == string(content) {
		t.Fatalf("no %s in %s", was, content)
	}
	put(t, dir, info, warmer)
	put(t, dir, note, "caf\xe9\n")
	if err := build(info, note); err == nil {
		t.Fatal("a wrong note is taken")
	}
	if err := os.Remove(filepath.Join(dir, note)); err != nil {
		t.Fatal(err)
	}
	if err := build(info, note); err != nil {
		t.Fatal(err)
	}
	if got := temperature(); got != -11.5 {
		t.Errorf("%g C are shown, want -11.5", got)
	}
}
