package main

import (
	"errors"
	"io"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"darksite/internal/notify/notifytest"
)

// mailServers are those of scripts, by address.
var mailServers = map[string]*notifytest.Server{}

// mailServer USER PASSWORD is an SMTP server on the loopback that asks for STARTTLS
// and a login. It sets $SMTP to its address, and programs trust it.
func mailServer(t *testing.T, ts *testscript.TestScript, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: mailserver USER PASSWORD")
	}
	s := notifytest.Start(t, "starttls", args[0], args[1])
	mailServers[s.Address] = s
	ts.Setenv("SMTP", s.Address)
	ts.Setenv("SSL_CERT_FILE", s.Authority)
}

// mails N [FILE] wants that many mails since the last time, and writes what people
// read of them. mails refuse TEXT makes the server refuse mail, mails accept take it.
func mails(ts *testscript.TestScript, _ bool, args []string) {
	s := mailServers[ts.Getenv("SMTP")]
	switch {
	case s == nil || len(args) == 0:
		ts.Fatalf("usage: after mailserver, mails N [FILE] | refuse TEXT | accept")
	case args[0] == "refuse":
		s.Refuse(errors.New(args[1]))
		return
	case args[0] == "accept":
		s.Refuse(nil)
		return
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	all := s.Mail()
	if len(all) != want {
		ts.Fatalf("%d mails, want %d: %+v", len(all), want, all)
	}
	var b strings.Builder
	for _, one := range all {
		m, err := mail.ReadMessage(strings.NewReader(one.Content))
		ts.Check(err)
		subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
		ts.Check(err)
		text, err := io.ReadAll(quotedprintable.NewReader(m.Body))
		ts.Check(err)
		b.WriteString("User: " + one.User + "\nTo: " + strings.Join(one.To, " ") + "\nSubject: " + subject + "\n\n" + strings.ReplaceAll(string(text), "\r\n", "\n") + "\n")
	}
	if len(args) > 1 {
		ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(b.String()), 0o666))
	}
}
