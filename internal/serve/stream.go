package serve

import (
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

const (
	// maxStreams is how many browser windows are told of changes. One more
	// costs the oldest its stream.
	maxStreams = 64
	// heartbeat finds streams whose reader is gone.
	heartbeat = 15 * time.Second
	// writePatience is how long a reader of a stream may take.
	writePatience = 10 * time.Second
)

// state is what a page is told.
type state struct {
	Generation int       `json:"generation"`
	Styles     int       `json:"styles"`
	Problems   []problem `json:"problems"`
}

// streams are the open reload streams, oldest first.
type streams struct {
	mu   sync.Mutex
	open []*stream
}

type stream struct {
	news chan struct{} // holds one: a reader that is late hears of the newest state
	gone chan struct{} // closed when a newer stream took the place
}

func (s *streams) add() *stream {
	one := &stream{make(chan struct{}, 1), make(chan struct{})}
	one.news <- struct{}{}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.open) == maxStreams {
		close(s.open[0].gone)
		s.open = append([]*stream{}, s.open[1:]...)
	}
	s.open = append(s.open, one)
	return one
}

func (s *streams) remove(one *stream) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, o := range s.open {
		if o == one {
			s.open = append(append([]*stream{}, s.open[:i]...), s.open[i+1:]...)
			return
		}
	}
}

// tell has all streams send the newest state.
func (s *streams) tell() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range s.open {
		select {
		case one.news <- struct{}{}:
		default:
		}
	}
}

// ours tells whether a request for the stream comes from a page of this run.
func (s *server) ours(r *http.Request) bool {
	if origin := r.Header.Get("Origin"); origin != "" && !strings.EqualFold(origin, "http://"+r.Host) {
		return false
	}
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" {
		return false
	}
	return subtle.ConstantTimeCompare([]byte(r.URL.Query().Get("token")), []byte(s.token)) == 1
}

// stream sends the state whenever it changes, as server-sent events.
func (s *server) stream(w http.ResponseWriter, r *http.Request) {
	if !s.ours(r) {
		http.Error(w, "the stream is for pages of this server", http.StatusForbidden)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	if r.Method == http.MethodHead {
		return
	}
	control := http.NewResponseController(w)
	// The limits of other requests are not for this one.
	if err := control.SetReadDeadline(time.Time{}); err != nil {
		http.Error(w, "streams are not possible here", http.StatusNotImplemented)
		return
	}
	send := func(text string) bool {
		if control.SetWriteDeadline(time.Now().Add(writePatience)) != nil {
			return false
		}
		if _, err := w.Write([]byte(text)); err != nil {
			return false
		}
		return control.Flush() == nil
	}
	one := s.streams.add()
	defer s.streams.remove(one)
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	alive := send("retry: 1000\n\n")
	for alive {
		select {
		case <-one.news:
			alive = send(s.event())
		case <-beat.C:
			alive = send(":\n\n")
		case <-one.gone:
			send("event: gone\ndata:\n\n")
			return
		case <-r.Context().Done():
			return
		case <-s.closing:
			return
		}
	}
}

func (s *server) event() string {
	now := s.now.Load()
	problems := now.problems
	if problems == nil {
		problems = []problem{}
	}
	data, err := json.Marshal(state{now.generation, now.styles, problems})
	if err != nil { // strings and numbers
		return ":\n\n"
	}
	return fmt.Sprintf("event: state\ndata: %s\n\n", data)
}
