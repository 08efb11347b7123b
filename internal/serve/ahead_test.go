package serve

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// staged is a build that a test takes through its steps.
type staged struct {
	*testing.T
	r     *running
	f     *folder
	next  func() state       // what the stream of the open page says next
	asked chan []string      // the pages that a build is asked for
	part  chan string        // text of the open page that goes ahead, "" for none
	whole chan func() string // text of all pages in the end, or an error
	state state
}

const openPage = "index.html"

func newStaged(t *testing.T) *staged {
	s := &staged{T: t, f: newFolder(t), asked: make(chan []string), part: make(chan string), whole: make(chan func() string)}
	page := func(text string) string { return strings.Replace(samplePage, "A page", text, 1) }
	first := true
	s.r = start(t, Options{Watch: s.f.roots(), Build: func(ctx context.Context, changed []string, ahead Ahead) (site Site, err error) {
		text := "first"
		if !first {
			s.asked <- ahead.Pages
			if text := <-s.part; text != "" {
				ahead.Show(&texts{files: map[string]string{openPage: page(text)}})
			}
			text = (<-s.whole)()
		}
		first = false
		switch text {
		case "unchanged":
			return Site{}, ErrUnchanged
		case "wrong":
			return Site{}, errors.New("it is wrong")
		}
		base := "/"
		if strings.HasPrefix(text, "below ") {
			base = "/below/"
		}
		return Site{Tree: &texts{files: map[string]string{openPage: page(text), "other/index.html": page(text), "404.html": page("Not here")}},
			Base: base, Missing: "404.html", Watch: s.f.roots()}, nil
	}})
	events, end := s.r.events("")
	t.Cleanup(end)
	s.next = func() (now state) {
		t.Helper()
		if err := json.Unmarshal([]byte(events()), &now); err != nil {
			t.Fatal(err)
		}
		return now
	}
	s.state = s.next()
	return s
}

// save has a build begin, which shows text on the open page ahead of all others.
func (s *staged) save(text string) {
	s.Helper()
	s.f.write(s, "pages/index.html", fmt.Sprint(time.Now()))
	if pages := <-s.asked; !slices.Equal(pages, []string{openPage}) {
		s.Errorf("asked for %q", pages)
	}
	s.part <- text
}

// becomes waits for the stream to tell of so many new generations.
func (s *staged) becomes(more int, problems int) {
	s.Helper()
	now := s.next()
	if now.Generation != s.state.Generation+more || len(now.Problems) != problems {
		s.Errorf("generation %d with %d problems, was %d", now.Generation, len(now.Problems), s.state.Generation)
	}
	s.state = now
}

func (s *staged) shows(below, text string) {
	s.Helper()
	if status, body := s.r.get(below); status != 200 || !strings.Contains(body, "<title>"+text+"</title>") {
		s.Errorf("%q: %d, want %q: %s", below, status, text, body)
	}
}

