package twiki

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFromFile(t *testing.T) {
	const secret = "correct horse"
	for name, c := range map[string]struct {
		content string
		mode    os.FileMode
		ok      bool
	}{
		"good":      {"aca_ops\n" + secret + "\n", 0o600, true},
		"group":     {"aca_ops\n" + secret + "\n", 0o640, false},
		"one line":  {secret, 0o600, false},
		"colon":     {"aca:ops\n" + secret + "\n", 0o600, false},
		"control":   {"aca_ops\n" + secret + "\x00\n", 0o600, false},
		"not UTF-8": {"aca_ops\n" + secret + "\xff\n", 0o600, false},
	} {
		file := filepath.Join(t.TempDir(), "wiki")
		if err := os.WriteFile(file, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(file, c.mode); err != nil {
			t.Fatal(err)
		}
		user, password, err := FromFile(file)()
		switch {
		case c.ok && (err != nil || user != "aca_ops" || string(password) != secret):
			t.Errorf("%s: %q, %q, %v", name, user, password, err)
		case !c.ok && (err == nil || user != "" || password != nil || !strings.Contains(err.Error(), file) || strings.Contains(err.Error(), secret)):
			t.Errorf("%s: %q, %q, %v", name, user, password, err)
		}
	}
	if _, _, err := FromFile(filepath.Join(t.TempDir(), "none"))(); err == nil || !strings.Contains(err.Error(), "chmod 600 it") {
		t.Errorf("no file: %v", err)
	}
}

func TestFromEnvironment(t *testing.T) {
	const user, password = "DARKSITE_TWIKI_USER", "DARKSITE_TWIKI_PASSWORD"
	for _, c := range []struct {
		user, password string
		ok             bool
	}{{" aca_ops\n", " correct horse\n", true}, {"", "correct horse", false}, {"aca_ops", "  ", false}, {"aca:ops", "correct horse", false}} {
		t.Setenv(user, c.user)
		t.Setenv(password, c.password)
		u, p, err := FromEnvironment(user, password)()
		if c.ok != (err == nil) || c.ok && (u != "aca_ops" || string(p) != "correct horse") || !c.ok && (u != "" || p != nil) {
			t.Errorf("%+v: %q, %q, %v", c, u, p, err)
		}
		if err != nil && (!strings.Contains(err.Error(), user) || strings.Contains(err.Error(), "horse")) {
			t.Error(err)
		}
	}
}

// Nobody prints a client and a password with it.
func TestClientIsNotTelling(t *testing.T) {
	c := Client{Credentials: func() (string, []byte, error) { return "aca_ops", []byte("correct horse"), nil }}
	if s := fmt.Sprintf("%+v %#v", c, c); strings.Contains(s, "horse") {
		t.Error(s)
	}
}
