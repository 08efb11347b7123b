package notify

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/mail"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"darksite/internal/ground/phrase"
)

// How the connection to an SMTP server is protected. None is ever less than what is
// asked for.
const (
	StartTLS = "starttls"
	TLS      = "tls"
	NoTLS    = "none"
)

// Sender sends mail.
type Sender struct {
	From *mail.Address
	To   []*mail.Address
	// Program takes mail as sendmail does. Where it is "", an SMTP server takes it: a
	// host and a port, 0 for the usual one.
	Program  string
	Host     string
	Port     int
	Security string
	// User and Password are for the server; "" where it asks for none.
	User, Password string
}

// Limits of time: of one exchange with a server or a program, and after which no
// other mail is begun.
const (
	exchangeLimit = 30 * time.Second
	totalLimit    = 2 * time.Minute
)

// Send sends messages one by one and tells after each which was taken. The error has
// those that were not.
func (s *Sender) Send(ctx context.Context, messages []Message, taken func(i int) error) error {
	ctx, cancel := context.WithTimeout(ctx, totalLimit)
	defer cancel()
	give := s.toProgram
	if s.Program == "" {
		client, err := s.client(ctx)
		if err != nil {
			return err
		}
		if err := client.DialWithContext(ctx); err != nil {
			return fmt.Errorf("%s: %w", client.ServerAddr(), err)
		}
		defer client.Close()
		give = func(_ context.Context, m *gomail.Msg) error { return client.Send(m) }
	}
	var failed []error
	for i, m := range messages {
		err := ctx.Err()
		if err == nil {
			err = give(ctx, s.compose(m))
		}
		if err == nil {
			err = taken(i)
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("%q: %w", m.Subject, err))
		}
	}
	return errors.Join(failed...)
}

func (s *Sender) client(ctx context.Context) (*gomail.Client, error) {
	// A connection that is made does not follow the context.
	limit := exchangeLimit
	if end, ok := ctx.Deadline(); ok {
		limit = min(limit, max(time.Until(end), time.Nanosecond))
	}
	options := []gomail.Option{gomail.WithTimeout(limit)}
	var port int
	switch s.Security {
	case TLS:
		options, port = append(options, gomail.WithSSL()), gomail.DefaultPortSSL
	case NoTLS:
		options, port = append(options, gomail.WithTLSPolicy(gomail.NoTLS)), gomail.DefaultPort
	default:
		options, port = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory)), gomail.DefaultPortTLS
	}
	options = append(options, gomail.WithPort(cmp.Or(s.Port, port)))
	if s.User != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(s.User), gomail.WithPassword(s.Password))
	}
	return gomail.NewClient(s.Host, options...)
}

// compose makes the mail of a message. Answering machines do not answer it (RFC
// 3834).
func (s *Sender) compose(m Message) *gomail.Msg {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(s.From)
	msg.ToMailAddress(s.To...)
	msg.Subject(m.Subject)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetDate()
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	return msg
}

// toProgram gives a mail to a program, which finds the addresses in its head.
func (s *Sender) toProgram(ctx context.Context, m *gomail.Msg) error {
	var content, said bytes.Buffer
	if _, err := m.WriteTo(&content); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, exchangeLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, s.Program, "-i", "-t")
	// A program of this machine takes the line ends of this machine.
	cmd.Stdin = bytes.NewReader(bytes.ReplaceAll(content.Bytes(), []byte("\r\n"), []byte("\n")))
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.WaitDelay = time.Second // a child that holds on to its output
	err := cmd.Run()
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	if err == nil {
		return nil
	}
	if text := strings.TrimSpace(said.String()); text != "" {
		err = fmt.Errorf("%w: %s", err, phrase.Short(text))
	}
	return fmt.Errorf("%s: %w", filepath.Base(s.Program), err)
}
