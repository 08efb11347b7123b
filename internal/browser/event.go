package browser

import (
	"encoding/json"
	"fmt"
	"strings"
)

// event notes what happens in the page. What cannot be read is kept as it came:
// a test must rather fail than miss something.
func (c *connection) event(m message) {
	switch m.Method {
	case "Page.lifecycleEvent":
		var p struct{ LoaderID, Name string }
		if json.Unmarshal(m.Params, &p) == nil && p.Name == "load" {
			done := c.load(p.LoaderID)
			select {
			case <-done:
			default:
				close(done)
			}
		}
	case "Network.requestWillBeSent":
		var p struct {
			RequestID string
			Request   struct{ URL string }
		}
		if err := json.Unmarshal(m.Params, &p); err != nil {
			p.Request.URL = string(m.Params)
		}
		c.mu.Lock()
		c.requests = append(c.requests, p.Request.URL)
		c.asked[p.RequestID] = p.Request.URL
		c.mu.Unlock()
	case "Network.responseReceived":
		var p struct {
			Response struct {
				URL    string
				Status int
			}
		}
		if err := json.Unmarshal(m.Params, &p); err != nil || p.Response.Status >= 400 {
			c.complain("status %d: %s", p.Response.Status, p.Response.URL)
		}
	case "Network.loadingFailed":
		// The log leaves out some of these. What the page itself gave up, as
		// when it is left, did not fail.
		var p struct {
			RequestID, ErrorText string
			Canceled             bool
		}
		if err := json.Unmarshal(m.Params, &p); err != nil || !p.Canceled {
			c.mu.Lock()
			url := c.asked[p.RequestID]
			c.mu.Unlock()
			c.complain("%s: %s", p.ErrorText, url)
		}
	case "Page.javascriptDialogOpening":
		c.complain("dialog: %s", m.Params)
		// The page stands still until the dialog is gone.
		if _, err := c.send("Page.handleJavaScriptDialog", map[string]any{"accept": false}); err != nil {
			c.complain("dialog: %v", err)
		}
	case "Runtime.exceptionThrown":
		var p struct {
			ExceptionDetails exception
		}
		if json.Unmarshal(m.Params, &p) != nil {
			c.complain("exception: %s", m.Params)
			return
		}
		c.complain("exception: %v", p.ExceptionDetails)
	case "Runtime.consoleAPICalled":
		var p struct {
			Type string
			Args []remoteValue
		}
		if json.Unmarshal(m.Params, &p) != nil {
			c.complain("console: %s", m.Params)
			return
		}
		c.complain("console.%s: %s", p.Type, join(p.Args))
	case "Log.entryAdded":
		// Failed requests, refusals by the policy, deprecations.
		var p struct {
			Entry struct{ Source, Level, Text, URL string }
		}
		if json.Unmarshal(m.Params, &p) != nil {
			c.complain("log: %s", m.Params)
			return
		}
		c.complain("%s %s: %s %s", p.Entry.Source, p.Entry.Level, p.Entry.Text, p.Entry.URL)
	}
}

func (c *connection) complain(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.problems = append(c.problems, strings.TrimSpace(fmt.Sprintf(format, args...)))
}

// exception is the protocol's Runtime.ExceptionDetails.
type exception struct {
	Text       string
	URL        string
	LineNumber int // from 0
	Exception  remoteValue
}

func (e exception) String() string {
	text := strings.TrimSpace(e.Text + " " + e.Exception.String())
	if e.URL == "" {
		return text
	}
	return fmt.Sprintf("%s (%s line %d)", text, e.URL, e.LineNumber+1)
}

// remoteValue is the protocol's Runtime.RemoteObject.
type remoteValue struct {
	Value       any
	Description string
}

func (v remoteValue) String() string {
	if v.Description != "" {
		return v.Description
	}
	if v.Value != nil {
		return fmt.Sprint(v.Value)
	}
	return ""
}

func join(values []remoteValue) string {
	var texts []string
	for _, v := range values {
		texts = append(texts, v.String())
	}
	return strings.Join(texts, " ")
}
