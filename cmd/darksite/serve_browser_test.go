//go:build browser

package main

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"darksite/internal/browser"
)

const (
	overlayShown = `document.querySelector("darksite-problems") !== null`
	overlayText  = `document.querySelector("darksite-problems").shadowRoot.textContent`
)

// A reader's browser follows what is saved: pages are loaded again where they
// are, styles arrive without that, and what is wrong lies over the last good
// page until it is mended.
func TestServeInABrowser(t *testing.T) {
	dir := smallSite(t)
	styles, err := os.ReadFile(filepath.FromSlash("../../static/dark_cal/assets/style.css"))
	if err != nil {
		t.Fatal(err)
	}
	s := startPreview(t, dir, 0)
	p := browser.Start(t)
	p.Size(1000, 600)
	put(t, dir, "content/dark_cal/page.md", "---\ntitle: Page\n---\nFirst text.\n")
	s.until("the page is there", func() bool { status, _ := s.get("page/"); return status == 200 })

	const footer = "layouts/_partials/footer.html"
	p.Open(s.address + "2016_may/#view=1,2&zoom=3")
	mark := func(name string) { p.Eval(`window.mark = "` + name + `"`) }
	here := func(when string) {
		t.Helper()
		if hash := p.Eval(`location.hash`); hash != "#view=1,2&zoom=3" {
			t.Errorf("%s: the place in the address is %v", when, hash)
		}
		p.Wait(`scrollY === 700`)
	}
	p.Wait(`document.readyState === "complete"`)
	p.Eval(`scrollTo(0, 700)`)
	mark("first")
	put(t, dir, footer, "<footer>Our own footer</footer>\n")
	p.Wait(`document.querySelector("footer")?.textContent === "Our own footer" && document.readyState === "complete"`)
	if p.Eval(`window.mark`) == "first" {
		t.Error("the page was not loaded again")
	}
	here("after a template")

	mark("second")
	put(t, dir, "static/dark_cal/assets/style.css", string(styles)+"\nfooter { outline: 3px solid rgb(1, 2, 3); }\n")
	p.Wait(`document.querySelector("footer") && getComputedStyle(document.querySelector("footer")).outlineColor === "rgb(1, 2, 3)"`)
	p.Wait(`document.querySelectorAll('link[rel="stylesheet"][href*="style.css"]').length === 1`)
	if p.Eval(`window.mark`) != "second" {
		t.Error("new styles have loaded the page again")
	}
	here("after styles")

	put(t, dir, footer, "<footer>\n{{ .No.Such }}</footer>\n")
	p.Wait(overlayShown)
	if text := p.Eval(overlayText).(string); !strings.Contains(text, footer+":2:") || !strings.Contains(text, "last good page") {
		t.Errorf("the overlay says %q", text)
	}
	p.Settle()
	browser.Keep(t, "serve-overlay.png", p.Screenshot())
	if p.Eval(`document.querySelector("footer").textContent`) != "Our own footer" || p.Eval(`window.mark`) != "second" {
		t.Error("the last good page has gone")
	}
	p.Eval(`document.querySelector("darksite-problems").shadowRoot.querySelector("button").click()`)
	if p.Eval(overlayShown) == true {
		t.Error("the overlay cannot be hidden")
	}
	put(t, dir, "site.toml", "[site]\ntitel = 3\n")
	p.Wait(overlayShown + ` && ` + overlayText + `.includes("site.toml:2")`)
	put(t, dir, "site.toml", "[site]\n")
	p.Wait(overlayShown + ` && ` + overlayText + `.includes("` + footer + `:2:")`)
	put(t, dir, footer, "<footer>Our own footer</footer>\n")
	p.Wait(`!(` + overlayShown + `)`)
	if p.Eval(`window.mark`) != "second" {
		t.Error("a page that is as it was has been loaded again")
	}
	here("after the mending")

	p.Open(s.address + "page/")
	p.Wait(`document.body?.textContent.includes("First text.")`)
	put(t, dir, "content/dark_cal/page.md", "---\ntitle: Page\n---\nSecond text.\n")
	p.Wait(`document.body?.textContent.includes("Second text.")`)
	for _, c := range p.Complaints() {
		t.Errorf("the browser complains: %s", c)
	}
	for _, url := range p.Outside(strings.TrimSuffix(s.address, "dark_cal/")) {
		t.Errorf("asks for %s", url)
	}
	if err := os.Remove(filepath.Join(dir, "content", "dark_cal", "page.md")); err != nil {
		t.Fatal(err)
	}
	p.Wait(`document.title.startsWith("Page not found") || document.body?.textContent.includes("All dark current calibrations")`)
	put(t, dir, "content/dark_cal/page.md", "---\ntitle: Page\n---\nThird text.\n")
	p.Wait(`document.body?.textContent.includes("Third text.")`)

	// What the published page may not do it may not do here.
	if got := p.Eval(`fetch("../index.html").then(() => "may", () => "may not")`); got != "may not" {
		t.Errorf("the page %v fetch", got)
	}
}

