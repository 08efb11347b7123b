package serve

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Limits on a connection, so that one that is slow or idle costs little.
const (
	headerPatience  = 5 * time.Second
	requestPatience = 10 * time.Second
	answerPatience  = time.Minute
	idlePatience    = time.Minute
	maxHeader       = 16 << 10 // bytes

	// endPatience is how long the end waits for answers that are on their way
	// and for the build; all that a build writes it writes in one step.
	endPatience = 500 * time.Millisecond
	// busyPatience is how soon a build that found another program at work is
	// tried again.
	busyPatience = 300 * time.Millisecond
)

// Options are what a preview is of and where it is shown.
type Options struct {
	// Host is the address to listen on; "" for this machine alone.
	Host string
	Port int // the first to try; 0 for any
	// Build makes the site. changed are the absolute paths at which something
	// has changed since the last build that gave no error, sorted, or nil when
	// everything may have. It is never called twice at once.
	Build func(ctx context.Context, changed []string) (Site, error)
	// Watch is what the first build depends on, should it fail.
	Watch []Root
	// Ready is called once, when the first build has ended one way or the
	// other, with the address of the index.
	Ready func(address string)
	Print Printer
}

// server is a preview that is being shown.
type server struct {
	build   func(ctx context.Context, changed []string) (Site, error)
	say     Printer
	hosts   *hosts
	token   string
	now     atomic.Pointer[shown]
	streams streams
	closing chan struct{}
}

func newServer(o Options, names *hosts) *server {
	s := &server{build: o.Build, say: o.Print, hosts: names, token: rand.Text(), closing: make(chan struct{})}
	s.now.Store(&shown{})
	return s
}

// Run shows the preview until the context ends, which is no error.
func Run(ctx context.Context, o Options) error {
	listeners, port, err := listen(o.Host, o.Port)
	if err != nil {
		return err
	}
	if o.Port != 0 && port != o.Port {
		o.Print.Warnf("port %d is taken; serving on %d", o.Port, port)
	}
	if !Loopback(o.Host) {
		o.Print.Warnf("serving on %s: others can read the pages; without --host they are for this machine alone", o.Host)
	}
	machine, _ := os.Hostname() // a machine without a name is not called by it
	s := newServer(o, hostsOf(o.Host, port, machine))
	web := &http.Server{
		Handler: s, ReadHeaderTimeout: headerPatience, ReadTimeout: requestPatience, WriteTimeout: answerPatience,
		IdleTimeout: idlePatience, MaxHeaderBytes: maxHeader, ErrorLog: log.New(verbose{o.Print}, "", 0),
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var group sync.WaitGroup
	for _, l := range listeners {
		group.Go(func() {
			if err := web.Serve(l); !errors.Is(err, http.ErrServerClosed) {
				stop(err)
			}
		})
	}
	watcher, err := newWatcher(o.Print)
	if err != nil {
		web.Close()
		return err
	}
	group.Go(func() { watcher.run(ctx) })
	address := "http://" + s.authority(o.Host, port)
	group.Go(func() { s.work(ctx, o, watcher, address) })

	<-ctx.Done()
	close(s.closing)
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), endPatience)
	defer cancel()
	if web.Shutdown(ending) != nil {
		web.Close()
	}
	ended := make(chan struct{})
	go func() {
		group.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-ending.Done():
	}
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// authority is the host and port to show.
func (s *server) authority(host string, port int) string {
	switch host {
	case "", "localhost", "0.0.0.0", "::":
		host = "127.0.0.1"
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return fmt.Sprintf("%s:%d", host, port)
}

// work builds whenever something has changed.
func (s *server) work(ctx context.Context, o Options, w *watcher, address string) {
	w.watch(ctx, o.Watch)
	pending := changes{everything: true}
	again := time.NewTimer(0)
	again.Stop()
	waiting := false
	for first := true; ; first = false {
		began := time.Now()
		site, err := s.try(ctx, pending.list())
		switch {
		case ctx.Err() != nil:
			return
		case errors.Is(err, ErrBusy):
			if !waiting {
				s.say.Printf("waiting: %v", err)
			}
			waiting = true
			again.Reset(busyPatience)
		case errors.Is(err, ErrUnchanged):
			pending, waiting = changes{}, false
			s.unchanged()
		case err != nil:
			waiting = false
			s.failed(err)
		default:
			waiting = false
			s.swap(site)
			w.watch(ctx, site.Watch)
			if !first {
				s.say.Printf("built again in %d ms: %s", time.Since(began).Milliseconds(), within(pending))
			}
			pending = changes{}
		}
		if first {
			now := s.now.Load()
			o.Ready(address + escapePath(max(now.site.Base, "/")+now.site.Index))
		}
		select {
		case <-ctx.Done():
			return
		case <-again.C:
		case c := <-w.due:
			pending.merge(c)
		}
	}
}

// within names what a build was for.
func within(c changes) string {
	paths := c.list()
	switch n := len(paths); {
	case n == 0:
		return "everything"
	case n == 1:
		return paths[0]
	default:
		return fmt.Sprintf("%s and %d more", paths[0], n-1)
	}
}

// try builds. What panics must not end the preview.
func (s *server) try(ctx context.Context, changed []string) (site Site, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the build panicked: %v", p)
		}
	}()
	return s.build(ctx, changed)
}

// swap shows a new tree, all of it at once.
func (s *server) swap(site Site) {
	old := s.now.Load()
	next := &shown{site: site, generation: old.generation, styles: old.styles, problems: problemsOf(site.Problems)}
	how, err := compare(old.site, site)
	if err != nil {
		s.say.Verbosef("comparing with the pages before: %v", err)
	}
	switch how {
	case styles:
		next.styles++
	case all:
		next.generation++
	}
	s.show(next)
}

// failed keeps the last good tree and shows what is wrong with the new one.
func (s *server) failed(err error) {
	back := s.now.Load().back()
	back.problems = []problem{problemOf(err.Error())}
	s.show(back)
}

// unchanged: what was wrong with the tree since the last good one is so no
// more.
func (s *server) unchanged() {
	now := s.now.Load()
	back := now.back()
	if back.problems = problemsOf(now.site.Problems); !slices.Equal(back.problems, now.problems) {
		s.show(back)
	}
}

// show swaps the tree and says what is new about its problems.
func (s *server) show(next *shown) {
	old := s.now.Swap(next)
	for _, p := range next.problems {
		if !slices.ContainsFunc(old.problems, p.same) {
			s.say.Errorf("%s", p.Message)
		}
	}
	if len(next.problems) == 0 && len(old.problems) > 0 {
		s.say.Printf("all is well again")
	}
	s.streams.tell()
}

// verbose takes what net/http has to say of broken connections.
type verbose struct{ say Printer }

func (v verbose) Write(p []byte) (int, error) {
	v.say.Verbosef("%s", p)
	return len(p), nil
}