// A page that went ahead is shown at once; whoever asks for another one gets it
// from the whole tree, and never from the one before.
func TestAhead(t *testing.T) {
	s := newStaged(t)
	s.shows("", "first")

	s.save("second")
	s.becomes(1, 0)
	s.shows("", "second")
	asked := []string{"other/", "other", "404.html", "nowhere"}
	answers := make(chan string)
	for _, below := range asked {
		go func() {
			status, body := s.r.get(below)
			answers <- fmt.Sprintf("%s %d %v", below, status, strings.Contains(body, "<title>second</title>"))
		}()
	}
	// The answers cannot come before this.
	s.whole <- func() string {
		select {
		case early := <-answers:
			t.Errorf("answered from no whole tree: %s", early)
		case <-time.After(50 * time.Millisecond):
		}
		return "second"
	}
	var got []string
	for range asked {
		got = append(got, <-answers)
	}
	slices.Sort(got)
	if want := []string{"404.html 200 false", "nowhere 404 false", "other 200 true", "other/ 200 true"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	s.becomes(0, 0) // what is open is as it was
	s.shows("", "second")

	// Nothing went ahead.
	s.save("")
	s.whole <- func() string { return "third" }
	s.becomes(1, 0)
	s.shows("", "third")
	// It looks as before.
	s.save("third")
	s.whole <- func() string { return "third" }
	s.becomes(0, 0)
	// The page becomes another one after all.
	s.save("fourth")
	s.becomes(1, 0)
	s.shows("", "fourth")
	s.whole <- func() string { return "fifth" }
	s.becomes(1, 0)
	s.shows("", "fifth")
	s.shows("other/", "fifth")
	// It looks the same at another address.
	s.save("below sixth")
	s.becomes(1, 0)
	s.whole <- func() string { return "below sixth" }
	s.becomes(1, 0)
	s.shows("below/", "below sixth")
}

// Only pages of the tree are asked for.
func TestAheadOfPagesThatAre(t *testing.T) {
	s := newStaged(t)
	for _, page := range []string{"nowhere.html", "*", "404.html", ""} {
		answer, err := http.NewRequest("GET", s.stream(page), nil)
		if err != nil {
			t.Fatal(err)
		}
		open, err := http.DefaultClient.Do(answer)
		if err != nil || open.StatusCode != 200 {
			t.Fatalf("%v, %v", open, err)
		}
		defer open.Body.Close()
		if _, err := open.Body.Read(make([]byte, 1)); err != nil { // it is there
			t.Fatal(err)
		}
	}
	s.save("") // asks for the open page alone
	s.whole <- func() string { return "second" }
	s.becomes(1, 0)
}

// stream is the address of the stream of any page.
func (s *staged) stream(page string) string {
	_, body := s.r.get("")
	_, rest, _ := strings.Cut(body, `data-stream="`)
	path, _, _ := strings.Cut(rest, `"`)
	u, err := url.Parse(strings.TrimSuffix(s.r.address, "/") + html.UnescapeString(path))
	if err != nil {
		s.Fatal(err)
	}
	query := u.Query()
	query.Set("page", page)
	u.RawQuery = query.Encode()
	return u.String()
}

// When the tree of a page that went ahead comes to nothing, the last good one is
// shown again.
func TestAheadOfNothing(t *testing.T) {
	s := newStaged(t)
	s.save("second")
	s.becomes(1, 0)
	waiting := make(chan string)
	go func() { _, body := s.r.get("other/"); waiting <- body }()
	s.whole <- func() string { return "wrong" }
	s.becomes(1, 1)
	s.shows("", "first")
	s.shows("other/", "first")
	if body := <-waiting; !strings.Contains(body, "<title>first</title>") {
		t.Errorf("who waited was shown %s", body)
	}
	s.save("third")
	s.becomes(1, 1) // what is wrong is so until the whole tree is there
	s.shows("", "third")
	s.whole <- func() string { return "unchanged" }
	s.becomes(1, 0)
	s.shows("", "first")
	s.save("fourth")
	s.becomes(1, 0)
	s.whole <- func() string { return "fourth" }
	s.becomes(0, 0)
	s.shows("other/", "fourth")
}

// The end does not wait for what is still to be made.
func TestEndsWhileSomebodyWaits(t *testing.T) {
	s := newStaged(t)
	s.save("second")
	s.becomes(1, 0)
	waits := make(chan string)
	go func() {
		status, body := 0, ""
		if answer, err := http.Get(s.r.address + "other/"); err == nil {
			content, _ := io.ReadAll(answer.Body)
			answer.Body.Close()
			status, body = answer.StatusCode, string(content)
		}
		waits <- fmt.Sprint(status, strings.Contains(body, "The pages are being made."))
	}()
	select {
	case answer := <-waits:
		t.Errorf("answered from no whole tree: %s", answer)
	case <-time.After(50 * time.Millisecond):
	}
	ended := make(chan error, 1)
	go func() { ended <- s.r.stop() }()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(patience):
		t.Error("it did not end")
	}
	if answer := <-waits; answer != "503 true" && answer != "0 false" { // too late to be answered
		t.Errorf("who waited got %s", answer)
	}
	s.whole <- func() string { return "second" }
}
