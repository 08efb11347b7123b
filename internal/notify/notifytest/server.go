// Package notifytest takes a way to protect connections; returns an SMTP server on
// the loopback that keeps the mail that it gets, for tests.
package notifytest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Mail is what the server took.
type Mail struct {
	From    string
	To      []string
	Content string
	User    string // who was logged in, "" for nobody
}

// Server is an SMTP server.
type Server struct {
	Address string // host and port
	// Authority is a file with the certificate that vouches for the server, "" where
	// connections are not protected.
	Authority string

	mu     sync.Mutex
	mail   []Mail
	refuse error
	login  [2]string
}

// Start starts a server that protects its connections as asked: "starttls", "tls" or
// "none". It takes mail from nobody else than the user, where there is one.
func Start(t testing.TB, security, user, password string) *Server {
	t.Helper()
	s := &Server{login: [2]string{user, password}}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{server: s}, nil }))
	server.Domain, server.ReadTimeout, server.WriteTimeout = "localhost", time.Minute, time.Minute
	server.ErrorLog = quiet{} // a client that does not trust the certificate is a test
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Address = listener.Addr().String()
	if security != "none" {
		certificate := s.certificate(t)
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}}
		if security == "tls" {
			listener = tls.NewListener(listener, server.TLSConfig)
		}
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	t.Cleanup(func() {
		server.Close()
		if err := <-done; err != nil && !errors.Is(err, smtp.ErrServerClosed) {
			t.Errorf("the SMTP server: %v", err)
		}
	})
	return s
}

// Refuse makes the server refuse all mail with an error, nil for none.
func (s *Server) Refuse(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = err
}

// Mail is what the server took since the last time that it was asked.
func (s *Server) Mail() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	taken := s.mail
	s.mail = nil
	return taken
}

func (s *Server) certificate(t testing.TB) tls.Certificate {
	t.Helper()
	check := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	check(err)
	s.Authority = filepath.Join(t.TempDir(), "authority.pem")
	check(os.WriteFile(s.Authority, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// session is a conversation with a client.
type session struct {
	server *Server
	mail   Mail
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if [2]string{user, password} != s.server.login {
			return smtp.ErrAuthFailed
		}
		s.mail.User = user
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	if s.mail.User != s.server.login[0] {
		return smtp.ErrAuthRequired
	}
	s.mail.From = from
	return s.server.refuse
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mail.To = append(s.mail.To, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	content, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.mail.Content = string(content)
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.mail = append(s.server.mail, s.mail)
	return nil
}

func (s *session) Reset() { s.mail = Mail{User: s.mail.User} }

func (s *session) Logout() error { return nil }
