package browser

import (
	"bytes"
	"context"
	"os/exec"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Start starts Chromium with one empty page of 1280 by 800 px in the light
// scheme. It ends with the test.
func Start(t testing.TB) *Page {
	t.Helper()
	program, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatalf("%v: ./test installs it", err)
	}
	var said bytes.Buffer
	ctx, stop := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
		chromedp.WSURLReadTimeout(patience), chromedp.CombinedOutput(&said))...)
	ctx, _ = chromedp.NewContext(ctx, chromedp.WithErrorf(t.Logf))
	p := &Page{t: t, ctx: ctx, scheme: "light", loaded: map[string]chan struct{}{}, asked: map[string]string{}}
	t.Cleanup(func() {
		err := chromedp.Cancel(ctx)
		stop()
		if t.Failed() && err != nil {
			t.Logf("chromium: %v\n%s", err, said.Bytes())
		}
	})
	chromedp.ListenTarget(ctx, p.listen)
	p.run(page.SetLifecycleEventsEnabled(true))
	p.Size(1280, 800)
	p.emulateMedia()
	return p
}
