package notify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"mime/quotedprintable"

	"darksite/internal/notify/notifytest"
)

// TestMain makes the test binary a client of its own, in which the servers of tests
// are trusted: Go reads the certificates of the system once.
func TestMain(m *testing.M) {
	if via := os.Getenv("NOTIFY_TEST_VIA"); via != "" {
		s := senderTo(via, os.Getenv("NOTIFY_TEST_SECURITY"))
		s.User, s.Password = os.Getenv("NOTIFY_TEST_USER"), os.Getenv("NOTIFY_TEST_PASSWORD")
		if err := s.Send(context.Background(), []Message{{"Dark maps", "Text.\n"}}, func(int) error { return nil }); err != nil {
			fmt.Print(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func senderTo(address, security string) *Sender {
	host, port, _ := net.SplitHostPort(address)
	s := &Sender{From: &mail.Address{Name: "Dark Ü", Address: "darksite@example.org"}, Host: host, Security: security,
		To: []*mail.Address{{Address: "a@example.org"}, {Name: "B", Address: "b@example.org"}}}
	s.Port, _ = strconv.Atoi(port)
	return s
}

func TestProtection(t *testing.T) {
	const user, password = "aca_ops", "correct horse"
	for name, c := range map[string]struct {
		server, client string
		login          bool
		trusted        bool
		wrong          string // a part of the error, "" where the mail arrives
	}{
		"starttls":                     {"starttls", StartTLS, true, true, ""},
		"tls":                          {"tls", TLS, true, true, ""},
		"none":                         {"none", NoTLS, false, true, ""},
		"a server without STARTTLS":    {"none", StartTLS, false, true, "STARTTLS"},
		"a stranger's certificate":     {"starttls", StartTLS, true, false, "certificate"},
		"a stranger's, from the start": {"tls", TLS, true, false, "certificate"},
	} {
		login := [2]string{}
		if c.login {
			login = [2]string{user, password}
		}
		server := notifytest.Start(t, c.server, login[0], login[1])
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "NOTIFY_TEST_VIA="+server.Address, "NOTIFY_TEST_SECURITY="+c.client, "NOTIFY_TEST_USER="+login[0], "NOTIFY_TEST_PASSWORD="+login[1])
		if c.trusted {
			cmd.Env = append(cmd.Env, "SSL_CERT_FILE="+server.Authority)
		}
		out, err := cmd.CombinedOutput()
		got := server.Mail()
		switch {
		case c.wrong == "" && (err != nil || len(got) != 1 || got[0].User != login[0] || got[0].From != "darksite@example.org" || strings.Join(got[0].To, " ") != "a@example.org b@example.org"):
			t.Errorf("%s: %v, %s, %+v", name, err, out, got)
		case c.wrong != "" && (err == nil || len(got) > 0 || !strings.Contains(string(out), c.wrong)):
			t.Errorf("%s: %v, %s, %+v; want %q", name, err, out, got, c.wrong)
		case strings.Contains(string(out), password):
			t.Errorf("%s tells the password: %s", name, out)
		}
	}
}

func TestLoginRefused(t *testing.T) {
	server := notifytest.Start(t, "starttls", "aca_ops", "correct horse")
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "NOTIFY_TEST_VIA="+server.Address, "NOTIFY_TEST_SECURITY="+StartTLS, "NOTIFY_TEST_USER=aca_ops", "NOTIFY_TEST_PASSWORD=battery staple", "SSL_CERT_FILE="+server.Authority)
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "535") || strings.Contains(string(out), "battery") || len(server.Mail()) > 0 {
		t.Errorf("%v, %s", err, out)
	}
}

// Texts of others stay in their places: in the subject, and in lines of the text.
func TestMailIsWhole(t *testing.T) {
	server := notifytest.Start(t, "none", "", "")
	hostile := Message{"Dunkelstrom ✦\r\nBcc: c@example.org: calibration 2016125 is bad", ".\nFrom nobody\n" + strings.Repeat("é", 2000) + "\n.\n"}
	messages, taken := []Message{hostile, {"second", "x\n"}}, []int{}
	if err := senderTo(server.Address, NoTLS).Send(context.Background(), messages, func(i int) error { taken = append(taken, i); return nil }); err != nil {
		t.Fatal(err)
	}
	got := server.Mail()
	if len(got) != 2 || fmt.Sprint(taken) != "[0 1]" {
		t.Fatalf("%d mails, %v taken", len(got), taken)
	}
	for _, line := range strings.Split(got[0].Content, "\r\n") {
		if len(line) > 998 { // RFC 5322, section 2.1.1
			t.Errorf("a line of %d bytes", len(line))
		}
	}
	m, err := mail.ReadMessage(strings.NewReader(got[0].Content))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != hostile.Subject || m.Header.Get("Bcc") != "" {
		t.Errorf("subject %q, %v; Bcc %q", subject, err, m.Header.Get("Bcc"))
	}
	if from, err := m.Header.AddressList("From"); err != nil || from[0].Name != "Dark Ü" {
		t.Errorf("from %v, %v", from, err)
	}
	if m.Header.Get("Auto-Submitted") != "auto-generated" || m.Header.Get("Date") == "" || m.Header.Get("Message-ID") == "" {
		t.Errorf("%v", m.Header)
	}
	text, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil || strings.ReplaceAll(string(text), "\r\n", "\n") != hostile.Text {
		t.Errorf("%v, %.200q", err, text)
	}
}

// What was not taken is an error; what was, is told of before the next.
func TestRefused(t *testing.T) {
	server := notifytest.Start(t, "none", "", "")
	messages := []Message{{"one", "1"}, {"two", "2"}}
	sender := senderTo(server.Address, NoTLS)
	err := sender.Send(context.Background(), messages, func(int) error {
		server.Refuse(errors.New("mailbox full"))
		return nil
	})
	if err == nil || !strings.Contains(err.Error(), `"two"`) || !strings.Contains(err.Error(), "mailbox full") || len(server.Mail()) != 1 {
		t.Errorf("%v", err)
	}
	server.Refuse(nil)
	if err := sender.Send(context.Background(), messages[1:], func(int) error { return errors.New("the disk is full") }); err == nil || !strings.Contains(err.Error(), "disk is full") {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := sender.Send(ctx, messages, func(int) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// A server that says nothing ends the sending after a time.
func TestSilentServer(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	started := time.Now()
	err = senderTo(silent.Addr().String(), NoTLS).Send(ctx, []Message{{"a", "b"}}, func(int) error { return nil })
	if err == nil || time.Since(started) > exchangeLimit/2 {
		t.Errorf("%v after %v", err, time.Since(started))
	}
}

func TestProgram(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "sendmail")
	script := func(text string) {
		if err := os.WriteFile(program, []byte("#!/bin/sh\n"+text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	s := senderTo("", "")
	s.Program = program
	send := func() error {
		return s.Send(context.Background(), []Message{{"Dark maps", "First.\nSecond.\n"}}, func(int) error { return nil })
	}
	script(`echo "$@" > ` + dir + `/args; cat > ` + dir + "/mail; echo a warning >&2\n")
	if err := send(); err != nil {
		t.Fatal(err)
	}
	args, _ := os.ReadFile(filepath.Join(dir, "args"))
	content, _ := os.ReadFile(filepath.Join(dir, "mail"))
	if string(args) != "-i -t\n" || strings.Contains(string(content), "\r") || !strings.HasSuffix(string(content), "\n\nFirst.\nSecond.\n") {
		t.Errorf("arguments %q, mail %q", args, content)
	}
	script("cat >/dev/null; echo no such user >&2; exit 67\n")
	if err := send(); err == nil || !strings.Contains(err.Error(), "sendmail: exit status 67: no such user") {
		t.Errorf("%v", err)
	}
	s.Program = filepath.Join(dir, "none")
	if err := send(); err == nil || !strings.Contains(err.Error(), "none") {
		t.Errorf("%v", err)
	}
}
