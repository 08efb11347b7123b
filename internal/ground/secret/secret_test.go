package secret

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadLogin(t *testing.T) {
	const password = "correct horse"
	for name, c := range map[string]struct {
		content string
		mode    os.FileMode
		wrong   string // a part of the error, "" for none
	}{
		"good":           {"aca_ops\n" + password + "\n", 0o600, ""},
		"read only":      {"  aca_ops \r\n\t" + password + " \r\n\n", 0o400, ""},
		"group":          {"aca_ops\n" + password + "\n", 0o640, "mode 0640 lets others at it: chmod 600 "},
		"world":          {"aca_ops\n" + password + "\n", 0o604, "chmod 600 "},
		"writable":       {"aca_ops\n" + password + "\n", 0o620, "chmod 600 "},
		"one line":       {password, 0o600, "two lines"},
		"empty":          {"", 0o600, "two lines"},
		"no password":    {"aca_ops\n\n", 0o600, "two lines"},
		"no user":        {"\n" + password + "\n", 0o600, "two lines"},
		"three lines":    {"aca_ops\n" + password + "\nmore\n", 0o600, "two lines"},
		"too long":       {"aca_ops\n" + password + strings.Repeat("x", MaxLogin) + "\n", 0o600, "more than 4096"},
		"too long lines": {"aca_ops\n" + password + strings.Repeat("\n", MaxLogin), 0o600, "more than 4096"},
	} {
		file := filepath.Join(t.TempDir(), "login")
		if err := os.WriteFile(file, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(file, c.mode); err != nil {
			t.Fatal(err)
		}
		user, got, err := ReadLogin(file)
		switch {
		case c.wrong == "" && (err != nil || user != "aca_ops" || string(got) != password):
			t.Errorf("%s: %q, %q, %v", name, user, got, err)
		case c.wrong != "" && (err == nil || user != "" || got != nil):
			t.Errorf("%s: %q, %q, %v", name, user, got, err)
		case c.wrong != "" && (!strings.Contains(err.Error(), file) || !strings.Contains(err.Error(), c.wrong) || strings.Contains(err.Error(), "horse")):
			t.Errorf("%s: %v, want the file and %q", name, err, c.wrong)
		}
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{dir, filepath.Join(dir, "none")} {
		if _, _, err := ReadLogin(file); err == nil {
			t.Errorf("%s: no error", file)
		}
	}
}
