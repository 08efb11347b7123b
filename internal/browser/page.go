package browser

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience is how long a test waits for the browser.
const patience = 30 * time.Second

// Page is the one page of a browser. Its methods end the test when Chromium
// fails; they belong in the goroutine of the test that started it.
type Page struct {
	t      testing.TB
	ctx    context.Context // of chromedp, with the page in it
	scheme string
	print  bool
	forced bool
	mute   bool // scripts are off

	mu       sync.Mutex
	loaded   map[string]chan struct{} // by loader
	asked    map[string]string        // address of each request, by the protocol's name of it
	problems []string
	requests []string
}

// run has Chromium do something, and ends the test when it does not.
func (p *Page) run(action chromedp.Action) {
	p.t.Helper()
	if err := p.try(action); err != nil {
		p.t.Fatalf("chromium: %v", err)
	}
}

func (p *Page) try(action chromedp.Action) error {
	if chromedp.FromContext(p.ctx).Target == nil {
		return chromedp.Run(p.ctx, action) // the first starts Chromium, which must not end with a deadline
	}
	ctx, stop := context.WithTimeout(p.ctx, patience)
	defer stop()
	return chromedp.Run(ctx, action)
}

// Open goes to a page and waits until it has loaded. Complaints and requests
// start anew.
func (p *Page) Open(url string) {
	p.t.Helper()
	p.mu.Lock()
	p.problems, p.requests = nil, nil
	p.mu.Unlock()
	var loader, failure string
	p.run(chromedp.ActionFunc(func(ctx context.Context) error {
		_, id, text, _, err := page.Navigate(url).Do(ctx)
		loader, failure = string(id), text
		return err
	}))
	if failure != "" {
		p.t.Fatalf("chromium: %s: %s", url, failure)
	}
	if loader == "" {
		return // another place in the same page
	}
	select {
	case <-p.load(loader):
	case <-p.ctx.Done():
		p.t.Fatalf("chromium: %s: %v", url, p.ctx.Err())
	case <-time.After(patience):
		p.t.Fatalf("chromium: %s has not loaded in %v\n%s", url, patience, strings.Join(p.Complaints(), "\n"))
	}
}

// Size sets the size of the window in CSS px.
func (p *Page) Size(width, height int) {
	p.t.Helper()
	p.run(emulation.SetDeviceMetricsOverride(int64(width), int64(height), 1, false))
}

// Scheme sets the system's colour scheme, "light" or "dark".
func (p *Page) Scheme(name string) {
	p.t.Helper()
	p.scheme = name
	p.emulateMedia()
}

// Print shows the page as it is printed, or on the screen again.
func (p *Page) Print(on bool) {
	p.t.Helper()
	p.print = on
	p.emulateMedia()
}

// ForcedColors shows the page in the few colours that a reader forces on all
// pages, or in its own again.
func (p *Page) ForcedColors(on bool) {
	p.t.Helper()
	p.forced = on
	p.emulateMedia()
}

func (p *Page) emulateMedia() {
	p.t.Helper()
	media, forced := "", "none"
	if p.print {
		media = "print"
	}
	if p.forced {
		forced = "active"
	}
	p.run(emulation.SetEmulatedMedia().WithMedia(media).WithFeatures([]*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: p.scheme},
		{Name: "forced-colors", Value: forced},
	}))
}

// Scripts lets pages that are opened from now on run scripts, or not. Eval
// works all the same, as long as its expression waits for nothing.
func (p *Page) Scripts(on bool) {
	p.t.Helper()
	p.mute = !on
	p.run(emulation.SetScriptExecutionDisabled(!on))
}

// Mouse moves the pointer to a place in the window, in CSS px.
func (p *Page) Mouse(x, y float64) {
	p.t.Helper()
	p.run(input.DispatchMouseEvent(input.MouseMoved, x, y))
}

// Eval gives the value of a JavaScript expression in the page, as [json.Unmarshal]
// gives it; a promise is waited for. An exception ends the test.
func (p *Page) Eval(expression string) any {
	p.t.Helper()
	value, err := p.eval(expression)
	if err != nil {
		p.t.Fatalf("chromium: %v", err)
	}
	return value
}

func (p *Page) eval(expression string) (any, error) {
	p.t.Helper()
	var got *runtime.RemoteObject
	var thrown *runtime.ExceptionDetails
	err := p.try(chromedp.ActionFunc(func(ctx context.Context) (err error) {
		got, thrown, err = runtime.Evaluate(expression).WithReturnByValue(true).WithAwaitPromise(true).Do(ctx)
		return err
	}))
	if err != nil {
		return nil, err
	}
	if thrown != nil {
		p.t.Fatalf("%s: %s", expression, exception(thrown))
	}
	if len(got.Value) == 0 {
		return nil, nil // undefined
	}
	var result any
	err = json.Unmarshal(got.Value, &result)
	return result, err
}

