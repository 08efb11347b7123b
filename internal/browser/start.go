package browser

import (
	"bytes"
	"os"
	"os/exec"
	"testing"
	"time"
)

// Start starts Chromium with one empty page of 1280 by 800 px in the light
// scheme. It ends with the test.
func Start(t testing.TB) *Page {
	t.Helper()
	program, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatalf("%v: ./test installs it", err)
	}
	toBrowser, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	in, fromBrowser, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	cmd := exec.Command(program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
		"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
		"--user-data-dir="+t.TempDir(), "--remote-debugging-pipe")
	cmd.ExtraFiles = []*os.File{toBrowser, fromBrowser} // 3 and 4, as the option wants
	cmd.Stderr = &said
	// Helper processes may outlive Chromium with its output in their hands.
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	toBrowser.Close()
	fromBrowser.Close()
	p := &Page{t: t, conn: newConnection(in, out), scheme: "light"}
	t.Cleanup(func() {
		// Without an answer the process is killed below.
		p.conn.send("Browser.close", nil)
		select {
		case <-p.conn.ended:
		case <-time.After(10 * time.Second):
			cmd.Process.Kill()
		}
		err := cmd.Wait()
		out.Close()
		in.Close()
		if t.Failed() && err != nil {
			t.Logf("chromium: %v\n%s", err, said.Bytes())
		}
	})
	p.attach()
	p.Size(1280, 800)
	p.emulateMedia()
	return p
}

// attach makes a page and listens to it.
func (p *Page) attach() {
	p.t.Helper()
	var target struct{ TargetID string }
	p.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	p.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	p.conn.mu.Lock()
	p.conn.session = attached.SessionID
	p.conn.mu.Unlock()
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		p.call(domain+".enable", nil, nil)
	}
	p.call("Page.setLifecycleEventsEnabled", map[string]any{"enabled": true}, nil)
}
