package browser

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// patience is how long an answer, or a page to load, is waited for; a loaded
// machine may take some seconds.
const patience = 30 * time.Second

// connection is one end of the protocol.
type connection struct {
	out   io.Writer
	ended chan struct{} // closed when Chromium is gone

	mu       sync.Mutex
	last     int    // number of the last command
	session  string // of the page, "" before it is there
	waiting  map[int]chan message
	loaded   map[string]chan struct{} // by loader, the protocol's name of a navigation
	asked    map[string]string        // address of each request, by the protocol's name of it
	problems []string
	requests []string
}

// message is an answer to a command (with ID) or an event (with Method).
type message struct {
	ID     int             `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Message string `json:"message"`
	} `json:"error"`
}

func newConnection(in io.Reader, out io.Writer) *connection {
	c := &connection{
		out: out, ended: make(chan struct{}),
		waiting: map[int]chan message{}, loaded: map[string]chan struct{}{}, asked: map[string]string{},
	}
	go c.read(in)
	return c
}

// read sorts what Chromium says into answers and events, until it ends.
func (c *connection) read(in io.Reader) {
	defer close(c.ended)
	r := bufio.NewReader(in)
	for {
		text, err := r.ReadBytes(0)
		if err != nil {
			return
		}
		var m message
		if err := json.Unmarshal(text[:len(text)-1], &m); err != nil {
			c.complain("DevTools: %v: %.200s", err, text)
			continue
		}
		if m.Method != "" {
			c.event(m)
			continue
		}
		c.mu.Lock()
		answer := c.waiting[m.ID]
		delete(c.waiting, m.ID)
		c.mu.Unlock()
		if answer != nil {
			answer <- m
		}
	}
}

// send sends a command and returns where its answer will come.
func (c *connection) send(method string, params any) (chan message, error) {
	answer := make(chan message, 1)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last++
	text, err := json.Marshal(struct {
		ID      int    `json:"id"`
		Method  string `json:"method"`
		Params  any    `json:"params,omitempty"`
		Session string `json:"sessionId,omitempty"`
	}{c.last, method, params, c.session})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", method, err)
	}
	c.waiting[c.last] = answer
	if _, err := c.out.Write(append(text, 0)); err != nil {
		return nil, fmt.Errorf("%s: %w", method, err)
	}
	return answer, nil
}

// call sends a command and waits for its result, which may be nil.
func (c *connection) call(method string, params, result any) error {
	answer, err := c.send(method, params)
	if err != nil {
		return err
	}
	select {
	case m := <-answer:
		if m.Error != nil && m.Error.Message == navigated {
			return fmt.Errorf("%s: %w", method, errNavigated)
		} else if m.Error != nil {
			return fmt.Errorf("%s: %s", method, m.Error.Message)
		}
		if result == nil {
			return nil
		}
		if err := json.Unmarshal(m.Result, result); err != nil {
			return fmt.Errorf("%s: %w", method, err)
		}
		return nil
	case <-c.ended:
		return fmt.Errorf("%s: %w", method, errEnded)
	case <-time.After(patience):
		return fmt.Errorf("%s: no answer in %v", method, patience)
	}
}

// navigated is what Chromium says when the page went away within a call.
const navigated = "Inspected target navigated or closed"

var (
	errEnded     = errors.New("chromium has ended")
	errNavigated = errors.New("the page went away meanwhile")
)

// load is closed when the page of a navigation has loaded.
func (c *connection) load(loader string) chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	done := c.loaded[loader]
	if done == nil {
		done = make(chan struct{})
		c.loaded[loader] = done
	}
	return done
}
