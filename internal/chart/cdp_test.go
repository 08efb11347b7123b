//go:build browser

package chart

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// browser is a headless Chromium that is spoken to through the DevTools
// protocol over a pipe: JSON messages that end in a zero byte.
type browser struct {
	t       *testing.T
	out     *os.File
	session string

	mu       sync.Mutex
	last     int
	waiting  map[int]chan reply
	problems []string
	requests []string
}

type reply struct {
	ID     int             `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Message string `json:"message"`
	} `json:"error"`
}

// newBrowser starts Chromium and opens one empty page.
func newBrowser(t *testing.T) *browser {
	t.Helper()
	toBrowser, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	in, fromBrowser, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
		"--user-data-dir="+t.TempDir(), "--remote-debugging-pipe")
	cmd.ExtraFiles = []*os.File{toBrowser, fromBrowser} // 3 and 4, as the option wants
	if err := cmd.Start(); err != nil {
		t.Fatalf("chromium: %v: install Debian's package chromium", err)
	}
	toBrowser.Close()
	fromBrowser.Close()
	b := &browser{t: t, out: out, waiting: map[int]chan reply{}}
	go b.read(in)
	t.Cleanup(func() {
		b.call("Browser.close", nil, nil)
		done := make(chan error, 1)
		go func() { done <- cmd.Wait() }()
		select {
		case <-done:
		case <-time.After(10 * time.Second):
			cmd.Process.Kill()
			<-done
		}
	})
	var target struct {
		TargetID string `json:"targetId"`
	}
	b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct {
		SessionID string `json:"sessionId"`
	}
	b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	b.session = attached.SessionID
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		b.call(domain+".enable", nil, nil)
	}
	return b
}

// read sorts what Chromium says into answers and complaints.
func (b *browser) read(in *os.File) {
	r := bufio.NewReader(in)
	for {
		message, err := r.ReadBytes(0)
		if err != nil {
			return
		}
		var m reply
		if json.Unmarshal(message[:len(message)-1], &m) != nil {
			continue
		}
		b.mu.Lock()
		switch m.Method {
		case "Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled", "Page.javascriptDialogOpening":
			b.problems = append(b.problems, m.Method+" "+string(m.Params))
		case "Network.requestWillBeSent":
			var p struct {
				Request struct{ URL string }
			}
			json.Unmarshal(m.Params, &p)
			b.requests = append(b.requests, p.Request.URL)
		}
		if answer, ok := b.waiting[m.ID]; ok {
			delete(b.waiting, m.ID)
			answer <- m
		}
		b.mu.Unlock()
	}
}

func (b *browser) call(method string, params any, result any) {
	b.t.Helper()
	answer := make(chan reply, 1)
	b.mu.Lock()
	b.last++
	id := b.last
	b.waiting[id] = answer
	b.mu.Unlock()
	message := map[string]any{"id": id, "method": method}
	if params != nil {
		message["params"] = params
	}
	if b.session != "" && !strings.HasPrefix(method, "Browser.") {
		message["sessionId"] = b.session
	}
	text, err := json.Marshal(message)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.out.Write(append(text, 0)); err != nil {
		b.t.Fatalf("%s: %v", method, err)
	}
	select {
	case m := <-answer:
		if m.Error != nil {
			b.t.Fatalf("%s: %s", method, m.Error.Message)
		}
		if result != nil {
			if err := json.Unmarshal(m.Result, result); err != nil {
				b.t.Fatalf("%s: %v", method, err)
			}
		}
	case <-time.After(30 * time.Second):
		b.t.Fatalf("%s: no answer in 30 s", method)
	}
}

// open goes to a page with a window of the given size and colour scheme.
func (b *browser) open(url, scheme string, width, height int) {
	b.t.Helper()
	b.size(width, height)
	b.scheme(scheme)
	b.call("Page.navigate", map[string]any{"url": url}, nil)
	b.wait(fmt.Sprintf(`document.readyState === "complete" && location.href === %q`, url))
}

func (b *browser) size(width, height int) {
	b.call("Emulation.setDeviceMetricsOverride", map[string]any{
		"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}, nil)
}

func (b *browser) scheme(name string) {
	b.call("Emulation.setEmulatedMedia", map[string]any{
		"features": []any{map[string]string{"name": "prefers-color-scheme", "value": name}}}, nil)
}

// eval evaluates an expression in the page.
func (b *browser) eval(expression string) any {
	b.t.Helper()
	var result struct {
		Result struct {
			Value any `json:"value"`
		} `json:"result"`
		ExceptionDetails json.RawMessage `json:"exceptionDetails"`
	}
	b.call("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true}, &result)
	if result.ExceptionDetails != nil {
		b.t.Fatalf("%s: %s", expression, result.ExceptionDetails)
	}
	return result.Result.Value
}

// wait waits until an expression is true.
func (b *browser) wait(expression string) {
	b.t.Helper()
	deadline := time.Now().Add(15 * time.Second)
	for b.eval(expression) != true {
		if time.Now().After(deadline) {
			b.t.Fatalf("not true within 15 s: %s\n%s", expression, strings.Join(b.complaints(), "\n"))
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// settle waits until what was asked of the page has been painted.
func (b *browser) settle() {
	b.eval(`new Promise(done => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done)), 100))`)
}

func (b *browser) screenshot() []byte {
	b.t.Helper()
	var shot struct{ Data string }
	b.call("Page.captureScreenshot", map[string]any{"format": "png"}, &shot)
	png, err := base64.StdEncoding.DecodeString(shot.Data)
	if err != nil {
		b.t.Fatal(err)
	}
	return png
}

func (b *browser) mouse(kind string, x, y float64) {
	button := "none"
	if kind == "mousePressed" || kind == "mouseReleased" {
		button = "left"
	}
	b.call("Input.dispatchMouseEvent", map[string]any{"type": kind, "x": x, "y": y, "button": button, "clickCount": 1}, nil)
}

// complaints is all that the console, the log and uncaught errors said.
func (b *browser) complaints() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.problems...)
}