// EvalInto is like Eval for values with a structure: it decodes the value into
// a pointer.
func (p *Page) EvalInto(value any, expression string) {
	p.t.Helper()
	text, ok := p.Eval("JSON.stringify(" + expression + ")").(string)
	if !ok {
		p.t.Fatalf("%s: no value", expression)
	}
	if err := json.Unmarshal([]byte(text), value); err != nil {
		p.t.Fatalf("%s: %v", expression, err)
	}
}

// Wait waits until an expression is true, in this page or in one that it becomes.
// What is not true after 15 s ends the test.
func (p *Page) Wait(expression string) {
	p.t.Helper()
	for deadline := time.Now().Add(patience / 2); ; time.Sleep(20 * time.Millisecond) {
		value, err := p.eval(expression)
		switch {
		case value == true:
			return
		case err != nil && !navigated(err):
			p.t.Fatalf("chromium: %v", err)
		case time.Now().After(deadline):
			p.t.Fatalf("not true within %v: %s\n%s", patience/2, expression, strings.Join(p.Complaints(), "\n"))
		}
	}
}

// navigated tells whether a page went away while it was asked.
func navigated(err error) bool {
	var refused *cdproto.Error
	return errors.As(err, &refused) && refused.Message == "Inspected target navigated or closed"
}

// Settle waits until what was asked of the page has been painted.
func (p *Page) Settle() {
	p.t.Helper()
	time.Sleep(100 * time.Millisecond)
	if p.mute {
		p.Screenshot() // paints
		return
	}
	p.Eval(`new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))`)
}

// Screenshot is a PNG of the window.
func (p *Page) Screenshot() []byte {
	p.t.Helper()
	return p.capture(page.CaptureScreenshot())
}

// Printed is the page as a PDF, on the paper that its style sheet asks for.
func (p *Page) Printed() (pdf []byte) {
	p.t.Helper()
	p.run(chromedp.ActionFunc(func(ctx context.Context) (err error) {
		pdf, _, err = page.PrintToPDF().WithPreferCSSPageSize(true).WithPrintBackground(true).Do(ctx)
		return err
	}))
	return pdf
}

// WholeScreenshot is a PNG of the page from top to bottom, as wide as the
// window.
func (p *Page) WholeScreenshot() []byte {
	p.t.Helper()
	var whole page.Viewport
	p.run(chromedp.ActionFunc(func(ctx context.Context) error {
		_, _, _, window, _, content, err := page.GetLayoutMetrics().Do(ctx)
		if err == nil {
			whole = page.Viewport{Width: float64(window.ClientWidth), Height: content.Height, Scale: 1}
		}
		return err
	}))
	return p.capture(page.CaptureScreenshot().WithCaptureBeyondViewport(true).WithClip(&whole))
}

func (p *Page) capture(params *page.CaptureScreenshotParams) (png []byte) {
	p.t.Helper()
	p.run(chromedp.ActionFunc(func(ctx context.Context) (err error) {
		png, err = params.Do(ctx)
		return err
	}))
	return png
}

// Complaints are what the console, the log and uncaught errors said since the
// page was opened, dialogs and failed requests among it. There should be none.
func (p *Page) Complaints() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.problems)
}

// Requests are the addresses that the page asked for since it was opened, its
// own first.
func (p *Page) Requests() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.requests)
}

// Outside are the requests that do not start with base; data: addresses carry
// what they ask for.
func (p *Page) Outside(base string) []string {
	return slices.DeleteFunc(p.Requests(), func(url string) bool {
		return strings.HasPrefix(url, base) || strings.HasPrefix(url, "data:")
	})
}

// Overflows tells whether the page is wider than the window, so that it moves
// sideways.
func (p *Page) Overflows() bool {
	p.t.Helper()
	return p.Eval(`document.documentElement.scrollWidth > innerWidth`) == true
}

// Keep writes a screenshot to the directory that the environment variable
// DARKSITE_LOOK names, for people to look at; without it, nowhere.
func Keep(t testing.TB, name string, png []byte) {
	t.Helper()
	dir := os.Getenv("DARKSITE_LOOK")
	if dir == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(dir, name), png, 0o666); err != nil {
		t.Fatal(err)
	}
}