// A page that was left open finds the preview again when that was started anew,
// though the new one has another token.
func TestServeStartedAnewInABrowser(t *testing.T) {
	dir := smallSite(t)
	put(t, dir, "content/dark_cal/page.md", "---\ntitle: Page\n---\nFirst text.\n")
	s := startPreview(t, dir, 0)
	p := browser.Start(t)
	p.Open(s.address + "page/")
	p.Wait(`document.body?.textContent.includes("First text.")`)
	address, err := url.Parse(s.address)
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(address.Port())
	if err != nil {
		t.Fatal(err)
	}
	s.stop()
	if again := startPreview(t, dir, port); again.address != s.address {
		t.Fatalf("the port was taken: %s became %s", s.address, again.address)
	}
	put(t, dir, "content/dark_cal/page.md", "---\ntitle: Page\n---\nSecond text.\n")
	p.Wait(`document.body?.textContent.includes("Second text.")`)
}

// BenchmarkRepaint is the time from writing a file of a site of 150 calibrations
// until Chromium has painted the new page.
func BenchmarkRepaint(b *testing.B) {
	dir, ids := calibrationsMade(b, 150)
	s := startPreview(b, dir, 0)
	last := string(ids[len(ids)-1])
	const here = "2015_dec/" // of the last, that of the demo
	for _, c := range []struct{ name, open, file, before, after string }{
		{"note", here, "content/notes/" + last + ".md", "", ""},
		{"template", here, "layouts/_partials/footer.html", "<footer><p>", "</p></footer>"},
		{"template, index", "", "layouts/_partials/footer.html", "<footer><p>", "</p></footer>"},
		{"prose", "glossary/", "content/dark_cal/glossary.md", "---\ntitle: Glossary\nweight: 30\n---\n", ""},
	} {
		b.Run(c.name, func(b *testing.B) {
			p := browser.Start(b)
			p.Size(1280, 900)
			p.Open(s.address + c.open)
			n, sum := 0, time.Duration(0)
			for ; b.Loop(); n++ {
				text := fmt.Sprintf("Save %d of the %s.", n, c.name)
				p.Wait(`document.readyState === "complete"`)
				time.Sleep(3 * time.Second) // all that follows from the last save is done
				began := time.Now()
				put(b, dir, c.file, c.before+text+c.after)
				p.Wait(`document.body?.textContent.includes("` + text + `") && performance.getEntriesByType("paint").length > 0`)
				painted := p.Eval(`performance.timeOrigin + performance.getEntriesByType("paint")[0].startTime`).(float64)
				sum += time.UnixMicro(int64(painted * 1000)).Sub(began)
			}
			b.ReportMetric(float64(sum.Milliseconds())/float64(n), "ms-to-paint/op")
			if err := os.RemoveAll(filepath.Join(dir, "layouts")); err != nil {
				b.Fatal(err)
			}
			time.Sleep(5 * time.Second)
		})
	}
}
