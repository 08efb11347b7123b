package browser

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// listen takes what the page does on its own. It must not wait for anything.
func (p *Page) listen(event any) {
	switch e := event.(type) {
	case *page.EventLifecycleEvent:
		if e.Name == "load" {
			done := p.load(string(e.LoaderID))
			select {
			case <-done:
			default:
				close(done)
			}
		}
	case *network.EventRequestWillBeSent:
		p.mu.Lock()
		p.requests = append(p.requests, e.Request.URL)
		p.asked[string(e.RequestID)] = e.Request.URL
		p.mu.Unlock()
	case *network.EventResponseReceived:
		if e.Response.Status >= 400 {
			p.complain("status %d: %s", e.Response.Status, e.Response.URL)
		}
	case *network.EventLoadingFailed:
		// The log leaves out some of these. What the page itself gave up, as
		// when it is left, did not fail.
		if !e.Canceled {
			p.mu.Lock()
			url := p.asked[string(e.RequestID)]
			p.mu.Unlock()
			p.complain("%s: %s", e.ErrorText, url)
		}
	case *page.EventJavascriptDialogOpening:
		p.complain("dialog: %s: %s", e.Type, e.Message)
		// The page stands still until the dialog is gone.
		go func() {
			if err := chromedp.Run(p.ctx, page.HandleJavaScriptDialog(false)); err != nil {
				p.complain("dialog: %v", err)
			}
		}()
	case *runtime.EventExceptionThrown:
		p.complain("exception: %s", exception(e.ExceptionDetails))
	case *runtime.EventConsoleAPICalled:
		var words []string
		for _, a := range e.Args {
			words = append(words, value(a))
		}
		p.complain("console.%s: %s", e.Type, strings.Join(words, " "))
	case *log.EventEntryAdded:
		// Failed requests, refusals by the policy, deprecations.
		p.complain("%s %s: %s %s", e.Entry.Source, e.Entry.Level, e.Entry.Text, e.Entry.URL)
	}
}

// load is closed when the page of this loader, the protocol's name of a
// navigation, has loaded.
func (p *Page) load(loader string) chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	done := p.loaded[loader]
	if done == nil {
		done = make(chan struct{})
		p.loaded[loader] = done
	}
	return done
}

func (p *Page) complain(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.problems = append(p.problems, strings.TrimSpace(fmt.Sprintf(format, args...)))
}

// exception is what was thrown, and where.
func exception(e *runtime.ExceptionDetails) string {
	text := strings.TrimSpace(e.Text + " " + value(e.Exception))
	if e.URL == "" {
		return text
	}
	return fmt.Sprintf("%s (%s line %d)", text, e.URL, e.LineNumber+1)
}

// value is a JavaScript value as a console shows it.
func value(v *runtime.RemoteObject) string {
	switch {
	case v == nil:
		return ""
	case v.Description != "":
		return v.Description
	}
	var decoded any
	if json.Unmarshal(v.Value, &decoded) != nil || decoded == nil {
		return ""
	}
	return fmt.Sprint(decoded)
}
