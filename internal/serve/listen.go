package serve

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"syscall"

	"golang.org/x/net/netutil"
)

const (
	// tries is how many ports are tried after one that is taken.
	tries = 100
	// maxConnections is more than a few browsers open, and little memory.
	maxConnections = 4096
)

// Loopback tells whether a host, as given to listen on, is this machine alone.
func Loopback(host string) bool {
	if host == "" || host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}

// listen takes the port on the host, or the next free one. Without a host that
// is 127.0.0.1, and ::1 where the machine has it.
func listen(host string, port int) (listeners []net.Listener, bound int, err error) {
	if port < 0 || port > 65535 {
		return nil, 0, fmt.Errorf("port %d: want 1 to 65535, or 0 for any", port)
	}
	for n := 0; n < tries && port+n <= 65535; n++ {
		p := port + n
		if port == 0 { // the system finds another one each time
			p = 0
		}
		listeners, bound, err = listenAt(host, p)
		if err == nil || !errors.Is(err, syscall.EADDRINUSE) {
			return listeners, bound, err
		}
	}
	return nil, 0, fmt.Errorf("no port from %d on is free: %w", port, err)
}

func listenAt(host string, port int) ([]net.Listener, int, error) {
	first := host
	if host == "" || host == "localhost" {
		first = "127.0.0.1"
	}
	l, err := net.Listen("tcp", net.JoinHostPort(first, strconv.Itoa(port)))
	if err != nil {
		return nil, 0, err
	}
	bound := l.Addr().(*net.TCPAddr).Port
	listeners := []net.Listener{netutil.LimitListener(l, maxConnections)}
	if first != host {
		six, err := net.Listen("tcp", net.JoinHostPort("::1", strconv.Itoa(bound)))
		switch {
		case err == nil:
			listeners = append(listeners, netutil.LimitListener(six, maxConnections))
		case errors.Is(err, syscall.EADDRINUSE):
			l.Close()
			return nil, 0, err
		}
	}
	return listeners, bound, nil
}
