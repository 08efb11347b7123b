package serve

import (
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// hosts are the Host headers that name this server. Any other is somebody's
// name that was bound to this address: a page of theirs would then count as
// one of ours (DNS rebinding).
type hosts struct {
	names map[string]bool // with the port
	// literal allows any address that is a number: a number cannot be bound
	// to another one.
	literal bool
	port    string
}

// hostsOf are the names by which a server can be called. machine is the name
// of the computer, which counts when the server listens on all its addresses.
func hostsOf(host string, port int, machine string) *hosts {
	h := &hosts{names: map[string]bool{}, port: strconv.Itoa(port)}
	names := []string{"localhost", "127.0.0.1", "::1"}
	if host != "" {
		names = append(names, host)
	}
	if a, err := netip.ParseAddr(host); err == nil && a.IsUnspecified() {
		h.literal = true
		if machine != "" {
			names = append(names, machine)
		}
	}
	for _, name := range names {
		name = strings.ToLower(name)
		h.names[net.JoinHostPort(name, h.port)] = true
		if port == 80 { // browsers leave it out
			if strings.Contains(name, ":") {
				name = "[" + name + "]"
			}
			h.names[name] = true
		}
	}
	return h
}

func (h *hosts) allow(header string) bool {
	header = strings.ToLower(header)
	if h.names[header] {
		return true
	}
	if !h.literal {
		return false
	}
	if h.port == "80" && !strings.Contains(header, ":") {
		header += ":80"
	}
	a, err := netip.ParseAddrPort(header)
	return err == nil && strconv.Itoa(int(a.Port())) == h.port && a.Addr().Zone() == ""
}
