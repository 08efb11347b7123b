package config

import (
	"errors"
	"fmt"
	"net/mail"
	"path/filepath"
	"strconv"
	"strings"
)

// Notify is the [notify] table: mail about what people should know.
type Notify struct {
	To   string // addresses, "" for no mail
	From string
	Via  string // a program where it is an absolute path, else a server
	// Security is one of those below.
	Security    string
	Credentials string // a file, or "" for none
}

// How a connection to an SMTP server is protected.
const (
	SecurityStartTLS = "starttls"
	SecurityTLS      = "tls"
	SecurityNone     = "none"
)

// Addresses are those that mail is from and goes to, which were checked before.
func (n Notify) Addresses() (from *mail.Address, to []*mail.Address) {
	from, _ = mail.ParseAddress(n.From)
	to, _ = mail.ParseAddressList(n.To)
	return from, to
}

// Server is the host and port that mail goes by, a port of 0 for the usual one. It is
// not ok where a program takes the mail.
func (n Notify) Server() (host string, port int, ok bool) {
	if filepath.IsAbs(n.Via) {
		return "", 0, false
	}
	host = n.Via
	if i := strings.LastIndexByte(n.Via, ':'); i > strings.LastIndexByte(n.Via, ']') {
		host = n.Via[:i]
		port, _ = strconv.Atoi(n.Via[i+1:])
	}
	return strings.Trim(host, "[]"), port, true
}

func checkRecipients(s string) error {
	if _, err := mail.ParseAddressList(s); err != nil || checkText(s) != nil {
		return fmt.Errorf("want addresses with commas between them, such as \"a@example.org, b@example.org\", at most %d characters", maxText)
	}
	return nil
}

func checkSender(s string) error {
	if _, err := mail.ParseAddress(s); err != nil || checkText(s) != nil {
		return errors.New(`want an address such as "Dark maps <darksite@example.org>"`)
	}
	return nil
}

// setVia reads a program or a server.
func setVia(c *Config, value any) error {
	at := func(c *Config) *string { return &c.Notify.Via }
	if err := file(at)(c, value); err != nil || filepath.IsAbs(c.Notify.Via) {
		return err
	}
	want := `want the path of a program, or a server such as "smtp.example.org:587"`
	if c.Notify.Via == "" || strings.ContainsAny(c.Notify.Via, "/@") {
		return errors.New(want)
	}
	if wrong := hostFault(c.Notify.Via); wrong != "" {
		return fmt.Errorf("%s: %s", wrong, want)
	}
	return nil
}

// notifyProblems looks at the settings for mail together.
func (c *Config) notifyProblems(content string) (problems []Problem) {
	n := c.Notify
	_, _, server := n.Server()
	add := func(key, hint, format string, args ...any) {
		problems = append(problems, Problem{Line: lineOf(content, "notify", key), Key: "notify." + key, Message: fmt.Sprintf(format, args...), Hint: hint})
	}
	if n.To != "" && n.From == "" {
		add("to", "set from below [notify] to an address of the host that sends the mail", "notify.to = %s: there is no notify.from, which the mail needs", shown(n.To))
	}
	switch {
	case n.Credentials == "":
	case !server:
		add("credentials", "name the server as via, or remove credentials", "notify.credentials = %s: these are for an SMTP server, and via = %s is a program", shown(n.Credentials), shown(n.Via))
	case n.Security == SecurityNone:
		add("credentials", `set security = "starttls" or "tls", or remove credentials`, `notify.credentials = %s: with security = "none" everybody on the way could read the password`, shown(n.Credentials))
	}
	return problems
}
