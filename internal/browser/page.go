package browser

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Page is the one page of a browser. Its methods end the test when Chromium
// fails; they belong in the goroutine of the test that started it.
type Page struct {
	t      testing.TB
	conn   *connection
	scheme string
	print  bool
	forced bool
	mute   bool // scripts are off
}

func (p *Page) call(method string, params, result any) {
	p.t.Helper()
	if err := p.conn.call(method, params, result); err != nil {
		p.t.Fatalf("chromium: %v", err)
	}
}

// Open goes to a page and waits until it has loaded. Complaints and requests
// start anew.
func (p *Page) Open(url string) {
	p.t.Helper()
	p.conn.mu.Lock()
	p.conn.problems, p.conn.requests = nil, nil
	p.conn.mu.Unlock()
	var gone struct{ LoaderID, ErrorText string }
	p.call("Page.navigate", map[string]any{"url": url}, &gone)
	if gone.ErrorText != "" {
		p.t.Fatalf("chromium: %s: %s", url, gone.ErrorText)
	}
	if gone.LoaderID == "" {
		return // another place in the same page
	}
	select {
	case <-p.conn.load(gone.LoaderID):
	case <-p.conn.ended:
		p.t.Fatalf("chromium: %s: %v", url, errEnded)
	case <-time.After(patience):
		p.t.Fatalf("chromium: %s has not loaded in %v\n%s", url, patience, strings.Join(p.Complaints(), "\n"))
	}
}

// Size sets the size of the window in CSS px.
func (p *Page) Size(width, height int) {
	p.t.Helper()
	p.call("Emulation.setDeviceMetricsOverride", map[string]any{
		"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}, nil)
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
	p.call("Emulation.setEmulatedMedia", map[string]any{
		"media": media,
		"features": []any{
			map[string]string{"name": "prefers-color-scheme", "value": p.scheme},
			map[string]string{"name": "forced-colors", "value": forced},
		},
	}, nil)
}

// Scripts lets pages that are opened from now on run scripts, or not. Eval
// works all the same, as long as its expression waits for nothing.
func (p *Page) Scripts(on bool) {
	p.t.Helper()
	p.mute = !on
	p.call("Emulation.setScriptExecutionDisabled", map[string]any{"value": !on}, nil)
}

// Mouse moves the pointer to a place in the window, in CSS px.
func (p *Page) Mouse(x, y float64) {
	p.t.Helper()
	p.call("Input.dispatchMouseEvent", map[string]any{"type": "mouseMoved", "x": x, "y": y}, nil)
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
	var answer struct {
		Result           remoteValue
		ExceptionDetails *exception
	}
	if err := p.conn.call("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true}, &answer); err != nil {
		return nil, err
	}
	if answer.ExceptionDetails != nil {
		p.t.Fatalf("%s: %v", expression, *answer.ExceptionDetails)
	}
	return answer.Result.Value, nil
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
		case err != nil && !errors.Is(err, errNavigated):
			p.t.Fatalf("chromium: %v", err)
		case time.Now().After(deadline):
			p.t.Fatalf("not true within %v: %s\n%s", patience/2, expression, strings.Join(p.Complaints(), "\n"))
		}
	}
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
	return p.capture(map[string]any{"format": "png"})
}

// Printed is the page as a PDF, on the paper that its style sheet asks for.
func (p *Page) Printed() []byte {
	p.t.Helper()
	var print struct{ Data string }
	p.call("Page.printToPDF", map[string]any{"preferCSSPageSize": true, "printBackground": true}, &print)
	pdf, err := base64.StdEncoding.DecodeString(print.Data)
	if err != nil {
		p.t.Fatalf("chromium: PDF: %v", err)
	}
	return pdf
}

// WholeScreenshot is a PNG of the page from top to bottom, as wide as the
// window.
func (p *Page) WholeScreenshot() []byte {
	p.t.Helper()
	var metrics struct {
		CSSContentSize    struct{ Height float64 }
		CSSLayoutViewport struct{ ClientWidth float64 }
	}
	p.call("Page.getLayoutMetrics", nil, &metrics)
	return p.capture(map[string]any{"format": "png", "captureBeyondViewport": true, "clip": map[string]any{
		"x": 0, "y": 0, "width": metrics.CSSLayoutViewport.ClientWidth, "height": metrics.CSSContentSize.Height, "scale": 1}})
}

func (p *Page) capture(params map[string]any) []byte {
	p.t.Helper()
	var shot struct{ Data string }
	p.call("Page.captureScreenshot", params, &shot)
	png, err := base64.StdEncoding.DecodeString(shot.Data)
	if err != nil {
		p.t.Fatalf("chromium: screenshot: %v", err)
	}
	return png
}

// Complaints are what the console, the log and uncaught errors said since the
// page was opened, dialogs and failed requests among it. There should be none.
func (p *Page) Complaints() []string {
	p.conn.mu.Lock()
	defer p.conn.mu.Unlock()
	return slices.Clone(p.conn.problems)
}

// Requests are the addresses that the page asked for since it was opened, its
// own first.
func (p *Page) Requests() []string {
	p.conn.mu.Lock()
	defer p.conn.mu.Unlock()
	return slices.Clone(p.conn.requests)
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
